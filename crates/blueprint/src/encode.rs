//! What a person typed, carried into a file so that it stays text there and cannot become anything else.
//!
//! Free text cannot be printed bare: it has to pass an encoder that fits the place. There is none for shell scripts,
//! Makefiles and workflows, so free text cannot get into those.

use std::fmt;
use std::sync::Arc;

use minijinja::value::{Enumerator, Object, ObjectRepr, Value};
use minijinja::{Environment, Error, ErrorKind};

/// What free text prints when no encoder was used. NUL is in no template and in no answer, so it is found afterwards.
pub(crate) const UNENCODED: char = '\0';

/// Text as a person typed it, one line without control characters.
#[derive(Debug)]
pub(crate) struct FreeText(pub(crate) String);

impl FreeText {
    pub(crate) fn value(text: &str) -> Value {
        Value::from_object(Self(text.to_owned()))
    }
}

impl Object for FreeText {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::NonEnumerable
    }

    fn is_true(self: &Arc<Self>) -> bool {
        !self.0.is_empty()
    }

    fn render(self: &Arc<Self>, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Write::write_char(out, UNENCODED)
    }
}

/// The encoders, by the name under which templates use them.
pub(crate) fn add_encoders(environment: &mut Environment<'static>) {
    // In all five notations a quoted string of one line escapes just the quote and the backslash.
    for notation in ["json", "toml", "yaml", "python", "rust"] {
        environment.add_filter(notation, |value: &Value| with_text(value, quoted));
    }
    environment.add_filter("md", |value: &Value| with_text(value, markdown));
    environment.add_filter("link", |value: &Value| with_text(value, link));
    environment.add_filter("text", |value: &Value| with_text(value, str::to_owned));
}

fn with_text(value: &Value, encode: fn(&str) -> String) -> Result<String, Error> {
    if let Some(text) = value.downcast_object_ref::<FreeText>() {
        return Ok(encode(&text.0));
    }
    let text = value.as_str().ok_or_else(|| Error::new(ErrorKind::InvalidOperation, "only text can be encoded"))?;
    Ok(encode(text))
}

fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        if matches!(character, '"' | '\\') {
            out.push('\\');
        }
        out.push(character);
    }
    out.push('"');
    out
}

/// Inline Markdown: every character with a meaning gets a backslash, which CommonMark allows before all of them.
fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for (at, character) in text.char_indices() {
        let special = matches!(
            character,
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&' | '!' | '$' | '@'
        );
        // `1.`, `-` and `+` make lists at the start of a line; `://` and `www.` become links by themselves.
        let at_start = at == 0 && matches!(character, '-' | '+' | '=');
        let list = matches!(character, '.' | ')') && at > 0 && text[..at].chars().all(|before| before.is_ascii_digit());
        let address = character == ':' && text[at..].starts_with("://")
            || character == '.' && text[..at].to_ascii_lowercase().ends_with("www");
        if special || at_start || list || address {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

/// A Markdown link where the text is an e-mail or web address, else the text itself.
fn link(text: &str) -> String {
    let plain = text
        .chars()
        .all(|character| character.is_ascii_graphic() && !matches!(character, '<' | '>' | '\\' | '`' | '"'));
    let web = text.starts_with("https://") || text.starts_with("http://");
    let mail = text.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty()
            && host.contains('.')
            && text.chars().all(|c| c.is_ascii_alphanumeric() || "@.-_+".contains(c))
            && !host.contains('@')
    });
    if plain && (web || mail) { format!("<{text}>") } else { markdown(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_backslashes_stay_text() {
        assert_eq!(quoted(r#"a "b" \n ${{ x }}"#), r#""a \"b\" \\n ${{ x }}""#);
    }

    #[test]
    fn markdown_keeps_no_meaning() {
        assert_eq!(markdown("<script> | *b* `c`"), r"\<script\> \| \*b\* \`c\`");
        assert_eq!(markdown("1. x"), r"1\. x");
        assert_eq!(markdown("- x"), r"\- x");
        assert_eq!(markdown("see http://x.example"), r"see http\://x.example");
    }

    #[test]
    fn addresses_become_links_and_nothing_else_does() {
        assert_eq!(link("a@example.org"), "<a@example.org>");
        assert_eq!(link("https://example.org/x"), "<https://example.org/x>");
        assert_eq!(link("javascript:alert(1)"), "javascript:alert(1)");
        assert_eq!(link("https://x> <script>"), r"https\://x\> \<script\>");
    }
}
