//! The Merkle tree of the audit log under everything that can come between: several handles and processes that append at
//! once, transactions that are taken back, processes that are killed. Whatever happened, the stored leaves and nodes are
//! those of a tree that is computed anew from the bodies.

use std::collections::BTreeSet;
use std::path::Path;
use std::thread;

use merkle::{Frontier, Hash, leaf_hash, node_hash};
use proptest::prelude::*;
use rusqlite::Connection;
use store::{NewEntry, Store};

use crate::child::Child;
use crate::fixture::{Place, new_project, started};

/// What no transaction that holds it can commit.
const POISON: &str = "poison";

fn entry(body: &str) -> NewEntry {
    NewEntry {
        at_ms: 1,
        action: "test".to_owned(),
        caller: "test".to_owned(),
        project: None,
        request: "test".to_owned(),
        body: body.to_owned(),
    }
}

fn open(folder: &Path) -> Connection {
    let connection = Connection::open(folder.join("store.db")).unwrap();
    connection.busy_timeout(std::time::Duration::from_secs(30)).unwrap();
    connection
}

/// From now on whoever writes a poisoned entry fails, after what came before it in its transaction.
fn lay_poison(folder: &Path) {
    let sql = "CREATE TRIGGER poison BEFORE INSERT ON audit_entries WHEN new.body LIKE '%poison%'
        BEGIN SELECT raise(ABORT, 'poisoned'); END";
    open(folder).execute_batch(sql).unwrap();
}

/// The root as RFC 6962 defines it, over all leaves at once.
fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => merkle::EMPTY_ROOT,
        [one] => *one,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            node_hash(&root(left), &root(right))
        }
    }
}

/// The bodies, where everything that is stored beside them is what they say.
#[track_caller]
fn checked(folder: &Path) -> Vec<String> {
    let connection = open(folder);
    let mut statement =
        connection.prepare("SELECT number, body, leaf_sha256 FROM audit_entries ORDER BY number").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get::<_, [u8; 32]>(2)?)));
    let rows: Vec<(i64, String, [u8; 32])> = rows.unwrap().map(Result::unwrap).collect();
    let (mut frontier, mut nodes) = (Frontier::new(), BTreeSet::new());
    for (at, (number, body, stored)) in rows.iter().enumerate() {
        assert_eq!(*number, at as i64, "without gaps");
        let leaf = leaf_hash(body.as_bytes());
        assert_eq!(leaf.as_bytes(), stored, "entry {number}");
        frontier
            .append_with(leaf, |node, hash| {
                if node.level() > 0 && node.is_stored() {
                    nodes.insert((i64::from(node.level()), node.index() as i64, *hash.as_bytes()));
                }
            })
            .unwrap();
    }
    let leaves: Vec<Hash> = rows.iter().map(|(_, body, _)| leaf_hash(body.as_bytes())).collect();
    assert_eq!(frontier.root(), root(&leaves));
    let mut statement = connection.prepare("SELECT level, number, sha256 FROM audit_nodes").unwrap();
    let found = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, [u8; 32]>(2)?)));
    let found: BTreeSet<(i64, i64, [u8; 32])> = found.unwrap().map(Result::unwrap).collect();
    assert_eq!(found, nodes, "the nodes of {} entries", rows.len());
    rows.into_iter().map(|(_, body, _)| body).collect()
}

