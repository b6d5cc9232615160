//! Disks that are full or read-only, for real: a small one is mounted in a name space of its own.

#![cfg(target_os = "linux")]

use std::fs;
use std::path::Path;
use std::process::Stdio;

use store::{ErrorKind, NewProject, State, Store};

use crate::child::command;
use crate::fixture::{entry, finished, new_project, skip, start, started};

/// Runs `script` as root of its own mounts, with a disk of 2 MB at `$DISK` and `$PLAY PART` to play a part on it.
fn on_small_disk(script: &str) {
    let root = tempfile::tempdir().unwrap();
    let play = command("", root.path());
    let arguments = play.get_args().map(|argument| argument.to_str().unwrap()).collect::<Vec<_>>().join(" ");
    let script = format!(
        r#"set -e
        mount -t tmpfs -o size=2m none "$DISK" || exit 77
        play() {{ STORE_TEST_PART="$1" STORE_TEST_FOLDER="$DISK/data" "$PROGRAM" {arguments}; }}
        {script}"#
    );
    let output = std::process::Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", &script])
        .env("DISK", root.path())
        .env("PROGRAM", play.get_program())
        .stdin(Stdio::null())
        .output();
    let code = output.as_ref().map_or(Some(77), |output| output.status.code());
    let mounted = code != Some(77) && code != Some(1) || output.as_ref().is_ok_and(|output| !output.stdout.is_empty());
    if !mounted {
        skip(&format!("no disk can be mounted in a name space here: {output:?}"));
        return;
    }
    let output = output.unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("1 passed"), "{text}");
}

#[test]
fn a_full_disk_loses_nothing_and_is_said() {
    on_small_disk("play fill");
}

/// In a process of its own, on a small disk: fills it, frees it, and looks at every step what is there.
pub(crate) fn fill(folder: &Path) {
    let store = Store::open(folder).unwrap();
    let unfinished = start(&store, "owner");
    let ballast = folder.join("ballast");
    fs::write(&ballast, vec![0; 200_000]).unwrap();
    let mut kept = Vec::new();
    let lost = loop {
        let new = NewProject { answers: format!("\"{}\"", "x".repeat(20_000)), ..new_project("owner") };
        match store.start_project(&new, &started(&new.id), &entry()) {
            Ok(()) => kept.push(new),
            Err(error) => {
                assert_eq!(error.kind, ErrorKind::DiskFull, "{error:?}");
                break new;
            }
        }
        assert!(kept.len() < 200, "the disk does not fill");
    };
    let full = store.finish_project(&unfinished.id, None, &finished(&unfinished.id), &entry());
    assert!(full.is_ok() || full.is_err_and(|error| error.kind == ErrorKind::DiskFull));
    assert_eq!(store.project(&lost.id).unwrap(), None);
    assert_eq!(store.events(&lost.id).unwrap(), []);
    for new in &kept {
        assert_eq!(store.project(&new.id).unwrap().unwrap().answers, new.answers);
    }
    fill_up(&folder.join("more"));
    assert_eq!(Store::open(&folder.join("second")).unwrap_err().kind, ErrorKind::DiskFull);
    fs::remove_file(ballast).unwrap();
    store.start_project(&lost, &started(&lost.id), &entry()).unwrap();
    drop(store);
    let store = Store::open(folder).unwrap();
    assert_eq!(store.projects(None, u32::MAX, None).unwrap().len(), kept.len() + 2);
}

fn fill_up(file: &Path) {
    let mut size = 1 << 20;
    let mut content = Vec::new();
    while size > 0 {
        content.resize(content.len() + size, 0);
        if fs::write(file, &content).is_err() {
            content.truncate(content.len() - size);
            size /= 2;
        }
    }
    let _ = fs::write(file, vec![0; content.len() + 4096]);
}

#[test]
fn a_read_only_disk_is_said() {
    on_small_disk(r#"play prepare && mount -o remount,ro "$DISK" && play open_read_only"#);
}

/// In a process of its own: makes a store.
pub(crate) fn prepare(folder: &Path) {
    let store = Store::open(folder).unwrap();
    assert_eq!(store.project(&start(&store, "owner").id).unwrap().unwrap().state, State::Started);
}

/// In a process of its own, on a disk that is read-only by now.
pub(crate) fn open_read_only(folder: &Path) {
    assert_eq!(Store::open(folder).unwrap_err().kind, ErrorKind::ReadOnly);
    assert_eq!(Store::open(&folder.with_file_name("other")).unwrap_err().kind, ErrorKind::ReadOnly);
}
