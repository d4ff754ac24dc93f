//! The configuration as a file: exported, compared, imported, refused.

use domain::configuration::Change;
use local::stack::Stack;
use serde_json::{Value, json};
use std::path::Path;
use tests::{Ran, free_ports, run, start};

async fn stack(data: &Path) -> Stack {
    start(data, |options| {
        options.conversations = 1;
        options.schedules_fire = false;
    })
    .await
}

/// `chatlink config` with that file, at the stack.
fn config(stack: &Stack, what: &str, file: &Path, more: &[&str]) -> Ran {
    let base = stack.ports.pages().to_string();
    let args = ["config", what, file.to_str().unwrap(), "--port-base", &base];
    run(&[&args, more].concat(), "")
}

fn export(stack: &Stack) -> Value {
    let ran = run(&["config", "export", "--port-base", &stack.ports.pages().to_string()], "");
    assert_eq!(ran.code, Some(0), "{ran:?}");
    serde_json::from_str(&ran.out).unwrap()
}

async fn version(stack: &Stack) -> u64 {
    stack.workspace.table.versioned_configuration().await.unwrap().unwrap().version
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_exported_is_changed_and_imported() {
    let data = tempfile::tempdir().unwrap();
    let stack = stack(data.path()).await;
    let file = data.path().join("chatlink.json");
    let mut document = export(&stack);
    std::fs::write(&file, document.to_string()).unwrap();
    let same = config(&stack, "diff", &file, &[]);
    assert_eq!((same.code, same.out.as_str()), (Some(0), ""), "{same:?}");

    document["limits"]["log_days"] = json!(30);
    document["schedules"]["periodic"] = json!(true);
    std::fs::write(&file, document.to_string()).unwrap();
    let differs = config(&stack, "diff", &file, &[]);
    assert_eq!(differs.code, Some(1), "{differs:?}");
    assert!(differs.out.contains("limits.log_days: 90 -> 30"), "{differs:?}");
    assert!(differs.err.contains("2 places"), "{differs:?}");
    assert_eq!(version(&stack).await, 1, "a comparison saves nothing");

    let imported = config(&stack, "import", &file, &["--json"]);
    assert_eq!(imported.code, Some(0), "{imported:?}");
    assert_eq!(imported.summary()["version"], 2);
    let changes: Vec<Change> = serde_json::from_value(imported.summary()["changes"].clone()).unwrap();
    let audit = stack.workspace.table.audit_page(None, 1).await.unwrap().entries.remove(0);
    assert_eq!((audit.by.as_str(), &audit.changes), ("chatlink config import", &changes));
    assert_eq!(export(&stack), document);

    let again = config(&stack, "import", &file, &[]);
    assert_eq!(again.code, Some(0), "{again:?}");
    assert!(again.out.contains("Nothing changes"), "{again:?}");
    assert_eq!(version(&stack).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_problems_is_refused_with_all_of_them() {
    let data = tempfile::tempdir().unwrap();
    let stack = stack(data.path()).await;
    let file = data.path().join("chatlink.json");
    let mut document = export(&stack);
    document["account"] = json!("");
    document["field_mappings"][0]["value"] = json!("Visitor Shoe Size");
    document["active"] = json!(false);
    std::fs::write(&file, document.to_string()).unwrap();
    let ran = config(&stack, "import", &file, &[]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    for word in ["account: CFG-008", "field_mappings[0].value: MAP-005", "active: CFG-010"] {
        assert!(ran.out.contains(word), "{word}: {ran:?}");
    }
    assert!(ran.err.contains("3 problems"), "{ran:?}");
    assert_eq!(version(&stack).await, 1, "nothing was saved");

    let ran = run(&["config", "validate", file.to_str().unwrap(), "--json"], "");
    assert_eq!(ran.code, Some(2), "{ran:?}");
    let paths: Vec<_> =
        ran.summary()["problems"].as_array().unwrap().iter().map(|one| one["path"].clone()).collect();
    assert_eq!(
        paths,
        ["account", "field_mappings[0].value"],
        "without a stack, `active` may be what it likes"
    );
}

#[test]
fn a_file_is_validated_without_a_stack() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("chatlink.json");
    let mut document = json!({
        "account": "le60060006",
        "salesforce": { "login_url": "https://mole.example.com", "api_version": "v67.0",
                        "flow": { "client_credentials": { "client_id": "key" } } },
    });
    let validate = |document: &Value| {
        std::fs::write(&file, document.to_string()).unwrap();
        run(&["config", "validate", file.to_str().unwrap()], "")
    };
    let good = validate(&document);
    assert_eq!(good.code, Some(0), "{good:?}");
    assert!(good.out.contains("no problems"), "{good:?}");
    document["salesforce"]["colour"] = json!("blue");
    let bad = validate(&document);
    assert_eq!(bad.code, Some(2), "{bad:?}");
    assert!(bad.out.contains("salesforce.colour: CFG-007"), "{bad:?}");
    let missing = run(&["config", "validate", "/nowhere/chatlink.json"], "");
    assert_eq!(missing.code, Some(2), "{missing:?}");
    assert!(missing.err.contains("/nowhere/chatlink.json"), "{missing:?}");
}

#[test]
fn without_a_stack_it_says_how_to_start_one() {
    let base = free_ports().pages().to_string();
    let ran = run(&["config", "export", "--port-base", &base], "");
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.err.contains("no stack answers") && ran.err.contains("chatlink up"), "{ran:?}");
}
