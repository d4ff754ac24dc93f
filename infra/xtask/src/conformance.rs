//! Other people's clients, unmodified, against the simulators: jsforce (npm), simple-salesforce and requests-oauthlib
//! (PyPI).

use crate::{say, step::step};
use serde_json::Value;
use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// Installs the clients below `target/conformance`, starts the simulators, and runs each client's tests.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let home = root.join("target/conformance");
    let tests = root.join("tests/conformance");
    let python = install_python(&home, &tests)?;
    let node = install_node(&home, &tests)?;
    step(
        "build of the simulators",
        Command::new(env!("CARGO")).current_dir(root).args(["build", "--quiet", "--bin", "chatlink"]),
    )?;
    let simulators = Simulators::start(root)?;
    for test in ["liveperson/requests_oauthlib_test.py", "salesforce/simple_salesforce_test.py"] {
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
        step(test, command.envs(simulators.environment()))?;
    }
    let test = "salesforce/jsforce.mjs";
    fs::copy(tests.join(test), node.join("jsforce.mjs")).map_err(|error| format!("{test}: {error}"))?;
    step(
        test,
        Command::new("node")
            .current_dir(&node)
            .args(["--test", "jsforce.mjs"])
            .envs(simulators.environment()),
    )
}

fn install_python(home: &Path, tests: &Path) -> Result<PathBuf, String> {
    let environment = home.join("python");
    let python = environment.join("bin/python");
    if !python.exists() {
        say(
            "installing a Python environment with requests-oauthlib and simple-salesforce from PyPI into target/conformance/python",
        );
        step("Python environment", Command::new("python3").arg("-m").arg("venv").arg(&environment))?;
    }
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    for folder in ["liveperson", "salesforce"] {
        pip.arg("--requirement").arg(tests.join(folder).join("requirements.txt"));
    }
    step("Python clients", &mut pip)?;
    Ok(python)
}

fn install_node(home: &Path, tests: &Path) -> Result<PathBuf, String> {
    let folder = home.join("node");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for file in ["package.json", "package-lock.json", ".npmrc"] {
        let from = tests.join("salesforce").join(file);
        fs::copy(&from, folder.join(file)).map_err(|error| format!("{}: {error}", from.display()))?;
    }
    say("installing jsforce from npm into target/conformance/node");
    step(
        "Node client",
        Command::new("npm").current_dir(&folder).args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]),
    )?;
    Ok(folder)
}

/// The two simulators, on ports of their own; stopped when dropped.
struct Simulators {
    process: Child,
    ready: Value,
}

impl Simulators {
    fn start(root: &Path) -> Result<Simulators, String> {
        let chatlink = std::env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| root.join("target"), PathBuf::from)
            .join("debug/chatlink");
        let anywhere = "127.0.0.1:0";
        let mut process = Command::new(&chatlink)
            .args([
                "simulators",
                "--liveperson",
                anywhere,
                "--salesforce",
                anywhere,
                "--conversations",
                "3000",
                "--days",
                "30",
            ])
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{} does not start: {error}", chatlink.display()))?;
        let mut line = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output)
                .read_line(&mut line)
                .map_err(|error| format!("the simulators' ready line: {error}"))?;
        }
        let ready =
            serde_json::from_str(&line).map_err(|error| format!("the simulators' ready line: {error}"))?;
        Ok(Simulators { process, ready })
    }

    /// Addresses and credentials for the tests, such as `SALESFORCE_URL`.
    fn environment(&self) -> Vec<(String, String)> {
        let systems = self.ready.as_object().into_iter().flatten();
        let values = systems.flat_map(|(system, values)| {
            let values = values.as_object().into_iter().flatten();
            values.map(move |(name, value)| {
                let name = format!("{system}_{name}").to_uppercase();
                (name, value.as_str().unwrap_or_default().to_owned())
            })
        });
        values.collect()
    }
}

impl Drop for Simulators {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is gone afterwards.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
