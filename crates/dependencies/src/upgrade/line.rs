//! Which versions promise not to break what uses another.

use domain::Ecosystem;

/// Whether a package may go from `one` to `other` without a promise being broken: the same major version; before 1.0 the
/// same minor one, and before 0.1 the very same. Go's import paths make a line of every major version, 0 included.
#[must_use]
pub fn same_line(ecosystem: &Ecosystem, one: &str, other: &str) -> bool {
    let (Some(one), Some(other)) = (Numbers::of(one), Numbers::of(other)) else { return false };
    if one.epoch != other.epoch || one.part(0) != other.part(0) {
        return false;
    }
    if one.part(0) > 0 || ecosystem.as_str() == Ecosystem::GO {
        return true;
    }
    one.part(1) == other.part(1) && (one.part(1) > 0 || one.part(2) == other.part(2))
}

struct Numbers {
    epoch: u64,
    release: Vec<u64>,
}

impl Numbers {
    fn of(version: &str) -> Option<Self> {
        let version = version.trim().trim_start_matches(['v', 'V', '=']);
        let (epoch, version) = version.split_once('!').unwrap_or(("0", version));
        let end = version.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(version.len());
        let release = version[..end].trim_end_matches('.').split('.').map(|part| part.parse().ok());
        Some(Self { epoch: epoch.parse().ok()?, release: release.collect::<Option<_>>()? })
    }

    fn part(&self, at: usize) -> u64 {
        self.release.get(at).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_what_promises_not_to_break() {
        let same = |ecosystem, one, other| same_line(&Ecosystem::new(ecosystem), one, other);
        for (one, other) in [("1.2.3", "1.9.0"), ("0.3.1", "0.3.9"), ("v2.0.0", "2.1.0"), ("1.0", "1.0.1rc2")] {
            assert!(same(Ecosystem::NPM, one, other), "{one} {other}");
        }
        for (one, other) in [("1.9.9", "2.0.0"), ("0.3.1", "0.4.0"), ("0.0.1", "0.0.2"), ("1!1.0", "1.0"), ("1", "x")] {
            assert!(!same(Ecosystem::CARGO, one, other), "{one} {other}");
        }
        assert!(same(Ecosystem::GO, "v0.16.0", "0.17.0") && !same(Ecosystem::GO, "v0.16.0", "1.0.0"));
    }
}
