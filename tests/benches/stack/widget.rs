//! What the widget's function adds to the calls it makes: 200 requests a second of mixed search, view and form for 30
//! seconds, beside the same calls made directly, in turns of the same run. All of it on this machine: load, function, table
//! and simulated org, whose latency is zero.

use axum::{
    body::Bytes,
    http::{HeaderMap, Method, header},
};
use local::{
    DataFolder,
    simulator::Recorded,
    stack::{Stack, StackOptions},
};
use serde_json::{Value, json};
use std::time::Duration;
use tests::agent::{Frame, ILSE, TOMO};
use tokio::{task::JoinSet, time};

const A_SECOND: u64 = 200;
const SECONDS: u64 = 30;
/// Load of the one kind and of the other take turns of this many seconds, so that both meet the same machine.
const TURN: u64 = 5;
/// As many sign-ins of one person are good at a time; together these stay below the limit of requests per session.
const SESSIONS: usize = 5;
const PEOPLE: [&str; 3] = [TOMO, ILSE, "noor.adair@chatlink.example"];

/// A request, ready to be sent any number of times.
#[derive(Clone)]
struct Ready {
    method: Method,
    url: String,
    headers: HeaderMap,
    body: Bytes,
}

pub(crate) async fn measure() -> Value {
    let data = tempfile::tempdir().expect("a folder");
    let mut options = StackOptions::new(tests::free_ports());
    options.conversations = 1_000;
    options.schedules_fire = false;
    let stack =
        Stack::start(&DataFolder::open(data.path()).expect("a folder"), options).await.expect("a stack");
    let http = reqwest::Client::new();
    let mut frames = Vec::new();
    for person in PEOPLE.iter().flat_map(|person| [*person; SESSIONS]) {
        frames.push(Frame::of(&stack, person).await);
    }
    let widget = requests(&http, &frames).await;
    let direct = recorded(&stack, &http, &widget[0]).await;
    let (mut through, mut alone) = (Vec::new(), Vec::new());
    for _ in 0..SECONDS / TURN {
        through.extend(load(&http, &widget.concat()).await);
        alone.extend(load(&http, &direct).await);
    }
    let note = format!(
        "{A_SECOND} requests a second; {} requests of the widget's are {} calls to Salesforce",
        widget[0].len(),
        direct.len()
    );
    report(&mut through, &mut alone, &note)
}

/// Sends requests at an even rate, whatever the answers take, and answers how long each took.
async fn load(http: &reqwest::Client, requests: &[Ready]) -> Vec<Duration> {
    let mut ticks = time::interval(Duration::from_micros(1_000_000 / A_SECOND));
    let mut sent = JoinSet::new();
    for request in requests.iter().cycle().take(usize::try_from(A_SECOND * TURN).unwrap_or(0)) {
        let due = ticks.tick().await;
        let (http, request) = (http.clone(), request.clone());
        sent.spawn(async move {
            send(&http, &request).await;
            // From when it was due: a request that waits for its turn has waited.
            due.elapsed()
        });
    }
    sent.join_all().await
}

async fn send(http: &reqwest::Client, request: &Ready) -> Value {
    let Ready { method, url, headers, body } = request.clone();
    let answer = http.request(method, &url).headers(headers).body(body).send().await.expect("an answer");
    let status = answer.status();
    let text = answer.text().await.expect("a body");
    assert!(status.is_success(), "{url}: {status}: {text}");
    serde_json::from_str(&text).unwrap_or_default()
}

fn report(through: &mut [Duration], alone: &mut [Duration], note: &str) -> Value {
    through.sort_unstable();
    alone.sort_unstable();
    let at = |sorted: &[Duration], percent: usize| {
        sorted[(sorted.len() - 1) * percent / 100].as_secs_f64() * 1_000.0
    };
    let row = |percent: usize| {
        let (widget, direct) = (at(through, percent), at(alone, percent));
        let added = format!("{:.2}", widget - direct);
        let ratio = format!("{:.2}", widget / direct);
        json!([format!("p{percent}"), format!("{widget:.2}"), format!("{direct:.2}"), added, ratio])
    };
    json!({
        "bench": "widget",
        "tables": [{
            "columns": ["", "through the widget, ms", "directly, ms", "added, ms", "x directly"],
            "rows": [row(50), row(90), row(99)],
        }],
        "figures": {
            "ratio_to_direct_at_p50": at(through, 50) / at(alone, 50),
            "ratio_to_direct_at_p99": at(through, 99) / at(alone, 99),
            "added_ms_at_p99": at(through, 99) - at(alone, 99),
        },
        "notes": [note],
    })
}

/// Search, view and form, by each frame.
async fn requests(http: &reqwest::Client, frames: &[Frame]) -> Vec<Vec<Ready>> {
    let found =
        json!({ "scope": "people", "values": ["ada.abernathy@visitors.example.com", "+1 555 010 0101"] });
    let search = frames[0].done("/search", found.clone()).await;
    let contact = search["exact"]["id"].as_str().expect("one contact").to_owned();
    let of_frame = |frame: &Frame| {
        let ready = |method: Method, path: &str, body: String| Ready {
            method,
            url: format!("{}/api/widget{path}", frame.origin),
            headers: frame.headers(),
            body: body.into(),
        };
        let view = format!("/records/Contact/{contact}?conversation=le70010001:4711");
        let form = json!({ "object": "Contact", "id": contact });
        vec![
            ready(Method::POST, "/search", found.to_string()),
            ready(Method::GET, &view, String::new()),
            ready(Method::POST, "/forms", form.to_string()),
        ]
    };
    let all: Vec<Vec<Ready>> = frames.iter().map(of_frame).collect();
    // Descriptions are asked for once; the load is to find them known, as agents do.
    for request in all.concat() {
        send(http, &request).await;
    }
    all
}

/// What the function sends to Salesforce for these requests, as it is sent.
async fn recorded(stack: &Stack, http: &reqwest::Client, requests: &[Ready]) -> Vec<Ready> {
    let board = stack.salesforce.switchboard();
    board.record();
    for request in requests {
        send(http, request).await;
    }
    let org = format!("http://127.0.0.1:{}", stack.ports.salesforce());
    let call = |Recorded { method, path, mut headers, body }: Recorded| {
        for name in [header::HOST, header::CONTENT_LENGTH] {
            headers.remove(name);
        }
        Ready { method, url: format!("{org}{path}"), headers, body }
    };
    board.recorded().into_iter().map(call).collect()
}
