//! Log files: rotation, compression, retention, and who writes what.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::time::{Duration, SystemTime};

use diagnostics::{LogConfig, LogFiles, Loss, Tidied, tidy};
use tracing_subscriber::layer::SubscriberExt as _;

use crate::child::command;
use crate::fixture::{LONG, all, line, messages, names, pack, put, small, until};

#[test]
fn lines_of_tracing_arrive_whole_in_files_that_are_closed_by_size_and_compressed() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("deep/logs");
    let files = LogFiles::start(small(&folder)).unwrap();
    let layer = tracing_subscriber::fmt::layer().json().flatten_event(true).with_writer(files.lines());
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
        for number in 0..100 {
            tracing::info!(number, request_id = "r1", "line {number}");
            assert!(files.flush(LONG));
        }
    });
    until("all closed files are compressed", || {
        names(&folder).iter().filter(|name| name.ends_with(".jsonl")).count() <= 1
    });
    let (found, summary) = all(&folder);
    let wanted: Vec<String> = (0..100).map(|number| format!("line {number}")).collect();
    assert_eq!(messages(&found), wanted);
    assert!(found.iter().all(|record| record.fields["request_id"] == "r1"));
    assert!(summary.files > 3 && summary.damaged_lines == 0, "{summary:?}");
    assert_eq!((files.counts().lines(), files.counts().dropped(Loss::Queue)), (100, 0));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder), 0o700);
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            assert_eq!(mode(&path), 0o600, "{}", path.display());
        }
    }
}

#[test]
fn a_file_is_closed_by_age_though_nothing_comes() {
    let folder = tempfile::tempdir().unwrap();
    let files = LogFiles::start(LogConfig { rotate_age: Duration::from_millis(1), ..small(folder.path()) }).unwrap();
    files.lines().push(line(1, "INFO", "one", "").as_bytes());
    until("it is compressed", || names(folder.path()).iter().any(|name| name.ends_with(".gz")));
    assert_eq!(messages(&all(folder.path()).0), ["one"]);
}

#[test]
fn what_waits_is_written_at_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let files = LogFiles::start(LogConfig { rotate_bytes: 1 << 20, ..small(folder.path()) }).unwrap();
    let lines = files.lines();
    (0..500).for_each(|number| lines.push(line(number, "INFO", "x", "").as_bytes()));
    drop(files);
    assert_eq!(all(folder.path()).0.len(), 500);
    // Whoever logs after the end is not stopped.
    lines.push(b"late");
}

#[test]
fn more_than_the_queue_takes_is_dropped_counted_and_told_and_nobody_waits() {
    let folder = tempfile::tempdir().unwrap();
    let files = LogFiles::start(LogConfig { queue_bytes: 1_000, ..small(folder.path()) }).unwrap();
    let lines = files.lines();
    lines.push(&[b'x'; 2_000]);
    assert_eq!(files.counts().dropped(Loss::Queue), 1);
    lines.push(line(1, "INFO", "after", "").as_bytes());
    assert!(files.flush(LONG));
    let (found, _) = all(folder.path());
    let told = found.iter().find(|record| record.message.contains("were lost")).unwrap();
    assert_eq!(told.fields["lost"], 1);
    assert!(messages(&found).contains(&"after"));
}

