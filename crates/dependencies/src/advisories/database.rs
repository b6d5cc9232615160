//! Asks the indexes: which of these packages are known to be vulnerable.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use domain::{AdvisoryAge, Dependency, Ecosystem, Finding, NotRun};
use tempfile::TempDir;

use super::affects::{Subject, Verdict};
use super::entry::{self, Entry};
use super::epss;
use super::error::Error;
use super::finding;
use super::fold;
use super::index::{self, Index};
use super::origin;
use super::package_key;

/// Most packages that are named in one sentence.
const NAMED: usize = 10;

/// The advisories of a folder, opened.
pub struct Database {
    folder: PathBuf,
    epss: PathBuf,
    indexes: BTreeMap<String, Index>,
    damaged: Vec<(String, Error)>,
    /// Goes with the database, where it is there for this one alone.
    _own: Option<TempDir>,
}

/// What is known of the packages that were asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matched {
    /// Vulnerable packages, in the order of what was asked for; each place is a finding.
    pub findings: Vec<Finding>,
    /// What nothing is known of.
    pub not_run: Vec<NotRun>,
    /// The packages among them, where it is about those alone and not about their ecosystem.
    pub undecided: Vec<(Ecosystem, String)>,
    /// How many packages with a version were looked up.
    pub packages: u64,
}

impl Database {
    /// Opens the indexes in `folder`. One that is damaged is told when it is asked; a folder that is not there is empty.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let (mut indexes, mut damaged) = (BTreeMap::new(), Vec::new());
        for path in index::paths(folder).map_err(Error::file(folder, "read"))? {
            match Index::open(&path) {
                Ok(index) => drop(indexes.insert(index.header.ecosystem.clone(), index)),
                Err(error) => {
                    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                    damaged.push((name, error));
                }
            }
        }
        let folder = folder.to_path_buf();
        Ok(Self { epss: folder.clone(), folder, indexes, damaged, _own: None })
    }

    /// Opens the indexes in `folder`, which goes with them.
    pub(super) fn of_records(folder: TempDir, epss: Option<&Path>) -> Result<Self, Error> {
        let opened = Self::open(folder.path())?;
        let epss = epss.map_or_else(|| opened.epss.clone(), Path::to_path_buf);
        Ok(Self { epss, _own: Some(folder), ..opened })
    }

    /// Whether there is an index that can be asked for packages of `ecosystem`.
    #[must_use]
    pub fn has(&self, ecosystem: &Ecosystem) -> bool {
        self.index(ecosystem).is_ok()
    }

    /// How old the advisories of each ecosystem are.
    #[must_use]
    pub fn ages(&self) -> Vec<AdvisoryAge> {
        let age = |index: &Index| {
            let header = &index.header;
            let ecosystem = Ecosystem::new(header.ecosystem.clone());
            let asked = origin::asked(&index::path_of(&self.folder, &ecosystem));
            AdvisoryAge {
                advisories: header.advisories,
                imported: asked.unwrap_or_default().max(header.imported.clone()),
                newest: header.newest.clone(),
                ecosystem,
            }
        };
        self.indexes.values().map(age).collect()
    }

    /// The indexes that cannot be used, by name, and why.
    #[must_use]
    pub fn damaged(&self) -> &[(String, Error)] {
        &self.damaged
    }

    /// Looks up all of `dependencies` that have a version.
    #[must_use]
    pub fn check(&self, dependencies: &[Dependency]) -> Matched {
        let mut matched = Matched::default();
        let mut wanted: BTreeMap<&Ecosystem, BTreeMap<u64, Vec<usize>>> = BTreeMap::new();
        for (number, dependency) in dependencies.iter().enumerate() {
            if dependency.version.is_none() {
                continue;
            }
            matched.packages += 1;
            let key = package_key::of(dependency.ecosystem.as_str(), &dependency.name);
            let places = wanted.entry(&dependency.ecosystem).or_default();
            places.entry(package_key::place(&key)).or_default().push(number);
        }
        let mut found: Vec<(usize, Vec<Finding>)> = Vec::new();
        for (ecosystem, places) in wanted {
            let mut look =
                Look { ecosystem, dependencies, found: &mut found, unordered: Vec::new(), unreleased: Vec::new() };
            match self.index(ecosystem) {
                Ok(index) => {
                    let outcome = look.up(index, &places);
                    matched.not_run.extend(look.unknown(&mut matched.undecided));
                    if let Err(error) = outcome {
                        matched.not_run.push(not_run(ecosystem, sentence(&error.to_string()), error.hint().to_owned()));
                    }
                }
                Err(missing) => matched.not_run.push(*missing),
            }
        }
        found.sort_by_key(|(number, _)| *number);
        matched.findings = found.into_iter().flat_map(|(_, findings)| findings).collect();
        self.add_probabilities(&mut matched.findings);
        matched
    }

    /// The index for `ecosystem`: its own, else that of all releases.
    fn index(&self, ecosystem: &Ecosystem) -> Result<&Index, Box<NotRun>> {
        let found = self.indexes.get(ecosystem.as_str()).or_else(|| self.indexes.get(ecosystem.family()));
        found.ok_or_else(|| {
            let label = ecosystem.label();
            let path = |name: &Ecosystem| index::path_of(&self.folder, name);
            let broken = self.damaged.iter().find(|(_, error)| {
                let family = Ecosystem::new(ecosystem.family());
                matches!(error, Error::Damaged { path: at, .. } | Error::File { path: at, .. } if *at == path(ecosystem) || *at == path(&family))
            });
            let reason = match broken {
                Some((_, error)) => sentence(&error.to_string()),
                None => format!("There are no advisories of {label} here, so that nothing is known of its packages."),
            };
            let hint = format!("Run `smart-begin advisories update --ecosystem {}`.", quoted(label));
            Box::new(not_run(ecosystem, reason, hint))
        })
    }

    fn add_probabilities(&self, findings: &mut [Finding]) {
        let names = |finding: &Finding| {
            let id = finding.advisory.clone();
            finding.aliases.clone().into_iter().chain(id).filter(|name| name.starts_with("CVE-")).collect::<Vec<_>>()
        };
        let all: Vec<String> = findings.iter().flat_map(names).collect();
        let all: HashSet<&str> = all.iter().map(String::as_str).collect();
        if all.is_empty() {
            return;
        }
        let known: HashMap<String, _> = epss::of(&self.epss, &all);
        if known.is_empty() {
            return;
        }
        for finding in findings {
            finding.epss = names(finding).iter().filter_map(|name| known.get(name)).max().copied();
        }
    }
}

