//! Chat records, as the Engagement History API gives them.

use super::{
    outlines::Outline,
    people::{self, Agent, SKILLS, Visitor},
    sdes,
    text::time,
    world::World,
};
use fastrand::Rng;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// Longer than the largest long text area of Salesforce.
const HUGE_CHARACTERS: usize = 140_000;

/// The account id followed by the chat's own id.
pub(crate) fn engagement_id(world: &World, number: u64) -> String {
    format!("{}{}", world.options.account, 4_000_000_000 + number)
}

/// The conversation's number, if the id is one of ours.
pub(crate) fn number(world: &World, engagement_id: &str) -> Option<u64> {
    engagement_id.strip_prefix(&world.options.account)?.parse::<u64>().ok()?.checked_sub(4_000_000_000)
}

/// How long it lasted, in whole seconds.
pub(crate) fn seconds(outline: &Outline) -> i64 {
    (outline.end_ms - outline.start_ms) / 1_000
}

/// A record. Its lines are most of it, so they are no tree.
#[derive(Serialize)]
pub(crate) struct Record {
    #[serde(flatten)]
    parts: Map<String, Value>,
    transcript: Transcript,
}

#[derive(Serialize)]
struct Transcript {
    lines: Vec<Line>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    time: String,
    #[serde(rename = "timeL")]
    time_ms: i64,
    text_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    json: Option<Value>,
    by: String,
    source: &'static str,
    sub_type: &'static str,
    canned_answer_type: u8,
    agent_id: u32,
    line_seq: String,
    control_type: u8,
}

pub(crate) fn record(world: &World, outline: &Outline) -> Record {
    let mut rng = world.rng(outline.number, 1);
    let visitor = Visitor::pick(&mut rng);
    let agent = Agent::pick(&mut rng);
    let enriched = outline.enriched_ms <= world.now_ms();
    let skill = SKILLS[rng.usize(0..SKILLS.len())];
    let lines = lines(&mut rng, outline, &visitor, agent);
    let mut parts = Map::new();
    let mut part = |name: &str, value: Value| drop(parts.insert(name.to_owned(), value));
    part("info", info(&mut rng, world, outline, &visitor, agent, skill, enriched));
    part("campaign", campaign(&mut rng));
    part("visitorInfo", visitor_info(&mut rng, &visitor));
    if enriched {
        let events = sdes::events(world, outline.number, &visitor, outline.start_ms);
        part("sdes", json!({ "events": events }));
        if rng.bool() {
            part("surveys", surveys(&mut rng, world, outline, &visitor));
        }
    }
    Record { parts, transcript: Transcript { lines } }
}

fn info(
    rng: &mut Rng,
    world: &World,
    outline: &Outline,
    visitor: &Visitor,
    agent: Agent,
    (skill_id, skill_name): (u32, &str),
    enriched: bool,
) -> Value {
    let (start_reason, start_text, end_reason, end_text) = match outline.sequence {
        0 if rng.u8(0..25) == 0 => ("0", "Visitor request", "106", "Transferred to skill"),
        0 => ("0", "Visitor request", "210", "Visitor closed chat"),
        _ => ("6", "Skill transfer", "201", "Rep stopped chat"),
    };
    let requested = outline.start_ms - rng.i64(1_000..90_000);
    json!({
        "accountId": world.options.account,
        "engagementId": engagement_id(world, outline.number),
        "visitorId": visitor.id,
        "visitorName": if rng.bool() { visitor.name() } else { String::new() },
        "startTime": time(outline.start_ms),
        "startTimeL": outline.start_ms,
        "endTime": time(outline.end_ms),
        "endTimeL": outline.end_ms,
        "chatRequestedTime": time(requested),
        "chatRequestedTimeL": requested,
        "duration": seconds(outline),
        "agentId": agent.id.to_string(),
        "agentNickName": agent.first,
        "agentLoginName": agent.login(),
        "agentFullName": agent.full_name(),
        "agentDeleted": false,
        "agentGroupId": -1,
        "agentGroupName": "NA",
        "skillId": skill_id,
        "skillName": skill_name,
        "channel": 1,
        "startReason": start_reason,
        "startReasonDesc": start_text,
        "endReason": end_reason,
        "endReasonDesc": end_text,
        "engagementSet": 0,
        "engagementSequence": outline.sequence,
        "mcs": null,
        "alertedMCS": rng.i8(-1..2),
        "chatMCS": rng.u8(0..101),
        "chatStartUrl": "https://shop.example.com/help?topic=delivery",
        "chatStartPage": "Help",
        "isInteractive": true,
        "interactive": true,
        "ended": true,
        "chatDataEnriched": enriched,
        "isPartial": false,
    })
}

