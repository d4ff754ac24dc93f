//! The configuration a newcomer starts with.

use crate::ports::{Ports, url};
use domain::Configuration;
use serde_json::{Value, json};

/// Mappings over the fields the simulated org has, chat and messaging, and a widget to try: five of the simulated account's
/// six skills are enabled. A bare org lacks the fields to map to and the customer's own object, so there both are left out.
pub(crate) fn sample_configuration(ports: Ports, account: &str, bare: bool) -> Configuration {
    let login_url = url(ports.salesforce());
    let document = json!({
        "account": account,
        "salesforce": {
            "login_url": login_url,
            "api_version": "v67.0",
            "flow": { "jwt_bearer": {
                "client_id": "chatlink-local-consumer-key",
                "username": "sync@chatlink.example",
                "audience": login_url,
            } },
        },
        "field_mappings": if bare { json!([]) } else { transcript_mappings() },
        "objects": objects(),
        "skills": skills(),
    });
    let document = if bare { without(document, OWN_OBJECT) } else { document };
    #[expect(clippy::expect_used, reason = "a test reads this very document")]
    serde_json::from_value(document).expect("the sample configuration has the form of a configuration")
}

/// The customer's own object.
const OWN_OBJECT: &str = "Policy__c";

/// The document without an object and without the skills' word on it.
fn without(mut document: Value, object: &str) -> Value {
    if let Some(objects) = document["objects"].as_array_mut() {
        objects.retain(|known| known["object"] != object);
    }
    for skill in document["skills"].as_array_mut().into_iter().flatten() {
        if let Some(objects) = skill["objects"].as_array_mut() {
            objects.retain(|known| known != object);
        }
    }
    document
}

fn transcript_mappings() -> Value {
    let predefined = |field: &str, label: &str| json!({ "field": field, "value": label });
    json!([
        predefined("Visitor_Email__c", "Visitor Email"),
        predefined("Visitor_Phone__c", "Visitor Phone"),
        predefined("Customer_Id__c", "Customer ID"),
        predefined("Customer_Type__c", "Customer Type"),
        predefined("Campaign__c", "Campaign Name"),
        predefined("Goal__c", "Goal Name"),
        predefined("Engagement__c", "Engagement Name"),
        predefined("Chat_Start_URL__c", "Chat Start URL"),
        predefined("Browser__c", "Visitor Browser"),
        predefined("Device__c", "Visitor Device"),
        predefined("Country__c", "Visitor Country"),
        predefined("City__c", "Visitor City"),
        predefined("CSAT__c", "CSAT Score"),
        predefined("Marketing_Affiliate__c", "Marketing Affiliate"),
        predefined("Lead_Topic__c", "Lead Topic"),
        predefined("Order_Id__c", "Transaction Order ID"),
        predefined("Cart_Total__c", "Cart Total"),
        predefined("Company_Size__c", "Customer Company Size"),
        predefined("Last_Payment__c", "Customer Last Payment Date"),
        { "field": "Service_Topic__c", "value": {
            "chat_api": "surveys.preChat[displayName=What is your order number, e.g. ORD-1.2?].value",
            "messaging_api": "conversationSurveys.surveyData[question=How satisfied are you, all in all?].answer",
        } },
    ])
}

/// A field that agents fill in; `more` has its other settings.
fn field(name: &str, more: &Value) -> Value {
    let mut mapping = json!({ "field": name });
    for (member, value) in more.as_object().into_iter().flatten() {
        mapping[member] = value.clone();
    }
    mapping
}

fn from_visitor(name: &str, label: &str) -> Value {
    field(name, &json!({ "value": { "predefined": label }, "overview": true }))
}

fn overview(name: &str) -> Value {
    field(name, &json!({ "overview": true }))
}

fn plain(name: &str) -> Value {
    field(name, &json!({}))
}

