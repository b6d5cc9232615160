//! Manifests without a lockfile: what they ask for is told, and that nothing more is known.

use domain::Ecosystem;

use crate::fault::Fault;
use crate::found::Found;
use crate::manifest::wants::Wants;
use crate::manifest::{cargo as cargo_toml, npm as package_json};
use crate::sources::Input;

pub(crate) fn cargo(input: &Input<'_>, found: &mut Found) -> Result<(), Fault> {
    tell(Ecosystem::CARGO, cargo_toml::read(input.text)?, "`cargo generate-lockfile`", found);
    Ok(())
}

pub(crate) fn npm(input: &Input<'_>, found: &mut Found) -> Result<(), Fault> {
    tell(Ecosystem::NPM, package_json::read(input.text)?, "`npm install --package-lock-only --ignore-scripts`", found);
    Ok(())
}

fn tell(ecosystem: &str, wants: Wants, command: &str, found: &mut Found) {
    if wants.wants.is_empty() {
        return;
    }
    for want in &wants.wants {
        found.ask(ecosystem, &want.name, &want.requirement, want.line, want.dev);
    }
    let count = wants.wants.len();
    let packages = if count == 1 { "1 package".to_owned() } else { format!("{count} packages") };
    found.note(
        format!("it asks for {packages} and has no lockfile: which versions are used is not known"),
        format!("Make a lockfile with {command}, keep it in the repository, and check again."),
    );
}
