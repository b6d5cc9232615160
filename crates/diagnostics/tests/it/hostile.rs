//! Files that mean harm, or were harmed.

use std::fs;
use std::io::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};

use diagnostics::{Order, Record, Wanted, json_line, template, text_line, tidy, visible};
use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

use crate::fixture::{all, find, line, messages, names, pack, put, small};

#[test]
fn damaged_lines_are_counted_and_those_around_them_found() {
    let folder = tempfile::tempdir().unwrap();
    let mut content = format!("{}\n", line(1, "INFO", "first", "")).into_bytes();
    content.extend(b"\xff\xfe not text\n{\"half\":\nnull\n\n{}\n");
    content.extend(vec![b'x'; 3 << 20]);
    content.extend(format!("\n{}\n{}", line(2, "INFO", "last", ""), &line(3, "INFO", "cut", "")[..40]).bytes());
    put(folder.path(), 1, 1, &content);
    let (found, summary) = all(folder.path());
    assert_eq!(messages(&found), ["first", "last"]);
    assert_eq!((summary.damaged_lines, summary.damaged_files, summary.lines), (6, 0, 8));
}

#[test]
fn a_compressed_file_that_is_cut_off_gives_what_came_before() {
    let folder = tempfile::tempdir().unwrap();
    let lines: String = (0..5_000).map(|second| line(second, "INFO", &format!("{second}"), "") + "\n").collect();
    let path = pack(&put(folder.path(), 0, 1, lines.as_bytes()));
    put(folder.path(), 1, 2, format!("{}\n", line(9, "INFO", "other", "")).as_bytes());
    let whole = fs::read(&path).unwrap();
    for keep in [0, 5, whole.len() / 2, whole.len() - 1] {
        fs::write(&path, &whole[..keep]).unwrap();
        let (found, summary) = all(folder.path());
        assert!(messages(&found).contains(&"other"), "{keep}");
        assert_eq!(summary.damaged_files, 1, "{keep}: {summary:?}");
        assert!(keep < whole.len() / 2 || found.len() > 1_000, "{keep}: {}", found.len());
    }
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 0xff;
    fs::write(&path, &flipped).unwrap();
    assert_eq!(all(folder.path()).1.damaged_files, 1);
}

#[test]
fn a_small_file_that_unpacks_to_a_huge_line_takes_no_memory() {
    let folder = tempfile::tempdir().unwrap();
    let path = put(folder.path(), 1, 1, b"");
    fs::remove_file(&path).unwrap();
    let mut to = GzEncoder::new(fs::File::create(format!("{}.gz", path.display())).unwrap(), Compression::fast());
    let piece = vec![b'0'; 1 << 20];
    (0..64).for_each(|_| to.write_all(&piece).unwrap());
    to.write_all(format!("\n{}\n", line(1, "INFO", "behind", "")).as_bytes()).unwrap();
    to.finish().unwrap();
    let (found, summary) = all(folder.path());
    assert_eq!((messages(&found), summary.damaged_lines), (vec!["behind"], 1));
}

#[test]
fn more_lines_than_are_asked_for_are_not_held() {
    let folder = tempfile::tempdir().unwrap();
    let big = "y".repeat(200_000);
    let lines: String = (0..400).map(|second| line(second, "INFO", &big, "") + "\n").collect();
    pack(&put(folder.path(), 0, 1, lines.as_bytes()));
    let (found, summary) = find(folder.path(), &Wanted::default(), Order::Newest, Some(10_000));
    assert!(summary.more && found.len() < 400, "{} lines of 200 kB are held", found.len());
    assert!(found.len() > 200 && found.is_sorted_by(|one, other| one.time > other.time));
}

#[cfg(unix)]
#[test]
fn files_that_are_swapped_for_links_while_they_are_read_lead_nowhere() {
    use std::os::unix::fs::symlink;
    let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let precious = outside.path().join("precious.jsonl");
    fs::write(&precious, format!("{}\n", line(1, "INFO", "precious", ""))).unwrap();
    let path = put(folder.path(), 1, 1, format!("{}\n", line(1, "INFO", "ours", "")).as_bytes());
    let (ours, link) = (folder.path().join("ours"), folder.path().join("link"));
    fs::copy(&path, &ours).unwrap();
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                symlink(&precious, &link).unwrap();
                fs::rename(&link, &path).unwrap();
                let new = folder.path().join("new");
                fs::copy(&ours, &new).unwrap();
                fs::rename(&new, &path).unwrap();
            }
        });
        let mut found_ours = 0;
        for _ in 0..2_000 {
            let (found, _) = all(folder.path());
            assert!(!messages(&found).contains(&"precious"));
            found_ours += found.len();
            tidy(folder.path(), &small(folder.path())).unwrap();
            for name in names(folder.path()).iter().filter(|name| name.ends_with(".gz")) {
                // Through a search it is unpacked and looked at as well.
                let _ = fs::remove_file(folder.path().join(name)).map(|()| found_ours += 1);
            }
        }
        stop.store(true, Ordering::Relaxed);
        assert!(found_ours > 0);
    });
    assert!(fs::read_to_string(&precious).unwrap().contains("precious"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_bytes_break_a_search(
        bytes in prop::collection::vec(any::<u8>(), 0..2_000),
        packed in any::<bool>(),
        tail in prop::collection::vec(any::<u8>(), 0..50),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut content = bytes;
        content.push(b'\n');
        content.extend(line(5, "WARN", "found", "").bytes());
        content.push(b'\n');
        let path = put(folder.path(), 1, 1, &content);
        if packed {
            let path = pack(&path);
            fs::OpenOptions::new().append(true).open(path).unwrap().write_all(&tail).unwrap();
        }
        for order in [Order::Oldest, Order::Newest] {
            let (found, _) = find(folder.path(), &Wanted::default(), order, Some(1_000));
            prop_assert!(messages(&found).contains(&"found"));
        }
    }

    #[test]
    fn no_line_commands_a_terminal_and_its_json_stays_the_same_line(text in "\\PC*|[\\x00-\\x9f\u{2000}-\u{206f}\u{e0000}-\u{e0fff}a\"\\\\]{0,40}", name in "[a-z\u{202e}\\n\"]{1,9}") {
        let fields = serde_json::to_string(&serde_json::json!({ name.as_str(): text })).unwrap();
        let whole = line(1, "INFO", &text, &format!(",{}", fields.trim_start_matches('{').trim_end_matches('}')));
        prop_assume!(!["timestamp", "level", "message", "target"].contains(&name.as_str()));
        let record = Record::parse(whole.as_bytes()).unwrap();
        let json = json_line(&record);
        prop_assert_eq!(Record::parse(json.as_bytes()), Some(record.clone()));
        for shown in [json, text_line(&record), visible(&text)] {
            prop_assert!(!shown.chars().any(|letter| letter.is_control() || ('\u{2028}'..='\u{202e}').contains(&letter)), "{shown:?}");
        }
        let _ = template(&text);
    }

    #[test]
    fn any_line_is_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = Record::parse(&bytes);
    }
}
