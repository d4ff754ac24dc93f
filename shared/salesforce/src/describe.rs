//! What an object's fields are, as the sync user sees them.

use crate::{client::Salesforce, wire};
use domain::ports::SinkError;
use reqwest::Method;
use std::sync::atomic::{AtomicU64, Ordering};

/// An object as describe gives it, cut down to what writing needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectDescription {
    /// API name.
    pub name: String,
    /// Fields the sync user may see.
    pub fields: Vec<Field>,
    /// Calls it cost, retries included.
    pub calls: u64,
}

/// One field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// API name.
    pub name: String,
    /// Label.
    pub label: String,
    /// Type, with what limits its values.
    pub kind: FieldKind,
    /// May be set on create and on update.
    pub writeable: bool,
}

/// A field's type, with what limits its values. Lengths are in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// Text, text areas of every length, email, phone, URL.
    Text {
        /// The most characters it takes.
        length: u32,
        /// Salesforce's type, such as `string`, `email`, `textarea`.
        salesforce_type: String,
    },
    /// Checkbox.
    Boolean,
    /// Number, currency, percent.
    Number {
        /// Digits in all.
        precision: u32,
        /// Digits after the decimal point.
        scale: u32,
    },
    /// Date without time.
    Date,
    /// Instant.
    DateTime,
    /// One of a list.
    Picklist {
        /// The active values.
        values: Vec<String>,
        /// Whether others are refused.
        restricted: bool,
    },
    /// Lookup.
    Reference,
    /// Anything else; the sync does not write it.
    Other {
        /// Salesforce's type.
        salesforce_type: String,
    },
}

impl ObjectDescription {
    /// The field of that API name, in any case.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name))
    }
}

impl Salesforce {
    /// Describes an object.
    ///
    /// # Errors
    /// [`SinkError::Rejected`] with `NOT_FOUND` when it does not exist or the sync user may not see it; others as usual.
    pub async fn describe(&self, object: &str) -> Result<ObjectDescription, SinkError> {
        let path = self.data_path(&format!("/sobjects/{object}/describe"));
        let calls = AtomicU64::new(0);
        let body = self.send(Method::GET, &path, None, &calls).await?;
        let describe: wire::Describe = serde_json::from_str(&body)
            .map_err(|e| SinkError::Malformed { reason: format!("describe of {object}: {e}") })?;
        let fields = describe.fields.into_iter().map(Field::from).collect();
        Ok(ObjectDescription { name: describe.name, fields, calls: calls.load(Ordering::Relaxed) })
    }
}

impl From<wire::DescribeField> for Field {
    fn from(field: wire::DescribeField) -> Field {
        let wire::DescribeField { length, precision, scale, .. } = field;
        let kind = match field.kind.as_str() {
            "string" | "textarea" | "email" | "phone" | "url" | "combobox" | "encryptedstring" => {
                FieldKind::Text { length, salesforce_type: field.kind }
            }
            "boolean" => FieldKind::Boolean,
            // `int` gives its size as digits, not as a precision.
            "int" => FieldKind::Number { precision: 10, scale: 0 },
            "double" | "currency" | "percent" => FieldKind::Number { precision, scale },
            "date" => FieldKind::Date,
            "datetime" => FieldKind::DateTime,
            "picklist" => FieldKind::Picklist {
                values: field.picklist_values.into_iter().filter(|v| v.active).map(|v| v.value).collect(),
                restricted: field.restricted_picklist,
            },
            "reference" => FieldKind::Reference,
            other => FieldKind::Other { salesforce_type: other.to_owned() },
        };
        Field { name: field.name, label: field.label, kind, writeable: field.createable && field.updateable }
    }
}
