//! Ecosystems as people name them.

use domain::Ecosystem;

use crate::error::Error;

/// Those whose lockfiles are read here; they are fetched where nobody says which.
pub(super) const USUAL: [&str; 10] = [
    Ecosystem::CARGO,
    Ecosystem::GO,
    Ecosystem::HEX,
    Ecosystem::MAVEN,
    Ecosystem::NPM,
    Ecosystem::NUGET,
    Ecosystem::PACKAGIST,
    Ecosystem::PUB,
    Ecosystem::PYPI,
    Ecosystem::RUBYGEMS,
];
/// Longest name.
const LONGEST: usize = 100;

/// Those that `names` are, without regard to case where they are known; each once.
pub(super) fn named(names: &[String]) -> Result<Vec<Ecosystem>, Error> {
    let mut read = names.iter().map(|name| one(name.trim())).collect::<Result<Vec<_>, _>>()?;
    read.sort();
    read.dedup();
    Ok(read)
}

fn one(name: &str) -> Result<Ecosystem, Error> {
    let odd = |letter: char| letter.is_control() || matches!(letter, '/' | '\\' | '%' | '?' | '#');
    if name.is_empty() || name.len() > LONGEST || name.contains(odd) || name.starts_with('.') {
        let hint = "Ecosystems are named as in OSV records: npm, PyPI, Go, cargo, Maven, RubyGems, Debian:12.";
        return Err(Error::invalid("ecosystem", "This is no name of an ecosystem.", hint));
    }
    let known = USUAL.iter().map(|known| Ecosystem::new(*known));
    let same =
        |known: &Ecosystem| known.as_str().eq_ignore_ascii_case(name) || known.label().eq_ignore_ascii_case(name);
    Ok(known.into_iter().find(same).unwrap_or_else(|| Ecosystem::labelled(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ecosystems_are_known_by_any_case_and_by_their_label() {
        let names = ["pypi", "Cargo", "NPM", "Debian:12", "PyPI"].map(str::to_owned);
        let labels: Vec<String> = named(&names).unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(labels, ["Debian:12", "PyPI", "cargo", "npm"]);
        for odd in ["", "../Go", "a/b", "x\ny", ".hidden"] {
            assert!(named(&[odd.to_owned()]).is_err(), "{odd:?}");
        }
    }
}
