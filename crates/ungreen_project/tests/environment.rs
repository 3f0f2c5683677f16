//! Packages that are installed.

use std::fs;
use std::path::Path;

use ungreen_callgraph::{FileId, OracleDefinition, TypeOracle};
use ungreen_project::{Options, Project, discover};

/// A virtual environment with the module `installed` and an `eventlet` of its own.
fn environment(at: &Path) {
    let packages = at.join(if cfg!(windows) {
        "Lib/site-packages"
    } else {
        "lib/python3.11/site-packages"
    });
    fs::create_dir_all(packages.join("eventlet")).expect("created");
    fs::write(at.join("pyvenv.cfg"), "home = /usr/bin\nversion = 3.11.7\n").expect("written");
    fs::write(packages.join("installed.py"), "def f(): pass\n").expect("written");
    fs::write(
        packages.join("eventlet/__init__.py"),
        "def spawn(f): pass\n",
    )
    .expect("written");
}

/// Definition of the attribute in the expression statement at the end of the first file.
fn answer(project: &Project) -> Vec<OracleDefinition> {
    let modules = project.modules();
    let last = modules[0]
        .syntax
        .body
        .last()
        .and_then(|stmt| stmt.as_expr_stmt())
        .expect("an expression");
    project.oracle().attribute_definitions(
        FileId(0),
        last.value.as_attribute_expr().expect("an attribute"),
    )
}

fn outside(module: &str, qualname: &str) -> Vec<OracleDefinition> {
    vec![OracleDefinition::Outside {
        module: module.to_owned(),
        qualname: qualname.to_owned(),
    }]
}

#[test]
fn named_configured_and_found() {
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    environment(elsewhere.path());
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("a.py");
    fs::write(&file, "import installed\ninstalled.f\n").expect("written");
    let discover =
        |options: &Options| discover(&[folder.path().to_path_buf()], options).expect("discovered");

    let named = Options {
        python: Some(elsewhere.path().to_path_buf()),
        ..Options::default()
    };
    assert_eq!(answer(&discover(&named)), outside("installed", "f"));

    let config = folder.path().join("pyproject.toml");
    fs::write(
        &config,
        format!("[tool.ungreen]\npython = '{}'", elsewhere.path().display()),
    )
    .expect("written");
    assert_eq!(
        answer(&discover(&Options::default())),
        outside("installed", "f")
    );
    fs::remove_file(&config).expect("removed");

    environment(&folder.path().join(".venv"));
    assert_eq!(
        answer(&discover(&Options::default())),
        outside("installed", "f")
    );
    assert_eq!(discover(&Options::default()).files.len(), 1);

    // The stubs win over an installed Eventlet.
    fs::write(&file, "import eventlet\neventlet.spawn\n").expect("written");
    assert_eq!(
        answer(&discover(&Options::default())),
        outside("eventlet.greenthread", "spawn")
    );
}
