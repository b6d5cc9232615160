//! How checks are done here: what the operator decided.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::AtomicUsize;

use domain::Severity;
use observe::CheckCounts;
use scan::engines::EngineSettings;
use scan::secrets::{ArchiveLimits, FingerprintKey, Known, Options, RuleSet, RulesError, Scanner};
use store::Sla;

use super::fix_settings::FixSettings;
use super::osv_server::OsvApi;
use crate::error::{Error, ErrorKind};

/// Where the OSV project publishes all advisories.
const ADVISORIES_URL: &str = "https://osv-vulnerabilities.storage.googleapis.com";
/// The most that a file with what gitleaks knows may hold.
const MOST_KNOWN_BYTES: u64 = 16 * 1024 * 1024;
/// The most that an organisation's rules file may hold.
const MOST_RULES_BYTES: u64 = 4 * 1024 * 1024;

/// How checks are done here. What a client asks for can narrow it, never widen it.
#[derive(Debug)]
pub struct CheckSettings {
    /// The folder with the index of advisories; none where this process keeps no data.
    pub advisories: Option<PathBuf>,
    /// The folder that tells how far histories were looked through; none to look through all of it each time.
    pub histories: Option<PathBuf>,
    /// Where advisories are fetched from, laid out as OSV publishes them.
    pub advisories_url: String,
    /// The server that is asked for packages whose ecosystem has no advisories here; none to ask nobody.
    pub osv_api: Option<OsvApi>,
    /// Where requests for advisories may go.
    pub network: outbound::Rules,
    /// The severity from which a finding fails a check.
    pub fail_on: Severity,
    /// An organisation's rules for secrets, in the form of gitleaks; none for the shipped ones alone.
    pub rules: Option<PathBuf>,
    /// What gitleaks was told to leave alone: files in the form of `.gitleaksignore`, or reports of gitleaks as JSON.
    pub gitleaks_known: Vec<PathBuf>,
    /// Whether archives (zip, tar, gzip) are looked into for secrets.
    pub archives: bool,
    /// Whether `gitleaks:allow` on a line counts. It is written by whoever writes the text that is checked.
    pub honour_comments: bool,
    /// Whether the `osv-scanner.toml` at the root of what is checked counts.
    pub honour_ignores: bool,
    /// The other scanners that clients may ask for, by name. The one at the command line may ask for any.
    pub engines: BTreeMap<String, EngineSettings>,
    /// The folder where scanners may keep what they made of their own rules.
    pub engine_cache: Option<PathBuf>,
    /// Counts what checks find.
    pub counts: CheckCounts,
    /// What a fix may do.
    pub fix: FixSettings,
    /// Within how many days vulnerabilities of registered projects are to be cleared.
    pub sla: Sla,
    /// The checks that are running.
    pub(crate) running: AtomicUsize,
    /// Made of the rules when the first check asks for it.
    scanner: OnceLock<Scanner>,
}

impl Default for CheckSettings {
    fn default() -> Self {
        Self {
            advisories: None,
            histories: None,
            advisories_url: ADVISORIES_URL.to_owned(),
            osv_api: None,
            network: outbound::Rules::default(),
            fail_on: Severity::Medium,
            rules: None,
            gitleaks_known: Vec::new(),
            archives: false,
            honour_comments: false,
            honour_ignores: true,
            engines: BTreeMap::new(),
            engine_cache: None,
            counts: CheckCounts::default(),
            fix: FixSettings::default(),
            sla: Sla::default(),
            running: AtomicUsize::new(0),
            scanner: OnceLock::new(),
        }
    }
}

impl CheckSettings {
    /// What finds secrets.
    pub(crate) fn scanner(&self) -> Result<&Scanner, Error> {
        if let Some(ready) = self.scanner.get() {
            return Ok(ready);
        }
        let archives = self.archives.then(ArchiveLimits::default);
        let mut options = Options { honour_comments: self.honour_comments, archives, ..Options::default() };
        options.known = read_known(&self.gitleaks_known, &options.key)?;
        let made = match &self.rules {
            None => Scanner::shipped(options),
            Some(path) => read_rules(path).and_then(|rules| Scanner::new(&rules, options)),
        };
        let made = made.map_err(|error| {
            let hint = "Mend the file that checks.rules names, or take the setting away.";
            Error::new(ErrorKind::Unavailable, format!("The rules for secrets cannot be used: {error}."), hint)
        })?;
        Ok(self.scanner.get_or_init(|| made))
    }
}

/// Makes the shipped rules ready on a thread of its own: whoever will check something soon need not wait for them.
pub fn prepare_check() {
    // Without the thread, or with rules that cannot be used, the check itself does it and tells.
    let _ = std::thread::Builder::new().name("rules".to_owned()).spawn(|| Scanner::shipped(Options::default()).is_ok());
}

/// What the operator's files of gitleaks know; each finding tells which of them it was.
fn read_known(paths: &[PathBuf], key: &FingerprintKey) -> Result<Option<Known>, Error> {
    let mut known = Known::default();
    for path in paths {
        let shown = path.display();
        let unusable = |why: String| {
            let hint = "Mend the file that checks.gitleaks_known names, or take it out of the setting.";
            Error::new(ErrorKind::Unavailable, format!("What gitleaks knows cannot be read from {shown}: {why}."), hint)
        };
        let read = File::open(path).and_then(|file| {
            let mut text = String::new();
            file.take(MOST_KNOWN_BYTES + 1).read_to_string(&mut text).map(|_| text)
        });
        let text = read.map_err(|error| unusable(error.to_string()).because(error))?;
        if text.len() as u64 > MOST_KNOWN_BYTES {
            return Err(unusable(format!("it has more than {} MiB", MOST_KNOWN_BYTES / 1024 / 1024)));
        }
        let one = Known::parse(&text, key).map_err(|error| unusable(error.to_string()))?;
        // Its name alone: where the operator keeps it is no client's business.
        known.add(one, &path.file_name().unwrap_or_default().to_string_lossy());
    }
    Ok((!known.is_empty()).then_some(known))
}

/// The operator's file; what it extends lies beside it or where it says, and is the operator's, too.
fn read_rules(path: &std::path::Path) -> Result<RuleSet, RulesError> {
    let folder = path.parent().map(std::path::Path::to_path_buf).unwrap_or_default();
    let read = |named: &str| read_text(&folder.join(named));
    RuleSet::from_toml(&path.display().to_string(), &read_text(path)?, &read)
}

fn read_text(path: &std::path::Path) -> Result<String, RulesError> {
    let shown = path.display().to_string();
    let refuse = |why: String| RulesError::of(&shown, why, "Name a file that can be read");
    let size = std::fs::metadata(path).map_err(|error| refuse(format!("cannot be read: {error}")))?.len();
    if size > MOST_RULES_BYTES {
        return Err(refuse(format!("has more than {} MiB", MOST_RULES_BYTES / 1024 / 1024)));
    }
    std::fs::read_to_string(path).map_err(|error| refuse(format!("cannot be read: {error}")))
}
