//! New lines as they come.

use std::fs;
use std::io::Write as _;

use diagnostics::{Filter, Follower, LogFiles, Wanted};
use jiff::Timestamp;

use crate::fixture::{LONG, line, messages, pack, put, small, until};

fn follower(folder: &std::path::Path) -> Follower {
    let filter =
        Filter::new(&Wanted { level: Some("info".to_owned()), ..Wanted::default() }, Timestamp::now()).unwrap();
    Follower::new(folder, filter, Timestamp::UNIX_EPOCH).unwrap()
}

#[test]
fn every_line_comes_once_through_halves_cuts_and_compression() {
    let folder = tempfile::tempdir().unwrap();
    let path = put(folder.path(), 1, 1, b"");
    let mut follower = follower(folder.path());
    let say = |follower: &mut Follower| {
        let found = follower.poll().unwrap();
        messages(&found).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
    let (one, two) = (line(1, "INFO", "one", ""), line(2, "INFO", "two", ""));
    file.write_all(&one.as_bytes()[..30]).unwrap();
    assert!(say(&mut follower).is_empty(), "half a line is none yet");
    file.write_all(format!("{}\n{}\nhalf", &one[30..], line(1, "DEBUG", "quiet", "")).as_bytes()).unwrap();
    assert_eq!(say(&mut follower), ["one"]);
    // The disk was full: the half is cut off.
    file.set_len(file.metadata().unwrap().len() - 4).unwrap();
    assert!(say(&mut follower).is_empty());
    file.write_all(format!("{two}\n").as_bytes()).unwrap();
    assert_eq!(say(&mut follower), ["two"]);
    file.write_all(format!("{}\nbroken\n", line(3, "WARN", "three", "")).as_bytes()).unwrap();
    pack(&path);
    assert_eq!(say(&mut follower), ["three"], "the rest is read through the open handle");
    assert!(say(&mut follower).is_empty() && say(&mut follower).is_empty());
    assert_eq!(follower.damaged_lines(), 1);
    // One that came and was compressed between two looks.
    pack(&put(folder.path(), 9, 2, format!("{}\n", line(9, "INFO", "nine", "")).as_bytes()));
    assert_eq!(say(&mut follower), ["nine"]);
    assert!(say(&mut follower).is_empty());
}

#[test]
fn a_running_log_is_followed_through_its_rotation() {
    let folder = tempfile::tempdir().unwrap();
    let files = LogFiles::start(small(folder.path())).unwrap();
    let mut follower = follower(folder.path());
    let mut heard = Vec::new();
    for number in 0..200 {
        files.lines().push(line(number, "INFO", &number.to_string(), "").as_bytes());
        if number % 7 == 0 {
            assert!(files.flush(LONG));
            heard.extend(follower.poll().unwrap());
        }
    }
    until("all were heard", || {
        heard.extend(follower.poll().unwrap());
        heard.len() >= 200
    });
    let wanted: Vec<String> = (0..200).map(|number| number.to_string()).collect();
    let mut heard: Vec<u32> = messages(&heard).into_iter().map(|text| text.parse().unwrap()).collect();
    heard.sort_unstable();
    assert_eq!(heard.iter().map(u32::to_string).collect::<Vec<_>>(), wanted);
}