#[derive(Clone, Debug)]
enum Step {
    /// So many entries in one transaction, and perhaps poison behind them.
    Record {
        count: usize,
        poisoned: bool,
    },
    /// A change of something else, with its entry, which may be poison.
    Change {
        poisoned: bool,
    },
    /// A change that fails before its entry.
    Again,
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (prop_oneof![3 => 1..4_usize, 1 => 100..300_usize], any::<bool>())
            .prop_map(|(count, poisoned)| Step::Record { count, poisoned }),
        2 => any::<bool>().prop_map(|poisoned| Step::Change { poisoned }),
        1 => Just(Step::Again),
        1 => Just(Step::Reopen),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_appended_and_taken_back_the_tree_is_that_of_the_bodies(
        steps in proptest::collection::vec((0..3_usize, step()), 1..24)
    ) {
        let place = Place::new();
        let mut handles: Vec<Option<Store>> = (0..3).map(|_| Some(place.open())).collect();
        lay_poison(&place.folder);
        let (mut wanted, mut last) = (Vec::new(), None);
        for (number, (which, step)) in steps.into_iter().enumerate() {
            let store = handles[which].clone().unwrap();
            let bodies = |count: usize| (0..count).map(|at| format!("{number}.{at}")).collect::<Vec<_>>();
            match step {
                Step::Record { count, poisoned } => {
                    let bodies = bodies(count);
                    let mut entries: Vec<NewEntry> = bodies.iter().map(|body| entry(body)).collect();
                    entries.extend(poisoned.then(|| entry(POISON)));
                    prop_assert_eq!(store.record(&entries).is_err(), poisoned);
                    wanted.extend(bodies.into_iter().filter(|_| !poisoned));
                }
                Step::Change { poisoned } => {
                    let (new, body) = (new_project("caller"), if poisoned { POISON.to_owned() } else { number.to_string() });
                    let done = store.start_project(&new, &started(&new.id), &entry(&body));
                    prop_assert_eq!(done.is_err(), poisoned);
                    prop_assert_eq!(store.project(&new.id).unwrap().is_none(), poisoned, "neither without the other");
                    if !poisoned {
                        wanted.push(body);
                        last = Some(new);
                    }
                }
                Step::Again => {
                    if let Some(again) = &last {
                        prop_assert!(store.start_project(again, &started(&again.id), &entry("again")).is_err());
                    }
                }
                Step::Reopen => {
                    drop(store);
                    handles[which] = None;
                    handles[which] = Some(place.open());
                }
            }
        }
        prop_assert_eq!(handles[0].as_ref().unwrap().audit_size().unwrap(), wanted.len() as u64);
        prop_assert_eq!(checked(&place.folder), wanted);
    }
}

/// In a process of its own: appends in transactions of many sizes, some of them poisoned, and says what was acknowledged.
pub(crate) fn append_often(folder: &Path) {
    let store = Store::open(folder).unwrap();
    let us = std::process::id();
    for round in 0..120_usize {
        let count = [1, 1, 2, 40][round % 4];
        let bodies: Vec<String> = (0..count).map(|at| format!("{us}.{round}.{at}")).collect();
        let mut entries: Vec<NewEntry> = bodies.iter().map(|body| entry(body)).collect();
        if round % 5 == 3 {
            entries.push(entry(POISON));
            assert!(store.record(&entries).is_err());
            continue;
        }
        store.record(&entries).unwrap();
        bodies.iter().for_each(|body| println!("kept {body}"));
    }
}

#[test]
fn several_processes_at_once_some_of_them_killed_make_one_tree_that_holds_all_that_was_acknowledged() {
    let place = Place::on_disk();
    drop(place.open());
    lay_poison(&place.folder);
    let mut children: Vec<Child> = (0..4).map(|_| Child::spawn("append_often", &place.folder)).collect();
    let mut lines = Vec::new();
    let mut killed = children.pop().unwrap();
    for _ in 0..60 {
        lines.push(killed.wait_for(|line| line.starts_with("kept ").then(|| line.to_owned())));
    }
    killed.kill();
    lines.extend(killed.rest());
    // Another handle appends meanwhile, from several threads.
    let store = place.open();
    thread::scope(|scope| {
        for number in 0..3 {
            let store = store.clone();
            scope.spawn(move || (0..30).for_each(|at| store.record(&[entry(&format!("us.{number}.{at}"))]).unwrap()));
        }
    });
    children.into_iter().for_each(|child| lines.extend(child.lines()));
    let bodies: BTreeSet<String> = checked(&place.folder).into_iter().collect();
    let said: BTreeSet<String> = lines.iter().filter_map(|line| Some(line.strip_prefix("kept ")?.to_owned())).collect();
    assert!(said.is_subset(&bodies), "acknowledged and lost: {:?}", said.difference(&bodies).collect::<Vec<_>>());
    assert_eq!(bodies.iter().filter(|body| body.starts_with("us.")).count(), 90);
    assert!(!bodies.contains(POISON) && said.len() > 2_000, "{}", said.len());
}
