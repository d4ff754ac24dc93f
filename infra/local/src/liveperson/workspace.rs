//! The agents' workspace: conversations of the world, and beside each the widget in a frame of its own, which a stand-in
//! for LivePerson's widget SDK tells about the conversation.

mod attributes;
mod model;

use super::{Inner, chat, messaging, outlines::Outline, people::SKILLS, text::time, world::World};
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, header},
    response::IntoResponse,
    routing::get,
};
use domain::Channel;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::sync::Arc;

/// The most conversations of a channel in the list.
const SHOWN: usize = 9;

/// What the model is made of in a messaging record.
const PARTS: [&str; 5] = ["campaign", "messageRecords", "consumerParticipants", "sdes", "unAuthSdes"];

const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

pub(super) fn routes() -> Router<Arc<super::Inside>> {
    let file = |kind: &'static str, text: &'static str| {
        get(
            move || async move { ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")], text) },
        )
    };
    Router::new()
        .route("/workspace", file("text/html; charset=utf-8", include_str!("workspace/page.html")))
        .route("/workspace/workspace.js", file(JAVASCRIPT, include_str!("workspace/workspace.js")))
        .route(
            "/workspace/workspace.css",
            file("text/css; charset=utf-8", include_str!("workspace/workspace.css")),
        )
        .route("/workspace/conversations.json", get(conversations))
        .route("/webagent/client-SDK.min.js", file(JAVASCRIPT, include_str!("workspace/sdk.js")))
}

async fn conversations(State(state): Inner, headers: HeaderMap) -> impl IntoResponse {
    let world = state.world_now();
    Json(json!({ "widget": widget(super::host(&headers)), "conversations": list(&world) }))
}

/// Where the widget is on this machine: its port is the one before ours.
fn widget(host: &str) -> String {
    let port = host.rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok()).unwrap_or(8081);
    format!("http://127.0.0.1:{}/ChatLink", port.saturating_sub(1))
}

/// Conversations of both channels: those that go on, the newest first, then some that ended lately.
fn list(world: &World) -> Vec<Value> {
    let of = |channel| world.at_work(channel, SHOWN);
    let mut outlines: Vec<Outline> = Channel::ALL.into_iter().flat_map(of).collect();
    outlines.sort_by_key(|outline| (!world.is_open(outline), std::cmp::Reverse(outline.start_ms)));
    outlines.iter().map(|outline| entry(world, outline)).collect()
}

fn entry(world: &World, outline: &Outline) -> Value {
    let live = world.is_open(outline);
    let (id, record) = match outline.channel {
        Channel::Chat => {
            let id = chat::engagement_id(world, outline.number);
            (id, json!(chat::record(&with_attributes(world, outline), outline)))
        }
        Channel::Messaging => {
            let id = messaging::conversation_id(world, outline.number);
            let asked = PARTS.map(Value::from);
            (id, json!(messaging::record(world, outline, &messaging::Content::new(Some(&asked), true))))
        }
    };
    let model = match outline.channel {
        Channel::Chat => model::of_chat(world, outline, &record),
        Channel::Messaging => model::of_messaging(world, outline, &record),
    };
    let skill = model::text(&model, "/chatInfo/chatSkill");
    let skill_id = SKILLS.iter().find(|(_, name)| *name == skill).map(|(id, _)| id.to_string());
    json!({
        "id": id,
        "channel": outline.channel.to_string(),
        "state": if live { "live" } else { "ended" },
        "started": time(outline.start_ms),
        "ended": (!live).then(|| time(outline.end_ms)),
        "visitor": model::visitor(&model),
        "skill": { "id": skill_id, "name": skill },
        "model": model,
    })
}

