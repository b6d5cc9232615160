//! Files that are made to hold secrets are not among the sources.

use domain::{Confidence, Severity};

use crate::repository::gate::Evidence;
use crate::repository::rule::{Flaw, Rule, Verdict};
use crate::repository::view::{Repository, is_aside};

pub(super) const RULE: Rule = Rule {
    id: "environment-files",
    title: "Files made for secrets are not among the sources",
    why: "A file like .env is where secrets will be put, if they are not there yet; whoever reads the repository has them.",
    severity: Severity::Medium,
    practices: &["OSPS-BR-07.01"],
    look,
};

const HINT: &str = "Take it out (`git rm --cached FILE`), name it in .gitignore, keep an example without values, and change every secret \
    that was in it: it stays in the history.";
const NAMES: [&str; 11] = [
    "id_rsa",
    "id_ed25519",
    "id_ecdsa",
    "id_dsa",
    ".htpasswd",
    ".netrc",
    ".pgpass",
    "credentials.json",
    "service-account.json",
    ".npmrc.local",
    "secrets.yml",
];
const ENDINGS: [&str; 6] = [".p12", ".pfx", ".jks", ".keystore", ".kdbx", ".ppk"];
const EXAMPLES: [&str; 8] = ["example", "sample", "template", "dist", "defaults", "test", "ci", "schema"];

fn look(repository: &Repository<'_>) -> Verdict {
    let files = repository.named(|name| is_for_secrets(name) && !is_aside(name));
    let flaws = files.iter().map(|file| {
        Flaw::file(&file.name, "By its name this file holds secrets.", HINT).confidence(Confidence::Medium)
    });
    Verdict::of(flaws.collect(), || {
        vec![Evidence::note("None by its name; what files hold is looked at by the check for secrets.")]
    })
}

fn is_for_secrets(name: &str) -> bool {
    let base = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
    let is_env = base == ".env"
        || base.strip_prefix(".env.").is_some_and(|rest| !rest.split('.').any(|part| EXAMPLES.contains(&part)));
    is_env || NAMES.contains(&base.as_str()) || ENDINGS.iter().any(|end| base.ends_with(end))
}
