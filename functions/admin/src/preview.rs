//! An unsaved configuration, and single addresses, tried on real conversations. Nothing is written anywhere.

use crate::{Stack, documented::Refusals};
use axum::Json;
use bootstrap::{
    Workspace,
    api::{ApiError, Body},
    target_fields,
};
use domain::{
    Channel, Code, Configuration, ConversationId,
    configuration::{Facts, ObjectFacts, Problem, TRANSCRIPT_OBJECT},
};
use jiff::Timestamp;
use mapping::{Address, Program, Redactor, complete};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::cmp::Reverse;
use sync::{
    FieldProblem, Preview, PreviewedConversation, PreviewedField, check_configuration, redactor, shown,
};
use utoipa::ToSchema;

/// As many conversations are looked at.
const MOST: usize = 10;

/// A configuration to be tried, saved or not.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PreviewAsked {
    #[schema(value_type = Configuration)]
    configuration: Box<RawValue>,
}

/// What the mappings make of recent conversations.
#[derive(Serialize, ToSchema)]
pub(crate) struct PreviewAnswer {
    /// Newest first.
    conversations: Vec<PreviewRecord>,
}

/// One conversation.
#[derive(Serialize, ToSchema)]
pub(crate) struct PreviewRecord {
    /// External id.
    conversation: String,
    /// `chat` or `messaging`.
    channel: &'static str,
    /// When it began.
    #[schema(value_type = Option<String>, format = DateTime)]
    start: Option<Timestamp>,
    /// Those of the Chat Transcript, then those of the objects.
    fields: Vec<PreviewValue>,
}

/// What one mapping makes of it. Values are shortened, and redacted as the configuration says.
#[derive(Serialize, ToSchema)]
pub(crate) struct PreviewValue {
    /// API name; after the object's and a point for a field that agents see.
    field: String,
    /// The parameter or address that was used.
    source: String,
    /// What LivePerson has.
    value: Option<String>,
    /// What the sync would write; `null` also for fields that it does not write.
    written: Option<String>,
    /// Why the value would be left out, or how it would be changed.
    warning: Option<String>,
}

/// What a configuration, saved or not, makes of up to ten conversations of the last 48 hours. Nothing is written.
#[utoipa::path(
    post,
    path = "/api/admin/preview",
    request_body = PreviewAsked,
    responses((status = 200, description = "Field by field.", body = PreviewAnswer), Refusals)
)]
pub(crate) async fn preview(
    workspace: Stack,
    Body(PreviewAsked { configuration }): Body<PreviewAsked>,
) -> Result<Json<PreviewAnswer>, ApiError> {
    let configuration =
        Configuration::from_json(configuration.get()).map_err(|error| refused(vec![error.problem()]))?;
    let facts = workspace.facts(&configuration).await?;
    let problems = check_configuration(&configuration, facts.as_ref());
    if !problems.is_empty() {
        return Err(refused(problems));
    }
    let transcript = transcript_object(&workspace, &configuration, facts).await?;
    let preview = Preview::compile(&configuration, &target_fields(&transcript))
        .map_err(|problems| refused(problems.iter().map(as_problem).collect()))?;
    let mut previewed = Vec::new();
    for channel in Channel::ALL {
        let records = workspace.recent_conversations(&configuration, channel).await?;
        let readable = records.iter().filter_map(|record| preview.of(channel, record).ok());
        previewed.push(readable.collect());
    }
    let conversations = newest_of_each(previewed).into_iter().map(PreviewRecord::from).collect();
    Ok(Json(PreviewAnswer { conversations }))
}

async fn transcript_object(
    workspace: &Workspace,
    configuration: &Configuration,
    facts: Option<Facts>,
) -> Result<ObjectFacts, ApiError> {
    let known = facts.and_then(|facts| facts.object(TRANSCRIPT_OBJECT).cloned());
    let found = match known {
        Some(known) => Some(known),
        // Says why nobody can sign in.
        None => workspace.object_facts(configuration, TRANSCRIPT_OBJECT).await?,
    };
    let missing = || {
        let sentence =
            format!("the org shows no object {TRANSCRIPT_OBJECT} to the sync user; install the metadata");
        ApiError::new(axum::http::StatusCode::CONFLICT, Code::ObjectMissing, sentence)
    };
    found.ok_or_else(missing)
}

