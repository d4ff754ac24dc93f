//! Chat Transcript, the object Chatlink brings: what this org's administrators added to it.

use super::{Field, Kind};

/// API name of the Chat Transcript object.
pub const TRANSCRIPT: &str = "LP_ChatTranscript__c";

/// The lookup to the customer's own object, and fields that exist for mappings to fill.
pub(crate) fn additions() -> Vec<Field> {
    let policy = Field::new("Policy__c", "Policy", Kind::Lookup(vec!["Policy__c".to_owned()]));
    let mut fields = vec![policy.children("LP_ChatTranscripts__r")];
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
