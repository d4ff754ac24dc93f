//! What Salesforce and LivePerson have that a configuration can speak of.

use crate::{Stack, documented::Refusals};
use axum::Json;
use bootstrap::{
    Workspace,
    api::{ApiError, Path},
};
use domain::{
    Code, Configuration,
    configuration::{
        FieldFacts, FilterOperator, ObjectFacts, SkillFacts, TRANSCRIPT_OBJECT, operators_for,
        transcript_field_reason,
    },
};
use mapping::predefined::{self, Parameter, ParameterKind, ValueType};
use salesforce::ObjectEntry;
use serde::Serialize;
use sync::OWN_FIELDS;
use utoipa::ToSchema;

/// The standard objects agents work with.
const STANDARD: [&str; 5] = ["Account", "Contact", "Lead", "Case", "Opportunity"];

/// An object that can be selected.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AvailableObject {
    /// API name.
    object: String,
    /// As people see it.
    label: String,
    /// Whether it is one of the org's own.
    custom: bool,
}

/// The objects that can be selected.
#[derive(Serialize, ToSchema)]
pub(crate) struct AvailableObjects {
    objects: Vec<AvailableObject>,
}

/// The objects that can be selected: the standard ones, and the org's own that the Chat Transcript has a lookup to.
#[utoipa::path(
    get,
    path = "/api/admin/salesforce/objects",
    responses((status = 200, description = "Standard objects first.", body = AvailableObjects), Refusals)
)]
pub(crate) async fn objects(workspace: Stack) -> Result<Json<AvailableObjects>, ApiError> {
    let configuration = workspace.configuration().await?;
    let transcript = described(&workspace, &configuration, TRANSCRIPT_OBJECT).await?;
    let all = workspace.all_objects(&configuration).await?;
    Ok(Json(AvailableObjects { objects: available(&transcript, &all) }))
}

fn available(transcript: &ObjectFacts, all: &[ObjectEntry]) -> Vec<AvailableObject> {
    let mut looked_up: Vec<&str> =
        transcript.fields.iter().flat_map(|field| &field.reference_to).map(String::as_str).collect();
    looked_up.sort_unstable();
    looked_up.dedup();
    let entry = |name: &str| all.iter().find(|entry| entry.name == name);
    let standard = STANDARD.into_iter().filter_map(entry);
    let custom = looked_up.into_iter().filter_map(entry).filter(|entry| entry.custom);
    let chosen = standard.chain(custom.filter(|entry| entry.name != TRANSCRIPT_OBJECT));
    let object = |entry: &ObjectEntry| AvailableObject {
        object: entry.name.clone(),
        label: entry.label.clone(),
        custom: entry.custom,
    };
    chosen.map(object).collect()
}

/// A field, and what can be done with it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DescribedField {
    /// API name.
    field: String,
    /// As people see it.
    label: String,
    /// Describe's `type`.
    #[serde(rename = "type")]
    field_type: String,
    /// The most characters of a text.
    length: u32,
    createable: bool,
    updateable: bool,
    nillable: bool,
    filterable: bool,
    sortable: bool,
    /// The objects a lookup points to.
    reference_to: Vec<String>,
    /// The active values of a picklist.
    picklist: Vec<String>,
    /// Whether a LivePerson value can fill it.
    mappable: bool,
    /// Why not.
    reason: Option<String>,
    /// The search filter operators that fit it.
    operators: Vec<FilterOperator>,
}

/// A list that can stand below a record.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
pub(crate) struct AvailableList {
    /// As people see the listed object.
    label: String,
    /// API name of the listed object.
    object: String,
    /// API name of its lookup.
    field: String,
}

/// An object, its fields, and the lists that can stand below its records.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DescribedObject {
    /// API name.
    object: String,
    /// As people see it.
    label: String,
    /// Whether it is one of the org's own.
    custom: bool,
    fields: Vec<DescribedField>,
    related_lists: Vec<AvailableList>,
}

/// An object, its fields, and the lists that can stand below its records.
#[utoipa::path(
    get,
    path = "/api/admin/salesforce/objects/{object}",
    params(("object" = String, Path, description = "API name")),
    responses((status = 200, description = "The object.", body = DescribedObject), Refusals)
)]
pub(crate) async fn object(
    workspace: Stack,
    Path(object): Path<String>,
) -> Result<Json<DescribedObject>, ApiError> {
    let configuration = workspace.configuration().await?;
    let object = described(&workspace, &configuration, &object).await?;
    let all = workspace.all_objects(&configuration).await?;
    Ok(Json(described_object(&object, &all)))
}

async fn described(
    workspace: &Workspace,
    configuration: &Configuration,
    object: &str,
) -> Result<ObjectFacts, ApiError> {
    let found = workspace.object_facts(configuration, object).await?;
    found.ok_or_else(|| {
        let sentence = format!(
            "the org has no object {object}, or the sync user may not see it; check the name, and what the sync user's permission sets let it see"
        );
        ApiError::not_found(Code::ObjectMissing, sentence)
    })
}

