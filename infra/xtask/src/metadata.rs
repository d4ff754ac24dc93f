//! Salesforce's own library over `infra/salesforce`: it converts the source as `chatlink package` does, and deploys it into
//! a simulated org that is bare.

use crate::{
    chatlink::{Running, built},
    npm,
    step::step,
};
use std::{fs, path::Path, process::Command};

/// What the source says in place of a stack's address.
const ANY_STACK: &str = "https://chatlink.example.com";

/// Installs the library below `home`, writes the package, starts the bare org, and runs the tests.
pub(crate) fn run(root: &Path, home: &Path) -> Result<(), String> {
    let (library, package) = (home.join("metadata"), home.join("package"));
    let tests = root.join("tests/conformance/metadata");
    npm::install("Salesforce's source-deploy-retrieve", &tests, &library)?;
    if package.exists() {
        fs::remove_dir_all(&package).map_err(|error| format!("{}: {error}", package.display()))?;
    }
    let mut write = Command::new(built(root));
    step("the metadata package", write.args(["package", "--stack", ANY_STACK]).arg(&package))?;
    let anywhere = "127.0.0.1:0";
    let org = ["simulators", "--bare-org", "--liveperson", anywhere, "--salesforce", anywhere];
    let org = Running::start(root, &[&org[..], &["--conversations", "1", "--days", "1"]].concat())?;
    // Modules are looked for beside the test.
    let test = "package.test.mjs";
    fs::copy(tests.join(test), library.join(test)).map_err(|error| format!("{test}: {error}"))?;
    let mut node = Command::new("node");
    node.current_dir(&library).args(["--test", test]);
    // What the library keeps of the orgs it has seen stays here, and it tells nobody.
    node.env("HOME", &library).env("SF_DISABLE_TELEMETRY", "true").env("SF_DISABLE_LOG_FILE", "true");
    node.env("METADATA_SOURCE", root.join("infra/salesforce/force-app")).env("METADATA_PACKAGE", &package);
    for (name, member) in [
        ("BARE_SALESFORCE_URL", "url"),
        ("BARE_SALESFORCE_CLIENT_ID", "client_id"),
        ("BARE_SALESFORCE_CLIENT_SECRET", "client_secret"),
        ("BARE_SALESFORCE_PASSWORD", "password"),
    ] {
        node.env(name, org.ready["salesforce"][member].as_str().unwrap_or_default());
    }
    step(test, &mut node)
}
