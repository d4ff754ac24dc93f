//! Fields of records as people read them.

use crate::view::{Cell, Named};
use domain::{
    configuration::{FieldFacts, ObjectFacts, ObjectSettings},
    crm::Record,
};
use serde_json::Value;
use std::collections::BTreeSet;

/// So many fields stand in an overview.
const OVERVIEW: usize = 5;

/// The field people know records of an object by. Of objects the agent's describe was not asked about, Salesforce's own
/// few exceptions are known.
pub(crate) fn name_of_object(object: &str) -> &'static str {
    match object {
        "Case" => "CaseNumber",
        "Contract" => "ContractNumber",
        "Order" => "OrderNumber",
        "Solution" => "SolutionName",
        "Task" | "Event" => "Subject",
        _ => "Name",
    }
}

/// The objects that lookups point to, as far as the agent may see them: a query that names another is refused.
#[derive(Clone, Debug, Default)]
pub(crate) struct Readable(BTreeSet<String>);

/// Everybody may see the names of these.
const SEEN_BY_ALL: [&str; 2] = ["User", "Group"];

impl Readable {
    /// What the lookups among these fields point to and has to be asked about.
    pub(crate) fn targets<'f>(fields: impl IntoIterator<Item = &'f FieldFacts>) -> BTreeSet<&'f str> {
        let targets = fields.into_iter().filter(|field| field.field_type == "reference");
        let targets = targets.flat_map(|field| &field.reference_to).map(String::as_str);
        targets.filter(|target| !SEEN_BY_ALL.contains(target)).collect()
    }

    pub(crate) fn new(seen: impl IntoIterator<Item = String>) -> Readable {
        Readable(seen.into_iter().chain(SEEN_BY_ALL.map(str::to_owned)).collect())
    }

    /// What a query asks for to show a field: the field, and of a lookup the name of what it points to.
    pub(crate) fn paths(&self, field: &FieldFacts) -> Vec<String> {
        let mut paths = vec![field.name.clone()];
        let seen = field.reference_to.iter().any(|target| self.0.contains(target));
        if field.field_type == "reference" && !field.relationship.is_empty() && seen {
            let name = match field.reference_to.as_slice() {
                [only] => name_of_object(only),
                _ => "Name",
            };
            paths.push(format!("{}.{name}", field.relationship));
        }
        paths
    }
}

/// The fields of the overview that the agent may see.
pub(crate) fn overview<'f>(settings: &ObjectSettings, facts: &'f ObjectFacts) -> Vec<&'f FieldFacts> {
    let marked = settings.field_mappings.iter().filter(|mapping| mapping.overview);
    marked.filter_map(|mapping| facts.field(&mapping.field)).take(OVERVIEW).collect()
}

/// What only a person account has, besides fields that begin with `Person`.
const OF_PERSONS: [&str; 3] = ["FirstName", "LastName", "Salutation"];

/// Whether only accounts that are people have this field of an account.
pub(crate) fn is_of_persons(field: &FieldFacts, facts: &ObjectFacts) -> bool {
    let accounts = facts.name == "Account" && facts.field("IsPersonAccount").is_some();
    let name = field.name.as_str();
    accounts && (OF_PERSONS.contains(&name) || name.starts_with("Person") || name.ends_with("__pc"))
}

/// Whether a record has this field at all: a business account has none of a person's.
pub(crate) fn has(record: &Record, field: &FieldFacts, facts: &ObjectFacts) -> bool {
    record.get("IsPersonAccount") != Some(&Value::Bool(false)) || !is_of_persons(field, facts)
}

/// A text member of a record.
pub(crate) fn text<'r>(record: &'r Record, name: &str) -> Option<&'r str> {
    record.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// What people know a record by; its id when it has no name.
pub(crate) fn name(record: &Record, facts: &ObjectFacts) -> String {
    let field = facts.name_field().map_or("Name", |field| &field.name);
    text(record, field).or_else(|| text(record, "Id")).unwrap_or_default().to_owned()
}

/// A field as people see it. Describe calls a lookup by its id, although its record's name stands there.
pub(crate) fn label(field: &FieldFacts) -> String {
    let known = field.label.strip_suffix(" ID").filter(|_| field.field_type == "reference");
    known.unwrap_or(&field.label).to_owned()
}

/// A field of a record. `url` makes the address of a lookup's record.
pub(crate) fn cell(field: &FieldFacts, record: &Record, url: impl Fn(&str, &str) -> String) -> Cell {
    let value = record.get(&field.name).cloned().unwrap_or(Value::Null);
    let reference = reference(field, record, url);
    let display = match &reference {
        Some(named) => named.name.clone(),
        None => display(field, &value),
    };
    Cell {
        field: field.name.clone(),
        label: label(field),
        field_type: field.field_type.clone(),
        value,
        display,
        reference,
    }
}

fn reference(field: &FieldFacts, record: &Record, url: impl Fn(&str, &str) -> String) -> Option<Named> {
    if field.field_type != "reference" {
        return None;
    }
    let id = text(record, &field.name)?;
    let related = record.get(&field.relationship).and_then(Value::as_object);
    let told = related.and_then(|related| related.get("attributes")?.get("type")?.as_str());
    let object = told.or(field.reference_to.first().map(String::as_str)).unwrap_or_default();
    let name =
        related.and_then(|related| text(related, name_of_object(object)).or_else(|| text(related, "Name")));
    Some(Named {
        object: object.to_owned(),
        label: String::new(),
        id: id.to_owned(),
        name: name.unwrap_or(id).to_owned(),
        url: url(object, id),
    })
}

