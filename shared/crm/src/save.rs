//! Saving a form: checked, written and linked in one call, all of it or nothing.

use crate::{
    Desk,
    cells::{label, name, text},
    desk::Shown,
    form::Sheet,
    links::{self, link_field},
    soql::{Select, is_record_id, literal},
    view::{Named, Row},
};
use domain::{
    Code, ConversationId,
    configuration::{FieldFacts, ObjectFacts, Problem},
    crm::{CrmError, CrmSession, FormMode, Record, Target, Write, WriteError, Written, reference},
    ports::Refusal,
};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// What is saved.
#[derive(Clone, Debug)]
pub struct SaveRequest {
    /// API name.
    pub object: String,
    /// The record; a new one without.
    pub id: Option<String>,
    /// Fields by API name; `null` empties one.
    pub values: Map<String, Value>,
    /// The record type of a new one.
    pub record_type: Option<String>,
    /// Whether assignment rules choose the owner, where the agent may decide.
    pub assignment_rule: Option<bool>,
    /// The conversation to link, if it is to be linked.
    pub link: Option<ConversationId>,
    /// Whether to save although a duplicate rule warns.
    pub save_duplicate: bool,
    /// Not when somebody has changed the record since then.
    pub last_modified: Option<Timestamp>,
}

/// A saved record.
#[derive(Clone, Debug, PartialEq)]
pub struct Saved {
    /// The record.
    pub record: Named,
    /// What the conversation is linked to now, if it was linked.
    pub links: Option<Vec<Named>>,
    /// What was not done, in words for the agent.
    pub warning: Option<String>,
}

/// Why a form was not saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// The skill does not work with the object, or the agent may not create or see it.
    #[error("{0}")]
    NotForYou(String),
    /// Fields are wrong, each with its place.
    #[error("the record was not saved")]
    Problems(Vec<Problem>),
    /// Much the same is there already.
    #[error("{message}")]
    Duplicates {
        /// Whether it may be saved all the same.
        may_save: bool,
        /// What is there, as far as the agent may see it.
        rows: Vec<Row>,
        /// The rule's own words.
        message: String,
    },
    /// Somebody changed it meanwhile.
    #[error("{by} changed this record in the meantime")]
    Changed {
        /// Who.
        by: String,
        /// When; an RFC 3339 instant.
        at: String,
    },
    /// It may have been saved.
    #[error("Salesforce did not say whether it saved the record: {0}; search for it before you save again")]
    Unknown(String),
    /// Salesforce was not asked with success.
    #[error(transparent)]
    Crm(#[from] CrmError),
}

/// Saves a form, and links the conversation to the record.
///
/// # Errors
/// [`SaveError`]; then nothing was written, [`SaveError::Unknown`] aside.
pub async fn save<S: CrmSession>(desk: &Desk<'_, S>, request: &SaveRequest) -> Result<Saved, SaveError> {
    let shown = desk.shown(&request.object).await?;
    let shown = shown.ok_or_else(|| not_for_you(&request.object))?;
    if request.id.is_none() && !shown.may_create() {
        return Err(SaveError::NotForYou(format!("you may not create {}", shown.facts.label_plural)));
    }
    let fields = checked(&shown, request)?;
    let transcript = match &request.link {
        Some(_) => desk.transcript().await?,
        None => None,
    };
    let mut writes = vec![record_write(&shown, request, fields)];
    let mut read = vec![saved_query(&shown, request)];
    if let (Some(conversation), Some(transcript)) = (&request.link, &transcript) {
        writes.push(link_write(&shown, transcript, request, conversation));
        read.push(links::query(desk, transcript, conversation).await?);
    }
    let written = match desk.session.write(&writes, &read).await {
        Ok(written) => (written, None),
        Err(WriteError::Partly { ids, error }) => {
            let warning = format!(
                "The record was saved, but the conversation was not linked to it: {error}. Link it by hand."
            );
            (Written { ids, read: Vec::new() }, Some(warning))
        }
        Err(error) => return Err(told(desk, &shown, request, error).await?),
    };
    let (written, warning) = written;
    let mut found = written.read.into_iter();
    let record = found.next().unwrap_or_default().into_iter().next().unwrap_or_default();
    let id =
        text(&record, "Id").map(str::to_owned).or_else(|| written.ids.into_iter().next()).unwrap_or_default();
    let transcript = transcript.filter(|_| warning.is_none());
    let links = transcript.map(|facts| links::read(desk, &facts, found.next().unwrap_or_default()).links);
    Ok(Saved {
        record: Named {
            object: shown.facts.name.clone(),
            label: shown.facts.label.clone(),
            name: Some(name(&record, &shown.facts))
                .filter(|name| !name.is_empty())
                .unwrap_or_else(|| id.clone()),
            url: desk.url(&shown.facts.name, &id),
            id,
        },
        links,
        warning,
    })
}

fn not_for_you(object: &str) -> SaveError {
    SaveError::NotForYou(format!("your skill does not work with {object}, or you may not see it"))
}

fn problem(field: &str, sentence: String) -> Problem {
    Problem { path: path_of(field), code: Code::RecordRefused, sentence }
}

