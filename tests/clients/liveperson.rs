//! The LivePerson client against the simulated account.

use crate::harness::{Bound, NOW, Served, at, clock, pauses, window};
use ::liveperson::{LivePerson, Retries, Settings};
use domain::{
    Channel, Scope, Search, SyncWindow,
    ports::{Clock, Page, Source, SourceError},
};
use futures::future::join_all;
use jiff::SignedDuration;
use local::{
    liveperson::{Account, Simulator, World, WorldOptions},
    simulator::Behaviour,
};
use serde_json::Value;
use std::{collections::BTreeSet, sync::Arc};

/// Small pages keep the tests quick; LivePerson allows 100.
const PAGE: u64 = 10;

/// A client and the account it reads: 30 conversations a day, half of them chats.
pub(crate) struct Reader {
    pub(crate) client: LivePerson,
    simulator: Simulator,
    served: Served,
}

impl Reader {
    pub(crate) async fn new(faults: &[&str]) -> Reader {
        Reader::with(faults, |_| ()).await
    }

    async fn with(faults: &[&str], change: impl FnOnce(&mut Settings)) -> Reader {
        Reader::over(faults, clock(), |world| world, change).await
    }

    /// An account over a world that `world` changes, and a client whose settings `change` changes.
    pub(crate) async fn over(
        faults: &[&str],
        clock: Arc<dyn Clock>,
        world: impl FnOnce(World) -> World,
        change: impl FnOnce(&mut Settings),
    ) -> Reader {
        let account = Account::sample();
        let options = WorldOptions {
            account: account.id.clone(),
            seed: 13,
            conversations: 1_050,
            days: 35,
            now: at(NOW),
        };
        let faults = faults.iter().map(|fault| fault.parse().unwrap()).collect();
        let behaviour = Behaviour { faults, ..Behaviour::default() };
        let world = world(World::new(options));
        let simulator = Simulator::new(account.clone(), world, behaviour, Arc::clone(&clock));
        let served = Bound::new().await.serve(simulator.router());
        let mut settings = Settings {
            domain_url: served.url.parse().unwrap(),
            account: account.id,
            credentials: account.credentials,
            retries: Retries { throttled: pauses(2), unavailable: pauses(3) },
        };
        change(&mut settings);
        Reader { client: LivePerson::new(settings, clock).unwrap(), simulator, served }
    }

    async fn first_page(&self, channel: Channel) -> Result<Page, SourceError> {
        self.client.read_page(&all(channel, day()), 0, PAGE).await
    }

    /// Every page of a window, one after the other.
    async fn pages(&self, channel: Channel, window: SyncWindow) -> Vec<Page> {
        self.found(&all(channel, window)).await
    }

    /// Every page of a search, one after the other.
    pub(crate) async fn found(&self, search: &Search) -> Vec<Page> {
        let (mut pages, mut offset) = (Vec::new(), 0);
        loop {
            let page = self.client.read_page(search, offset, PAGE).await.unwrap();
            offset += PAGE;
            let last = offset >= page.total;
            pages.push(page);
            if last {
                return pages;
            }
        }
    }

    pub(crate) fn calls(&self, operation: &str) -> u64 {
        self.simulator.switchboard().calls().get(operation).copied().unwrap_or(0)
    }
}

fn day() -> SyncWindow {
    window("2026-02-20T00:00:00Z", "2026-02-21T00:00:00Z")
}

/// Every conversation of a channel that started in a window.
pub(crate) fn all(channel: Channel, starts: SyncWindow) -> Search {
    Search { channel, starts, scope: Scope::All }
}

/// The operation of a channel's search, as the simulator counts it.
fn search_of(channel: Channel) -> &'static str {
    match channel {
        Channel::Chat => "chat-search",
        Channel::Messaging => "messaging-search",
    }
}

