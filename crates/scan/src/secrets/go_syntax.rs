//! Regular expressions as gitleaks writes them, in Go's RE2 syntax, told to the `regex` crate.
//!
//! The two dialects are nearly one. Where they are not, the same text would mean something else (`\<` is a character in Go
//! and the start of a word in Rust) or be refused (`x{`, `[[]`), so an organisation's file would not work unchanged.

use regex::bytes::{Regex, RegexBuilder};

/// Compiled programs larger than this are refused: an expression of a rules file shall not eat the memory.
const SIZE_LIMIT: usize = 16 << 20;

/// Compiles an expression in Go's syntax. Works on bytes; `\w`, `\d`, `\s` and `\b` are ASCII as they are in Go.
pub(crate) fn compile(pattern: &str) -> Result<Regex, String> {
    let translated = translate(pattern);
    let build = |unicode: bool, text: &str| {
        RegexBuilder::new(text).unicode(unicode).size_limit(SIZE_LIMIT).dfa_size_limit(SIZE_LIMIT / 4).build()
    };
    build(false, &translated)
        .or_else(|_| build(true, &translated))
        .map_err(|error| error.to_string().lines().last().unwrap_or("it cannot be read").trim().to_owned())
}

/// The expression in the syntax of the `regex` crate.
pub(crate) fn translate(pattern: &str) -> String {
    let chars: Vec<char> = pattern.chars().collect();
    let mut out = String::with_capacity(pattern.len() + 16);
    let mut at = 0;
    let mut in_class = false;
    while at < chars.len() {
        let next = chars.get(at + 1).copied();
        match chars[at] {
            '\\' => at += escape(&chars[at..], in_class, &mut out),
            '[' if in_class => {
                if next == Some(':')
                    && let Some(length) = posix_class(&chars[at..])
                {
                    out.extend(&chars[at..at + length]);
                    at += length;
                } else {
                    out.push_str("\\[");
                    at += 1;
                }
            }
            '[' => {
                in_class = true;
                at += open_class(&chars[at..], &mut out);
            }
            ']' if in_class => {
                in_class = false;
                out.push(']');
                at += 1;
            }
            // Set operations of the `regex` crate that are plain characters in Go.
            c @ ('&' | '~') if in_class => {
                out.push('\\');
                out.push(c);
                at += 1;
            }
            '-' if in_class && next == Some('-') => {
                out.push_str("\\-");
                at += 1;
            }
            '{' if !in_class && !is_repetition(&chars[at..]) => {
                out.push_str("\\{");
                at += 1;
            }
            c => {
                out.push(c);
                at += 1;
            }
        }
    }
    out
}

/// One escape; answers how many characters it took.
fn escape(rest: &[char], in_class: bool, out: &mut String) -> usize {
    let Some(&next) = rest.get(1) else {
        out.push('\\');
        return 1;
    };
    match next {
        'Q' => {
            let end = rest.windows(2).position(|pair| pair == ['\\', 'E']).unwrap_or(rest.len());
            let quoted: String = rest[2..end.max(2)].iter().collect();
            out.push_str(&regex_syntax::escape(&quoted));
            (end + 2).min(rest.len())
        }
        '0'..='7' => {
            let digits = rest[1..].iter().take(3).take_while(|c| ('0'..='7').contains(*c)).count();
            let value: String = rest[1..=digits].iter().collect();
            let code = u32::from_str_radix(&value, 8).unwrap_or(0);
            out.push_str(&format!("\\x{{{code:x}}}"));
            digits + 1
        }
        's' => push(out, if in_class { "\\t\\n\\f\\r " } else { "[\\t\\n\\f\\r ]" }),
        'S' => push(out, "[^\\t\\n\\f\\r ]"),
        'd' => push(out, if in_class { "0-9" } else { "[0-9]" }),
        'D' => push(out, "[^0-9]"),
        'w' => push(out, if in_class { "0-9A-Za-z_" } else { "[0-9A-Za-z_]" }),
        'W' => push(out, "[^0-9A-Za-z_]"),
        'b' | 'B' if !in_class => push(out, if next == 'b' { "(?-u:\\b)" } else { "(?-u:\\B)" }),
        c if c.is_ascii() && !c.is_ascii_alphanumeric() => {
            out.push_str(&regex_syntax::escape(&c.to_string()));
            2
        }
        c => {
            out.push('\\');
            out.push(c);
            2
        }
    }
}

fn push(out: &mut String, text: &str) -> usize {
    out.push_str(text);
    2
}

/// `[`, `[^` and a `]` that comes first, which is a plain character.
fn open_class(rest: &[char], out: &mut String) -> usize {
    out.push('[');
    let mut taken = 1;
    if rest.get(taken) == Some(&'^') {
        out.push('^');
        taken += 1;
    }
    if rest.get(taken) == Some(&']') {
        out.push_str("\\]");
        taken += 1;
    }
    taken
}

fn posix_class(rest: &[char]) -> Option<usize> {
    let end = rest.iter().take(12).position(|c| *c == ']')?;
    (end > 2 && rest[end - 1] == ':').then_some(end + 1)
}

/// `{2}`, `{2,}` or `{2,5}`; all else that begins with a brace is text in Go.
fn is_repetition(rest: &[char]) -> bool {
    let Some(end) = rest.iter().position(|c| *c == '}') else { return false };
    let inside: String = rest[1..end].iter().collect();
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match inside.split_once(',') {
        Some((low, high)) => number(low) && (high.is_empty() || number(high)),
        None => number(&inside),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        compile(pattern).unwrap().is_match(text.as_bytes())
    }

    #[test]
    fn what_go_takes_for_plain_text_is_plain_text() {
        assert!(matches(r"^a{b$", "a{b"));
        assert!(matches(r"^a{,3}$", "a{,3}"));
        assert!(matches(r"^[[]x$", "[x"));
        assert!(matches(r"^[a&&b]+$", "a&b"));
        assert!(matches(r"^[]x]+$", "]x"));
        assert!(matches(r"^\<a\>$", "<a>"));
        assert!(matches(r"^\Qa.b\E$", "a.b"));
        assert!(!matches(r"^\Qa.b\E$", "axb"));
        assert!(matches(r"^\101$", "A"));
        assert!(matches(r"^[--x]$", "a"));
        assert!(matches(r"^[[:alpha:]]$", "a"));
    }

    #[test]
    fn classes_are_ascii_as_in_go() {
        assert!(!matches(r"^\w$", "é"));
        assert!(!matches(r"\d", "٣"));
        assert!(matches(r"^[\w-]+$", "a-b_9"));
        assert!(matches(r"^[^\s]+$", "ab"));
        assert!(!matches(r"^\s$", "\u{b}"));
        assert!(matches(r"^[é]$", "é"));
        assert!(matches(r"\bx\b", "éxé"));
    }

    #[test]
    fn a_greedy_or_broken_expression_is_refused_in_one_line() {
        for bad in ["(", "a**b(", r"(?=x)", r"\1(", "(?:a{1000}){1000}"] {
            let error = compile(bad).unwrap_err();
            assert!(!error.is_empty() && !error.contains('\n'), "{bad}: {error}");
        }
    }
}
