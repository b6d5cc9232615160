//! Availability from rows, beside a second by second count that is too simple to be wrong.

use diagnostics::{Availability, Beat, Rules, Span, availability};
use proptest::prelude::*;

const EVERY: i64 = 5_000;

fn beat(process: &str, at: i64, alive: i64) -> Beat {
    Beat { process: process.to_owned(), at, alive }
}

/// Rows of a process that lived from `from` until just before `until`, in seconds.
fn life(process: &str, from: i64, until: i64) -> Vec<Beat> {
    (from..until).step_by(5).map(|at| beat(process, at * 1_000, (at - from) * 1_000)).collect()
}

fn seconds(from: i64, until: i64) -> Span {
    Span { from: from * 1_000, until: until * 1_000 }
}

fn of(beats: Vec<Beat>, window: Span, maintenance: &[Span]) -> Availability {
    availability(beats, window, 0, window.until, maintenance, Rules::default())
}

#[test]
fn a_dead_process_spends_the_budget_and_a_second_one_saves_it() {
    let window = seconds(0, 1_000);
    let mut beats = life("a", 0, 400);
    beats.extend(life("b", 500, 1_000));
    let found = of(beats.clone(), window, &[]);
    assert_eq!((found.up, found.down, found.unknown), (900_000, 100_000, 0));
    assert_eq!(found.ratio(), Some(0.9));
    assert_eq!(found.outages.len(), 1);
    assert_eq!((found.outages[0].span, found.outages[0].lasts), (seconds(400, 500), false));
    assert!((found.spent(0.95).unwrap() - 2.0).abs() < 1e-9, "twice the budget");
    beats.extend(life("c", 380, 520));
    assert_eq!(of(beats.clone(), window, &[]).down, 0);
    beats.truncate(80);
    let found = of(beats, window, &[]);
    assert!(found.outages[0].lasts && found.outages[0].span.until == 1_000_000, "{found:?}");
}

#[test]
fn a_late_row_is_no_outage_and_two_missing_ones_are() {
    let late = vec![beat("a", 0, 0), beat("a", 10_000, 10_000), beat("a", 15_000, 15_000)];
    assert_eq!(of(late, seconds(0, 20), &[]).down, 0);
    let missing = vec![beat("a", 0, 0), beat("a", 15_000, 15_000)];
    assert_eq!(of(missing, seconds(0, 20), &[]).down, 10_000);
}

#[test]
fn planned_maintenance_counts_neither_way() {
    let beats = life("a", 0, 400).into_iter().chain(life("b", 500, 1_000)).collect();
    let found = of(beats, seconds(0, 1_000), &[seconds(390, 450), seconds(440, 480)]);
    assert_eq!((found.maintenance, found.down, found.up), (90_000, 20_000, 890_000));
}

#[test]
fn what_nobody_knows_is_unknown() {
    let window = seconds(0, 1_000);
    let nothing = availability([], window, 2_000_000, 3_000_000, &[], Rules::default());
    assert_eq!((nothing.unknown, nothing.ratio(), nothing.spent(0.999)), (1_000_000, None, None));
    assert_eq!(nothing.bounds(), Some((0.0, 1.0)));
    let since = availability(life("a", 600, 1_000), window, 600_000, 1_000_000, &[], Rules::default());
    assert_eq!((since.unknown, since.ratio()), (600_000, Some(1.0)));
    // The clock was set an hour on, or the machine slept: no row of the process is missing.
    let set =
        vec![beat("a", 0, 0), beat("a", 5_000, 5_000), beat("a", 3_610_000, 10_000), beat("a", 3_615_000, 15_000)];
    let found = of(set, seconds(0, 3_620), &[]);
    assert_eq!((found.down, found.unknown, found.up), (0, 3_600_000, 20_000));
    // And back.
    let back = vec![beat("a", 100_000, 0), beat("a", 50_000, 5_000), beat("a", 55_000, 10_000)];
    assert_eq!(of(back, seconds(50, 60), &[]).up, 10_000);
}

#[test]
fn what_is_still_to_come_does_not_count() {
    let found = availability(life("a", 0, 100), seconds(0, 1_000), 0, 100_000, &[], Rules::default());
    assert_eq!((found.window, found.up, found.down), (seconds(0, 100), 100_000, 0));
    let empty = availability(life("a", 0, 100), seconds(500, 900), 0, 100_000, &[], Rules::default());
    assert_eq!((empty.window.from, empty.window.until, empty.ratio()), (500_000, 500_000, None));
}