#[test]
fn old_and_surplus_files_go_and_nothing_else_does() {
    let folder = tempfile::tempdir().unwrap();
    let (at, config) = (folder.path(), LogConfig { keep_bytes: 3_000, ..small(folder.path()) });
    let old = SystemTime::now() - config.keep_age - Duration::from_secs(60);
    let content = line(1, "INFO", "x", "").repeat(12);
    for (second, process) in [(1, 1), (2, 1), (3, 1), (4, 1)] {
        let path = put(at, second, process, content.as_bytes());
        if second == 4 {
            fs::File::options().write(true).open(path).unwrap().set_modified(old).unwrap();
        }
    }
    // Names that are not ours, and folders and links that pretend to be.
    for other in ["errors.json", "smart-begin.jsonl", "smart-begin-20200101T000000.000Z-1-zzzzzzzz.jsonl", "app.log"] {
        fs::write(at.join(other), "old").unwrap();
        fs::File::options().write(true).open(at.join(other)).unwrap().set_modified(old).unwrap();
    }
    fs::create_dir(at.join("smart-begin-20200101T000000.000Z-1-00000001.jsonl")).unwrap();
    let before = names(at).len();
    let draft = at.join(".smart-begin-20200101T000000.000Z-1-00000001.jsonl.gz.part");
    fs::write(&draft, "half").unwrap();
    let first = tidy(at, &LogConfig { keep_bytes: 1 << 20, ..config.clone() }).unwrap();
    assert_eq!(first, Tidied { compressed: 4, removed: 1, failures: 0 }, "the age of a file is that of its last line");
    assert!(!draft.exists());
    let held = fs::read(at.join(names(at).iter().find(|name| name.ends_with(".gz")).unwrap())).unwrap().len() as u64;
    let second = tidy(at, &LogConfig { rotate_bytes: 1, keep_bytes: held * 2, ..config.clone() }).unwrap();
    assert_eq!(second, Tidied { compressed: 0, removed: 1, failures: 0 });
    assert!(!names(at).iter().any(|name| name.contains("T000001")), "the oldest went");
    assert_eq!(names(at).len(), before - 2);
    assert!(at.join("app.log").exists() && at.join("errors.json").exists());
    assert_eq!(tidy(at, &config).unwrap(), Tidied::default());
}

#[cfg(unix)]
#[test]
fn no_link_is_followed_by_who_writes_tidies_up_or_reads() {
    use std::os::unix::fs::symlink;
    let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (at, precious) = (root.path(), outside.path().join("precious"));
    fs::write(&precious, line(1, "INFO", "precious", "")).unwrap();
    symlink(&precious, at.join("smart-begin-20260101T000000.000Z-1-00000001.jsonl")).unwrap();
    symlink(&precious, at.join("smart-begin-20260101T000000.000Z-1-00000002.jsonl.gz")).unwrap();
    symlink(&precious, at.join(".lock")).unwrap();
    symlink(&precious, at.join("errors.json")).unwrap();
    fs::hard_link(&precious, at.join("smart-begin-20260101T000000.000Z-1-00000003.jsonl")).unwrap();
    symlink(&precious, at.join(".smart-begin-20260101T000000.000Z-1-00000009.jsonl.gz.part")).unwrap();
    assert!(tidy(at, &small(at)).is_err(), "who may not lock does nothing");
    fs::remove_file(at.join(".lock")).unwrap();
    assert_eq!(tidy(at, &LogConfig { keep_age: Duration::from_nanos(1), ..small(at) }).unwrap(), Tidied::default());
    assert_eq!(all(at).0.len(), 0);
    let files = LogFiles::start(small(at)).unwrap();
    files.lines().push(line(2, "INFO", "ours", "").as_bytes());
    assert!(files.flush(LONG));
    assert_eq!(messages(&all(at).0), ["ours"]);
    assert_eq!(fs::read_to_string(&precious).unwrap(), line(1, "INFO", "precious", ""));
    assert!(diagnostics::ErrorBook::default().all(at).is_empty());
}

#[cfg(unix)]
#[test]
#[allow(clippy::disallowed_methods, reason = "a pipe is made by the program that makes pipes")]
fn a_pipe_in_the_place_of_a_file_stops_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("smart-begin-20260101T000000.000Z-1-00000001.jsonl");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    assert_eq!(all(folder.path()).1.files, 0);
    assert_eq!(tidy(folder.path(), &small(folder.path())).unwrap(), Tidied::default());
}

#[cfg(unix)]
#[test]
fn a_folder_that_others_may_write_in_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
    let error = LogFiles::start(small(folder.path())).unwrap_err();
    assert!(error.message.contains("Others may write") && error.hint.contains("chmod"), "{error:?}");
}

#[cfg(unix)]
#[test]
fn a_file_that_somebody_took_away_is_begun_anew() {
    let folder = tempfile::tempdir().unwrap();
    let files = LogFiles::start(LogConfig { rotate_bytes: 1 << 20, ..small(folder.path()) }).unwrap();
    files.lines().push(line(1, "INFO", "first", "").as_bytes());
    assert!(files.flush(LONG));
    fs::remove_file(folder.path().join(&names(folder.path())[0])).unwrap();
    until("lines are seen again", || {
        files.lines().push(line(2, "INFO", "second", "").as_bytes());
        files.flush(LONG) && !all(folder.path()).0.is_empty()
    });
}

