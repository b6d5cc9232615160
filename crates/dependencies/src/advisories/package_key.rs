//! The name under which a package is looked up: ecosystems differ in what they take for the same name.

use domain::Ecosystem;
use sha2::{Digest as _, Sha256};

/// `name` as the index has it.
pub(super) fn of(ecosystem: &str, name: &str) -> String {
    match ecosystem.split(':').next().unwrap_or_default() {
        Ecosystem::PYPI => normalised(name),
        Ecosystem::NUGET | Ecosystem::PACKAGIST => name.trim().to_lowercase(),
        _ => name.trim().to_owned(),
    }
}

/// PEP 503: one hyphen for each run of hyphens, dots and underscores.
fn normalised(name: &str) -> String {
    let mut made = String::with_capacity(name.len());
    for letter in name.trim().chars() {
        match letter {
            '-' | '_' | '.' if made.ends_with('-') => {}
            '-' | '_' | '.' => made.push('-'),
            letter => made.extend(letter.to_lowercase()),
        }
    }
    made
}

/// Where a key stands in the index. What shares a place is told apart by the key itself.
pub(super) fn place(key: &str) -> u64 {
    let digest = Sha256::digest(key.as_bytes());
    digest.iter().take(8).fold(0, |place, byte| place << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_as_their_ecosystem_does() {
        assert_eq!(of("PyPI", "Flask_SQL..Alchemy"), "flask-sql-alchemy");
        assert_eq!(of("NuGet", "Newtonsoft.Json"), "newtonsoft.json");
        assert_eq!(of("npm", "JSONStream"), "JSONStream");
        assert_eq!(of("Go", "github.com/BurntSushi/toml"), "github.com/BurntSushi/toml");
        assert_eq!(of("Packagist", "Symfony/Yaml"), "symfony/yaml");
    }
}
