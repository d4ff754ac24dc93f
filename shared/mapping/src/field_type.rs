//! What a Salesforce field takes, by describe.

use crate::convert::FieldType;
use domain::configuration::FieldFacts;

/// `int` gives its size as digits, not as a precision.
const INT_DIGITS: u32 = 10;

impl FieldType {
    /// What a field takes; `None` for types no LivePerson value is written to, such as lookups.
    #[must_use]
    pub fn of(field: &FieldFacts) -> Option<FieldType> {
        let FieldFacts { length, precision, scale, restricted, .. } = *field;
        Some(match field.field_type.as_str() {
            "string" | "textarea" | "phone" | "url" | "combobox" | "encryptedstring" => {
                FieldType::Text { length }
            }
            "email" => FieldType::Email { length },
            "boolean" => FieldType::Boolean,
            "int" => FieldType::Number { precision: INT_DIGITS, scale: 0 },
            "double" | "currency" | "percent" => FieldType::Number { precision, scale },
            "date" => FieldType::Date,
            "datetime" => FieldType::DateTime,
            "picklist" => FieldType::Picklist { values: field.picklist.clone(), restricted },
            "multipicklist" => FieldType::MultiPicklist { values: field.picklist.clone(), restricted },
            _ => return None,
        })
    }
}
