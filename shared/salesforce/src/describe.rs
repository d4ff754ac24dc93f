//! What the org's objects and fields are, as the sync user sees them.

use crate::{
    client::{Fetched, Salesforce},
    wire,
};
use domain::{
    configuration::{ChildRelationship, FieldFacts, ObjectFacts, RecordTypeFacts},
    ports::SinkError,
};
use std::sync::atomic::{AtomicU64, Ordering};

/// An object as describe gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectDescription {
    /// With the fields the sync user may see.
    pub object: ObjectFacts,
    /// When it last changed, as Salesforce writes it: to ask with the next time.
    pub last_modified: Option<String>,
}

/// An object as the list of all objects has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectEntry {
    /// API name.
    pub name: String,
    /// As people see it.
    pub label: String,
    /// Whether it is one of the org's own.
    pub custom: bool,
    /// Whether its records have pages of their own, and can be queried: what people know as records.
    pub has_pages: bool,
}

impl Salesforce {
    /// Describes an object.
    ///
    /// # Errors
    /// [`SinkError::Rejected`] with `NOT_FOUND` when it does not exist or the sync user may not see it; others as usual.
    pub async fn describe(&self, object: &str) -> Result<ObjectDescription, SinkError> {
        let (described, _) = self.describe_changed(object, None).await?;
        described
            .ok_or_else(|| SinkError::Malformed { reason: format!("describe of {object}: nothing came") })
    }

    /// The same, only if it has changed since `since`, what [`ObjectDescription::last_modified`] was before; and the
    /// calls it cost, retries included.
    ///
    /// # Errors
    /// As [`Salesforce::describe`].
    pub async fn describe_changed(
        &self,
        object: &str,
        since: Option<&str>,
    ) -> Result<(Option<ObjectDescription>, u64), SinkError> {
        let path = self.data_path(&format!("/sobjects/{object}/describe"));
        let calls = AtomicU64::new(0);
        let fetched = self.fetch_changed(&path, since, &calls).await?;
        let described = fetched.map(|Fetched { body, last_modified }| {
            let describe: wire::Describe = serde_json::from_str(&body)
                .map_err(|e| SinkError::Malformed { reason: format!("describe of {object}: {e}") })?;
            Ok(ObjectDescription { object: describe.into(), last_modified })
        });
        Ok((described.transpose()?, calls.load(Ordering::Relaxed)))
    }

    /// All objects the sync user may see, and the calls it cost.
    ///
    /// # Errors
    /// Any [`SinkError`].
    pub async fn list_objects(&self) -> Result<(Vec<ObjectEntry>, u64), SinkError> {
        let calls = AtomicU64::new(0);
        let fetched = self.fetch_changed(&self.data_path("/sobjects"), None, &calls).await?;
        let body = fetched.map(|fetched| fetched.body).unwrap_or_default();
        let list: wire::GlobalDescribe = serde_json::from_str(&body)
            .map_err(|e| SinkError::Malformed { reason: format!("the list of objects: {e}") })?;
        let objects = list.sobjects.into_iter().map(|object| ObjectEntry {
            name: object.name,
            label: object.label,
            custom: object.custom,
            has_pages: object.queryable && object.layoutable,
        });
        Ok((objects.collect(), calls.load(Ordering::Relaxed)))
    }
}

impl From<wire::Describe> for ObjectFacts {
    fn from(describe: wire::Describe) -> ObjectFacts {
        let children = describe.child_relationships.into_iter().filter(|child| !child.deprecated_and_hidden);
        let children = children.filter_map(|child| {
            Some(ChildRelationship {
                object: child.object,
                field: child.field?,
                relationship: child.relationship_name.unwrap_or_default(),
            })
        });
        let types = describe.record_type_infos.into_iter();
        let types = types.filter(|info| info.active && info.available && !info.master);
        ObjectFacts {
            name: describe.name,
            label: describe.label,
            label_plural: describe.label_plural,
            key_prefix: describe.key_prefix.unwrap_or_default(),
            custom: describe.custom,
            createable: describe.createable,
            updateable: describe.updateable,
            fields: describe.fields.into_iter().map(FieldFacts::from).collect(),
            child_relationships: children.collect(),
            record_types: types.map(RecordTypeFacts::from).collect(),
        }
    }
}

impl From<wire::RecordTypeInfo> for RecordTypeFacts {
    fn from(info: wire::RecordTypeInfo) -> RecordTypeFacts {
        RecordTypeFacts {
            id: info.record_type_id,
            name: info.name,
            default: info.default_record_type_mapping,
        }
    }
}

impl From<wire::DescribeField> for FieldFacts {
    fn from(field: wire::DescribeField) -> FieldFacts {
        let values: Vec<_> = field.picklist_values.into_iter().filter(|value| value.active).collect();
        let default = values.iter().find(|value| value.default_value).map(|value| value.value.clone());
        let picklist: Vec<String> = values.iter().map(|value| value.value.clone()).collect();
        let labels = values.into_iter().map(|value| value.label.unwrap_or(value.value));
        let labels = Some(labels.collect::<Vec<_>>()).filter(|labels| *labels != picklist);
        FieldFacts {
            name: field.name,
            label: field.label,
            field_type: field.kind,
            length: field.length,
            precision: field.precision,
            scale: field.scale,
            createable: field.createable,
            updateable: field.updateable,
            nillable: field.nillable,
            filterable: field.filterable,
            sortable: field.sortable,
            reference_to: field.reference_to,
            relationship: field.relationship_name.unwrap_or_default(),
            picklist,
            picklist_labels: labels.unwrap_or_default(),
            picklist_default: default.unwrap_or_default(),
            restricted: field.restricted_picklist,
            name_field: field.name_field,
            identifies: field.external_id || field.id_lookup,
            defaulted_on_create: field.defaulted_on_create,
            compound: field.compound_field_name.unwrap_or_default(),
            help: field.inline_help_text.unwrap_or_default(),
        }
    }
}
