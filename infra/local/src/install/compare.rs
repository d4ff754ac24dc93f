//! What a field of the Chat Transcript object must be, beside what it is in the org.

use super::{
    package::Package,
    xml::{child, children},
};
use roxmltree::{Document, Node};
use salesforce::metadata::FieldInOrg;
use serde::Serialize;

/// The object that is installed.
pub(crate) const OBJECT: &str = "LP_ChatTranscript__c";

/// A field as the package has it, in describe's words.
#[derive(Clone, Debug, PartialEq, Eq)]
struct WantedField {
    name: String,
    kind: &'static str,
    length: Option<u32>,
    precision: Option<u32>,
    scale: Option<u32>,
    external_id: bool,
    unique: bool,
    case_sensitive: bool,
    required: bool,
    reference_to: Vec<String>,
}

/// A field of the org that is not what the sync needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Conflict {
    /// API name.
    pub(crate) field: String,
    /// What about it, such as `length`.
    pub(crate) what: &'static str,
    pub(crate) is: String,
    pub(crate) should_be: String,
}

impl Conflict {
    /// The sentence people read.
    pub(crate) fn sentence(&self) -> String {
        let Conflict { field, what, is, should_be } = self;
        let place = "in Setup (Object Manager, Chat Transcript, Fields & Relationships)";
        let way_out = match *what {
            "type" | "target" => {
                format!("rename or delete the field {place}, keeping what it holds if you need it")
            }
            _ => format!("edit the field {place} so that its {what} is {should_be}"),
        };
        format!(
            "{OBJECT}.{field}: its {what} is {is} and should be {should_be}; {way_out}, and install again"
        )
    }
}

/// Every way in which the fields of the org are not those of the package. Fields that the org does not have, or hides, are
/// no conflict: they are still to be created or granted.
pub(crate) fn conflicts(package: &Package, in_org: &[FieldInOrg]) -> Vec<Conflict> {
    let wanted = wanted(package);
    let found = wanted.iter().filter_map(|wanted| {
        let field = in_org.iter().find(|field| field.name.eq_ignore_ascii_case(&wanted.name))?;
        Some(differences(wanted, field))
    });
    found.flatten().collect()
}

/// The package's fields that are not among these.
pub(crate) fn unseen(package: &Package, in_org: &[FieldInOrg]) -> Vec<String> {
    let known = |name: &str| in_org.iter().any(|field| field.name.eq_ignore_ascii_case(name));
    wanted(package).into_iter().map(|field| field.name).filter(|name| !known(name)).collect()
}

fn differences(wanted: &WantedField, field: &FieldInOrg) -> Vec<Conflict> {
    let conflict =
        |what, is: String, should_be: String| Conflict { field: wanted.name.clone(), what, is, should_be };
    if field.kind != wanted.kind {
        return vec![conflict("type", field.kind.clone(), wanted.kind.to_owned())];
    }
    let numbers = [
        ("length", wanted.length, field.length),
        ("number of digits", wanted.precision, field.precision),
        ("number of decimal places", wanted.scale, field.scale),
    ];
    let numbers = numbers.into_iter().filter_map(|(what, wanted, is)| {
        wanted.filter(|wanted| *wanted != is).map(|wanted| conflict(what, is.to_string(), wanted.to_string()))
    });
    let flags = [
        ("use as external id", wanted.external_id, field.external_id),
        ("uniqueness", wanted.unique, field.unique),
        // What need not be unique has no say in this.
        ("case sensitivity", wanted.case_sensitive, field.case_sensitive && wanted.unique),
        ("being required", wanted.required, wanted.required && !field.nillable),
    ];
    let on = |flag| if flag { "on" } else { "off" }.to_owned();
    let flags = flags.into_iter().filter(|(_, wanted, is)| wanted != is);
    let flags = flags.map(|(what, wanted, is)| conflict(what, on(is), on(wanted)));
    let lookups = (field.reference_to != wanted.reference_to)
        .then(|| conflict("target", field.reference_to.join(", "), wanted.reference_to.join(", ")));
    numbers.chain(flags).chain(lookups).collect()
}

