//! The sample events of the HTTP functions, handed to them as Lambda does.

use axum::{Router, body::Body};
use lambda_http::request::from_str;
use std::sync::Arc;
use tests::start;
use tower::ServiceExt;

async fn answer(router: Router, sample: &str) -> u16 {
    let request = from_str(sample).unwrap().map(|body| Body::from(body.to_vec()));
    router.oneshot(request).await.unwrap().status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sample_events_of_the_http_functions_are_answered() {
    let data = tempfile::tempdir().unwrap();
    let stack = start(data.path(), |options| options.conversations = 1_000).await;
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../events");
    let want = [
        ("admin/ask-for-run", 202),
        ("admin/dry-run", 202),
        ("admin/set-schedules", 200),
        ("admin/event-log", 200),
        // No such record or conversation in this org and account.
        ("sync-chat/by-record", 404),
        ("sync-chat/by-conversation", 404),
        ("admin/deactivate", 200),
    ];
    for (case, status) in want {
        let sample = std::fs::read_to_string(folder.join(format!("{case}.json"))).unwrap();
        let workspace = Arc::clone(&stack.workspace);
        let router =
            if case.starts_with("admin") { admin::router(workspace) } else { sync_chat::router(workspace) };
        assert_eq!(answer(router, &sample).await, status, "{case}");
    }
    let listed = |function: &str| std::fs::read_dir(folder.join(function)).unwrap().count();
    assert_eq!(listed("admin") + listed("sync-chat"), want.len(), "a sample event has no test");
}
