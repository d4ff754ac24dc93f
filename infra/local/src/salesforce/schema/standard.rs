//! The standard objects the widget and the sync meet.

use super::{Field, Kind, Object};

pub(super) fn objects() -> [Object; 5] {
    [account(), contact(), lead(), case(), opportunity()]
}

pub(super) fn text(name: &str, label: &str, length: u32) -> Field {
    Field::new(name, label, Kind::Text(length))
}

pub(super) fn lookup(name: &str, label: &str, to: &[&str]) -> Field {
    Field::new(name, label, Kind::Lookup(to.iter().map(|&object| object.to_owned()).collect()))
}

fn picklist(name: &str, label: &str, values: &[&str]) -> Field {
    Field::new(name, label, Kind::Picklist(values.iter().map(|&value| value.to_owned()).collect(), false))
}

fn owner(to: &[&str]) -> Field {
    lookup("OwnerId", "Owner ID", to)
}

fn record_type() -> Field {
    lookup("RecordTypeId", "Record Type ID", &["RecordType"])
}

fn source(name: &str) -> Field {
    picklist(name, "Lead Source", &["Web", "Phone Inquiry", "Partner Referral", "Purchased List", "Other"])
}

fn description() -> Field {
    Field::new("Description", "Description", Kind::LongText(32_000))
}

/// The five parts of an address and the compound over them.
fn address(prefix: &str, label: &str) -> Vec<Field> {
    let compound = format!("{prefix}Address");
    let part = |name: &str, kind| {
        Field::new(&format!("{prefix}{name}"), format!("{label} {name}").trim(), kind).part_of(&compound)
    };
    vec![
        part("Street", Kind::TextArea),
        part("City", Kind::Text(40)),
        part("State", Kind::Text(80)),
        part("PostalCode", Kind::Text(20)),
        part("Country", Kind::Text(80)),
        Field::new(&compound, format!("{label} Address").trim(), Kind::Address(prefix.to_owned())),
    ]
}

const SALUTATIONS: [&str; 6] = ["Mr.", "Ms.", "Mrs.", "Dr.", "Prof.", "Mx."];

/// First name, last name, salutation and the name made of them.
fn person() -> Vec<Field> {
    vec![
        text("LastName", "Last Name", 80).required().part_of("Name"),
        text("FirstName", "First Name", 40).part_of("Name"),
        picklist("Salutation", "Salutation", &SALUTATIONS).part_of("Name"),
        text("Name", "Full Name", 121).name_field().read_only(),
    ]
}

fn account() -> Object {
    let mut fields = vec![
        text("Name", "Account Name", 255).required().name_field().part_of("Name"),
        record_type(),
        picklist("Type", "Account Type", &["Prospect", "Customer", "Partner", "Other"]),
        lookup("ParentId", "Parent Account ID", &["Account"]).children("ChildAccounts"),
    ];
    fields.extend(address("Billing", "Billing"));
    fields.extend(address("Shipping", "Shipping"));
    fields.extend([
        Field::new("Phone", "Account Phone", Kind::Phone),
        Field::new("Fax", "Account Fax", Kind::Phone),
        text("AccountNumber", "Account Number", 40),
        Field::new("Website", "Website", Kind::Url),
        picklist(
            "Industry",
            "Industry",
            &["Banking", "Energy", "Healthcare", "Retail", "Technology", "Other"],
        ),
        Field::new("AnnualRevenue", "Annual Revenue", Kind::Currency),
        Field::new("NumberOfEmployees", "Employees", Kind::Int(8)),
        description(),
        picklist("Rating", "Account Rating", &["Hot", "Warm", "Cold"]),
        text("Site", "Account Site", 80),
        owner(&["User"]),
    ]);
    fields.extend(person_account());
    Object::new("Account", "Account", "Accounts", "001", fields)
}

/// What an account has when it is a person. [`super::super::person`] keeps its contact in step.
fn person_account() -> Vec<Field> {
    let mut fields = vec![
        text("LastName", "Last Name", 80).part_of("Name"),
        text("FirstName", "First Name", 40).part_of("Name"),
        picklist("Salutation", "Salutation", &SALUTATIONS).part_of("Name"),
        Field::new("IsPersonAccount", "Is Person Account", Kind::Checkbox).read_only(),
        lookup("PersonContactId", "Contact ID", &["Contact"]).read_only(),
        Field::new("PersonEmail", "Email", Kind::Email).id_lookup(),
        Field::new("PersonMobilePhone", "Mobile", Kind::Phone),
        Field::new("PersonHomePhone", "Home Phone", Kind::Phone),
        text("PersonTitle", "Title", 80),
        text("PersonDepartment", "Department", 80),
        Field::new("PersonBirthdate", "Birthdate", Kind::Date),
        source("PersonLeadSource"),
        Field::new("PersonHasOptedOutOfEmail", "Email Opt Out", Kind::Checkbox),
    ];
    fields.extend(address("PersonMailing", "Mailing"));
    fields
}

