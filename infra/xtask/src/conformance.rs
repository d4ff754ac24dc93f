//! Other people's programs, unmodified: jsforce (npm), simple-salesforce and requests-oauthlib (PyPI) against the
//! simulators, soql-parser-js (npm) and simple-salesforce over the SOQL we write, and schemathesis (PyPI) against our own
//! API and its OpenAPI document; and Salesforce's own library over the metadata of the org.

use crate::{
    chatlink::{self, Running, free_ports},
    metadata, npm, say,
    step::step,
};
use serde_json::Value;
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

const PYTHON: [&str; 3] = [
    "liveperson/requests_oauthlib_test.py",
    "salesforce/simple_salesforce_test.py",
    "salesforce/soql_literals_test.py",
];
const NODE: [&str; 3] = ["jsforce.mjs", "web_server_flow.mjs", "soql.mjs"];

/// Installs the clients below `target/conformance`, starts the simulators, and runs each client's tests.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let home = root.join("target/conformance");
    let tests = root.join("tests/conformance");
    let python = install_python(&home, &tests)?;
    let node = install_node(&home, &tests)?;
    chatlink::build(root)?;
    let anywhere = "127.0.0.1:0";
    let addresses = ["simulators", "--liveperson", anywhere, "--salesforce", anywhere];
    let world = ["--conversations", "3000", "--days", "30"];
    let simulators = Running::start(root, &[&addresses[..], &world[..]].concat())?;
    let mut environment = environment(&simulators.ready);
    environment.push(("SOQL_LINES".to_owned(), soql(root, &home)?.display().to_string()));
    for test in PYTHON {
        let mut command = Command::new(&python);
        let file = tests.join(test);
        let folder = file.parent().unwrap_or(&tests);
        command
            .current_dir(folder)
            .arg("-B")
            .arg("-m")
            .arg("unittest")
            .arg("--verbose")
            .arg(file.file_name().unwrap_or_default());
        step(test, command.envs(environment.clone()))?;
    }
    for test in NODE {
        // Modules are looked for beside the test.
        let copy = node.join(test);
        let from = tests.join("salesforce").join(test);
        fs::copy(&from, &copy).map_err(|error| format!("{}: {error}", from.display()))?;
        let mut command = Command::new("node");
        step(test, command.current_dir(&node).args(["--test", test]).envs(environment.clone()))?;
    }
    metadata::run(root, &home)?;
    administrators_api(root, &home, &python)
}

/// Writes down the queries that the widget's logic asks, and literals of made-up texts.
fn soql(root: &Path, home: &Path) -> Result<PathBuf, String> {
    let lines = home.join("soql.jsonl");
    let file = File::create(&lines).map_err(|error| format!("{}: {error}", lines.display()))?;
    let mut cargo = Command::new(env!("CARGO"));
    let example = ["run", "--quiet", "--package", "crm", "--example", "soql"];
    step("queries and literals", cargo.current_dir(root).args(example).stdout(file))?;
    Ok(lines)
}

/// Thousands of requests made up from the OpenAPI document: none may end in a server error or in an answer that is not
/// documented. Secrets come last: with those that are made up, LivePerson and Salesforce let nobody in.
fn administrators_api(root: &Path, home: &Path, python: &Path) -> Result<(), String> {
    let data = home.join("stack");
    if data.exists() {
        fs::remove_dir_all(&data).map_err(|error| format!("{}: {error}", data.display()))?;
    }
    let (base, data) = (free_ports()?, data.display().to_string());
    let stack = ["up", "--json", "--data", &data, "--port-base", &base.to_string(), "--conversations", "300"];
    let _stack = Running::start(root, &stack)?;
    let document = format!("http://127.0.0.1:{base}/api/admin/openapi.json");
    let checks = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,unsupported_method";
    for (what, choice) in
        [("administrators' API", "--exclude-path-regex"), ("secrets", "--include-path-regex")]
    {
        let mut schemathesis = Command::new(python);
        schemathesis.args([
            "-m",
            "schemathesis.cli",
            "run",
            &document,
            choice,
            "/secrets/",
            "--checks",
            checks,
        ]);
        schemathesis.args(["--phases", "examples,coverage,fuzzing", "--max-examples", "5", "--seed", "1"]);
        schemathesis.args(["--header", "Authorization: Bearer chatlink-local-key", "--warnings", "off"]);
        step(what, schemathesis.current_dir(home))?;
    }
    Ok(())
}

fn install_python(home: &Path, tests: &Path) -> Result<PathBuf, String> {
    let environment = home.join("python");
    let python = environment.join("bin/python");
    if !python.exists() {
        say(
            "installing a Python environment with requests-oauthlib, simple-salesforce and schemathesis from PyPI into target/conformance/python",
        );
        step("Python environment", Command::new("python3").arg("-m").arg("venv").arg(&environment))?;
    }
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    for folder in ["liveperson", "salesforce", "admin"] {
        pip.arg("--requirement").arg(tests.join(folder).join("requirements.txt"));
    }
    step("Python clients", &mut pip)?;
    Ok(python)
}

fn install_node(home: &Path, tests: &Path) -> Result<PathBuf, String> {
    let folder = home.join("node");
    npm::install("jsforce and soql-parser-js", &tests.join("salesforce"), &folder)?;
    Ok(folder)
}

/// The simulators' addresses and credentials for the tests, such as `SALESFORCE_URL`.
fn environment(ready: &Value) -> Vec<(String, String)> {
    let systems = ready.as_object().into_iter().flatten();
    let values = systems.flat_map(|(system, values)| {
        let values = values.as_object().into_iter().flatten();
        values.map(move |(name, value)| {
            let name = format!("{system}_{name}").to_uppercase();
            (name, value.as_str().unwrap_or_default().to_owned())
        })
    });
    values.collect()
}
