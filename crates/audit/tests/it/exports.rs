//! Exports, checked with nothing but a key.

use audit::{Anchor, Report, verify_export};

use crate::log::{Log, known};

fn verify(export: &[u8], anchors: &[Anchor]) -> Report {
    verify_export(export, Some(known(1)), anchors).unwrap().report
}

fn log() -> Log {
    let mut log = Log::of(20, 7);
    log.retain(2..5);
    log.sign(1);
    log.anchor();
    log
}

#[test]
fn whole_and_partial_exports_are_vouched_for() {
    let log = log();
    for (from, to) in [(0, 21), (0, 20), (3, 21), (6, 20), (7, 8), (0, 1)] {
        let report = verify(log.export(from, to).as_bytes(), &log.anchors);
        // The entry that tells of the retention must be in the export of what it dropped.
        let untold = from < 5 && to < 21 && to > 2;
        assert_eq!(report.is_sound(), !untold, "{from} {to} {report:?}");
        let numbers = (from as u64, to as u64, to as u64, 1);
        assert_eq!((report.from, report.to, report.vouched_to, report.anchors), numbers, "{report:?}");
    }
    assert!(verify_export(log.export(0, 21).as_bytes(), None, &[]).unwrap().report.is_sound());
    let stranger = verify_export(log.export(0, 21).as_bytes(), Some(known(2)), &[]).unwrap().report;
    assert!(!stranger.is_sound() && stranger.vouched_to == 0, "{stranger:?}");
}

#[test]
fn every_flipped_byte_is_found() {
    let log = log();
    for (from, to) in [(5, 9), (17, 21)] {
        let sound = log.export(from, to).into_bytes();
        let masks: &[u8] = if crate::long() { &[1, 2, 4, 8, 16, 32, 64, 128] } else { &[0x20] };
        for at in 0..sound.len() {
            for mask in masks {
                let mut export = sound.clone();
                export[at] ^= mask;
                assert!(!verify(&export, &[]).is_sound(), "byte {at}, {mask:#x}");
                // Without a key from outside the header is all there is to go by; still nothing passes.
                if at < 1_500 {
                    assert!(!verify_export(export.as_slice(), None, &[]).unwrap().report.is_sound(), "byte {at} alone");
                }
            }
        }
    }
}

#[test]
fn lines_taken_out_put_in_doubled_moved_or_cut_are_found() {
    let export = log().export(10, 21);
    let lines: Vec<&str> = export.split_inclusive('\n').collect();
    let unsound = |lines: &[&str], what: &str| assert!(!verify(lines.concat().as_bytes(), &[]).is_sound(), "{what}");
    for at in 0..lines.len() {
        let mut other = lines.clone();
        other.remove(at);
        unsound(&other, "taken out");
        unsound(&lines[..at], "cut off");
        for place in 0..lines.len() {
            let mut other = lines.clone();
            other.insert(place, lines[at]);
            unsound(&other, "doubled");
            if at != place {
                let mut other = lines.clone();
                other.swap(at, place);
                unsound(&other, "swapped");
            }
        }
    }
    for at in (0..export.len()).step_by(17) {
        assert!(!verify(&export.as_bytes()[..at], &[]).is_sound(), "cut at byte {at}");
    }
}

#[test]
fn an_export_that_ends_before_the_anchor_is_found() {
    let mut log = log();
    let older = log.export(0, 21);
    log.append(domain::AuditAction::Event(domain::SecurityEvent::SignedOut), None);
    log.sign(1);
    log.anchor();
    assert!(verify(older.as_bytes(), &log.anchors[..1]).is_sound());
    let report = verify(older.as_bytes(), &log.anchors);
    assert!(report.findings[0].problem.contains("older copy"), "{report:?}");
}

#[test]
fn an_export_that_nothing_vouches_for_says_so() {
    let mut log = Log::of(10, 5);
    log.append(domain::AuditAction::Event(domain::SecurityEvent::SignedOut), None);
    let report = verify(log.export(10, 11).as_bytes(), &[]);
    assert!(report.findings[0].problem.contains("No signed checkpoint"), "{report:?}");
    let report = verify(log.export(8, 11).as_bytes(), &[]);
    assert!(report.is_sound() && report.vouched_to == 10, "{report:?}");
    assert!(!verify(Log::of(3, 5).export(0, 3).as_bytes(), &[]).is_sound());
}
