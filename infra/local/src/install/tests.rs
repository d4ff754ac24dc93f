//! Installing against the simulated org over HTTP.

use super::{
    package::Package,
    people::{ADMINISTRATOR, SYNC_USER},
    run::{App, Install, Outcome, install},
    uninstall::uninstall,
    *,
};
use crate::{
    salesforce::{Kind, ObjectRights, Options, Simulator},
    simulator::Behaviour,
    stack::salesforce_credentials,
};
use bootstrap::SystemClock;
use salesforce::metadata::{Patience, Setup};
use serde_json::{Map, Value, json};
use std::{path::Path, sync::Arc, time::Duration};
use tokio::{net::TcpListener, task::JoinSet};

const NOOR: &str = "noor.adair@chatlink.example";
const ILSE: &str = "ilse.varga@agents.example.com";
const SYNC: &str = "sync@chatlink.example";
const STACK: &str = "https://stack.example.org";
const NOW: Patience = Patience { pause: Duration::ZERO, looks: 20 };

/// An org that is served.
struct Served {
    org: Simulator,
    url: String,
    _tasks: JoinSet<()>,
}

impl Served {
    async fn new(bare: bool, faults: &[&str]) -> Served {
        Served::with(bare, faults, None).await
    }

    async fn with(bare: bool, faults: &[&str], journal: Option<&Path>) -> Served {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let faults = faults.iter().map(|fault| fault.parse().unwrap()).collect();
        let org = Simulator::open(Options {
            listen_url: url.clone(),
            journal: journal.map(Path::to_owned),
            behaviour: Behaviour { faults, ..Behaviour::default() },
            clock: Arc::new(SystemClock),
            daily_api_requests: 100_000,
            credentials: salesforce_credentials(None),
            bare,
        });
        let (org, mut tasks) = (org.unwrap(), JoinSet::new());
        let router = org.router();
        tasks.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Served { org, url, _tasks: tasks }
    }

    fn setup(&self, username: &str) -> Setup {
        Setup::new(&self.url, &self.org.sign_in(username).unwrap(), API_VERSION).unwrap()
    }

    async fn install(&self, wanted: &Install) -> Result<Outcome, InstallError> {
        install(&self.setup(NOOR), wanted, NOW, |_| ()).await
    }

    fn deployments(&self) -> u64 {
        self.org.switchboard().calls().get("metadata-deploy").copied().unwrap_or_default()
    }
}

fn with_stack() -> Install {
    Install { stack: Some(STACK.to_owned()), sync_user: Some(SYNC.to_owned()), ..Install::default() }
}

#[tokio::test]
async fn a_bare_org_gets_everything_and_a_second_time_there_is_nothing_to_do() {
    let served = Served::new(true, &[]).await;
    assert!(!served.org.has_object(OBJECT));
    let lines = std::sync::Mutex::new(Vec::new());
    let say = |line: &str| lines.lock().unwrap().push(line.to_owned());
    let first = install(&served.setup(NOOR), &with_stack(), NOW, say).await.unwrap();
    assert!(first.done && !first.nothing_to_do(), "{first:?}");
    let lines = lines.into_inner().unwrap();
    for want in [
        "create object: LP_ChatTranscript__c",
        "create button: Sync_Chat",
        "create the external client app Chatlink",
        "assign the permission set LP_Administrator to noor.adair@chatlink.example",
        "assign the permission set LP_Sync_User to sync@chatlink.example",
    ] {
        assert!(lines.iter().any(|line| line == want), "{want}: {lines:?}");
    }
    let App::Created { consumer_key } = &first.app else { panic!("{:?}", first.app) };
    assert!(
        consumer_key.len() >= 64 && first.by_hand.iter().any(|step| step.contains(consumer_key.as_str()))
    );
    let global = served.org.component("ExtlClntAppGlobalOauthSettings", "Chatlink_global").unwrap();
    assert!(global.contains(consumer_key.as_str()) && global.contains("stack.example.org/sync-chat/sign-in"));

    let before = served.deployments();
    let second = served.install(&with_stack()).await.unwrap();
    assert!(second.nothing_to_do(), "{second:?}");
    assert_eq!(second.app, App::Kept);
    assert_eq!(served.deployments(), before + 1, "only a check");
    let agents = |outcome: &Outcome| outcome.by_hand.iter().any(|step| step.contains("LP_Agent"));
    assert!(agents(&second), "nobody has it yet: {second:?}");
    let with_agent = Install { agents: vec![ILSE.to_owned()], ..with_stack() };
    let third = served.install(&with_agent).await.unwrap();
    assert_eq!(third.assign.iter().map(|one| one.to.as_str()).collect::<Vec<_>>(), [ILSE]);
    assert!(!agents(&third) && served.setup(ILSE).fields(OBJECT).await.unwrap().is_some(), "{third:?}");
    // The stack is known by now.
    let fourth = served.install(&Install { stack: None, ..with_stack() }).await.unwrap();
    assert!(fourth.nothing_to_do() && fourth.stack.as_deref() == Some(STACK), "{fourth:?}");
}

