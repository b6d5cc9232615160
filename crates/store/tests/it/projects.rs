//! One process, one thread: projects, their states, their events and their list.

use std::time::{SystemTime, UNIX_EPOCH};

use domain::{Event, EventKind, ProjectId};
use store::{ErrorKind, NewProject, Project, State};

use crate::fixture::{Place, abandoned, entry, finished, new_project, start, started};

fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis().try_into().unwrap()
}

/// What the store should say about `new`, but for the times.
pub(crate) fn expected(new: &NewProject, state: State, process_owner: &str, commit: Option<&str>) -> Project {
    let new = new.clone();
    Project {
        id: new.id,
        name: new.name,
        owner: new.owner,
        team: None,
        template: new.template,
        stack: new.stack,
        blueprint_version: new.blueprint_version,
        blueprint_hash: new.blueprint_hash,
        catalogue: new.catalogue,
        plan_hash: new.plan_hash,
        answers: new.answers,
        target: new.target,
        git: new.git,
        bytes: new.bytes,
        state,
        process_owner: process_owner.to_owned(),
        commit: commit.map(str::to_owned),
        started_at_ms: 0,
        finished_at_ms: None,
    }
}

pub(crate) fn without_times(mut project: Project) -> Project {
    project.started_at_ms = 0;
    project.finished_at_ms = None;
    project
}

#[test]
fn a_project_is_read_as_it_was_written() {
    let place = Place::new();
    let store = place.open();
    let new = NewProject {
        id: ProjectId::random().unwrap(),
        name: "n".to_owned(),
        owner: "o".to_owned(),
        template: "t".to_owned(),
        stack: "s".to_owned(),
        blueprint_version: "bv".to_owned(),
        blueprint_hash: "bh".to_owned(),
        catalogue: "c".to_owned(),
        plan_hash: "ph".to_owned(),
        answers: "{}".to_owned(),
        target: None,
        git: false,
        bytes: 7,
    };
    let before = now_ms();
    store.start_project(&new, &started(&new.id), &entry()).unwrap();
    let read = store.project(&new.id).unwrap().unwrap();
    assert!((before..=now_ms()).contains(&read.started_at_ms));
    assert_eq!(read.finished_at_ms, None);
    assert_eq!(without_times(read), expected(&new, State::Started, store.owner(), None));
    assert_eq!(store.project(&ProjectId::random().unwrap()).unwrap(), None);
}

#[test]
fn a_finished_project_has_its_commit_and_time() {
    let place = Place::new();
    let store = place.open();
    let new = start(&store, "owner");
    store.finish_project(&new.id, Some("c0ffee"), &finished(&new.id), &entry()).unwrap();
    let read = store.project(&new.id).unwrap().unwrap();
    assert!(read.finished_at_ms >= Some(read.started_at_ms));
    assert_eq!(without_times(read), expected(&new, State::Finished, store.owner(), Some("c0ffee")));
}

#[test]
fn an_abandoned_project_has_no_time_of_finishing() {
    let place = Place::new();
    let store = place.open();
    let new = start(&store, "owner");
    store.abandon_project(&new.id, &abandoned(&new.id), &entry()).unwrap();
    let read = store.project(&new.id).unwrap().unwrap();
    assert_eq!((read.state, read.finished_at_ms), (State::Abandoned, None));
}

#[test]
fn events_come_back_whole_and_in_order() {
    let place = Place::new();
    let store = place.open();
    let new = new_project("owner");
    let first = Event { detail: Some("because".to_owned()), caller: "anna".to_owned(), ..started(&new.id) };
    let second = finished(&new.id);
    let before = now_ms();
    store.start_project(&new, &first, &entry()).unwrap();
    start(&store, "owner");
    store.finish_project(&new.id, None, &second, &entry()).unwrap();
    let events = store.events(&new.id).unwrap();
    assert!(events.iter().all(|recorded| (before..=now_ms()).contains(&recorded.at_ms)));
    let events: Vec<Event> = events.into_iter().map(|recorded| recorded.event).collect();
    assert_eq!(events, [first, second]);
}

#[test]
fn what_is_not_started_can_not_be_finished_or_abandoned() {
    let place = Place::new();
    let (store, other) = (place.open(), place.open());
    let done = start(&store, "owner");
    store.finish_project(&done.id, Some("c0ffee"), &finished(&done.id), &entry()).unwrap();
    let foreign = start(&other, "owner");
    let unknown = ProjectId::random().unwrap();
    let before = (store.project(&done.id).unwrap(), store.project(&foreign.id).unwrap());
    for id in [&done.id, &foreign.id, &unknown] {
        assert_eq!(store.finish_project(id, None, &finished(id), &entry()).unwrap_err().kind, ErrorKind::Internal);
        assert_eq!(store.abandon_project(id, &abandoned(id), &entry()).unwrap_err().kind, ErrorKind::Internal);
    }
    assert_eq!((store.project(&done.id).unwrap(), store.project(&foreign.id).unwrap()), before);
    assert_eq!(store.events(&done.id).unwrap().len(), 2);
    assert_eq!(store.events(&foreign.id).unwrap().len(), 1);
}

#[test]
fn a_change_whose_event_is_refused_does_not_happen() {
    let place = Place::new();
    let store = place.open();
    let (known, new) = (start(&store, "owner"), new_project("owner"));
    assert_eq!(store.start_project(&new, &started(&known.id), &entry()).unwrap_err().kind, ErrorKind::Internal);
    assert_eq!(store.project(&new.id).unwrap(), None);
    assert!(store.finish_project(&known.id, None, &finished(&new.id), &entry()).is_err());
    assert!(store.abandon_project(&known.id, &abandoned(&new.id), &entry()).is_err());
    assert_eq!(store.project(&known.id).unwrap().unwrap().state, State::Started);
    assert_eq!(store.events(&known.id).unwrap().len(), 1);
}

