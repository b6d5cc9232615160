//! What a program starts ends with it.

use std::time::{Duration, Instant};

use rustix::process::{Pid, test_kill_process};
use subprocess::{End, Limits};

use crate::shell::{script, text};

fn is_gone(number: &str) -> bool {
    let process = Pid::from_raw(number.trim().parse().unwrap()).unwrap();
    let give_up = Instant::now() + Duration::from_secs(5);
    while Instant::now() < give_up {
        let zombie = std::fs::read_to_string(format!("/proc/{}/stat", process.as_raw_pid()));
        let zombie = zombie.is_ok_and(|stat| stat.contains(") Z "));
        if test_kill_process(process).is_err() || zombie {
            return true;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    false
}

#[test]
fn all_of_it_ends_when_its_time_is_up() {
    let limits = Limits { time: Duration::from_millis(300), grace: Duration::from_millis(100), ..Limits::default() };
    let ended = script("trap '' TERM; (trap '' TERM; sleep 60) & echo $!; wait").limits(limits).run().unwrap();
    assert_eq!(ended.end, End::TimedOut);
    assert!(is_gone(&text(ended.stdout.bytes())));
}

#[test]
fn what_it_leaves_running_ends_with_it() {
    let started = Instant::now();
    let ended = script("sleep 120 & echo $!").run().unwrap();
    assert_eq!(ended.end, End::Code(0));
    assert!(is_gone(&text(ended.stdout.bytes())));
    assert!(started.elapsed() < Duration::from_secs(60), "it held the pipes open, and nobody waited for that");
}

#[test]
fn whoever_leaves_the_group_keeps_nobody_waiting() {
    let started = Instant::now();
    let ended = script("setsid sleep 60 & echo $!; sleep 0.2").run().unwrap();
    assert_eq!(ended.end, End::Code(0));
    assert!(ended.stdout.is_cut() && !ended.stdout.bytes().is_empty());
    assert!(started.elapsed() < Duration::from_secs(30));
}
