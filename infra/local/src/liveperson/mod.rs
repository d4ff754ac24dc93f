//! A LivePerson account on one machine: Domain API, Engagement History, Messaging Interactions and Skills, over a
//! deterministic world.

mod chat;
mod messaging;
mod outlines;
mod page;
mod people;
mod sdes;
mod search;
mod signature;
mod text;
mod workspace;
mod world;

pub use world::{World, WorldOptions};

use crate::simulator::{Behaviour, Fault, Switchboard};
use axum::{
    Extension, Json, Router,
    extract::{Path, Query, Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::{self, Next},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use domain::{Channel, ports::Clock};
use liveperson::Credentials;
use outlines::Outline;
use search::{Paging, Span};
use serde::Serialize;
use serde_json::{Value, json};
use signature::Gateway;
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

/// Chat searches cover at most a month of starts, messaging searches three.
const CHAT_SPAN_DAYS: i64 = 31;
const MESSAGING_SPAN_DAYS: i64 = 93;

/// The fault word of an account that cannot search by the time of the last change.
const NO_UPDATE_TIME: &str = "no-latest-update-time";

/// The account the simulator plays.
#[derive(Clone, Debug)]
pub struct Account {
    /// Account id.
    pub id: String,
    /// The API key it accepts.
    pub credentials: Credentials,
}

impl Account {
    /// An account for trying things out.
    #[must_use]
    pub fn sample() -> Account {
        let credentials = Credentials {
            consumer_key: "0f1e2d3c4b5a69788796a5b4c3d2e1f0".to_owned(),
            consumer_secret: "local-consumer-secret".to_owned(),
            access_token: "a1b2c3d4e5f60718293a4b5c6d7e8f90".to_owned(),
            access_token_secret: "local-token-secret".to_owned(),
        };
        Account { id: "le70010001".to_owned(), credentials }
    }
}

/// The simulator. Cheap to clone.
#[derive(Clone)]
pub struct Simulator {
    state: Arc<Inside>,
}

struct Inside {
    account: Account,
    world: World,
    gateway: Gateway,
    clock: Arc<dyn Clock>,
    board: Arc<Switchboard>,
}

impl Inside {
    fn world_now(&self) -> World {
        self.world.at(self.clock.now())
    }
}

type Inner = State<Arc<Inside>>;

impl Simulator {
    /// A simulator of `account` over `world`. `clock` judges how old a signature is, and is the present of a world that
    /// follows it.
    #[must_use]
    pub fn new(account: Account, world: World, behaviour: Behaviour, clock: Arc<dyn Clock>) -> Simulator {
        let board = Switchboard::new(behaviour, operation, error);
        Simulator { state: Arc::new(Inside { account, world, gateway: Gateway::default(), clock, board }) }
    }

    /// Counts and faults.
    #[must_use]
    pub fn switchboard(&self) -> &Arc<Switchboard> {
        &self.state.board
    }

    /// Its routes.
    pub fn router(&self) -> Router {
        let signed = Router::new()
            .route("/interaction_history/api/account/{account}/interactions/search", post(search_chats))
            .route("/messaging_history/api/account/{account}/conversations/search", post(search_messaging))
            .route(
                "/messaging_history/api/account/{account}/conversations/conversation/search",
                post(find_messaging),
            )
            .route("/api/account/{account}/configuration/le-users/skills", get(skills))
            .route_layer(middleware::from_fn_with_state(Arc::clone(&self.state), check_signature));
        let open = Router::new()
            .route("/", get(front_page))
            .merge(workspace::routes())
            .route("/api/account/{account}/service/baseURI.json", get(all_hosts))
            .route("/api/account/{account}/service/{service}/baseURI.json", get(one_host));
        self.state.board.guard(signed.merge(open).with_state(Arc::clone(&self.state)))
    }
}

fn operation(_: &Method, path: &str) -> Option<&'static str> {
    Some(match path {
        _ if path.ends_with("/baseURI.json") => "discovery",
        _ if path.ends_with("/interactions/search") => "chat-search",
        _ if path.ends_with("/conversations/search") => "messaging-search",
        _ if path.ends_with("/conversation/search") => "messaging-conversation",
        _ if path.ends_with("/le-users/skills") => "skills",
        _ => return None,
    })
}

/// LivePerson's answer with an error status.
fn error(status: StatusCode) -> Response {
    match status {
        // "Too many requests", at the Engagement History API.
        StatusCode::FOUND => (status, [(header::LOCATION, "/busy")]).into_response(),
        StatusCode::UNAUTHORIZED => refused(
            "oauth_problem=token_rejected&oauth_problem_advice=the oauth_token is unacceptable to the Service Provider",
        ),
        StatusCode::INTERNAL_SERVER_ERROR => {
            (status, Json(json!({ "internalCode": "0008", "message": "unexpected condition" })))
                .into_response()
        }
        _ => (status, Json(json!({ "message": status.canonical_reason() }))).into_response(),
    }
}

fn refused(problem: &str) -> Response {
    (StatusCode::UNAUTHORIZED, [(header::CONTENT_TYPE, "text/plain")], problem.to_owned()).into_response()
}

fn bad_request(causes: &[String]) -> Response {
    let message = "The request was refused; see `causes` for what to change.";
    (StatusCode::BAD_REQUEST, Json(json!({ "causes": causes, "message": message }))).into_response()
}

async fn check_signature(State(state): Inner, request: Request, next: Next) -> Response {
    let (method, uri, headers) = (request.method(), request.uri(), request.headers());
    let of_account =
        uri.path().split('/').skip_while(|part| *part != "account").nth(1) == Some(&*state.account.id);
    let now = state.clock.now().as_second();
    match state.gateway.check(&state.account, now, method, uri, headers) {
        Ok(()) if of_account => next.run(request).await,
        Ok(()) => refused("oauth_problem=permission_denied"),
        Err(problem) => refused(&problem),
    }
}

fn host(headers: &HeaderMap) -> &str {
    headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or("127.0.0.1")
}

const SERVICES: [&str; 6] = [
    "engHistDomain",
    "msgHist",
    "accountConfigReadOnly",
    "accountConfigReadWrite",
    "liveEngageUI",
    "leDataReporting",
];

fn service(name: &str, account: &str, headers: &HeaderMap) -> Value {
    json!({ "service": name, "account": account, "baseURI": host(headers) })
}

async fn all_hosts(State(state): Inner, Path(account): Path<String>, headers: HeaderMap) -> Response {
    if account != state.account.id {
        return refused("bad authentication (invalid site or agent)");
    }
    Json(json!({ "baseURIs": SERVICES.map(|name| service(name, &account, &headers)) })).into_response()
}

async fn one_host(
    State(state): Inner,
    Path((account, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    if account != state.account.id {
        return refused("bad authentication (invalid site or agent)");
    }
    match SERVICES.iter().find(|service| **service == name) {
        Some(name) => Json(service(name, &account, &headers)).into_response(),
        None => bad_request(&[format!("service: {name} is unknown")]),
    }
}

async fn skills() -> Json<Value> {
    let live = people::SKILLS.map(|(id, name)| json!({ "id": id, "deleted": false, "name": name }));
    Json(Value::from(live.to_vec()))
}

type Parameters = Query<HashMap<String, String>>;

/// A chat search by `start` and `duration`, or by `engagementId`, for which all limits of time are ignored.
async fn search_chats(
    State(state): Inner,
    Query(query): Parameters,
    word: Option<Extension<Fault>>,
    Json(body): Json<Value>,
) -> Response {
    let world = &state.world_now();
    let found = Paging::read(&query).and_then(|paging| {
        let start = search::span(&body, "start", CHAT_SPAN_DAYS, world.now_ms()).map_err(one_cause)?;
        let lasted = search::seconds(&body, "duration").map_err(one_cause)?;
        let (count, outlines) = match (body.get("engagementId").and_then(Value::as_str), start) {
            (Some(id), _) => {
                let found = chat::number(world, id).and_then(|number| world.find(Channel::Chat, number));
                page_of(found.iter(), &paging)
            }
            (None, Some(Span { from, to })) => {
                let started = world.started(Channel::Chat, from, to);
                let wanted =
                    |outline: &&Outline| lasted.is_none_or(|lasted| lasted.contains(chat::seconds(outline)));
                page_of(started.iter().filter(wanted), &paging)
            }
            (None, None) => return Err(one_cause("start: may not be null")),
        };
        let records = outlines.iter().map(|outline| chat::record(world, outline)).collect();
        Ok((paging, count, records))
    });
    answer(found, "interactionHistoryRecords", word.as_ref())
}

/// A messaging search. With the fault word `no-latest-update-time` the account does not offer that filter.
async fn search_messaging(
    State(state): Inner,
    Query(query): Parameters,
    word: Option<Extension<Fault>>,
    Json(body): Json<Value>,
) -> Response {
    let world = &state.world_now();
    let content = messaging::Content::new(content(&body), query.get("v").is_some_and(|v| v == "2"));
    let found = Paging::read(&query).and_then(|paging| {
        let span = |name| search::span(&body, name, MESSAGING_SPAN_DAYS, world.now_ms()).map_err(one_cause);
        let start = span("start")?.ok_or_else(|| one_cause("start: may not be null"))?;
        let (end, updated) = (span("end")?, span_from(&body, "latestUpdateTime"));
        if updated.is_some() && is_word(word.as_ref(), NO_UPDATE_TIME) {
            return Err(one_cause("latestUpdateTime: is not supported"));
        }
        let statuses = search::ids(&body, "status");
        let asks_for =
            |status: &str| statuses.as_ref().is_none_or(|statuses| statuses.iter().any(|one| one == status));
        let (open_too, closed_too) = (asks_for("OPEN"), asks_for("CLOSE"));
        let wanted = |outline: &&Outline| {
            let open = world.is_open(outline);
            (if open { open_too } else { closed_too })
                && end.is_none_or(|end| !open && end.contains(outline.end_ms))
                && updated.is_none_or(|from| messaging::updated_ms(world, outline) >= from)
        };
        let started = world.started(Channel::Messaging, start.from, start.to);
        let (count, outlines) = page_of(started.iter().filter(wanted), &paging);
        let records = outlines.iter().map(|outline| messaging::record(world, outline, &content)).collect();
        Ok((paging, count, records))
    });
    answer(found, "conversationHistoryRecords", word.as_ref())
}

fn one_cause(cause: impl Into<String>) -> Vec<String> {
    vec![cause.into()]
}

fn is_word(fault: Option<&Extension<Fault>>, word: &str) -> bool {
    matches!(fault, Some(Extension(Fault::Word(said))) if said == word)
}

async fn find_messaging(State(state): Inner, Query(query): Parameters, Json(body): Json<Value>) -> Response {
    let world = &state.world_now();
    let ids = search::ids(&body, "conversationIds")
        .or_else(|| Some(vec![body.get("conversationId")?.as_str()?.to_owned()]));
    let Some(ids) = ids else { return bad_request(&["conversationId: may not be null".to_owned()]) };
    if query.get("source").is_none_or(String::is_empty) {
        return bad_request(&["source: may not be empty".to_owned()]);
    }
    let content = messaging::Content::new(content(&body), query.get("v").is_some_and(|v| v == "2"));
    let found = ids.iter().filter_map(|id| world.find(Channel::Messaging, messaging::number(world, id)?));
    let records: Vec<_> = found.map(|outline| messaging::record(world, &outline, &content)).collect();
    let paging = Paging { offset: 0, limit: 100, newest_first: false };
    answer(Ok((paging, records.len(), records)), "conversationHistoryRecords", None)
}

fn content(body: &Value) -> Option<&[Value]> {
    body.get("contentToRetrieve").and_then(Value::as_array).map(Vec::as_slice)
}

/// `{from}` alone, rounded down to ten minutes.
fn span_from(body: &Value, name: &str) -> Option<i64> {
    let from = body.get(name)?.get("from")?.as_i64()?;
    Some(from.div_euclid(600_000) * 600_000)
}

/// How many there are, and those of the page.
fn page_of<'a>(all: impl DoubleEndedIterator<Item = &'a Outline>, paging: &Paging) -> (usize, Vec<Outline>) {
    let select = |all: &mut dyn Iterator<Item = &'a Outline>| {
        let (mut count, mut page) = (0, Vec::new());
        for outline in all {
            if (paging.offset..paging.offset + paging.limit).contains(&(count as u64)) {
                page.push(*outline);
            }
            count += 1;
        }
        (count, page)
    };
    if paging.newest_first { select(&mut all.rev()) } else { select(&mut { all }) }
}

/// What a page consists of.
#[derive(Serialize)]
#[serde(untagged)]
enum PagePart<R> {
    Metadata(Value),
    Records(Vec<R>),
}

/// A page with its metadata. The fault word `partial` drops a record and says that a shard did not answer.
fn answer<R: Serialize>(
    found: Result<(Paging, usize, Vec<R>), Vec<String>>,
    name: &str,
    word: Option<&Extension<Fault>>,
) -> Response {
    let (paging, count, mut records) = match found {
        Ok(found) => found,
        Err(causes) => return bad_request(&causes),
    };
    let partial = is_word(word, "partial");
    if partial {
        records.pop();
    }
    let link = |rel: &str, offset: u64| json!({ "rel": rel, "href": format!("http://localhost/search?limit={}&offset={offset}", paging.limit) });
    let mut metadata = json!({
        "count": count,
        "self": link("self", paging.offset),
        "shardsStatusResult": { "partialResult": partial },
    });
    if (paging.offset + paging.limit) < count as u64 {
        metadata["next"] = link("next", paging.offset + paging.limit);
        metadata["last"] = link("last", (count as u64 - 1) / paging.limit * paging.limit);
    }
    let page =
        BTreeMap::from([("_metadata", PagePart::Metadata(metadata)), (name, PagePart::Records(records))]);
    Json(page).into_response()
}

async fn front_page(State(state): Inner) -> Html<String> {
    Html(page::front_page(&state.account.id, &state.world_now()))
}
