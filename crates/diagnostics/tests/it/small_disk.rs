//! A full disk, for real: a small one is mounted in a name space of its own.

#![cfg(target_os = "linux")]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use diagnostics::{LogConfig, LogFiles, Loss};

use crate::child::command;
use crate::fixture::{LONG, all, line, until};

#[test]
fn a_full_disk_stops_nobody_is_counted_and_told_when_there_is_room_again() {
    let root = tempfile::tempdir().unwrap();
    let play = command("fill", &root.path().join("logs"));
    let arguments = play.get_args().map(|argument| argument.to_str().unwrap()).collect::<Vec<_>>().join(" ");
    let script = format!(r#"mount -t tmpfs -o size=1m none "$DISK" || exit 77; exec "$PROGRAM" {arguments}"#);
    let output = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", &script])
        .env("DISK", root.path())
        .env("PROGRAM", play.get_program())
        .envs(play.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .stdin(Stdio::null())
        .output();
    let Ok(output) = output else { return testkit::skip("there is no unshare") };
    if output.stdout.is_empty() {
        return testkit::skip(&format!("no disk can be mounted in a name space here: {output:?}"));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("1 passed"), "{text}");
}

/// In a process of its own, on a small disk.
pub(crate) fn fill(folder: &Path) {
    let config = LogConfig { rotate_bytes: 300_000, keep_bytes: 1 << 30, spare_bytes: 0, ..LogConfig::new(folder) };
    let files = LogFiles::start(config).unwrap();
    files.lines().push(line(1, "INFO", "before", "").as_bytes());
    assert!(files.flush(LONG));
    let ballast = folder.join("ballast");
    fs::write(&ballast, vec![0; 900_000]).unwrap();
    let (lines, counts) = (files.lines(), files.counts());
    // Noise, which cannot be made small by compression.
    let mut state = 7_u64;
    let mut pushed = 1_u64;
    until("the disk is full", || {
        let noise: String = (0..400)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                char::from(b'a' + u8::try_from((state >> 33) % 26).unwrap())
            })
            .collect();
        (0..20).for_each(|_| lines.push(line(2, "INFO", &noise, "").as_bytes()));
        pushed += 20;
        assert!(files.flush(LONG));
        counts.dropped(Loss::Disk) > 0
    });
    let (found, summary) = all(folder);
    assert_eq!(summary.damaged_lines, 0, "no half line stays");
    assert_eq!(found.len() as u64, counts.lines());
    assert_eq!(counts.lines() + counts.dropped(Loss::Disk), pushed);
    fs::remove_file(ballast).unwrap();
    until("it writes again", || {
        lines.push(line(3, "INFO", "after", "").as_bytes());
        pushed += 1;
        assert!(files.flush(LONG));
        all(folder).0.iter().any(|record| record.message == "after")
    });
    let (found, summary) = all(folder);
    let told: u64 = found.iter().filter_map(|record| record.fields.get("lost")?.as_u64()).sum();
    assert_eq!((told, summary.damaged_lines), (counts.dropped(Loss::Disk), 0));
    assert_eq!(counts.lines() + counts.dropped(Loss::Disk), pushed);
    // What the logs leave free is not theirs either.
    drop(files);
    let files = LogFiles::start(LogConfig { spare_bytes: 1 << 30, ..LogConfig::new(folder) }).unwrap();
    files.lines().push(line(4, "INFO", "never", "").as_bytes());
    assert!(files.flush(LONG));
    assert_eq!(files.counts().dropped(Loss::Disk), 1);
}
