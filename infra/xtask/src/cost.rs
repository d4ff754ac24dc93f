//! What a stack costs on AWS: counted operations of a test run, and list prices, both dated in `costs.toml`.

use crate::say;
use serde::Deserialize;
use std::{fs, path::Path};

const DAYS: f64 = 30.0;
/// Periodic runs look at the last six hours every three, daily ones at the last 48: each conversation is looked at four
/// times.
const LOOKS: f64 = 4.0;
const RUNS_A_DAY: f64 = 9.0;
/// A slice per channel and scope, and more where one would hold more than 10,000 conversations.
const SLICES_A_RUN: f64 = 4.0;
const MOST_IN_A_SLICE: f64 = 10_000.0;
const MONTHS_KEPT: f64 = 13.0;
const SECRETS: f64 = 4.0;

#[derive(Deserialize)]
struct Costs {
    prices: Prices,
    counted: Counted,
    assumed: Assumed,
}

#[derive(Deserialize)]
struct Prices {
    as_of: String,
    lambda_million_requests: f64,
    lambda_gb_second_arm64: f64,
    dynamodb_million_writes: f64,
    dynamodb_million_reads: f64,
    dynamodb_gb_month: f64,
    dynamodb_backup_gb_month: f64,
    events_million: f64,
    scheduler_million: f64,
    sqs_million_requests: f64,
    http_api_million_requests: f64,
    secret_month: f64,
    secrets_million_calls: f64,
    alarm_month: f64,
    dashboard_month: f64,
    logs_gb: f64,
    traces_million: f64,
}

#[derive(Deserialize)]
struct Counted {
    on: String,
    changed: Units,
    unchanged: Units,
}

/// DynamoDB's units per 1,000 conversations.
#[derive(Deserialize)]
struct Units {
    write_units: f64,
    read_units: f64,
}

#[derive(Deserialize)]
struct Assumed {
    liveperson_seconds_per_page: f64,
    salesforce_seconds_per_call: f64,
    writes_per_conversation: f64,
    widget_requests_per_conversation: f64,
    widget_seconds_per_request: f64,
    kilobytes_per_conversation: f64,
    log_kilobytes_per_invocation: f64,
    traced_share: f64,
}

/// One line of the bill: what, how much, in US dollars a month.
struct Line(&'static str, String, f64);

/// Prints the bill of a month.
pub(crate) fn print(root: &Path, conversations_per_day: u32) -> Result<(), String> {
    let file = root.join("infra/xtask/costs.toml");
    let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let costs: Costs = toml::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))?;
    let alarms = alarms(root)?;
    let lines = bill(&costs, f64::from(conversations_per_day), alarms);
    say(&format!("A stack with {conversations_per_day} conversations a day, per month of 30 days:\n"));
    for Line(what, how_much, dollars) in &lines {
        say(&format!("  {what:<22} {how_much:>44}  {dollars:>9.2} USD"));
    }
    let sum: f64 = lines.iter().map(|line| line.2).sum();
    say(&format!("  {:<22} {:>44}  {sum:>9.2} USD", "", ""));
    say(&format!(
        "\nList prices of us-east-1 as of {}, without free tiers; operations as counted on {}; what one machine cannot \
         measure is assumed. All of it: infra/xtask/costs.toml. LivePerson and Salesforce are not in it.",
        costs.prices.as_of, costs.counted.on
    ));
    Ok(())
}

/// As many as the template has.
fn alarms(root: &Path) -> Result<f64, String> {
    let file = root.join("infra/template.yaml");
    let template = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(template.matches("Type: AWS::CloudWatch::Alarm").count() as f64)
}