#[tokio::test]
async fn nobody_sees_the_fields_before_a_permission_set_says_so() {
    let served = Served::new(true, &[]).await;
    served.install(&Install::default()).await.unwrap();
    assert_eq!(served.setup(SYNC).fields(OBJECT).await.unwrap(), None, "no permission set yet");
    let seen = served.setup(NOOR).fields(OBJECT).await.unwrap().unwrap();
    assert!(compare::unseen(&Package::without_app(None), &seen).is_empty());
    served.install(&Install { sync_user: Some(SYNC.to_owned()), ..Install::default() }).await.unwrap();
    let seen = served.setup(SYNC).fields(OBJECT).await.unwrap().unwrap();
    assert!(compare::unseen(&Package::without_app(None), &seen).is_empty());
    let row = json!({"Conversation_Id__c": "le1:1", "Visitor__c": "Ada"});
    served.org.insert(OBJECT, row.as_object().cloned().unwrap()).unwrap();
}

#[tokio::test]
async fn a_check_changes_nothing_and_says_what_is_missing() {
    let served = Served::new(true, &[]).await;
    let wanted = Install { check: true, ..with_stack() };
    let outcome = served.install(&wanted).await.unwrap();
    assert!(!outcome.done && outcome.create.len() > 30 && outcome.app == App::ToCreate, "{outcome:?}");
    let assigned: Vec<_> = outcome.assign.iter().map(|one| one.permission_set).collect();
    assert_eq!(assigned, [ADMINISTRATOR, SYNC_USER]);
    assert!(!served.org.has_object(OBJECT) && served.org.count("PermissionSetAssignment") == 0);
}

#[tokio::test]
async fn without_a_stack_its_parts_wait_and_come_later() {
    let served = Served::new(true, &[]).await;
    let first = served.install(&Install::default()).await.unwrap();
    assert_eq!(first.app, App::LeftOut);
    assert!(first.by_hand[0].contains("--stack"), "{:?}", first.by_hand);
    assert_eq!(served.org.component("WebLink", "LP_ChatTranscript__c.Sync_Chat"), None);
    let second = served.install(&with_stack()).await.unwrap();
    let names = |named: &[run::Named]| named.iter().map(|one| one.kind.clone()).collect::<Vec<_>>();
    assert_eq!(names(&second.create), ["WebLink", "CspTrustedSite"]);
    assert_eq!(names(&second.change), ["Layout"], "the button goes on it");
    let button = served.org.component("WebLink", "LP_ChatTranscript__c.Sync_Chat").unwrap();
    assert!(
        button.contains("https://stack.example.org/sync-chat?record={!LP_ChatTranscript__c.Id}"),
        "{button}"
    );
}

#[tokio::test]
async fn the_standard_org_has_all_but_the_stacks_parts() {
    let served = Served::new(false, &[]).await;
    let outcome =
        served.install(&Install { sync_user: Some(SYNC.to_owned()), ..Install::default() }).await.unwrap();
    assert!(outcome.nothing_to_do(), "{outcome:?}");
    assert!(!outcome.by_hand.iter().any(|step| step.contains("permission set")), "{outcome:?}");
    assert_eq!(served.deployments(), 1);
}

