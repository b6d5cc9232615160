//! Time, and what is kept of the output.

use std::time::{Duration, Instant};

use secrecy::SecretSlice;
use subprocess::{End, Limits};

use crate::shell::{script, text};

fn limits(time_ms: u64, grace_ms: u64) -> Limits {
    Limits { time: Duration::from_millis(time_ms), grace: Duration::from_millis(grace_ms), ..Limits::default() }
}

#[test]
fn output_and_exit_code_are_told() {
    let ended = script("echo good; echo bad >&2; exit 7").run().unwrap();
    assert_eq!(ended.end, End::Code(7));
    assert_eq!((text(ended.stdout.bytes()), text(ended.stderr.bytes())), ("good\n".to_owned(), "bad\n".to_owned()));
    assert!(!ended.stdout.is_cut() && !ended.end.is_good());
}

#[test]
fn a_signal_is_told_as_one() {
    let ended = script("kill -USR1 $$").run().unwrap();
    assert_eq!(ended.end, End::Signal(10));
    assert_eq!(ended.end.to_string(), "it was ended by signal 10");
}

#[test]
fn whoever_takes_too_long_may_end_by_itself_first() {
    let ended = script("trap 'echo asked; exit 0' TERM; while :; do sleep 0.02; done").limits(limits(200, 5000));
    let ended = ended.run().unwrap();
    assert_eq!((ended.end, text(ended.stdout.bytes())), (End::TimedOut, "asked\n".to_owned()));
    assert!(ended.took < Duration::from_secs(60), "{:?}", ended.took);
}

#[test]
fn whoever_does_not_end_when_asked_is_ended() {
    let started = Instant::now();
    let ended = script("trap '' TERM; echo deaf; while :; do sleep 0.02; done").limits(limits(200, 200)).run().unwrap();
    assert_eq!((ended.end, text(ended.stdout.bytes())), (End::TimedOut, "deaf\n".to_owned()));
    assert!(started.elapsed() < Duration::from_secs(60));
}

#[test]
fn what_is_too_much_is_thrown_away_and_said() {
    let kept = Limits { output_bytes: 1000, ..Limits::default() };
    let ended = script("head -c 5000000 /dev/zero; head -c 1000 /dev/zero >&2").limits(kept).run().unwrap();
    assert!(ended.end.is_good(), "the program is not kept waiting: {ended:?}");
    assert_eq!((ended.stdout.bytes().len(), ended.stdout.is_cut()), (1000, true));
    assert_eq!((ended.stderr.bytes().len(), ended.stderr.is_cut()), (1000, false));
}

#[test]
fn much_goes_in_and_out_at_once() {
    let much = Limits { output_bytes: 4 << 20, ..Limits::default() };
    let given: Vec<u8> = (0..3_000_000_u32).map(|number| number.to_le_bytes()[0]).collect();
    let ended = script("cat").stdin(SecretSlice::from(given.clone())).limits(much).run().unwrap();
    assert!(ended.end.is_good() && ended.stdout.bytes() == given);
}

#[test]
fn whoever_does_not_read_stdin_is_not_waited_for() {
    let ended = script("exit 0").stdin(SecretSlice::from(vec![1_u8; 1 << 20])).run().unwrap();
    assert!(ended.end.is_good());
}
