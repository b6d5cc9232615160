//! `mix.lock` of Elixir: a literal of that language, one package a line.

use std::collections::{HashMap, HashSet};

use domain::Ecosystem;

use crate::fault::Fault;
use crate::found::Found;
use crate::manifest::mix;
use crate::sources::Input;

pub(crate) fn read(input: &Input<'_>, found: &mut Found) -> Result<(), Fault> {
    let text = input.text.trim();
    if !text.starts_with("%{") || !text.ends_with('}') {
        return Err(Fault::new("it is no map of Elixir, or is cut off"));
    }
    let mut at: HashMap<&str, usize> = HashMap::new();
    let mut lines = Vec::new();
    for (number, line) in input.text.lines().enumerate() {
        let Some((key, rest)) = line.trim().strip_prefix('"').and_then(|rest| rest.split_once("\": {:hex, :")) else {
            continue;
        };
        let mut parts = rest.split(", ");
        let (Some(name), Some(version)) = (parts.next(), parts.next()) else {
            return Err(Fault::at(u32::try_from(number + 1).unwrap_or(u32::MAX), "an entry has no name or no version"));
        };
        let (name, version) = (name.trim_matches('"'), version.trim_matches('"'));
        let number = u32::try_from(number + 1).unwrap_or(u32::MAX);
        let Some(index) = found.add(Ecosystem::HEX, name, version, number) else { continue };
        at.insert(key, index);
        lines.push((index, rest));
    }
    for (from, rest) in lines {
        let needs = rest.split("{:").skip(1).filter_map(|need| need.split([',', '}']).next());
        needs.filter_map(|name| at.get(name.trim())).for_each(|to| found.relate(from, *to));
    }
    if let Some(wants) = input.beside("mix.exs").map(|text| mix::read(&text)) {
        let (used, dev): (HashSet<&str>, HashSet<&str>) = (wants.names(false), wants.names(true));
        let starts =
            |names: &HashSet<&str>| -> Vec<usize> { names.iter().filter_map(|name| at.get(name)).copied().collect() };
        found.starts(&starts(&used), &starts(&dev));
    }
    Ok(())
}