#[tokio::test]
async fn a_changed_field_stops_it_with_nothing_deployed() {
    for (field, change, want) in [
        (
            "Transcript__c",
            (|kind, _| *kind = Kind::LongText(32_768)) as fn(&mut Kind, &mut bool),
            "its length is 32768 and should be 131072",
        ),
        ("Conversation_Id__c", |_, unique| *unique = false, "its uniqueness is off and should be on"),
        ("Started__c", |kind, _| *kind = Kind::Date, "its type is date and should be datetime"),
    ] {
        let served = Served::new(false, &[]).await;
        served.org.change_field(OBJECT, field, |field| change(&mut field.kind, &mut field.unique));
        let outcome = served.install(&with_stack()).await.unwrap();
        let said: Vec<String> = outcome.conflicts.iter().map(compare::Conflict::sentence).collect();
        assert!(said.iter().any(|said| said.contains(field) && said.contains(want)), "{said:?}");
        assert!(!outcome.done && !outcome.nothing_to_do());
        assert_eq!(served.deployments(), 0, "{field}");
    }
}

#[tokio::test]
async fn an_org_that_refuses_the_app_gets_the_rest_and_the_click_path() {
    let served = Served::new(true, &[]).await;
    served.org.take_apps(false);
    let outcome = served.install(&with_stack()).await.unwrap();
    assert!(outcome.done && served.org.has_object(OBJECT));
    let App::Refused { problems } = &outcome.app else { panic!("{:?}", outcome.app) };
    assert!(problems[0].contains("not enabled"), "{problems:?}");
    let path = outcome.by_hand.iter().find(|step| step.contains("External Client App Manager")).unwrap();
    assert!(
        path.contains(&format!("{STACK}/api/widget/sign-in/callback")) && path.contains("PKCE"),
        "{path}"
    );
}

#[tokio::test]
async fn who_may_not_deploy_is_refused_in_salesforces_words() {
    let served = Served::new(true, &[]).await;
    let said = install(&served.setup(SYNC), &Install::default(), NOW, |_| ()).await.unwrap_err().to_string();
    assert!(said.contains("INSUFFICIENT_ACCESS") && said.contains("ModifyMetadata"), "{said}");
    let stranger = Setup::new(&served.url, "00D000000000001!hush", API_VERSION).unwrap();
    let said = install(&stranger, &Install::default(), NOW, |_| ()).await.unwrap_err().to_string();
    assert!(said.contains("access token") && !said.contains("hush"), "{said}");
}

#[tokio::test]
async fn a_user_who_does_not_exist_is_named_before_anything_is_done() {
    let served = Served::new(true, &[]).await;
    let wanted = Install { sync_user: Some("no'body@example.com".to_owned()), ..Install::default() };
    let said = served.install(&wanted).await.unwrap_err().to_string();
    assert!(said.contains("--sync-user no'body@example.com: the org has no active user"), "{said}");
    assert_eq!(served.deployments(), 0);
}

#[tokio::test]
async fn looks_that_fail_for_now_are_looked_again_and_patience_ends() {
    let served = Served::new(true, &["salesforce:metadata-status:503:first=3"]).await;
    assert!(served.install(&Install::default()).await.unwrap().done);
    let served = Served::new(true, &["salesforce:metadata-status:503"]).await;
    let said = served.install(&Install::default()).await.unwrap_err().to_string();
    assert!(said.contains("has not ended") && said.contains("Deployment Status"), "{said}");
    assert_eq!(served.org.switchboard().calls()["metadata-status"], u64::from(NOW.looks));
}

#[tokio::test]
async fn what_was_installed_outlives_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("salesforce.journal");
    {
        let served = Served::with(true, &[], Some(&journal)).await;
        served.install(&with_stack()).await.unwrap();
    }
    // Whatever is asked for, the org stays the bare one it was.
    let served = Served::with(false, &[], Some(&journal)).await;
    assert!(served.org.is_bare() && served.org.has_object(OBJECT) && !served.org.has_object("Policy__c"));
    let again = served.install(&with_stack()).await.unwrap();
    assert!(again.nothing_to_do(), "{again:?}");
    let row: Map<String, Value> = json!({"Conversation_Id__c": "le1:1"}).as_object().cloned().unwrap();
    served.org.insert(OBJECT, row.clone()).unwrap();
    let twice = served.org.insert(OBJECT, row).unwrap_err();
    assert!(twice.contains("DUPLICATE_VALUE"), "{twice}");
}

/// Allows what the consent page asks for, as a browser that follows the redirect would.
async fn allow(address: &str) {
    let (page, query) = address.split_once('?').unwrap();
    let form = format!("{query}&username={NOOR}&decision=allow");
    let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let form_type = "application/x-www-form-urlencoded";
    let answer = browser.post(page).header("content-type", form_type).body(form).send().await.unwrap();
    let back = answer.headers()["location"].to_str().unwrap().replace("localhost", "127.0.0.1");
    let page = browser.get(back).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("Go on in the terminal"), "{page}");
}

