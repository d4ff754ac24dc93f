//! How functions are built.

use crate::template::root;

#[test]
fn a_panic_is_reported_and_the_process_goes_on() {
    // Where this line is missing, cargo-lambda builds with `abort`: a panic is then not reported to Lambda, and a batch
    // loses its partial result.
    let manifest: toml::Table = std::fs::read_to_string(root().join("Cargo.toml")).unwrap().parse().unwrap();
    assert_eq!(manifest["profile"]["release"]["panic"].as_str(), Some("unwind"));
}