/// Id and start, in epoch milliseconds, of each record.
pub(crate) fn outlines(pages: &[Page]) -> Vec<(String, i64)> {
    let outline = |record: &str| {
        let record: Value = serde_json::from_str(record).unwrap();
        let info = &record["info"];
        let id = info.get("engagementId").or(info.get("conversationId")).unwrap();
        (id.as_str().unwrap().to_owned(), info["startTimeL"].as_i64().unwrap())
    };
    pages.iter().flat_map(|page| page.records().map(outline)).collect()
}

#[tokio::test]
async fn hosts_are_asked_for_once() {
    let reader = Reader::new(&[]).await;
    let searches = Channel::ALL.into_iter().cycle().take(8).map(|channel| reader.first_page(channel));
    for page in join_all(searches).await {
        assert_eq!(page.unwrap().records.len(), 10);
    }
    reader.client.skills().await.unwrap();
    assert_eq!(reader.calls("discovery"), 1);
    assert_eq!((reader.calls("chat-search"), reader.calls("messaging-search")), (4, 4));
}

#[tokio::test]
async fn the_call_that_finds_the_hosts_is_counted_with_the_page_that_needed_it() {
    let reader = Reader::new(&[]).await;
    assert_eq!(reader.first_page(Channel::Chat).await.unwrap().calls, 2);
    assert_eq!(reader.first_page(Channel::Chat).await.unwrap().calls, 1);
}

#[tokio::test]
async fn hosts_that_could_not_be_found_are_asked_for_again() {
    let reader = Reader::new(&["liveperson:discovery:503:first=4"]).await;
    assert!(matches!(reader.first_page(Channel::Chat).await, Err(SourceError::Unavailable { .. })));
    assert!(reader.first_page(Channel::Chat).await.is_ok());
    assert_eq!(reader.calls("discovery"), 5);
}

#[tokio::test]
async fn a_window_is_read_page_by_page_and_each_conversation_once() {
    let reader = Reader::new(&[]).await;
    let asked = window("2026-02-18T06:13:20Z", "2026-02-21T21:47:10.500Z");
    let wider = SyncWindow::new(
        asked.from() - SignedDuration::from_hours(6),
        asked.until() + SignedDuration::from_hours(6),
    );
    // LivePerson widens both bounds to round ten minutes.
    let widened = at("2026-02-18T06:10:00Z").as_millisecond()..=at("2026-02-21T21:50:00Z").as_millisecond();
    for channel in Channel::ALL {
        let pages = reader.pages(channel, asked).await;
        let found = outlines(&pages);
        assert!(pages.len() > 3, "{channel}: {} pages are not many", pages.len());
        assert!(pages.iter().all(|page| page.total == found.len() as u64 && !page.partial), "{channel}");
        let ids: BTreeSet<_> = found.iter().map(|(id, _)| id).collect();
        assert_eq!(ids.len(), found.len(), "{channel}: a conversation came twice");
        assert!(found.is_sorted_by_key(|(_, start)| *start), "{channel}: oldest first");
        let mut whole = outlines(&reader.pages(channel, wider.clone().unwrap()).await);
        whole.retain(|(_, start)| widened.contains(start));
        assert_eq!(found, whole, "{channel}: what started inside, and nothing else");
    }
}

#[tokio::test]
async fn windows_that_meet_lose_no_conversation() {
    let reader = Reader::new(&[]).await;
    for channel in Channel::ALL {
        let whole = outlines(&reader.pages(channel, day()).await);
        let halves = day().pieces(2);
        let mut parts = BTreeSet::new();
        for half in halves {
            parts.extend(outlines(&reader.pages(channel, half).await));
        }
        assert_eq!(parts, whole.into_iter().collect(), "{channel}");
    }
}

