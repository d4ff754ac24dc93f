//! Policy, an object of the customer's own: what an insurer or a rental sells to an account.

use super::{Field, Kind, Object};

pub(super) fn object() -> Object {
    let lookup = |name: &str, label: &str, to: &str| {
        Field::new(name, label, Kind::Lookup(vec![to.to_owned()])).children("Policies__r")
    };
    let values = |values: &[&str]| values.iter().map(|&value| value.to_owned()).collect();
    let fields = vec![
        Field::new("OwnerId", "Owner ID", Kind::Lookup(vec!["Group".into(), "User".into()])),
        Field::new("Name", "Policy Number", Kind::Text(80)).required().name_field(),
        lookup("Account__c", "Account", "Account"),
        lookup("Contact__c", "Contact", "Contact"),
        Field::new("Premium__c", "Premium", Kind::Currency),
        Field::new("Monthly_Premium__c", "Monthly Premium", Kind::Currency).calculated("Premium__c / 12"),
        Field::new("Valid_Until__c", "Valid Until", Kind::Date),
        Field::new("Status__c", "Status", Kind::Picklist(values(&["draft", "in_force", "lapsed"]), true))
            .labels(&[("draft", "Draft"), ("in_force", "In force"), ("lapsed", "Lapsed")])
            .default_value("draft"),
        Field::new("Covers__c", "Covers", Kind::MultiPicklist(values(&["Fire", "Theft", "Water"]))),
    ];
    Object::new("Policy__c", "Policy", "Policies", "a0P", fields)
}