/// A chat's record comes to the history with its attributes and surveys only after its end; the workspace has had them
/// from the start. So the record is taken from a later time.
fn with_attributes(world: &World, outline: &Outline) -> World {
    let mut later = world.clone();
    let enriched = Timestamp::from_millisecond(outline.enriched_ms).unwrap_or(world.options.now);
    later.options.now = later.options.now.max(enriched);
    later
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::liveperson::WorldOptions;

    fn world() -> World {
        let now = "2026-03-01T12:00:00Z".parse().unwrap();
        World::new(WorldOptions { account: "le1".into(), seed: 4, conversations: 35_000, days: 35, now })
    }

    fn of(channel: &str) -> Vec<Value> {
        list(&world()).into_iter().filter(|entry| entry["channel"] == channel).collect()
    }

    #[test]
    fn the_list_is_the_same_at_every_call_and_has_both_channels_live_and_ended() {
        assert_eq!(list(&world()), list(&world()));
        for channel in ["chat", "messaging"] {
            let entries = of(channel);
            assert_eq!(entries.len(), SHOWN, "{channel}");
            for state in ["live", "ended"] {
                assert!(entries.iter().any(|entry| entry["state"] == state), "{channel} {state}");
            }
        }
    }

    #[test]
    fn a_chat_is_known_by_the_id_without_the_account() {
        for entry in of("chat") {
            let (id, info) = (entry["id"].as_str().unwrap(), &entry["model"]["chatInfo"]);
            assert_eq!(id, format!("le1{}", info["rtSessionId"].as_str().unwrap()));
            assert_eq!(info["isMessaging"], false);
            assert!(!entry["visitor"].as_str().unwrap().is_empty());
        }
    }

    #[test]
    fn a_messaging_conversation_keeps_its_id_and_brings_the_consumer_as_a_survey() {
        for entry in of("messaging") {
            let model = &entry["model"];
            assert_eq!(model["chatInfo"]["rtSessionId"], entry["id"]);
            assert_eq!(model["chatInfo"]["isMessaging"], true);
            let pre_chat = &model["surveyQuestions"]["preChat"];
            assert!(pre_chat["email"]["value"].as_str().unwrap().contains('@'), "{pre_chat}");
            assert_eq!(pre_chat["phone"]["value"], model["visitorInfo"]["visitorId"]);
        }
    }

    #[test]
    fn the_skill_goes_by_its_name_in_both_places_and_attributes_are_there() {
        for entry in list(&world()) {
            let (model, skill) = (&entry["model"], &entry["skill"]);
            let known = SKILLS.map(|(id, name)| json!({ "id": id.to_string(), "name": name }));
            assert!(known.contains(skill), "{skill}");
            assert_eq!(model["chatInfo"]["chatSkill"], skill["name"]);
            assert_eq!(model["engagementInfo"]["skill"], skill["name"]);
            assert_ne!(model["SDE"]["personalInfo"], json!([]), "{}", entry["id"]);
        }
    }

    #[test]
    fn what_goes_on_has_no_lines_of_the_future_and_no_last_answers() {
        let now = time(world().now_ms());
        for entry in list(&world()) {
            let model = &entry["model"];
            let lines = model["chatTranscript"]["lines"].as_array().unwrap();
            assert!(!lines.is_empty(), "{}", entry["id"]);
            assert!(lines.iter().all(|line| line["time"].as_str().unwrap() <= now.as_str()));
            let ended = entry["state"] == "ended";
            assert_eq!(
                model["visitorInfo"]["chattingVisitorState"],
                if ended { "ENDED" } else { "CHATTING" }
            );
            assert!(ended || model["surveyQuestions"]["postChat"].as_array().unwrap().is_empty());
        }
    }

    #[tokio::test]
    async fn the_files_are_open_to_everyone() {
        use axum::{body::Body, http::Request};
        use tower::ServiceExt;

        let clock = Arc::new(bootstrap::SystemClock);
        let account = crate::liveperson::Account::sample();
        let simulator = crate::liveperson::Simulator::new(account, world(), Default::default(), clock);
        for (path, kind) in [
            ("/workspace", "text/html"),
            ("/workspace/workspace.js", "text/javascript"),
            ("/workspace/workspace.css", "text/css"),
            ("/workspace/conversations.json", "application/json"),
            ("/webagent/client-SDK.min.js", "text/javascript"),
        ] {
            let request =
                Request::get(path).header(header::HOST, "localhost:8081").body(Body::empty()).unwrap();
            let response = simulator.router().oneshot(request).await.unwrap();
            assert!(response.status().is_success(), "{path}");
            assert!(response.headers()[header::CONTENT_TYPE].to_str().unwrap().starts_with(kind), "{path}");
        }
    }

    #[test]
    fn the_widget_is_at_the_port_before_ours() {
        assert_eq!(widget("localhost:8081"), "http://127.0.0.1:8080/ChatLink");
        assert_eq!(widget("127.0.0.1:9001"), "http://127.0.0.1:9000/ChatLink");
    }
}
