//! The configuration a newcomer starts with.

use crate::ports::{Ports, url};
use domain::Configuration;
use serde_json::json;

/// Mappings over the fields the simulated org has, chat and messaging.
pub(crate) fn sample_configuration(ports: Ports, account: &str) -> Configuration {
    let login_url = url(ports.salesforce());
    let predefined = |field: &str, label: &str| json!({ "field": field, "value": label });
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
        "field_mappings": [
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
        ],
    });
    #[expect(clippy::expect_used, reason = "a test reads this very document")]
    serde_json::from_value(document).expect("the sample configuration has the form of a configuration")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_configuration_maps_only_what_exists() {
        let configuration = sample_configuration(Ports::new(8080), "le1");
        assert_eq!(configuration.field_mappings.len(), 20);
        for mapping in &configuration.field_mappings {
            assert_eq!(mapping::check(mapping), [], "{}", mapping.field);
        }
    }
}
