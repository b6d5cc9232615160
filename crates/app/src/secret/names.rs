//! What environments and secrets can be called.

use crate::error::Error;

const LONGEST_ENVIRONMENT: usize = 32;
const LONGEST_NAME: usize = 128;

/// Variables that change how programs start or find their parts. Whoever sets a secret would run code as whoever starts a
/// program with it.
const POWERS: [&str; 26] = [
    "BASH_ENV",
    "CDPATH",
    "CLASSPATH",
    "ENV",
    "GCONV_PATH",
    "GIT_EXTERNAL_DIFF",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "HOME",
    "IFS",
    "JAVA_TOOL_OPTIONS",
    "JDK_JAVA_OPTIONS",
    "NODE_OPTIONS",
    "NODE_PATH",
    "PATH",
    "PERL5LIB",
    "PERL5OPT",
    "PS4",
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "RUBYLIB",
    "RUBYOPT",
    "SHELL",
    "SHELLOPTS",
    "_JAVA_OPTIONS",
];

/// The same, for all that begin so; and variables of this program.
const POWERFUL: [&str; 4] = ["LD_", "DYLD_", "SMART_BEGIN_", "BASH_FUNC_"];

/// An environment as it is kept.
pub(super) fn environment(typed: &str) -> Result<&str, Error> {
    let starts = typed.starts_with(|first: char| first.is_ascii_lowercase());
    let plain = typed.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if starts && plain && typed.len() <= LONGEST_ENVIRONMENT && !typed.ends_with('-') {
        return Ok(typed);
    }
    Err(Error::invalid(
        "environment",
        "This cannot be the name of an environment.",
        format!(
            "Use lower-case letters, digits and hyphens, {LONGEST_ENVIRONMENT} at most, a letter first: development, staging, production."
        ),
    ))
}

/// Why a name cannot be that of a secret; it is one that can be shown.
pub(super) fn fault(name: &str) -> Option<&'static str> {
    let starts = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !starts || !plain || name.len() > LONGEST_NAME {
        return Some("it is not made of letters, digits and _, the first no digit, 128 at most");
    }
    let upper = name.to_ascii_uppercase();
    if POWERS.contains(&upper.as_str()) || POWERFUL.iter().any(|start| upper.starts_with(start)) {
        return Some("a variable of this name changes how programs start, and is no secret");
    }
    None
}

/// A secret's name as it is kept.
pub(super) fn secret(typed: &str) -> Result<&str, Error> {
    let Some(why) = fault(typed) else { return Ok(typed) };
    let hint = "Name it as the variable that programs look for, for example DATABASE_URL.";
    Err(Error::invalid("name", format!("This cannot be the name of a secret: {why}."), hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_variables_and_none_that_starts_programs() {
        for good in ["DATABASE_URL", "_x", "a1", "PATHS", "MY_PATH", "HOMEPAGE", &"A".repeat(128)] {
            assert_eq!(fault(good), None, "{good}");
        }
        let bad = ["", "1A", "A-B", "A.B", "A B", "Ä", "A\n", "A=B", &"A".repeat(129)];
        let power = ["PATH", "path", "LD_PRELOAD", "Ld_Library_Path", "DYLD_X", "SMART_BEGIN_TOKEN", "NODE_OPTIONS"];
        for name in bad.into_iter().chain(power) {
            assert!(fault(name).is_some(), "{name}");
        }
        assert!(POWERS.is_sorted());
    }

    #[test]
    fn environments_are_plain_words() {
        for good in ["production", "dev", "eu-west-1", &"a".repeat(32)] {
            assert_eq!(environment(good).unwrap(), good);
        }
        for bad in ["", "Production", "a/b", "-a", "a-", "1a", "a b", "a\n", "..", &"a".repeat(33)] {
            assert!(environment(bad).is_err(), "{bad}");
        }
    }
}