fn path_of(field: &str) -> String {
    format!("values.{field}")
}

/// The fields as they are written, or everything that is wrong with them.
fn checked(shown: &Shown<'_>, request: &SaveRequest) -> Result<Map<String, Value>, SaveError> {
    let mode = if request.id.is_some() { FormMode::Edit } else { FormMode::Create };
    // What a layout requires is Salesforce's layout's to say; describe and the configuration are ours.
    let person_account = shown.facts.name == "Account"
        && request.values.keys().any(|name| name == "LastName" || name.starts_with("Person"));
    let sheet = Sheet { shown, mode, required_by_layout: Vec::new(), person_account: Some(person_account) };
    let lines = sheet.lines();
    let (mut fields, mut problems) = (Map::new(), Vec::new());
    for (name, value) in &request.values {
        let Some(field) = shown.facts.field(name) else {
            problems
                .push(problem(name, format!("{} has no field {name} that you may see", shown.facts.label)));
            continue;
        };
        let line = lines.iter().find(|line| line.field.name == field.name);
        let writeable = match mode {
            FormMode::Create => field.createable,
            FormMode::Edit => field.updateable && line.is_none_or(|line| line.editable),
        };
        match misfit(field, value) {
            _ if !writeable => problems.push(problem(name, format!("you may not change {}", label(field)))),
            Some(sentence) => problems.push(problem(name, sentence)),
            None => {
                fields.insert(field.name.clone(), value.clone());
            }
        }
    }
    for line in lines.iter().filter(|line| line.required && line.editable) {
        let given = fields.get(&line.field.name);
        let missing = match mode {
            FormMode::Create => given.is_none_or(is_empty),
            FormMode::Edit => given.is_some_and(is_empty),
        };
        // A value that does not fit is not a missing one.
        let told = problems.iter().any(|problem| problem.path == path_of(&line.field.name));
        if missing && !told {
            problems.push(problem(
                &line.field.name,
                format!("{} cannot stay empty; fill it in", label(line.field)),
            ));
        }
    }
    if mode == FormMode::Create
        && let Some(record_type) = &request.record_type
    {
        if shown.facts.record_types.iter().any(|one| one.id == *record_type) {
            fields.insert("RecordTypeId".to_owned(), json!(record_type));
        } else {
            problems.push(problem("RecordTypeId", "this record type is not one you may choose".to_owned()));
        }
    }
    if problems.is_empty() { Ok(fields) } else { Err(SaveError::Problems(problems)) }
}

fn is_empty(value: &Value) -> bool {
    matches!(value, Value::Null) || value.as_str().is_some_and(|text| text.trim().is_empty())
}

/// What is wrong with the form of a value, if something is. What it says is Salesforce's to judge.
fn misfit(field: &FieldFacts, value: &Value) -> Option<String> {
    let label = label(field);
    let wanted = match (field.field_type.as_str(), value) {
        ("boolean", Value::Bool(_)) => return None,
        ("boolean", _) => "true or false",
        (_, Value::Null) => return None,
        ("int" | "long" | "double" | "currency" | "percent", Value::Number(_)) => return None,
        ("int" | "long" | "double" | "currency" | "percent", _) => "a number",
        ("reference", Value::String(id)) if is_record_id(id) => return None,
        ("reference", _) => "a record; choose one",
        ("date", Value::String(day)) if day.parse::<jiff::civil::Date>().is_ok() => return None,
        ("date", _) => "a day, such as 2026-03-01",
        ("datetime", Value::String(at)) if at.parse::<Timestamp>().is_ok() => return None,
        ("datetime", _) => "a day and a time",
        (_, Value::String(text)) => {
            let (length, most) = (text.encode_utf16().count(), field.length as usize);
            return (most > 0 && length > most)
                .then(|| format!("{label} has {length} characters and takes {most}; shorten it"));
        }
        _ => "a text",
    };
    Some(format!("{label} takes {wanted}"))
}

fn record_write(shown: &Shown<'_>, request: &SaveRequest, fields: Map<String, Value>) -> Write {
    let object = shown.facts.name.clone();
    let settings = shown.settings;
    let ruled = matches!(object.as_str(), "Case" | "Lead" | "Account");
    let target = match &request.id {
        None => Target::New { object },
        Some(id) => Target::Existing { object, id: id.clone(), unchanged_since: request.last_modified },
    };
    let chosen = request.assignment_rule.filter(|_| settings.let_user_decide);
    let uses = settings.use_assignment_rules && chosen.unwrap_or(true);
    // Salesforce runs its rules unless it is told not to, on changes as well.
    let assignment_rules = ruled.then_some(uses && request.id.is_none());
    Write { target, fields, assignment_rules, save_duplicate: request.save_duplicate }
}

fn saved_query(shown: &Shown<'_>, request: &SaveRequest) -> String {
    let id = request.id.as_deref().filter(|id| is_record_id(id));
    let id = id.map_or_else(|| format!("'{}'", reference(0)), literal);
    let mut select = Select::from(&shown.facts.name);
    select.fields(shown.facts.name_field().map(|field| field.name.clone()));
    select.condition(format!("Id = {id}")).limit(1).soql()
}

