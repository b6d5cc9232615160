//! Whether people who can change the code sign in with a second factor. Files cannot show it.

use domain::Severity;

use crate::repository::rule::{Rule, Verdict};
use crate::repository::view::Repository;

pub(super) const RULE: Rule = Rule {
    id: "two-factor",
    title: "Everybody who can change the code signs in with a second factor",
    why: "A stolen password is enough to change the product, if nothing else is asked for.",
    severity: Severity::High,
    practices: &["OSPS-AC-01.01"],
    look,
};

fn look(_repository: &Repository<'_>) -> Verdict {
    Verdict::Unknown {
        reason: "How people sign in is a setting of the host, not a file.".to_owned(),
        who: "An owner of the organisation on the host: require two-factor authentication for all members.",
    }
}
