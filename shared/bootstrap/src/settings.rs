//! What a stack's template tells its functions through the environment.

use domain::Code;
use std::time::Duration;
use url::Url;

use crate::HandlerError;

/// One stack's names and addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `CHATLINK_TABLE`: the DynamoDB table.
    pub table: String,
    /// `CHATLINK_BUS`: the event bus.
    pub bus: String,
    /// `CHATLINK_BUS_ARN`: the event bus, as schedules name it.
    pub bus_arn: String,
    /// `CHATLINK_SCHEDULE_GROUP`: the group of the stack's schedules, which is the stack's name.
    pub schedule_group: String,
    /// `CHATLINK_SCHEDULE_ROLE_ARN`: the role that lets schedules put events on the bus.
    pub schedule_role_arn: String,
    /// `CHATLINK_API_SECRET`: name of the secret with the key of our own API.
    pub api_secret: String,
    /// `CHATLINK_LIVEPERSON_SECRET`: name of the secret with the API key.
    pub liveperson_secret: String,
    /// `CHATLINK_SALESFORCE_SECRET`: name of the secret with the private key or client secret.
    pub salesforce_secret: String,
    /// `CHATLINK_SESSION_SECRET`: name of the secret with the key that agents' tokens are sealed with.
    pub session_secret: String,
    /// `CHATLINK_SALESFORCE_LOGIN_URL`: where administrators sign in, the org's My Domain URL.
    pub salesforce_login_url: String,
    /// `CHATLINK_SALESFORCE_CLIENT_ID`: consumer key of the external client app they sign in through.
    pub salesforce_client_id: String,
    /// `CHATLINK_LIVEPERSON_DOMAIN_URL`: the Domain API, `https://api.liveperson.net` when absent.
    pub liveperson_domain_url: Url,
    /// `CHATLINK_LIVEPERSON_SDK_URL`: the script of LivePerson's widget SDK, LivePerson's own when absent.
    pub liveperson_sdk_url: Url,
    /// `CHATLINK_FRAME_ANCESTORS`: who may show the widget in a frame, as a Content-Security-Policy lists them; LivePerson's
    /// domains when absent.
    pub frame_ancestors: String,
    /// `CHATLINK_RETRY_PAUSES_MS`: pauses between retries of an outside call, such as `10,20,40`, for those who cannot wait
    /// the ordinary ones, which apply when absent.
    pub retry_pauses: Option<Vec<Duration>>,
}