#[tokio::test]
async fn a_browser_signs_in_and_comes_back() {
    let served = Served::new(true, &[]).await;
    let (shown, mut address) = tokio::sync::mpsc::unbounded_channel();
    let say = move |line: &str| shown.send(line.to_owned()).unwrap();
    let client = salesforce_credentials(None).client_id;
    let signing_in = sign_in::through_browser(&served.url, &client, 0, say);
    let browser = async {
        let line = address.recv().await.unwrap();
        allow(line.lines().map(str::trim).find(|line| line.starts_with("http")).unwrap()).await;
    };
    let (setup, ()) = tokio::join!(signing_in, browser);
    assert_eq!(setup.unwrap().installer().await.unwrap().username, NOOR);
}

#[tokio::test]
async fn uninstalling_keeps_records_unless_told_and_then_leaves_nothing() {
    let served = Served::new(true, &[]).await;
    served.install(&with_stack()).await.unwrap();
    let row = json!({"Conversation_Id__c": "le1:1"});
    served.org.insert(OBJECT, row.as_object().cloned().unwrap()).unwrap();
    let said = uninstall(&served.setup(NOOR), false, NOW).await.unwrap_err().to_string();
    assert!(said.contains("has records, 1 of them") && said.contains("--delete-records"), "{said}");
    assert!(served.org.has_object(OBJECT) && served.org.count("PermissionSetAssignment") == 2);
    let said = uninstall(&served.setup(SYNC), true, NOW).await.unwrap_err().to_string();
    assert!(said.contains("ModifyMetadata") && served.org.count("PermissionSetAssignment") == 2, "{said}");
    let removed = uninstall(&served.setup(NOOR), true, NOW).await.unwrap();
    assert_eq!((removed.records, removed.assignments, removed.by_hand.len()), (1, 2, 0), "{removed:?}");
    assert!(!served.org.has_object(OBJECT) && served.org.count("PermissionSet") == 0);
    for kind in ["CustomApplication", "ExternalClientApplication", "CspTrustedSite"] {
        assert_eq!(served.org.component(kind, "Chatlink"), None, "{kind}");
    }
    let again = uninstall(&served.setup(NOOR), false, NOW).await.unwrap();
    assert!(again.components.is_empty() && again.records == 0, "{again:?}");
    // And back: the records do not come with it.
    served.install(&with_stack()).await.unwrap();
    assert_eq!(served.org.count(OBJECT), 0);
}

#[tokio::test]
async fn records_that_whoever_uninstalls_does_not_see_are_kept_too() {
    let served = Served::new(true, &[]).await;
    served.install(&with_stack()).await.unwrap();
    let row = json!({"Conversation_Id__c": "le1:1"});
    served.org.insert(OBJECT, row.as_object().cloned().unwrap()).unwrap();
    served.org.set_object_rights(NOOR, OBJECT, ObjectRights::NONE);
    let said = uninstall(&served.setup(NOOR), false, NOW).await.unwrap_err().to_string();
    assert!(
        said.contains("noor.adair@chatlink.example may not see it") && said.contains("--delete-records"),
        "{said}"
    );
    assert_eq!(served.org.count(OBJECT), 1);
}

#[test]
fn addresses_are_secure_and_bare() {
    for (text, want) in [
        ("https://acme.my.salesforce.com/", Some("https://acme.my.salesforce.com")),
        (" https://acme.my.salesforce.com", Some("https://acme.my.salesforce.com")),
        ("http://127.0.0.1:8082", Some("http://127.0.0.1:8082")),
        ("http://acme.my.salesforce.com", None),
        ("acme.my.salesforce.com", None),
        ("https://acme.my.salesforce.com/admin", None),
        ("https://ada:hush@acme.my.salesforce.com", None),
    ] {
        assert_eq!(address("--org", text).ok().as_deref(), want, "{text}");
    }
    assert!(address("--stack", "http://x.example").unwrap_err().to_string().contains("Address"));
}

#[test]
fn a_literal_cannot_be_left() {
    assert_eq!(literal(r"o'hara\"), r"'o\'hara\\'");
}
