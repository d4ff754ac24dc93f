//! The Chat Transcript object's fields: from describe, kept in the table so that slices need not ask Salesforce.

use mapping::FieldType;
use salesforce::{Field, FieldKind, ObjectDescription};
use serde::{Deserialize, Serialize};
use sync::TargetField;

/// A field as the table keeps it.
#[derive(Serialize, Deserialize)]
pub(crate) struct KeptField {
    name: String,
    writeable: bool,
    #[serde(rename = "type")]
    field_type: Option<KeptType>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum KeptType {
    Text { length: u32 },
    Email { length: u32 },
    Number { precision: u32, scale: u32 },
    Boolean,
    Date,
    DateTime,
    Picklist { values: Vec<String>, restricted: bool },
}

/// What the table keeps of a description.
pub(crate) fn to_json(description: ObjectDescription) -> Result<String, serde_json::Error> {
    serde_json::to_string(&description.fields.into_iter().map(KeptField::from).collect::<Vec<_>>())
}

/// Reads back [`to_json`].
pub(crate) fn from_json(json: &str) -> Result<Vec<TargetField>, serde_json::Error> {
    Ok(serde_json::from_str::<Vec<KeptField>>(json)?.into_iter().map(TargetField::from).collect())
}

impl From<Field> for KeptField {
    fn from(field: Field) -> Self {
        let field_type = match field.kind {
            FieldKind::Text { length, salesforce_type } if salesforce_type == "email" => {
                Some(KeptType::Email { length })
            }
            FieldKind::Text { length, .. } => Some(KeptType::Text { length }),
            FieldKind::Number { precision, scale } => Some(KeptType::Number { precision, scale }),
            FieldKind::Boolean => Some(KeptType::Boolean),
            FieldKind::Date => Some(KeptType::Date),
            FieldKind::DateTime => Some(KeptType::DateTime),
            FieldKind::Picklist { values, restricted } => Some(KeptType::Picklist { values, restricted }),
            FieldKind::Reference | FieldKind::Other { .. } => None,
        };
        KeptField { name: field.name, writeable: field.writeable, field_type }
    }
}

impl From<KeptField> for TargetField {
    fn from(kept: KeptField) -> Self {
        let field_type = kept.field_type.map(|kept| match kept {
            KeptType::Text { length } => FieldType::Text { length },
            KeptType::Email { length } => FieldType::Email { length },
            KeptType::Number { precision, scale } => FieldType::Number { precision, scale },
            KeptType::Boolean => FieldType::Boolean,
            KeptType::Date => FieldType::Date,
            KeptType::DateTime => FieldType::DateTime,
            KeptType::Picklist { values, restricted } => FieldType::Picklist { values, restricted },
        });
        TargetField { name: kept.name, field_type, writeable: kept.writeable }
    }
}
