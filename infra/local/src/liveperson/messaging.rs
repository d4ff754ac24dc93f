//! Messaging records, as the Messaging Interactions API gives them.

use super::{
    chat::campaign,
    outlines::Outline,
    people::{self, Agent, SKILLS, Visitor},
    sdes,
    text::time,
    world::World,
};
use fastrand::Rng;
use serde::Serialize;
use serde_json::{Map, Value, json};

const HUGE_CHARACTERS: usize = 140_000;

/// What comes when a search does not say what it wants.
const DEFAULT_CONTENT: &[&str] = &[
    "campaign",
    "messageRecords",
    "agentParticipants",
    "agentParticipantsLeave",
    "agentParticipantsActive",
    "consumerParticipants",
    "transfers",
    "interactions",
    "messageScores",
    "messageStatuses",
    "conversationSurveys",
    "coBrowseSessions",
    "summary",
    "sdes",
];

/// A UUID that ends in the conversation's number.
pub(crate) fn conversation_id(world: &World, number: u64) -> String {
    let mut rng = world.rng(number, 9);
    format!(
        "{:08x}-{:04x}-4{:03x}-a{:03x}-{number:012x}",
        rng.u32(..),
        rng.u16(..),
        rng.u16(0..4096),
        rng.u16(0..4096)
    )
}

/// The conversation's number, if the id is one of ours.
pub(crate) fn number(world: &World, id: &str) -> Option<u64> {
    let number = u64::from_str_radix(id.rsplit_once('-')?.1, 16).ok()?;
    (conversation_id(world, number) == id).then_some(number)
}

/// When something about the conversation last changed, up to the world's present.
pub(crate) fn updated_ms(world: &World, outline: &Outline) -> i64 {
    let survey = outline.survey_ms.filter(|&at| at <= world.now_ms());
    survey.unwrap_or_else(|| {
        if world.is_open(outline) { last_message_ms(world, outline) } else { outline.end_ms }
    })
}

fn last_message_ms(world: &World, outline: &Outline) -> i64 {
    let step = message_step_ms(outline);
    let until = world.now_ms().min(outline.end_ms);
    outline.start_ms + (until - outline.start_ms) / step * step
}

/// Messages come at regular distances, so that an open conversation grows as the world goes on.
fn message_step_ms(outline: &Outline) -> i64 {
    ((outline.end_ms - outline.start_ms) / 36).max(2_000)
}

/// Which parts of a record come.
pub(crate) struct Content<'a> {
    asked: Option<&'a [Value]>,
    /// v=2: unauthenticated attributes too, and typed values.
    pub(crate) v2: bool,
}

impl<'a> Content<'a> {
    pub(crate) fn new(asked: Option<&'a [Value]>, v2: bool) -> Self {
        Content { asked, v2 }
    }

    fn wants(&self, part: &str) -> bool {
        match self.asked {
            Some(asked) => asked.iter().any(|one| one == part),
            None => DEFAULT_CONTENT.contains(&part),
        }
    }
}

/// A record. Its messages are most of it, so they are no tree.
#[derive(Serialize)]
pub(crate) struct Record {
    #[serde(flatten)]
    parts: Map<String, Value>,
    #[serde(rename = "messageRecords", skip_serializing_if = "Option::is_none")]
    messages: Option<Vec<Message>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    #[serde(rename = "type")]
    kind: &'static str,
    message_data: Value,
    message_id: String,
    seq: usize,
    dialog_id: String,
    participant_id: String,
    source: &'static str,
    time: String,
    #[serde(rename = "timeL")]
    time_ms: i64,
    device: &'static str,
    audience: &'static str,
    sent_by: &'static str,
}

pub(crate) fn record(world: &World, outline: &Outline, content: &Content<'_>) -> Record {
    let mut rng = world.rng(outline.number, 1);
    let visitor = Visitor::pick(&mut rng);
    let (first_agent, agent) = (Agent::pick(&mut rng), Agent::pick(&mut rng));
    let id = conversation_id(world, outline.number);
    let transferred = rng.u8(0..6) == 0;
    let skill = SKILLS[rng.usize(0..SKILLS.len())];
    let authenticated = rng.u8(0..4) == 0;
    let mut parts = Map::new();
    parts.insert("info".to_owned(), info(&mut rng, world, outline, &id, agent, skill));
    let mut part = |name: &str, value: Value| {
        if content.wants(name) {
            parts.insert(name.to_owned(), value);
        }
    };
    part("campaign", campaign(&mut rng));
    part("monitoring", monitoring(&mut rng, &visitor));
    let speakers = if transferred { vec![first_agent, agent] } else { vec![agent] };
    let messages = messages(&mut rng, world, outline, &id, &visitor, &speakers);
    part(
        "agentParticipants",
        json!(speakers.iter().map(|one| participant(*one, &id, outline)).collect::<Vec<_>>()),
    );
    part("consumerParticipants", json!([consumer(&visitor, &id, outline)]));
    let transfers = if transferred { vec![transfer(outline, &id, first_agent, skill)] } else { vec![] };
    part("transfers", json!(transfers));
    part(
        "interactions",
        json!([{
            "assignedAgentId": agent.id.to_string(), "assignedAgentFullName": agent.full_name(),
            "assignedAgentLoginName": agent.login(), "assignedAgentNickname": agent.first,
            "interactionTime": time(outline.start_ms), "interactionTimeL": outline.start_ms, "interactiveSequence": 1,
            "dialogId": id,
        }]),
    );
    part("dialogs", json!([dialog(world, outline, &id, skill)]));
    if let Some(at) = outline.survey_ms.filter(|&at| at <= world.now_ms()) {
        part("conversationSurveys", json!([survey(world, &id, at)]));
    }
    part(
        "summary",
        json!({ "text": "Asked about a delivery; solved.", "lastUpdatedTime": outline.start_ms }),
    );
    let events = sdes::events(world, outline.number, &visitor, outline.start_ms);
    let (known, unknown) = if authenticated { (events, vec![]) } else { (vec![], events) };
    part("sdes", json!({ "events": known }));
    if content.v2 {
        part("unAuthSdes", json!({ "events": unknown }));
    }
    Record { parts, messages: content.wants("messageRecords").then_some(messages) }
}

