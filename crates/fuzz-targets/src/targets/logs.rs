//! Log files: what stands in them is what somebody could make the program say, and who else can write there.

use std::fs;
use std::ops::ControlFlow;

use diagnostics::{Filter, Groups, Occurrence, Order, Query, Record, Wanted, json_line, run, text_line, wish_in};

use crate::target::Target;

const NAME: &str = "smart-begin-20261123T214321.123Z-1-00000001.jsonl";

/// One line: it is read or refused, shown without a sign that a terminal obeys, and grouped.
pub(super) const LINE: Target = Target {
    name: "log_line",
    run: |data| {
        let Some(record) = Record::parse(data) else { return };
        let shown = json_line(&record);
        assert!(!shown.chars().any(char::is_control) && !text_line(&record).chars().any(char::is_control), "{shown}");
        // Numbers may lose their last digit.
        let again = Record::parse(shown.as_bytes()).map(|again| (again.time, again.message, again.fields.len()));
        assert_eq!(again, Some((record.time, record.message.clone(), record.fields.len())));
        let mut groups = Groups::default();
        if let Some(occurrence) = Occurrence::of(&record, record.level) {
            groups.note(&occurrence);
        }
        assert_eq!(groups.list().len(), 1);
    },
    seeds: || {
        vec![LINES.into(), br#"{"timestamp":"2026-11-23T21:43:21Z","level":"ERROR","message":"a \"b\" /c/d 7","cause":"e\u001b[2J","spans":[{"request_id":"r"}],"n":1e99}"#.to_vec()]
    },
    words: WORDS,
};

/// A folder with one file, as it is and as if compressed, and with files of ours that somebody else wrote.
pub(super) const FOLDER: Target = Target {
    name: "log_folder",
    run: |data| {
        let Ok(folder) = tempfile::tempdir() else { return };
        let packed = format!("{NAME}.gz").replace("00000001", "00000002");
        for name in [NAME, &packed, "levels.json", "errors.json"] {
            if fs::write(folder.path().join(name), data).is_err() {
                return;
            }
        }
        let _ = (wish_in(folder.path()), diagnostics::ErrorBook::default().all(folder.path()));
        let Ok(filter) = Filter::new(&Wanted::default(), jiff::Timestamp::UNIX_EPOCH) else { return };
        let found = [(Order::Oldest, None), (Order::Newest, Some(10_000))].map(|(order, limit)| {
            let mut found = 0;
            let query = Query { filter: filter.clone(), order, limit };
            let summary = run(folder.path(), &query, &mut |_| {
                found += 1;
                ControlFlow::Continue(())
            });
            assert!(summary.is_ok_and(|summary| summary.shown == found));
            found
        });
        assert_eq!(found[0], found[1]);
    },
    seeds: || {
        vec![
            LINES.into(),
            br#"{"directives":"debug","until":"2999-01-01T00:00:00Z"}"#.to_vec(),
            packed(LINES),
            b"\x1f\x8b\x08\0".to_vec(),
        ]
    },
    words: WORDS,
};

const LINES: &[u8] = b"{\"timestamp\":\"2026-11-23T21:43:21.123456Z\",\"level\":\"INFO\",\"message\":\"m\",\"target\":\"t\"}\n{}\n\xff\n";

const WORDS: &[&str] = &[
    "\"timestamp\":",
    "\"level\":",
    "\"spans\":",
    "TRACE",
    "\\u202e",
    "\u{9b}",
    "\n",
    "{",
    "[",
    "1e999",
    "groups",
    "gone",
];

fn packed(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut to = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let _ = to.write_all(bytes);
    to.finish().unwrap_or_default()
}
