//! Entries in a file of JSON lines.

use std::fs;
use std::io::Write as _;

use delivery::{JsonLines, Sink};

use crate::samples::batch;

fn lines(numbers: std::ops::Range<u64>) -> String {
    batch(numbers).entries().iter().map(|entry| format!("{}\n", entry.line)).collect()
}

#[tokio::test]
async fn batches_follow_each_other_and_a_rotated_file_begins_anew() {
    let place = testkit::folder();
    let path = place.path().join("audit.jsonl");
    let sink = Sink::JsonLines(JsonLines::new(path.clone()));
    sink.deliver(&batch(0..3)).await.unwrap();
    sink.deliver(&batch(3..5)).await.unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), lines(0..5));
    fs::rename(&path, place.path().join("audit.jsonl.1")).unwrap();
    sink.deliver(&batch(5..6)).await.unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), lines(5..6));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    }
}

/// A batch is written, the machine dies, and the cursor says that it was not: at every byte.
#[tokio::test]
async fn a_batch_that_was_cut_short_anywhere_is_whole_and_there_once_after_it_comes_again() {
    let place = testkit::folder();
    let path = place.path().join("audit.jsonl");
    let sink = Sink::JsonLines(JsonLines::new(path.clone()));
    let whole = lines(0..6);
    let before = lines(0..2).len();
    for cut in before..=whole.len() {
        fs::write(&path, &whole.as_bytes()[..cut]).unwrap();
        sink.deliver(&batch(2..6)).await.unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), whole, "cut at byte {cut}");
    }
}

#[tokio::test]
async fn a_half_line_of_a_file_that_can_only_be_appended_to_stands_alone() {
    let place = testkit::folder();
    let path = place.path().join("audit.jsonl");
    let mut file = fs::File::create(&path).unwrap();
    file.write_all(b"{\"number\":0}\n{\"numb").unwrap();
    if !testkit::Run::new("chattr").arg("+a").arg(&path).run().ok() {
        return testkit::not_run("this file system has no append-only files, or needs more rights for them");
    }
    let outcome = Sink::JsonLines(JsonLines::new(path.clone())).deliver(&batch(1..2)).await;
    testkit::Run::new("chattr").arg("-a").arg(&path).run().expect_ok();
    outcome.unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), format!("{{\"number\":0}}\n{{\"numb\n{}", lines(1..2)));
}