fn as_problem(problem: &FieldProblem) -> Problem {
    Problem { path: "field_mappings".to_owned(), code: problem.code(), sentence: problem.to_string() }
}

fn refused(problems: Vec<Problem>) -> ApiError {
    let code = problems.first().map_or(Code::ConfigurationMalformed, |first| first.code);
    let sentence = "the configuration has to be right before it can be previewed; see `problems`";
    ApiError::unacceptable(code, sentence).with(problems)
}

/// Ten at most: each channel's newest in turn, so that neither crowds out the other; together newest first.
fn newest_of_each(channels: Vec<Vec<PreviewedConversation>>) -> Vec<PreviewedConversation> {
    let mut channels: Vec<_> = channels.into_iter().map(Vec::into_iter).collect();
    let mut chosen = Vec::with_capacity(MOST);
    loop {
        let before = chosen.len();
        for channel in &mut channels {
            chosen.extend(channel.next().filter(|_| chosen.len() < MOST));
        }
        if chosen.len() == before {
            break;
        }
    }
    chosen.sort_by_key(|one| Reverse(one.start));
    chosen
}

impl From<PreviewedConversation> for PreviewRecord {
    fn from(previewed: PreviewedConversation) -> Self {
        let PreviewedConversation { conversation, channel, start, fields } = previewed;
        let none = || format!("no address for {channel}");
        let value = |PreviewedField { field, source, value, written, warning }| {
            let source = source.unwrap_or_else(none);
            PreviewValue { field, source, value, written, warning }
        };
        PreviewRecord {
            conversation: conversation.to_string(),
            channel: channel.as_str(),
            start,
            fields: fields.into_iter().map(value).collect(),
        }
    }
}

/// Which of the two history APIs an address is for.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ApiSide {
    /// Engagement History.
    ChatApi,
    /// Messaging Interactions.
    MessagingApi,
}

impl ApiSide {
    fn channel(self) -> Channel {
        match self {
            ApiSide::ChatApi => Channel::Chat,
            ApiSide::MessagingApi => Channel::Messaging,
        }
    }
}

/// An address that is being typed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddressAsked {
    side: ApiSide,
    /// As far as it is typed.
    address: String,
}

/// What an address finds.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AddressAnswer {
    /// What is wrong with it, and the way out.
    problem: Option<String>,
    /// One for each conversation it was tried on.
    values: Vec<AddressValue>,
    /// Whole addresses that begin as typed, from what the conversations have.
    completions: Vec<String>,
}

/// What it finds in one conversation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AddressValue {
    /// External id.
    conversation: String,
    /// `null` when there is nothing.
    value: Option<String>,
}

/// Tries an address on up to ten conversations of the last 48 hours, and tells how it may go on.
#[utoipa::path(
    post,
    path = "/api/admin/addresses/test",
    request_body = AddressAsked,
    responses((status = 200, description = "What it finds.", body = AddressAnswer), Refusals)
)]
pub(crate) async fn test_address(
    workspace: Stack,
    Body(AddressAsked { side, address }): Body<AddressAsked>,
) -> Result<Json<AddressAnswer>, ApiError> {
    let configuration = workspace.configuration().await?;
    let records = workspace.recent_conversations(&configuration, side.channel()).await?;
    let records: Vec<&str> = records.iter().map(String::as_str).collect();
    let redactor = redactor(&configuration.transcript.redaction);
    Ok(Json(tried(&configuration.account, side.channel(), &address, &records, &redactor)))
}

