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
        let trouble = |why: &str| Trouble(format!("{} {why}; raise it by hand", file.name));
        if file.base_name() == "uv.lock" {
            let text = shop.copy.read(&file.name).unwrap_or_default();
            if ["{ git =", "{ url =", "{ path =", "{ directory ="].iter().any(|source| text.contains(source)) {
                return Err(trouble("has packages from elsewhere than an index"));
            }
        }
        if file.base_name() != "pyproject.toml" {
            continue;
        }
        let text = shop.copy.read(&file.name).unwrap_or_default();
        let manifest: toml::Table = text.parse().map_err(|_| trouble("cannot be read"))?;
        let own = manifest.get("tool").and_then(|tool| tool.get("uv")).and_then(toml::Value::as_table);
        let foreign = own
            .into_iter()
            .flat_map(toml::Table::keys)
            .find(|key| *key != "workspace" && !HARMLESS.contains(&key.as_str()));
        if let Some(key) = foreign {
            return Err(trouble(&format!("has settings for uv that are not followed here (tool.uv.{key})")));
        }
        let asked =
            ["project", "dependency-groups", "build-system"].into_iter().filter_map(|table| manifest.get(table));
        if asked.chain(own.and_then(|own| own.get("dev-dependencies"))).any(names_an_address) {
            return Err(trouble("asks for a package at an address"));
        }
    }
    Ok(())
}

/// Whether a requirement among these names an address: `name @ https://…`.
fn names_an_address(value: &toml::Value) -> bool {
    match value {
        toml::Value::Array(items) => items.iter().any(|item| match item {
            toml::Value::String(text) => text.contains('@') && text.contains(':') && !text.contains('<'),
            other => names_an_address(other),
        }),
        toml::Value::Table(table) => table
            .iter()
            .any(|(key, value)| !["urls", "authors", "maintainers"].contains(&key.as_str()) && names_an_address(value)),
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
