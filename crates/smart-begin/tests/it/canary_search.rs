//! Canaries, and the search for them: a secret that nobody has seen before is sent through a path, and then looked for,
//! in every form that text takes on its way, in everything the program leaves behind.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use crate::program::Home;

const LETTERS: &[u8] = b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// A secret that is in nothing else.
#[derive(Clone, Debug)]
pub(crate) struct Canary(String);

impl Canary {
    /// A new one, of letters and digits, so that no encoder but base64 and hex changes it.
    pub(crate) fn new() -> Self {
        let mut bytes = [0_u8; 28];
        fs::File::open("/dev/urandom").unwrap().read_exact(&mut bytes).unwrap();
        Self(bytes.iter().map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()])).collect())
    }

    /// One that the program made.
    pub(crate) fn of(value: &str) -> Self {
        assert!(value.len() >= 20, "too short to be told from chance");
        Self(value.to_owned())
    }

    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// The same within text that every encoder changes.
    pub(crate) fn dressed(&self) -> String {
        format!("p&\"ß {}\\/<é>'%", self.0)
    }

    /// Every form that it may have taken.
    fn forms(&self) -> Vec<(&'static str, Vec<u8>)> {
        let bytes = self.0.as_bytes();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let each = |before: &str| bytes.iter().map(|byte| format!("{before}{byte:02x}")).collect::<String>();
        let list = |between: &str| bytes.iter().map(u8::to_string).collect::<Vec<_>>().join(between);
        let mut forms = vec![
            ("raw", bytes.to_vec()),
            ("raw, in small letters", self.0.to_ascii_lowercase().into_bytes()),
            ("hex", hex.clone().into_bytes()),
            ("HEX", hex.to_ascii_uppercase().into_bytes()),
            ("URL-encoded", each("%").into_bytes()),
            ("URL-ENCODED", each("%").to_ascii_uppercase().into_bytes()),
            ("JSON-escaped", each("\\u00").into_bytes()),
            ("a list of bytes", list(", ").into_bytes()),
            ("a short list of bytes", list(",").into_bytes()),
            ("UTF-16", bytes.iter().flat_map(|byte| [*byte, 0]).collect()),
            ("backwards", bytes.iter().rev().copied().collect()),
        ];
        for (name, engine) in [("base64", STANDARD), ("base64url", URL_SAFE)] {
            for before in 0..3_usize {
                let mut padded = vec![0; before];
                padded.extend(bytes);
                // Without the letters that depend on what stands before, or on what follows.
                let (first, end) = ([0, 2, 3][before], padded.len() / 3 * 4);
                forms.push((name, engine.encode(&padded).as_bytes()[first..end].to_vec()));
            }
        }
        forms
    }

    /// How it is in there, and what stands around it.
    pub(crate) fn within(&self, bytes: &[u8]) -> Option<String> {
        self.forms().into_iter().find_map(|(name, form)| {
            let at = find(bytes, &form)?;
            let (from, to) = (at.saturating_sub(160), (at + form.len() + 60).min(bytes.len()));
            Some(format!("{name}: …{}…", String::from_utf8_lossy(&bytes[from..to]).replace('\n', " ⏎ ")))
        })
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let (first, rest) = wanted.split_first()?;
    let mut at = 0;
    while let Some(step) = bytes.get(at..)?.iter().position(|byte| byte == first) {
        at += step;
        if bytes[at + 1..].starts_with(rest) {
            return Some(at);
        }
        at += 1;
    }
    None
}

/// What was seen of the program: everything that a canary must not be in.
#[derive(Default)]
pub(crate) struct Evidence(Vec<(String, Vec<u8>)>);

impl Evidence {
    pub(crate) fn add(&mut self, what: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.0.push((what.into(), bytes.into()));
    }

    /// Every file beneath a folder, as it is.
    pub(crate) fn files(&mut self, folder: &Path) {
        for entry in fs::read_dir(folder).into_iter().flatten().map(Result::unwrap) {
            let (path, kind) = (entry.path(), entry.file_type().unwrap());
            if kind.is_dir() {
                self.files(&path);
            } else if kind.is_file() {
                self.add(path.display().to_string(), fs::read(&path).unwrap());
            }
        }
    }

    /// The records of the program: the store with its log, and both logs as their readers see them.
    pub(crate) fn records(&mut self, home: &Home) {
        self.files(&home.data());
        let connection = rusqlite::Connection::open(home.data().join("store.db")).unwrap();
        for table in ["audit_entries", "access_log"] {
            let mut text = String::new();
            let mut statement = connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
            let columns = statement.column_count();
            let mut rows = statement.query([]).unwrap();
            while let Some(row) = rows.next().unwrap() {
                (0..columns).for_each(|at| text.push_str(&format!("{:?} ", row.get_ref(at).unwrap())));
                text.push('\n');
            }
            self.add(table, text);
        }
    }

    /// Forgets what was seen at places with this in their name: a secret may be at home.
    pub(crate) fn leave_out(&mut self, part: &str) {
        self.0.retain(|(what, _)| !what.contains(part));
    }

