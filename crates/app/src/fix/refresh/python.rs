//! Python, by uv. Nothing is built: a source distribution would run its own code to tell what it needs.

use dependencies::upgrade::{Upgrade, replace_hashed_pin};

use super::workshop::{Workshop, folder_of};
use crate::fix::tools::{Job, Trouble, neutral};

pub(super) fn lock(shop: Workshop<'_>, upgrade: &Upgrade, file: &str) -> Result<(), Trouble> {
    shop.needs_network()?;
    refuse_sources(shop)?;
    let project = shop.copy.folder().join(folder_of(file)).display().to_string();
    let wanted = format!("{}=={}", upgrade.package, upgrade.to.as_deref().unwrap_or_default());
    let arguments =
        ["lock", "--project", project.as_str(), "--upgrade-package", wanted.as_str(), "--no-build", "--no-config"];
    uv(shop, &arguments, Vec::new()).map(drop)
}

/// A list of pins: without hashes the manifest's edit was all; with hashes they are asked for.
pub(super) fn requirements(shop: Workshop<'_>, upgrade: &Upgrade, file: &str, raised: bool) -> Result<(), Trouble> {
    if raised {
        return Ok(());
    }
    let text = shop.copy.read(file).unwrap_or_default();
    if !text.contains("--hash=") {
        return Err(Trouble(format!("{file} names the version in a way that is not understood; raise it by hand")));
    }
    shop.needs_network()?;
    let pin = format!("{}=={}\n", upgrade.package, upgrade.to.as_deref().unwrap_or_default());
    let arguments = [
        "pip",
        "compile",
        "-",
        "--quiet",
        "--no-deps",
        "--generate-hashes",
        "--no-header",
        "--no-annotate",
        "--universal",
        "--no-build",
        "--no-config",
    ];
    let made = uv(shop, &arguments, pin.into_bytes())?;
    let made = String::from_utf8_lossy(&made).into_owned();
    let replaced = replace_hashed_pin(&text, &upgrade.package, &made).filter(|_| made.contains("--hash="));
    let replaced = replaced.ok_or_else(|| Trouble(format!("the pin in {file} was not found; raise it by hand")))?;
    shop.copy.write(file, &replaced)
}

/// What of uv's table in a manifest says where nothing is fetched from.
const HARMLESS: [&str; 11] = [
    "constraint-dependencies",
    "default-groups",
    "dependency-groups",
    "dev-dependencies",
    "environments",
    "override-dependencies",
    "package",
    "prerelease",
    "required-environments",
    "required-version",
    "resolution",
];

/// Refuses a project that sends uv elsewhere than to the operator's index: to a repository, an address, a folder or an index of
/// its own. uv would ask there, from this machine.
fn refuse_sources(shop: Workshop<'_>) -> Result<(), Trouble> {
    for file in shop.tree.files() {
        let why = match file.base_name() {
            "uv.lock" => parsed(shop, &file.name).and_then(|lock| foreign_source(&lock)),
            "pyproject.toml" => parsed(shop, &file.name).and_then(|manifest| foreign_setting(&manifest)),
            _ => Ok(()),
        };
        why.map_err(|why| Trouble(format!("{} {why}; raise it by hand", file.name)))?;
    }
    Ok(())
}

fn parsed(shop: Workshop<'_>, name: &str) -> Result<toml::Table, String> {
    shop.copy.read(name).unwrap_or_default().parse().map_err(|_| "cannot be read".to_owned())
}

/// Whether all packages of a lockfile come from an index, or lie in the project.
fn foreign_source(lock: &toml::Table) -> Result<(), String> {
    let packages = lock.get("package").and_then(toml::Value::as_array).into_iter().flatten();
    for source in packages.filter_map(|package| package.get("source")) {
        let known = source.as_table().into_iter().flatten().all(|(kind, place)| {
            let place = place.as_str().unwrap_or("/");
            match kind.as_str() {
                "registry" => place.starts_with("https://") || place.starts_with("http://"),
                "virtual" | "editable" => !leads_out(place),
                _ => false,
            }
        });
        if !known {
            return Err("has packages from elsewhere than an index".to_owned());
        }
    }
    Ok(())
}

fn foreign_setting(manifest: &toml::Table) -> Result<(), String> {
    let own = manifest.get("tool").and_then(|tool| tool.get("uv"));
    for (key, value) in own.and_then(toml::Value::as_table).into_iter().flatten() {
        let followed = match key.as_str() {
            "workspace" => !any_text(value, &leads_out),
            key => HARMLESS.contains(&key),
        };
        if !followed {
            return Err(format!("has settings for uv that are not followed here (tool.uv.{key})"));
        }
    }
    let asked = ["project", "dependency-groups", "build-system"].into_iter().filter_map(|table| manifest.get(table));
    if asked.chain(own).any(names_an_address) {
        return Err("asks for a package at an address".to_owned());
    }
    Ok(())
}

/// Whether a path leads out of the folder that it stands in.
fn leads_out(place: &str) -> bool {
    place.starts_with(['/', '~']) || place.split(['/', '\\']).any(|part| part == "..")
}

/// Whether a requirement among these names an address: `name @ https://…`. Nothing else of a requirement has that sign.
fn names_an_address(value: &toml::Value) -> bool {
    const OF_PEOPLE: [&str; 5] = ["authors", "classifiers", "keywords", "maintainers", "urls"];
    match value {
        toml::Value::Array(items) => items.iter().any(|item| any_text(item, &|text| text.contains('@'))),
        toml::Value::Table(table) => {
            table.iter().any(|(key, value)| !OF_PEOPLE.contains(&key.as_str()) && names_an_address(value))
        }
        _ => false,
    }
}

/// Whether `is` holds of any text in it.
fn any_text(value: &toml::Value, is: &dyn Fn(&str) -> bool) -> bool {
    match value {
        toml::Value::String(text) => is(text),
        toml::Value::Array(items) => items.iter().any(|item| any_text(item, is)),
        toml::Value::Table(table) => table.values().any(|value| any_text(value, is)),
        _ => false,
    }
}

fn uv(shop: Workshop<'_>, arguments: &[&str], stdin: Vec<u8>) -> Result<Vec<u8>, Trouble> {
    shop.needs("uv")?;
    let folder = neutral();
    // Never the project's own environment: uv would start the interpreter that lies in it.
    let private = shop.copy.scratch()?;
    let mut job = Job::new("uv", arguments.iter().copied(), &folder);
    job.network = true;
    job.stdin = stdin;
    job.variables = vec![
        ("UV_PYTHON_DOWNLOADS", "never".to_owned()),
        ("UV_PROJECT_ENVIRONMENT", private.join("environment").display().to_string()),
        ("UV_CACHE_DIR", private.join("cache").display().to_string()),
        ("UV_NO_PROGRESS", "1".to_owned()),
        ("NO_COLOR", "1".to_owned()),
    ];
    shop.tools.run(job)
}
