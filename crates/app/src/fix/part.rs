//! A report made small: an assistant reads the worst first, and asks for more.

use domain::Severity;

use super::report::FixReport;

/// Which part of a report is wanted. The figures stay those of all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FixPart {
    /// Packages with something of this severity or worse.
    pub least: Option<Severity>,
    /// The most packages.
    pub limit: usize,
    /// Whether the diff is wanted.
    pub diff: bool,
}

impl FixReport {
    /// The part that is wanted, and how many packages it leaves out.
    #[must_use]
    pub fn part(mut self, part: FixPart) -> (Self, usize) {
        let all = self.upgrades.len();
        self.upgrades.retain(|one| part.least.is_none_or(|least| one.upgrade.severity.reaches(least)));
        self.upgrades.truncate(part.limit);
        self.next.truncate(part.limit);
        self.not_run.truncate(part.limit);
        if !part.diff {
            self.diff.clear();
        }
        let left_out = all - self.upgrades.len();
        (self, left_out)
    }
}
