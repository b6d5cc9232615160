//! `mix.exs`: it is a program, of which only plain tuples are read.

use crate::manifest::wants::Wants;

/// What a `mix.exs` plainly asks for.
pub(crate) fn read(text: &str) -> Wants {
    let mut wants = Wants::default();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        let Some(rest) = line.strip_prefix("{:").filter(|_| !line.starts_with('#')) else { continue };
        let Some((name, rest)) = rest.split_once(',') else { continue };
        if ["path:", "git:", "github:", "in_umbrella:"].iter().any(|word| rest.contains(word)) {
            continue;
        }
        let range = rest.trim().strip_prefix('"').and_then(|rest| rest.split('"').next()).unwrap_or_default();
        let only = rest.split_once("only:").map(|(_, only)| only).unwrap_or_default();
        let dev = !only.is_empty() && !only.contains(":prod");
        wants.want(name.trim(), range, u32::try_from(at + 1).unwrap_or(u32::MAX), dev);
    }
    wants
}