#[tokio::test]
async fn a_window_in_which_nothing_happened_is_an_empty_page() {
    let reader = Reader::new(&[]).await;
    let future = window("2026-03-05T00:00:00Z", "2026-03-06T00:00:00Z");
    for channel in Channel::ALL {
        let page = reader.client.read_page(&all(channel, future), 0, PAGE).await.unwrap();
        assert_eq!((page.total, page.records.len(), page.partial), (0, 0, false), "{channel}");
    }
}

#[tokio::test]
async fn skills_come_with_id_and_name() {
    let reader = Reader::new(&[]).await;
    let skills = reader.client.skills().await.unwrap();
    assert_eq!(skills.len(), 6);
    assert!(skills.iter().any(|skill| (skill.id.as_str(), skill.name.as_str()) == ("101", "Billing")));
}

#[tokio::test]
async fn a_wrong_key_is_refused_with_livepersons_words_and_no_secret() {
    const HUSH: &str = "hush-hush";
    type Change = fn(&mut ::liveperson::Credentials);
    let cases: [(Change, &str); 4] = [
        (|key| key.consumer_secret = HUSH.to_owned(), "signature_invalid"),
        (|key| key.access_token_secret = HUSH.to_owned(), "signature_invalid"),
        (|key| key.access_token = HUSH.to_owned(), "token_rejected"),
        (|key| key.consumer_key = HUSH.to_owned(), "consumer_key_unknown"),
    ];
    for (change, words) in cases {
        let reader = Reader::with(&[], |settings| change(&mut settings.credentials)).await;
        let error = reader.first_page(Channel::Messaging).await.unwrap_err();
        let SourceError::Unauthorized { reason } = &error else { panic!("{words}: {error:?}") };
        assert!(reason.contains("401") && reason.contains(words), "{reason}");
        for hidden in [HUSH, "local-consumer-secret", "local-token-secret"] {
            assert!(!format!("{error} {error:?}").contains(hidden), "{error:?}");
        }
        assert_eq!(reader.calls("messaging-search"), 1, "{words}: asking again would not help");
    }
}

