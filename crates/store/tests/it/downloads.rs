//! Download links: good once, until they expire, whoever asks first.

use std::sync::Barrier;
use std::thread;

use domain::ProjectId;
use store::{NewDownload, Store, UsedDownload};

use crate::child::Child;
use crate::fixture::{Place, downloaded, entry, start};

fn link(token: u8, project: &ProjectId, expires_at_ms: i64) -> NewDownload {
    NewDownload { token_sha256: [token; 32], project: project.clone(), format: "zip".to_owned(), expires_at_ms }
}

fn use_link(store: &Store, token: u8, now_ms: i64) -> Option<UsedDownload> {
    store.use_download(&[token; 32], now_ms, downloaded, &entry()).unwrap()
}

fn rows(place: &Place) -> i64 {
    place.sql().query_row("SELECT count(*) FROM downloads", [], |row| row.get(0)).unwrap()
}

#[test]
fn a_link_works_once_and_leaves_an_event() {
    let place = Place::new();
    let store = place.open();
    let project = start(&store, "owner").id;
    store.add_downloads(&[link(1, &project, 100), link(2, &project, 100)]).unwrap();
    assert_eq!(use_link(&store, 1, 50), Some(UsedDownload { project: project.clone(), format: "zip".to_owned() }));
    assert_eq!(use_link(&store, 1, 50), None);
    let kinds: Vec<_> = store.events(&project).unwrap().into_iter().map(|e| e.event.kind.as_str()).collect();
    assert_eq!(kinds, ["project-started", "archive-downloaded"]);
    assert!(use_link(&store, 2, 50).is_some());
}

#[test]
fn a_link_dies_at_its_time() {
    let place = Place::new();
    let store = place.open();
    let project = start(&store, "owner").id;
    store.add_downloads(&[link(1, &project, 100), link(2, &project, 100), link(3, &project, 101)]).unwrap();
    assert!(use_link(&store, 1, 99).is_some());
    assert_eq!(use_link(&store, 2, 100), None);
    assert_eq!(store.events(&project).unwrap().len(), 2);
    assert!(use_link(&store, 3, 100).is_some());
}

#[test]
fn expired_links_are_forgotten_when_another_is_used() {
    let place = Place::new();
    let store = place.open();
    let project = start(&store, "owner").id;
    let links: Vec<_> = (1..=9).map(|token| link(token, &project, i64::from(token) * 10)).collect();
    store.add_downloads(&links).unwrap();
    assert!(use_link(&store, 9, 40).is_some());
    assert_eq!(rows(&place), 4);
    assert_eq!(use_link(&store, 5, 60), None);
    assert_eq!(rows(&place), 2);
}

#[test]
fn an_unknown_link_writes_nothing() {
    let place = Place::new();
    let store = place.open();
    let version = |place: &Place| -> Vec<u8> { std::fs::read(place.log()).unwrap() };
    start(&store, "owner");
    let before = version(&place);
    assert_eq!(use_link(&store, 1, 50), None);
    assert_eq!(version(&place), before);
}

#[test]
fn links_are_added_all_or_none() {
    let place = Place::new();
    let store = place.open();
    let project = start(&store, "owner").id;
    store.add_downloads(&[link(2, &project, 100)]).unwrap();
    assert!(store.add_downloads(&[link(1, &project, 100), link(2, &project, 100)]).is_err());
    assert!(store.add_downloads(&[link(3, &project, 100), link(4, &ProjectId::random().unwrap(), 100)]).is_err());
    assert_eq!(rows(&place), 1);
    store.add_downloads(&[]).unwrap();
}

#[test]
fn a_link_whose_event_is_refused_is_good_still() {
    let place = Place::new();
    let store = place.open();
    let (project, other) = (start(&store, "owner").id, start(&store, "owner").id);
    store.add_downloads(&[link(1, &project, 100)]).unwrap();
    assert!(store.use_download(&[1; 32], 50, |_| downloaded(&other), &entry()).is_err());
    assert!(use_link(&store, 1, 50).is_some());
    assert_eq!(store.events(&other).unwrap().len(), 1);
}

#[test]
fn of_many_threads_and_handles_one_gets_the_link() {
    let place = Place::new();
    let stores = [place.open(), place.open()];
    let project = start(&stores[0], "owner").id;
    for token in 0..20 {
        stores[0].add_downloads(&[link(token, &project, 100)]).unwrap();
        let barrier = Barrier::new(8);
        let won: usize = thread::scope(|scope| {
            let tries: Vec<_> = (0..8)
                .map(|number: usize| {
                    let (store, barrier) = (&stores[number % 2], &barrier);
                    scope.spawn(move || {
                        barrier.wait();
                        usize::from(use_link(store, token, 50).is_some())
                    })
                })
                .collect();
            tries.into_iter().map(|attempt| attempt.join().unwrap()).sum()
        });
        assert_eq!(won, 1);
    }
    assert_eq!(stores[1].events(&project).unwrap().len(), 21);
}

/// In a process of its own: uses every link it can, and says which it got.
pub(crate) fn use_all(folder: &std::path::Path) {
    let store = Store::open(folder).unwrap();
    for token in 0..100 {
        if use_link(&store, token, 50).is_some() {
            println!("used {token}");
        }
    }
}

#[test]
fn of_many_processes_one_gets_each_link() {
    let place = Place::new();
    let store = place.open();
    let project = start(&store, "owner").id;
    let links: Vec<_> = (0..100).map(|token| link(token, &project, 100)).collect();
    store.add_downloads(&links).unwrap();
    let children: Vec<_> = (0..4).map(|_| Child::spawn("use_all", &place.folder)).collect();
    let mut used: Vec<u8> = Vec::new();
    for child in children {
        used.extend(child.lines().iter().filter_map(|line| line.strip_prefix("used ")?.parse::<u8>().ok()));
    }
    used.sort_unstable();
    assert_eq!(used, (0..100).collect::<Vec<u8>>());
    assert_eq!(store.events(&project).unwrap().len(), 101);
}
