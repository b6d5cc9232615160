//! Silences: alerts that nobody wants to hear of for a time, with who said so and why.

use serde::{Deserialize, Serialize};

use crate::evaluate::Firing;

/// No silence is longer, in seconds: what nobody needs to hear for a quarter should not be an alert.
const LONGEST: i64 = 92 * 86_400;
/// No text in one is longer, in characters.
const WORDS: usize = 400;
/// No silence has more matchers.
const MATCHERS: usize = 16;

/// A label that an alert must have, or must not have. `alert` is its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matcher {
    /// The label.
    pub label: String,
    /// Its value.
    pub value: String,
    /// Whether any other value fits instead.
    #[serde(default)]
    pub not: bool,
}

/// Alerts that are not told for a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Silence {
    /// Its name.
    pub id: String,
    /// All of them must fit.
    pub matchers: Vec<Matcher>,
    /// From when, in seconds since 1970.
    pub from: i64,
    /// Until when; then it is over.
    pub until: i64,
    /// Who said so.
    pub who: String,
    /// Why.
    pub why: String,
}

impl Silence {
    /// What is wrong with it: everything, a sentence each.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let mut told = Vec::new();
        let mut say = |wrong: bool, what: String| {
            if wrong {
                told.push(what);
            }
        };
        let long = |text: &str| text.chars().count() > WORDS;
        say(self.matchers.is_empty(), "it would silence everything: name an alert or a label".to_owned());
        say(self.matchers.len() > MATCHERS, format!("it has more than {MATCHERS} matchers"));
        let bad = self.matchers.iter().any(|one| one.label.is_empty() || long(&one.label) || long(&one.value));
        say(bad, format!("a matcher needs a label, and has {WORDS} characters at most"));
        let only_not = !self.matchers.is_empty() && self.matchers.iter().all(|one| one.not);
        say(only_not, "it only says what is not silenced: name at least one label that must fit".to_owned());
        say(self.until <= self.from, "it ends before it begins".to_owned());
        say(self.until.saturating_sub(self.from) > LONGEST, "it is longer than 92 days".to_owned());
        say(self.why.trim().is_empty() || long(&self.why), format!("say why, in {WORDS} characters at most"));
        say(self.who.trim().is_empty() || long(&self.who), "it must say who asked for it".to_owned());
        told
    }

    /// Whether it silences this alert now.
    #[must_use]
    pub fn covers(&self, firing: &Firing, now: i64) -> bool {
        let value = |label: &str| match label {
            "alert" => firing.alert.as_str(),
            other => firing.labels.get(other).map_or("", String::as_str),
        };
        let fits = |matcher: &Matcher| (value(&matcher.label) == matcher.value) != matcher.not;
        (self.from..self.until).contains(&now) && !self.matchers.is_empty() && self.matchers.iter().all(fits)
    }
}
