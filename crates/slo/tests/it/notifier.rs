//! Who is told what, and how often.

use proptest::prelude::*;
use slo::{Firing, Kind, Labels, Matcher, Notice, Notifier, Severity, Silence};

const HOUR: i64 = 3_600;

fn firing(alert: &str, severity: Severity, objective: Option<&str>) -> Firing {
    let labels: Labels = objective.map(|name| ("objective".to_owned(), name.to_owned())).into_iter().collect();
    Firing { alert: alert.to_owned(), labels, severity, since: 0, value: 1.0 }
}

fn page(alert: &str) -> Firing {
    firing(alert, Severity::Page, None)
}

fn kinds(notices: &[Notice]) -> Vec<Kind> {
    notices.iter().map(|notice| notice.kind).collect()
}

fn silence(label: &str, value: &str, from: i64, until: i64) -> Silence {
    let matchers = vec![Matcher { label: label.to_owned(), value: value.to_owned(), not: false }];
    Silence {
        id: "s1".into(),
        matchers,
        from,
        until,
        who: "corp:ann".into(),
        why: "the disk is being exchanged".into(),
    }
}

#[test]
fn an_alert_is_told_once_then_again_after_hours_then_that_it_is_over() {
    let mut notifier = Notifier::default();
    let one = [page("disk-full"), page("disk-full")];
    assert_eq!(kinds(&notifier.turn(0, &one, &[])), [Kind::Fired]);
    for minute in 1..240 {
        assert_eq!(kinds(&notifier.turn(minute * 60, &one, &[])), []);
    }
    assert_eq!(kinds(&notifier.turn(4 * HOUR, &one, &[])), [Kind::Reminder]);
    assert_eq!(kinds(&notifier.turn(5 * HOUR, &[], &[])), [Kind::Resolved]);
    assert_eq!(kinds(&notifier.turn(6 * HOUR, &[], &[])), []);
    let ticket = [firing("disk-low", Severity::Ticket, None)];
    assert_eq!(kinds(&notifier.turn(7 * HOUR, &ticket, &[])), [Kind::Fired]);
    assert_eq!(kinds(&notifier.turn(30 * HOUR, &ticket, &[])), []);
    assert_eq!(kinds(&notifier.turn(31 * HOUR, &ticket, &[])), [Kind::Reminder]);
}

#[test]
fn what_is_silenced_is_told_when_the_silence_is_over_and_it_still_fires() {
    let mut notifier = Notifier::default();
    let silences = [silence("alert", "disk-full", 0, 2 * HOUR)];
    let one = [page("disk-full")];
    assert_eq!(kinds(&notifier.turn(0, &one, &silences)), []);
    assert_eq!(kinds(&notifier.turn(0, &[page("disk-full"), page("server-down")], &silences)), [Kind::Fired]);
    assert_eq!(kinds(&notifier.turn(HOUR, &one, &silences)), [Kind::Resolved]);
    assert_eq!(kinds(&notifier.turn(2 * HOUR, &one, &silences)), [Kind::Fired]);
    // What ended while nobody was to hear of it is not news.
    let later = [silence("alert", "disk-full", 2 * HOUR, 4 * HOUR)];
    assert_eq!(kinds(&notifier.turn(3 * HOUR, &[], &later)), []);
    assert_eq!(kinds(&notifier.turn(5 * HOUR, &[], &[])), []);
}

#[test]
fn silences_say_who_why_and_how_long_and_never_everything() {
    let good = silence("alert", "disk-full", 0, HOUR);
    assert_eq!(good.faults(), Vec::<String>::new());
    let change = |change: fn(&mut Silence)| {
        let mut silence = good.clone();
        change(&mut silence);
        silence.faults().len()
    };
    assert_eq!(change(|silence| silence.matchers.clear()), 1);
    assert_eq!(change(|silence| silence.matchers[0].not = true), 1);
    assert_eq!(change(|silence| silence.until = 0), 1);
    assert_eq!(change(|silence| silence.until = 93 * 86_400), 1);
    assert_eq!(change(|silence| silence.why = " ".into()), 1);
    assert_eq!(change(|silence| silence.who.clear()), 1);
    let mut empty = good.clone();
    empty.matchers.clear();
    assert!(!empty.covers(&page("disk-full"), 1));
    let mut but = good.clone();
    but.matchers.push(Matcher { label: "instance".into(), value: "a".into(), not: true });
    assert!(but.covers(&page("disk-full"), 1));
    let mut of_a = page("disk-full");
    of_a.labels.insert("instance".into(), "a".into());
    assert!(!but.covers(&of_a, 1) && good.covers(&of_a, 1) && !good.covers(&of_a, HOUR));
}

