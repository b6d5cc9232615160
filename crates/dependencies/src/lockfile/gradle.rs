//! `gradle.lockfile` and `buildscript-gradle.lockfile`.

use domain::Ecosystem;

use crate::fault::Fault;
use crate::found::Found;
use crate::sources::Input;

pub(crate) fn read(input: &Input<'_>, found: &mut Found) -> Result<(), Fault> {
    let of_build = input.name.ends_with("buildscript-gradle.lockfile");
    for (at, line) in input.text.lines().enumerate() {
        let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') || line.starts_with("empty=") {
            continue;
        }
        let (place, configurations) =
            line.split_once('=').ok_or_else(|| Fault::at(number, "it has no configurations"))?;
        let mut parts = place.splitn(3, ':');
        let (Some(group), Some(artifact), Some(version)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(Fault::at(number, "it is no group, artifact and version"));
        };
        let Some(index) = found.add(Ecosystem::MAVEN, &format!("{group}:{artifact}"), version, number) else {
            continue;
        };
        let mut configurations = configurations.split(',');
        found.dependencies[index].dev =
            of_build || configurations.all(|name| name.to_ascii_lowercase().contains("test"));
    }
    Ok(())
}
