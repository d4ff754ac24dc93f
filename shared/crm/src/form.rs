//! Forms: the configured fields of a new record, filled in from the conversation, or of one that is there.

use crate::{
    Context, Desk,
    cells::{cell, is_of_persons, label, text},
    desk::Shown,
    soql::{Select, is_record_id, literal},
    view::{AssignmentRule, Choice, Form, FormField, Parents, RecordType},
};
use domain::{
    configuration::{Editability, FieldFacts, RecordMapping},
    crm::{CrmError, CrmSession, FormFacts, FormMode, Record},
};
use mapping::{FieldType, Raw, write_value};
use serde_json::{Value, json};

const LAST_MODIFIED: &str = "LastModifiedDate";

/// What form is wanted.
#[derive(Clone, Debug)]
pub struct FormRequest {
    /// API name.
    pub object: String,
    /// The record to edit; a new one without.
    pub id: Option<String>,
    /// The record type of a new one; the agent's own when absent.
    pub record_type: Option<String>,
    /// Whom a new one belongs to.
    pub parents: Parents,
    /// What fills a new one in.
    pub context: Context,
}

/// What a form's fields are made from.
pub(crate) struct Sheet<'s> {
    pub(crate) shown: &'s Shown<'s>,
    pub(crate) mode: FormMode,
    pub(crate) required_by_layout: Vec<String>,
    pub(crate) person_account: Option<bool>,
}

/// One field of a sheet and how it is configured, if it is.
pub(crate) struct Line<'s> {
    pub(crate) field: &'s FieldFacts,
    pub(crate) mapping: Option<&'s RecordMapping>,
    pub(crate) required: bool,
    pub(crate) editable: bool,
}

/// A form. `None` when the skill does not work with the object, the agent may not see it, may not create such records, or
/// there is no such record.
///
/// # Errors
/// [`CrmError`].
pub async fn form<S: CrmSession>(
    desk: &Desk<'_, S>,
    request: &FormRequest,
) -> Result<Option<Form>, CrmError> {
    let Some(shown) = desk.shown(&request.object).await? else { return Ok(None) };
    let mode = if request.id.is_some() { FormMode::Edit } else { FormMode::Create };
    let record = match &request.id {
        None if !shown.may_create() => return Ok(None),
        None => Record::new(),
        Some(id) => match current(desk, &shown, id).await? {
            Some(record) => record,
            None => return Ok(None),
        },
    };
    let record_type = record_type(&shown, request, &record);
    let asked = desk.session.form_facts(&shown.facts.name, record_type.as_deref(), mode).await?;
    let sheet = Sheet {
        shown: &shown,
        mode,
        required_by_layout: asked.required.clone(),
        person_account: is_person(desk, &shown, &record, record_type.as_deref()).await?,
    };
    let parents = parents(desk, &shown, &request.parents).await?;
    let fields = sheet.lines().into_iter().map(|line| match mode {
        FormMode::Create => new_field(&line, &request.context, &parents, &asked),
        FormMode::Edit => kept_field(&line, &record, &asked),
    });
    let settings = shown.settings;
    let choose = mode == FormMode::Create && shown.facts.record_types.len() > 1;
    let transcript = desk.transcript().await?;
    let link = transcript.as_ref().and_then(|facts| crate::links::link_field(facts, &shown.facts.name));
    Ok(Some(Form {
        object: shown.facts.name.clone(),
        label: shown.facts.label.clone(),
        id: request.id.clone(),
        fields: fields.collect(),
        record_types: if choose { record_types(&shown) } else { Vec::new() },
        record_type,
        assignment_rule: settings
            .use_assignment_rules
            .then_some(AssignmentRule { uses: true, may_choose: settings.let_user_decide })
            .filter(|_| mode == FormMode::Create),
        last_modified: text(&record, LAST_MODIFIED).map(str::to_owned),
        may_link: link.is_some_and(|field| field.updateable),
        mandatory: sheet.mandatory(),
    }))
}

/// Whether the form is one of an account that is a person; `None` where there are no such accounts.
async fn is_person<S: CrmSession>(
    desk: &Desk<'_, S>,
    shown: &Shown<'_>,
    record: &Record,
    record_type: Option<&str>,
) -> Result<Option<bool>, CrmError> {
    if let Some(known) = record.get("IsPersonAccount").and_then(Value::as_bool) {
        return Ok(Some(known));
    }
    let accounts = shown.facts.name == "Account" && shown.facts.field("IsPersonAccount").is_some();
    let Some(record_type) = record_type.filter(|id| accounts && is_record_id(id)) else { return Ok(None) };
    let mut select = Select::from("RecordType");
    select.condition(format!("Id = {}", literal(record_type))).condition("IsPersonType = true").limit(1);
    let found = desk.session.query(&[select.soql()]).await?;
    Ok(Some(found.iter().any(|records| !records.is_empty())))
}

fn record_types(shown: &Shown<'_>) -> Vec<RecordType> {
    let types = shown.facts.record_types.iter();
    types.map(|one| RecordType { id: one.id.clone(), name: one.name.clone() }).collect()
}

