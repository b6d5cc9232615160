//! Refusals, folded: of each kind the first is an entry at once, and what repeats itself within ten minutes becomes one
//! entry with a count. So nobody can fill the disk by being refused: at most 61 entries come of ten minutes.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use audit::Entry;
use domain::AuditAction;

/// How long what repeats itself is folded.
pub(super) const WINDOW: Duration = Duration::from_secs(600);

/// Entries that are written at once, in one window.
const AT_ONCE: usize = 30;

/// Kinds that are told apart, in one window, beyond those.
const APART: usize = 30;

/// Who and from where stands for those that are not told apart.
const SEVERAL: &str = "several";

/// What makes two refusals the same.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Kind {
    action: AuditAction,
    caller: String,
    address: Option<String>,
}

#[derive(Default)]
pub(super) struct Refusals {
    /// When the window ends, where there is one.
    until: Option<Instant>,
    /// What repeated itself: the last of its kind with the count. None was written of it since its first.
    folded: HashMap<Kind, Option<Entry>>,
    at_once: usize,
    others: Option<Entry>,
}

impl Refusals {
    /// Takes a refusal in. What is to be written of it now, where it is.
    pub(super) fn take(&mut self, entry: Entry, now: Instant) -> Option<Entry> {
        self.until.get_or_insert(now + WINDOW);
        let kind = Kind { action: entry.action, caller: entry.caller.clone(), address: entry.address.clone() };
        if let Some(folded) = self.folded.get_mut(&kind) {
            fold(folded, entry);
            return None;
        }
        if self.folded.len() >= AT_ONCE + APART {
            let nobody =
                Entry { caller: SEVERAL.to_owned(), address: None, credential_id: None, resource: None, ..entry };
            fold(&mut self.others, nobody);
            return None;
        }
        if self.at_once < AT_ONCE {
            self.at_once += 1;
            self.folded.insert(kind, None);
            return Some(entry);
        }
        self.folded.insert(kind, Some(entry));
        None
    }

    /// When there is something to write, at the latest.
    pub(super) fn due(&self) -> Option<Instant> {
        self.until
    }

    /// What was folded, where the window has ended by `now`; all of it where there is no `now`.
    pub(super) fn finish(&mut self, now: Option<Instant>) -> Vec<Entry> {
        if self.until.is_none_or(|until| now.is_some_and(|now| now < until)) {
            return Vec::new();
        }
        let Self { folded, others, .. } = std::mem::take(self);
        let mut entries: Vec<Entry> = folded.into_values().flatten().chain(others).collect();
        entries.sort_by_key(|entry| entry.at_ms);
        entries
    }
}

fn fold(folded: &mut Option<Entry>, entry: Entry) {
    let before = folded.as_ref().map_or(0, |before| before.count);
    *folded = Some(Entry { count: before + entry.count, ..entry });
}

#[cfg(test)]
mod tests {
    use domain::{Outcome, RequestId, SecurityEvent};

    use super::*;

    fn refusal(address: u32) -> Entry {
        Entry {
            at_ms: 1,
            action: AuditAction::Event(SecurityEvent::SignInRefused),
            outcome: Outcome::Refused,
            caller: "unknown".to_owned(),
            credential: None,
            credential_id: None,
            address: Some(std::net::Ipv4Addr::from(address).to_string()),
            face: Some("http"),
            request: RequestId::random().unwrap(),
            project: None,
            resource: None,
            detail: None,
            count: 1,
        }
    }

    #[test]
    fn the_first_is_written_at_once_and_the_rest_is_counted() {
        let (mut refusals, now) = (Refusals::default(), Instant::now());
        assert_eq!(refusals.take(refusal(1), now).unwrap().count, 1);
        for _ in 0..999 {
            assert_eq!(refusals.take(refusal(1), now), None);
        }
        assert!(refusals.finish(Some(now)).is_empty());
        let told = refusals.finish(Some(now + WINDOW));
        assert_eq!(told.iter().map(|entry| entry.count).collect::<Vec<_>>(), [999]);
        assert!(refusals.finish(None).is_empty());
        assert!(refusals.take(refusal(1), now).is_some(), "a new window");
    }

    #[test]
    fn a_flood_from_many_addresses_stays_few_entries_and_is_counted_whole() {
        let (mut refusals, now) = (Refusals::default(), Instant::now());
        let mut written: Vec<Entry> = (0..100_000).filter_map(|address| refusals.take(refusal(address), now)).collect();
        assert_eq!(written.len(), AT_ONCE);
        written.extend(refusals.finish(None));
        assert_eq!(written.len(), AT_ONCE + APART + 1);
        assert_eq!(written.iter().map(|entry| entry.count).sum::<u64>(), 100_000);
    }
}
