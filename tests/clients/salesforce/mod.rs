//! The Salesforce client against the simulated org.

mod agents;
mod codes;
mod files;
mod reads;
mod records;
mod sign_in;
mod upserts;

use crate::harness::{Bound, Served, clock, pauses};
use ::salesforce::{Retries, Salesforce, Secret, Settings, TRANSCRIPT_OBJECT};
use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der},
    rsa::{KeyPair, KeySize},
    signature::KeyPair as _,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{
    ConversationId,
    configuration::{LoginFlow, SalesforceLogin},
    ports::{Row, RowOutcome},
};
use local::{
    salesforce::{Credentials, Options, Simulator},
    simulator::Behaviour,
};
use serde_json::{Map, Value};
use std::sync::OnceLock;

const CLIENT_ID: &str = "consumer-key-of-the-sync";
const CLIENT_SECRET: &str = "hush-consumer-secret";
const USERNAME: &str = "sync.user@chatlink.example.com";

/// As many rows together as Salesforce takes.
const TOGETHER: usize = <Salesforce as domain::ports::Sink>::MAX_TOGETHER;

/// A client and the org it writes to.
struct Org {
    client: Salesforce,
    simulator: Simulator,
    _served: Served,
}

impl Org {
    async fn new(faults: &[&str]) -> Org {
        Org::with(faults, |_| (), |_, _| ()).await
    }

    /// An org whose options `org` changes, and a client whose settings `client` changes, given the org's address.
    async fn with(
        faults: &[&str],
        org: impl FnOnce(&mut Options),
        client: impl FnOnce(&mut Settings, &str),
    ) -> Org {
        let bound = Bound::new().await;
        let url = bound.url();
        let faults = faults.iter().map(|fault| fault.parse().unwrap()).collect();
        let mut options = Options {
            listen_url: url.clone(),
            journal: None,
            behaviour: Behaviour { faults, ..Behaviour::default() },
            clock: clock(),
            daily_api_requests: 15_000,
            credentials: credentials(),
            bare: false,
        };
        org(&mut options);
        let simulator = Simulator::open(options).unwrap();
        let mut settings = settings(&url);
        client(&mut settings, &url);
        let client = Salesforce::new(settings, clock()).unwrap();
        Org { client, _served: bound.serve(simulator.router()), simulator }
    }

    fn calls(&self, operation: &str) -> u64 {
        self.simulator.switchboard().calls().get(operation).copied().unwrap_or(0)
    }

    /// The Chat Transcript record of a conversation.
    fn record(&self, conversation: &ConversationId) -> Option<Map<String, Value>> {
        let mut records = self.simulator.records(TRANSCRIPT_OBJECT).into_iter();
        let own = records.find(|record| record["Conversation_Id__c"] == conversation.as_str());
        assert!(records.all(|record| record["Conversation_Id__c"] != conversation.as_str()), "two records");
        own
    }
}

/// A client that signs in by client credentials and retries twice.
fn settings(url: &str) -> Settings {
    let flow = LoginFlow::ClientCredentials { client_id: CLIENT_ID.to_owned() };
    let login = SalesforceLogin { login_url: url.to_owned(), api_version: "v67.0".to_owned(), flow };
    Settings { login, secret: Secret::ClientSecret(CLIENT_SECRET.to_owned()), retries: Retries(pauses(2)) }
}

fn credentials() -> Credentials {
    Credentials {
        client_id: CLIENT_ID.to_owned(),
        client_secret: CLIENT_SECRET.to_owned(),
        username: USERNAME.to_owned(),
        password: "not-used-here".to_owned(),
        public_key_pem: Some(key().public_pem.clone()),
    }
}

/// A key pair in PEM.
struct Key {
    private_pem: String,
    public_pem: String,
}

/// The key pair of the sync user, made once.
fn key() -> &'static Key {
    static KEY: OnceLock<Key> = OnceLock::new();
    KEY.get_or_init(new_key)
}

fn new_key() -> Key {
    let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let private = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).unwrap();
    let public = AsDer::<PublicKeyX509Der<'_>>::as_der(pair.public_key()).unwrap();
    Key { private_pem: pem("PRIVATE KEY", private.as_ref()), public_pem: pem("PUBLIC KEY", public.as_ref()) }
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

fn conversation(number: usize) -> ConversationId {
    ConversationId::new("le20020002", &format!("c-{number:04}")).unwrap()
}

/// A row with these fields, given as the members of a JSON object.
fn row(number: usize, fields: &str) -> Row {
    Row { conversation: conversation(number), fields: fields.to_owned() }
}

fn rows(count: usize) -> Vec<Row> {
    (0..count).map(|n| row(n, &format!(r#""Skill__c":"Skill {n}""#))).collect()
}

fn written(outcome: &RowOutcome) -> bool {
    matches!(outcome, RowOutcome::Written { .. })
}