fn wanted(package: &Package) -> Vec<WantedField> {
    let text = package.files.get(&format!("objects/{OBJECT}.object")).map_or("<none/>", String::as_str);
    let Ok(document) = Document::parse(text) else { return Vec::new() };
    children(document.root_element(), "fields").filter_map(wanted_field).collect()
}

fn wanted_field(node: Node<'_, '_>) -> Option<WantedField> {
    let number = |name: &str| child(node, name).and_then(|text| text.parse().ok());
    let flag = |name: &str| child(node, name) == Some("true");
    let kind = match child(node, "type")? {
        "Text" => "string",
        "LongTextArea" => "textarea",
        "Number" => "double",
        "Checkbox" => "boolean",
        "DateTime" => "datetime",
        "Lookup" => "reference",
        _ => return None,
    };
    Some(WantedField {
        name: child(node, "fullName")?.to_owned(),
        kind,
        length: number("length"),
        precision: number("precision"),
        scale: number("scale"),
        external_id: flag("externalId"),
        unique: flag("unique"),
        case_sensitive: flag("caseSensitive"),
        required: flag("required"),
        reference_to: child(node, "referenceTo").into_iter().map(str::to_owned).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn as_wanted() -> Vec<FieldInOrg> {
        let fields = wanted(&Package::without_app(None)).into_iter();
        let fields = fields.map(|field| FieldInOrg {
            name: field.name,
            kind: field.kind.to_owned(),
            length: field.length.unwrap_or_default(),
            precision: field.precision.unwrap_or_default(),
            scale: field.scale.unwrap_or_default(),
            external_id: field.external_id,
            unique: field.unique,
            case_sensitive: field.case_sensitive,
            nillable: !field.required,
            reference_to: field.reference_to,
        });
        fields.collect()
    }

    #[test]
    fn every_field_of_the_package_is_wanted() {
        let package = Package::without_app(None);
        assert_eq!(wanted(&package).len(), package.members["CustomField"].len());
        assert_eq!(conflicts(&package, &as_wanted()), []);
        assert_eq!(conflicts(&package, &[]), [], "what is still to come is no conflict");
        assert_eq!(unseen(&package, &as_wanted()[1..]), ["Account__c"]);
    }

    #[test]
    fn a_changed_field_is_named_with_what_it_is_and_what_it_should_be() {
        type Change = fn(&mut FieldInOrg);
        let cases: [(&str, Change, &str); 9] = [
            ("Transcript__c", |field| field.length = 32_768, "its length is 32768 and should be 131072"),
            ("Channel__c", |field| field.length = 40, "its length is 40 and should be 20"),
            ("Conversation_Id__c", |field| field.unique = false, "its uniqueness is off and should be on"),
            ("Conversation_Id__c", |field| field.external_id = false, "external id is off and should be on"),
            ("Conversation_Id__c", |field| field.case_sensitive = false, "its case sensitivity is off"),
            ("Conversation_Id__c", |field| field.nillable = true, "its being required is off"),
            ("Started__c", |field| field.kind = "date".to_owned(), "its type is date and should be datetime"),
            ("Duration_Seconds__c", |field| field.precision = 6, "number of digits is 6 and should be 12"),
            (
                "Case__c",
                |field| field.reference_to = vec!["Asset".to_owned()],
                "its target is Asset and should be Case",
            ),
        ];
        for (name, change, want) in cases {
            let mut fields = as_wanted();
            change(fields.iter_mut().find(|field| field.name == name).unwrap());
            let found = conflicts(&Package::without_app(None), &fields);
            assert_eq!(found.len(), 1, "{found:?}");
            let said = found[0].sentence();
            assert!(said.starts_with(&format!("{OBJECT}.{name}: ")) && said.contains(want), "{said}");
            assert!(said.contains("in Setup") && said.ends_with("install again"), "{said}");
        }
    }
}