/// A value as people read it. Dates and times stay as they are: the page writes them in the agent's zone.
fn display(field: &FieldFacts, value: &Value) -> String {
    let label = |value: &str| {
        let place = field.picklist.iter().position(|known| known == value);
        place.and_then(|n| field.picklist_labels.get(n)).map_or(value, String::as_str).to_owned()
    };
    match (field.field_type.as_str(), value) {
        (_, Value::Null) => String::new(),
        ("boolean", value) => if value == &Value::Bool(true) { "Yes" } else { "No" }.to_owned(),
        ("picklist" | "combobox", Value::String(text)) => label(text),
        ("multipicklist", Value::String(text)) => text.split(';').map(label).collect::<Vec<_>>().join(", "),
        ("percent", Value::Number(number)) => format!("{number} %"),
        (_, Value::String(text)) => text.clone(),
        (_, Value::Object(parts)) => address(parts),
        (_, other) => other.to_string(),
    }
}

/// A compound address on one line.
fn address(parts: &Record) -> String {
    let place =
        [text(parts, "postalCode"), text(parts, "city")].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let lines = [text(parts, "street"), Some(place.as_str()), text(parts, "state"), text(parts, "country")];
    let lines = lines.into_iter().flatten().filter(|line| !line.is_empty());
    lines.map(|line| line.replace(['\r', '\n'], " ")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn field(field_type: &str) -> FieldFacts {
        FieldFacts { name: "F".to_owned(), field_type: field_type.to_owned(), ..FieldFacts::default() }
    }

    #[test]
    fn values_read_as_people_write_them() {
        let picklist = |field_type: &str| FieldFacts {
            picklist: vec!["a".to_owned(), "b".to_owned()],
            picklist_labels: vec!["Apple".to_owned(), "Pear".to_owned()],
            ..field(field_type)
        };
        let address = json!({"street": "1 Quay\r\nNorth", "city": "Bergen", "postalCode": "5003", "state": null, "country": "Norway"});
        for (field, value, want) in [
            (field("string"), json!("text"), "text"),
            (field("double"), json!(12.5), "12.5"),
            (field("boolean"), json!(true), "Yes"),
            (field("boolean"), json!(false), "No"),
            (field("string"), Value::Null, ""),
            (picklist("picklist"), json!("b"), "Pear"),
            (picklist("picklist"), json!("gone"), "gone"),
            (picklist("multipicklist"), json!("a;b"), "Apple, Pear"),
            (field("address"), address, "1 Quay  North, 5003 Bergen, Norway"),
        ] {
            let record = json!({ "F": value });
            let cell = cell(&field, record.as_object().unwrap(), |_, _| String::new());
            assert_eq!(cell.display, want, "{record}");
        }
    }

    #[test]
    fn a_business_account_has_no_fields_of_persons() {
        let named = |name: &str| FieldFacts { name: name.to_owned(), ..field("string") };
        let fields = vec![named("PersonEmail"), named("Phone"), named("LastName"), named("IsPersonAccount")];
        let account = ObjectFacts { name: "Account".to_owned(), fields, ..ObjectFacts::default() };
        let contact = ObjectFacts { name: "Contact".to_owned(), ..account.clone() };
        let shown = |record: Value, facts: &ObjectFacts| {
            let record = record.as_object().unwrap();
            let fields = account.fields.iter().take(3).filter(|field| has(record, field, facts));
            fields.map(|field| field.name.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(shown(json!({"IsPersonAccount": false}), &account), ["Phone"]);
        assert_eq!(shown(json!({"IsPersonAccount": true}), &account).len(), 3);
        assert_eq!(shown(json!({"IsPersonAccount": false}), &contact).len(), 3);
        assert_eq!(shown(json!({}), &account).len(), 3);
    }

    #[test]
    fn a_lookup_reads_as_the_name_of_its_record() {
        let owner = FieldFacts {
            name: "OwnerId".to_owned(),
            relationship: "Owner".to_owned(),
            reference_to: vec!["Group".to_owned(), "User".to_owned()],
            ..field("reference")
        };
        let readable = Readable::new(["Case".to_owned()]);
        assert_eq!(readable.paths(&owner), ["OwnerId", "Owner.Name"]);
        let record =
            json!({"OwnerId": "005x", "Owner": {"attributes": {"type": "User"}, "Name": "Ilse Varga"}});
        let cell = cell(&owner, record.as_object().unwrap(), |object, id| format!("{object}/{id}"));
        assert_eq!(
            (cell.display.as_str(), cell.reference.unwrap().url.as_str()),
            ("Ilse Varga", "User/005x")
        );
        let account = FieldFacts { label: "Account ID".to_owned(), ..owner.clone() };
        assert_eq!(label(&account), "Account");
        assert_eq!(
            label(&FieldFacts { label: "Tax ID".to_owned(), ..field("string") }),
            "Tax ID",
            "this is no lookup"
        );
        let case =
            FieldFacts { reference_to: vec!["Case".to_owned()], relationship: "Case__r".to_owned(), ..owner };
        assert_eq!(readable.paths(&case)[1], "Case__r.CaseNumber");
        assert_eq!(Readable::new([]).paths(&case).len(), 1, "what is hidden is not asked about");
    }
}
