//! Random histories on two handles, compared step by step with a model that holds everything in lists.

use std::collections::HashMap;

use domain::{Event, ProjectId};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::Index;
use store::{NewDownload, NewProject, Project, State, Store, UsedDownload};

use crate::fixture::{Place, abandoned, downloaded, entry as an_entry, finished, new_project, started};
use crate::projects::{expected, without_times};

#[derive(Clone, Debug)]
enum Step {
    Start { caller: u8 },
    StartAgain { project: Index },
    Finish { project: Index, commit: bool },
    Abandon { project: Index },
    Reopen,
    TakeOver,
    AddDownload { project: Index, token: u8, expires: i64 },
    UseDownload { token: u8, now: i64 },
    List { caller: Option<u8>, limit: u32, before: Option<Index> },
}

fn step() -> impl Strategy<Value = Step> {
    let project = any::<Index>;
    prop_oneof![
        4 => (0..3_u8).prop_map(|caller| Step::Start { caller }),
        1 => project().prop_map(|project| Step::StartAgain { project }),
        3 => (project(), any::<bool>()).prop_map(|(project, commit)| Step::Finish { project, commit }),
        2 => project().prop_map(|project| Step::Abandon { project }),
        2 => Just(Step::Reopen),
        2 => Just(Step::TakeOver),
        2 => (project(), 0..6_u8, 0..20_i64)
            .prop_map(|(project, token, expires)| Step::AddDownload { project, token, expires }),
        3 => (0..6_u8, 0..20_i64).prop_map(|(token, now)| Step::UseDownload { token, now }),
        2 => (option::of(0..4_u8), 0..5_u32, option::of(project()))
            .prop_map(|(caller, limit, before)| Step::List { caller, limit, before }),
    ]
}

struct Entry {
    new: NewProject,
    state: State,
    process_owner: String,
    commit: Option<String>,
    events: Vec<Event>,
}

impl Entry {
    fn as_read(&self) -> Project {
        expected(&self.new, self.state, &self.process_owner, self.commit.as_deref())
    }
}

/// The store's handles, and beside them what they should hold.
struct World {
    place: Place,
    handles: [Option<Store>; 2],
    entries: Vec<Entry>,
    links: HashMap<u8, (ProjectId, i64)>,
}

impl World {
    fn new() -> Self {
        let place = Place::new();
        let handles = [Some(place.open()), Some(place.open())];
        Self { place, handles, entries: Vec::new(), links: HashMap::new() }
    }

    fn handle(&self, which: usize) -> Store {
        self.handles[which].clone().unwrap()
    }

    fn take(&mut self, which: usize, step: Step) {
        match step {
            Step::Start { caller } => self.start(which, caller),
            Step::Reopen => {
                self.handles[which] = None;
                self.handles[which] = Some(self.place.open());
            }
            Step::TakeOver => self.take_over(which),
            Step::UseDownload { token, now } => self.use_download(which, token, now),
            Step::List { caller, limit, before } => self.list(which, caller, limit, before),
            // The others need a project.
            _ if self.entries.is_empty() => {}
            Step::StartAgain { project } => {
                let again = project.get(&self.entries).new.clone();
                assert!(self.handle(which).start_project(&again, &started(&again.id), &an_entry()).is_err());
            }
            Step::Finish { project, commit } => self.finish(which, project, commit.then_some("c0ffee")),
            Step::Abandon { project } => self.abandon(which, project),
            Step::AddDownload { project, token, expires } => self.add_download(which, project, token, expires),
        }
    }

    fn start(&mut self, which: usize, caller: u8) {
        let store = self.handle(which);
        let new = new_project(&format!("caller{caller}"));
        let event = started(&new.id);
        store.start_project(&new, &event, &an_entry()).unwrap();
        let process_owner = store.owner().to_owned();
        self.entries.push(Entry { new, state: State::Started, process_owner, commit: None, events: vec![event] });
    }

    fn finish(&mut self, which: usize, project: Index, commit: Option<&str>) {
        let store = self.handle(which);
        let entry = project.get_mut(&mut self.entries);
        let event = finished(&entry.new.id);
        let allowed = entry.state == State::Started && entry.process_owner == store.owner();
        assert_eq!(store.finish_project(&entry.new.id, commit, &event, &an_entry()).is_ok(), allowed);
        if allowed {
            entry.state = State::Finished;
            entry.commit = commit.map(str::to_owned);
            entry.events.push(event);
        }
    }

