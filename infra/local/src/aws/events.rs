//! EventBridge: `PutEvents`, and the rules of our template.

use super::queue::Queue;
use aws::events::{CONVERSATION_OPENED, RESUME_REQUESTED, RUN_REQUESTED, SLICE_READY, SOURCE};
use axum::{
    Json,
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::sync::Arc;

/// Where our rules send events. Both targets keep them until they are dealt with, as asynchronous invocation and SQS do.
#[derive(Clone, Debug)]
pub struct Rules {
    /// `RunRequested`, `ResumeRequested` → `sync-plan`.
    pub runs: Arc<Queue>,
    /// `ConversationOpened` → `transcript`.
    pub conversations: Arc<Queue>,
    /// `SliceReady` → queue → `sync-slice`.
    pub slices: Arc<Queue>,
}

/// The bus.
#[derive(Clone, Debug)]
pub struct Events {
    /// Its name; entries for other buses match no rule.
    pub bus: String,
    /// Its rules.
    pub rules: Rules,
}

/// EventBridge takes at most ten entries a call.
const MOST_ENTRIES: usize = 10;

impl Events {
    pub(crate) fn put(&self, request: &Value) -> Response {
        let entries = request["Entries"].as_array().map(Vec::as_slice).unwrap_or_default();
        if entries.is_empty() || entries.len() > MOST_ENTRIES {
            return super::error("ValidationException", "Entries must hold 1 to 10 members");
        }
        let results: Vec<Value> = entries.iter().map(|entry| self.put_entry(entry)).collect();
        let failed = results.iter().filter(|result| result.get("ErrorCode").is_some()).count();
        Json(json!({ "FailedEntryCount": failed, "Entries": results })).into_response()
    }

    fn put_entry(&self, entry: &Value) -> Value {
        let text = |name: &str| entry[name].as_str().unwrap_or_default();
        let Ok(detail) = serde_json::from_str::<Value>(text("Detail")) else {
            return json!({ "ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed." });
        };
        let now = Timestamp::now();
        // Ids sort by time, so that a queue reopened after a kill keeps its order.
        let id = format!("{:020}-{:08x}", now.as_nanosecond(), fastrand::u32(..));
        let queue = match (text("EventBusName") == self.bus && text("Source") == SOURCE, text("DetailType")) {
            (true, RUN_REQUESTED | RESUME_REQUESTED) => &self.rules.runs,
            (true, SLICE_READY) => &self.rules.slices,
            (true, CONVERSATION_OPENED) => &self.rules.conversations,
            _ => return json!({ "EventId": id }),
        };
        let event = json!({
            "version": "0", "id": id, "detail-type": text("DetailType"), "source": SOURCE, "account": "000000000000",
            "time": now.to_string(), "region": "local", "resources": [], "detail": detail,
        });
        match queue.send(&id, &event.to_string()) {
            Ok(()) => json!({ "EventId": id }),
            Err(error) => json!({ "ErrorCode": "InternalFailure", "ErrorMessage": error.to_string() }),
        }
    }
}
