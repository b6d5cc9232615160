//! What is done to a log as a store keeps it, and that all of it is found.

use audit::Report;

use crate::log::{Log, known};

/// A log with everything in it: two keys' checkpoints, a retention, stored nodes, an anchor.
fn whole(entries: usize) -> Log {
    let mut log = Log::of(entries, entries.min(250) - 1);
    log.retain(2..5);
    log.sign(1);
    log.anchor();
    log
}

#[track_caller]
fn found(log: &Log, what: &str) -> Report {
    let report = log.examine();
    assert!(!report.is_sound(), "not found: {what}");
    report
}

#[test]
fn nothing_is_found_in_a_log_that_nobody_touched() {
    for entries in [5, 6, 255, 256, 257, 600] {
        let log = whole(entries);
        let report = log.examine();
        assert!(report.is_sound(), "{entries}: {report:?}");
        let all = entries as u64 + 1;
        assert_eq!((report.entries, report.to, report.dropped, report.vouched_to), (all, all, 3, all), "{report:?}");
        assert_eq!(report.anchors, 1);
        assert_eq!(log.nodes.len(), (entries + 1) / 256);
    }
    assert!(Log::empty().examine().is_sound());
}

/// What a place is called, the function that leads to it, and where it begins.
type Place = (String, fn(&mut Log, usize) -> Option<&mut Vec<u8>>, usize);

/// Each place where a byte is kept, given as a function that leads to it.
fn each_text(log: &Log) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for at in 0..log.rows.len() {
        places.push((format!("body {at}"), |log, at| log.rows[at].body.as_mut(), at));
        places.push((format!("leaf {at}"), |log, at| Some(&mut log.rows[at].leaf), at));
        places.push((format!("action {at}"), |log, at| log.rows[at].texts[0].as_mut(), at));
        places.push((format!("caller {at}"), |log, at| log.rows[at].texts[1].as_mut(), at));
        places.push((format!("project {at}"), |log, at| log.rows[at].texts[2].as_mut(), at));
        places.push((format!("request {at}"), |log, at| log.rows[at].texts[3].as_mut(), at));
    }
    for at in 0..log.nodes.len() {
        places.push((format!("node {at}"), |log, at| Some(&mut log.nodes[at].2), at));
    }
    for at in 0..log.checkpoints.len() {
        places.push((format!("checkpoint {at}"), |log, at| Some(&mut log.checkpoints[at].1), at));
    }
    places
}

#[test]
fn every_flipped_byte_is_found() {
    let sound = whole(6);
    let mut flipped = 0;
    for (name, place, at) in each_text(&sound) {
        for byte in 0.. {
            let mut log = sound.clone();
            if place(&mut log, at).and_then(|text| text.get_mut(byte)).is_none() {
                break;
            }
            let masks: &[u8] = if crate::long() { &[1, 2, 4, 8, 16, 32, 64, 128] } else { &[1, 0x80] };
            for mask in masks {
                let mut log = log.clone();
                *place(&mut log, at).and_then(|text| text.get_mut(byte)).unwrap() ^= mask;
                found(&log, &format!("{name}, byte {byte}, {mask:#x}"));
                flipped += 1;
            }
        }
    }
    assert!(flipped > 5_000, "{flipped}");
}

#[test]
fn flipped_bytes_beneath_and_in_stored_nodes_are_found() {
    let sound = whole(600);
    for at in 0..sound.nodes.len() {
        for byte in (0..32).step_by(5) {
            let mut log = sound.clone();
            log.nodes[at].2[byte] ^= 1;
            found(&log, "a node");
        }
    }
    for at in (0..600).step_by(19) {
        let mut log = sound.clone();
        let bytes = log.rows[at].leaf.len();
        log.rows[at].leaf[at % bytes] ^= 1;
        found(&log, "a leaf");
    }
}

#[test]
fn a_changed_number_time_level_or_size_is_found() {
    let sound = whole(300);
    for bit in [0, 1, 5, 8, 31, 47, 62] {
        for at in [0, 1, 150, 300] {
            let mut log = sound.clone();
            log.rows[at].number ^= 1 << bit;
            found(&log, "a number");
            let mut log = sound.clone();
            if let Some(at_ms) = &mut log.rows[at].at_ms {
                *at_ms ^= 1 << bit;
                found(&log, "a time");
            }
        }
        let mut log = sound.clone();
        log.nodes[0].0 ^= 1 << bit;
        found(&log, "a level");
        let mut log = sound.clone();
        log.nodes[0].1 ^= 1 << bit;
        found(&log, "the place of a node");
        let mut log = sound.clone();
        log.checkpoints[1].0 ^= 1 << bit;
        found(&log, "a size");
    }
}

