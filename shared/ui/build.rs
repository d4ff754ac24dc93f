//! Builds the pages with Node.js when their sources changed, and lists the files for the crate to embed.

use std::{
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    time::SystemTime,
};

/// The oldest Node.js the build tools run on.
const OLDEST_NODE: (u32, u32) = (20, 19);
/// What the build reads, below `web`.
const SOURCES: [&str; 10] = [
    "admin",
    "build",
    "components",
    "handover",
    "widget",
    "package.json",
    "package-lock.json",
    ".npmrc",
    "tsconfig.json",
    "vite.config.ts",
];
/// The pages, each a folder of `web`.
const PAGES: [&str; 3] = ["admin", "widget", "handover"];

fn main() -> ExitCode {
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}

fn build() -> Result<(), String> {
    let web = PathBuf::from(variable("CARGO_MANIFEST_DIR")?).join("web");
    let out = PathBuf::from(variable("OUT_DIR")?);
    for source in SOURCES {
        println!("cargo:rerun-if-changed={}", web.join(source).display());
    }
    check_node()?;
    if must_install(&web) {
        npm(&web, &["ci", "--no-audit", "--no-fund", "--loglevel=error"])?;
    }
    let pages = out.join("pages");
    npm(&web, &["run", "--silent", "build", "--", "--outDir", &pages.to_string_lossy()])?;
    let list = list_files(&pages)?;
    fs::write(out.join("pages.rs"), list).map_err(|error| format!("pages.rs cannot be written: {error}"))
}

fn variable(name: &str) -> Result<String, String> {
    env::var(name).map_err(|_| format!("{name} is not set; build with cargo"))
}

fn check_node() -> Result<(), String> {
    let (major, minor) = OLDEST_NODE;
    let way_out = format!(
        "The web pages are built with Node.js. Install version {major}.{minor} or newer (with npm) from nodejs.org or \
         with your package manager, see that `node --version` answers, and build again."
    );
    let answer = Command::new("node").arg("--version").output();
    let answer = answer.map_err(|error| format!("`node` does not start: {error}.\n{way_out}"))?;
    let version = String::from_utf8_lossy(&answer.stdout).trim().to_owned();
    let mut numbers = version.trim_start_matches('v').split('.').map_while(|number| number.parse().ok());
    match (numbers.next(), numbers.next()) {
        (Some(found), Some(minor)) if (found, minor) >= OLDEST_NODE => Ok(()),
        _ => Err(format!("`node --version` says {version:?}, which is too old.\n{way_out}")),
    }
}

/// Whether packages are missing or older than the lock file. npm writes its own copy of the lock last.
fn must_install(web: &Path) -> bool {
    let changed = |file: &str| fs::metadata(web.join(file)).and_then(|found| found.modified()).ok();
    let installed: Option<SystemTime> = changed("node_modules/.package-lock.json");
    installed.is_none() || installed < changed("package-lock.json")
}

fn npm(web: &Path, arguments: &[&str]) -> Result<(), String> {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let asked = format!("npm {}", arguments.join(" "));
    let answer = Command::new(program).current_dir(web).args(arguments).output();
    let answer = answer.map_err(|error| {
        format!("`npm` does not start: {error}. It comes with Node.js; install it and build again.")
    })?;
    if answer.status.success() {
        return Ok(());
    }
    let (said, complained) =
        (String::from_utf8_lossy(&answer.stdout), String::from_utf8_lossy(&answer.stderr));
    Err(format!("`{asked}` failed in {}:\n{said}{complained}", web.display()))
}

/// Every page as a constant, and a slice of assets, plain and compressed, for each folder of them.
fn list_files(pages: &Path) -> Result<String, String> {
    let mut list = String::new();
    let unwritten = |error: std::fmt::Error| error.to_string();
    for page in PAGES {
        let (name, file) = (page.to_uppercase(), pages.join(page).join("index.html"));
        writeln!(list, "pub(crate) const {name}: &str = include_str!({file:?});").map_err(unwritten)?;
    }
    for (name, folder) in [("ADMIN_ASSETS", "assets"), ("WIDGET_ASSETS", "assets/widget")] {
        let folder = pages.join(folder);
        writeln!(list, "const {name}: &[Asset] = &[").map_err(unwritten)?;
        for name in files_of(&folder)? {
            let (plain, gzip) = (folder.join(&name), folder.join(format!("{name}.gz")));
            let written = writeln!(
                list,
                "    Asset {{ name: {name:?}, plain: include_bytes!({plain:?}), gzip: include_bytes!({gzip:?}) }},"
            );
            written.map_err(unwritten)?;
        }
        list.push_str("];\n");
    }
    Ok(list)
}

/// Names of the files right in a folder, without their compressed forms, in order.
fn files_of(folder: &Path) -> Result<Vec<String>, String> {
    let unreadable = |error| format!("{} cannot be read: {error}", folder.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if path.is_file() && !name.ends_with(".gz") {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}