/// Looks up the packages of one ecosystem.
struct Look<'a> {
    ecosystem: &'a Ecosystem,
    dependencies: &'a [Dependency],
    found: &'a mut Vec<(usize, Vec<Finding>)>,
    /// Packages in a version that has no place in the order.
    unordered: Vec<&'a str>,
    /// Packages without the release that their advisories are of.
    unreleased: Vec<&'a str>,
}

impl<'a> Look<'a> {
    fn up(&mut self, index: &Index, places: &BTreeMap<u64, Vec<usize>>) -> Result<(), Error> {
        let mut blocks: Vec<(u32, u64, &[usize])> = places
            .iter()
            .filter_map(|(place, numbers)| Some((index.block_of(*place)?, *place, numbers.as_slice())))
            .collect();
        blocks.sort_unstable();
        for together in blocks.chunk_by(|one, other| one.0 == other.0) {
            let block = index.read(together[0].0)?;
            for (_, place, numbers) in together {
                let entries = index::entries(&block, *place).map_err(|()| index.broken())?;
                let entries: Option<Vec<Entry<'_>>> = entries.into_iter().map(entry::read).collect();
                self.package(&entries.ok_or_else(|| index.broken())?, numbers);
            }
        }
        Ok(())
    }

    /// All places that share a package; most share the version too.
    fn package(&mut self, entries: &[Entry<'_>], numbers: &[usize]) {
        let mut known: BTreeMap<(&str, &str), Vec<Finding>> = BTreeMap::new();
        for number in numbers {
            let dependency = &self.dependencies[*number];
            let Some(version) = dependency.version.as_deref() else { continue };
            let name = dependency.name.as_str();
            let findings = known.entry((name, version)).or_insert_with(|| self.version(entries, dependency, version));
            let placed: Vec<Finding> = findings.iter().map(|each| finding::placed(each, dependency)).collect();
            if !placed.is_empty() {
                self.found.push((*number, placed));
            }
        }
    }

    fn version(&mut self, entries: &[Entry<'_>], dependency: &'a Dependency, version: &'a str) -> Vec<Finding> {
        let key = package_key::of(self.ecosystem.as_str(), &dependency.name);
        let of_package = || entries.iter().filter(|entry| entry.key == key);
        let about: Vec<&Entry<'_>> = of_package().filter(|entry| is_of(entry.ecosystem, self.ecosystem)).collect();
        let released =
            |entry: &Entry<'_>| entry.ecosystem.split_once(':').is_some_and(|(_, rest)| !rest.contains("//"));
        if !self.ecosystem.as_str().contains(':') && of_package().any(released) {
            self.unreleased.push(&dependency.name);
        }
        let subject = Subject::new(self.ecosystem, version);
        let mut affected: Vec<&Entry<'_>> = Vec::new();
        for entry in &about {
            match subject.verdict(entry) {
                Verdict::Affected => affected.push(entry),
                Verdict::NotAffected => {}
                Verdict::Unknown => self.unordered.push(&dependency.name),
            }
        }
        let groups = fold::fold(&affected);
        let tell = |group: &fold::Group<'_, '_>| {
            // What else the same advisories say of the package counts too: another of their ranges may cover the fix.
            let same = |entry: &&&Entry<'_>| group.entries.iter().any(|member| member.id == entry.id);
            let whole: Vec<&Entry<'_>> = about.iter().filter(same).copied().collect();
            let fixed = subject.fixed(&whole).map(|fixed| as_used(self.ecosystem, version, fixed));
            finding::finding(dependency, version, group, fixed.as_deref())
        };
        groups.iter().map(tell).collect()
    }

    /// What nothing could be said of: in words, and each package by its name.
    fn unknown(&mut self, undecided: &mut Vec<(Ecosystem, String)>) -> Vec<NotRun> {
        let mut told = Vec::new();
        let mut names: Vec<&str> = self.unordered.iter().chain(&self.unreleased).copied().collect();
        names.sort_unstable();
        names.dedup();
        undecided.extend(names.into_iter().map(|name| (self.ecosystem.clone(), name.to_owned())));
        let about_some = |part: &str, reason, hint| NotRun {
            check: format!("{part} of {}", self.ecosystem.label()),
            file: None,
            reason,
            hint,
        };
        if let Some(names) = named(&mut self.unordered) {
            let reason = format!("The versions of these packages have no place in an order that is known: {names}.");
            let hint = "Compare them with their advisories by hand.".to_owned();
            told.push(about_some("versions", reason, hint));
        }
        if let Some(names) = named(&mut self.unreleased) {
            let label = self.ecosystem.label();
            let reason = format!("Of these packages it is not known which release of {label} they are from: {names}.");
            let hint = format!("Name the release in the document, for example {label}:12.");
            told.push(about_some("releases", reason, hint));
        }
        told
    }
}

/// Whether an advisory for `known` is about packages of `asked`: the same, one without a release, or with a longer name of
/// the same release (`Ubuntu:22.04:LTS`).
fn is_of(known: &str, asked: &Ecosystem) -> bool {
    let asked = asked.as_str();
    let within = |long: &str, short: &str| long.strip_prefix(short).is_some_and(|rest| rest.starts_with(':'));
    known == asked || within(asked, known) || asked.contains(':') && within(known, asked)
}

/// A version as this use of the package writes it.
fn as_used(ecosystem: &Ecosystem, used: &str, fixed: &str) -> String {
    let marked = ecosystem.as_str() == Ecosystem::GO && used.starts_with('v') && !fixed.starts_with('v');
    if marked { format!("v{fixed}") } else { fixed.to_owned() }
}

fn named(names: &mut Vec<&str>) -> Option<String> {
    names.sort_unstable();
    names.dedup();
    let more = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    let all = names.join(", ");
    match (names.is_empty(), more) {
        (true, _) => None,
        (false, 0) => Some(all),
        (false, more) => Some(format!("{all} and {more} more")),
    }
}

fn not_run(ecosystem: &Ecosystem, reason: String, hint: String) -> NotRun {
    NotRun { check: ecosystem.label().to_owned(), file: None, reason, hint }
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

fn quoted(label: &str) -> String {
    if label.contains(' ') { format!("'{label}'") } else { label.to_owned() }
}
