//! EventBridge Scheduler: the schedules of one stack, each of which puts an event on our bus when it fires.

use crate::{
    events::{RUN_REQUESTED, SOURCE},
    lazily::Lazily,
    unavailable,
};
use aws_config::SdkConfig;
use aws_sdk_scheduler::{
    Client,
    error::{BuildError, ProvideErrorMetadata, SdkError},
    types::{
        ActionAfterCompletion, DeadLetterConfig, EventBridgeParameters, FlexibleTimeWindow,
        FlexibleTimeWindowMode, RetryPolicy, Target,
    },
};
use domain::{
    Code, ScheduleError, WantedSchedule,
    ports::StoreError,
    schedule::{check_expression, check_zone},
};
use jiff::{Timestamp, Unit};
use serde_json::{Value, json};

/// EventBridge Scheduler puts the instant of the firing here, as RFC 3339 in UTC.
const SCHEDULED_TIME: &str = "<aws.scheduler.scheduled-time>";
/// A firing that could not be delivered is given up after a day; by then the next one has come.
const MOST_AGE_SECONDS: i32 = 86_400;
const MOST_RETRIES: i32 = 185;
/// EventBridge Scheduler takes no longer names, in characters.
const MOST_NAME_CHARACTERS: usize = 64;
const TRIES: usize = 2;

/// Where a stack's schedules stand, and what they may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchedulerSettings {
    /// Schedule group, which is the stack's name; names of schedules begin with it.
    pub group: String,
    /// The stack's event bus, which the schedules put their events on.
    pub bus_arn: String,
    /// The role that lets EventBridge Scheduler do so.
    pub role_arn: String,
}

impl SchedulerSettings {
    /// The queue of what could not be delivered, which is beside the bus in the template and called after it.
    fn dead_letter_arn(&self) -> String {
        self.bus_arn.replacen(":events:", ":sqs:", 1).replacen("event-bus/", "", 1) + "-dead-events"
    }
}

/// The schedules of one stack.
#[derive(Clone, Debug)]
pub struct EventBridgeScheduler {
    client: Lazily<Client>,
    settings: SchedulerSettings,
}

/// Why a schedule was not put, removed or listed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SchedulerError {
    /// Our own check refused it; AWS was not called.
    #[error(transparent)]
    Invalid(#[from] ScheduleError),
    /// A name that AWS does not take; AWS was not called.
    #[error(
        "'{name}' is no name for a schedule: give 1 to {MOST_NAME_CHARACTERS} letters, digits, '-', '_' and '.', the stack's name included"
    )]
    Name {
        /// The whole name.
        name: String,
    },
    /// AWS refused it: retrying will not help.
    #[error("EventBridge Scheduler refused the schedule {name}: {reason}")]
    Refused {
        /// The whole name.
        name: String,
        /// AWS's code and words.
        reason: String,
    },
    /// AWS did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SchedulerError {
    /// The code for the event log.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            SchedulerError::Store(error) => error.code(),
            _ => Code::ScheduleInvalid,
        }
    }
}

/// What a schedule is, whichever call puts it.
struct Definition {
    name: String,
    expression: String,
    zone: String,
    detail_type: String,
    input: String,
    once: bool,
}

impl EventBridgeScheduler {
    /// The schedules of that group, where the configuration says AWS is.
    #[must_use]
    pub fn new(config: &SdkConfig, settings: SchedulerSettings) -> Self {
        EventBridgeScheduler { client: Lazily::new(config, Client::new), settings }
    }

