//! The schemas in `docs/schema/` are those of the reports. `UPDATE=1 cargo test -p ungreen_report` writes them.

use std::path::Path;

use ungreen_report::{MigrateReport, PlanReport, ScanReport, WhyReport, schema};

fn check(name: &str, schema: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs/schema")
        .join(name);
    if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
        std::fs::write(&path, schema).expect("the schema can be written");
    }
    let documented = std::fs::read_to_string(&path)
        .unwrap_or_default()
        .replace("\r\n", "\n");
    assert!(
        documented == schema,
        "docs/schema/{name} is out of date: run `UPDATE=1 cargo test -p ungreen_report`"
    );
}

#[test]
fn schemas_are_documented() {
    check("scan.json", &schema::<ScanReport>());
    check("plan.json", &schema::<PlanReport>());
    check("why.json", &schema::<WhyReport>());
    check("migrate.json", &schema::<MigrateReport>());
}
