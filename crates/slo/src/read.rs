//! From the file as it is written to what it means. Whatever is wrong is told at once: a table that cannot be read does not
//! hide what is wrong with the next.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;

use crate::alert::Alert;
use crate::condition::{Bad, Comparison, Condition, Fold, Take, Term, Value};
use crate::file::{AlertTable, Alternative, Compared, Divisor, Events, Folded, Head, ObjectiveTable, Said, Threshold};
use crate::metric::Selector;
use crate::objective::{BURNS, Counted, Objective, Told};
use crate::span::Span;

/// No file is longer, in bytes.
const LONGEST: usize = 256 * 1024;
/// No file has more objectives: each keeps three days of minutes.
const OBJECTIVES: usize = 20;
/// No file has more alerts.
const ALERTS: usize = 200;
/// No alert has more alternatives, or comparisons in one of them.
const PARTS: usize = 8;
/// No text is longer, in characters.
const WORDS: usize = 600;
/// A counter is looked at over three days at most: what is kept of it is bounded.
pub(crate) const WINDOW: Span = Span::minutes(4_320);

/// What was read.
pub(crate) struct Parts {
    pub(crate) scrape_job: String,
    pub(crate) runbook_url: String,
    pub(crate) objectives: Vec<Objective>,
    pub(crate) alerts: Vec<Alert>,
}

/// Reads the whole file.
pub(crate) fn parts(text: &str) -> Result<Parts, Vec<String>> {
    if text.len() > LONGEST {
        return Err(vec![format!("the file is longer than {LONGEST} bytes; take out what nobody needs")]);
    }
    let mut table: toml::Table = text.parse().map_err(|fault: toml::de::Error| vec![fault.to_string()])?;
    let mut told = Vec::new();
    let objectives = tables(&mut table, "objective", OBJECTIVES, &mut told);
    let alerts = tables(&mut table, "alert", ALERTS, &mut told);
    let head = read::<Head>(toml::Value::Table(table)).map_err(|fault| told.push(fault)).ok();
    let objectives: Vec<Objective> = objectives.into_iter().filter_map(|one| objective(one, &mut told)).collect();
    let alerts: Vec<Alert> = alerts.into_iter().filter_map(|one| alert(one, &mut told)).collect();
    if let Some(head) = &head {
        check_head(head, &mut told);
    }
    match head {
        Some(head) if told.is_empty() => {
            Ok(Parts { scrape_job: head.scrape_job, runbook_url: head.runbook_url, objectives, alerts })
        }
        _ => Err(told),
    }
}

fn check_head(head: &Head, told: &mut Vec<String>) {
    if head.version != 1 {
        told.push(format!("version is {}; this program reads version 1", head.version));
    }
    if !is_id(&head.scrape_job) {
        told.push("scrape_job must be small letters, digits and hyphens, such as \"smart-begin\"".to_owned());
    }
    let url = &head.runbook_url;
    if url.is_empty() || url.len() > WORDS || url.chars().any(|each| each.is_control() || "\"\\# ".contains(each)) {
        told.push("runbook_url must be an address or a path without blanks, quotation marks and #".to_owned());
    }
}

/// Takes out the tables of that name, each by itself.
fn tables<T: DeserializeOwned>(table: &mut toml::Table, name: &str, most: usize, told: &mut Vec<String>) -> Vec<T> {
    let all = match table.remove(name) {
        None => Vec::new(),
        Some(toml::Value::Array(all)) => all,
        Some(_) => {
            told.push(format!("`{name}` must be written as [[{name}]]"));
            Vec::new()
        }
    };
    if all.len() > most {
        told.push(format!("there are {} of [[{name}]]; {most} are the most", all.len()));
        return Vec::new();
    }
    let one = |(place, value): (usize, toml::Value)| {
        let id = value.get("id").and_then(toml::Value::as_str).unwrap_or("without id").to_owned();
        read(value).map_err(|fault| told.push(format!("{name} {} (`{id}`): {fault}", place + 1))).ok()
    };
    all.into_iter().enumerate().filter_map(one).collect()
}

fn read<T: DeserializeOwned>(value: toml::Value) -> Result<T, String> {
    value.try_into().map_err(|fault: toml::de::Error| fault.to_string().trim().replace('\n', " "))
}

/// Tells faults of one table.
struct Teller<'a> {
    whose: String,
    told: &'a mut Vec<String>,
}

