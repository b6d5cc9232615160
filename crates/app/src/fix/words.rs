//! Names and versions that may stand in a command. They come from files that anybody may have written: one that looks like an
//! option, or that a shell would read, is never passed on or shown as something to type.

use dependencies::upgrade::Upgrade;

pub(super) const LONGEST: usize = 214;

/// Whether a program and a shell take it as nothing but a word.
pub(super) fn is_plain(word: &str) -> bool {
    let inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/' | '@' | '+' | '~' | ':');
    let begins_well = word.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '@' || c == '_');
    begins_well && word.len() <= LONGEST && word.chars().all(inside) && !word.contains("..") && !word.contains("//")
}

/// Whether all that a command would say of it is plain.
pub(super) fn are_plain(upgrade: &Upgrade) -> bool {
    let version = |version: &str| is_plain(&version.replace('!', ""));
    is_plain(&upgrade.package) && version(&upgrade.from) && upgrade.to.as_deref().is_some_and(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_name_is_no_word() {
        for good in ["serde", "@scope/name", "golang.org/x/text", "1.2.3-rc.1+5", "group:artifact", "_x"] {
            assert!(is_plain(good), "{good}");
        }
        let long = "a".repeat(LONGEST + 1);
        for bad in [
            "",
            "--config=x",
            "-p",
            "a b",
            "a;b",
            "$(x)",
            "`x`",
            "a\nb",
            "../x",
            "a/../b",
            "http://x",
            "'",
            long.as_str(),
        ] {
            assert!(!is_plain(bad), "{bad}");
        }
    }
}