/// Second by second: the same rules, said another way.
fn plainly(beats: &[Beat], window: Span, known_since: i64, maintenance: &[Span]) -> [i64; 4] {
    let rules = Rules::default();
    let mut counts = [0; 4];
    for at in (window.from..window.until).step_by(1_000) {
        let has = |from: i64, until: i64| (from..until).contains(&at);
        let pairs = || {
            beats.iter().enumerate().filter_map(|(place, next)| {
                let before = beats[..place].iter().rev().find(|before| before.process == next.process)?;
                Some((before, next))
            })
        };
        let up = beats.iter().any(|beat| has(beat.at, beat.at + rules.every))
            || pairs().any(|(before, next)| next.at - before.at <= rules.tolerated && has(before.at, next.at));
        let asleep = pairs().any(|(before, next)| {
            let lived = next.alive - before.alive;
            next.at - before.at > rules.tolerated
                && (0..=rules.tolerated).contains(&lived)
                && has(before.at + rules.every, next.at)
        });
        let place = if maintenance.iter().any(|span| has(span.from, span.until)) {
            2
        } else if up {
            0
        } else if at < known_since || asleep {
            3
        } else {
            1
        };
        counts[place] += 1_000;
    }
    counts
}

proptest! {
    #[test]
    fn it_agrees_with_a_plain_count_and_adds_up(
        lives in prop::collection::vec((0_i64..200, 1_i64..120, prop::collection::vec((0_i64..20, 0_i64..20), 0..8)), 0..5),
        window in (0_i64..200, 0_i64..200),
        known_since in 0_i64..150,
        now in 0_i64..300,
        planned in prop::collection::vec((0_i64..200, 0_i64..60), 0..4),
    ) {
        // Rows with gaps, and clocks that jump.
        let mut beats = Vec::new();
        for (process, (from, length, odd)) in lives.iter().enumerate() {
            let (mut at, mut alive) = (*from, 0);
            let mut odd = odd.iter();
            while at < from + length {
                beats.push(beat(&process.to_string(), at * 1_000, alive * 1_000));
                let (gap, jump) = odd.next().copied().unwrap_or((0, 0));
                at += 5 + gap + jump;
                alive += 5 + gap;
            }
        }
        beats.sort_by_key(|beat| beat.at);
        let planned: Vec<Span> = planned.iter().map(|(from, length)| seconds(*from, from + length)).collect();
        let window = seconds(window.0, window.0 + window.1);
        let (known_since, now) = (known_since * 1_000, now * 1_000);
        let found = availability(beats.clone(), window, known_since, now, &planned, Rules::default());
        prop_assert_eq!(found.up + found.down + found.maintenance + found.unknown, found.window.until - found.window.from);
        prop_assert!(found.window.until <= now.max(window.from));
        prop_assert_eq!([found.up, found.down, found.maintenance, found.unknown], plainly(&beats, found.window, known_since, &planned));
        let outages: i64 = found.outages.iter().map(|outage| outage.span.until - outage.span.from).sum();
        prop_assert_eq!(outages, found.down);
        // One more living process never makes it worse.
        let mut more = beats;
        more.push(beat("more", 50_000, 0));
        more.sort_by_key(|beat| beat.at);
        let better = availability(more, window, known_since, now, &planned, Rules::default());
        prop_assert!(better.down <= found.down && better.up >= found.up);
        if let (Some(ratio), Some((least, most))) = (found.ratio(), found.bounds()) {
            prop_assert!(least <= ratio && ratio <= most && (0.0..=1.0).contains(&ratio));
        }
    }

    #[test]
    fn no_times_are_too_large(at in prop::collection::vec((any::<i64>(), any::<i64>()), 0..9), window in any::<(i64, i64)>()) {
        let beats = at.iter().map(|(at, alive)| beat("a", *at, *alive));
        let window = Span { from: window.0 / 4, until: window.1 / 4 };
        let found = availability(beats, window, 0, i64::MAX, &[], Rules { every: EVERY, tolerated: 0 });
        prop_assert!(found.window.until >= found.window.from);
    }
}