#[test]
fn a_ticket_on_a_budget_that_somebody_was_called_for_is_no_news() {
    let mut notifier = Notifier::default();
    let both = [
        firing("errors-fast", Severity::Page, Some("errors")),
        firing("errors-slow", Severity::Ticket, Some("errors")),
        firing("latency-slow", Severity::Ticket, Some("latency")),
    ];
    let told = notifier.turn(0, &both, &[]);
    let told: Vec<&str> = told.iter().map(|notice| notice.firing.alert.as_str()).collect();
    assert_eq!(told, ["errors-fast", "latency-slow"]);
    // The page is over, the ticket is left.
    let told = notifier.turn(60, &both[1..], &[]);
    assert_eq!(kinds(&told), [Kind::Resolved, Kind::Fired]);
}

#[test]
fn an_alert_that_comes_and_goes_is_told_as_such_once() {
    let mut notifier = Notifier::default();
    let one = [page("cpu-high")];
    let mut told = Vec::new();
    for minute in 0..120 {
        let now = if minute % 6 < 3 { &one[..] } else { &[] };
        told.extend(kinds(&notifier.turn(minute * 60, now, &[])));
    }
    let thrice = [Kind::Fired, Kind::Resolved].repeat(3);
    assert_eq!(told, [thrice, vec![Kind::Flapping]].concat());
    // Quiet at last.
    let quiet: Vec<Kind> = (120..160).flat_map(|minute| kinds(&notifier.turn(minute * 60, &[], &[]))).collect();
    assert_eq!(quiet, [Kind::Resolved]);
}

#[test]
fn whoever_has_the_lease_next_goes_on() {
    let mut first = Notifier::default();
    let one = [page("disk-full")];
    assert_eq!(kinds(&first.turn(0, &one, &[])), [Kind::Fired]);
    let kept = serde_json::to_string(&first.save()).unwrap();
    let mut next = Notifier::restored(serde_json::from_str(&kept).unwrap());
    assert_eq!(next, first);
    assert_eq!(kinds(&next.turn(60, &one, &[])), []);
    assert_eq!(kinds(&next.turn(120, &[], &[])), [Kind::Resolved]);
}

proptest! {
    #[test]
    fn people_hear_of_it_in_an_order_that_makes_sense_and_not_too_often(
        steps in prop::collection::vec((any::<bool>(), any::<bool>(), 1_i64..5), 1..400)
    ) {
        let mut notifier = Notifier::default();
        let (mut now, mut on) = (0, false);
        let one = [page("disk-full")];
        let mut times = Vec::new();
        for (fires, silent, minutes) in steps {
            now += minutes * 60;
            let silences = if silent { vec![silence("alert", "disk-full", now, now + 1)] } else { Vec::new() };
            let notices = notifier.turn(now, if fires { &one } else { &[] }, &silences);
            prop_assert!(notices.len() <= 1);
            prop_assert!(notices.is_empty() || !silent);
            for kind in kinds(&notices) {
                match kind {
                    Kind::Fired => { prop_assert!(!on || silences.is_empty()); on = true; }
                    Kind::Flapping => on = true,
                    Kind::Reminder => prop_assert!(on),
                    Kind::Resolved => { prop_assert!(on); on = false; }
                }
                times.push(now);
            }
            let kept = notifier.save();
            prop_assert_eq!(&Notifier::restored(kept), &notifier);
        }
    }

    #[test]
    fn however_it_comes_and_goes_there_are_few_notices_an_hour(
        steps in prop::collection::vec(any::<bool>(), 60..600)
    ) {
        let mut notifier = Notifier::default();
        let one = [page("disk-full")];
        let mut times = Vec::new();
        for (minute, fires) in steps.into_iter().enumerate() {
            let now = i64::try_from(minute).unwrap() * 60;
            let notices = notifier.turn(now, if fires { &one } else { &[] }, &[]);
            times.extend(notices.iter().map(|_| now));
        }
        for start in &times {
            let within = times.iter().filter(|at| (*start..start + HOUR).contains(at)).count();
            prop_assert!(within <= 9, "{within} within an hour of {start}");
        }
    }

    #[test]
    fn no_clock_makes_it_panic(clock in prop::collection::vec((any::<i64>(), any::<bool>()), 1..60)) {
        let mut notifier = Notifier::default();
        let one = [page("disk-full")];
        for (now, fires) in clock {
            notifier.turn(now, if fires { &one } else { &[] }, &[]);
        }
    }
}
