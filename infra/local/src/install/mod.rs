//! The Salesforce side of Chatlink, brought into an org and taken out again.
//!
//! What is there already is asked in two ways. Fields are compared by describe, so that a changed one is named before
//! anything is tried. All else the org compares itself: a deployment that only checks says of each component whether it
//! would be created or changed.

mod compare;
mod package;
mod people;
mod run;
mod sign_in;
#[cfg(test)]
mod tests;
mod uninstall;
mod words;
pub(crate) mod xml;

pub(crate) use compare::OBJECT;
pub(crate) use package::{ANY_STACK, KINDS, PARTS, Package};
pub(crate) use run::{App, Install, Outcome, install};
pub(crate) use sign_in::{TOKEN_VARIABLE, sign_in};
pub(crate) use uninstall::{Removed, uninstall};
pub(crate) use xml::{NAMESPACE, child, children};

use domain::ports::SinkError;
use url::Url;

/// The version of the API that is asked.
pub(crate) const API_VERSION: &str = "v67.0";

/// Why nothing, or not all, was done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InstallError {
    /// An argument is wrong.
    #[error("{0}")]
    Input(String),
    /// Salesforce.
    #[error("{0}")]
    Org(#[from] SinkError),
    /// Salesforce refuses components.
    #[error("the org refuses the package, and nothing was deployed:\n  {0}")]
    Refused(String),
    /// It was begun, and something is left.
    #[error("{0}")]
    Undone(String),
    /// What would be lost cannot be counted.
    #[error(
        "the org has {OBJECT}, but {0} may not see it, so its records cannot be counted; assign them a permission set that lets \
         them see all of it, or say --delete-records. Nothing was removed"
    )]
    Unseen(String),
    /// Salesforce keeps components.
    #[error(
        "the org keeps the package, whose permission sets nobody has any more; see to this, then uninstall again:\n  {0}"
    )]
    Kept(String),
    /// Records would be lost.
    #[error(
        "{OBJECT} has records, {0} of them, which would go with it; export what you need, then say --delete-records. Nothing was removed"
    )]
    Records(u64),
    /// The package does not become a zip.
    #[error("the package cannot be put together: {0}")]
    Zip(#[from] zip::result::ZipError),
}

/// The address of an org or a stack: scheme and host, `https` unless it is this machine.
pub(crate) fn address(what: &str, text: &str) -> Result<String, InstallError> {
    let wrong = |why: &str| {
        InstallError::Input(format!("{what} {text}: {why}, such as https://acme.my.salesforce.com"))
    };
    let wrong = |why: &str| match what {
        "--stack" => {
            InstallError::Input(format!("{what} {text}: {why}, the one the deployment printed as Address"))
        }
        _ => wrong(why),
    };
    let url: Url = text.trim().parse().map_err(|_| wrong("give an address with https://"))?;
    let here = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    if url.scheme() != "https" && !(here && url.scheme() == "http") {
        return Err(wrong("give an address with https://"));
    }
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    if !bare || !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("give the address without a path"));
    }
    Ok(url.origin().ascii_serialization())
}

/// A text as a SOQL literal.
pub(crate) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}