#[test]
fn an_id_is_taken_only_once() {
    let place = Place::new();
    let store = place.open();
    let first = start(&store, "owner");
    let second = NewProject { name: "other".to_owned(), ..first.clone() };
    assert!(store.start_project(&second, &started(&second.id), &entry()).is_err());
    assert_eq!(store.project(&first.id).unwrap().unwrap().name, "demo");
    assert_eq!(store.events(&first.id).unwrap().len(), 1);
}

#[test]
fn answers_that_are_no_json_are_refused() {
    let place = Place::new();
    let store = place.open();
    let new = NewProject { answers: "{".to_owned(), ..new_project("owner") };
    assert!(store.start_project(&new, &started(&new.id), &entry()).is_err());
}

#[test]
fn hostile_texts_come_back_unchanged() {
    let place = Place::new();
    let store = place.open();
    for text in ["", "a\0b", "'; DROP TABLE projects; --", "\u{202E}\u{1F600}\u{FFFF}", &"x".repeat(1_000_000)] {
        let mut new = new_project(text);
        text.clone_into(&mut new.name);
        new.target = Some(text.to_owned());
        new.answers = format!("{{\"a\\u0000\":{}}}", i64::MAX);
        let event = Event { caller: text.to_owned(), detail: Some(text.to_owned()), ..started(&new.id) };
        store.start_project(&new, &event, &entry()).unwrap();
        let read = store.project(&new.id).unwrap().unwrap();
        assert_eq!(without_times(read), expected(&new, State::Started, store.owner(), None));
        assert_eq!(store.events(&new.id).unwrap()[0].event, event);
        assert_eq!(store.projects(Some(text), 10, None).unwrap().len(), 1);
    }
}

#[test]
fn the_list_goes_back_in_time_page_by_page() {
    let place = Place::new();
    let store = place.open();
    let mut ids: Vec<ProjectId> =
        (0..7).map(|number| start(&store, if number % 2 == 0 { "anna" } else { "bert" }).id).collect();
    ids.reverse();
    let page = |owner, limit, before| -> Vec<ProjectId> {
        store.projects(owner, limit, before).unwrap().into_iter().map(|project| project.id).collect()
    };
    assert_eq!(page(None, 3, None), ids[..3]);
    assert_eq!(page(None, 3, Some(&ids[2])), ids[3..6]);
    assert_eq!(page(None, 3, Some(&ids[5])), ids[6..]);
    assert_eq!(page(None, 3, Some(&ids[6])), []);
    assert_eq!(page(None, 0, None), []);
    assert_eq!(page(None, u32::MAX, None), ids);
    assert_eq!(page(Some("anna"), 2, None), [ids[0].clone(), ids[2].clone()]);
    // The place in the list may be somebody else's project.
    assert_eq!(page(Some("anna"), 2, Some(&ids[3])), [ids[4].clone(), ids[6].clone()]);
    assert_eq!(page(Some("nobody"), 2, None), []);
    assert_eq!(page(None, 3, Some(&ProjectId::random().unwrap())), []);
}

#[test]
fn what_was_written_is_there_after_opening_again() {
    let place = Place::new();
    let store = place.open();
    let new = start(&store, "owner");
    let before = store.project(&new.id).unwrap();
    let clone = store.clone();
    drop(store);
    assert_eq!(clone.project(&new.id).unwrap(), before);
    drop(clone);
    assert_eq!(place.open().project(&new.id).unwrap(), before);
}

#[test]
fn every_kind_of_event_is_stored() {
    let place = Place::new();
    let store = place.open();
    let new = start(&store, "owner");
    let kinds = [
        EventKind::ProjectStarted,
        EventKind::ProjectFinished,
        EventKind::ProjectAbandoned,
        EventKind::ArchiveDownloaded,
    ];
    for kind in kinds {
        let new = new_project("owner");
        store.start_project(&new, &crate::fixture::event(kind, &new.id), &entry()).unwrap();
        assert_eq!(store.events(&new.id).unwrap()[0].event.kind, kind);
    }
    assert_eq!(store.events(&new.id).unwrap().len(), 1);
}

#[test]
fn projects_are_found_by_a_folder_at_beneath_or_around_them() {
    let place = Place::new();
    let store = place.open();
    let at = |target: &str, owner: &str| {
        let new = NewProject { target: Some(target.to_owned()), ..new_project(owner) };
        store.start_project(&new, &started(&new.id), &entry()).unwrap();
        new.id
    };
    let (one, two, odd) = (at("/srv/demo", "ada"), at("/srv/demo-2/a", "eve"), at("/srv/d_m%", "eve"));
    let gone = at("/srv/gone", "eve");
    store.abandon_project(&gone, &abandoned(&gone), &entry()).unwrap();
    let archive = NewProject { target: None, ..new_project("eve") };
    store.start_project(&archive, &started(&archive.id), &entry()).unwrap();
    let found = |folder: &str| -> Vec<ProjectId> {
        store.projects_at(folder).unwrap().into_iter().map(|project| project.id).collect()
    };
    for (folder, expected) in [
        ("/srv/demo", vec![one.clone()]),
        ("/srv/demo/src/deep", vec![one.clone()]),
        ("/srv", vec![one, two.clone(), odd.clone()]),
        ("/srv/demo-2", vec![two]),
        ("/srv/d_m%", vec![odd]),
        ("/srv/dem", vec![]),
        ("/srv/demo-", vec![]),
        ("/srv/gone", vec![]),
        ("/srv/%", vec![]),
    ] {
        assert_eq!(found(folder), expected, "{folder}");
    }
}
