//! Expressions good and bad, and when they fire.

use super::{Expression, ScheduleError, check_expression, check_zone};
use jiff::Timestamp;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn what_eventbridge_scheduler_documents_is_accepted() {
    let good = [
        "rate(1 minute)",
        "rate(1 minutes)",
        "rate(5 minutes)",
        "rate(1 hour)",
        "rate(12 hours)",
        "rate(1 day)",
        "rate(7 days)",
        "cron(7 0/3 * * ? *)",
        "cron(7 2,3 * * ? *)",
        "cron(0/15 * * * ? *)",
        "cron(*/5 * * * ? *)",
        "cron(0 18 ? * MON-FRI *)",
        "cron(0 8 1 * ? *)",
        "cron(0/5 8-17 ? * MON-FRI *)",
        "cron(30 20 ? * 6L 2030-2031)",
        "cron(0 9 ? * 2#1 *)",
        "cron(0 9 ? * TUE#3 *)",
        "cron(0 9 ? * L *)",
        "cron(0 9 L * ? *)",
        "cron(0 9 15W * ? *)",
        "cron(0 9 ? JAN,APR-JUN SUN,3-5 1970,2199)",
        "cron(5,10-20/5 0 1/7 1/3 ? 2026/2)",
        "at(2026-03-02T09:30:00)",
        "at(2028-02-29T23:59:59)",
    ];
    for text in good {
        assert_eq!(check_expression(text), Ok(()), "{text}");
    }
}

#[test]
fn a_bad_expression_is_refused_by_the_part_that_is_wrong() {
    let bad = [
        // The six that nothing else refuses; the zone is checked apart.
        ("cron(0 2 * * *)", "number of fields"),
        ("crn(0 2 * * ? *)", "form"),
        ("rate(0 minutes)", "rate value"),
        ("cron(0 2 1 * MON *)", "days"),
        ("cron(0 2 * 13 ? *)", "month"),
        ("cron(0 2 * * * *)", "days"),
        ("cron(0 2 ? * ? *)", "days"),
        ("cron(0 2 * * ? * *)", "number of fields"),
        ("cron()", "number of fields"),
        ("", "form"),
        ("7 2 * * ? *", "form"),
        ("cron(0 2 * * ? *", "form"),
        (" cron(0 2 * * ? *)", "form"),
        ("CRON(0 2 * * ? *)", "form"),
        ("cron(60 2 * * ? *)", "minutes"),
        ("cron(-1 2 * * ? *)", "minutes"),
        ("cron(? 2 * * ? *)", "minutes"),
        ("cron(, 2 * * ? *)", "minutes"),
        ("cron(1,* 2 * * ? *)", "minutes"),
        ("cron(0/0 2 * * ? *)", "minutes"),
        ("cron(0/60 2 * * ? *)", "minutes"),
        ("cron(0/ 2 * * ? *)", "minutes"),
        ("cron(+5 2 * * ? *)", "minutes"),
        ("cron(0 24 * * ? *)", "hours"),
        ("cron(0 22-2 * * ? *)", "hours"),
        ("cron(0 L * * ? *)", "hours"),
        ("cron(0 2 0 * ? *)", "day of month"),
        ("cron(0 2 32 * ? *)", "day of month"),
        ("cron(0 2 32W * ? *)", "day of month"),
        ("cron(0 2 W * ? *)", "day of month"),
        ("cron(0 2 1W,15W * ? *)", "day of month"),
        ("cron(0 2 * 0 ? *)", "month"),
        ("cron(0 2 * MAI ? *)", "month"),
        ("cron(0 2 * MON ? *)", "month"),
        ("cron(0 2 ? * 0 *)", "day of week"),
        ("cron(0 2 ? * 8 *)", "day of week"),
        ("cron(0 2 ? * 2#6 *)", "day of week"),
        ("cron(0 2 ? * 2#0 *)", "day of week"),
        ("cron(0 2 ? * 3#1,6#3 *)", "day of week"),
        ("cron(0 2 ? * 2/2 *)", "day of week"),
        ("cron(0 2 ? * 3W *)", "day of week"),
        ("cron(0 2 * * ? 1969)", "year"),
        ("cron(0 2 * * ? 2200)", "year"),
        ("rate(5)", "rate"),
        ("rate(5 minute)", "rate unit"),
        ("rate(2 day)", "rate unit"),
        ("rate(5 weeks)", "rate unit"),
        ("rate(5 seconds)", "rate unit"),
        ("rate(-5 minutes)", "rate value"),
        ("rate(1.5 hours)", "rate value"),
        ("rate(five minutes)", "rate value"),
        ("rate(5  minutes)", "rate unit"),
        ("at(2026-03-02)", "at"),
        ("at(2026-02-29T09:30:00)", "at"),
        ("at(2026-03-02T09:30)", "at"),
        ("at(2026-03-02T09:30:00Z)", "at"),
        ("at(2026-03-02 09:30:00)", "at"),
        ("at(2026-03-02T24:00:00)", "at"),
        ("at(2026-03-02T09:30:00.5)", "at"),
    ];
    for (text, want) in bad {
        match check_expression(text) {
            Err(ScheduleError::Expression { expression, part, problem }) => {
                assert_eq!((expression.as_str(), part), (text, want), "{problem}");
            }
            other => panic!("{text}: {other:?}"),
        }
    }
    assert!(check_zone("Mars/Base").is_err());
    let long = format!("cron({} 2 * * ? *)", vec!["0"; 200].join(","));
    assert!(check_expression(&long).is_err());
}

