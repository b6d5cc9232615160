//! The groups, bounded: where there are too many, the one that was not seen for longest goes, warnings before errors.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tracing::Level;

use super::template::template;
use crate::Record;

/// Characters of each text of a sample.
const SAMPLE: usize = 2_000;

/// Characters of a module's name and of a kind of error.
const NAME: usize = 120;

/// Groups that are kept when nothing else is said.
const USUAL: usize = 500;

/// One time that something went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// When.
    pub time: Timestamp,
    /// How grave.
    pub level: Level,
    /// The module.
    pub target: String,
    /// The kind of error, where the line names one (its field `kind`).
    pub kind: Option<String>,
    /// What was said.
    pub message: String,
    /// Why, for the sample (its field `cause`).
    pub cause: Option<String>,
    /// The request, for the sample.
    pub request: Option<String>,
    /// The trace, for the sample.
    pub trace: Option<String>,
}

impl Occurrence {
    /// What a line of the log tells; none for what is less grave than `least`.
    #[must_use]
    pub fn of(record: &Record, least: Level) -> Option<Self> {
        let text = |name: &str| record.fields.get(name).and_then(serde_json::Value::as_str).map(str::to_owned);
        (record.level <= least).then(|| Self {
            time: record.time,
            level: record.level,
            target: record.target.clone(),
            kind: text("kind"),
            message: record.message.clone(),
            cause: text("cause"),
            request: text("request_id"),
            trace: text("trace_id"),
        })
    }
}

/// The last time of a group, as an example.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// What was said, whole.
    pub message: String,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// The request it happened in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// The trace it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace: Option<String>,
}

/// Errors that are one thing to mend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorGroup {
    /// 32 hexadecimal digits, the same wherever and whenever it happens.
    pub fingerprint: String,
    /// `ERROR`, or `WARN` where warnings are grouped too.
    pub level: String,
    /// The module.
    pub target: String,
    /// The kind of error, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The message without what varies.
    pub template: String,
    /// When it was first seen.
    pub first_seen: Timestamp,
    /// When it was last seen.
    pub last_seen: Timestamp,
    /// How often.
    pub count: u64,
    /// The last of them.
    pub sample: Sample,
}

/// Groups of errors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Groups {
    groups: BTreeMap<String, ErrorGroup>,
    /// Groups that had to go.
    gone: u64,
    #[serde(skip, default = "usual")]
    most: usize,
}

fn usual() -> usize {
    USUAL
}

impl Default for Groups {
    fn default() -> Self {
        Self::with_room_for(USUAL)
    }
}

impl Groups {
    /// None yet; at most `most` of them, and at least one.
    #[must_use]
    pub fn with_room_for(most: usize) -> Self {
        Self { groups: BTreeMap::new(), gone: 0, most: most.max(1) }
    }

    /// Counts one.
    pub fn note(&mut self, occurrence: &Occurrence) {
        let group = group_of(occurrence);
        self.add(group);
        self.make_room();
    }

    /// Takes in those of another process or time.
    pub fn merge(&mut self, other: Self) {
        self.gone = self.gone.saturating_add(other.gone);
        for (key, mut group) in other.groups {
            // A file that somebody edited does not get under another key, or beyond what a sample may take.
            group.fingerprint = key;
            shorten(&mut group);
            self.add(group);
            self.make_room();
        }
    }

    /// All groups, the one that was seen last first.
    #[must_use]
    pub fn list(&self) -> Vec<&ErrorGroup> {
        let mut all: Vec<&ErrorGroup> = self.groups.values().collect();
        all.sort_by(|one, other| (other.last_seen, &one.fingerprint).cmp(&(one.last_seen, &other.fingerprint)));
        all
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// How many groups had to go for want of room.
    #[must_use]
    pub fn gone(&self) -> u64 {
        self.gone
    }

    fn add(&mut self, group: ErrorGroup) {
        let Some(known) = self.groups.get_mut(&group.fingerprint) else {
            self.groups.insert(group.fingerprint.clone(), group);
            return;
        };
        known.count = known.count.saturating_add(group.count);
        known.first_seen = known.first_seen.min(group.first_seen);
        if group.last_seen >= known.last_seen {
            known.last_seen = group.last_seen;
            known.sample = group.sample;
        }
    }

    fn make_room(&mut self) {
        while self.groups.len() > self.most {
            let least = self.groups.iter().min_by_key(|(key, group)| (group.level == "ERROR", group.last_seen, *key));
            let Some(key) = least.map(|(key, _)| key.clone()) else { return };
            self.groups.remove(&key);
            self.gone = self.gone.saturating_add(1);
        }
    }
}

fn group_of(of: &Occurrence) -> ErrorGroup {
    let (target, kind) = (cut(&of.target, NAME), of.kind.as_deref().map(|kind| cut(kind, NAME)));
    let (level, template) = (of.level.to_string(), template(&of.message));
    let mut hash = Sha256::new();
    for part in [&target, kind.as_deref().unwrap_or_default(), &template] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    let fingerprint = hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let short = |text: &Option<String>| text.as_deref().map(|text| cut(text, SAMPLE));
    let sample = Sample {
        message: cut(&of.message, SAMPLE),
        cause: short(&of.cause),
        request: short(&of.request),
        trace: short(&of.trace),
    };
    let (first_seen, last_seen) = (of.time, of.time);
    ErrorGroup { fingerprint, level, target, kind, template, first_seen, last_seen, count: 1, sample }
}

fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

fn shorten(group: &mut ErrorGroup) {
    for text in [&mut group.level, &mut group.target, &mut group.fingerprint] {
        *text = cut(text, NAME);
    }
    for text in [&mut group.template, &mut group.sample.message] {
        *text = cut(text, SAMPLE);
    }
    let sample = &mut group.sample;
    for text in [&mut group.kind, &mut sample.cause, &mut sample.request, &mut sample.trace].into_iter().flatten() {
        *text = cut(text, SAMPLE);
    }
}