fn objects() -> Value {
    let list = |object: &str, field: &str, columns: &[&str], sort: &str| json!({ "object": object, "field": field, "columns": columns, "sort": { "field": sort, "descending": true } });
    json!([
        {
            "object": "Account", "allow_creation": true,
            "field_mappings": [
                field("Name", &json!({ "value": { "predefined": "Customer Company Branch" }, "required": true })),
                overview("Phone"), overview("Industry"), overview("Type"), overview("BillingCity"), plain("BillingCountry"),
                plain("Website"), field("AnnualRevenue", &json!({ "editability": "read_only" })),
                overview("PersonEmail"), plain("PersonMobilePhone"), plain("Description"),
            ],
            "related_lists": [
                list("Contact", "AccountId", &["Name", "Title", "Email", "Phone"], "LastModifiedDate"),
                list("Case", "AccountId", &["CaseNumber", "Subject", "Status", "CreatedDate"], "CreatedDate"),
                list("Opportunity", "AccountId", &["Name", "StageName", "Amount", "CloseDate"], "CloseDate"),
            ],
        },
        {
            "object": "Contact", "allow_creation": true,
            "field_mappings": [
                from_visitor("FirstName", "Visitor First Name"), from_visitor("LastName", "Visitor Surname"),
                from_visitor("Email", "Visitor Email"), from_visitor("Phone", "Visitor Phone"), overview("Title"),
                plain("AccountId"), plain("MobilePhone"), plain("Birthdate"), plain("LeadSource"), plain("MailingCity"),
                plain("Description"),
            ],
            "related_lists": [list("Case", "ContactId", &["CaseNumber", "Subject", "Status", "CreatedDate"], "CreatedDate")],
        },
        {
            "object": "Lead", "use_assignment_rules": true, "let_user_decide": true,
            "field_mappings": [
                from_visitor("FirstName", "Visitor First Name"), from_visitor("LastName", "Visitor Surname"),
                field("Company", &json!({ "value": { "predefined": "Customer Company Branch" }, "overview": true, "required": true })),
                from_visitor("Email", "Visitor Email"), from_visitor("Phone", "Visitor Phone"), plain("Status"),
                plain("LeadSource"), plain("Description"),
            ],
        },
        {
            "object": "Case", "use_assignment_rules": true, "contact_mandatory": true,
            "field_mappings": [
                field("CaseNumber", &json!({ "overview": true, "editability": "read_only" })), field("Subject", &json!({ "overview": true, "required": true })), overview("Status"),
                overview("Priority"), field("Origin", &json!({ "default": "Web", "editability": "on_create_only" })),
                plain("Type"), plain("Reason"), plain("AccountId"), plain("ContactId"), plain("Description"),
            ],
        },
        {
            "object": "Opportunity", "account_mandatory": true,
            "field_mappings": [
                field("Name", &json!({ "overview": true, "required": true })), overview("StageName"), overview("Amount"),
                overview("CloseDate"), plain("AccountId"), plain("Description"),
            ],
        },
        {
            "object": "Policy__c", "account_field": "Account__c", "contact_field": "Contact__c",
            "field_mappings": [
                overview("Name"), overview("Status__c"), overview("Premium__c"), overview("Valid_Until__c"),
                plain("Account__c"), plain("Contact__c"),
            ],
        },
    ])
}

fn skills() -> Value {
    let all = ["Account", "Contact", "Lead", "Case", "Opportunity", "Policy__c"];
    let values = ["Visitor Email", "Visitor Phone", "Customer ID"];
    let skill = |id: &str, name: &str, objects: &[&str], screen: Value| {
        json!({
            "skill": id, "name": name, "objects": objects, "default_screen": screen, "search_values": values,
        })
    };
    json!([
        skill("101", "Billing", &all, json!("people_search")),
        skill("102", "Sales", &["Lead", "Account", "Contact", "Opportunity"], json!("people_search")),
        skill("103", "Technical Support", &["Case", "Contact", "Account"], json!("people_search")),
        skill("104", "Returns", &["Case", "Contact", "Account"], json!({ "search": "Contact" })),
        skill("105", "Loyalty Club", &["Contact", "Policy__c"], json!("people_search")),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_configuration_maps_only_what_exists() {
        let bare = sample_configuration(Ports::new(8080), "le1", true);
        assert!(bare.field_mappings.is_empty() && !bare.to_json().contains(OWN_OBJECT));
        assert_eq!(sync::check_configuration(&bare, None), []);
        let configuration = sample_configuration(Ports::new(8080), "le1", false);
        assert_eq!(configuration.field_mappings.len(), 20);
        for mapping in &configuration.field_mappings {
            assert_eq!(mapping::check(mapping), [], "{}", mapping.field);
        }
        let problems = sync::check_configuration(&configuration, None);
        assert!(problems.is_empty(), "{problems:?}");
    }
}
