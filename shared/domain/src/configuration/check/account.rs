//! The account, the login, the schedules and the limits.

use super::{Found, text};
use crate::{
    Code,
    configuration::{Configuration, LoginFlow, SalesforceLogin, SyncLimits},
};

/// The oldest REST API version Salesforce has not retired.
const OLDEST_VERSION: u16 = 31;
/// Hosts that are no org's own.
const SHARED_HOSTS: [&str; 2] = ["login.salesforce.com", "test.salesforce.com"];

pub(super) fn check(configuration: &Configuration, found: &mut Found) {
    let account = &configuration.account;
    if account.is_empty() {
        let sentence =
            "the LivePerson account id is empty; give the one LivePerson shows, such as le12345678";
        found.add("account", Code::ValueInvalid, sentence);
    } else if account.len() > 40 || !account.bytes().all(|b| b.is_ascii_alphanumeric()) {
        let sentence = format!(
            "'{account}' cannot be a LivePerson account id: one is made of letters and digits; give one such as le12345678"
        );
        found.add("account", Code::ValueInvalid, sentence);
    }
    check_login(&configuration.salesforce, found);
    for error in configuration.schedules.at_minute(0).check() {
        found.add(format!("schedules.{}", error.field()), error.code(), error.to_string());
    }
    check_limits(configuration.limits, found);
    if configuration.terms.as_ref().is_some_and(|terms| terms.by.trim().is_empty()) {
        let sentence = "who accepted the terms is empty; give the user name, or null while nobody has";
        found.add("terms.by", Code::ValueInvalid, sentence);
    }
}

fn check_login(login: &SalesforceLogin, found: &mut Found) {
    let host = check_url("salesforce.login_url", &login.login_url, "https://acme.my.salesforce.com", found);
    let version = &login.api_version;
    match version.strip_prefix('v').and_then(|rest| rest.strip_suffix(".0")).map(str::parse::<u16>) {
        Some(Ok(number)) if number >= OLDEST_VERSION => {}
        Some(Ok(_)) => {
            let sentence =
                format!("Salesforce has retired API version {version}; give a newer one, such as v67.0");
            found.add("salesforce.api_version", Code::ValueInvalid, sentence);
        }
        _ => {
            let sentence = if version.is_empty() {
                "the API version is empty; give one such as v67.0".to_owned()
            } else {
                format!("'{version}' is not an API version; write it as Salesforce does, such as v67.0")
            };
            found.add("salesforce.api_version", Code::ValueInvalid, sentence);
        }
    }
    let check_client_id = |flow: &str, client_id: &str, found: &mut Found| {
        if client_id.trim().is_empty() {
            let sentence = "the consumer key is empty; copy it from the external client app in Salesforce";
            found.add(format!("salesforce.flow.{flow}.client_id"), Code::ValueInvalid, sentence);
        }
    };
    match &login.flow {
        LoginFlow::JwtBearer { client_id, username, audience } => {
            check_client_id("jwt_bearer", client_id, found);
            let named =
                username.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
            if !named || username.contains(char::is_whitespace) {
                let sentence = if username.is_empty() {
                    "the user name is empty; give that of the sync user, which looks like an e-mail address"
                        .to_owned()
                } else {
                    format!(
                        "'{username}' is not a Salesforce user name, which looks like an e-mail address; give that of the sync user"
                    )
                };
                found.add("salesforce.flow.jwt_bearer.username", Code::ValueInvalid, sentence);
            }
            check_url("salesforce.flow.jwt_bearer.audience", audience, "https://login.salesforce.com", found);
        }
        LoginFlow::ClientCredentials { client_id } => {
            check_client_id("client_credentials", client_id, found);
            if host.is_some_and(|host| SHARED_HOSTS.contains(&host)) {
                let sentence = format!(
                    "client credentials are taken at the org's own host only, and '{}' is not one; give the My Domain URL, such as https://acme.my.salesforce.com",
                    login.login_url
                );
                found.add("salesforce.login_url", Code::SettingUnfit, sentence);
            }
        }
    }
}

/// The URL's host; a problem when it has none.
fn check_url<'u>(path: &str, url: &'u str, example: &str, found: &mut Found) -> Option<&'u str> {
    let host = text::host_of(url);
    if host.is_none() {
        let sentence = if url.is_empty() {
            format!("the URL is empty; give one such as {example}")
        } else {
            format!("'{url}' is not https:// and a host; give one such as {example}")
        };
        found.add(path, Code::ValueInvalid, sentence);
    }
    host
}

fn check_limits(limits: SyncLimits, found: &mut Found) {
    let within = limits.within_bounds();
    if within.api_share != limits.api_share {
        let sentence =
            format!("{} percent of the org's API calls cannot be our share; give 1 to 100", limits.api_share);
        found.add("limits.api_share", Code::ValueInvalid, sentence);
    }
    if within.log_days != limits.log_days {
        let sentence =
            format!("event log entries cannot be kept for {} days; give 1 to 400", limits.log_days);
        found.add("limits.log_days", Code::ValueInvalid, sentence);
    }
}