fn tried(
    account: &str,
    channel: Channel,
    typed: &str,
    records: &[&str],
    redactor: &Redactor,
) -> AddressAnswer {
    let (problem, values) = match typed.parse() {
        Ok(address) => (None, found(account, channel, address, records, redactor)),
        Err(error) => (Some(format!("The address is not readable {error}; correct it there.")), Vec::new()),
    };
    // What is redacted wherever it is written is not offered either.
    let mut completions = complete(typed, records);
    completions.retain(|address| redactor.apply(address) == address.as_str());
    AddressAnswer { problem, values, completions }
}

fn found(
    account: &str,
    channel: Channel,
    address: Address,
    records: &[&str],
    redactor: &Redactor,
) -> Vec<AddressValue> {
    let id = match channel {
        Channel::Chat => "info.engagementId",
        Channel::Messaging => "info.conversationId",
    };
    let addresses: Vec<Address> = id.parse().ok().into_iter().chain([address]).collect();
    let program = Program::compile(&addresses);
    let value = |record: &&str| {
        let reading = program.read(record).ok()?;
        let id = reading.value(0)?;
        let conversation = ConversationId::new(account, &id.as_str()?).ok()?.to_string();
        Some(AddressValue { conversation, value: reading.value(1).map(|value| shown(value, redactor)) })
    };
    records.iter().filter_map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::configuration::RedactionRule;

    fn previewed(channel: Channel, second: i64) -> PreviewedConversation {
        PreviewedConversation {
            conversation: ConversationId::new("le1", &format!("{channel}-{second}")).unwrap(),
            channel,
            start: Timestamp::from_second(second).ok(),
            fields: Vec::new(),
        }
    }

    #[test]
    fn neither_channel_crowds_out_the_other() {
        let of =
            |channel, seconds: &[i64]| seconds.iter().map(|second| previewed(channel, *second)).collect();
        let ten: Vec<i64> = (100..110).rev().collect();
        for (chats, messages, want) in
            [(&ten[..], &[1, 0][..], (8, 2)), (&ten, &ten, (5, 5)), (&[], &ten, (0, 10))]
        {
            let chosen = newest_of_each(vec![of(Channel::Chat, chats), of(Channel::Messaging, messages)]);
            let count = |channel| chosen.iter().filter(|one| one.channel == channel).count();
            assert_eq!((count(Channel::Chat), count(Channel::Messaging)), want);
            assert!(chosen.is_sorted_by_key(|one| Reverse(one.start)));
        }
    }

    #[test]
    fn an_address_is_tried_completed_and_redacted() {
        let records = [
            r#"{"info":{"engagementId":"le17","skillName":"Quay desk"},"surveys":{"preChat":[{"value":"4111111111111111"}]}}"#,
            r#"{"info":{"engagementId":"le18"},"surveys":{"preChat":[{"value":"blue"}]}}"#,
            r#"{"no":"conversation"}"#,
        ];
        let redactor = redactor(&[RedactionRule::PaymentCard]);
        let tried = |typed: &str| tried("le1", Channel::Chat, typed, &records, &redactor);
        let found = |answer: &AddressAnswer| {
            let values = answer.values.iter().map(|one| (one.conversation.clone(), one.value.clone()));
            values.collect::<Vec<_>>()
        };
        let value = |id: &str, value: Option<&str>| (id.to_owned(), value.map(str::to_owned));
        let answer = tried("info.skillName");
        assert_eq!(found(&answer), [value("le1:7", Some("Quay desk")), value("le1:8", None)]);
        assert_eq!(answer.problem, None);
        let answer = tried("surveys.preChat.value");
        assert_eq!(found(&answer)[0], value("le1:7", Some("[card removed]")));
        let answer = tried("info.");
        assert!(answer.problem.as_ref().unwrap().contains("at character 5"), "{answer:?}");
        assert_eq!(answer.completions, ["info.engagementId", "info.skillName"]);
        assert_eq!(tried("surveys.preChat[value=").completions, ["surveys.preChat[value=blue]"]);
    }
}
