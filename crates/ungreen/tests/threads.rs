//! The output does not depend on how many threads share the work.

use std::path::Path;
use std::process::Command;

fn migrated(threads: &str) -> Vec<u8> {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/pricewatch");
    let output = Command::new(env!("CARGO_BIN_EXE_ungreen"))
        .args(["migrate", "--diff"])
        .arg(example)
        .env("RAYON_NUM_THREADS", threads)
        .output()
        .expect("the program runs");
    assert!(!output.stdout.is_empty(), "{output:?}");
    [output.stdout, output.stderr].concat()
}

#[test]
fn one_thread_writes_what_eight_write() {
    let one = migrated("1");
    for _ in 0..3 {
        assert!(one == migrated("8"));
    }
}
