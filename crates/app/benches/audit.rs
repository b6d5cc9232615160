//! What the audit trail costs, measured inside one process: `cargo xtask bench` starts this, and reads one line of JSON a
//! figure. Arguments: a folder that is empty, how many pairs, how many entries the long log has.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench ends where it is lost"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Instant;

use app::{Call, Quiet, Services};
use audit::Entry;
use blueprint::Catalogue;
use domain::{AuditAction, Caller, Face, Operation, Outcome, Policy, RequestId, Resource};
use merkle::leaf_hash;
use rusqlite::{Connection, params};
use safe_fs::Roots;
use serde_json::json;
use store::{AccessLine, NewEntry, Store};

/// Callers at once.
const CALLERS: usize = 16;
/// Entries that share a transaction: as many as the store lets share one.
const GROUP: usize = 128;
/// Groups of one measurement.
const GROUPS: usize = 64;
/// Calls of one caller in one measurement.
const CALLS: usize = 400;
/// Where Linux keeps files in memory.
const IN_MEMORY: &str = "/dev/shm";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let [folder, pairs, entries] = arguments.as_slice() else { return };
    let (folder, pairs, entries) = (PathBuf::from(folder), pairs.parse().unwrap(), entries.parse().unwrap());
    for (place, at) in [("memory", Path::new(IN_MEMORY)), ("disk", folder.as_path())] {
        let bench = Bench { at: tempfile::tempdir_in(at).unwrap(), pairs };
        bench.append(place);
        bench.callers(place);
    }
    looked(&tempfile::tempdir_in(IN_MEMORY).unwrap().path().join("looked"), pairs);
    long_log(&folder.join("long"), entries);
}

/// One line for who started this.
fn tell(figure: &str, pairs: &[(f64, f64)]) {
    println!("{}", json!({ "figure": figure, "pairs": pairs }));
}

fn entry(number: usize) -> NewEntry {
    let entry = Entry {
        at_ms: 1_795_000_000_000 + number as i64,
        action: AuditAction::Asked(Operation::BeginProject),
        outcome: Outcome::Success,
        caller: format!("company:person-{}", number % 50),
        credential: Some("token"),
        credential_id: Some(format!("tok_{:04}", number % 200)),
        address: Some("203.0.113.7".to_owned()),
        face: Some("http"),
        request: RequestId::random().unwrap(),
        project: Some(format!("prj_{:012}", number / 3)),
        resource: None,
        detail: None,
        count: 1,
    };
    let audit::Encoded { at_ms, action, caller, project, request, body } = entry.encode().unwrap();
    NewEntry { at_ms, action, caller, project, request, body }
}

fn line(number: usize) -> AccessLine {
    let NewEntry { at_ms, action, caller, project, request, .. } = entry(number);
    let (outcome, face, address) = ("success".to_owned(), "http".to_owned(), Some("203.0.113.7".to_owned()));
    AccessLine { at_ms, action, outcome, caller, face, address, project, request }
}

struct Bench {
    at: tempfile::TempDir,
    pairs: usize,
}

impl Bench {
    /// Entries a second in groups, against the same rows put by SQLite alone into a table with the same indexes.
    fn append(&self, place: &str) {
        let folder = self.at.path().join("append");
        let store = Store::open(&folder).unwrap();
        let plain = plain(&folder.join("store.db"), &self.at.path().join("plain.db"));
        let mut number = 0;
        let mut pairs = Vec::new();
        for _ in 0..=self.pairs {
            let groups: Vec<Vec<NewEntry>> = (0..GROUPS)
                .map(|_| {
                    number += GROUP;
                    (number - GROUP..number).map(entry).collect()
                })
                .collect();
            let ours = rate(GROUPS * GROUP, || groups.iter().for_each(|group| store.record(group).unwrap()));
            let first = number - GROUPS * GROUP;
            let theirs = rate(GROUPS * GROUP, || insert(&plain, &groups, first));
            pairs.push((ours, theirs));
        }
        tell(&format!("append/{place}"), &pairs[1..]);
    }

    /// Calls a second, and processor time a call, of many callers who each wait until their row is durable: an entry,
    /// against a row of the access log, which is no part of any tree.
    fn callers(&self, place: &str) {
        let store = Store::open(&self.at.path().join("callers")).unwrap();
        let (mut rates, mut costs) = (Vec::new(), Vec::new());
        for _ in 0..=self.pairs {
            let with = at_once(|number| store.record(&[entry(number)]).unwrap());
            let without = at_once(|number| store.add_access(&[line(number)]).unwrap());
            rates.push((with.0, without.0));
            costs.push((with.1, without.1));
        }
        tell(&format!("callers/{place}"), &rates[1..]);
        tell(&format!("callers-processor/{place}"), &costs[1..]);
    }
}

/// SQLite with the table of the log as the store made it, set as the store sets it, but for its triggers.
fn plain(of: &Path, at: &Path) -> Connection {
    let connection = Connection::open(at).unwrap();
    connection
        .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;")
        .unwrap();
    let made = Connection::open(of).unwrap();
    let sql =
        "SELECT sql FROM sqlite_schema WHERE tbl_name = 'audit_entries' AND type <> 'trigger' AND sql IS NOT NULL";
    let mut statement = made.prepare(sql).unwrap();
    let all: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    all.iter().for_each(|sql| connection.execute_batch(sql).unwrap());
    connection
}