fn described_object(object: &ObjectFacts, all: &[ObjectEntry]) -> DescribedObject {
    let is_transcript = object.name == TRANSCRIPT_OBJECT;
    let reason = if is_transcript { reason_on_transcript } else { reason_elsewhere };
    let children = object.child_relationships.iter().filter_map(|child| {
        let entry = all.iter().find(|entry| entry.name == child.object && entry.has_pages)?;
        let label = entry.label.clone();
        Some(AvailableList { label, object: child.object.clone(), field: child.field.clone() })
    });
    let mut related_lists: Vec<_> = children.collect();
    related_lists.sort();
    related_lists.dedup();
    DescribedObject {
        object: object.name.clone(),
        label: object.label.clone(),
        custom: object.custom,
        fields: object.fields.iter().map(|field| described_field(field, reason(field))).collect(),
        related_lists,
    }
}

fn described_field(field: &FieldFacts, reason: Option<String>) -> DescribedField {
    DescribedField {
        field: field.name.clone(),
        label: field.label.clone(),
        field_type: field.field_type.clone(),
        length: field.length,
        createable: field.createable,
        updateable: field.updateable,
        nillable: field.nillable,
        filterable: field.filterable,
        sortable: field.sortable,
        reference_to: field.reference_to.clone(),
        picklist: field.picklist.clone(),
        mappable: reason.is_none(),
        reason,
        operators: if field.filterable { operators_for(&field.field_type).to_vec() } else { Vec::new() },
    }
}

fn reason_on_transcript(field: &FieldFacts) -> Option<String> {
    if OWN_FIELDS.iter().any(|own| own.eq_ignore_ascii_case(&field.name)) {
        return Some("the sync writes it itself".to_owned());
    }
    transcript_field_reason(field)
}

fn reason_elsewhere(field: &FieldFacts) -> Option<String> {
    let writeable = field.createable || field.updateable;
    (!writeable).then(|| "the org lets nobody write it; it can be shown only".to_owned())
}

/// The LivePerson account's skills.
#[derive(Serialize, ToSchema)]
pub(crate) struct Skills {
    skills: Vec<Skill>,
}

/// A skill.
#[derive(Serialize, ToSchema)]
pub(crate) struct Skill {
    /// LivePerson's id.
    skill: String,
    /// As people see it.
    name: String,
}

/// The LivePerson account's skills.
#[utoipa::path(
    get,
    path = "/api/admin/liveperson/skills",
    responses((status = 200, description = "By name.", body = Skills), Refusals)
)]
pub(crate) async fn skills(workspace: Stack) -> Result<Json<Skills>, ApiError> {
    let configuration = workspace.configuration().await?;
    let mut skills = workspace.skills(&configuration).await?;
    skills.sort_by(|a, b| a.name.cmp(&b.name));
    let skill = |SkillFacts { skill, name }| Skill { skill, name };
    Ok(Json(Skills { skills: skills.into_iter().map(skill).collect() }))
}

/// A predefined parameter.
#[derive(Serialize, ToSchema)]
pub(crate) struct ParameterAnswer {
    /// As the configuration names it.
    label: &'static str,
    /// Whether chats have it.
    chat: bool,
    /// Whether messaging conversations have it.
    messaging: bool,
    /// Whether the widget knows it while the conversation goes on.
    sdk: bool,
    /// Whether the sync can read it.
    api: bool,
    /// `text`, `number`, `boolean`, `date`, `datetime` or `list`.
    #[serde(rename = "type")]
    value_type: &'static str,
}

/// The predefined parameters.
#[derive(Serialize, ToSchema)]
pub(crate) struct ParametersAnswer {
    parameters: Vec<ParameterAnswer>,
}

/// The predefined LivePerson parameters.
#[utoipa::path(
    get,
    path = "/api/admin/parameters",
    responses((status = 200, description = "All of them.", body = ParametersAnswer), Refusals)
)]
pub(crate) async fn parameters() -> Json<ParametersAnswer> {
    Json(ParametersAnswer { parameters: predefined::parameters().map(parameter).collect() })
}

fn parameter(parameter: &Parameter) -> ParameterAnswer {
    ParameterAnswer {
        label: parameter.label,
        chat: parameter.kind != ParameterKind::Messaging,
        messaging: parameter.kind != ParameterKind::Chat,
        sdk: parameter.chat_sdk.is_some() || parameter.messaging_sdk.is_some(),
        api: parameter.chat_api.is_some() || parameter.messaging_api.is_some(),
        value_type: match parameter.value_type {
            ValueType::Text => "text",
            ValueType::Number => "number",
            ValueType::Boolean => "boolean",
            ValueType::Date => "date",
            ValueType::DateTime => "datetime",
            ValueType::List => "list",
        },
    }
}

#[cfg(test)]
#[path = "facts_tests.rs"]
mod tests;
