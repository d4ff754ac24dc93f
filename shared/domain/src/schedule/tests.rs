//! Schedules over whole years of clock changes, and expressions good and bad.

use super::*;
use jiff::civil::{DateTime, date};
use std::collections::BTreeSet;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn daily(hour: u8, offset_minutes: u8, zone: &str) -> Schedules {
    Schedules { periodic: false, daily: Some(DailySchedule { hour, zone: zone.to_owned() }), offset_minutes }
}

fn periodic(offset_minutes: u8) -> Schedules {
    Schedules { periodic: true, daily: None, offset_minutes }
}

fn expression_of(schedules: &Schedules) -> (Cron, TimeZone) {
    let [wanted] = &schedules.wanted()[..] else { panic!("one schedule: {schedules:?}") };
    let Expression::Cron(cron) = wanted.expression.parse().unwrap() else { panic!("cron: {wanted:?}") };
    (cron, check_zone(&wanted.zone).unwrap())
}

/// Walks every firing of a year of the daily schedule, and checks that each date of the zone's calendar gets its run once.
fn walk_a_year(year: i16, zone_name: &str, hour: u8, minute: u8) {
    let schedules = daily(hour, minute, zone_name);
    let (cron, zone) = expression_of(&schedules);
    let (from, until) = (date(year, 1, 1).at(12, 0, 0, 0), date(year + 1, 1, 3).at(12, 0, 0, 0));
    let [mut now, end] = [from, until].map(|local: DateTime| zone.to_timestamp(local).unwrap());
    let mut ids: Vec<RunId> = Vec::new();
    while let Some(firing) = cron.next_after(now, &zone).filter(|firing| *firing < end) {
        assert!(firing > now);
        let due = schedules.due(RunKind::Daily, firing).unwrap();
        assert!(due.window.until() <= firing, "{zone_name} {hour}:{minute}: due before it fires");
        if ids.last() != Some(&due.id) {
            let late = firing.duration_since(due.window.until());
            // The walk may begin between the firings of a date.
            assert!(
                ids.is_empty() || late < SignedDuration::from_hours(1),
                "{zone_name} {hour}:{minute}: {firing} is {late} late"
            );
            ids.push(due.id);
        }
        now = firing;
    }
    let unique: BTreeSet<_> = ids.iter().cloned().collect();
    assert_eq!(unique.len(), ids.len(), "{zone_name} {hour}:{minute}: a date came back later");
    assert!(ids.is_sorted(), "{zone_name} {hour}:{minute}: in order");
    // Of the first and last days only part is walked.
    let mut day = date(year, 1, 2);
    while day.year() == year {
        let id = RunId::new(&format!("daily-{day}")).unwrap();
        let exists = zone.to_datetime(zone.to_timestamp(day.at(12, 0, 0, 0)).unwrap()).date() == day;
        assert_eq!(unique.contains(&id), exists, "{zone_name} {hour}:{minute}: {day}");
        day = day.tomorrow().unwrap();
    }
}

#[test]
fn every_local_day_has_exactly_one_daily_run_whatever_clocks_do() {
    let zones = [
        ("Europe/Berlin", 2026),
        ("America/New_York", 2026),
        ("Australia/Lord_Howe", 2026),
        ("Africa/Cairo", 2026),
        ("America/Havana", 2026),
        ("Asia/Kolkata", 2026),
        ("UTC", 2026),
        ("America/Nuuk", 2026),
        ("America/St_Johns", 2010),
        ("Antarctica/Troll", 2026),
        ("Pacific/Chatham", 2026),
        ("Africa/Casablanca", 2026),
        ("Pacific/Apia", 2011),
    ];
    for (zone, year) in zones {
        for hour in 0..24 {
            walk_a_year(year, zone, hour, 7);
        }
    }
    for minute in [0, 1, 29, 30, 45, 59] {
        for hour in [0, 1, 2, 3, 23] {
            walk_a_year(2026, "Australia/Lord_Howe", hour, minute);
            walk_a_year(2010, "America/St_Johns", hour, minute);
        }
    }
}

