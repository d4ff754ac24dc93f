//! The REST operations of EventBridge Scheduler that Chatlink uses.

use super::{
    Schedule, Scheduler,
    requests::{self, check_name},
};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{collections::BTreeMap, io, sync::Arc};

/// The group that every account has.
const DEFAULT_GROUP: &str = "default";
const MOST_RESULTS: usize = 100;

/// An answer that is not what was asked for: `ValidationException` and its like.
struct Refused(StatusCode, &'static str, String);

type Answer = Result<Json<Value>, Refused>;

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let Refused(status, kind, message) = self;
        (status, [("x-amzn-errortype", kind)], Json(json!({ "Message": message }))).into_response()
    }
}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        Refused(StatusCode::INTERNAL_SERVER_ERROR, "InternalServerException", error.to_string())
    }
}

fn invalid(message: String) -> Refused {
    Refused(StatusCode::BAD_REQUEST, "ValidationException", message)
}

fn missing(what: &str, name: &str) -> Refused {
    let message = format!("{what} {name} does not exist.");
    Refused(StatusCode::NOT_FOUND, "ResourceNotFoundException", message)
}

fn conflict(what: &str, name: &str) -> Refused {
    Refused(StatusCode::CONFLICT, "ConflictException", format!("{what} {name} already exists."))
}

pub(super) fn arn(group: &str, name: &str) -> String {
    format!("arn:aws:scheduler:local:000000000000:schedule/{group}/{name}")
}

fn group_arn(name: &str) -> String {
    format!("arn:aws:scheduler:local:000000000000:schedule-group/{name}")
}

impl Scheduler {
    /// Its routes, for the address the other AWS operations have.
    pub fn router(self: &Arc<Self>) -> Router {
        let one = post(create).put(update).get(read).delete(remove);
        Router::new()
            .route("/schedules", get(list))
            .route("/schedules/{name}", one)
            .route("/schedule-groups/{name}", post(create_group))
            .with_state(Arc::clone(self))
    }
}

async fn create_group(State(scheduler): State<Arc<Scheduler>>, Path(name): Path<String>) -> Answer {
    check_name("Name", &name).map_err(invalid)?;
    let created = name != DEFAULT_GROUP && scheduler.change(|state| state.groups.insert(name.clone()))?;
    if !created {
        return Err(conflict("Schedule group", &name));
    }
    Ok(Json(json!({ "ScheduleGroupArn": group_arn(&name) })))
}

async fn create(State(scheduler): State<Arc<Scheduler>>, Path(name): Path<String>, body: Bytes) -> Answer {
    check_name("Name", &name).map_err(invalid)?;
    let now = scheduler.clock.now();
    let request = requests::parse(&body, now).map_err(invalid)?;
    let group = request.group_name.unwrap_or_else(|| DEFAULT_GROUP.to_owned());
    let (definition, token) = (request.definition, request.client_token);
    scheduler.change(|state| {
        if group != DEFAULT_GROUP && !state.groups.contains(&group) {
            return Err(missing("Schedule group", &group));
        }
        let schedules = state.schedules.entry(group.clone()).or_default();
        match schedules.get(&name) {
            // The SDK sends the same token when it tries again.
            Some(kept) if token.is_some() && kept.client_token == token => {}
            Some(_) => return Err(conflict("Schedule", &name)),
            None => {
                schedules.insert(name.clone(), Schedule::new(definition, token, now));
            }
        }
        Ok(Json(json!({ "ScheduleArn": arn(&group, &name) })))
    })?
}

async fn update(State(scheduler): State<Arc<Scheduler>>, Path(name): Path<String>, body: Bytes) -> Answer {
    let now = scheduler.clock.now();
    let request = requests::parse(&body, now).map_err(invalid)?;
    let group = request.group_name.unwrap_or_else(|| DEFAULT_GROUP.to_owned());
    scheduler.change(|state| {
        let kept = state.find_mut(&group, &name).ok_or_else(|| missing("Schedule", &name))?;
        kept.update(request.definition, now);
        Ok(Json(json!({ "ScheduleArn": arn(&group, &name) })))
    })?
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct InGroup {
    group_name: Option<String>,
}

impl InGroup {
    fn name(self) -> String {
        self.group_name.unwrap_or_else(|| DEFAULT_GROUP.to_owned())
    }
}

async fn read(
    State(scheduler): State<Arc<Scheduler>>,
    Path(name): Path<String>,
    Query(group): Query<InGroup>,
) -> Answer {
    let group = group.name();
    let mut state = scheduler.lock().clone();
    let kept = state.find_mut(&group, &name).ok_or_else(|| missing("Schedule", &name))?;
    let mut answer = json!(kept.definition);
    for (member, value) in [
        ("Arn", json!(arn(&group, &name))),
        ("Name", json!(name)),
        ("GroupName", json!(group)),
        ("CreationDate", json!(kept.created.as_second())),
        ("LastModificationDate", json!(kept.modified.as_second())),
    ] {
        answer[member] = value;
    }
    Ok(Json(answer))
}

async fn remove(
    State(scheduler): State<Arc<Scheduler>>,
    Path(name): Path<String>,
    Query(group): Query<InGroup>,
) -> Answer {
    let group = group.name();
    let removed =
        scheduler.change(|state| state.schedules.get_mut(&group).and_then(|all| all.remove(&name)))?;
    removed.map(|_| Json(json!({}))).ok_or_else(|| missing("Schedule", &name))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listing {
    schedule_group: Option<String>,
    name_prefix: Option<String>,
    max_results: Option<usize>,
    next_token: Option<String>,
}

/// Sorted by group and name; the token is the place of the next page's first.
async fn list(State(scheduler): State<Arc<Scheduler>>, Query(asked): Query<Listing>) -> Answer {
    let most = asked.max_results.unwrap_or(MOST_RESULTS);
    if !(1..=MOST_RESULTS).contains(&most) {
        return Err(invalid(format!("MaxResults must be 1 to {MOST_RESULTS}")));
    }
    let skip = asked.next_token.map_or(Ok(0), |token| token.parse::<usize>());
    let skip = skip.map_err(|_| invalid("NextToken is not one we gave".to_owned()))?;
    let state = scheduler.lock();
    if let Some(group) = asked.schedule_group.as_ref()
        && group != DEFAULT_GROUP
        && !state.groups.contains(group)
    {
        return Err(missing("Schedule group", group));
    }
    let prefix = asked.name_prefix.unwrap_or_default();
    let in_group = |group: &String| asked.schedule_group.as_ref().is_none_or(|wanted| wanted == group);
    let groups = state.schedules.iter().filter(|(group, _)| in_group(group));
    let all: Vec<Value> =
        groups.flat_map(|(group, schedules)| summaries(group, schedules, &prefix)).collect();
    let page: Vec<&Value> = all.iter().skip(skip).take(most).collect();
    let mut answer = json!({ "Schedules": page });
    if skip + most < all.len() {
        answer["NextToken"] = json!((skip + most).to_string());
    }
    Ok(Json(answer))
}

fn summaries(group: &str, schedules: &BTreeMap<String, Schedule>, prefix: &str) -> Vec<Value> {
    let wanted = schedules.iter().filter(|(name, _)| name.starts_with(prefix));
    let summary = |(name, kept): (&String, &Schedule)| {
        json!({
            "Arn": arn(group, name),
            "Name": name,
            "GroupName": group,
            "State": kept.definition.state,
            "CreationDate": kept.created.as_second(),
            "LastModificationDate": kept.modified.as_second(),
            "Target": { "Arn": kept.definition.target.arn },
        })
    };
    wanted.map(summary).collect()
}
