//! A record's page: all configured fields, the related lists, and what can be created from here. One call to Salesforce.

use crate::{
    Desk,
    cells::{Readable, cell, has, label, name, text},
    desk::Shown,
    links,
    soql::{Select, is_record_id, literal},
    view::{Column, CreateAction, Named, Parents, RecordPage, RelatedRow, RelatedRows},
};
use domain::{
    ConversationId,
    configuration::{Editability, FieldFacts, ObjectFacts, RelatedList},
    crm::{CrmError, CrmSession, Record},
};
use serde_json::Value;
use std::sync::Arc;

/// So many columns of a list are shown.
const COLUMNS: usize = 4;
const LAST_MODIFIED: &str = "LastModifiedDate";

/// A related list that the agent may see.
struct Listed<'a> {
    list: &'a RelatedList,
    facts: Arc<ObjectFacts>,
    relationship: &'a str,
    readable: Readable,
}

impl Listed<'_> {
    fn columns(&self) -> Vec<&FieldFacts> {
        let known = self.list.columns.iter().filter_map(|column| self.facts.field(column));
        known.take(COLUMNS).collect()
    }

    fn subquery(&self) -> String {
        let mut select = Select::from(self.relationship);
        select.fields(self.facts.name_field().map(|field| field.name.clone()));
        select.fields(self.columns().into_iter().flat_map(|field| self.readable.paths(field)));
        let sort = self.list.sort.as_ref();
        if let Some((sort, field)) = sort.and_then(|sort| Some((sort, self.facts.field(&sort.field)?))) {
            let direction = if sort.descending { "DESC" } else { "ASC" };
            select.order(format!("{} {direction} NULLS LAST, Id ASC", field.name));
        }
        select.limit(usize::from(self.list.rows) + 1);
        format!("({})", select.soql())
    }
}

/// The page of a record. `None` when there is no such record, or the agent may not see it, or the skill does not work with
/// its object.
///
/// # Errors
/// [`CrmError`].
pub async fn record_page<S: CrmSession>(
    desk: &Desk<'_, S>,
    object: &str,
    id: &str,
    conversation: Option<&ConversationId>,
) -> Result<Option<RecordPage>, CrmError> {
    let Some(shown) = desk.shown(object).await?.filter(|_| is_record_id(id)) else { return Ok(None) };
    let lists = listed(desk, &shown).await?;
    let fields: Vec<&FieldFacts> = mapped_fields(&shown);
    let mut select = Select::from(&shown.facts.name);
    select.fields(shown.facts.name_field().map(|field| field.name.clone()));
    let readable = desk.readable(fields.iter().copied()).await?;
    select.fields(fields.iter().flat_map(|field| readable.paths(field)));
    let [account, contact] = shown.parent_fields();
    let also = [
        Some(LAST_MODIFIED),
        account,
        contact,
        Some("PersonContactId"),
        Some("IsPersonAccount"),
        Some("IsConverted"),
    ];
    let also = also.into_iter().flatten().filter(|name| shown.facts.field(name).is_some()).map(str::to_owned);
    select.fields(also.collect::<Vec<_>>());
    select.fields(lists.iter().map(Listed::subquery));
    select.condition(format!("Id = {}", literal(id))).limit(1);
    let transcript = desk.transcript().await?;
    let mut queries = vec![select.soql()];
    if let (Some(transcript), Some(conversation)) = (&transcript, conversation) {
        queries.push(links::query(desk, transcript, conversation).await?);
    }
    let mut answers = desk.session.query(&queries).await?.into_iter();
    let Some(record) = answers.next().unwrap_or_default().into_iter().next() else { return Ok(None) };
    let linked = match &transcript {
        Some(transcript) => links::read(desk, transcript, answers.next().unwrap_or_default()).has(id),
        None => false,
    };
    let url = |object: &str, id: &str| desk.url(object, id);
    let facts = &shown.facts;
    Ok(Some(RecordPage {
        record: Named {
            object: facts.name.clone(),
            label: facts.label.clone(),
            id: id.to_owned(),
            name: name(&record, facts),
            url: url(&facts.name, id),
        },
        last_modified: text(&record, LAST_MODIFIED).map(str::to_owned),
        may_edit: may_edit(&shown, &record),
        linked,
        fields: fields
            .into_iter()
            .filter(|field| has(&record, field, facts))
            .map(|field| cell(field, &record, url))
            .collect(),
        related_lists: lists.iter().map(|list| rows(desk, list, &record)).collect(),
        create: create_actions(desk, &shown, id, &record).await?,
    }))
}