#[test]
fn a_skipped_hour_runs_when_the_next_one_comes_and_a_double_hour_runs_once() {
    let schedules = daily(2, 7, "Europe/Berlin");
    let firings = |from: &str, count: usize| {
        let (cron, zone) = expression_of(&schedules);
        let next = |now: &Timestamp| cron.next_after(*now, &zone);
        let firings = std::iter::successors(next(&at(from)), next).take(count);
        firings
            .map(|firing| (firing.to_string(), schedules.due(RunKind::Daily, firing).unwrap().id.to_string()))
            .collect::<Vec<_>>()
    };
    let pair = |at: &str, id: &str| (at.to_owned(), id.to_owned());
    let spring = [
        pair("2026-03-28T01:07:00Z", "daily-2026-03-28"),
        pair("2026-03-28T02:07:00Z", "daily-2026-03-28"),
        pair("2026-03-29T01:07:00Z", "daily-2026-03-29"),
        pair("2026-03-30T00:07:00Z", "daily-2026-03-30"),
    ];
    assert_eq!(firings("2026-03-28T00:00:00Z", 4), spring, "02:07 is skipped, 03:07 runs");
    let autumn = [
        pair("2026-10-25T00:07:00Z", "daily-2026-10-25"),
        pair("2026-10-25T02:07:00Z", "daily-2026-10-25"),
        pair("2026-10-26T01:07:00Z", "daily-2026-10-26"),
    ];
    assert_eq!(firings("2026-10-25T00:00:00Z", 3), autumn, "02:07 comes twice and fires the first time");
}

#[test]
fn a_repeat_asks_for_the_same_run_over_the_same_window() {
    let schedules = daily(23, 30, "Europe/Berlin");
    let due = schedules.due(RunKind::Daily, at("2026-05-10T21:30:00Z")).unwrap();
    assert_eq!(due.id.as_str(), "daily-2026-05-10");
    let window = SyncWindow::new(at("2026-05-08T21:30:00Z"), at("2026-05-10T21:30:00Z")).unwrap();
    assert_eq!(due.window, window, "48 hours up to when it is due");
    let after_midnight = schedules.due(RunKind::Daily, at("2026-05-10T22:30:00Z")).unwrap();
    assert_eq!(after_midnight, due, "the firing of the next hour is after midnight");
    let before = schedules.due(RunKind::Daily, at("2026-05-10T21:29:59Z")).unwrap();
    assert_eq!(before.id.as_str(), "daily-2026-05-09");

    // A minute after midnight these clocks went back to the evening before; the new date had begun.
    let midnight = daily(0, 0, "America/St_Johns");
    let due = midnight.due(RunKind::Daily, at("2010-11-07T02:30:00Z")).unwrap();
    assert_eq!(due.id.as_str(), "daily-2010-11-07");
    assert_eq!(midnight.due(RunKind::Daily, at("2010-11-07T03:00:00Z")), Some(due));

    let schedules = periodic(7);
    let due = schedules.due(RunKind::Periodic, at("2026-03-01T03:07:00Z")).unwrap();
    assert_eq!(due.id.as_str(), "periodic-20260301T0307Z");
    let window = SyncWindow::new(at("2026-02-28T21:07:00Z"), at("2026-03-01T03:07:00Z")).unwrap();
    assert_eq!(due.window, window, "6 hours up to when it is due");
    assert_eq!(schedules.due(RunKind::Periodic, at("2026-03-01T06:06:59.999Z")), Some(due));
    let next = schedules.due(RunKind::Periodic, at("2026-03-01T06:07:00Z")).unwrap();
    assert_eq!(next.id.as_str(), "periodic-20260301T0607Z");
}

#[test]
fn periodic_firings_are_their_own_slots_and_their_windows_overlap() {
    for offset in [0, 7, 59] {
        let schedules = periodic(offset);
        let (cron, zone) = expression_of(&schedules);
        let mut now = at("2026-03-28T23:59:00Z");
        let mut covered: Option<SyncWindow> = None;
        for _ in 0..40 {
            let firing = cron.next_after(now, &zone).unwrap();
            assert_eq!(schedules.next(RunKind::Periodic, now), Some(firing));
            let window = schedules.due(RunKind::Periodic, firing).unwrap().window;
            assert_eq!((window.until(), window.length()), (firing, SignedDuration::from_hours(6)));
            if let Some(before) = covered {
                let overlap = before.until().duration_since(window.from());
                assert_eq!(overlap, SignedDuration::from_hours(3), "a whole run may fail");
            }
            (covered, now) = (Some(window), firing);
        }
    }
}

