//! What this crate makes of SOQL, as JSON lines, for other people's readers of the language: every query its operations
//! ask, as `{"query": …}`, and made-up texts with the literals they become, as `{"text": …, "literal": …, "pattern": …}`.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a tool of the tests")]

use crm::{Context, Desk, FormRequest, SaveRequest, Scope, soql, view::Parents};
use domain::{
    Configuration, ConversationId,
    configuration::{FieldFacts, ObjectFacts, RecordTypeFacts, SkillSettings},
    crm::{CrmError, CrmSession, FormFacts, FormMode, RecentRecord, Record, Write, WriteError, Written},
};
use futures::executor::block_on;
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

const TEXTS: usize = 10_000;
const OBJECTS: [&str; 6] = ["Account", "Contact", "Lead", "Case", "Opportunity", "Policy__c"];
const ID: &str = "001Lk0000000001";
const RECORD_TYPE: &str = "012Lk0000000001";
const ODD: &str = "O'Neil \\ \"50%_\"\n💐";

fn main() {
    for query in queries() {
        println!("{}", json!({ "query": query }));
    }
    let mut random = Random(7);
    for _ in 0..TEXTS {
        let text = random.text();
        let (literal, pattern) = (soql::literal(&text), soql::pattern("", &text, ""));
        println!("{}", json!({ "text": text, "literal": literal, "pattern": pattern }));
    }
}

/// Every query of every operation, each once.
fn queries() -> BTreeSet<String> {
    let org = Org::default();
    for filters in [json!([]), filters()] {
        let configuration = configuration(&filters);
        for duplicates in [false, true] {
            *org.duplicates.lock().unwrap() = duplicates;
            let skill = &configuration.skills[0];
            block_on(everything(&org, &configuration, skill));
        }
    }
    org.asked.into_inner().unwrap()
}

async fn everything(org: &Org, configuration: &Configuration, skill: &SkillSettings) {
    let desk = Desk { session: org, configuration, skill, instance_url: "https://acme.my.salesforce.com" };
    let conversation = ConversationId::new("le1", "4711").unwrap();
    let values: Vec<String> =
        ["ada@mail.example", ODD, "+49 (30) 123-4567", "Quill"].map(str::to_owned).to_vec();
    let scopes = OBJECTS.map(|object| Scope::Object(object.to_owned()));
    for scope in scopes.iter().chain([&Scope::People]) {
        crm::search(&desk, scope, &values, Some(&conversation)).await.unwrap();
        crm::search(&desk, scope, &values[..1], None).await.unwrap();
    }
    crm::linked(&desk, &conversation).await.unwrap();
    crm::recent(&desk).await.unwrap();
    for object in OBJECTS {
        crm::record_page(&desk, object, ID, Some(&conversation)).await.unwrap();
        let _ = crm::link(&desk, &conversation, object, ID).await;
        let _ = crm::unlink(&desk, &conversation, object).await;
        for id in [None, Some(ID.to_owned())] {
            let parents = Parents { account: Some(ID.to_owned()), contact: Some(ID.to_owned()) };
            let context = Context::empty();
            let form = FormRequest {
                object: object.to_owned(),
                id: id.clone(),
                record_type: Some(RECORD_TYPE.to_owned()),
                parents,
                context,
            };
            crm::form(&desk, &form).await.unwrap();
            let save = SaveRequest {
                object: object.to_owned(),
                values: json!({ "Name": ODD }).as_object().unwrap().clone(),
                last_modified: id.as_ref().map(|_| "2026-03-01T10:00:00Z".parse().unwrap()),
                id,
                record_type: None,
                assignment_rule: None,
                link: Some(conversation.clone()),
                save_duplicate: false,
            };
            // Some of these are refused, which asks for more.
            let _ = crm::save(&desk, &save).await;
        }
        for lookup in ["AccountId", "ContactId", "OwnerId"] {
            crm::lookup(&desk, object, lookup, ODD).await.unwrap();
        }
    }
}

