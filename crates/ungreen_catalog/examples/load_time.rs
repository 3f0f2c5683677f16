//! How long the tables take to load.
#![expect(clippy::print_stdout, reason = "prints its measurement")]

use std::time::Instant;

fn main() {
    let start = Instant::now();
    let count = ungreen_catalog::catalog().entries().len();
    println!("{count} entries in {:?}", start.elapsed());
}