    /// All places where one of `canaries` is.
    pub(crate) fn sightings(&self, canaries: &[Canary]) -> Vec<String> {
        let each = |(what, bytes): &(String, Vec<u8>)| {
            canaries.iter().filter_map(|canary| Some(format!("{what}: {}", canary.within(bytes)?))).collect::<Vec<_>>()
        };
        self.0.iter().flat_map(each).collect()
    }

    #[track_caller]
    pub(crate) fn assert_without(&self, canaries: &[Canary]) {
        let seen = self.sightings(canaries);
        assert!(!self.0.is_empty() && seen.is_empty(), "{} sightings:\n{}", seen.len(), seen.join("\n"));
    }
}

/// Looks at the arguments and the environment of every process again and again.
pub(crate) struct Watcher {
    stop: Arc<AtomicBool>,
    rounds: Arc<AtomicU64>,
    seen: Arc<Mutex<Vec<String>>>,
    thread: Option<JoinHandle<()>>,
}

impl Watcher {
    /// Begins to look for these. `allowed` says which process may have one, by its arguments.
    pub(crate) fn new(canaries: &[Canary], allowed: fn(&str) -> bool) -> Self {
        let (stop, rounds, seen) = (Arc::default(), Arc::default(), Arc::default());
        let mut watcher = Self { stop, rounds, seen, thread: None };
        let (stop, rounds, seen) = (Arc::clone(&watcher.stop), Arc::clone(&watcher.rounds), Arc::clone(&watcher.seen));
        let canaries = canaries.to_vec();
        watcher.thread = Some(thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                look(&canaries, allowed, &seen);
                rounds.fetch_add(1, Ordering::Relaxed);
            }
        }));
        watcher
    }

    /// Ends, and says where one was.
    #[track_caller]
    pub(crate) fn assert_nothing_seen(mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.take().unwrap().join().unwrap();
        let rounds = self.rounds.load(Ordering::Relaxed);
        assert!(rounds > 0, "nobody looked");
        let seen = self.seen.lock().unwrap();
        assert!(seen.is_empty(), "after {rounds} rounds:\n{}", seen.join("\n"));
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

fn look(canaries: &[Canary], allowed: fn(&str) -> bool, seen: &Mutex<Vec<String>>) {
    for entry in fs::read_dir("/proc").unwrap().map_while(Result::ok) {
        let Ok(pid) = entry.file_name().to_string_lossy().parse::<u32>() else { continue };
        if pid == std::process::id() {
            continue;
        }
        for file in ["cmdline", "environ"] {
            // Those that have ended, and those of others, cannot be read.
            let Ok(bytes) = fs::read(entry.path().join(file)) else { continue };
            let hit = canaries.iter().any(|canary| find(&bytes, canary.text().as_bytes()).is_some());
            let line = fs::read(entry.path().join("cmdline")).unwrap_or_default();
            let line = String::from_utf8_lossy(&line).replace('\0', " ");
            if hit && !allowed(&line) {
                let told = format!("{file} of {line}: {}", String::from_utf8_lossy(&bytes).replace('\0', " "));
                let mut seen = seen.lock().unwrap();
                if !seen.contains(&told) {
                    seen.push(told);
                }
            }
        }
    }
}

#[test]
fn a_canary_is_found_in_every_form_and_nothing_else_is() {
    let canary = Canary::new();
    let dressed = canary.dressed();
    let percent: String = dressed.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let mut forms: Vec<Vec<u8>> = vec![
        dressed.clone().into_bytes(),
        dressed.to_lowercase().into_bytes(),
        serde_json::to_vec(&dressed).unwrap(),
        format!("{:?}", dressed.as_bytes()).into_bytes(),
        percent.into_bytes(),
        dressed.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        dressed.bytes().map(|byte| format!("{byte:02x}")).collect::<String>().into_bytes(),
    ];
    for before in ["", "a", "ab", "abc", "user:", "user:p"] {
        let text = format!("{before}{}and more", canary.text());
        forms.push(STANDARD.encode(&text).into_bytes());
        forms.push(URL_SAFE.encode(&text).into_bytes());
    }
    for form in forms {
        let hidden = [b"something before ".to_vec(), form, b" and after".to_vec()].concat();
        assert!(canary.within(&hidden).is_some(), "{}", String::from_utf8_lossy(&hidden));
        assert_eq!(Canary::new().within(&hidden), None);
    }
}

#[test]
fn a_canary_in_the_arguments_or_the_environment_of_a_process_is_seen() {
    for (argument, variable) in [(true, false), (false, true)] {
        let canary = Canary::new();
        let watcher = Watcher::new(std::slice::from_ref(&canary), |_| false);
        let mut command = std::process::Command::new("sleep");
        command.arg("1");
        if argument {
            command = std::process::Command::new("sh");
            command.args(["-c", "sleep 1; true", canary.text()]);
        }
        if variable {
            command.env("CANARY", canary.text());
        }
        command.status().unwrap();
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| watcher.assert_nothing_seen()));
        assert!(outcome.is_err(), "nobody saw it");
    }
}