/// The one that is wanted, or the record's, or what a new record gets by itself.
fn record_type(shown: &Shown<'_>, request: &FormRequest, record: &Record) -> Option<String> {
    let types = &shown.facts.record_types;
    let known = |id: &String| types.iter().any(|one| one.id == *id);
    let wanted = request.record_type.clone().filter(known);
    wanted
        .or_else(|| text(record, "RecordTypeId").map(str::to_owned))
        .or_else(|| types.iter().find(|one| one.default).map(|one| one.id.clone()))
}

impl<'s> Sheet<'s> {
    /// The fields in order: the configured ones, then those no record can be without, then whom it belongs to.
    pub(crate) fn lines(&self) -> Vec<Line<'s>> {
        let facts = &self.shown.facts;
        let mut lines: Vec<Line<'s>> = Vec::new();
        if self.mode == FormMode::Create && self.person_account == Some(true) {
            for field in ["FirstName", "LastName"].into_iter().filter_map(|name| facts.field(name)) {
                let mapping = self.shown.settings.field_mappings.iter().find(|one| one.field == field.name);
                self.push(&mut lines, field, mapping);
            }
        }
        for mapping in &self.shown.settings.field_mappings {
            if let Some(field) = facts.field(&mapping.field).filter(|field| self.belongs(field)) {
                self.push(&mut lines, field, Some(mapping));
            }
        }
        for field in &facts.fields {
            let by_layout = self.required_by_layout.iter().any(|name| name.eq_ignore_ascii_case(&field.name));
            if (field.is_mandatory() || by_layout) && self.mode == FormMode::Create && self.belongs(field) {
                self.push(&mut lines, field, None);
            }
        }
        for name in self.shown.parent_fields().into_iter().flatten() {
            if let Some(field) = facts.field(name).filter(|_| self.mode == FormMode::Create) {
                self.push(&mut lines, field, None);
            }
        }
        lines
    }

    fn push(&self, lines: &mut Vec<Line<'s>>, field: &'s FieldFacts, mapping: Option<&'s RecordMapping>) {
        if lines.iter().any(|line| line.field.name == field.name) {
            return;
        }
        let editability = mapping.map(|mapping| mapping.editability).unwrap_or_default();
        let editable = match self.mode {
            FormMode::Create => field.createable && editability != Editability::ReadOnly,
            FormMode::Edit => field.updateable && editability == Editability::Editable,
        };
        let by_layout = self.required_by_layout.iter().any(|name| name.eq_ignore_ascii_case(&field.name));
        let mandatory =
            self.mode == FormMode::Create && self.mandatory_fields().contains(&field.name.as_str());
        // What an account that is a person is called by, describe does not require of accounts.
        let last_name = self.person_account == Some(true) && field.name == "LastName";
        let by_org = (field.is_mandatory() || last_name) && !self.is_of_another_kind(field);
        let required = mapping.is_some_and(|mapping| mapping.required) || by_layout || mandatory || by_org;
        lines.push(Line { field, mapping, required: required && field.field_type != "boolean", editable });
    }

    /// Whether it can stand in this form: not what Salesforce makes of other fields, and not what only the other kind of
    /// account has.
    fn belongs(&self, field: &FieldFacts) -> bool {
        let shown = match self.mode {
            FormMode::Create => field.createable,
            FormMode::Edit => true,
        };
        shown && field.name != "RecordTypeId" && !self.is_of_another_kind(field)
    }

    fn is_of_another_kind(&self, field: &FieldFacts) -> bool {
        let facts = &self.shown.facts;
        if facts.name != "Account" || facts.field("IsPersonAccount").is_none() {
            return false;
        }
        match self.person_account {
            Some(true) => field.name == "Name",
            _ => is_of_persons(field, facts),
        }
    }

    /// API names of the lookups a new record must fill.
    fn mandatory_fields(&self) -> Vec<&'s str> {
        let settings = self.shown.settings;
        let [account, contact] = self.shown.parent_fields();
        let wanted = [(account, settings.account_mandatory), (contact, settings.contact_mandatory)];
        wanted.into_iter().filter(|(_, mandatory)| *mandatory).filter_map(|(field, _)| field).collect()
    }

    fn mandatory(&self) -> Vec<&'static str> {
        let settings = self.shown.settings;
        let wanted = [("account", settings.account_mandatory), ("contact", settings.contact_mandatory)];
        wanted.into_iter().filter(|(_, mandatory)| *mandatory).map(|(name, _)| name).collect()
    }
}

/// A lookup to fill in, with the name of what it points to.
struct Parent {
    field: String,
    id: String,
    name: String,
}