/// A setting that is missing or malformed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// Not set.
    #[error("the environment variable {0} is not set; the stack's template sets it")]
    Missing(&'static str),
    /// Set to something else.
    #[error("the environment variable {0} is not a URL")]
    NotAUrl(&'static str),
    /// Set to something else.
    #[error(
        "the environment variable {0} is not a list of origins, such as https://*.liveperson.net, with spaces between them"
    )]
    NotSources(&'static str),
    /// Set to something else.
    #[error("the environment variable {0} is not a list of milliseconds, such as 10,20,40")]
    NotMilliseconds(&'static str),
}

impl From<SettingError> for HandlerError {
    fn from(error: SettingError) -> Self {
        HandlerError::new(Code::SettingInvalid, error.to_string())
    }
}

impl Settings {
    /// Reads the process's environment.
    ///
    /// # Errors
    /// The first [`SettingError`].
    pub fn from_env() -> Result<Settings, SettingError> {
        Settings::read(|name| std::env::var(name).ok())
    }

    fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Settings, SettingError> {
        let required =
            |name| variable(name).filter(|value| !value.is_empty()).ok_or(SettingError::Missing(name));
        let url = |name, ordinary: &str| {
            let given = variable(name).filter(|value| !value.is_empty());
            Url::parse(given.as_deref().unwrap_or(ordinary)).map_err(|_| SettingError::NotAUrl(name))
        };
        Ok(Settings {
            table: required("CHATLINK_TABLE")?,
            bus: required("CHATLINK_BUS")?,
            bus_arn: required("CHATLINK_BUS_ARN")?,
            schedule_group: required("CHATLINK_SCHEDULE_GROUP")?,
            schedule_role_arn: required("CHATLINK_SCHEDULE_ROLE_ARN")?,
            api_secret: required("CHATLINK_API_SECRET")?,
            liveperson_secret: required("CHATLINK_LIVEPERSON_SECRET")?,
            salesforce_secret: required("CHATLINK_SALESFORCE_SECRET")?,
            session_secret: required("CHATLINK_SESSION_SECRET")?,
            salesforce_login_url: required("CHATLINK_SALESFORCE_LOGIN_URL")?,
            salesforce_client_id: required("CHATLINK_SALESFORCE_CLIENT_ID")?,
            liveperson_domain_url: url("CHATLINK_LIVEPERSON_DOMAIN_URL", "https://api.liveperson.net")?,
            liveperson_sdk_url: url("CHATLINK_LIVEPERSON_SDK_URL", WIDGET_SDK)?,
            frame_ancestors: frame_ancestors(variable("CHATLINK_FRAME_ANCESTORS"))?,
            retry_pauses: variable(PAUSES).as_deref().map(milliseconds).transpose()?,
        })
    }
}

const PAUSES: &str = "CHATLINK_RETRY_PAUSES_MS";
const WIDGET_SDK: &str = "https://lpcdn.lpsnmedia.net/webagent/client-SDK.min.js";
/// The domains LivePerson serves its workspace from.
pub const LIVEPERSON_FRAMES: &str =
    "https://*.liveperson.net https://*.liveperson.com https://*.lpsnmedia.net";

/// A list of sources, one line; what could begin another directive is refused.
fn frame_ancestors(given: Option<String>) -> Result<String, SettingError> {
    let name = "CHATLINK_FRAME_ANCESTORS";
    match given.filter(|list| !list.trim().is_empty()) {
        None => Ok(LIVEPERSON_FRAMES.to_owned()),
        Some(list)
            if list
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && !b";,'\"".contains(&byte) || byte == b' ') =>
        {
            Ok(list.trim().to_owned())
        }
        Some(_) => Err(SettingError::NotSources(name)),
    }
}

fn milliseconds(list: &str) -> Result<Vec<Duration>, SettingError> {
    let pauses = list.split(',').map(|ms| ms.trim().parse().map(Duration::from_millis));
    pauses.collect::<Result<_, _>>().map_err(|_| SettingError::NotMilliseconds(PAUSES))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_or_malformed_setting_is_named() {
        let all = |name: &str| match name {
            "CHATLINK_RETRY_PAUSES_MS" | "CHATLINK_FRAME_ANCESTORS" => None,
            name if name.ends_with("URL") => Some("https://lp.example".to_owned()),
            _ => Some("x".to_owned()),
        };
        assert_eq!(Settings::read(all).unwrap().liveperson_domain_url.as_str(), "https://lp.example/");
        for name in [
            "CHATLINK_TABLE",
            "CHATLINK_BUS",
            "CHATLINK_BUS_ARN",
            "CHATLINK_SCHEDULE_GROUP",
            "CHATLINK_SCHEDULE_ROLE_ARN",
            "CHATLINK_API_SECRET",
            "CHATLINK_LIVEPERSON_SECRET",
            "CHATLINK_SALESFORCE_SECRET",
            "CHATLINK_SESSION_SECRET",
            "CHATLINK_SALESFORCE_LOGIN_URL",
            "CHATLINK_SALESFORCE_CLIENT_ID",
        ] {
            let without = |asked: &str| all(asked).filter(|_| asked != name);
            assert_eq!(Settings::read(without), Err(SettingError::Missing(name)));
        }
        let pauses = |name: &str| if name == PAUSES { Some("10, soon".to_owned()) } else { all(name) };
        assert_eq!(Settings::read(pauses), Err(SettingError::NotMilliseconds(PAUSES)));
        assert_eq!(Settings::read(all).unwrap().frame_ancestors, LIVEPERSON_FRAMES);
        let frames = |name: &str| {
            if name == "CHATLINK_FRAME_ANCESTORS" { Some("*; script-src *".to_owned()) } else { all(name) }
        };
        assert_eq!(Settings::read(frames), Err(SettingError::NotSources("CHATLINK_FRAME_ANCESTORS")));
        let garbage = |name: &str| Some(if name.ends_with("URL") { "no url" } else { "x" }.to_owned());
        assert_eq!(Settings::read(garbage), Err(SettingError::NotAUrl("CHATLINK_LIVEPERSON_DOMAIN_URL")));
    }
}