    fn abandon(&mut self, which: usize, project: Index) {
        let store = self.handle(which);
        let entry = project.get_mut(&mut self.entries);
        let event = abandoned(&entry.new.id);
        let allowed = entry.state == State::Started && entry.process_owner == store.owner();
        assert_eq!(store.abandon_project(&entry.new.id, &event, &an_entry()).is_ok(), allowed);
        if allowed {
            entry.state = State::Abandoned;
            entry.events.push(event);
        }
    }

    fn take_over(&mut self, which: usize) {
        let store = self.handle(which);
        let living: Vec<String> = self.handles.iter().flatten().map(|store| store.owner().to_owned()).collect();
        let mut taken = Vec::new();
        for entry in &mut self.entries {
            if entry.state == State::Started && !living.contains(&entry.process_owner) {
                store.owner().clone_into(&mut entry.process_owner);
                taken.push(entry.as_read());
            }
        }
        let mut got: Vec<_> = store.unfinished_of_gone_owners().unwrap().into_iter().map(without_times).collect();
        got.sort_by(|left, right| left.id.cmp(&right.id));
        taken.sort_by(|left, right| left.id.cmp(&right.id));
        assert_eq!(got, taken);
    }

    fn add_download(&mut self, which: usize, project: Index, token: u8, expires_at_ms: i64) {
        let id = project.get(&self.entries).new.id.clone();
        let link = NewDownload {
            token_sha256: [token; 32],
            project: id.clone(),
            format: format!("format{token}"),
            expires_at_ms,
        };
        let free = !self.links.contains_key(&token);
        assert_eq!(self.handle(which).add_downloads(&[link]).is_ok(), free);
        if free {
            self.links.insert(token, (id, expires_at_ms));
        }
    }

    fn use_download(&mut self, which: usize, token: u8, now: i64) {
        let mut made = None;
        let make = |project: &ProjectId| made.insert(downloaded(project)).clone();
        let got = self.handle(which).use_download(&[token; 32], now, make, &an_entry()).unwrap();
        let Some((project, _)) = self.links.get(&token).cloned() else { return assert_eq!(got, None) };
        let good = self.links.get(&token).filter(|(_, expires)| *expires > now).is_some();
        self.links.retain(|_, (_, expires)| *expires > now);
        assert_eq!(made.is_some(), good, "an event is made only of a link that is good");
        if good {
            self.links.remove(&token);
            let entry = self.entries.iter_mut().find(|entry| entry.new.id == project).unwrap();
            entry.events.extend(made);
            assert_eq!(got, Some(UsedDownload { project, format: format!("format{token}") }));
        } else {
            assert_eq!(got, None);
        }
    }

    fn list(&self, which: usize, caller: Option<u8>, limit: u32, before: Option<Index>) {
        let caller = caller.map(|caller| format!("caller{caller}"));
        let place = before.filter(|_| !self.entries.is_empty()).map(|index| index.index(self.entries.len()));
        let older = &self.entries[..place.unwrap_or(self.entries.len())];
        let wanted = older.iter().rev().filter(|entry| caller.as_ref().is_none_or(|caller| entry.new.owner == *caller));
        let wanted: Vec<_> = wanted.take(usize::try_from(limit).unwrap()).map(Entry::as_read).collect();
        let before = place.map(|place| &self.entries[place].new.id);
        let got = self.handle(which).projects(caller.as_deref(), limit, before).unwrap();
        assert_eq!(got.into_iter().map(without_times).collect::<Vec<_>>(), wanted);
    }

    fn compare(&self) {
        for store in self.handles.iter().flatten() {
            for entry in &self.entries {
                let read = store.project(&entry.new.id).unwrap().unwrap();
                assert_eq!(read.finished_at_ms.is_some(), entry.state == State::Finished);
                assert_eq!(without_times(read), entry.as_read());
                let events = store.events(&entry.new.id).unwrap();
                assert_eq!(events.into_iter().map(|event| event.event).collect::<Vec<_>>(), entry.events);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_history_is_the_models(steps in proptest::collection::vec((0..2_usize, step()), 1..40)) {
        let mut world = World::new();
        for (which, step) in steps {
            world.take(which, step);
        }
        world.compare();
    }
}