#[tokio::test]
async fn an_account_livepersons_directory_does_not_know_is_unauthorized() {
    let reader = Reader::with(&[], |settings| settings.account = "le00000000".to_owned()).await;
    let error = reader.first_page(Channel::Chat).await.unwrap_err();
    assert!(
        matches!(&error, SourceError::Unauthorized { reason } if reason.contains("invalid site")),
        "{error}"
    );
    assert_eq!(reader.simulator.switchboard().total_calls(), 1);
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_said() {
    let account = Account::sample();
    let reader = Reader::new(&[]).await;
    let settings = Settings {
        domain_url: reader.served.url.parse().unwrap(),
        account: account.id,
        credentials: account.credentials,
        retries: Retries { throttled: pauses(2), unavailable: pauses(2) },
    };
    let slow = crate::harness::Still(at(NOW) - SignedDuration::from_mins(10));
    let client = LivePerson::new(settings, Arc::new(slow)).unwrap();
    let error = client.skills().await.unwrap_err();
    assert!(
        matches!(&error, SourceError::Unauthorized { reason } if reason.contains("timestamp_refused")),
        "{error}"
    );
}

#[tokio::test]
async fn throttling_is_waited_out_and_then_said() {
    for (channel, status) in [(Channel::Chat, 302), (Channel::Chat, 429), (Channel::Messaging, 429)] {
        let operation = search_of(channel);
        let passing = Reader::new(&[&format!("liveperson:{operation}:{status}:first=2")]).await;
        let page = passing.first_page(channel).await.unwrap();
        assert_eq!((page.records.len(), page.calls), (10, 4), "{operation} {status}");
        assert_eq!(passing.calls(operation), 3, "{operation} {status}");

        let lasting = Reader::new(&[&format!("liveperson:{operation}:{status}")]).await;
        assert_eq!(lasting.first_page(channel).await, Err(SourceError::Throttled), "{operation} {status}");
        assert_eq!(lasting.calls(operation), 3, "{operation} {status}: two pauses, three calls");
    }
}

#[tokio::test]
async fn server_errors_are_retried_as_often_as_there_are_pauses() {
    for status in [500, 502, 503, 504] {
        let passing = Reader::new(&[&format!("liveperson:chat-search:{status}:first=3")]).await;
        let page = passing.first_page(Channel::Chat).await.unwrap();
        assert_eq!((page.records.len(), page.calls), (10, 5), "{status}");

        let lasting = Reader::new(&[&format!("liveperson:chat-search:{status}")]).await;
        let error = lasting.first_page(Channel::Chat).await.unwrap_err();
        let SourceError::Unavailable { reason } = &error else { panic!("{status}: {error:?}") };
        assert!(reason.contains(&format!("status {status}")), "{reason}");
        assert_eq!(lasting.calls("chat-search"), 4, "{status}: three pauses, four calls");
    }
}

#[tokio::test]
async fn throttling_and_failure_each_have_their_own_pauses() {
    let faults = [
        "liveperson:chat-search:429:nth=1",
        "liveperson:chat-search:503:nth=2",
        "liveperson:chat-search:302:nth=3",
        "liveperson:chat-search:500:nth=4",
    ];
    let retries = |settings: &mut Settings, throttled, unavailable| {
        settings.retries = Retries { throttled: pauses(throttled), unavailable: pauses(unavailable) };
    };
    let enough = Reader::with(&faults, |settings| retries(settings, 2, 2)).await;
    assert!(enough.first_page(Channel::Chat).await.is_ok());
    let short = Reader::with(&faults, |settings| retries(settings, 1, 9)).await;
    assert_eq!(short.first_page(Channel::Chat).await, Err(SourceError::Throttled));
    assert_eq!(short.calls("chat-search"), 3);
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again() {
    for channel in Channel::ALL {
        let operation = search_of(channel);
        let passing = Reader::new(&[&format!("liveperson:{operation}:lost-answer:first=2")]).await;
        let page = passing.first_page(channel).await.unwrap();
        assert_eq!((page.records.len(), passing.calls(operation)), (10, 3), "{channel}");

        let lasting = Reader::new(&[&format!("liveperson:{operation}:lost-answer")]).await;
        let error = lasting.first_page(channel).await.unwrap_err();
        assert!(matches!(error, SourceError::Unavailable { .. }), "{channel}: {error:?}");
        assert!(!error.to_string().contains("http://"), "a log must not hold the query: {error}");
        assert_eq!(lasting.calls(operation), 4, "{channel}");
    }
}

#[tokio::test]
async fn a_request_livepersons_rules_forbid_is_refused_once_with_the_causes() {
    let reader = Reader::new(&[]).await;
    let long = window("2026-01-10T00:00:00Z", "2026-02-20T00:00:00Z");
    let error = reader.client.read_page(&all(Channel::Chat, long), 0, PAGE).await.unwrap_err();
    let SourceError::Rejected { reason } = &error else { panic!("{error:?}") };
    assert!(reason.contains("400") && reason.contains("longer than 31 days"), "{reason}");
    let error = reader.client.read_page(&all(Channel::Chat, day()), 0, 101).await.unwrap_err();
    assert!(error.to_string().contains("limit: must be less than or equal to 100"), "{error}");
    assert_eq!(reader.calls("chat-search"), 2, "each was asked once");
}

#[tokio::test]
async fn a_page_some_shards_did_not_answer_for_says_so() {
    for channel in Channel::ALL {
        let reader = Reader::new(&[&format!("liveperson:{}:partial:nth=1", search_of(channel))]).await;
        let partial = reader.first_page(channel).await.unwrap();
        assert_eq!((partial.partial, partial.records.len()), (true, 9), "{channel}");
        let whole = reader.first_page(channel).await.unwrap();
        assert_eq!((whole.partial, whole.records.len()), (false, 10), "{channel}");
    }
}
