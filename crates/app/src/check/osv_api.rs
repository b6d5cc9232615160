//! Asks a server that speaks the API of OSV: which advisories a package in a version may have, and then for each of them by
//! its id. What it answers is a hint where to look; what is affected is told by the records, matched as all others are.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::time::{Duration, Instant};

use domain::Ecosystem;
use outbound::{Answer, Client, Rules};
use serde::Deserialize;
use serde_json::{Value, json};

use super::osv_server::OsvApi;
use crate::services::Watch;

/// Questions of one request; the API takes no more.
const BATCH: usize = 1_000;
/// Pages of the answer to one question.
const MOST_PAGES: usize = 10;
/// Longest name of a page.
const LONGEST_TOKEN: usize = 4_096;
/// Advisories that are fetched for one check, and their bytes in all.
const MOST_RECORDS: usize = 2_000;
const MOST_BYTES: usize = 128 << 20;
/// Largest answer.
const LARGEST: usize = 8 << 20;
/// How long all of it may take.
const PATIENCE: Duration = Duration::from_secs(180);
/// How often it is looked whether the caller gave up.
const EVERY: Duration = Duration::from_millis(50);

/// A package in a version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Question {
    pub(super) ecosystem: Ecosystem,
    pub(super) package: String,
    pub(super) version: String,
}

/// What came back.
#[derive(Default)]
pub(super) struct Asked {
    /// The records by their ids.
    pub(super) records: BTreeMap<String, Vec<u8>>,
    /// Which of them each question led to.
    pub(super) named: BTreeMap<usize, BTreeSet<String>>,
    /// The questions that have no whole answer, and why.
    pub(super) missed: BTreeMap<usize, String>,
}

/// Why nothing more is asked; else the failure of one question alone.
enum Failure {
    All(String),
    One(String),
}

/// Asks all `questions`.
pub(super) fn ask(api: &OsvApi, network: &Rules, questions: &[Question], watch: &dyn Watch) -> Asked {
    let rules = Rules { timeout: api.timeout, body_bytes: LARGEST, ..network.clone() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let made = runtime.map_err(|error| error.to_string());
    let made =
        made.and_then(|runtime| Client::new(&rules).map(|client| (runtime, client)).map_err(|error| error.to_string()));
    let (runtime, client) = match made {
        Ok(made) => made,
        Err(why) => {
            return Asked { missed: (0..questions.len()).map(|at| (at, why.clone())).collect(), ..Asked::default() };
        }
    };
    let mut talk = Talk { api, client, watch, until: Instant::now() + PATIENCE, asked: Asked::default() };
    runtime.block_on(talk.run(questions));
    talk.asked
}

struct Talk<'a> {
    api: &'a OsvApi,
    client: Client,
    watch: &'a dyn Watch,
    until: Instant,
    asked: Asked,
}

#[derive(Deserialize)]
struct Batch {
    #[serde(default)]
    results: Vec<Option<Page>>,
}

#[derive(Default, Deserialize)]
struct Page {
    #[serde(default)]
    vulns: Option<Vec<Named>>,
    #[serde(default)]
    next_page_token: Option<String>,
}

#[derive(Deserialize)]
struct Named {
    id: String,
}

