//! `packages.lock.json` of NuGet.

use std::collections::HashMap;

use domain::Ecosystem;

use crate::document::json;
use crate::fault::Fault;
use crate::found::Found;
use crate::sources::Input;

pub(crate) fn read(input: &Input<'_>, found: &mut Found) -> Result<(), Fault> {
    let document = json::read(input.text)?;
    if document.get("version").is_none() {
        return Err(Fault::new("it has no version"));
    }
    for (_, framework) in document.entries_of("dependencies") {
        let mut at: HashMap<String, usize> = HashMap::new();
        for (name, node) in framework.entries() {
            let kind = node.text_of("type").unwrap_or_default();
            let Some(version) = node.text_of("resolved").filter(|_| !kind.eq_ignore_ascii_case("project")) else {
                continue;
            };
            let Some(index) = found.add(Ecosystem::NUGET, name, version, node.line) else { continue };
            found.dependencies[index].direct = Some(kind.eq_ignore_ascii_case("direct"));
            at.insert(name.to_ascii_lowercase(), index);
        }
        for (name, node) in framework.entries() {
            let Some(from) = at.get(&name.to_ascii_lowercase()).copied() else { continue };
            let needs = node.entries_of("dependencies").iter();
            needs.filter_map(|(name, _)| at.get(&name.to_ascii_lowercase())).for_each(|to| found.relate(from, *to));
        }
    }
    Ok(())
}
