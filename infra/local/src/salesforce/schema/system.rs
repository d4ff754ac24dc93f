//! Users, the organization, record types and files.

use super::{
    Field, Kind, Object,
    standard::{lookup, text},
};

pub(super) fn objects() -> [Object; 13] {
    [
        user(),
        user_permission_access(),
        permission_set(),
        permission_set_assignment(),
        trusted_site(),
        organization(),
        record_type(),
        group(),
        assignment_rule(),
        version(),
        document(),
        document_link(),
        attachment(),
    ]
}

/// What a file may be linked to.
const PARENTS: [&str; 8] =
    ["Account", "Case", "Contact", "LP_ChatTranscript__c", "Lead", "Opportunity", "Policy__c", "User"];

fn user() -> Object {
    let fields = vec![
        Field::new("Username", "Username", Kind::Text(80)).external_id(false).required(),
        text("LastName", "Last Name", 80).required().part_of("Name"),
        text("FirstName", "First Name", 40).part_of("Name"),
        text("Name", "Full Name", 121).name_field(),
        Field::new("Email", "Email", Kind::Email).required(),
        text("Alias", "Alias", 8),
        text("CommunityNickname", "Nickname", 40),
        Field::new("IsActive", "Active", Kind::Checkbox),
        text("TimeZoneSidKey", "Time Zone", 40),
        text("LocaleSidKey", "Locale", 40),
        text("LanguageLocaleKey", "Language", 40),
        text("EmailEncodingKey", "Email Encoding", 40),
        text("UserType", "User Type", 40),
    ];
    let mut object = Object::new("User", "User", "Users", "005", fields).read_only();
    // The user name is how people log in, not a customer's external id.
    for field in &mut object.fields {
        field.external_id = false;
    }
    object
}

/// One row for each user, who sees no other.
fn user_permission_access() -> Object {
    let may = |name: &str, label: &str| Field::new(name, label, Kind::Checkbox);
    let fields = vec![
        may("PermissionsApiEnabled", "API Enabled"),
        may("PermissionsCustomizeApplication", "Customize Application"),
        may("PermissionsManageUsers", "Manage Internal Users"),
        may("PermissionsModifyAllData", "Modify All Data"),
        may("PermissionsViewAllData", "View All Data"),
    ];
    let (name, plural) = ("User Permission Access", "User Permission Access");
    Object::new("UserPermissionAccess", name, plural, "0PA", fields).read_only()
}

fn permission_set() -> Object {
    let fields =
        vec![text("Name", "Permission Set Name", 80).name_field(), text("Label", "Permission Set Label", 80)];
    Object::new("PermissionSet", "Permission Set", "Permission Sets", "0PS", fields).read_only()
}

fn permission_set_assignment() -> Object {
    let fields = vec![
        lookup("PermissionSetId", "PermissionSet ID", &["PermissionSet"]).required().create_only().found_by(),
        lookup("AssigneeId", "Assignee ID", &["User"]).required().create_only().found_by(),
    ];
    let (name, plural) = ("Permission Set Assignment", "Permission Set Assignments");
    let mut object = Object::new("PermissionSetAssignment", name, plural, "0Pa", fields);
    object.updateable = false;
    object
}

/// Addresses that pages of the org may call and show.
fn trusted_site() -> Object {
    let fields = vec![
        text("DeveloperName", "Trusted Site Name", 80).name_field(),
        text("EndpointUrl", "Trusted Site URL", 255),
    ];
    Object::new("CspTrustedSite", "CSP Trusted Site", "CSP Trusted Sites", "08y", fields).read_only()
}

fn organization() -> Object {
    let fields = vec![
        text("Name", "Name", 80).name_field(),
        text("Country", "Country", 80),
        text("DefaultLocaleSidKey", "Locale", 40),
        text("LanguageLocaleKey", "Language", 40),
        text("TimeZoneSidKey", "Time Zone", 40),
        text("OrganizationType", "Edition", 40),
        text("InstanceName", "Instance Name", 5),
        Field::new("IsSandbox", "Is Sandbox", Kind::Checkbox),
        text("NamespacePrefix", "Namespace Prefix", 15),
        Field::new("TrialExpirationDate", "Trial Expiration Date", Kind::DateTime),
    ];
    Object::new("Organization", "Organization", "Organizations", "00D", fields).read_only()
}

