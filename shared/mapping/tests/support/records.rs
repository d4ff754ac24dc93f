//! Conversations of the size real ones have (about 25 KB), and the configurations of customers who map 55 and 220 fields.

#![expect(dead_code, reason = "each user of this file takes what it needs of it")]

use domain::Channel;
use domain::configuration::{FieldMapping, OtherAddresses, TranscriptSettings, ValueSource};
use mapping::predefined::{self, ValueType};
use mapping::{FieldType, Mapper, Plan};
use serde_json::{Value, json};

/// Epoch milliseconds of the first line.
const START_MS: u64 = 1_767_600_000_000;
/// Lines of a record of usual size.
const CHAT_LINES: u64 = 62;
const MESSAGES: u64 = 46;

/// What the fields are that values are mapped to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fields {
    /// Text of 255 characters: a value is written as it stands.
    Text,
    /// Of the type the value has: numbers, checkboxes, days and instants are converted.
    Typed,
}

/// Where a mapped value comes from, its address on the channel's API side, and what it is.
pub(crate) struct Source {
    source: ValueSource,
    pub(crate) address: String,
    value_type: ValueType,
}

/// 55 mapped fields, one question of a survey among them, and the transcript.
pub(crate) fn mapper(channel: Channel, transcript: TranscriptSettings) -> Mapper {
    mapper_of(channel, &sources(channel, 55), Fields::Text, transcript)
}

/// Those fields, and the transcript.
pub(crate) fn mapper_of(
    channel: Channel,
    sources: &[Source],
    fields: Fields,
    transcript: TranscriptSettings,
) -> Mapper {
    let field_type = |value_type| match value_type {
        ValueType::Number if fields == Fields::Typed => FieldType::Number { precision: 18, scale: 2 },
        ValueType::Boolean if fields == Fields::Typed => FieldType::Boolean,
        ValueType::Date if fields == Fields::Typed => FieldType::Date,
        ValueType::DateTime if fields == Fields::Typed => FieldType::DateTime,
        _ => FieldType::Text { length: 255 },
    };
    let mapping = |(n, from): (usize, &Source)| {
        let mapping = FieldMapping { field: format!("Field_{n}__c"), source: from.source.clone() };
        (mapping, field_type(from.value_type))
    };
    let mappings: Vec<_> = sources.iter().enumerate().map(mapping).collect();
    Mapper::compile(&Plan {
        channel,
        mappings: &mappings,
        transcript,
        transcript_field: Some(("Transcript__c".into(), 131_072)),
    })
    .unwrap()
}

/// As many sources: one question of a survey that is there, and parameters from all parts of a record. When there are more
/// mappings than parameters, the rest are questions that are not there, and parameters that go to another field as well.
pub(crate) fn sources(channel: Channel, count: usize) -> Vec<Source> {
    let parameters: Vec<_> = predefined::parameters()
        .filter(|parameter| parameter.api_address(channel).is_some())
        .filter(|parameter| !["Chat Duration", "Account ID"].contains(&parameter.label))
        .collect();
    let parameter = |n: usize| Source {
        source: ValueSource::Predefined(parameters[n].label.to_owned()),
        address: parameters[n].api_address(channel).unwrap().to_owned(),
        value_type: parameters[n].value_type,
    };
    let rest = count - 1;
    let mut sources: Vec<Source> = if rest <= parameters.len() {
        (0..rest).map(|n| parameter(n * parameters.len() / rest)).collect()
    } else {
        let more = |n: usize| match n % 4 {
            0 => question(channel, &format!("Question {n}?")),
            _ => parameter(n % parameters.len()),
        };
        (0..parameters.len()).map(parameter).chain((parameters.len()..rest).map(more)).collect()
    };
    sources.push(question(
        channel,
        match channel {
            Channel::Chat => "What is your account number?",
            Channel::Messaging => "Did we solve it?",
        },
    ));
    sources
}

fn question(channel: Channel, question: &str) -> Source {
    let chat = format!("surveys.preChat[displayName={question}].value");
    let messaging = format!("conversationSurveys.surveyData[question={question}].answer");
    let address = if channel == Channel::Chat { chat.clone() } else { messaging.clone() };
    let addresses =
        OtherAddresses { chat_api: Some(chat), messaging_api: Some(messaging), ..OtherAddresses::default() };
    Source { source: ValueSource::Other(addresses), address, value_type: ValueType::Text }
}

/// As many records of the channel, from a third of the usual number of lines to one and two thirds of it: 25 KB on average.
pub(crate) fn records(channel: Channel, count: u64) -> Vec<String> {
    let usual = if channel == Channel::Chat { CHAT_LINES } else { MESSAGES };
    let lines = |n: u64| usual / 3 + n * 37 % (usual * 4 / 3 + 1);
    (0..count).map(|n| record_of(channel, lines(n))).collect()
}