#[test]
fn expressions_fire_when_they_say() {
    // Expression, zone, after, and the firings that follow.
    let cases: &[(&str, &str, &str, &[&str])] = &[
        (
            "cron(0/20 8 * * ? *)",
            "UTC",
            "2026-03-01T08:20:00Z",
            &["2026-03-01T08:40:00Z", "2026-03-02T08:00:00Z"],
        ),
        ("cron(0 9 ? * MON-FRI *)", "UTC", "2026-03-06T09:00:00Z", &["2026-03-09T09:00:00Z"]),
        ("cron(0 9 ? * 2#1 *)", "UTC", "2026-03-02T09:00:00Z", &["2026-04-06T09:00:00Z"]),
        ("cron(0 9 ? * 2#5 *)", "UTC", "2026-03-31T09:00:00Z", &["2026-06-29T09:00:00Z"]),
        (
            "cron(0 9 ? * 6L 2026)",
            "UTC",
            "2026-11-01T00:00:00Z",
            &["2026-11-27T09:00:00Z", "2026-12-25T09:00:00Z"],
        ),
        ("cron(0 9 ? * 6L 2026)", "UTC", "2026-07-01T00:00:00Z", &["2026-07-31T09:00:00Z"]),
        ("cron(0 9 ? * L *)", "UTC", "2026-03-01T00:00:00Z", &["2026-03-07T09:00:00Z"]),
        ("cron(0 9 L 2 ? *)", "UTC", "2027-03-01T00:00:00Z", &["2028-02-29T09:00:00Z"]),
        ("cron(0 9 30 * ? *)", "UTC", "2026-01-31T00:00:00Z", &["2026-03-30T09:00:00Z"]),
        // Saturday the 1st goes on to Monday, Sunday the 31st back to Friday, others to the next weekday.
        ("cron(0 9 1W * ? *)", "UTC", "2026-07-15T00:00:00Z", &["2026-08-03T09:00:00Z"]),
        (
            "cron(0 9 31W * ? *)",
            "UTC",
            "2026-05-15T00:00:00Z",
            &["2026-05-29T09:00:00Z", "2026-07-31T09:00:00Z"],
        ),
        ("cron(0 9 14W * ? *)", "UTC", "2026-03-01T00:00:00Z", &["2026-03-13T09:00:00Z"]),
        ("cron(0 9 15W * ? *)", "UTC", "2026-03-01T00:00:00Z", &["2026-03-16T09:00:00Z"]),
        ("cron(0 9 1 1/6 ? 2026/2)", "UTC", "2026-07-01T09:00:00Z", &["2028-01-01T09:00:00Z"]),
        ("cron(30 2 * * ? *)", "Europe/Berlin", "2026-03-28T12:00:00Z", &["2026-03-30T00:30:00Z"]),
        (
            "cron(30 2 * * ? *)",
            "Europe/Berlin",
            "2026-10-24T12:00:00Z",
            &["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"],
        ),
        // Asked between the two, it does not come again.
        ("cron(30 2 * * ? *)", "Europe/Berlin", "2026-10-25T01:00:00Z", &["2026-10-26T01:30:00Z"]),
        // Cairo's clocks skip the midnight that begins 24 April.
        ("cron(0 0 * * ? *)", "Africa/Cairo", "2026-04-23T00:00:00Z", &["2026-04-24T21:00:00Z"]),
        (
            "rate(90 minutes)",
            "UTC",
            "2026-03-01T00:00:00Z",
            &["2026-03-01T00:10:00Z", "2026-03-01T01:40:00Z"],
        ),
        ("at(2026-03-02T09:30:00)", "Asia/Kolkata", "2026-03-01T00:00:00Z", &["2026-03-02T04:00:00Z"]),
    ];
    let start = at("2026-03-01T00:10:00Z");
    for (text, zone, after, wants) in cases {
        let (expression, zone): (Expression, _) = (text.parse().unwrap(), check_zone(zone).unwrap());
        let mut now = at(after);
        for want in *wants {
            now = expression.next_after(now, &zone, start).unwrap();
            assert_eq!(now, at(want), "{text} after {after}");
        }
    }
}

#[test]
fn what_is_over_fires_no_more() {
    let utc = check_zone("UTC").unwrap();
    for text in ["cron(0 9 * * ? 2025)", "cron(0 9 30 2 ? *)", "at(2026-03-01T00:00:00)"] {
        let expression: Expression = text.parse().unwrap();
        let now = at("2026-03-01T00:00:00Z");
        assert_eq!(expression.next_after(now, &utc, now), None, "{text}");
    }
}