/// The parents that are wanted, by the new record's own fields. Those the agent may not see are left out.
async fn parents<S: CrmSession>(
    desk: &Desk<'_, S>,
    shown: &Shown<'_>,
    wanted: &Parents,
) -> Result<Vec<Parent>, CrmError> {
    let [account, contact] = shown.parent_fields();
    let pairs = [("Account", account, &wanted.account), ("Contact", contact, &wanted.contact)];
    let pairs: Vec<_> = pairs
        .into_iter()
        .filter_map(|(object, field, id)| {
            Some((object, field?, id.as_deref().filter(|id| is_record_id(id))?))
        })
        .collect();
    if pairs.is_empty() {
        return Ok(Vec::new());
    }
    let query = |(object, _, id): &(&str, &str, &str)| {
        let mut select = Select::from(object);
        select.field("Name").condition(format!("Id = {}", literal(id))).limit(1).soql()
    };
    let found = desk.session.query(&pairs.iter().map(query).collect::<Vec<_>>()).await?;
    let parent = |((_, field, _), records): (&(&str, &str, &str), Vec<Record>)| {
        let record = records.into_iter().next()?;
        Some(Parent {
            field: (*field).to_owned(),
            id: text(&record, "Id")?.to_owned(),
            name: text(&record, "Name").unwrap_or_default().to_owned(),
        })
    };
    Ok(pairs.iter().zip(found).filter_map(parent).collect())
}

/// The record as it is, with everything the form shows.
async fn current<S: CrmSession>(
    desk: &Desk<'_, S>,
    shown: &Shown<'_>,
    id: &str,
) -> Result<Option<Record>, CrmError> {
    if !is_record_id(id) {
        return Ok(None);
    }
    let mut select = Select::from(&shown.facts.name);
    let mapped = shown.settings.field_mappings.iter().filter_map(|mapping| shown.facts.field(&mapping.field));
    let readable = desk.readable(mapped.clone()).await?;
    select.fields(mapped.flat_map(|field| readable.paths(field)).collect::<Vec<_>>());
    let also = [LAST_MODIFIED, "RecordTypeId", "IsPersonAccount"].into_iter();
    select
        .fields(also.filter(|name| shown.facts.field(name).is_some()).map(str::to_owned).collect::<Vec<_>>());
    let query = select.condition(format!("Id = {}", literal(id))).limit(1).soql();
    Ok(desk.session.query(&[query]).await?.into_iter().flatten().next())
}

fn blank(line: &Line<'_>, asked: &FormFacts) -> FormField {
    let field = line.field;
    FormField {
        field: field.name.clone(),
        label: label(field),
        field_type: field.field_type.clone(),
        value: if field.field_type == "boolean" { Value::Bool(false) } else { Value::Null },
        display: String::new(),
        required: line.required,
        editable: line.editable,
        length: field.length,
        scale: field.scale,
        picklist: choices(field, asked),
        reference_to: field.reference_to.clone(),
        help: Some(field.help.clone()).filter(|help| !help.is_empty()),
    }
}

/// What the record type allows, or all the field has.
fn choices(field: &FieldFacts, asked: &FormFacts) -> Vec<Choice> {
    match asked.picklists.get(&field.name) {
        Some(values) => values
            .iter()
            .map(|(value, label)| Choice { value: value.clone(), label: label.clone() })
            .collect(),
        None => {
            let label = |(n, value): (usize, &String)| Choice {
                label: field.picklist_labels.get(n).unwrap_or(value).clone(),
                value: value.clone(),
            };
            field.picklist.iter().enumerate().map(label).collect()
        }
    }
}

/// A field of a new record: whom it belongs to, else what the conversation has, else the configured default, else the
/// org's.
fn new_field(line: &Line<'_>, context: &Context, parents: &[Parent], asked: &FormFacts) -> FormField {
    let mut made = blank(line, asked);
    if let Some(parent) = parents.iter().find(|parent| parent.field == made.field) {
        made.value = json!(parent.id);
        made.display.clone_from(&parent.name);
        return made;
    }
    let source = line.mapping.and_then(|mapping| mapping.value.source());
    let found = source.and_then(|source| context.value_for(&source, line.field));
    let configured = || default_value(line.mapping?.default.as_deref()?, line.field);
    let of_org = || Some(json!(line.field.picklist_default)).filter(|value| fits(value, &made));
    let of_org = || of_org().filter(|_| !line.field.picklist_default.is_empty());
    if let Some(value) = found.filter(|value| fits(value, &made)).or_else(configured).or_else(of_org) {
        made.display = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        made.value = value;
    }
    made
}

/// What the record type does not allow is not filled in.
fn fits(value: &Value, field: &FormField) -> bool {
    let limited = field.field_type == "picklist" && !field.picklist.is_empty();
    !limited || value.as_str().is_some_and(|text| field.picklist.iter().any(|choice| choice.value == text))
}

/// A configured default, as the field takes it; of a lookup, the id.
fn default_value(text: &str, field: &FieldFacts) -> Option<Value> {
    if field.field_type == "reference" {
        return is_record_id(text).then(|| json!(text));
    }
    let (json, mut written) = (json!(text).to_string(), String::new());
    write_value(Raw::new(&json), &FieldType::of(field)?, &mut written).ok()?;
    serde_json::from_str(&written).ok().filter(|value| *value != Value::Null)
}

fn kept_field(line: &Line<'_>, record: &Record, asked: &FormFacts) -> FormField {
    let shown = cell(line.field, record, |_, _| String::new());
    let mut made = blank(line, asked);
    if shown.value != Value::Null {
        made.value = shown.value;
        made.display = shown.display;
    }
    made
}