#[test]
fn entries_taken_out_put_in_doubled_or_moved_are_found() {
    let sound = whole(14);
    let last = sound.rows.len() - 1;
    let forged = Log::of(15, 100).rows;
    for at in 0..=last {
        let mut log = sound.clone();
        log.rows.remove(at);
        let report = found(&log, "taken out");
        if at < last {
            assert!(report.findings[0].problem.contains(&format!("Entry {at} is missing")), "{report:?}");
        }
        // With the numbers mended, and with the hashes: the signed roots still tell.
        renumber(&mut log);
        found(&log, "taken out and renumbered");
        for other in 0..=last {
            let mut log = sound.clone();
            let row = log.rows[other].clone();
            log.rows.insert(at, row);
            found(&log, "doubled");
            renumber(&mut log);
            // At the very end it is an entry more, which nobody has vouched for yet.
            if (at, other) != (last, last) {
                found(&log, "put in and renumbered");
            }
            if at != other {
                let mut log = sound.clone();
                log.rows.swap(at, other);
                found(&log, "swapped");
                renumber(&mut log);
                found(&log, "swapped and renumbered");
            }
        }
        let mut log = sound.clone();
        log.rows[at] = forged[0].clone();
        log.rows[at].number = i64::try_from(at).unwrap();
        if forged[0] != sound.rows[at] {
            found(&log, "another entry in its place, hashed right");
        }
    }
}

fn renumber(log: &mut Log) {
    log.rows.iter_mut().zip(0..).for_each(|(row, number)| row.number = number);
}

#[test]
fn a_tail_that_was_cut_off_is_found_down_to_the_last_checkpoint() {
    let sound = whole(40);
    for left in 0..sound.rows.len() {
        let mut log = sound.clone();
        log.rows.truncate(left);
        found(&log, "cut off");
        // With the checkpoints after it: the anchor still tells.
        log.checkpoints.retain(|(size, _)| *size <= i64::try_from(left).unwrap());
        let report = found(&log, "cut off with its checkpoints");
        assert!(report.findings.iter().any(|finding| finding.problem.contains("the end was cut off")), "{report:?}");
    }
    let mut log = sound;
    for _ in 0..3 {
        log.append(domain::AuditAction::Event(domain::SecurityEvent::SignedOut), None);
    }
    assert_eq!(log.examine().vouched_to, 41);
    log.rows.truncate(41);
    assert!(log.examine().is_sound(), "what comes after the last checkpoint can be cut: docs/audit.md says so");
}

#[test]
fn an_older_copy_and_another_history_are_found() {
    let mut log = Log::of(20, 5);
    let older = log.clone();
    log.append(domain::AuditAction::Event(domain::SecurityEvent::SignedOut), None);
    log.sign(1);
    log.anchor();
    let mut replayed = older.clone();
    replayed.anchors.clone_from(&log.anchors);
    assert!(older.examine().is_sound());
    found(&replayed, "an older copy");
    // The holder of the key writes another history of the same length, and of a longer one, and signs it.
    for more in [1, 9] {
        let mut fork = older.clone();
        for _ in 0..more {
            fork.append(domain::AuditAction::Event(domain::SecurityEvent::LockedOut), None);
        }
        fork.sign(1);
        assert!(fork.examine().is_sound());
        fork.anchors.clone_from(&log.anchors);
        let report = found(&fork, "a fork");
        assert!(report.findings.iter().any(|one| one.problem.contains("two histories")), "{report:?}");
    }
}

#[test]
fn nodes_and_checkpoints_taken_out_or_put_in_are_found() {
    let sound = whole(600);
    let mut log = sound.clone();
    log.nodes.remove(1);
    found(&log, "a node taken out");
    let mut log = sound.clone();
    log.nodes.push((8, 2, vec![0; 32]));
    found(&log, "a node put in");
    let mut log = sound.clone();
    log.checkpoints.pop();
    let report = found(&log, "a checkpoint taken out that is anchored");
    assert!(report.findings[0].problem.contains("no longer keeps"), "{report:?}");
    let mut log = sound;
    log.sign(9);
    found(&log, "a checkpoint of a stranger");
}

#[test]
fn texts_that_no_retention_tells_of_are_missed() {
    let sound = whole(40);
    for blanked in [vec![0], vec![1, 2], vec![5], vec![39], vec![40], vec![0, 1, 5, 6, 20]] {
        let mut log = sound.clone();
        log.blank(blanked.clone());
        let report = found(&log, &format!("{blanked:?}"));
        if blanked == [0, 1, 5, 6, 20] {
            let at: Vec<_> = report.findings.iter().map(|finding| finding.entry).collect();
            assert_eq!(at, [Some(0), Some(5), Some(20)], "{report:?}");
        }
    }
    let mut log = sound;
    log.rows[3].at_ms = Some(1);
    found(&log, "a column of a dropped entry");
}

#[test]
fn a_retention_covers_only_what_was_before_it() {
    let mut log = Log::of(10, 5);
    log.append(
        domain::AuditAction::Asked(domain::Operation::ManageAudit),
        Some(r#"{"dropped":[[8,11]],"beforeMs":0}"#.to_owned()),
    );
    log.append(domain::AuditAction::Event(domain::SecurityEvent::SignedIn), None);
    log.blank([8, 9, 11]);
    assert_eq!(found(&log, "later than the retention").findings[0].entry, Some(8));
}

#[test]
fn keys_decide_what_is_believed() {
    let log = whole(12);
    let report = log.examine_with(known(2));
    assert!(report.findings.len() >= log.checkpoints.len() && report.vouched_to == 0, "{report:?}");
}

#[test]
fn findings_are_bounded_and_counted() {
    let mut log = Log::of(300, 500);
    log.rows.iter_mut().for_each(|row| row.at_ms = None);
    let report = found(&log, "all times");
    assert_eq!((report.findings.len(), report.more_findings), (audit::MOST_FINDINGS, 200));
}
