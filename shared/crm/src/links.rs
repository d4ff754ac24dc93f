//! What a conversation is linked to: the lookups of its Chat Transcript record.

use crate::{
    Desk,
    cells::{name_of_object, text},
    soql::{Select, is_record_id, literal},
    view::{Named, TranscriptState},
};
use domain::{
    ConversationId,
    configuration::{FieldFacts, ObjectFacts, TRANSCRIPT_OBJECT},
    crm::{CrmError, CrmSession, Record, Target, Write, WriteError},
};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// API name of the record's external id.
pub(crate) const EXTERNAL_ID: &str = "Conversation_Id__c";
const STATUS: &str = "Status__c";
const LAST_SYNCED: &str = "Last_Synced__c";

/// A conversation's record, as far as the agent may see it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Linked {
    /// Records it is linked to, in the skill's order.
    pub links: Vec<Named>,
    /// The record itself.
    pub transcript: TranscriptState,
}

/// Why something was not linked.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// Not an object of the skill, not a record's id, or nothing to link to.
    #[error("{0}")]
    Unacceptable(String),
    /// Salesforce did not write it.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl From<CrmError> for LinkError {
    fn from(error: CrmError) -> Self {
        LinkError::Write(error.into())
    }
}

/// The lookup of the Chat Transcript record to an object: the one of its name where there are several.
pub(crate) fn link_field<'f>(transcript: &'f ObjectFacts, object: &str) -> Option<&'f FieldFacts> {
    let own = format!("{}__c", object.trim_end_matches("__c"));
    let points_there = |field: &&FieldFacts| {
        field.reference_to.len() == 1 && field.reference_to[0].eq_ignore_ascii_case(object)
    };
    let mut lookups = transcript.fields.iter().filter(points_there);
    lookups.clone().find(|field| field.name.eq_ignore_ascii_case(&own)).or_else(|| lookups.next())
}

/// The query for a conversation's record with its links to what the agent may see.
pub(crate) async fn query<S: CrmSession>(
    desk: &Desk<'_, S>,
    transcript: &ObjectFacts,
    conversation: &ConversationId,
) -> Result<String, CrmError> {
    let links: Vec<&FieldFacts> =
        desk.skill.objects.iter().filter_map(|object| link_field(transcript, object)).collect();
    let readable = desk.readable(links.iter().copied()).await?;
    let mut select = Select::from(TRANSCRIPT_OBJECT);
    let own = [STATUS, LAST_SYNCED].into_iter().filter(|name| transcript.field(name).is_some());
    select.fields(own.map(str::to_owned));
    select.fields(links.into_iter().flat_map(|field| readable.paths(field)));
    select.condition(format!("{EXTERNAL_ID} = {}", literal(conversation.as_str()))).limit(1);
    Ok(select.soql())
}

/// What the conversation is linked to, and how its record stands.
///
/// # Errors
/// [`CrmError`].
pub async fn linked<S: CrmSession>(
    desk: &Desk<'_, S>,
    conversation: &ConversationId,
) -> Result<Linked, CrmError> {
    let Some(transcript) = desk.transcript().await? else { return Ok(Linked::waiting()) };
    let found = desk.session.query(&[query(desk, &transcript, conversation).await?]).await?;
    Ok(read(desk, &transcript, found.into_iter().next().unwrap_or_default()))
}

impl Linked {
    /// Before there is a record.
    fn waiting() -> Linked {
        let transcript = TranscriptState { state: "waiting", ..TranscriptState::default() };
        Linked { links: Vec::new(), transcript }
    }

    /// Whether the conversation is linked to that record.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.links.iter().any(|link| crate::soql::is_same_record(&link.id, id))
    }
}

/// Reads what [`query`] found.
pub(crate) fn read<S: CrmSession>(
    desk: &Desk<'_, S>,
    transcript: &ObjectFacts,
    found: Vec<Record>,
) -> Linked {
    let Some(record) = found.into_iter().next() else { return Linked::waiting() };
    let link = |object: &String| {
        let field = link_field(transcript, object)?;
        let id = text(&record, &field.name)?;
        let related = record.get(&field.relationship).and_then(Value::as_object);
        let name = related.and_then(|related| text(related, name_of_object(object)));
        let name = name.unwrap_or("a record you may not see");
        Some(Named {
            object: object.clone(),
            label: field.label.clone(),
            id: id.to_owned(),
            name: name.to_owned(),
            url: desk.url(object, id),
        })
    };
    let closed = text(&record, STATUS) == Some("closed");
    let last_synced = text(&record, LAST_SYNCED).map(str::to_owned);
    let id = text(&record, "Id").map(str::to_owned);
    let state = if closed && last_synced.is_some() { "synced" } else { "open" };
    Linked {
        links: desk.skill.objects.iter().filter_map(link).collect(),
        transcript: TranscriptState {
            url: id.as_deref().map(|id| desk.url(TRANSCRIPT_OBJECT, id)),
            may_sync: id.is_some(),
            record: id,
            state,
            last_synced,
        },
    }
}

