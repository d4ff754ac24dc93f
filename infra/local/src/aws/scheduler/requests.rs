//! What a schedule is, as requests say it, and the rules AWS documents for that.

use domain::schedule::{Expression, check_zone};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

const DEFAULT_MOST_AGE_SECONDS: i64 = 86_400;
const DEFAULT_RETRIES: i64 = 185;

/// The body of `CreateSchedule` and `UpdateSchedule`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Request {
    pub(super) group_name: Option<String>,
    pub(super) client_token: Option<String>,
    #[serde(flatten)]
    pub(super) definition: Definition,
}

/// A schedule without its name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Definition {
    #[serde(rename = "ScheduleExpression")]
    pub(super) expression: String,
    #[serde(rename = "ScheduleExpressionTimezone", default = "utc")]
    pub(super) zone: String,
    pub(super) flexible_time_window: FlexibleTimeWindow,
    pub(super) target: Target,
    #[serde(default)]
    pub(super) state: ScheduleState,
    #[serde(default)]
    pub(super) action_after_completion: ActionAfterCompletion,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    /// What the local stack does not act on, so that it can be refused by name.
    #[serde(flatten, skip_serializing)]
    others: serde_json::Map<String, Value>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct FlexibleTimeWindow {
    mode: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum ScheduleState {
    #[default]
    Enabled,
    Disabled,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum ActionAfterCompletion {
    #[default]
    None,
    Delete,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Target {
    pub(super) arn: String,
    role_arn: String,
    input: String,
    event_bridge_parameters: EventBridgeParameters,
    #[serde(default)]
    retry_policy: RetryPolicy,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dead_letter_config: Option<Value>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct EventBridgeParameters {
    detail_type: String,
    source: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields, default)]
struct RetryPolicy {
    maximum_event_age_in_seconds: i64,
    maximum_retry_attempts: i64,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        RetryPolicy {
            maximum_event_age_in_seconds: DEFAULT_MOST_AGE_SECONDS,
            maximum_retry_attempts: DEFAULT_RETRIES,
        }
    }
}

fn utc() -> String {
    "UTC".to_owned()
}

impl ScheduleState {
    pub(super) fn is_enabled(self) -> bool {
        self == ScheduleState::Enabled
    }
}

impl ActionAfterCompletion {
    pub(super) fn deletes(self) -> bool {
        self == ActionAfterCompletion::Delete
    }
}

/// Reads a request's body.
///
/// # Errors
/// What AWS would say is wrong, or what the local stack does not do.
pub(super) fn parse(body: &[u8], now: Timestamp) -> Result<Request, String> {
    let request: Request = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    if let Some(token) = &request.client_token {
        expect((1..=64).contains(&token.len()), "ClientToken must have 1 to 64 characters")?;
    }
    request.definition.check(now)?;
    Ok(request)
}

/// Names of schedules and groups: 1 to 64 letters, digits, `-`, `_` and `.`.
pub(super) fn check_name(what: &str, name: &str) -> Result<(), String> {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let fits = (1..=64).contains(&name.len()) && name.bytes().all(known);
    expect(fits, &format!("{what} must have 1 to 64 letters, digits, '-', '_' and '.'"))
}

fn expect(holds: bool, otherwise: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise.to_owned()) }
}

impl Definition {
    fn check(&self, now: Timestamp) -> Result<(), String> {
        if let Some((name, _)) = self.others.iter().next() {
            return Err(format!("{name} is not a member the local stack acts on"));
        }
        let expression: Expression = self
            .expression
            .parse()
            .map_err(|error| format!("Invalid Schedule Expression {}. {error}", self.expression))?;
        let zone = check_zone(&self.zone)
            .map_err(|error| format!("Invalid Schedule Expression Timezone {}. {error}", self.zone))?;
        if let Expression::At(_) = expression {
            let to_come = expression.next_after(now, &zone, now).is_some();
            expect(to_come, &format!("{} is in the past", self.expression))?;
        }
        let description = self.description.as_deref().unwrap_or_default();
        expect(description.len() <= 512, "Description must have at most 512 characters")?;
        let off = self.flexible_time_window.mode == "OFF";
        expect(off, "FlexibleTimeWindow.Mode must be OFF: the local stack fires to the minute")?;
        self.target.check()
    }
}

impl Target {
    fn check(&self) -> Result<(), String> {
        let parts: Vec<&str> = self.arn.splitn(6, ':').collect();
        let bus =
            matches!(parts[..], ["arn", _, "events", _, _, resource] if resource.starts_with("event-bus/"));
        expect(bus, "Target.Arn must be an event bus: the local stack has no other targets")?;
        let parts: Vec<&str> = self.role_arn.splitn(6, ':').collect();
        let role = matches!(parts[..], ["arn", _, "iam", "", account, resource]
            if account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit()) && resource.starts_with("role/"));
        expect(role, "Target.RoleArn must be the ARN of a role")?;
        let detail = serde_json::from_str::<Value>(&self.input).is_ok_and(|detail| detail.is_object());
        expect(detail, "Target.Input must be a JSON object, which becomes the event's detail")?;
        let EventBridgeParameters { detail_type, source } = &self.event_bridge_parameters;
        expect((1..=128).contains(&detail_type.len()), "DetailType must have 1 to 128 characters")?;
        expect((1..=256).contains(&source.len()), "Source must have 1 to 256 characters")?;
        expect(!source.starts_with("aws."), "Source must not begin with aws.")?;
        let RetryPolicy { maximum_event_age_in_seconds: age, maximum_retry_attempts: tries } =
            self.retry_policy;
        expect((60..=86_400).contains(&age), "MaximumEventAgeInSeconds must be 60 to 86400")?;
        expect((0..=185).contains(&tries), "MaximumRetryAttempts must be 0 to 185")
    }

    /// After this long a firing that was not delivered is given up.
    pub(super) fn most_age_seconds(&self) -> i64 {
        self.retry_policy.maximum_event_age_in_seconds
    }

    /// The entry for `PutEvents`, with the context attributes filled in.
    pub(super) fn event(&self, schedule_arn: &str, at: Timestamp) -> Value {
        let attributes = [
            ("scheduled-time", at.to_string()),
            ("schedule-arn", schedule_arn.to_owned()),
            ("execution-id", format!("{:016x}", fastrand::u64(..))),
            ("attempt-number", "1".to_owned()),
        ];
        let detail = attributes.iter().fold(self.input.clone(), |input, (name, value)| {
            input.replace(&format!("<aws.scheduler.{name}>"), value)
        });
        let bus = self.arn.split_once("event-bus/").map_or("", |(_, name)| name);
        json!({
            "EventBusName": bus,
            "Source": self.event_bridge_parameters.source,
            "DetailType": self.event_bridge_parameters.detail_type,
            "Detail": detail,
        })
    }
}