fn configuration(filters: &Value) -> Configuration {
    let object = |name: &str| {
        let mapped = |field: &str| json!({ "field": field, "overview": true });
        let mappings =
            ["Name", "Email", "Rating", "OwnerId", "AccountId", "ContactId", "Notes__c"].map(mapped);
        json!({
            "object": name, "allow_creation": true, "search_filters": filters, "account_field": "AccountId", "contact_field": "ContactId",
            "field_mappings": mappings,
            "related_lists": [
                { "object": "Case", "field": "AccountId", "columns": ["Name", "OwnerId", "Rating"], "sort": { "field": "Day__c", "descending": true } },
                { "object": "Contact", "field": "AccountId", "columns": ["Name", "Email"] },
            ],
        })
    };
    let document = json!({
        "account": "le1",
        "salesforce": { "login_url": "https://login.salesforce.com", "api_version": "v67.0", "flow": { "client_credentials": { "client_id": "x" } } },
        "objects": OBJECTS.map(object),
        "skills": [{ "skill": "101", "name": "Billing", "objects": OBJECTS, "default_screen": "people_search", "search_values": [] }],
    });
    Configuration::from_json(&document.to_string()).unwrap()
}

fn filters() -> Value {
    let filter = |(field, operator, value)| json!({ "field": field, "operator": operator, "value": value });
    let filters = [
        ("Rating", "equals", "Warm;Hot"),
        ("Rating", "not_equals", "Cold;Old"),
        ("Active__c", "equals", "true"),
        ("Worth__c", "less_than", "12.5"),
        ("Worth__c", "greater_or_equal", "-3"),
        ("Day__c", "greater_than", "2026-03-01"),
        ("At__c", "less_or_equal", "2026-03-01T10:00:00+01:00"),
        ("Name", "contains", ODD),
        ("Name", "does_not_contain", ODD),
        ("Name", "starts_with", "A_"),
        ("Covers__c", "includes", "Fire;Theft"),
        ("Covers__c", "excludes", "Flood"),
    ];
    Value::Array(filters.map(filter).to_vec())
}

/// An org in which every object has the same fields, every query finds one record, and nothing is kept.
#[derive(Default)]
struct Org {
    asked: Mutex<BTreeSet<String>>,
    /// Writes are refused: a duplicate, or a change in the meantime.
    duplicates: Mutex<bool>,
}

impl Org {
    fn ask(&self, queries: &[String]) -> Vec<Vec<Record>> {
        self.asked.lock().unwrap().extend(queries.iter().cloned());
        let record = json!({
            "Id": ID, "Name": "Quill", "Email": "ada@mail.example", "AccountId": ID, "ContactId": ID, "PersonContactId": ID,
            "LastModifiedDate": "2026-03-01T10:00:00.000+0000",
        });
        queries.iter().map(|_| vec![record.as_object().unwrap().clone()]).collect()
    }
}

fn field(name: &str, field_type: &str) -> FieldFacts {
    FieldFacts {
        name: name.to_owned(),
        label: name.to_owned(),
        field_type: field_type.to_owned(),
        createable: true,
        updateable: true,
        nillable: true,
        filterable: true,
        sortable: true,
        ..FieldFacts::default()
    }
}

fn lookup(name: &str, relationship: &str, targets: &[&str]) -> FieldFacts {
    let reference_to = targets.iter().map(|target| (*target).to_owned()).collect();
    FieldFacts { reference_to, relationship: relationship.to_owned(), ..field(name, "reference") }
}

