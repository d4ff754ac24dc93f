//! The public model of LivePerson's widget SDK, made of the record the history API gives.

use super::attributes::sde;
use crate::liveperson::{outlines::Outline, world::World};
use serde_json::{Value, json};

/// The most lines of a transcript; the newest are kept.
const LINES: usize = 60;

/// What the record says, or nothing where it says nothing.
pub(super) fn text(from: &Value, pointer: &str) -> String {
    match from.pointer(pointer) {
        Some(Value::String(text)) if !matches!(text.as_str(), "NA" | "undefined" | "null") => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// What to call the visitor in a list.
pub(super) fn visitor(model: &Value) -> String {
    let names =
        ["/visitorInfo/visitorName", "/surveyQuestions/preChat/name/value", "/SDE/personalInfo/0/name"];
    names
        .iter()
        .map(|pointer| text(model, pointer))
        .find(|name| !name.is_empty())
        .unwrap_or_else(|| "Visitor".into())
}

pub(super) fn of_chat(world: &World, outline: &Outline, record: &Value) -> Value {
    let (info, visitor) = (&record["info"], &record["visitorInfo"]);
    let live = world.is_open(outline);
    let id = text(info, "/engagementId");
    let session = id.strip_prefix(world.options.account.as_str()).unwrap_or(&id);
    let mut model = shared(world, outline, record, &text(info, "/skillName"));
    model["chatInfo"]["rtSessionId"] = json!(session);
    model["chatInfo"]["isMessaging"] = json!(false);
    model["chatInfo"]["chatRequestedTime"] = info["chatRequestedTimeL"].clone();
    model["chatInfo"]["sessionStartTime"] = info["chatRequestedTimeL"].clone();
    model["chatInfo"]["chatStartUrl"] = info["chatStartUrl"].clone();
    let agent = json!({
        "agentName": info["agentFullName"], "agentNickname": info["agentNickName"], "agentGroupName": "",
        "agentId": number(info, "/agentId"),
    });
    model["agentInfo"] = agent_info(world, &agent, &text(info, "/agentLoginName"));
    model["chattingAgentInfo"] = agent;
    model["surveyQuestions"] = surveys(record, live);
    model["visitorInfo"] = json!({
        "visitorId": info["visitorId"], "visitorName": info["visitorName"], "visitorSso": false,
        "device": text(visitor, "/device"), "browser": visitor["browser"], "operatingSystem": visitor["operatingSystem"],
        "country": visitor["country"], "countryCode": visitor["countryCode"], "state": visitor["state"],
        "city": visitor["city"], "isp": visitor["isp"], "organization": visitor["org"], "IpAddress": visitor["ipAddress"],
        "visitStartTime": text(info, "/chatRequestedTime"), "chatRequestedTime": text(info, "/chatRequestedTime"),
        "chatStartUrl": info["chatStartUrl"], "visitorTimezone": "Europe/Lisbon", "visitorTyping": false,
        "chattingVisitorState": if live { "CHATTING" } else { "ENDED" },
    });
    model["visitorJourney"] = json!({
        "pages": [{
            "id": "1", "pageTitle": info["chatStartPage"], "url": info["chatStartUrl"], "referrer": "", "pageLoaded": true,
            "startTime": info["chatRequestedTimeL"], "timeOnPage": 42,
        }],
        "searchEngine": { "searchProvider": "", "searchKeywords": "" },
    });
    let lines = record["transcript"]["lines"].as_array().map(Vec::as_slice).unwrap_or_default();
    let shown = lines.iter().filter(|line| line["timeL"].as_i64().is_some_and(|at| at <= world.now_ms()));
    let shown = shown.filter(|line| line["subType"] != "ONLY_TO_REP").map(|line| {
        let said = line.get("text").cloned().unwrap_or_else(|| json!("(card)"));
        self::line(
            &text(line, "/lineSeq"),
            &line["by"],
            &line["source"],
            &line["textType"],
            &said,
            &line["time"],
        )
    });
    model["chatTranscript"] = json!({ "lines": newest(shown.collect()) });
    model["SDE"] = sde(events(record, "sdes"));
    model["claimsAndAuthType"] = json!({ "claims": {}, "acr": "0" });
    model
}

pub(super) fn of_messaging(world: &World, outline: &Outline, record: &Value) -> Value {
    let (info, consumer) = (&record["info"], &record["consumerParticipants"][0]);
    let live = world.is_open(outline);
    let mut model = shared(world, outline, record, &text(info, "/latestSkillName"));
    model["chatInfo"]["rtSessionId"] = info["conversationId"].clone();
    model["chatInfo"]["isMessaging"] = json!(true);
    model["chatInfo"]["chatRequestedTime"] = info["startTimeL"].clone();
    let agent = json!({
        "agentName": info["latestAgentFullName"], "agentNickname": info["latestAgentNickname"],
        "agentGroupName": info["latestAgentGroupName"], "agentId": number(info, "/latestAgentId"),
    });
    model["agentInfo"] = agent_info(world, &agent, &text(info, "/latestAgentLoginName"));
    model["chattingAgentInfo"] = agent;
    let answer = |value: &Value| json!({ "value": value, "displayName": "" });
    model["surveyQuestions"] = json!({
        "preChat": {
            "email": answer(&consumer["email"]), "phone": answer(&consumer["participantId"]),
            "name": answer(&consumer["consumerName"]), "customizedQuestions": [],
        },
        "postChat": [], "agentSurvey": [],
    });
    model["visitorInfo"] = json!({
        "visitorId": consumer["participantId"], "visitorName": consumer["consumerName"], "device": "MOBILE",
        "visitStartTime": info["startTime"], "chattingVisitorState": if live { "CHATTING" } else { "ENDED" },
    });
    let messages = record["messageRecords"].as_array().map(Vec::as_slice).unwrap_or_default();
    let shown = messages.iter().filter(|message| message["audience"] == "ALL").map(|message| {
        let by_consumer = message["sentBy"] == "Consumer";
        let (by, source) = if by_consumer {
            (&consumer["consumerName"], "visitor")
        } else {
            (&info["latestAgentNickname"], "agent")
        };
        let kind = if message["type"] == "TEXT_HTML" { "html" } else { "plain" };
        line(&text(message, "/messageId"), by, &json!(source), &json!(kind), &said(message), &message["time"])
    });
    model["chatTranscript"] = json!({ "lines": newest(shown.collect()) });
    let known = events(record, "sdes");
    model["SDE"] = sde(if known.is_empty() { events(record, "unAuthSdes") } else { known });
    model["claimsAndAuthType"] = json!({ "claims": {}, "acr": if known.is_empty() { "0" } else { "loa1" } });
    model["applicationInfo"] = json!({ "theme": "light" });
    model
}

/// What both channels have in the same places.
fn shared(world: &World, outline: &Outline, record: &Value, skill: &str) -> Value {
    let campaign = &record["campaign"];
    let named =
        |id: &str, name: &str| json!([{ "id": campaign[id], "name": campaign[name], "description": "" }]);
    json!({
        "chatInfo": {
            "accountId": world.options.account, "chatStartTime": outline.start_ms, "spectatedEngagement": false,
            "chatSkill": skill,
        },
        "campaignInfo": {
            "campaignName": campaign["campaignName"], "campaignId": campaign["campaignId"], "campaignDescription": "",
            "goalName": campaign["goalName"], "goalId": campaign["goalId"], "goalDescription": "",
            "targetAudience": named("visitorProfileId", "visitorProfileName"),
        },
        "engagementInfo": {
            "skill": skill, "engagementSkill": skill, "engagementType": "Embedded",
            "engagementId": campaign["campaignEngagementId"], "engagementName": campaign["campaignEngagementName"],
            "agentNote": campaign["engagementAgentNote"],
            "VisitorBehavior": named("visitorBehaviorId", "visitorBehaviorName"),
        },
        "authenticatedData": { "customerDetails": [], "personalInfo": [] },
        "customVariables": [],
        "splitSession": { "customVariables": [] },
    })
}

fn agent_info(world: &World, agent: &Value, email: &str) -> Value {
    let mut info = agent.clone();
    info["accountId"] = json!(world.options.account);
    info["agentEmail"] = json!(email);
    info["employeeId"] = json!("");
    info["maxChats"] = json!(3);
    info
}

fn number(from: &Value, pointer: &str) -> Option<u64> {
    text(from, pointer).parse().ok()
}

fn events<'a>(record: &'a Value, part: &str) -> &'a [Value] {
    record[part]["events"].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The answers before the chat; those after it only once it has ended.
fn surveys(record: &Value, live: bool) -> Value {
    let part = |name: &str| record["surveys"][name].as_array().map(Vec::as_slice).unwrap_or_default();
    let usual = |name: &str| {
        let answer = part("preChat").iter().find(|answer| answer["displayName"] == name);
        json!({ "value": answer.map_or("", |answer| answer["value"].as_str().unwrap_or_default()), "displayName": name })
    };
    let variable = |answer: &Value| {
        json!({
            "@scope": "session", "@source": "survey", "name": answer["name"], "displayName": answer["displayName"],
            "time": answer["time"], "value": answer["value"],
        })
    };
    let all = |name: &str| part(name).iter().map(variable).collect::<Vec<_>>();
    let own = part("preChat")
        .iter()
        .filter(|answer| answer["displayName"] != "Name" && answer["displayName"] != "Email");
    json!({
        "preChat": {
            "email": usual("Email"), "phone": usual("Phone"), "name": usual("Name"),
            "customizedQuestions": own.map(variable).collect::<Vec<_>>(),
        },
        "postChat": if live { vec![] } else { all("postChat") },
        "agentSurvey": if live { vec![] } else { all("operator") },
    })
}

fn said(message: &Value) -> Value {
    let data = &message["messageData"];
    let captions = ["/file/caption", "/link/caption", "/formInvitation/formName"];
    let caption = || captions.iter().find_map(|pointer| data.pointer(pointer).and_then(Value::as_str));
    data.pointer("/msg/text").cloned().unwrap_or_else(|| json!(format!("({})", caption().unwrap_or("card"))))
}

fn line(id: &str, by: &Value, source: &Value, text_type: &Value, text: &Value, at: &Value) -> Value {
    json!({
        "id": id, "type": "line", "by": by, "source": source, "subType": "REGULAR", "text": text, "textType": text_type,
        "time": at,
    })
}

fn newest(mut lines: Vec<Value>) -> Vec<Value> {
    let old = lines.len().saturating_sub(LINES);
    lines.split_off(old)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_nothing_is_nothing() {
        let record = json!({ "a": "NA", "b": "undefined", "c": null, "d": "x", "e": 7 });
        let texts = ["/a", "/b", "/c", "/d", "/e", "/f"].map(|pointer| text(&record, pointer));
        assert_eq!(texts, ["", "", "", "x", "7", ""]);
    }

    #[test]
    fn the_visitor_is_called_by_the_first_name_there_is() {
        let model =
            json!({ "visitorInfo": { "visitorName": "" }, "SDE": { "personalInfo": [{ "name": "Ada" }] } });
        assert_eq!(visitor(&model), "Ada");
        assert_eq!(visitor(&json!({})), "Visitor");
    }
}