fn bill(costs: &Costs, a_day: f64, alarms: f64) -> Vec<Line> {
    let Costs { prices, counted, assumed } = costs;
    let conversations = a_day * DAYS;
    let changed = conversations * assumed.writes_per_conversation;
    let unchanged = conversations * LOOKS - changed;
    let thousands = |units: &Units, one: fn(&Units) -> f64, of: f64| one(units) * of / 1_000.0;
    let writes = thousands(&counted.changed, |units| units.write_units, changed)
        + thousands(&counted.unchanged, |units| units.write_units, unchanged);
    let reads = thousands(&counted.changed, |units| units.read_units, changed)
        + thousands(&counted.unchanged, |units| units.read_units, unchanged);
    let gigabytes = conversations * MONTHS_KEPT * assumed.kilobytes_per_conversation / 1e6;

    let runs = RUNS_A_DAY * DAYS;
    let slices = runs * SLICES_A_RUN + (changed + unchanged) / MOST_IN_A_SLICE;
    let widget = conversations * assumed.widget_requests_per_conversation;
    // Four pages are read at once, while what they changed is written.
    let reading = (changed + unchanged) / 100.0 * assumed.liveperson_seconds_per_page / 4.0;
    let writing = (changed / 1_000.0).max(runs) * assumed.salesforce_seconds_per_call;
    let seconds_of_slices = reading.max(writing) + slices;
    let seconds_of_others = widget * assumed.widget_seconds_per_request + conversations + runs * 2.0;
    let gb_seconds = seconds_of_slices * 1.0 + seconds_of_others * 0.5;
    let invocations = slices + runs + widget + conversations;
    let events = conversations + runs + slices;
    // A queue is asked by five pollers, every 20 seconds each, whether there is work or not.
    let polls = 5.0 * 3.0 * 60.0 * 24.0 * DAYS + slices * 3.0;
    let million = |count: f64, price: f64| count / 1e6 * price;
    vec![
        Line(
            "functions",
            format!("{invocations:.0} invocations, {gb_seconds:.0} GB-s"),
            million(invocations, prices.lambda_million_requests) + gb_seconds * prices.lambda_gb_second_arm64,
        ),
        Line(
            "table",
            format!("{writes:.0} writes, {reads:.0} reads, {gigabytes:.2} GB"),
            million(writes, prices.dynamodb_million_writes)
                + million(reads, prices.dynamodb_million_reads)
                + gigabytes * (prices.dynamodb_gb_month + prices.dynamodb_backup_gb_month),
        ),
        Line(
            "events and schedules",
            format!("{events:.0} events, {runs:.0} firings"),
            million(events, prices.events_million) + million(runs, prices.scheduler_million),
        ),
        Line("queue", format!("{polls:.0} requests"), million(polls, prices.sqs_million_requests)),
        Line("HTTP API", format!("{widget:.0} requests"), million(widget, prices.http_api_million_requests)),
        Line(
            "secrets",
            format!("{SECRETS:.0} secrets, {slices:.0} calls"),
            SECRETS * prices.secret_month + million(slices, prices.secrets_million_calls),
        ),
        Line(
            "alarms and dashboard",
            format!("{alarms:.0} alarms, 1 dashboard"),
            alarms * prices.alarm_month + prices.dashboard_month,
        ),
        Line(
            "logs",
            format!("{:.2} GB", invocations * assumed.log_kilobytes_per_invocation / 1e6),
            invocations * assumed.log_kilobytes_per_invocation / 1e6 * prices.logs_gb,
        ),
        Line(
            "traces",
            format!("{:.0} traces", invocations * assumed.traced_share),
            million(invocations * assumed.traced_share, prices.traces_million),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bill_grows_with_the_conversations_and_never_without_reason() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let costs: Costs =
            toml::from_str(&fs::read_to_string(root.join("infra/xtask/costs.toml")).unwrap()).unwrap();
        let sum = |a_day: f64| bill(&costs, a_day, 20.0).iter().map(|line| line.2).sum::<f64>();
        assert!(sum(0.0) > SECRETS * costs.prices.secret_month && sum(0.0) < 20.0, "{}", sum(0.0));
        assert!(sum(1_000.0) < sum(10_000.0) && sum(10_000.0) < 10.0 * sum(1_000.0));
        assert!(alarms(&root).unwrap() >= 12.0);
    }
}
