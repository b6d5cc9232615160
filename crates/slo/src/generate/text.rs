//! Pieces of YAML. A text in quotes of JSON is one of YAML as well.

use std::fmt::Write as _;

/// What stands above every file.
pub(super) const HEAD: &str = "# Made of config/slos.toml by `cargo xtask alerts`. Change that, not this.\n";

/// How wide folded text is.
const WIDTH: usize = 110;

/// The text in quotes.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// `key: >-` with the text in lines below it.
pub(super) fn folded(indent: usize, key: &str, text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.len() + word.len() < WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    block(indent, key, ">-", &lines)
}

/// `key: |-` with these lines below it.
pub(super) fn literal(indent: usize, key: &str, lines: &[String]) -> String {
    block(indent, key, "|-", lines)
}

fn block(indent: usize, key: &str, style: &str, lines: &[String]) -> String {
    let mut text = format!("{:indent$}{key}: {style}\n", "");
    for line in lines {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{:indent$}  {line}", "");
    }
    text
}