impl Talk<'_> {
    async fn run(&mut self, questions: &[Question]) {
        let mut given_up = None;
        for (number, batch) in questions.chunks(BATCH).enumerate() {
            let first = number * BATCH;
            if given_up.is_none()
                && let Err(why) = self.batch(first, batch).await
            {
                given_up = Some(why);
            }
            if let Some(why) = &given_up {
                for at in first..first + batch.len() {
                    self.asked.missed.entry(at).or_insert_with(|| why.clone());
                }
            }
        }
        self.records().await;
    }

    /// Asks which advisories there may be, page by page.
    async fn batch(&mut self, first: usize, batch: &[Question]) -> Result<(), String> {
        let mut open: Vec<(usize, Option<String>)> = (0..batch.len()).map(|at| (at, None)).collect();
        for _ in 0..MOST_PAGES {
            let queries: Vec<Value> = open.iter().map(|(at, token)| query(&batch[*at], token.as_deref())).collect();
            let body = json!({ "queries": queries }).to_string().into_bytes();
            let address = format!("{}/v1/querybatch", self.api.address);
            let answer = self.whole(self.client.post_json(&address, body)).await;
            let answer = answer.map_err(|(Failure::All(why) | Failure::One(why))| why)?;
            let read: Batch =
                serde_json::from_slice(&answer).map_err(|_| "its answer is not as the API's is".to_owned())?;
            if read.results.len() != open.len() {
                return Err(format!("it answered {} of {} questions", read.results.len(), open.len()));
            }
            let mut next = Vec::new();
            for ((at, _), page) in open.into_iter().zip(read.results) {
                if let Some(token) = self.page(first + at, page.unwrap_or_default()) {
                    next.push((at, Some(token)));
                }
            }
            if next.is_empty() {
                return Ok(());
            }
            open = next;
        }
        for (at, _) in open {
            self.asked.missed.insert(first + at, format!("its answer has more than {MOST_PAGES} pages"));
        }
        Ok(())
    }

    /// Takes what is named, and answers with the page after this one.
    fn page(&mut self, at: usize, page: Page) -> Option<String> {
        let named = self.asked.named.entry(at).or_default();
        for Named { id } in page.vulns.unwrap_or_default() {
            if is_id(&id) {
                named.insert(id);
            } else {
                self.asked.missed.insert(at, "it names an advisory by what is no id".to_owned());
            }
        }
        let token = page.next_page_token.filter(|token| !token.is_empty())?;
        if token.len() > LONGEST_TOKEN {
            self.asked.missed.insert(at, "it names its next page by a text that is too long".to_owned());
            return None;
        }
        Some(token)
    }

    /// Fetches each record once, whoever it was named for.
    async fn records(&mut self) {
        let ids: BTreeSet<String> = self.asked.named.values().flatten().cloned().collect();
        let (mut bytes, mut given_up) = (0_usize, None);
        let mut missing: BTreeMap<String, String> = BTreeMap::new();
        for (number, id) in ids.into_iter().enumerate() {
            if number >= MOST_RECORDS || bytes >= MOST_BYTES {
                given_up.get_or_insert_with(|| {
                    format!(
                        "it names more than the {MOST_RECORDS} advisories or {} MiB that are fetched",
                        MOST_BYTES >> 20
                    )
                });
            }
            if let Some(why) = &given_up {
                missing.insert(id, String::clone(why));
                continue;
            }
            let address = format!("{}/v1/vulns/{id}", self.api.address);
            match self.whole(self.client.get(&address)).await {
                Ok(record) => {
                    bytes += record.len();
                    self.asked.records.insert(id, record);
                }
                Err(Failure::One(why)) => drop(missing.insert(id, why)),
                Err(Failure::All(why)) => {
                    missing.insert(id, why.clone());
                    given_up = Some(why);
                }
            }
        }
        for (at, named) in &self.asked.named {
            if let Some((id, why)) = named.iter().find_map(|id| missing.get_key_value(id)) {
                self.asked.missed.entry(*at).or_insert_with(|| format!("of {id}, {why}"));
            }
        }
    }

    /// The body of an answer, unless the caller gives up or it takes too long.
    async fn whole(&self, answer: impl Future<Output = Result<Answer, outbound::Error>>) -> Result<Vec<u8>, Failure> {
        let mut answer = pin!(answer);
        loop {
            if self.watch.cancelled() {
                return Err(Failure::All("the check was stopped".to_owned()));
            }
            if Instant::now() >= self.until {
                return Err(Failure::All(format!("it took more than {} seconds", PATIENCE.as_secs())));
            }
            let Ok(ended) = tokio::time::timeout(EVERY, answer.as_mut()).await else { continue };
            return match ended {
                Ok(Answer { status: 200, body }) => Ok(body),
                Ok(Answer { status: status @ (404 | 400), .. }) => {
                    Err(Failure::One(format!("it answered with status {status}")))
                }
                Ok(Answer { status, .. }) => Err(Failure::All(format!("it answered with status {status}"))),
                Err(error @ outbound::Error::TooLarge(_)) => Err(Failure::One(error.to_string())),
                Err(error) => Err(Failure::All(error.to_string())),
            };
        }
    }
}

/// A question in the API's form. A version that has no place in an order is left out: all there is of the package is looked at.
fn query(question: &Question, token: Option<&str>) -> Value {
    let Question { ecosystem, package, version } = question;
    let mut query = json!({ "package": { "ecosystem": ecosystem.as_str(), "name": package } });
    if dependencies::version::compare(ecosystem, version, version).is_some() {
        let written = if ecosystem.as_str() == Ecosystem::GO { version.trim_start_matches('v') } else { version };
        query["version"] = json!(written);
    }
    if let Some(token) = token {
        query["page_token"] = json!(token);
    }
    query
}

/// Whether it can stand in an address as it is, and means nothing but itself there.
fn is_id(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':');
    let begins = text.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric);
    begins && text.len() <= 100 && text.bytes().all(plain) && !text.contains("..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_leads_nowhere_else() {
        for good in ["GHSA-aaaa-bbbb-cccc", "RHSA-2024:1234", "openSUSE-SU-2024:0001-1", "CVE-2026-1", "GO-2024-1"] {
            assert!(is_id(good), "{good}");
        }
        for bad in [
            "",
            ".",
            "..",
            "../x",
            "a/b",
            "a\\b",
            "a%2fb",
            "a?b",
            "a#b",
            "a b",
            "a\n",
            "-a",
            "a..b",
            "é",
            &"a".repeat(101),
        ] {
            assert!(!is_id(bad), "{bad:?}");
        }
    }

    #[test]
    fn a_version_goes_out_as_the_ecosystem_writes_it_and_only_where_it_has_an_order() {
        let version = |ecosystem: &str, version: &str| {
            let (ecosystem, package) = (Ecosystem::new(ecosystem), "p".to_owned());
            query(&Question { ecosystem, package, version: version.to_owned() }, None)["version"].clone()
        };
        assert_eq!(version("npm", "1.2.3"), json!("1.2.3"));
        assert_eq!(version("Go", "v1.2.3"), json!("1.2.3"));
        assert_eq!(version("npm", "latest"), Value::Null);
    }
}