fn info(
    rng: &mut Rng,
    world: &World,
    outline: &Outline,
    id: &str,
    agent: Agent,
    skill: (u32, &str),
) -> Value {
    let open = world.is_open(outline);
    let moved_end = outline.survey_ms.filter(|&at| at <= world.now_ms()).unwrap_or(outline.end_ms);
    let ends = |at: i64| if open { (json!("undefined"), json!(-1)) } else { (json!(time(at)), json!(at)) };
    let ((end, end_l), (closed, closed_l)) = (ends(moved_end), ends(outline.end_ms));
    let duration = world.now_ms().min(outline.end_ms) - outline.start_ms;
    let mut info = json!({
        "startTime": time(outline.start_ms), "startTimeL": outline.start_ms,
        "endTime": end, "endTimeL": end_l,
        "conversationEndTime": closed, "conversationEndTimeL": closed_l,
        "fullDialogEndTime": end, "fullDialogEndTimeL": end_l,
        "duration": duration,
        "conversationId": id,
        "brandId": world.options.account,
        "latestAgentId": agent.id.to_string(),
        "latestAgentNickname": agent.first,
        "latestAgentFullName": agent.full_name(),
        "latestAgentLoginName": agent.login(),
        "agentDeleted": false,
        "latestSkillId": skill.0,
        "latestSkillName": skill.1,
        "source": people::one_of(rng, &["SHARK", "APP", "SMS"]),
        "mcs": rng.u8(0..101),
        "alertedMCS": rng.i8(-1..2),
        "status": if open { "OPEN" } else { "CLOSE" },
        "fullDialogStatus": if open { "OPEN" } else { "CLOSE" },
        "firstConversation": rng.bool(),
        "csatRate": rng.u8(1..6),
        "device": "undefined",
        "browser": "undefined",
        "operatingSystem": "NA",
        "latestAgentGroupId": -1,
        "latestAgentGroupName": "Unassigned",
        "latestQueueState": if open { "ACTIVE" } else { "IN_QUEUE" },
        "isPartial": false,
        "pendingAgentSurvey": false,
        "language": "en-GB",
        "timeZone": "Europe/Lisbon",
    });
    if !open {
        info["closeReason"] = json!("AGENT");
        info["closeReasonDescription"] = json!("MANUAL_CLOSE");
    }
    info
}

fn monitoring(rng: &mut Rng, visitor: &Visitor) -> Value {
    json!({
        "country": visitor.country, "countryCode": visitor.country_code, "state": visitor.state, "city": visitor.city,
        "isp": "Example Telecom", "org": "Example Telecom", "device": "MOBILE",
        "ipAddress": format!("198.51.100.{}", rng.u8(..)), "browser": "Safari 19.1", "operatingSystem": "IOS",
        "conversationStartPage": "https://shop.example.com/orders", "conversationStartPageTitle": "Your orders",
    })
}

fn messages(
    rng: &mut Rng,
    world: &World,
    outline: &Outline,
    id: &str,
    visitor: &Visitor,
    agents: &[Agent],
) -> Vec<Message> {
    let until = world.now_ms().min(outline.end_ms);
    let step = message_step_ms(outline);
    let (mut messages, mut characters, mut at) = (Vec::new(), 0, outline.start_ms);
    while at <= until {
        let by_consumer = messages.is_empty() || rng.bool();
        let agent = agents[messages.len() * agents.len() / 40 % agents.len()];
        let (kind, content) = if by_consumer { consumer_message(rng) } else { agent_message(rng) };
        let audience = if !by_consumer && rng.u8(0..20) == 0 { "AGENTS_AND_MANAGERS" } else { "ALL" };
        characters += content["msg"]["text"].as_str().map_or(0, str::len);
        messages.push(Message {
            kind,
            message_data: content,
            message_id: format!("ms::dialog:{id}::msg:{}", messages.len()),
            seq: messages.len(),
            dialog_id: id.to_owned(),
            participant_id: if by_consumer { visitor.id.clone() } else { agent.id.to_string() },
            source: "APP",
            time: time(at),
            time_ms: at,
            device: "undefined",
            audience,
            sent_by: if by_consumer { "Consumer" } else { "Agent" },
        });
        // A huge one says much at once.
        if !(outline.huge && characters < HUGE_CHARACTERS && messages.len() < 2_000) {
            at += step;
        }
    }
    messages
}