fn insert(connection: &Connection, groups: &[Vec<NewEntry>], first: usize) {
    let sql = "INSERT INTO audit_entries (number, at_ms, action, caller, project, request, body, leaf_sha256)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let leaf = [7_u8; 32];
    for (number, group) in groups.iter().enumerate() {
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        let mut statement = connection.prepare_cached(sql).unwrap();
        for (place, entry) in group.iter().enumerate() {
            let number = (first + number * GROUP + place) as i64;
            let NewEntry { at_ms, action, caller, project, request, body } = entry;
            statement.execute(params![number, at_ms, action, caller, project, request, body, leaf]).unwrap();
        }
        connection.execute_batch("COMMIT").unwrap();
    }
}

fn rate(count: usize, work: impl FnOnce()) -> f64 {
    let started = Instant::now();
    work();
    count as f64 / started.elapsed().as_secs_f64()
}

/// Calls a second of all callers together, and microseconds of processor time a call.
fn at_once(call: impl Fn(usize) + Sync) -> (f64, f64) {
    let before = processor_micros();
    let rate = rate(CALLERS * CALLS, || {
        thread::scope(|scope| {
            for caller in 0..CALLERS {
                let call = &call;
                scope.spawn(move || (0..CALLS).for_each(|number| call(caller * CALLS + number)));
            }
        });
    });
    (rate, (processor_micros() - before) / (CALLERS * CALLS) as f64)
}

/// Of this process so far, in its own code and in the kernel; Linux counts hundredths of a second.
fn processor_micros() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let ticks = stat.rsplit_once(')').unwrap().1.split_whitespace().skip(11).take(2);
    ticks.map(|word| word.parse::<f64>().unwrap() * 1e4).sum()
}

/// Microseconds of processor time that it takes to be allowed to look at something, with its line of the access log,
/// against the question alone. As many calls as fit into the queue, so that none is dropped.
fn looked(folder: &Path, pairs: usize) {
    const LOOKS: usize = 15_000;
    let policy = Policy::default();
    let caller = Caller::data_owner(&policy, Face::Http);
    let request = RequestId::random().unwrap();
    let call = Call { caller: &caller, request: &request, watch: &Quiet };
    let mut told = Vec::new();
    for pair in 0..=pairs {
        let store = Store::open(&folder.join(pair.to_string())).unwrap();
        let services = Services::new(store.clone(), Roots::none(), Catalogue::open().unwrap(), policy.clone());
        let each = |begun: f64| (processor_micros() - begun) / LOOKS as f64;
        let begun = processor_micros();
        (0..LOOKS).for_each(|_| app::allow_reading_configuration(&services, &call).unwrap());
        // Waits until all of it is written.
        drop(services);
        let with = each(begun);
        let begun = processor_micros();
        let asked = |_| caller.may(&policy, Operation::ReadConfiguration, Resource::default()).map(|_| ()).unwrap();
        (0..LOOKS).for_each(asked);
        told.push((with, each(begun)));
    }
    tell("looked", &told[1..]);
}

/// A long log, left there for the program itself, and how long proofs from it take, in milliseconds.
fn long_log(folder: &Path, entries: usize) {
    let store = Store::open(folder).unwrap();
    let mut number = 0;
    while number < entries {
        let group: Vec<NewEntry> = (number..entries.min(number + 8 * GROUP)).map(entry).collect();
        number += group.len();
        store.record(&group).unwrap();
    }
    let size = entries as u64;
    let proofs = (0..1_001_u64).map(|turn| {
        let asked = turn * 7_919 % size;
        let started = Instant::now();
        let proof = store.prove_inclusion(asked, size).unwrap();
        let proved = started.elapsed().as_secs_f64() * 1e3;
        assert!(!proof.hashes().is_empty());
        (proved, read_one(&store, asked))
    });
    tell("proof", &proofs.collect::<Vec<_>>());
    let reads = (0..3).map(|_| {
        let started = Instant::now();
        let read = read_all(&folder.join("store.db"));
        assert_eq!(read, entries);
        (0.0, started.elapsed().as_secs_f64() * 1e3)
    });
    tell("plain-read", &reads.collect::<Vec<_>>());
}

fn read_one(store: &Store, number: u64) -> f64 {
    let started = Instant::now();
    assert_eq!(store.audit_range(number..number + 1, 1).unwrap().len(), 1);
    started.elapsed().as_secs_f64() * 1e3
}

/// What nobody who verifies can do without: every row read and its text hashed.
fn read_all(database: &Path) -> usize {
    let connection = Connection::open(database).unwrap();
    let mut statement = connection.prepare("SELECT body FROM audit_entries ORDER BY number").unwrap();
    let mut rows = statement.query([]).unwrap();
    let (mut count, mut last) = (0, None);
    while let Some(row) = rows.next().unwrap() {
        last = Some(leaf_hash(row.get_ref(0).unwrap().as_bytes().unwrap()));
        count += 1;
    }
    assert!(last.is_some());
    count
}