impl CrmSession for Org {
    async fn describe(&self, object: &str) -> Result<Option<Arc<ObjectFacts>>, CrmError> {
        let mut fields = vec![
            FieldFacts { name_field: true, ..field("Name", "string") },
            FieldFacts { identifies: true, ..field("Customer__c", "string") },
            lookup("OwnerId", "Owner", &["Group", "User"]),
            lookup("AccountId", "Account", &["Account"]),
            lookup("ContactId", "Contact", &["Contact"]),
        ];
        let others = [
            ("FirstName", "string"),
            ("Email", "email"),
            ("Phone", "phone"),
            ("Rating", "picklist"),
            ("Active__c", "boolean"),
            ("Worth__c", "currency"),
            ("Day__c", "date"),
            ("At__c", "datetime"),
            ("Covers__c", "multipicklist"),
            ("Notes__c", "textarea"),
            ("LastModifiedDate", "datetime"),
            ("IsPersonAccount", "boolean"),
            ("PersonContactId", "id"),
            ("RecordTypeId", "id"),
            ("IsConverted", "boolean"),
            ("ConvertedContactId", "id"),
            ("ConvertedAccountId", "id"),
            ("Status__c", "string"),
            ("Last_Synced__c", "datetime"),
        ];
        fields.extend(others.map(|(name, field_type)| field(name, field_type)));
        if object == "LP_ChatTranscript__c" {
            let link = |object: &str| {
                let own = object.trim_end_matches("__c");
                lookup(&format!("{own}__c"), &format!("{own}__r"), &[object])
            };
            fields.extend(OBJECTS.map(link));
        }
        let child = |(object, relationship): (&str, &str)| domain::configuration::ChildRelationship {
            object: object.to_owned(),
            field: "AccountId".to_owned(),
            relationship: relationship.to_owned(),
        };
        Ok(Some(Arc::new(ObjectFacts {
            name: object.to_owned(),
            label: object.to_owned(),
            createable: true,
            updateable: true,
            fields,
            record_types: vec![RecordTypeFacts { id: RECORD_TYPE.to_owned(), ..RecordTypeFacts::default() }],
            child_relationships: [("Case", "Cases"), ("Contact", "Contacts")].map(child).to_vec(),
            ..ObjectFacts::default()
        })))
    }

    async fn form_facts(&self, _: &str, _: Option<&str>, _: FormMode) -> Result<FormFacts, CrmError> {
        Ok(FormFacts::default())
    }

    async fn query(&self, queries: &[String]) -> Result<Vec<Vec<Record>>, CrmError> {
        Ok(self.ask(queries))
    }

    async fn write(&self, writes: &[Write], read: &[String]) -> Result<Written, WriteError> {
        if *self.duplicates.lock().unwrap() {
            let existing = matches!(writes[0].target, domain::crm::Target::Existing { .. });
            return Err(match existing {
                true => WriteError::Changed { write: 0 },
                false => WriteError::Duplicates {
                    write: 0,
                    may_save: true,
                    records: vec![("Contact".to_owned(), ID.to_owned()), ("Lead".to_owned(), ID.to_owned())],
                    message: "two of these".to_owned(),
                },
            });
        }
        Ok(Written { ids: vec![ID.to_owned(); writes.len()], read: self.ask(read) })
    }

    async fn recent(&self, _: usize) -> Result<Vec<RecentRecord>, CrmError> {
        Ok(Vec::new())
    }
}

/// The same texts every time.
struct Random(u64);

impl Random {
    /// SplitMix64.
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % below
    }

    fn text(&mut self) -> String {
        let length = self.next(24);
        (0..length).map(|_| self.letter()).collect()
    }

    /// Every second one is of those that mean something in SOQL.
    fn letter(&mut self) -> char {
        const TELLING: [char; 18] = [
            '\'', '\\', '"', '%', '_', '\n', '\r', '\t', '\u{8}', '\u{c}', '\u{b}', '\0', ':', '{', '}', ' ',
            'n', '\u{2028}',
        ];
        if self.next(2) == 0 {
            return TELLING[usize::try_from(self.next(TELLING.len() as u64)).unwrap()];
        }
        let most = if self.next(2) == 0 { 0x80 } else { 0x11_0000 };
        loop {
            if let Some(letter) = u32::try_from(self.next(most)).ok().and_then(char::from_u32) {
                return letter;
            }
        }
    }
}