/// The configured fields the agent may see, in order, each once.
fn mapped_fields<'s>(shown: &'s Shown<'_>) -> Vec<&'s FieldFacts> {
    shown.settings.field_mappings.iter().filter_map(|mapping| shown.facts.field(&mapping.field)).collect()
}

/// Whether any field can be changed at all. Whether this very record may be is Salesforce's to say when it is saved.
fn may_edit(shown: &Shown<'_>, record: &Record) -> bool {
    let editable = |mapping: &domain::configuration::RecordMapping| {
        mapping.editability == Editability::Editable
            && shown.facts.field(&mapping.field).is_some_and(|field| field.updateable)
    };
    let converted = record.get("IsConverted") == Some(&Value::Bool(true));
    shown.facts.updateable && !converted && shown.settings.field_mappings.iter().any(editable)
}

async fn listed<'s, S: CrmSession>(
    desk: &Desk<'_, S>,
    shown: &'s Shown<'_>,
) -> Result<Vec<Listed<'s>>, CrmError> {
    let mut lists = Vec::new();
    for list in &shown.settings.related_lists {
        let children = &shown.facts.child_relationships;
        let child = children.iter().find(|child| {
            child.object.eq_ignore_ascii_case(&list.object) && child.field.eq_ignore_ascii_case(&list.field)
        });
        let Some(relationship) =
            child.map(|child| child.relationship.as_str()).filter(|name| !name.is_empty())
        else {
            continue;
        };
        if let Some(facts) = desk.session.describe(&list.object).await? {
            let readable =
                desk.readable(list.columns.iter().filter_map(|column| facts.field(column))).await?;
            lists.push(Listed { list, facts, relationship, readable });
        }
    }
    Ok(lists)
}

fn rows<S: CrmSession>(desk: &Desk<'_, S>, listed: &Listed<'_>, record: &Record) -> RelatedRows {
    let columns = listed.columns();
    let found = record.get(listed.relationship).and_then(|list| list.get("records")?.as_array());
    let found: Vec<&Record> = found.into_iter().flatten().filter_map(Value::as_object).collect();
    let most = usize::from(listed.list.rows);
    let facts = &listed.facts;
    let row = |record: &&Record| {
        let id = text(record, "Id").unwrap_or_default();
        RelatedRow {
            id: id.to_owned(),
            name: name(record, facts),
            url: desk.url(&facts.name, id),
            cells: columns
                .iter()
                .map(|field| cell(field, record, |object, id| desk.url(object, id)))
                .collect(),
        }
    };
    let column = |field: &&FieldFacts| Column {
        field: field.name.clone(),
        label: label(field),
        field_type: field.field_type.clone(),
    };
    RelatedRows {
        object: facts.name.clone(),
        label: facts.label_plural.clone(),
        field: listed.list.field.clone(),
        columns: columns.iter().map(column).collect(),
        rows: found.iter().take(most).map(row).collect(),
        more: found.len() > most,
    }
}

/// What the agent may create that belongs to this account or contact.
async fn create_actions<S: CrmSession>(
    desk: &Desk<'_, S>,
    shown: &Shown<'_>,
    id: &str,
    record: &Record,
) -> Result<Vec<CreateAction>, CrmError> {
    let field = |name: &str| text(record, name).map(str::to_owned);
    let parents = match shown.facts.name.as_str() {
        "Account" => Parents { account: Some(id.to_owned()), contact: field("PersonContactId") },
        "Contact" => Parents { account: field("AccountId"), contact: Some(id.to_owned()) },
        _ => return Ok(Vec::new()),
    };
    let is_account = shown.facts.name == "Account";
    let mut actions = Vec::new();
    for child in desk.all_shown().await? {
        let [account, contact] = child.parent_fields();
        let belongs = if is_account { account.is_some() } else { contact.is_some() || account.is_some() };
        if belongs && child.may_create() && child.facts.name != shown.facts.name {
            actions.push(CreateAction {
                object: child.facts.name.clone(),
                label: child.facts.label.clone(),
                parents: parents.clone(),
            });
        }
    }
    Ok(actions)
}