impl Teller<'_> {
    fn say(&mut self, what: impl std::fmt::Display) {
        self.told.push(format!("{}: {what}", self.whose));
    }

    fn span(&mut self, key: &str, text: &str) -> Span {
        text.parse().unwrap_or_else(|fault| {
            self.say(format!("{key}: {fault}"));
            Span::default()
        })
    }

    fn words(&mut self, key: &str, text: &str) {
        if text.trim().is_empty() || text.chars().count() > WORDS {
            self.say(format!("{key} must have 1 to {WORDS} characters"));
        }
        // Braces are templates in Prometheus, and would be printed as they are here.
        if text.chars().any(|each| each.is_control() || "{}".contains(each)) {
            self.say(format!("{key} must be one line without braces"));
        }
    }

    fn id(&mut self, key: &str, text: &str) {
        if !is_id(text) {
            self.say(format!("{key} `{text}` must be small letters, digits and hyphens, beginning with a letter"));
        }
    }

    fn selector(&mut self, metric: &str, labels: &BTreeMap<String, Vec<String>>) -> Selector {
        if !is_metric(metric) {
            self.say(format!("`{metric}` is no name of a metric"));
        }
        for (label, values) in labels {
            if !is_label(label) {
                self.say(format!("where: `{label}` is no name of a label"));
            }
            if values.is_empty() {
                self.say(format!("where: `{label}` needs at least one value"));
            }
            if values.iter().any(|value| value.chars().any(char::is_control)) {
                self.say(format!("where: a value of `{label}` has control characters"));
            }
        }
        let values = |values: &Vec<String>| values.iter().cloned().collect::<BTreeSet<_>>();
        let labels = labels.iter().map(|(label, all)| (label.clone(), values(all))).collect();
        Selector { metric: metric.to_owned(), labels }
    }
}

fn is_id(text: &str) -> bool {
    let good = |each: char| each.is_ascii_lowercase() || each.is_ascii_digit() || each == '-';
    (1..=60).contains(&text.len())
        && text.chars().all(good)
        && text.starts_with(|first: char| first.is_ascii_lowercase())
}

fn is_metric(text: &str) -> bool {
    let good = |each: char| each.is_ascii_alphanumeric() || each == '_' || each == ':';
    (1..=200).contains(&text.len()) && text.chars().all(good) && !text.starts_with(|first: char| first.is_ascii_digit())
}

/// Labels that begin with two underscores are Prometheus' own.
fn is_label(text: &str) -> bool {
    is_metric(text) && !text.contains(':') && !text.starts_with("__")
}

