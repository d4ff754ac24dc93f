//! What a record must hold, computed plainly from the conversation, without the code under test; and what the
//! administrator of every simulation has set up.

use crate::{
    salesforce::{LOSABLE_FIELD, Record},
    scene::instant,
    world::{ACCOUNT, Conversation},
};
use domain::{
    Channel, Configuration,
    configuration::{
        FieldMapping, LoginFlow, OtherAddresses, SalesforceLogin, SaveMode, TranscriptSettings, ValueSource,
    },
};
use mapping::FieldType;
use serde_json::{Value, json};
use sync::{OWN_FIELDS, TRANSCRIPT_FIELD, TargetField};

/// The field that takes the customer's number.
pub const CUSTOMER_FIELD: &str = "Customer__c";

/// The configuration of every simulation.
#[must_use]
pub fn configuration(save_mode: SaveMode) -> Configuration {
    let flow = LoginFlow::ClientCredentials { client_id: "client".to_owned() };
    let salesforce = SalesforceLogin {
        login_url: "https://org.example.com".to_owned(),
        api_version: "v67.0".to_owned(),
        flow,
    };
    let customer = "sdes.events[sdeType=CUSTOMER_INFO].customerInfo.customerInfo.customerId";
    Configuration {
        transcript: TranscriptSettings { save_mode, ..TranscriptSettings::default() },
        field_mappings: vec![
            mapping(CUSTOMER_FIELD, customer, customer),
            mapping(LOSABLE_FIELD, "info.chatStartPage", "info.language"),
        ],
        ..Configuration::new(ACCOUNT, salesforce)
    }
}

/// A field that takes what stands at these addresses.
#[must_use]
pub fn mapping(field: &str, chat: &str, messaging: &str) -> FieldMapping {
    let source = ValueSource::Other(OtherAddresses {
        chat_api: Some(chat.to_owned()),
        messaging_api: Some(messaging.to_owned()),
        ..OtherAddresses::default()
    });
    FieldMapping { field: field.to_owned(), source }
}

/// The Chat Transcript object's fields, as describe gives them.
#[must_use]
pub fn targets() -> Vec<TargetField> {
    let text = |name: &str, length| TargetField {
        name: name.to_owned(),
        field_type: Some(FieldType::Text { length }),
        writeable: true,
    };
    let own = OWN_FIELDS.iter().map(|name| text(name, if *name == TRANSCRIPT_FIELD { 131_072 } else { 255 }));
    own.chain([text(CUSTOMER_FIELD, 80), text(LOSABLE_FIELD, 80)]).collect()
}

/// In what a record differs from the conversation as it is now, if it does.
pub(crate) fn difference(one: &Conversation, now_ms: i64, record: &Record, has_file: bool) -> Option<String> {
    let revision = one.revision(now_ms)?;
    let moment = &one.moments[revision];
    let shown = |ms: i64| json!(format!("{:.3}", instant(ms)));
    let lasted = moment.end_ms.map(|end| (end - one.start_ms) / 1_000);
    let channel = if one.channel == Channel::Chat { "chat" } else { "messaging" };
    let wanted = [
        ("Channel__c", json!(channel)),
        ("Status__c", json!(if moment.end_ms.is_some() { "closed" } else { "open" })),
        ("Started__c", shown(one.start_ms)),
        ("Ended__c", moment.end_ms.map_or(Value::Null, shown)),
        ("Duration_Seconds__c", json!(lasted)),
        ("Skill__c", json!(moment.skill)),
        ("Agent__c", json!("Ida Holm")),
        ("Visitor__c", Value::Null),
        ("Truncated__c", json!(false)),
        (CUSTOMER_FIELD, moment.customer.map_or(Value::Null, |number| json!(format!("C-{number}")))),
        (LOSABLE_FIELD, json!("Help")),
    ];
    let value = |name: &str| record.fields.get(name).unwrap_or(&Value::Null);
    let differs = |(name, wanted): &&(&str, Value)| {
        value(name) != wanted && !(*name == LOSABLE_FIELD && record.without_lost_field)
    };
    if let Some((name, wanted)) = wanted.iter().find(differs) {
        return Some(format!("{name} is {}, should be {wanted}", value(name)));
    }
    let words = format!("Revision {revision}.");
    let text = value(TRANSCRIPT_FIELD).as_str().unwrap_or_default();
    if !text.contains(&words) {
        return Some(format!("{TRANSCRIPT_FIELD} is {text:?}, should say {words:?}"));
    }
    let file = record.file.as_ref().map(|(text, _)| text.as_str()).unwrap_or_default();
    (has_file && !file.contains(&words)).then(|| format!("the File is {file:?}, should say {words:?}"))
}
