//! Custom objects and fields: from metadata to the schema.

use super::super::schema::{Field, Kind, Object};
use crate::install::{child, children};
use roxmltree::Node;

/// The field a `CustomField` describes.
pub(super) fn field(node: Node<'_, '_>) -> Result<Field, String> {
    let name = child(node, "fullName").unwrap_or_default();
    if !name.ends_with("__c") {
        return Err(format!("Invalid fullName '{name}': a custom field ends in __c"));
    }
    let label = child(node, "label").ok_or_else(|| missing("label"))?;
    let kind = child(node, "type").ok_or_else(|| missing("type"))?;
    let flag = |name: &str| child(node, name) == Some("true");
    let mut field = Field::new(name, label, type_of(node, kind)?);
    field.required = flag("required");
    field.unique = flag("unique");
    field.external_id = flag("externalId");
    field.case_sensitive = flag("caseSensitive") && field.unique;
    if let Kind::Lookup(_) = field.kind {
        let relationship = child(node, "relationshipName").ok_or_else(|| missing("relationshipName"))?;
        field = field.children(&format!("{relationship}__r"));
    }
    if kind == "Checkbox" {
        let default = child(node, "defaultValue").ok_or_else(|| missing("defaultValue"))?;
        field = field.default_value(default == "true");
    }
    Ok(field)
}

fn missing(element: &str) -> String {
    format!("Must specify {element}")
}

fn type_of(node: Node<'_, '_>, kind: &str) -> Result<Kind, String> {
    let number = |name: &str| {
        let text = child(node, name)
            .ok_or_else(|| format!("Must specify '{name}' for a CustomField of type {kind}"))?;
        text.parse::<u32>().map_err(|_| format!("'{text}' is no valid {name}"))
    };
    let within = |name: &str, least: u32, most: u32| match number(name)? {
        length if (least..=most).contains(&length) => Ok(length),
        length => Err(format!("Invalid {name} {length}: it must be between {least} and {most}")),
    };
    Ok(match kind {
        "Text" => Kind::Text(within("length", 1, 255)?),
        "LongTextArea" => {
            within("visibleLines", 2, 50)?;
            Kind::LongText(within("length", 256, 131_072)?)
        }
        "TextArea" => Kind::TextArea,
        "Email" => Kind::Email,
        "Phone" => Kind::Phone,
        "Url" => Kind::Url,
        "Checkbox" => Kind::Checkbox,
        "Number" => {
            let (precision, scale) = (within("precision", 1, 18)?, within("scale", 0, 17)?);
            Kind::Number(precision, scale)
        }
        "Currency" => Kind::Currency,
        "Percent" => Kind::Percent,
        "Date" => Kind::Date,
        "DateTime" => Kind::DateTime,
        "Lookup" => {
            Kind::Lookup(vec![child(node, "referenceTo").ok_or_else(|| missing("referenceTo"))?.to_owned()])
        }
        "Picklist" => {
            let set = children(node, "valueSet").next();
            let definition = set.and_then(|set| children(set, "valueSetDefinition").next());
            let values = definition.into_iter().flat_map(|definition| children(definition, "value"));
            let values = values.filter_map(|value| child(value, "fullName")).map(str::to_owned).collect();
            Kind::Picklist(values, set.and_then(|set| child(set, "restricted")) == Some("true"))
        }
        other => return Err(format!("This org does not know the field type {other}")),
    })
}

/// An object without its custom fields, as a `CustomObject` describes it.
pub(super) fn object(name: &str, node: Node<'_, '_>, prefix: &str) -> Result<Object, String> {
    if !name.ends_with("__c") {
        return Err(format!("Invalid fullName '{name}': a custom object ends in __c"));
    }
    let label = child(node, "label").ok_or_else(|| missing("label"))?;
    let plural = child(node, "pluralLabel").ok_or_else(|| missing("pluralLabel"))?;
    for element in ["deploymentStatus", "sharingModel"] {
        child(node, element).ok_or_else(|| missing(element))?;
    }
    let own_name = children(node, "nameField").next().ok_or_else(|| missing("nameField"))?;
    let name_label = child(own_name, "label").unwrap_or("Name");
    let named = Field::new("Name", name_label, Kind::Text(80)).name_field();
    let named = match (child(own_name, "type"), child(own_name, "displayFormat")) {
        (Some("AutoNumber"), Some(format)) => {
            let (prefix, digits) =
                format.split_once('{').ok_or_else(|| format!("Invalid displayFormat {format}"))?;
            named.auto_number(prefix, digits.trim_end_matches('}').len())
        }
        (Some("Text"), _) => named.required(),
        _ => return Err(missing("displayFormat")),
    };
    let owner = Field::new("OwnerId", "Owner ID", Kind::Lookup(vec!["Group".into(), "User".into()]));
    Ok(Object::new(name, label, plural, prefix, vec![owner, named]))
}

/// Why a field cannot become another.
pub(super) fn check_change(before: &Field, after: &Field) -> Result<(), String> {
    let name = &after.name;
    if std::mem::discriminant(&before.kind) != std::mem::discriminant(&after.kind) {
        return Err(format!("Cannot change the type of {name} while it has data or is referenced"));
    }
    if let (Kind::Lookup(before), Kind::Lookup(after)) = (&before.kind, &after.kind)
        && before != after
    {
        return Err(format!("Cannot change what {name} refers to"));
    }
    match (before.max_length(), after.max_length()) {
        (Some(before), Some(after)) if after < before => {
            Err(format!("Cannot shorten {name} from {before} to {after} characters: data could be lost"))
        }
        _ => Ok(()),
    }
}
