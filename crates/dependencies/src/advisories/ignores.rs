//! `osv-scanner.toml`: vulnerabilities and packages that somebody asked not to be told of, with why and until when.

use domain::Finding;
use jiff::civil::Date;
use serde::Deserialize;

/// Largest file that is read, in bytes.
const LARGEST: usize = 1 << 20;

/// The file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum IgnoresError {
    /// It is larger than any honest one.
    #[error("it has more than {LARGEST} bytes")]
    TooLarge,
    /// It is not what it should be.
    #[error("it is not the configuration of osv-scanner: {0}")]
    Malformed(String),
}

/// What is not to be told of.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Ignores {
    #[serde(default, rename = "IgnoredVulns")]
    vulnerabilities: Vec<Vulnerability>,
    #[serde(default, rename = "PackageOverrides")]
    packages: Vec<Package>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vulnerability {
    id: String,
    ignore_until: Option<toml::value::Datetime>,
    #[serde(default)]
    reason: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Package {
    name: String,
    version: String,
    ecosystem: String,
    group: String,
    ignore: bool,
    vulnerability: Part,
    effective_until: Option<toml::value::Datetime>,
    reason: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Part {
    ignore: bool,
}

impl Ignores {
    /// Reads the file's text.
    ///
    /// # Errors
    /// When it is no such file.
    pub fn from_toml(text: &str) -> Result<Self, IgnoresError> {
        if text.len() > LARGEST {
            return Err(IgnoresError::TooLarge);
        }
        toml::from_str(text).map_err(|cause| IgnoresError::Malformed(cause.message().to_owned()))
    }

    /// Why `finding` is not to be told of on the day `today`; none where nobody asked for that, or the time is over.
    #[must_use]
    pub fn covers(&self, finding: &Finding, today: Date) -> Option<String> {
        let named = |each: &&Vulnerability| {
            let id = each.id.as_str();
            finding.advisory.as_deref() == Some(id) || finding.aliases.iter().any(|alias| alias == id)
        };
        let vulnerability = self.vulnerabilities.iter().filter(named).find(|each| holds(each.ignore_until, today));
        let package = || self.packages.iter().find(|each| each.covers(finding) && holds(each.effective_until, today));
        vulnerability
            .map(|each| told(&each.reason, each.ignore_until))
            .or_else(|| package().map(|each| told(&each.reason, each.effective_until)))
    }
}

impl Package {
    fn covers(&self, finding: &Finding) -> bool {
        let fits = |wanted: &str, found: Option<&str>| wanted.is_empty() || found == Some(wanted);
        let ecosystem = finding.ecosystem.as_ref();
        (self.ignore || self.vulnerability.ignore)
            && finding.package.is_some()
            && fits(&self.name, finding.package.as_deref())
            && fits(&self.version, finding.version.as_deref())
            && (fits(&self.ecosystem, ecosystem.map(|known| known.as_str()))
                || fits(&self.ecosystem, ecosystem.map(|known| known.family())))
            && (self.group.is_empty() || self.group == "dev" && finding.dev == Some(true))
    }
}

/// Until the day named, that day not included. A date that cannot be read has passed.
fn holds(until: Option<toml::value::Datetime>, today: Date) -> bool {
    let Some(until) = until else { return true };
    let Some(date) = until.date else { return false };
    let (Ok(year), Ok(month), Ok(day)) = (i16::try_from(date.year), i8::try_from(date.month), i8::try_from(date.day))
    else {
        return false;
    };
    Date::new(year, month, day).is_ok_and(|date| today < date)
}

fn told(reason: &str, until: Option<toml::value::Datetime>) -> String {
    let reason = if reason.trim().is_empty() { "no reason is given" } else { reason.trim() };
    match until {
        Some(until) => format!("{reason} (until {until})"),
        None => reason.to_owned(),
    }
}
