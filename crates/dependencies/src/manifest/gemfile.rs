//! `Gemfile`: it is a program, of which only what is plain to see is read.

use std::collections::HashSet;

use crate::manifest::wants::Wants;

/// What a `Gemfile` plainly asks for.
pub(crate) fn read(text: &str) -> Wants {
    let mut wants = Wants::default();
    let mut blocks: Vec<bool> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.split(" #").next().unwrap_or(line).trim();
        if line.starts_with('#') {
            continue;
        }
        if line == "end" {
            blocks.pop();
        } else if line.ends_with(" do")
            || line.ends_with('|')
            || ["if ", "unless ", "case ", "begin"].iter().any(|word| line.starts_with(word))
        {
            blocks.push(line.starts_with("group ") && groups_are_dev(line));
        } else if let Some(rest) = line.strip_prefix("gem ").or_else(|| line.strip_prefix("gem(")) {
            let quoted: Vec<&str> = rest.split(['"', '\'']).collect();
            let Some(name) = quoted.get(1) else { continue };
            let is_place =
                ["path:", "git:", "github:", ":path", ":git", ":github"].iter().any(|word| rest.contains(word));
            if !is_place {
                let range =
                    quoted.get(3).filter(|word| word.starts_with(|c: char| c.is_ascii_digit() || "~<>=!".contains(c)));
                let of_group = (rest.contains("group:") || rest.contains(":group")) && groups_are_dev(rest);
                let dev = of_group || blocks.contains(&true);
                wants.want(name, range.unwrap_or(&""), u32::try_from(at + 1).unwrap_or(u32::MAX), dev);
            }
        }
    }
    wants
}

/// The gems that a `Gemfile` has for development and tests alone.
pub(crate) fn dev_names(text: &str) -> HashSet<String> {
    let wants = read(text);
    let used = wants.names(false);
    wants.names(true).into_iter().filter(|name| !used.contains(name)).map(str::to_owned).collect()
}

/// Whether all groups named in a line are for development.
fn groups_are_dev(line: &str) -> bool {
    let (_, groups) = line.split_once("group").unwrap_or(("", line));
    let words =
        groups.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty() && *word != "do");
    let mut any = false;
    let all = words
        .inspect(|_| any = true)
        .all(|word| matches!(word, "development" | "test" | "dev" | "lint" | "docs" | "ci"));
    all && any
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn groups_are_seen_as_blocks_and_as_options() {
        let text = "source \"https://registry.example\"\ngem 'a', '~> 1.0' # c\ngem \"b\", group: :test\ngroup :development, :test do\n  gem 'c'\nend\n\
                    group :production do\n  gem 'd'\nend\ngem 'p', path: '../p'\n";
        let shown: Vec<_> = read(text).wants.into_iter().map(|w| (w.name, w.requirement, w.dev)).collect();
        let expected = [("a", "~> 1.0", false), ("b", "", true), ("c", "", true), ("d", "", false)];
        assert_eq!(shown, expected.map(|(name, range, dev)| (name.to_owned(), range.to_owned(), dev)));
    }
}
