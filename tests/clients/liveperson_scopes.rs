//! What a search can be narrowed to, one conversation by its id, and an account in which time goes on.

use crate::{
    harness::{NOW, at, clock, window},
    liveperson::{Reader, all, outlines},
};
use domain::{
    Channel, ConversationId, Scope, Search, SyncWindow,
    ports::{Clock, Page, Source, SourceError},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

const ACCOUNT: &str = "le70010001";

/// Two weeks before the present, so that some messaging conversations are still open.
fn weeks() -> SyncWindow {
    window("2026-02-16T00:00:00Z", "2026-03-02T00:00:00Z")
}

fn records(pages: &[Page]) -> Vec<Value> {
    pages.iter().flat_map(Page::records).map(|record| serde_json::from_str(record).unwrap()).collect()
}

fn ids(records: &[Value]) -> BTreeSet<String> {
    let id = |record: &Value| {
        let info = &record["info"];
        info.get("engagementId").or(info.get("conversationId")).unwrap().as_str().unwrap().to_owned()
    };
    records.iter().map(id).collect()
}

async fn found(reader: &Reader, channel: Channel, scope: Scope) -> Vec<Value> {
    records(&reader.found(&Search { scope, ..all(channel, weeks()) }).await)
}

/// What of all is to be found, by its `info`.
fn only(all: &[Value], wanted: impl Fn(&Value) -> bool) -> BTreeSet<String> {
    ids(&all.iter().filter(|record| wanted(&record["info"])).cloned().collect::<Vec<_>>())
}

#[tokio::test]
async fn long_chats_are_found_by_how_long_they_lasted() {
    let reader = Reader::new(&[]).await;
    let whole = found(&reader, Channel::Chat, Scope::All).await;
    let seconds = whole[17]["info"]["duration"].as_u64().unwrap();
    let long = found(&reader, Channel::Chat, Scope::LastedAtLeast(u32::try_from(seconds).unwrap())).await;
    let want = only(&whole, |info| info["duration"].as_u64().unwrap() >= seconds);
    assert_eq!(ids(&long), want, "at least {seconds} s, and that one too");
    assert!(want.len() > 20 && want.len() < whole.len(), "{} of {}", want.len(), whole.len());
    let days = found(&reader, Channel::Chat, Scope::LastedAtLeast(90_000)).await;
    assert!(days.is_empty(), "no chat lasts a day");
}

#[tokio::test]
async fn open_and_ended_conversations_are_told_apart() {
    let reader = Reader::new(&[]).await;
    let whole = found(&reader, Channel::Messaging, Scope::All).await;
    let open = found(&reader, Channel::Messaging, Scope::Open).await;
    let want = only(&whole, |info| info["status"] == "OPEN");
    assert_eq!(ids(&open), want);
    assert!(want.len() > 10, "{} open", want.len());
    let since = at("2026-03-01T03:30:00Z");
    let ended = found(&reader, Channel::Messaging, Scope::EndedSince(since)).await;
    let want = only(&whole, |info| {
        info["conversationEndTimeL"].as_i64().is_some_and(|end| end >= since.as_millisecond())
    });
    assert_eq!(ids(&ended), want);
    assert!(want.len() > 10 && want.iter().all(|id| !ids(&open).contains(id)), "{} ended", want.len());
}

#[tokio::test]
async fn what_has_changed_is_found_however_it_has() {
    let reader = Reader::new(&[]).await;
    let since = at("2026-03-01T03:30:00Z");
    let changed = ids(&found(&reader, Channel::Messaging, Scope::UpdatedSince(since)).await);
    let whole = found(&reader, Channel::Messaging, Scope::All).await;
    let last = |record: &Value| {
        let said = record["messageRecords"].as_array().unwrap().last().unwrap()["timeL"].as_i64().unwrap();
        said.max(record["info"]["fullDialogEndTimeL"].as_i64().unwrap())
    };
    let want: Vec<_> = whole.iter().filter(|one| last(one) >= since.as_millisecond()).cloned().collect();
    assert_eq!(changed, ids(&want), "a message, an end, a survey");
    let ended = ids(&found(&reader, Channel::Messaging, Scope::EndedSince(since)).await);
    assert!(ended.is_subset(&changed) && ended.len() < changed.len() && changed.len() < whole.len());
}

#[tokio::test]
async fn an_account_that_cannot_search_by_change_says_so_once() {
    let reader = Reader::new(&["liveperson:messaging-search:no-latest-update-time"]).await;
    let search = Search { scope: Scope::UpdatedSince(at(NOW)), ..all(Channel::Messaging, weeks()) };
    let error = reader.client.read_page(&search, 0, 10).await.unwrap_err();
    assert!(
        matches!(&error, SourceError::Rejected { reason } if reason.contains("latestUpdateTime")),
        "{error:?}"
    );
    assert_eq!(reader.calls("messaging-search"), 1);
    for scope in [Scope::All, Scope::Open, Scope::EndedSince(at("2026-03-01T00:00:00Z"))] {
        let search = Search { scope, ..search };
        assert!(reader.client.read_page(&search, 0, 10).await.unwrap().total > 0, "{scope:?}");
    }
}

#[tokio::test]
async fn one_conversation_is_read_by_its_id_however_old_it_is() {
    let reader = Reader::new(&[]).await;
    for (channel, operation) in
        [(Channel::Chat, "chat-search"), (Channel::Messaging, "messaging-conversation")]
    {
        let old = window("2025-09-01T00:00:00Z", "2025-09-03T00:00:00Z");
        let page = reader.client.read_page(&all(channel, old), 0, 10).await.unwrap();
        let (id, start) = outlines(std::slice::from_ref(&page)).swap_remove(7);
        let before = reader.calls(operation);
        let one = reader.client.read_one(channel, &ConversationId::new(ACCOUNT, &id).unwrap()).await.unwrap();
        assert_eq!((one.total, one.calls, reader.calls(operation) - before), (1, 1, 1), "{channel}");
        assert_eq!(outlines(std::slice::from_ref(&one)), [(id, start)], "{channel}");
        let record: Value = serde_json::from_str(one.records().next().unwrap()).unwrap();
        let parts: &[&str] = match channel {
            Channel::Chat => &["transcript", "visitorInfo", "sdes"],
            Channel::Messaging => &["messageRecords", "monitoring", "agentParticipants", "unAuthSdes"],
        };
        assert!(parts.iter().all(|part| record.get(part).is_some()), "{channel}: {record:.200}");
    }
}

#[tokio::test]
async fn a_conversation_that_is_not_there_is_an_empty_page() {
    let reader = Reader::new(&[]).await;
    for (channel, own) in [
        (Channel::Chat, "4999999999"),
        (Channel::Chat, "no-number"),
        (Channel::Messaging, "00000000-0000-4000-a000-000000000007"),
    ] {
        let id = ConversationId::new(ACCOUNT, own).unwrap();
        let page = reader.client.read_one(channel, &id).await.unwrap();
        assert_eq!((page.total, page.records.len()), (0, 0), "{channel} {own}");
    }
}

#[tokio::test]
async fn a_conversation_of_another_account_is_refused_without_a_call() {
    let reader = Reader::new(&[]).await;
    let id = ConversationId::new("le70010002", "4000000001").unwrap();
    for channel in Channel::ALL {
        let error = reader.client.read_one(channel, &id).await.unwrap_err();
        assert!(matches!(&error, SourceError::Rejected { .. }), "{channel}: {error:?}");
    }
    assert_eq!((reader.calls("discovery"), reader.calls("chat-search")), (0, 0));
}

/// A clock that stands until it is moved.
struct Hand(Mutex<Timestamp>);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

#[tokio::test]
async fn a_world_that_follows_the_clock_goes_on() {
    let hand = Arc::new(Hand(Mutex::new(at(NOW))));
    let follows = |world: local::liveperson::World| world.following_the_clock();
    let moving = Reader::over(&[], Arc::clone(&hand) as Arc<dyn Clock>, follows, |_| ()).await;
    let still = Reader::over(&[], Arc::clone(&hand) as Arc<dyn Clock>, |world| world, |_| ()).await;
    let day = window("2026-03-01T12:00:00Z", "2026-03-03T00:00:00Z");
    let count = async |reader: &Reader, channel, scope| {
        let search = Search { scope, ..all(channel, day) };
        reader.client.read_page(&search, 0, 1).await.unwrap().total
    };
    let first = count(&moving, Channel::Chat, Scope::All).await;
    let open = count(&moving, Channel::Messaging, Scope::Open).await;
    assert_eq!(count(&still, Channel::Chat, Scope::All).await, first);
    *hand.0.lock().unwrap() += SignedDuration::from_hours(36);
    assert!(count(&moving, Channel::Chat, Scope::All).await > first, "chats have ended since");
    let closed = count(&moving, Channel::Messaging, Scope::EndedSince(at(NOW))).await;
    assert!(closed > 0 && open > 0, "conversations have closed since");
    assert_eq!(count(&still, Channel::Chat, Scope::All).await, first, "its present stands still");
}

#[tokio::test]
async fn a_question_may_be_put_in_other_words_and_keeps_its_id() {
    let from = at("2026-02-23T00:00:00Z");
    let reworded = |world: local::liveperson::World| world.with_question_reworded(from);
    let reader = Reader::over(&[], clock(), reworded, |_| ()).await;
    let chats = found(&reader, Channel::Chat, Scope::All).await;
    let asked: BTreeSet<(bool, String, String)> = chats
        .iter()
        .filter_map(|chat| Some((chat, chat.pointer("/surveys/postChat/0")?)))
        .map(|(chat, answer)| {
            let late = chat["info"]["endTimeL"].as_i64().unwrap() >= from.as_millisecond();
            let text = |name: &str| answer[name].as_str().unwrap().to_owned();
            (late, text("questionID"), text("displayName"))
        })
        .collect();
    let want = [(false, "How satisfied are you?"), (true, "How did we do today?")];
    assert_eq!(asked, want.map(|(late, text)| (late, "14".to_owned(), text.to_owned())).into());
    let messaging = found(&reader, Channel::Messaging, Scope::All).await;
    let asked: BTreeSet<(String, String)> = messaging
        .iter()
        .filter_map(|one| one.pointer("/conversationSurveys/0/surveyData/1"))
        .map(|answer| (answer["questionId"].to_string(), answer["question"].as_str().unwrap().to_owned()))
        .collect();
    assert_eq!(asked.len(), 2, "{asked:?}");
    assert!(asked.iter().all(|(id, _)| id == "\"q2\""), "{asked:?}");
}