fn consumer_message(rng: &mut Rng) -> (&'static str, Value) {
    match rng.u8(0..16) {
        0 => (
            "HOSTED_FILE",
            json!({ "file": { "relativePath": "/f/receipt.jpg", "fileType": "JPG", "caption": "The receipt" } }),
        ),
        1 => (
            "LINK",
            json!({ "link": { "externalFileLink": "https://shop.example.com/o/17", "fileType": "LINK", "caption": "My order" } }),
        ),
        _ => ("TEXT_PLAIN", json!({ "msg": { "text": people::asked(rng) } })),
    }
}

fn agent_message(rng: &mut Rng) -> (&'static str, Value) {
    match rng.u8(0..16) {
        0 => {
            let elements = r#"{"type":"vertical","elements":[{"type":"text","text":"Delivered on Tuesday"},{"type":"button","title":"Change the day"}]}"#;
            ("RICH_CONTENT", json!({ "richContent": { "content": elements } }))
        }
        1 => (
            "SECURE_FORM_INVITATION",
            json!({ "formInvitation": { "formId": "7", "formName": "Bank details", "invitationId": "i7" } }),
        ),
        2 => {
            let replies = r#"{"type":"quickReplies","replies":[{"type":"button","title":"Yes"},{"type":"button","title":"No"}]}"#;
            (
                "TEXT_PLAIN",
                json!({ "msg": { "text": "Did that help?" }, "quickReplies": { "content": replies } }),
            )
        }
        3 => (
            "TEXT_HTML",
            json!({ "msg": { "text": format!("<p>{}</p><p>Kind&nbsp;regards</p>", people::answered(rng)) } }),
        ),
        _ => ("TEXT_PLAIN", json!({ "msg": { "text": people::answered(rng) } })),
    }
}

fn participant(agent: Agent, id: &str, outline: &Outline) -> Value {
    json!({
        "agentFullName": agent.full_name(), "agentNickname": agent.first, "agentLoginName": agent.login(),
        "agentId": agent.id.to_string(), "userType": "1", "userTypeName": "Human", "role": "AGENT",
        "agentGroupName": "Unassigned", "agentGroupId": -1, "agentDeleted": false,
        "time": time(outline.start_ms), "timeL": outline.start_ms, "permission": "ASSIGNED_AGENT", "dialogId": id,
    })
}

fn consumer(visitor: &Visitor, id: &str, outline: &Outline) -> Value {
    json!({
        "participantId": visitor.id, "firstName": visitor.first, "lastName": visitor.last, "token": "undefined",
        "email": visitor.email(), "phone": "0", "avatarURL": "undefined", "consumerName": visitor.name(),
        "time": time(outline.start_ms), "timeL": outline.start_ms, "dialogId": id,
    })
}

fn transfer(outline: &Outline, id: &str, from: Agent, to: (u32, &str)) -> Value {
    let at = outline.start_ms + 2_000;
    json!({
        "time": time(at), "timeL": at, "assignedAgentId": "null", "targetSkillId": to.0, "targetSkillName": to.1,
        "reason": "Skill", "by": from.id.to_string(), "sourceSkillId": -1, "sourceSkillName": "Unassigned",
        "sourceAgentId": from.id.to_string(), "sourceAgentFullName": from.full_name(),
        "sourceAgentLoginName": from.login(), "sourceAgentNickname": from.first, "dialogId": id,
    })
}

fn dialog(world: &World, outline: &Outline, id: &str, skill: (u32, &str)) -> Value {
    let open = world.is_open(outline);
    json!({
        "dialogId": id, "status": if open { "OPEN" } else { "CLOSE" }, "dialogType": "MAIN", "dialogChannelType": "MESSAGING",
        "startTime": time(outline.start_ms), "startTimeL": outline.start_ms,
        "endTime": if open { json!("undefined") } else { json!(time(outline.end_ms)) },
        "endTimeL": if open { json!(-1) } else { json!(outline.end_ms) },
        "skillId": skill.0, "skillName": skill.1,
    })
}

fn survey(world: &World, id: &str, at: i64) -> Value {
    json!({
        "surveyType": "Satisfaction", "surveyStatus": "FILLED", "surveyId": "33", "dialogId": id, "lastUpdateTime": at,
        "surveyData": [
            { "question": "Did we solve it?", "answer": "Yes", "questionId": "q1", "answerId": "a1", "questionType": "FCR" },
            { "question": world.satisfaction_question(at, "How satisfied are you, all in all?"), "answer": "4", "questionId": "q2", "answerId": "a4", "questionType": "CSAT" },
        ],
    })
}