    /// Creates the schedule group when there is none: on a developer's machine and in tests. Stacks create theirs by
    /// template.
    ///
    /// # Errors
    /// [`SchedulerError`].
    pub async fn create_group_if_missing(&self) -> Result<(), SchedulerError> {
        let group = &self.settings.group;
        match self.client.create_schedule_group().name(group).send().await {
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conflict_exception()) => Ok(()),
            answer => answer.map(|_| ()).map_err(|error| told(group, error)),
        }
    }

    /// Creates the schedule, or makes the one of that name like it. When it fires, `RunRequested` goes over the bus with
    /// the detail `{"kind": "periodic", "at": "2026-03-01T03:07:00Z"}`.
    ///
    /// # Errors
    /// [`SchedulerError`].
    pub async fn put(&self, wanted: &WantedSchedule) -> Result<(), SchedulerError> {
        let detail = json!({ "kind": wanted.kind.as_str(), "at": SCHEDULED_TIME });
        self.put_definition(Definition {
            name: self.whole_name(wanted.name),
            expression: wanted.expression.clone(),
            zone: wanted.zone.clone(),
            detail_type: RUN_REQUESTED.to_owned(),
            input: detail.to_string(),
            once: false,
        })
        .await
    }

    /// Puts one event on the bus at an instant to come, rounded up to whole seconds; the schedule then removes itself.
    /// One of that name that has not fired yet is replaced. AWS refuses an instant that is past.
    ///
    /// # Errors
    /// [`SchedulerError`].
    pub async fn put_once(
        &self,
        name: &str,
        at: Timestamp,
        detail_type: &str,
        detail: &Value,
    ) -> Result<(), SchedulerError> {
        let rounding = jiff::TimestampRound::new().smallest(Unit::Second).mode(jiff::RoundMode::Ceil);
        let at = at.round(rounding).unwrap_or(at);
        self.put_definition(Definition {
            name: self.whole_name(name),
            expression: format!("at({})", at.strftime("%Y-%m-%dT%H:%M:%S")),
            zone: "UTC".to_owned(),
            detail_type: detail_type.to_owned(),
            input: detail.to_string(),
            once: true,
        })
        .await
    }

    /// Removes a schedule by the name it was put under, with or without one being there.
    ///
    /// # Errors
    /// [`SchedulerError`].
    pub async fn remove(&self, name: &str) -> Result<(), SchedulerError> {
        let name = checked_name(self.whole_name(name))?;
        let request = self.client.delete_schedule().group_name(&self.settings.group).name(&name);
        match request.send().await {
            Err(error) if error.as_service_error().is_some_and(|e| e.is_resource_not_found_exception()) => {
                Ok(())
            }
            answer => answer.map(|_| ()).map_err(|error| told(&name, error)),
        }
    }

    /// The names of the stack's schedules, as they were put, in order.
    ///
    /// # Errors
    /// [`SchedulerError`].
    pub async fn list(&self) -> Result<Vec<String>, SchedulerError> {
        let prefix = self.whole_name("");
        let request = self.client.list_schedules().group_name(&self.settings.group).name_prefix(&prefix);
        let mut schedules = request.into_paginator().items().send();
        let mut names = Vec::new();
        while let Some(schedule) = schedules.next().await {
            let schedule = schedule.map_err(|error| told(&self.settings.group, error))?;
            names.extend(schedule.name().and_then(|name| name.strip_prefix(&prefix)).map(str::to_owned));
        }
        names.sort();
        Ok(names)
    }

    fn whole_name(&self, name: &str) -> String {
        format!("{}-{name}", self.settings.group)
    }

    async fn put_definition(&self, definition: Definition) -> Result<(), SchedulerError> {
        check_expression(&definition.expression)?;
        check_zone(&definition.zone)?;
        let name = checked_name(definition.name.clone())?;
        let target = self.target(&definition).map_err(unavailable)?;
        let window = FlexibleTimeWindow::builder().mode(FlexibleTimeWindowMode::Off);
        let window = window.build().map_err(unavailable)?;
        let after = if definition.once { ActionAfterCompletion::Delete } else { ActionAfterCompletion::None };
        for _ in 0..TRIES {
            let create = self.client.create_schedule().name(&name).group_name(&self.settings.group);
            let create = create
                .schedule_expression(&definition.expression)
                .schedule_expression_timezone(&definition.zone)
                .flexible_time_window(window.clone())
                .action_after_completion(after.clone())
                .target(target.clone());
            match create.send().await {
                Err(error) if error.as_service_error().is_some_and(|e| e.is_conflict_exception()) => {}
                answer => return answer.map(|_| ()).map_err(|error| told(&name, error)),
            }
            let update = self.client.update_schedule().name(&name).group_name(&self.settings.group);
            let update = update
                .schedule_expression(&definition.expression)
                .schedule_expression_timezone(&definition.zone)
                .flexible_time_window(window.clone())
                .action_after_completion(after.clone())
                .target(target.clone());
            match update.send().await {
                // One that fires once can go between the two.
                Err(error)
                    if error.as_service_error().is_some_and(|e| e.is_resource_not_found_exception()) => {}
                answer => return answer.map(|_| ()).map_err(|error| told(&name, error)),
            }
        }
        Err(unavailable(std::io::Error::other(format!("the schedule {name} keeps coming and going"))).into())
    }

    fn target(&self, definition: &Definition) -> Result<Target, BuildError> {
        let event =
            EventBridgeParameters::builder().source(SOURCE).detail_type(&definition.detail_type).build()?;
        let retry = RetryPolicy::builder()
            .maximum_event_age_in_seconds(MOST_AGE_SECONDS)
            .maximum_retry_attempts(MOST_RETRIES)
            .build();
        Target::builder()
            .arn(&self.settings.bus_arn)
            .role_arn(&self.settings.role_arn)
            .event_bridge_parameters(event)
            .input(&definition.input)
            .retry_policy(retry)
            .dead_letter_config(DeadLetterConfig::builder().arn(self.settings.dead_letter_arn()).build())
            .build()
    }
}

fn checked_name(name: String) -> Result<String, SchedulerError> {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let fits = name.len() <= MOST_NAME_CHARACTERS && name.bytes().all(known);
    if fits { Ok(name) } else { Err(SchedulerError::Name { name }) }
}

/// What AWS refuses as wrong is told apart from what may pass.
fn told<E>(name: &str, error: SdkError<E>) -> SchedulerError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let code = error.code().unwrap_or_default();
    if matches!(code, "ValidationException" | "ResourceNotFoundException" | "ServiceQuotaExceededException") {
        let reason = format!("{code}: {}", error.message().unwrap_or_default());
        return SchedulerError::Refused { name: name.to_owned(), reason };
    }
    unavailable(error).into()
}
