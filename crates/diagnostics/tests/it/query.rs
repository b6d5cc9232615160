//! Searches.

use std::ops::ControlFlow;

use diagnostics::{Filter, Order, Query, Wanted, run};
use jiff::Timestamp;
use proptest::prelude::*;

use crate::fixture::{all, find, line, messages, pack, put};

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let of = |lines: &[String]| lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    let early = [
        line(10, "INFO", "opened", r#","request_id":"r1","caller":"eve""#),
        line(30, "ERROR", "disk \"full\"", r#","cause":"No space (os error 28)","caller":"adam""#),
    ];
    pack(&put(at, 10, 1, of(&early).as_bytes()));
    let other = [
        line(20, "WARN", "slow", r#","trace_id":"t1","spans":[{"name":"call","request_id":"r1"}]"#),
        line(40, "DEBUG", "detail", r#","n":42,"nested":{"deep":["Needle"]}"#),
    ];
    put(at, 20, 2, of(&other).as_bytes());
    folder
}

fn of(wanted: Wanted) -> Vec<String> {
    let folder = folder();
    let (found, _) = find(folder.path(), &wanted, Order::Oldest, None);
    let (mut newest, _) = find(folder.path(), &wanted, Order::Newest, Some(100));
    newest.reverse();
    assert_eq!(newest, found, "both orders find the same");
    messages(&found).into_iter().map(str::to_owned).collect()
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn each_condition_finds_its_lines() {
    let with = Wanted::default;
    assert_eq!(of(with()), ["opened", "slow", "disk \"full\"", "detail"]);
    assert_eq!(of(Wanted { level: some("warn"), ..with() }), ["slow", "disk \"full\""]);
    assert_eq!(of(Wanted { request: some("r1"), ..with() }), ["opened", "slow"], "those of spans too");
    assert_eq!(of(Wanted { trace: some("t1"), ..with() }), ["slow"]);
    assert_eq!(of(Wanted { caller: some("adam"), ..with() }), ["disk \"full\""]);
    assert_eq!(of(Wanted { target: some("store"), ..with() }).len(), 4);
    assert_eq!(of(Wanted { target: some("sto"), ..with() }).len(), 0, "a module is a whole name");
    assert_eq!(
        of(Wanted { text: some("FULL\""), ..with() }),
        ["disk \"full\""],
        "as it was said, not as it is written"
    );
    assert_eq!(of(Wanted { text: some("needle"), ..with() }), ["detail"]);
    assert_eq!(of(Wanted { text: some("42"), ..with() }), ["detail"]);
    assert_eq!(of(Wanted { text: some("f.ll"), ..with() }).len(), 0, "a text is no expression");
    assert_eq!(of(Wanted { pattern: some(r"os error \d+"), ..with() }), ["disk \"full\""]);
    let (from, until) = (some("2026-11-23T00:00:20Z"), some("2026-11-23T00:00:40Z"));
    assert_eq!(of(Wanted { from, until, ..with() }), ["slow", "disk \"full\""]);
}

#[test]
fn a_limit_says_whether_there_is_more() {
    let folder = folder();
    for (order, wanted) in [(Order::Newest, ["detail", "disk \"full\""]), (Order::Oldest, ["opened", "slow"])] {
        let (found, summary) = find(folder.path(), &Wanted::default(), order, Some(2));
        assert_eq!((messages(&found), summary.more, summary.shown), (wanted.to_vec(), true, 2));
        let (_, summary) = find(folder.path(), &Wanted::default(), order, Some(4));
        assert!(!summary.more, "{order:?}");
    }
}

#[test]
fn files_of_other_times_are_not_opened() {
    let folder = folder();
    put(folder.path(), 50_000, 3, format!("{}\n", line(50_000, "INFO", "late", "")).as_bytes());
    let until = Wanted { until: some("2026-11-23T00:01:00Z"), ..Wanted::default() };
    assert_eq!(find(folder.path(), &until, Order::Oldest, None).1.files, 2);
    let from = Wanted { from: some("2099-01-01T00:00:00Z"), ..Wanted::default() };
    assert_eq!(find(folder.path(), &from, Order::Oldest, None).1.files, 0);
}

#[test]
fn a_file_that_is_there_both_ways_is_read_once() {
    let folder = tempfile::tempdir().unwrap();
    let content = format!("{}\n", line(1, "INFO", "once", ""));
    let path = put(folder.path(), 1, 1, content.as_bytes());
    pack(&path);
    put(folder.path(), 1, 1, content.as_bytes());
    assert_eq!(messages(&all(folder.path()).0), ["once"]);
}

#[test]
fn who_has_enough_ends_the_search() {
    let folder = folder();
    let filter = Filter::new(&Wanted::default(), Timestamp::now()).unwrap();
    let mut count = 0;
    let query = Query { filter, order: Order::Oldest, limit: None };
    let summary = run(folder.path(), &query, &mut |_| {
        count += 1;
        ControlFlow::Break(())
    });
    assert_eq!((count, summary.unwrap().more), (1, true));
}

#[test]
fn what_makes_no_sense_is_refused_with_its_field() {
    let with = Wanted::default;
    let long = "x".repeat(2_000);
    for (wanted, field) in [
        (Wanted { from: some("yesterday evening"), ..with() }, "from"),
        (Wanted { from: some("1m"), until: some("2m"), ..with() }, "until"),
        (Wanted { from: some("-999999999999y"), ..with() }, "from"),
        (Wanted { level: some("loud"), ..with() }, "level"),
        (Wanted { level: some("3"), ..with() }, "level"),
        (Wanted { request: some(""), ..with() }, "request"),
        (Wanted { text: Some(long.clone()), ..with() }, "text"),
        (Wanted { pattern: some("("), ..with() }, "pattern"),
        (Wanted { pattern: some(r"(\w{1000}){1000}"), ..with() }, "pattern"),
    ] {
        let error = Filter::new(&wanted, Timestamp::now()).unwrap_err();
        assert_eq!(error.field, Some(field), "{error:?}");
        assert!(!error.message.is_empty() && !error.hint.is_empty());
    }
    let filter = Filter::new(&with(), Timestamp::now()).unwrap();
    let nothing = &mut |_: &diagnostics::Record| ControlFlow::Continue(());
    for (order, limit) in [(Order::Newest, None), (Order::Newest, Some(1_000_000)), (Order::Oldest, Some(0))] {
        let query = Query { filter: filter.clone(), order, limit };
        assert_eq!(run(folder().path(), &query, nothing).unwrap_err().field, Some("limit"));
    }
    let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
    for age in ["15m", "2h", "3d", "15 minutes ago"] {
        assert!(Filter::new(&Wanted { from: some(age), ..with() }, now).is_ok(), "{age}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn both_orders_find_what_a_plain_look_at_all_lines_finds(
        files in prop::collection::vec((prop::collection::vec((0_u32..500, 0_usize..5), 0..30), any::<bool>()), 0..6),
        limit in 1_usize..40,
        least in 0_usize..5,
    ) {
        const LEVELS: [&str; 5] = ["ERROR", "WARN", "INFO", "DEBUG", "TRACE"];
        let folder = tempfile::tempdir().unwrap();
        let mut expected = Vec::new();
        for (process, (lines, packed)) in files.iter().enumerate() {
            let mut lines = lines.clone();
            lines.sort_unstable();
            let text: String = lines.iter().enumerate().map(|(place, (second, level))| {
                let message = format!("{second} {process} {place}");
                if *level <= least {
                    expected.push((*second, message.clone()));
                }
                line(*second, LEVELS[*level], &message, "") + "\n"
            }).collect();
            let begin = lines.first().map_or(0, |(second, _)| *second);
            let path = put(folder.path(), begin, u32::try_from(process).unwrap() + 1, text.as_bytes());
            if *packed {
                pack(&path);
            }
        }
        expected.sort();
        let wanted = Wanted { level: Some(LEVELS[least].to_lowercase()), ..Wanted::default() };
        let (found, summary) = find(folder.path(), &wanted, Order::Oldest, None);
        let mut said: Vec<String> = messages(&found).into_iter().map(str::to_owned).collect();
        prop_assert!(found.is_sorted_by_key(|record| record.time));
        said.sort();
        let mut plain: Vec<String> = expected.iter().map(|(_, message)| message.clone()).collect();
        plain.sort();
        prop_assert_eq!(&said, &plain);
        prop_assert_eq!((summary.damaged_lines, summary.shown), (0, plain.len() as u64));
        let (newest, summary) = find(folder.path(), &wanted, Order::Newest, Some(limit));
        prop_assert_eq!(newest.len(), limit.min(plain.len()));
        prop_assert_eq!(summary.more, plain.len() > limit);
        let times: Vec<_> = newest.iter().map(|record| record.time).collect();
        let last: Vec<_> = found.iter().rev().take(limit).map(|record| record.time).collect();
        prop_assert_eq!(times, last);
    }
}
