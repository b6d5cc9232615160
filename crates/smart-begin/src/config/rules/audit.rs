//! Rules on where the audit log is taken.

use super::complaint::Complaint;
use crate::config::key::Key;
use crate::config::keys::{
    CHECKPOINT_ACCESS_KEY, CHECKPOINT_BUCKET, CHECKPOINT_FOLDER, CHECKPOINT_KEY_ID, CHECKPOINT_KIND, CHECKPOINT_SECRET,
    CHECKPOINT_URL, EXPORT_CERTIFICATE, EXPORT_CERTIFICATE_KEY, EXPORT_FILE, EXPORT_HOST, EXPORT_KIND, EXPORT_SECRET,
    EXPORT_URL,
};
use crate::config::settings::Settings;

type Needs = [(&'static str, &'static [&'static Key])];

const OF_CHECKPOINTS: &Needs = &[
    ("file", &[&CHECKPOINT_FOLDER]),
    ("s3", &[&CHECKPOINT_BUCKET, &CHECKPOINT_KEY_ID, &CHECKPOINT_ACCESS_KEY]),
    ("webhook", &[&CHECKPOINT_URL, &CHECKPOINT_SECRET]),
];

const OF_EXPORTS: &Needs =
    &[("jsonl", &[&EXPORT_FILE]), ("syslog", &[&EXPORT_HOST]), ("webhook", &[&EXPORT_URL, &EXPORT_SECRET])];

pub(super) fn checkpoints_complete(settings: &Settings) -> Vec<Complaint> {
    complete(settings, &CHECKPOINT_KIND, OF_CHECKPOINTS)
}

pub(super) fn exports_complete(settings: &Settings) -> Vec<Complaint> {
    let mut complaints = complete(settings, &EXPORT_KIND, OF_EXPORTS);
    for name in settings.names(&EXPORT_KIND) {
        let pair: [&'static Key; 2] = [&EXPORT_CERTIFICATE, &EXPORT_CERTIFICATE_KEY];
        let [certificate, key] = pair.map(|key| settings.path(key.of(&name)).is_some());
        if certificate != key {
            let missing = if certificate { &EXPORT_CERTIFICATE_KEY } else { &EXPORT_CERTIFICATE };
            let message = "A certificate needs its key, and a key its certificate.";
            complaints.push(Complaint::new(missing.of(&name).path(), message, "Set both, or neither."));
        }
    }
    complaints
}

fn complete(settings: &Settings, kind: &'static Key, needs: &Needs) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for name in settings.names(kind) {
        let Some(chosen) = settings.text(kind.of(&name)) else {
            let kinds: Vec<&str> = needs.iter().map(|(kind, _)| *kind).collect();
            let hint = format!("Set it to one of {}.", kinds.join(", "));
            complaints.push(Complaint::new(kind.of(&name).path(), "It is not said what kind of place this is.", hint));
            continue;
        };
        let needed = needs.iter().filter(|(kind, _)| *kind == chosen).flat_map(|(_, keys)| *keys);
        let missing = needed.map(|key| key.of(&name).path());
        let missing = missing.filter(|path| settings.at(path).is_none_or(|setting| setting.value.is_none()));
        complaints.extend(missing.map(|path| {
            let hint = format!("Set {path}; docs/audit-delivery.md has examples.");
            Complaint::new(path, format!("A place of the kind {chosen} needs this."), hint)
        }));
    }
    complaints
}

pub(super) fn checkpoints_off_host(settings: &Settings) -> Vec<Complaint> {
    let mut kinds = settings.names(&CHECKPOINT_KIND).into_iter();
    if kinds.any(|name| matches!(settings.text(CHECKPOINT_KIND.of(&name)), Some("s3" | "webhook"))) {
        return Vec::new();
    }
    let message = "No signed checkpoint of the audit log goes to another machine, so whoever takes this one over can rewrite the log unseen.";
    let hint = "Name a bucket or a webhook under [audit.checkpoints.NAME]; a folder counts only if you know that it lies elsewhere.";
    vec![Complaint::new("audit.checkpoints", message, hint)]
}