fn record_type() -> Object {
    let fields = vec![
        text("Name", "Name", 80).name_field(),
        text("DeveloperName", "Record Type Name", 80),
        text("SobjectType", "SObject Type Name", 40),
        text("Description", "Description", 255),
        Field::new("IsActive", "Active", Kind::Checkbox),
        Field::new("IsPersonType", "Is Person Type", Kind::Checkbox),
    ];
    Object::new("RecordType", "Record Type", "Record Types", "012", fields).read_only()
}

/// Queues, which own cases and leads nobody has taken yet.
fn group() -> Object {
    let fields = vec![
        text("Name", "Name", 40).name_field(),
        text("DeveloperName", "Developer Name", 80),
        text("Type", "Type", 40),
        Field::new("Email", "Email", Kind::Email),
    ];
    Object::new("Group", "Group", "Groups", "00G", fields).read_only()
}

fn assignment_rule() -> Object {
    let fields = vec![
        text("Name", "Name", 120).name_field(),
        text("SobjectType", "SObject Type", 40),
        Field::new("Active", "Active", Kind::Checkbox),
    ];
    Object::new("AssignmentRule", "Assignment Rule", "Assignment Rule", "01Q", fields).read_only()
}

fn version() -> Object {
    let fields = vec![
        lookup("ContentDocumentId", "ContentDocument ID", &["ContentDocument"])
            .create_only()
            .found_by()
            .children("ContentVersions"),
        Field::new("IsLatest", "Is Latest", Kind::Checkbox).read_only(),
        text("Title", "Title", 255).name_field(),
        Field::new("Description", "Description", Kind::TextArea),
        text("PathOnClient", "Path On Client", 500).required().create_only(),
        Field::new("VersionData", "Version Data", Kind::Blob).create_only(),
        text("VersionNumber", "Version Number", 20).read_only(),
        Field::new("ContentSize", "Size", Kind::Int(9)).read_only(),
        text("Checksum", "Checksum", 50).read_only(),
        text("FileType", "File Type", 20).read_only(),
        text("FileExtension", "File Extension", 40).read_only(),
        text("ReasonForChange", "Reason For Change", 1000),
        lookup("FirstPublishLocationId", "First Publish Location ID", &PARENTS).create_only(),
        lookup("OwnerId", "Owner ID", &["User"]),
    ];
    Object::new("ContentVersion", "Content Version", "Content Versions", "068", fields)
}

fn document() -> Object {
    let fields = vec![
        text("Title", "Title", 255).name_field(),
        lookup("LatestPublishedVersionId", "Latest Published Version ID", &["ContentVersion"]).read_only(),
        Field::new("ContentSize", "Size", Kind::Int(9)).read_only(),
        text("FileType", "File Type", 20).read_only(),
        text("FileExtension", "File Extension", 40).read_only(),
        lookup("OwnerId", "Owner ID", &["User"]),
    ];
    let mut object = Object::new("ContentDocument", "Content Document", "Content Documents", "069", fields);
    object.createable = false;
    object
}

fn document_link() -> Object {
    let values =
        |values: &[&str]| Kind::Picklist(values.iter().map(|&value| value.to_owned()).collect(), true);
    let fields = vec![
        lookup("LinkedEntityId", "Linked Entity ID", &PARENTS)
            .required()
            .create_only()
            .found_by()
            .children("ContentDocumentLinks"),
        lookup("ContentDocumentId", "ContentDocument ID", &["ContentDocument"])
            .required()
            .create_only()
            .found_by()
            .children("ContentDocumentLinks"),
        Field::new("ShareType", "Share Type", values(&["V", "C", "I"])).default_value("V"),
        Field::new("Visibility", "Visibility", values(&["AllUsers", "InternalUsers", "SharedUsers"]))
            .default_value("AllUsers"),
    ];
    Object::new("ContentDocumentLink", "Content Document Link", "Content Document Link", "06A", fields)
}

fn attachment() -> Object {
    let fields = vec![
        lookup("ParentId", "Parent ID", &PARENTS).required().create_only().children("Attachments"),
        text("Name", "File Name", 255).required().name_field(),
        text("ContentType", "Content Type", 120),
        Field::new("BodyLength", "Body Length", Kind::Int(9)).read_only(),
        Field::new("Body", "Body", Kind::Blob).required(),
        text("Description", "Description", 500),
        Field::new("IsPrivate", "Private", Kind::Checkbox),
        lookup("OwnerId", "Owner ID", &["User"]),
    ];
    Object::new("Attachment", "Attachment", "Attachments", "00P", fields)
}
