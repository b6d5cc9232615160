//! Where the audit log goes, beyond this machine.

use app::Seen;

use crate::config::{Loaded, keys};

const OPERATOR: &str = "the operator of the host";

/// Checkpoints that were taken elsewhere are what nobody on this machine can take back.
pub(super) fn anchored(loaded: &Loaded) -> Seen {
    let settings = &loaded.settings;
    let kinds: Vec<_> = settings
        .names(&keys::CHECKPOINT_KIND)
        .iter()
        .filter_map(|name| settings.text(keys::CHECKPOINT_KIND.of(name)).map(str::to_owned))
        .collect();
    if kinds.iter().any(|kind| kind != "file") {
        return Seen::good("Signed checkpoints of the audit log are taken to a place that is not this machine.");
    }
    let what = if kinds.is_empty() {
        "No place is configured (audit.checkpoints): name one that is not this machine, or see that something else takes the checkpoints there."
    } else {
        "Checkpoints go to a folder: see that it is another machine's disk."
    };
    Seen::unknown(what, OPERATOR)
}

pub(super) fn exported(loaded: &Loaded) -> Seen {
    let settings = &loaded.settings;
    let kinds: Vec<_> = settings
        .names(&keys::EXPORT_KIND)
        .iter()
        .filter_map(|name| settings.text(keys::EXPORT_KIND.of(name)).map(str::to_owned))
        .collect();
    if kinds.iter().any(|kind| kind != "jsonl") {
        return Seen::good("The audit log is sent to another system as it grows.");
    }
    let what = "No export to another system is configured (audit.exports): see that the journal, or the files of the exports, are gathered elsewhere.";
    Seen::unknown(what, OPERATOR)
}

#[cfg(test)]
mod tests {
    use super::super::cases::{is_content, production};

    #[test]
    fn only_what_leaves_this_machine_is_elsewhere() {
        let (checkpoints, exports) =
            ("SMART_BEGIN_AUDIT__CHECKPOINTS__AWAY__KIND", "SMART_BEGIN_AUDIT__EXPORTS__AWAY__KIND");
        assert!(!is_content(&super::anchored(&production(&[]))) && !is_content(&super::exported(&production(&[]))));
        for (kind, elsewhere) in [("file", false), ("s3", true), ("webhook", true)] {
            assert_eq!(is_content(&super::anchored(&production(&[(checkpoints, kind)]))), elsewhere, "{kind}");
        }
        for (kind, elsewhere) in [("jsonl", false), ("syslog", true), ("webhook", true)] {
            assert_eq!(is_content(&super::exported(&production(&[(exports, kind)]))), elsewhere, "{kind}");
        }
    }
}