/// In a process of its own: writes, and is asked to end by the end of its input.
pub(crate) fn write_many(folder: &Path) {
    let files = LogFiles::start(small(folder)).unwrap();
    for number in 0..300 {
        let (time, process) = (jiff::Timestamp::now(), std::process::id());
        let line = serde_json::json!({ "timestamp": time, "level": "INFO", "message": format!("{process} {number}") });
        files.lines().push(line.to_string().as_bytes());
        assert!(files.flush(LONG));
    }
}

#[test]
fn several_processes_write_compress_and_lose_nothing_while_somebody_reads() {
    let folder = tempfile::tempdir().unwrap();
    let mut children: Vec<_> = (0..4).map(|_| command("write_many", folder.path()).spawn().unwrap()).collect();
    let mut seen = 0;
    until("all ended", || {
        if folder.path().join(".lock").exists() {
            let (found, summary) = all(folder.path());
            assert!(found.len() >= seen, "{} after {seen}", found.len());
            assert_eq!((summary.damaged_lines, summary.damaged_files), (0, 0));
            seen = found.len();
        }
        children.iter_mut().all(|child| child.try_wait().unwrap().is_some_and(|status| status.success()))
    });
    let (found, _) = all(folder.path());
    let mut said: Vec<&str> = messages(&found);
    said.sort_unstable();
    said.dedup();
    assert_eq!((found.len(), said.len()), (1_200, 1_200));
    assert!(found.is_sorted_by_key(|record| record.time));
}

/// In a process of its own: writes a line and half of another, and waits.
pub(crate) fn write_and_wait(folder: &Path) {
    let files = LogFiles::start(LogConfig { rotate_bytes: 1 << 20, ..small(folder) }).unwrap();
    files.lines().push(line(1, "INFO", "held", "").as_bytes());
    assert!(files.flush(LONG));
    println!("\nwritten");
    std::thread::sleep(LONG);
}

#[test]
fn what_a_living_process_writes_stays_and_what_a_dead_one_left_is_compressed() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = command("write_and_wait", folder.path()).spawn().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(output.any(|line| line.unwrap() == "written"));
    let greedy =
        LogConfig { rotate_bytes: 1, keep_bytes: 1, keep_age: Duration::from_nanos(1), ..small(folder.path()) };
    assert_eq!(tidy(folder.path(), &greedy).unwrap(), Tidied::default(), "it is written");
    let path = folder.path().join(&names(folder.path())[0]);
    child.kill().unwrap();
    child.wait().unwrap();
    fs::File::options().append(true).open(path).unwrap().write_all(b"{\"timestamp\":\"20").unwrap();
    assert_eq!(tidy(folder.path(), &small(folder.path())).unwrap().compressed, 1);
    let (found, summary) = all(folder.path());
    assert_eq!((messages(&found), summary.damaged_lines), (vec!["held"], 1));
    assert_eq!(tidy(folder.path(), &greedy).unwrap().removed, 1);
}

#[test]
fn a_configuration_that_makes_no_sense_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let usual = LogConfig::new(folder.path());
    for (wrong, field) in [
        (LogConfig { rotate_bytes: 0, ..usual.clone() }, "rotate_bytes"),
        (LogConfig { rotate_bytes: u64::MAX, ..usual.clone() }, "rotate_bytes"),
        (LogConfig { keep_bytes: 1, ..usual.clone() }, "keep_bytes"),
        (LogConfig { keep_age: Duration::ZERO, ..usual.clone() }, "folder"),
    ] {
        assert_eq!(LogFiles::start(wrong).unwrap_err().field, Some(field));
    }
    fs::write(folder.path().join("file"), "").unwrap();
    assert!(LogFiles::start(LogConfig::new(folder.path().join("file"))).is_err());
    assert!(tidy(&folder.path().join("missing"), &usual).is_err());
    let packed = pack(&put(folder.path(), 1, 1, b"x"));
    assert!(packed.exists());
}