fn objective(table: ObjectiveTable, told: &mut Vec<String>) -> Option<Objective> {
    let before = told.len();
    let mut teller = Teller { whose: format!("objective `{}`", table.id), told };
    teller.id("id", &table.id);
    teller.words("title", &table.title);
    teller.words("summary", &table.summary);
    let fastest = BURNS.iter().fold(1.0, |most: f64, burn| most.max(burn.rate));
    if !(table.allowed > 0.0 && table.allowed * fastest < 1.0) {
        teller.say(format!(
            "allowed must lie between 0 and {:.3}: with more, the fastest burn could not happen",
            1.0 / fastest
        ));
    }
    if !(table.minimum >= 1.0 && table.minimum.is_finite()) {
        teller.say("minimum must be 1 or more: of no events nothing can be concluded");
    }
    let mut events = |events: &Events| teller.selector(&events.metric, &events.r#where);
    let total = events(&table.total);
    let counted = match (table.bad.as_ref().map(&mut events), table.good.as_ref().map(&mut events)) {
        (Some(bad), None) => Counted::Bad(bad),
        (None, Some(good)) => Counted::Good(good),
        _ => {
            teller.say("give either bad or good");
            return None;
        }
    };
    let told_of = [said(&mut teller, "fast", table.fast), said(&mut teller, "slow", table.slow)];
    (told.len() == before).then_some(Objective {
        id: table.id,
        title: table.title,
        summary: table.summary,
        allowed: table.allowed,
        minimum: table.minimum,
        total,
        counted,
        told: told_of,
    })
}

fn said(teller: &mut Teller<'_>, key: &str, said: Said) -> Told {
    teller.words(&format!("{key}.title"), &said.title);
    teller.words(&format!("{key}.summary"), &said.summary);
    teller.id(&format!("{key}.runbook"), &said.runbook);
    Told { title: said.title, summary: said.summary, runbook: said.runbook }
}

fn alert(table: AlertTable, told: &mut Vec<String>) -> Option<Alert> {
    let before = told.len();
    let mut teller = Teller { whose: format!("alert `{}`", table.id), told };
    teller.id("id", &table.id);
    teller.words("title", &table.title);
    teller.words("summary", &table.summary);
    teller.id("runbook", &table.runbook);
    for label in table.by.iter().filter(|label| !is_label(label)) {
        teller.say(format!("by: `{label}` is no name of a label"));
    }
    let (pending, resolve) = (teller.span("for", &table.r#for), teller.span("resolve", &table.resolve));
    if table.when.is_empty() || table.when.len() > PARTS {
        teller.say(format!("when needs 1 to {PARTS} alternatives"));
    }
    let any = table.when.iter().map(|alternative| all(&mut teller, alternative)).collect();
    (told.len() == before).then_some(Alert {
        id: table.id,
        title: table.title,
        severity: table.severity,
        summary: table.summary,
        runbook: table.runbook,
        objective: None,
        condition: Condition { any },
        by: table.by,
        pending,
        resolve,
        outside: table.outside,
    })
}

fn all(teller: &mut Teller<'_>, alternative: &Alternative) -> Vec<Comparison> {
    if alternative.all.is_empty() || alternative.all.len() > PARTS {
        teller.say(format!("all needs 1 to {PARTS} comparisons"));
    }
    alternative.all.iter().filter_map(|compared| comparison(teller, compared)).collect()
}

/// What the first word of a comparison asks for.
enum Asked {
    Number,
    Age,
    Until,
}

fn comparison(teller: &mut Teller<'_>, of: &Compared) -> Option<Comparison> {
    let window = of.over.as_deref().map(|over| teller.span("over", over));
    let words = [
        (&of.last, Asked::Number, Some(Take::Last)),
        (&of.increase, Asked::Number, window.map(Take::Increase)),
        (&of.rate, Asked::Number, window.map(Take::Rate)),
        (&of.age, Asked::Age, Some(Take::LastAboveZero)),
        (&of.until, Asked::Until, Some(Take::LastAboveZero)),
    ];
    let mut given = words.into_iter().filter_map(|(metric, asked, take)| Some((metric.as_ref()?, asked, take)));
    let (Some((metric, asked, take)), None) = (given.next(), given.next()) else {
        teller.say("a comparison needs exactly one of last, increase, rate, age and until");
        return None;
    };
    let first = term(teller, metric, &of.r#where, take, window, of.fold)?;
    let value = match (asked, &of.divided_by) {
        (Asked::Number, None) => Value::Of(first),
        (Asked::Number, Some(by)) => Value::Part(first, divisor(teller, by)?),
        (Asked::Age, None) => Value::Age(first),
        (Asked::Until, None) => Value::Until(first),
        (Asked::Age | Asked::Until, Some(_)) => {
            teller.say("age and until cannot be divided");
            return None;
        }
    };
    let thresholds = [(&of.above, Bad::Above), (&of.below, Bad::Below), (&of.at_least, Bad::AtLeast)];
    let mut given = thresholds.into_iter().filter_map(|(threshold, bad)| Some((threshold.as_ref()?, bad)));
    let (Some((threshold, bad)), None) = (given.next(), given.next()) else {
        teller.say("a comparison needs exactly one of above, below and at_least");
        return None;
    };
    let limit = match threshold {
        Threshold::Number(number) => *number,
        #[allow(clippy::cast_precision_loss, reason = "ten years of seconds are exact")]
        Threshold::Span(text) => teller.span("the threshold", text).as_seconds() as f64,
    };
    if !limit.is_finite() {
        teller.say("a threshold must be a finite number");
    }
    Some(Comparison { value, bad, threshold: vec![limit] })
}

fn divisor(teller: &mut Teller<'_>, of: &Divisor) -> Option<Term> {
    let window = of.over.as_deref().map(|over| teller.span("over", over));
    match (&of.last, &of.increase) {
        (Some(metric), None) => term(teller, metric, &of.r#where, Some(Take::Last), window, of.fold),
        (None, Some(metric)) => term(teller, metric, &of.r#where, window.map(Take::Increase), window, of.fold),
        _ => {
            teller.say("divided_by needs exactly one of last and increase");
            None
        }
    }
}

/// A term, its window looked at.
fn term(
    teller: &mut Teller<'_>,
    metric: &str,
    labels: &BTreeMap<String, Vec<String>>,
    take: Option<Take>,
    window: Option<Span>,
    fold: Option<Folded>,
) -> Option<Term> {
    let selector = teller.selector(metric, labels);
    let Some(take) = take else {
        teller.say(format!("`{metric}`: increase and rate need `over`"));
        return None;
    };
    let counter = matches!(take, Take::Increase(_) | Take::Rate(_));
    match window {
        Some(_) if !counter => teller.say(format!("`{metric}`: `over` is for increase and rate alone")),
        Some(window) if window < Span::minutes(5) || window > WINDOW || window.as_seconds() % 60 != 0 => {
            teller.say(format!("`{metric}`: over must be whole minutes from 5m to {WINDOW}"));
        }
        _ => {}
    }
    let fold = match (counter, fold) {
        (true, None | Some(Folded::Sum)) | (false, Some(Folded::Sum)) => Fold::Sum,
        (true, Some(_)) => {
            teller.say(format!("`{metric}`: counters are summed; take fold out"));
            Fold::Sum
        }
        (false, None | Some(Folded::Max)) => Fold::Max,
        (false, Some(Folded::Min)) => Fold::Min,
    };
    Some(Term { selector, take, fold })
}