fn contact() -> Object {
    let mut fields = vec![lookup("AccountId", "Account ID", &["Account"]).children("Contacts")];
    fields.extend(person());
    fields.extend(address("Mailing", "Mailing"));
    fields.extend([
        Field::new("Phone", "Business Phone", Kind::Phone),
        Field::new("MobilePhone", "Mobile Phone", Kind::Phone),
        Field::new("HomePhone", "Home Phone", Kind::Phone),
        Field::new("Email", "Email", Kind::Email).id_lookup(),
        text("Title", "Title", 128),
        text("Department", "Department", 80),
        Field::new("Birthdate", "Birthdate", Kind::Date),
        source("LeadSource"),
        description(),
        Field::new("HasOptedOutOfEmail", "Email Opt Out", Kind::Checkbox),
        Field::new("IsPersonAccount", "Is Person Account", Kind::Checkbox).read_only(),
        owner(&["User"]),
    ]);
    Object::new("Contact", "Contact", "Contacts", "003", fields)
}

fn lead() -> Object {
    let mut fields = person();
    fields.extend([text("Title", "Title", 128), text("Company", "Company", 255).required()]);
    fields.extend(address("", ""));
    fields.extend([
        Field::new("Phone", "Phone", Kind::Phone),
        Field::new("MobilePhone", "Mobile Phone", Kind::Phone),
        Field::new("Email", "Email", Kind::Email).id_lookup(),
        Field::new("Website", "Website", Kind::Url),
        description(),
        source("LeadSource"),
        picklist(
            "Status",
            "Status",
            &["Open - Not Contacted", "Working - Contacted", "Closed - Converted", "Closed - Not Converted"],
        )
        .required()
        .default_value("Open - Not Contacted"),
        Field::new("IsConverted", "Converted", Kind::Checkbox).read_only(),
        Field::new("ConvertedDate", "Converted Date", Kind::Date).read_only(),
        lookup("ConvertedAccountId", "Converted Account ID", &["Account"]).read_only(),
        lookup("ConvertedContactId", "Converted Contact ID", &["Contact"]).read_only(),
        lookup("ConvertedOpportunityId", "Converted Opportunity ID", &["Opportunity"]).read_only(),
        owner(&["Group", "User"]),
    ]);
    Object::new("Lead", "Lead", "Leads", "00Q", fields)
}

fn case() -> Object {
    let fields = vec![
        text("CaseNumber", "Case Number", 30).name_field().auto_number("", 8),
        record_type(),
        lookup("ContactId", "Contact ID", &["Contact"]).children("Cases"),
        lookup("AccountId", "Account ID", &["Account"]).children("Cases"),
        text("SuppliedName", "Name", 80),
        Field::new("SuppliedEmail", "Email Address", Kind::Email),
        text("SuppliedPhone", "Phone", 40),
        picklist("Type", "Case Type", &["Question", "Problem", "Feature Request"]),
        picklist("Status", "Status", &["New", "Working", "Escalated", "Closed"]).default_value("New"),
        picklist("Reason", "Case Reason", &["Installation", "Usability", "Billing", "Other"]),
        picklist("Origin", "Case Origin", &["Phone", "Email", "Web", "Chat"]),
        text("Subject", "Subject", 255),
        picklist("Priority", "Priority", &["High", "Medium", "Low"]).default_value("Medium"),
        description(),
        Field::new("IsClosed", "Closed", Kind::Checkbox).read_only(),
        Field::new("ClosedDate", "Closed Date", Kind::DateTime).read_only(),
        owner(&["Group", "User"]),
    ];
    Object::new("Case", "Case", "Cases", "500", fields)
}

fn opportunity() -> Object {
    let stages = ["Prospecting", "Qualification", "Proposal", "Negotiation", "Closed Won", "Closed Lost"];
    let stages = stages.map(str::to_owned).to_vec();
    let fields = vec![
        lookup("AccountId", "Account ID", &["Account"]).children("Opportunities"),
        text("Name", "Name", 120).required().name_field(),
        description(),
        Field::new("StageName", "Stage", Kind::Picklist(stages, true)).required(),
        Field::new("Amount", "Amount", Kind::Currency),
        Field::new("Probability", "Probability (%)", Kind::Percent),
        Field::new("CloseDate", "Close Date", Kind::Date).required(),
        picklist("Type", "Opportunity Type", &["New Customer", "Existing Customer"]),
        text("NextStep", "Next Step", 255),
        source("LeadSource"),
        Field::new("IsClosed", "Closed", Kind::Checkbox).read_only(),
        Field::new("IsWon", "Won", Kind::Checkbox).read_only(),
        owner(&["User"]),
    ];
    Object::new("Opportunity", "Opportunity", "Opportunities", "006", fields)
}
