//! Chat Transcript, the object Chatlink brings.

use super::{Field, Kind, Object};

/// API name of the Chat Transcript object.
pub const TRANSCRIPT: &str = "LP_ChatTranscript__c";

pub(super) fn object() -> Object {
    Object::new(TRANSCRIPT, "Chat Transcript", "Chat Transcripts", "a0T", fields())
}

fn fields() -> Vec<Field> {
    let owner = Kind::Lookup(vec!["Group".into(), "User".into()]);
    let mut fields = vec![
        Field::new("OwnerId", "Owner ID", owner),
        Field::new("Name", "Chat Transcript Number", Kind::Text(80)).name_field().auto_number("CT-", 7),
        Field::new("Conversation_Id__c", "Conversation Id", Kind::Text(128)).external_id(true).required(),
        Field::new("Transcript__c", "Transcript", Kind::LongText(131_072)),
        Field::new("Channel__c", "Channel", Kind::Text(20)),
        Field::new("Status__c", "Status", Kind::Text(20)),
        Field::new("Started__c", "Started", Kind::DateTime),
        Field::new("Ended__c", "Ended", Kind::DateTime),
        Field::new("Duration_Seconds__c", "Duration (Seconds)", Kind::Number(12, 0)),
        Field::new("Skill__c", "Skill", Kind::Text(255)),
        Field::new("Agent__c", "Agent", Kind::Text(255)),
        Field::new("Visitor__c", "Visitor", Kind::Text(255)),
        Field::new("Truncated__c", "Truncated", Kind::Checkbox),
        Field::new("Last_Synced__c", "Last Synced", Kind::DateTime),
    ];
    for parent in ["Account", "Contact", "Lead", "Case", "Opportunity", "Policy__c"] {
        let (kind, label) = (Kind::Lookup(vec![parent.to_owned()]), parent.trim_end_matches("__c"));
        fields.push(Field::new(&format!("{label}__c"), label, kind).children("LP_ChatTranscripts__r"));
    }
    fields.extend(mapped());
    fields
}

/// Fields that exist for mappings to fill.
fn mapped() -> Vec<Field> {
    [
        ("Visitor_Email__c", "Visitor Email", Kind::Email),
        ("Visitor_Phone__c", "Visitor Phone", Kind::Phone),
        ("Customer_Id__c", "Customer Id", Kind::Text(80)),
        ("Customer_Type__c", "Customer Type", Kind::Text(80)),
        ("Campaign__c", "Campaign", Kind::Text(255)),
        ("Goal__c", "Goal", Kind::Text(255)),
        ("Engagement__c", "Engagement", Kind::Text(255)),
        ("Chat_Start_URL__c", "Chat Start URL", Kind::Url),
        ("Browser__c", "Browser", Kind::Text(255)),
        ("Device__c", "Device", Kind::Text(40)),
        ("Country__c", "Country", Kind::Text(80)),
        ("City__c", "City", Kind::Text(80)),
        ("CSAT__c", "CSAT", Kind::Number(3, 0)),
        ("Marketing_Affiliate__c", "Marketing Affiliate", Kind::Text(255)),
        ("Lead_Topic__c", "Lead Topic", Kind::Text(255)),
        ("Order_Id__c", "Order Id", Kind::Text(80)),
        ("Cart_Total__c", "Cart Total", Kind::Number(16, 2)),
        ("Company_Size__c", "Company Size", Kind::Number(9, 0)),
        ("Last_Payment__c", "Last Payment", Kind::Date),
        ("Service_Topic__c", "Service Topic", Kind::Text(255)),
    ]
    .map(|(name, label, kind)| Field::new(name, label, kind))
    .to_vec()
}
