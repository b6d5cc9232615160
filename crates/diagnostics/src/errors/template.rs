//! A message without what varies from one time to the next.

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// Characters of a message that are looked at.
const LONGEST: usize = 1_024;

/// What varies, in the order in which it is tried at each place. Quoted text comes first, since it holds anything.
const VARIABLES: &str = r#"(?x)
    (?P<text>   "[^"\n]*" | `[^`\n]*` | \u{201c}[^\u{201d}\n]*\u{201d} | \B'[^'\n]*'\B )
  | (?P<url>    \b[A-Za-z][A-Za-z0-9+.-]*://[^\s,;)\]}>]+ )
  | (?P<path>   (?: \b[A-Za-z]:\\ | \B~/ | \B\.{1,2}/ | \B/ )[^\s,;:)\]}>]+ | \b[\w.@-]+(?:/[\w.@-]+)+ )
  | (?P<mail>   \b[\w.+-]+@[\w-]+\.[\w.-]+ )
  | (?P<id>     \b[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\b
              | \b(?:[0-9A-Fa-f]{1,4}:){1,7}:[0-9A-Fa-f:.]* | \b(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}\b
              | \b[0-9A-Za-z_]*[0-9][0-9A-Za-z_]*[A-Za-z_][0-9A-Za-z_]*\b
              | \b[0-9A-Za-z_]*[A-Za-z_][0-9A-Za-z_]*[0-9][0-9A-Za-z_]*\b )
  | (?P<number> [+-]?\b[0-9]+(?:[.,:][0-9]+)*%?\b )
"#;

static EXPRESSION: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(VARIABLES).ok());

const NAMES: [(&str, &str); 6] = [
    ("text", "<text>"),
    ("url", "<url>"),
    ("path", "<path>"),
    ("mail", "<mail>"),
    ("id", "<id>"),
    ("number", "<number>"),
];

/// The message with ids, numbers, paths, addresses and quoted texts replaced by their kind, in one line, of at most 1,024
/// characters before the replacement.
#[must_use]
pub fn template(message: &str) -> String {
    let short: String =
        message.chars().take(LONGEST).map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    let Some(expression) = EXPRESSION.as_ref() else { return short };
    let replaced = expression.replace_all(&short, |found: &Captures<'_>| {
        NAMES.iter().find(|(name, _)| found.name(name).is_some()).map_or("<id>", |(_, shown)| shown)
    });
    replaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_varies_is_taken_out_and_the_rest_stays() {
        for (message, wanted) in [
            ("a request panicked", "a request panicked"),
            ("the provider could not be asked for its keys", "the provider could not be asked for its keys"),
            ("project 550e8400-e29b-41d4-a716-446655440000 is gone", "project <id> is gone"),
            ("retry 3 of 5 after 1.5 s", "retry <number> of <number> after <number> s"),
            ("cannot open /var/lib/x/data.db: no room", "cannot open <path>: no room"),
            ("cannot open C:\\data\\x.db", "cannot open <path>"),
            ("in src/main.rs line 3", "in <path> line <number>"),
            ("asked https://sso.example/keys?x=1 in vain", "asked <url> in vain"),
            ("the name \"eve \u{1b}[2J\" is taken", "the name <text> is taken"),
            ("the table `a b` lacks 'c d'", "the table <text> lacks <text>"),
            ("it's Eve's", "it's Eve's"),
            ("10.0.0.1:443 refused", "<number> refused"),
            ("at fe80::1:2 refused", "at <id> refused"),
            ("eve@example.com signed in", "<mail> signed in"),
            ("token abc123def456 of x1", "token <id> of <id>"),
        ] {
            assert_eq!(template(message), wanted, "{message}");
        }
    }

    #[test]
    fn a_long_message_is_cut() {
        assert!(template(&"word ".repeat(100_000)).chars().count() <= LONGEST);
    }
}