#[test]
fn the_next_daily_run_is_the_first_firing_of_a_new_date() {
    let schedules = daily(2, 7, "Europe/Berlin");
    let cases = [
        ("2026-03-28T00:00:00Z", "2026-03-28T01:07:00Z"),
        ("2026-03-28T01:07:00Z", "2026-03-29T01:07:00Z"),
        ("2026-03-28T01:30:00Z", "2026-03-29T01:07:00Z"),
        // Clocks have skipped 02:07, and the run waits for 03:07.
        ("2026-03-29T01:03:00Z", "2026-03-29T01:07:00Z"),
        ("2026-03-29T01:07:00Z", "2026-03-30T00:07:00Z"),
        ("2026-10-25T00:07:00Z", "2026-10-26T01:07:00Z"),
    ];
    for (now, want) in cases {
        assert_eq!(schedules.next(RunKind::Daily, at(now)), Some(at(want)), "{now}");
    }
    let before_midnight = daily(23, 7, "UTC");
    assert_eq!(
        before_midnight.next(RunKind::Daily, at("2026-03-28T23:30:00Z")),
        Some(at("2026-03-29T23:07:00Z"))
    );
}

#[test]
fn what_stands_at_the_scheduler_names_the_hour_and_the_one_after() {
    let both = Schedules { periodic: true, ..daily(2, 7, "America/Havana") };
    let shown = |schedules: &Schedules| {
        let wanted = schedules.wanted();
        wanted.iter().map(|one| format!("{} {} {}", one.name, one.expression, one.zone)).collect::<Vec<_>>()
    };
    assert_eq!(
        shown(&both),
        ["periodic cron(7 0/3 * * ? *) UTC", "daily cron(7 2,3 * * ? *) America/Havana"]
    );
    assert_eq!(shown(&daily(23, 0, "UTC")), ["daily cron(0 0,23 * * ? *) UTC"]);
    assert_eq!(
        shown(&daily(1, 59, "Antarctica/Troll")),
        ["daily cron(59 1,2,3 * * ? *) Antarctica/Troll"],
        "its clocks skip two hours at once"
    );
    assert!(Schedules::default().wanted().is_empty());
    for wanted in both.wanted() {
        assert_eq!(check_expression(&wanted.expression), Ok(()));
    }
}

#[test]
fn schedules_that_are_off_or_wrong_are_never_due() {
    let now = at("2026-03-28T12:00:00Z");
    let wrong =
        [daily(24, 7, "UTC"), daily(2, 60, "UTC"), daily(2, 7, "Mars/Base"), periodic(60), periodic(7)];
    for schedules in wrong {
        assert_eq!(schedules.due(RunKind::Daily, now), None, "{schedules:?}");
        assert_eq!(schedules.next(RunKind::Daily, now), None, "{schedules:?}");
    }
    for schedules in [periodic(60), daily(2, 7, "UTC")] {
        assert_eq!(schedules.due(RunKind::Periodic, now), None, "{schedules:?}");
        assert_eq!(schedules.next(RunKind::Periodic, now), None, "{schedules:?}");
    }
    assert_eq!(periodic(7).due(RunKind::Manual, now), None);
}

#[test]
fn each_error_names_its_field_and_the_way_out() {
    let errors = daily(24, 60, "europe/berlin").check();
    let said: Vec<_> = errors.iter().map(|error| (error.field(), error.to_string())).collect();
    let wants = [
        ("offset_minutes", "offset_minutes is 60", "0 to 59"),
        ("daily.hour", "daily.hour is 24", "0 to 23"),
        ("daily.zone", "daily.zone is 'europe/berlin'", "do you mean Europe/Berlin?"),
    ];
    assert_eq!(said.len(), wants.len(), "{said:?}");
    for ((field, sentence), (want, problem, way_out)) in said.iter().zip(wants) {
        assert_eq!(*field, want);
        assert!(sentence.contains(problem) && sentence.contains(way_out), "{sentence}");
    }
    assert!(errors.iter().all(|error| error.code() == Code::ScheduleInvalid));
    for zone in ["", "+01:00", "Mars/Base"] {
        let sentence = daily(0, 0, zone).check()[0].to_string();
        assert!(sentence.contains("daily.zone") && sentence.contains("Europe/Berlin"), "{sentence}");
    }
    assert!(daily(0, 0, "UTC").check().is_empty() && daily(23, 59, "Asia/Kolkata").check().is_empty());
    assert!(Schedules::default().check().is_empty());
}

#[test]
fn stacks_are_spread_over_the_hour_and_keep_their_minute() {
    // FNV-1a of these two is published: 0x811c9dc5 and 0xbf9cf968.
    assert_eq!((offset_of(""), offset_of("foobar")), (1, 40));
    let mut stacks = [0_u32; 60];
    for n in 0..6_000 {
        stacks[usize::from(offset_of(&format!("chatlink-customer-{n}")))] += 1;
    }
    assert!(stacks.iter().all(|stacks| (50..=150).contains(stacks)), "{stacks:?}");
}