/// A record of the channel, as LivePerson sends it: compact JSON.
pub(crate) fn record(channel: Channel) -> String {
    record_of(channel, if channel == Channel::Chat { CHAT_LINES } else { MESSAGES })
}

fn record_of(channel: Channel, lines: u64) -> String {
    match channel {
        Channel::Chat => chat(lines).to_string(),
        Channel::Messaging => messaging(lines).to_string(),
    }
}

fn time(n: u64) -> (String, u64) {
    let ms = START_MS + n * 21_000;
    (format!("2026-01-05 08:{:02}:{:02}.000+0000", n * 21 / 60 % 60, n * 21 % 60), ms)
}

fn words(n: u64) -> String {
    let phrases = [
        "Good morning, the invoice of last month does not match my order.",
        "I am sorry to hear that, may I have the number of the order please?",
        "It is printed at the top right, right below the \"customer\" line.",
        "Thank you, one moment while I look it up in the warehouse's list.",
    ];
    format!("{} ({n})", phrases[n as usize % phrases.len()])
}

fn chat(lines: u64) -> Value {
    let lines: Vec<Value> = (0..lines)
        .map(|n| {
            let (time, ms) = time(n);
            let agent = n % 2 == 1;
            json!({
                "time": time, "timeL": ms, "controlType": 0, "cannedAnswerType": 0, "lineSeq": n.to_string(),
                "text": if agent { format!("<div>{}&nbsp;<b>Thanks</b></div>", words(n)) } else { words(n) },
                "by": if agent { "Robin Marsh" } else { "Ada Quill" },
                "source": if agent { "agent" } else { "visitor" },
                "subType": "REGULAR", "textType": if agent { "html" } else { "plain" },
                "agentId": if agent { 40_213 } else { 0 },
            })
        })
        .collect();
    let info = json!({
        "accountId": "le90817263", "engagementId": "le908172634711002", "visitorId": "v-81f0", "visitorName": "Ada Quill",
        "startTime": "2026-01-05 08:00:00.000+0000", "startTimeL": START_MS, "endTime": "2026-01-05 08:21:42.000+0000",
        "endTimeL": START_MS + 1_302_000, "duration": 1302, "agentId": "40213", "agentNickName": "Robin",
        "agentLoginName": "robin@example.com", "agentFullName": "Robin Marsh", "agentDeleted": false,
        "agentGroupId": -1, "agentGroupName": "NA", "skillId": 77, "skillName": "Billing", "channel": 1,
        "isInteractive": true, "engagementSet": 1, "engagementSequence": 1, "startReason": "0",
        "startReasonDesc": "Visitor request", "endReason": "210", "endReasonDesc": "Visitor closed chat", "mcs": null,
        "alertedMCS": 0, "chatMCS": 61, "chatStartUrl": "https://shop.example.com/orders?id=81&view=full",
        "chatStartPage": "Your orders", "ended": true, "chatDataEnriched": true, "isPartial": false,
    });
    json!({
        "info": info, "transcript": { "lines": lines }, "campaign": campaign(),
        "lineScores": (0..20).map(|n| json!({"lineSeq": n.to_string(), "lineRawScore": 0, "mcs": 50})).collect::<Vec<_>>(),
        "visitorInfo": place(),
        "surveys": { "preChat": [
            survey("Name", "Ada Quill"), survey("Email", "ada@example.com"),
            survey("What is your account number?", "A-7781"),
        ] },
        "sdes": { "events": events() },
    })
}

fn survey(question: &str, answer: &str) -> Value {
    json!({
        "scope": "Session", "source": "Pre-Chat", "displayName": question, "value": answer, "values": [answer],
        "answersId": [-1], "name": "Pre-Chat Survey", "time": "2026-01-05 08:00:00.000+0000", "timeL": START_MS,
    })
}

