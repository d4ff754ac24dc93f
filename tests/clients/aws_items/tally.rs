//! What is counted per UTC day: calls to Salesforce, and how often addresses found a value.

use super::Aws;
use domain::{
    Channel,
    ports::{ApiUsage, HitRate, Tally},
};
use futures::future::join_all;
use jiff::civil::{Date, date};

const DAY: Date = date(2026, 3, 2);

#[tokio::test]
async fn calls_of_a_day_add_up_however_many_add_at_once() {
    let aws = Aws::new().await;
    let first = aws.table.add_calls(DAY, 3, None).await.unwrap();
    assert_eq!(first, ApiUsage { ours: 3, allowed: 0 });
    for sum in join_all((0..10).map(|_| aws.table.add_calls(DAY, 2, Some(15_000)))).await {
        sum.unwrap();
    }
    let sum = aws.table.add_calls(DAY, 0, None).await.unwrap();
    assert_eq!(sum, ApiUsage { ours: 23, allowed: 15_000 }, "what the org allows is kept");
    let next = aws.table.add_calls(date(2026, 3, 3), 1, None).await.unwrap();
    assert_eq!(next.ours, 1, "each day by itself");
}

fn rate(channel: Channel, field: &str, seen: u64, hits: u64, question: Option<&str>) -> HitRate {
    HitRate { channel, field: field.to_owned(), seen, hits, question_id: question.map(str::to_owned) }
}

#[tokio::test]
async fn hit_rates_add_up_per_channel_field_and_day() {
    let aws = Aws::new().await;
    let rates = [
        rate(Channel::Chat, "Skill__c", 100, 90, None),
        rate(Channel::Messaging, "Skill__c", 50, 5, None),
        rate(Channel::Chat, "CSAT__c", 100, 40, Some("14")),
    ];
    for _ in 0..2 {
        aws.table.add_hits(DAY, &rates).await.unwrap();
    }
    // Nothing was found, so no question was seen.
    aws.table.add_hits(DAY, &[rate(Channel::Chat, "CSAT__c", 10, 0, None)]).await.unwrap();
    let mut found = aws.table.hits(DAY).await.unwrap();
    found.sort_by_key(|rate| (rate.field.clone(), rate.channel.as_str()));
    let want = [
        rate(Channel::Chat, "CSAT__c", 210, 80, Some("14")),
        rate(Channel::Chat, "Skill__c", 200, 180, None),
        rate(Channel::Messaging, "Skill__c", 100, 10, None),
    ];
    assert_eq!(found, want);
    assert_eq!(aws.table.hits(date(2026, 3, 1)).await, Ok(Vec::new()));
}