fn lines(rng: &mut Rng, outline: &Outline, visitor: &Visitor, agent: Agent) -> Vec<Line> {
    let mut at = outline.start_ms;
    let step = ((outline.end_ms - outline.start_ms) / 45).max(1);
    let mut lines = vec![
        system(at, 0, 4, "Welcome, and thank you for your patience."),
        system(at, 1, 3, &format!("You are now chatting with {}", agent.first)),
    ];
    let wanted = if outline.huge { usize::MAX } else { rng.usize(4..34) };
    let mut characters = 0;
    while lines.len() < wanted && (!outline.huge || characters < HUGE_CHARACTERS) {
        at = (at + rng.i64(1..=step)).min(outline.end_ms);
        let line = match rng.u8(0..20) {
            0..9 => spoken(at, lines.len(), &visitor.name(), "visitor", 0, "plain", &people::asked(rng)),
            9..17 => {
                let text = format!("<div dir=\"ltr\">{}</div>", html(&people::answered(rng)));
                spoken(at, lines.len(), agent.first, "agent", agent.id, "html", &text)
            }
            17 => {
                let text = "See <a href=\"https://shop.example.com/sizes\">our table of sizes</a> &amp; pick one.<br>Shall I wait?";
                spoken(at, lines.len(), agent.first, "agent", agent.id, "html", text)
            }
            18 => rich_content(at, lines.len(), agent),
            _ => {
                let mut line = spoken(
                    at,
                    lines.len(),
                    agent.first,
                    "agent",
                    agent.id,
                    "plain",
                    "Note to self: check the depot",
                );
                line.sub_type = "ONLY_TO_REP";
                line
            }
        };
        characters += line.text.as_ref().map_or(0, String::len);
        lines.push(line);
    }
    lines.push(system(outline.end_ms, lines.len(), 5, "The chat has ended. Goodbye!"));
    lines
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\'', "&#39;")
}

fn spoken(
    at: i64,
    seq: usize,
    by: &str,
    source: &'static str,
    agent_id: u32,
    text_type: &'static str,
    text: &str,
) -> Line {
    Line {
        time: time(at),
        time_ms: at,
        text_type,
        text: Some(text.to_owned()),
        json: None,
        by: by.to_owned(),
        source,
        sub_type: "REGULAR",
        canned_answer_type: 0,
        agent_id,
        line_seq: seq.to_string(),
        control_type: 0,
    }
}

fn system(at: i64, seq: usize, control_type: u8, text: &str) -> Line {
    Line { control_type, ..spoken(at, seq, "info", "system", 0, "plain", text) }
}

fn rich_content(at: i64, seq: usize, agent: Agent) -> Line {
    let content = json!({
        "type": "vertical",
        "elements": [
            { "type": "text", "text": "Which box did it come in?" },
            { "type": "button", "title": "The small one", "click": { "actions": [{ "type": "publishText", "text": "small" }] } },
            { "type": "button", "title": "The large one", "click": { "actions": [{ "type": "publishText", "text": "large" }] } },
        ],
    });
    let line = spoken(at, seq, agent.first, "agent", agent.id, "rich-content", "");
    Line { text: None, json: Some(content), ..line }
}

pub(crate) fn campaign(rng: &mut Rng) -> Value {
    let (n, campaign, goal) = people::campaign(rng);
    json!({
        "campaignEngagementId": (70_001 + n).to_string(),
        "campaignEngagementName": format!("{campaign} button"),
        "campaignId": (60_001 + n).to_string(),
        "campaignName": campaign,
        "goalId": (50_001 + n).to_string(),
        "goalName": goal,
        "engagementAgentNote": "",
        "visitorBehaviorId": "40001",
        "visitorBehaviorName": "About to leave",
        "visitorProfileId": "30001",
        "visitorProfileName": "Everyone",
        "lobId": -1,
        "lobName": "NA",
    })
}

fn visitor_info(rng: &mut Rng, visitor: &Visitor) -> Value {
    json!({
        "country": visitor.country,
        "countryCode": visitor.country_code,
        "state": visitor.state,
        "city": visitor.city,
        "isp": "Example Telecom",
        "org": "",
        "device": people::one_of(rng, &["DESKTOP", "MOBILE", "TABLET", "NA"]),
        "ipAddress": format!("192.0.2.{}", rng.u8(..)),
        "browser": "Firefox 140.0",
        "browserType": "FIREFOX",
        "operatingSystem": people::one_of(rng, &["LINUX", "WINDOWS", "IOS"]),
    })
}

fn surveys(rng: &mut Rng, world: &World, outline: &Outline, visitor: &Visitor) -> Value {
    let mut answer = |(survey, name): (&str, &str),
                      source: &str,
                      (id, question): (&str, &str),
                      value: &str| {
        let at = outline.start_ms - rng.i64(1_000..60_000);
        json!({
            "scope": "Session", "source": source, "displayName": question, "value": value, "values": [value],
            "answersId": ["-1"], "name": name, "time": time(at), "timeL": at, "questionID": id, "surveyID": survey,
        })
    };
    let (welcome, goodbye, wrap_up) = (("21", "Welcome"), ("22", "Goodbye"), ("23", "Wrap-up"));
    let satisfied = world.satisfaction_question(outline.end_ms, "How satisfied are you?");
    json!({
        "preChat": [
            answer(welcome, "Pre-Chat", ("11", "Name"), &visitor.name()),
            answer(welcome, "Pre-Chat", ("12", "Email"), &visitor.email()),
            answer(
                welcome,
                "Pre-Chat",
                ("13", "What is your order number, e.g. ORD-1.2?"),
                &visitor.customer_id,
            ),
        ],
        "postChat": [answer(goodbye, "Exit", ("14", satisfied), "4")],
        "operator": [answer(wrap_up, "Operator", ("15", "Was the question solved?"), "Yes")],
    })
}
