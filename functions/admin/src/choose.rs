//! Choosing a record where a search filter compares a lookup or a record type.

use crate::{Stack, documented::Refusals};
use axum::Json;
use bootstrap::{
    Workspace,
    api::{ApiError, Path, Query},
};
use crm::soql::{is_record_id, literal, pattern};
use domain::{
    Code, Configuration,
    configuration::{FieldFacts, ObjectFacts},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

const MOST: usize = 10;
/// A lookup to more objects is searched in the first ones.
const OBJECTS: usize = 3;
/// A longer text is no name.
const LONGEST: usize = 255;

/// What was typed.
#[derive(Deserialize)]
pub(crate) struct Typed {
    q: String,
}

/// Records that can be chosen.
#[derive(Serialize, ToSchema)]
pub(crate) struct Choices {
    records: Vec<Choice>,
}

/// A record that can be chosen.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Choice {
    /// API name.
    object: String,
    /// 18-character record id.
    id: String,
    /// What people know it by.
    name: String,
}

/// The records a lookup field can be compared with: those whose name has what was typed, or the one of a typed id.
#[utoipa::path(
    get,
    path = "/api/admin/salesforce/objects/{object}/fields/{field}/records",
    params(
        ("object" = String, Path, description = "API name"),
        ("field" = String, Path, description = "API name of a lookup, or `Id`"),
        ("q" = String, Query, description = "part of a name, or an id"),
    ),
    responses((status = 200, description = "At most ten, by name.", body = Choices), Refusals)
)]
pub(crate) async fn records(
    workspace: Stack,
    Path((object, field)): Path<(String, String)>,
    Query(Typed { q }): Query<Typed>,
) -> Result<Json<Choices>, ApiError> {
    let configuration = workspace.configuration().await?;
    let described = known(&workspace, &configuration, &object).await?;
    let typed: String = q.trim().chars().take(LONGEST).collect();
    let field = described.field(&field).ok_or_else(|| missing(&format!("{object}.{field}")))?;
    if field.name == "RecordTypeId" {
        return Ok(Json(Choices { records: record_types(&described, &typed) }));
    }
    let targets = targets(&described, field)?;
    let salesforce = workspace.salesforce(&configuration).await?;
    let mut records = Vec::new();
    for target in targets {
        let target = if target == described.name {
            described.clone()
        } else {
            match workspace.object_facts(&configuration, &target).await? {
                Some(found) => found,
                None => continue,
            }
        };
        let Some(query) = query(&target, &typed) else { continue };
        let found = salesforce.query(&query).await?;
        workspace.count_calls(&salesforce, 1).await?;
        let name = target.name_field().map_or("Id", |field| &field.name);
        let text =
            |row: &serde_json::Map<String, Value>, member: &str| row.get(member)?.as_str().map(str::to_owned);
        records.extend(found.iter().filter_map(|row| {
            Some(Choice { object: target.name.clone(), id: text(row, "Id")?, name: text(row, name)? })
        }));
    }
    records.truncate(MOST);
    Ok(Json(Choices { records }))
}

async fn known(
    workspace: &Workspace,
    configuration: &Configuration,
    object: &str,
) -> Result<ObjectFacts, ApiError> {
    workspace.object_facts(configuration, object).await?.ok_or_else(|| missing(object))
}

fn missing(what: &str) -> ApiError {
    let sentence = format!("the org has no {what}, or the sync user may not see it");
    ApiError::not_found(Code::ReferenceMissing, sentence)
}

fn targets(object: &ObjectFacts, field: &FieldFacts) -> Result<Vec<String>, ApiError> {
    match field.field_type.as_str() {
        "id" => Ok(vec![object.name.clone()]),
        "reference" => Ok(field.reference_to.iter().take(OBJECTS).cloned().collect()),
        other => {
            let sentence = format!(
                "{}.{} is of the type {other}, so no record can be chosen for it",
                object.name, field.name
            );
            Err(ApiError::unacceptable(Code::FieldUnfit, sentence))
        }
    }
}

fn query(target: &ObjectFacts, typed: &str) -> Option<String> {
    let name = &target.name_field()?.name;
    let condition = match typed {
        "" => String::new(),
        id if is_record_id(id) => format!(" WHERE Id = {}", literal(id)),
        part => format!(" WHERE {name} LIKE {}", pattern("%", part, "%")),
    };
    Some(format!(
        "SELECT Id, {name} FROM {}{condition} ORDER BY {name} ASC, Id ASC LIMIT {MOST}",
        target.name
    ))
}

fn record_types(object: &ObjectFacts, typed: &str) -> Vec<Choice> {
    let wanted = typed.to_lowercase();
    let types = object.record_types.iter();
    let found = types.filter(|one| one.id == typed || one.name.to_lowercase().contains(&wanted));
    let choice = |one: &domain::configuration::RecordTypeFacts| Choice {
        object: "RecordType".to_owned(),
        id: one.id.clone(),
        name: one.name.clone(),
    };
    found.map(choice).take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_part_of_a_name_or_an_id() {
        let name = FieldFacts { name: "Name".to_owned(), name_field: true, ..FieldFacts::default() };
        let account =
            ObjectFacts { name: "Account".to_owned(), fields: vec![name], ..ObjectFacts::default() };
        let rest = "ORDER BY Name ASC, Id ASC LIMIT 10";
        for (typed, condition) in [
            ("", ""),
            ("O'Neil_", r" WHERE Name LIKE '%O\'Neil\_%'"),
            ("001xx000003DGb2AAG", " WHERE Id = '001xx000003DGb2AAG'"),
        ] {
            let want = format!("SELECT Id, Name FROM Account{condition} {rest}");
            assert_eq!(query(&account, typed).as_deref(), Some(want.as_str()));
        }
        assert_eq!(query(&ObjectFacts::default(), "x"), None);
    }
}
