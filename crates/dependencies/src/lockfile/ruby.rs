//! `Gemfile.lock` and `gems.locked`, with the `Gemfile` beside it for its groups.

use std::collections::{HashMap, HashSet};

use domain::Ecosystem;

use crate::fault::Fault;
use crate::found::Found;
use crate::manifest::gemfile;
use crate::sources::Input;

pub(crate) fn read(input: &Input<'_>, found: &mut Found) -> Result<(), Fault> {
    let mut section = "";
    let mut at: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut needs: Vec<(usize, &str)> = Vec::new();
    let mut asked: Vec<&str> = Vec::new();
    let mut last = None;
    for (number, line) in input.text.lines().enumerate() {
        let rest = line.trim();
        match line.len() - line.trim_start_matches(' ').len() {
            _ if rest.is_empty() => {}
            0 if is_section(rest) => section = rest,
            0 => {
                return Err(Fault::at(line_number(number), format!("{} is no section of Bundler", Fault::quote(rest))));
            }
            2 if section == "DEPENDENCIES" => asked.extend(name(rest)),
            4 if section == "GEM" || section == "GIT" => {
                last = entry(rest).and_then(|(name, version)| {
                    let index = found.add(Ecosystem::RUBYGEMS, name, version, line_number(number))?;
                    at.entry(name).or_default().push(index);
                    Some(index)
                });
            }
            4 => last = None,
            6 => needs.extend(last.zip(name(rest))),
            _ => {}
        }
    }
    if section.is_empty() && !input.text.trim().is_empty() {
        return Err(Fault::new("it has no section of Bundler"));
    }
    for (from, name) in needs {
        at.get(name).into_iter().flatten().for_each(|to| found.relate(from, *to));
    }
    let manifest = input.beside("Gemfile").or_else(|| input.beside("gems.rb"));
    let dev: HashSet<String> = manifest.map(|text| gemfile::dev_names(&text)).unwrap_or_default();
    let split = |wanted: bool| -> Vec<usize> {
        asked
            .iter()
            .filter(|name| dev.contains(**name) == wanted)
            .filter_map(|name| at.get(name))
            .flatten()
            .copied()
            .collect()
    };
    found.starts(&split(false), &split(true));
    Ok(())
}

fn is_section(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b' ')
}

/// Name and version of `name (1.2.3-platform)`.
fn entry(text: &str) -> Option<(&str, &str)> {
    let (name, version) = text.split_once(" (")?;
    let version = version.strip_suffix(')')?;
    Some((name, version.split('-').next().unwrap_or(version)))
}

/// The name in `name (>= 1)!`.
fn name(text: &str) -> Option<&str> {
    text.split([' ', '!', '(']).next().filter(|name| !name.is_empty())
}

fn line_number(at: usize) -> u32 {
    u32::try_from(at + 1).unwrap_or(u32::MAX)
}