/// The write that links the conversation's record, which is made when it is not there yet. Nothing but links: the rest of the
/// record is the sync's.
pub(crate) fn write(conversation: &ConversationId, links: Map<String, Value>) -> Write {
    let target = Target::External {
        object: TRANSCRIPT_OBJECT.to_owned(),
        field: EXTERNAL_ID.to_owned(),
        value: conversation.to_string(),
    };
    Write::new(target, links)
}

/// Links the conversation to a record; its account and contact as well, where the conversation has none yet.
///
/// # Errors
/// [`LinkError`].
pub async fn link<S: CrmSession>(
    desk: &Desk<'_, S>,
    conversation: &ConversationId,
    object: &str,
    id: &str,
) -> Result<Linked, LinkError> {
    let (transcript, field) = linkable(desk, object).await?;
    if !is_record_id(id) {
        return Err(LinkError::Unacceptable("id: a record id has 15 or 18 letters and digits".to_owned()));
    }
    let parents = parents_query(desk, object, id).await?;
    let now = query(desk, &transcript, conversation).await?;
    let mut found = desk.session.query(&[parents, now]).await?.into_iter();
    let (record, kept) = (found.next().unwrap_or_default(), found.next().unwrap_or_default());
    let Some(record) = record.into_iter().next() else {
        let sentence = format!("id: there is no such {object}, or you may not see it");
        return Err(LinkError::Unacceptable(sentence));
    };
    let before = read(desk, &transcript, kept);
    let mut links = Map::from_iter([(field, json!(id))]);
    for (parent, id) in parents_of(object, &record, desk).await? {
        let linked = before.links.iter().any(|link| link.object == parent);
        if let Some(field) = link_field(&transcript, parent).filter(|field| field.updateable && !linked) {
            links.entry(field.name.clone()).or_insert(json!(id));
        }
    }
    write_links(desk, &transcript, conversation, links).await
}

/// Takes the conversation's link to an object away.
///
/// # Errors
/// [`LinkError`].
pub async fn unlink<S: CrmSession>(
    desk: &Desk<'_, S>,
    conversation: &ConversationId,
    object: &str,
) -> Result<Linked, LinkError> {
    let (transcript, field) = linkable(desk, object).await?;
    write_links(desk, &transcript, conversation, Map::from_iter([(field, Value::Null)])).await
}

async fn write_links<S: CrmSession>(
    desk: &Desk<'_, S>,
    transcript: &ObjectFacts,
    conversation: &ConversationId,
    links: Map<String, Value>,
) -> Result<Linked, LinkError> {
    let read_back = query(desk, transcript, conversation).await?;
    let written = desk.session.write(&[write(conversation, links)], &[read_back]).await?;
    Ok(read(desk, transcript, written.read.into_iter().next().unwrap_or_default()))
}

/// The Chat Transcript object and its lookup to an object of the skill.
async fn linkable<S: CrmSession>(
    desk: &Desk<'_, S>,
    object: &str,
) -> Result<(Arc<ObjectFacts>, String), LinkError> {
    let refused = |sentence: String| LinkError::Unacceptable(sentence);
    let Some(shown) = desk.shown(object).await? else {
        return Err(refused(format!(
            "object: your skill does not work with {object}, or you may not see it"
        )));
    };
    let Some(transcript) = desk.transcript().await? else {
        let sentence =
            "you may not see Chat Transcript records; ask your administrator for the permission set";
        return Err(refused(sentence.to_owned()));
    };
    let field = link_field(&transcript, &shown.facts.name).filter(|field| field.updateable);
    match field.map(|field| field.name.clone()) {
        Some(field) => Ok((transcript, field)),
        None => {
            Err(refused(format!("object: the Chat Transcript has no lookup to {object} that you may change")))
        }
    }
}

async fn parents_query<S: CrmSession>(
    desk: &Desk<'_, S>,
    object: &str,
    id: &str,
) -> Result<String, CrmError> {
    let mut select = Select::from(object);
    if let Some(shown) = desk.shown(object).await? {
        select = Select::from(&shown.facts.name);
        let parents = shown.parent_fields().into_iter().flatten().chain(["PersonContactId"]);
        let visible = parents.filter(|name| shown.facts.field(name).is_some()).map(str::to_owned);
        select.fields(visible.collect::<Vec<_>>());
    }
    Ok(select.condition(format!("Id = {}", literal(id))).limit(1).soql())
}

/// The account and contact a record belongs to.
async fn parents_of<S: CrmSession>(
    object: &str,
    record: &Record,
    desk: &Desk<'_, S>,
) -> Result<Vec<(&'static str, String)>, CrmError> {
    let Some(shown) = desk.shown(object).await? else { return Ok(Vec::new()) };
    let [account, contact] = shown.parent_fields();
    let contact = contact.or(Some("PersonContactId").filter(|_| shown.facts.name == "Account"));
    let named = [("Account", account), ("Contact", contact)].into_iter();
    Ok(named.filter_map(|(parent, field)| Some((parent, text(record, field?)?.to_owned()))).collect())
}
