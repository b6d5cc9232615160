//! What a person would type to make an upgrade with the ecosystem's own tool.

use dependencies::upgrade::Upgrade;
use domain::Ecosystem;

use super::words::are_plain;

/// The commands for an upgrade, each with the folder to be in where it is not the top.
pub(super) fn commands(upgrade: &Upgrade) -> Vec<String> {
    let Some(to) = upgrade.to.as_deref().filter(|_| are_plain(upgrade)) else { return Vec::new() };
    let mut all: Vec<String> = upgrade.files.iter().filter_map(|file| command(upgrade, file, to)).collect();
    all.dedup();
    all
}

fn command(upgrade: &Upgrade, file: &str, to: &str) -> Option<String> {
    let (folder, base) = file.rsplit_once('/').unwrap_or(("", file));
    let (name, from) = (&upgrade.package, &upgrade.from);
    let asked = upgrade.direct != Some(false);
    let command = match (upgrade.ecosystem.as_str(), base) {
        (Ecosystem::CARGO, _) => format!("cargo update -p {name}@{from} --precise {to}"),
        (Ecosystem::GO, _) if name == "stdlib" => format!("go get go@{to}"),
        (Ecosystem::GO, _) => format!("go get {name}@{} && go mod tidy", with_v(to)),
        (Ecosystem::NPM, "pnpm-lock.yaml") => format!("pnpm update {name}@{to} --lockfile-only"),
        (Ecosystem::NPM, "yarn.lock") => format!("yarn up {name}@{to}"),
        (Ecosystem::NPM, "bun.lock") => format!("bun update {name}@{to}"),
        (Ecosystem::NPM, _) if asked => format!("npm install --package-lock-only --ignore-scripts {name}@^{to}"),
        (Ecosystem::NPM, _) => format!(
            "npm pkg set --json 'overrides={{\"{name}\":\"{to}\"}}' && npm install --package-lock-only --ignore-scripts"
        ),
        (Ecosystem::PYPI, "uv.lock") => format!("uv lock --upgrade-package {name}=={to}"),
        (Ecosystem::PYPI, "poetry.lock") if asked => format!("poetry add --lock \"{name}>={to}\""),
        (Ecosystem::PYPI, "poetry.lock") => format!("poetry update --lock {name}"),
        (Ecosystem::PYPI, "pdm.lock") => format!("pdm update --no-sync {name}"),
        (Ecosystem::PYPI, "Pipfile.lock") => format!("pipenv upgrade {name}=={to}"),
        (Ecosystem::PYPI, _) => format!("uv pip compile --upgrade-package {name}=={to} --output-file {base}"),
        (Ecosystem::RUBYGEMS, _) => format!("bundle update --conservative {name}"),
        (Ecosystem::PACKAGIST, _) => format!("composer update --no-scripts --no-plugins {name}:{to}"),
        (Ecosystem::PUB, _) => format!("dart pub upgrade {name}"),
        (Ecosystem::HEX, _) => format!("mix deps.update {name}"),
        (Ecosystem::NUGET, _) => format!("dotnet add package {name} --version {to}"),
        _ => return None,
    };
    let plain = |part: &str| part.is_empty() || super::words::is_plain(part);
    if !plain(folder) {
        return None;
    }
    Some(if folder.is_empty() { command } else { format!("cd {folder} && {command}") })
}

pub(super) fn with_v(version: &str) -> String {
    if version.starts_with('v') { version.to_owned() } else { format!("v{version}") }
}