fn messaging(messages: u64) -> Value {
    let messages: Vec<Value> = (0..messages)
        .map(|n| {
            let (time, ms) = time(n);
            let agent = n % 2 == 1;
            json!({
                "type": "TEXT_PLAIN", "messageData": { "msg": { "text": words(n) } },
                "messageId": format!("ms::dialog:6c1f00a2-90d3-4a55-8b0e-2f11c7d5e901::msg:{n}"), "seq": n,
                "dialogId": "6c1f00a2-90d3-4a55-8b0e-2f11c7d5e901", "source": "APP", "time": time, "timeL": ms,
                "participantId": if agent { "40213" } else { "b6f2-consumer" }, "device": "undefined",
                "sentBy": if agent { "Agent" } else { "Consumer" }, "audience": "ALL",
            })
        })
        .collect();
    let info = json!({
        "startTime": "2026-01-05 08:00:00.000+0000", "startTimeL": START_MS, "endTime": "2026-01-05 08:20:00.000+0000",
        "endTimeL": START_MS + 1_200_000, "conversationEndTime": "2026-01-05 08:19:00.000+0000",
        "conversationEndTimeL": START_MS + 1_140_000, "duration": 1_200_000, "status": "CLOSE",
        "conversationId": "6c1f00a2-90d3-4a55-8b0e-2f11c7d5e901", "brandId": "le90817263", "latestAgentId": "40213",
        "latestAgentNickname": "Robin", "latestAgentFullName": "Robin Marsh", "latestAgentLoginName": "robin@example.com",
        "agentDeleted": false, "latestSkillId": 77, "latestSkillName": "Billing", "source": "APP",
        "closeReason": "AGENT", "closeReasonDescription": "MANUAL_CLOSE", "mcs": 67, "alertedMCS": 1,
        "firstConversation": false, "csatRate": 5, "device": "undefined", "browser": "chrome", "operatingSystem": "NA",
        "latestAgentGroupId": -1, "latestAgentGroupName": "Unassigned", "latestQueueState": "ACTIVE", "isPartial": false,
    });
    let status = |n: u64| json!({"messageId": format!("ms::msg:{n}"), "seq": n, "timeL": START_MS + n, "participantId": "40213", "messageDeliveryStatus": "READ"});
    json!({
        "info": info, "campaign": campaign(), "monitoring": place(), "messageRecords": messages,
        "agentParticipants": [{
            "agentFullName": "Robin Marsh", "agentNickname": "Robin", "agentId": "40213", "userType": "1",
            "role": "AGENT", "permission": "ASSIGNED_AGENT",
        }],
        "consumerParticipants": [{
            "participantId": "b6f2-consumer", "firstName": "Ada", "lastName": "Quill", "consumerName": "Ada",
            "email": "undefined", "phone": "0",
        }],
        "messageStatuses": (0..20).map(status).collect::<Vec<_>>(),
        "conversationSurveys": [{ "surveyType": "Satisfaction", "surveyData": [{ "question": "Did we solve it?", "answer": "Yes" }] }],
        "sdes": { "events": events() }, "summary": { "text": "Invoice corrected.", "lastUpdatedTime": START_MS },
    })
}

fn campaign() -> Value {
    json!({
        "campaignEngagementId": "90011", "campaignEngagementName": "Orders page", "campaignId": "90001",
        "campaignName": "Orders", "goalId": "90002", "goalName": "Help with orders", "visitorBehaviorId": "90003",
        "visitorBehaviorName": "Any behavior", "visitorProfileId": "90004", "visitorProfileName": "All visitors",
        "lobId": "-1", "lobName": "NA",
    })
}

fn place() -> Value {
    json!({
        "country": "Norway", "countryCode": "NO", "state": "Vestland", "city": "Bergen", "isp": "Example Net",
        "org": "Example", "device": "DESKTOP", "ipAddress": "192.0.2.17", "browser": "Firefox 140", "operatingSystem": "LINUX",
    })
}

fn events() -> Value {
    let event = |kind: &str, key: &str, stamp: u64, fields: Value| {
        let stamp = (START_MS + stamp).to_string();
        let mut payload = json!({ "serverTimeStamp": stamp, "originalTimeStamp": stamp });
        payload[key] = fields;
        let mut event = json!({ "sdeType": kind, "serverTimeStamp": stamp, "isAuthenticated": true });
        event[key] = payload;
        event
    };
    let person = |name: &str| {
        json!({
            "name": name, "surname": "Quill", "language": "en", "company": "Quill & Co",
            "customerAge": { "customerAgeInYears": "34.0" },
            "contacts": [{ "personalContact": { "email": "ada@example.com", "phone": "+47 55 00 00 00" } }],
        })
    };
    let customer = json!({
        "customerStatus": "active", "customerType": "gold", "balance": "-400.99", "customerId": "C-1", "role": "buyer",
        "lastPaymentDate": { "year": "2025", "month": "12", "day": "2" }, "companySize": "12",
    });
    json!([
        event("PERSONAL_INFO", "personalInfo", 4, person("Ada")),
        event("CUSTOMER_INFO", "customerInfo", 2, customer),
        event("PERSONAL_INFO", "personalInfo", 9, person("Ada M.")),
        event(
            "MARKETING_CAMPAIGN_INFO",
            "marketingCampaignInfo",
            1,
            json!({ "affiliate": "partner", "campaignId": "spring" })
        ),
        event("LEAD", "lead", 3, json!({ "topic": "renewal", "value": "22.22", "leadId": "L-9" })),
        event(
            "SERVICE_ACTIVITY",
            "serviceActivity",
            5,
            json!({ "topic": "invoice", "status": "0", "category": "billing", "serviceId": "S-4" })
        ),
    ])
}