/// Links the record, and the account and contact it belongs to as the form says.
fn link_write(
    shown: &Shown<'_>,
    transcript: &ObjectFacts,
    request: &SaveRequest,
    conversation: &ConversationId,
) -> Write {
    let mut links = Map::new();
    let own = request.id.clone().unwrap_or_else(|| reference(0));
    let [account, contact] = shown.parent_fields();
    let of_form = |field: Option<&str>| {
        field.and_then(|field| {
            request.values.get(field)?.as_str().filter(|id| is_record_id(id)).map(str::to_owned)
        })
    };
    let wanted = [
        (shown.facts.name.as_str(), Some(own)),
        ("Account", of_form(account)),
        ("Contact", of_form(contact)),
    ];
    for (object, id) in wanted {
        let field = link_field(transcript, object).filter(|field| field.updateable);
        if let (Some(field), Some(id)) = (field, id) {
            links.entry(field.name.clone()).or_insert(json!(id));
        }
    }
    links::write(conversation, links)
}

/// What the agent is told.
async fn told<S: CrmSession>(
    desk: &Desk<'_, S>,
    shown: &Shown<'_>,
    request: &SaveRequest,
    error: WriteError,
) -> Result<SaveError, SaveError> {
    Ok(match error {
        WriteError::Refused { write, refusals } => {
            let problems = refusals.into_iter().map(|refusal| of_refusal(shown, write, &refusal));
            SaveError::Problems(problems.collect())
        }
        WriteError::Duplicates { may_save, records, message, .. } => {
            SaveError::Duplicates { may_save, rows: named(desk, &records).await?, message }
        }
        WriteError::Changed { .. } => changed(desk, shown, request).await?,
        WriteError::Unknown { reason } => SaveError::Unknown(reason),
        // A form is saved before its link is written, so a part is never less than the record.
        WriteError::Partly { error, .. } => SaveError::Unknown(error.to_string()),
        WriteError::Crm(error) => SaveError::Crm(error),
    })
}

/// A refusal at its field, if Salesforce named one of the form's.
fn of_refusal(shown: &Shown<'_>, write: usize, refusal: &Refusal) -> Problem {
    let field = refusal.fields.iter().find_map(|name| shown.facts.field(name));
    let path = match field.filter(|_| write == 0) {
        Some(field) => format!("values.{}", field.name),
        None => "values".to_owned(),
    };
    let sentence = match (write, refusal.status.as_str()) {
        (0, "INSUFFICIENT_ACCESS_OR_READONLY" | "INSUFFICIENT_ACCESS") => {
            "you may not change this record; ask its owner or your administrator".to_owned()
        }
        (0, "CANNOT_UPDATE_CONVERTED_LEAD") => {
            "this lead was converted; work with its contact instead".to_owned()
        }
        (0, _) => refusal.message.clone(),
        (_, status) => format!(
            "the conversation could not be linked, so nothing was saved: {status}: {}",
            refusal.message
        ),
    };
    Problem { path, code: Code::RecordRefused, sentence }
}

/// The found duplicates by name, as far as the agent may see them.
async fn named<S: CrmSession>(
    desk: &Desk<'_, S>,
    records: &[(String, String)],
) -> Result<Vec<Row>, CrmError> {
    let mut rows = Vec::new();
    for shown in desk.all_shown().await? {
        let of_object = records.iter().filter(|(object, id)| *object == shown.facts.name && is_record_id(id));
        let ids: Vec<String> = of_object.map(|(_, id)| literal(id)).collect();
        if ids.is_empty() {
            continue;
        }
        let finder = crate::search::Finder::new(desk, &shown, &[]).await?;
        let mut select = Select::from(&shown.facts.name);
        select
            .fields(finder.paths())
            .condition(format!("Id IN ({})", ids.join(", ")))
            .order("Id ASC")
            .limit(ids.len());
        let found: Vec<Record> = desk.session.query(&[select.soql()]).await?.into_iter().flatten().collect();
        rows.extend(found.iter().map(|record| finder.row(desk, record)));
    }
    Ok(rows)
}

async fn changed<S: CrmSession>(
    desk: &Desk<'_, S>,
    shown: &Shown<'_>,
    request: &SaveRequest,
) -> Result<SaveError, CrmError> {
    let id = request.id.as_deref().unwrap_or_default();
    let mut select = Select::from(&shown.facts.name);
    select.field("LastModifiedDate").field("LastModifiedBy.Name");
    let query = select.condition(format!("Id = {}", literal(id))).limit(1).soql();
    let record = desk.session.query(&[query]).await?.into_iter().flatten().next().unwrap_or_default();
    let by = record.get("LastModifiedBy").and_then(Value::as_object).and_then(|by| text(by, "Name"));
    Ok(SaveError::Changed {
        by: by.unwrap_or("somebody").to_owned(),
        at: text(&record, "LastModifiedDate").unwrap_or_default().to_owned(),
    })
}
