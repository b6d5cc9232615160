//! npm. It works in a folder that holds the manifests and the lockfile and nothing else, so that `.npmrc` of the project
//! (which can name a shell, a git and a registry) does not count, and with `--ignore-scripts`.

use std::fs;
use std::path::{Path, PathBuf};

use dependencies::upgrade::{Override, Upgrade, override_npm, pin_npm};

use super::workshop::{Workshop, beside, folder_of};
use crate::fix::copy::{unwritable, write};
use crate::fix::manifests::base;
use crate::fix::tools::{Job, Trouble};

pub(super) fn refresh(shop: Workshop<'_>, upgrade: &Upgrade, lock: &str) -> Result<(), Trouble> {
    shop.needs("npm")?;
    shop.needs_network()?;
    let bench = Bench::new(shop, lock)?;
    let to = upgrade.to.as_deref().unwrap_or_default();
    let manifest = beside(lock, "package.json");
    let wanted =
        shop.copy.read(&manifest).ok_or_else(|| Trouble("there is no package.json beside the lockfile".to_owned()))?;
    // npm takes the newest version of a range. So first this very one is asked for, then the range, which it fits.
    let (pinned, overridden) = (pin_npm(&wanted, &upgrade.package, to), overridden(shop, upgrade, lock, &wanted, to));
    let first = pinned
        .or_else(|| overridden.clone())
        .ok_or_else(|| Trouble("package.json has overrides of this package already; raise them by hand".to_owned()))?;
    bench.put("package.json", &first)?;
    bench.install()?;
    bench.put("package.json", &wanted)?;
    bench.install()?;
    if bench.still_has(&upgrade.package, &upgrade.from)? {
        let kept = overridden
            .ok_or_else(|| Trouble("package.json says something else of this package in overrides".to_owned()))?;
        bench.put("package.json", &kept)?;
        bench.install()?;
        shop.copy.write(&manifest, &kept)?;
    }
    shop.copy.write(lock, &bench.lock()?)
}

fn overridden(shop: Workshop<'_>, upgrade: &Upgrade, lock: &str, text: &str, to: &str) -> Option<String> {
    let others = shop.copy.read(lock).map(|text| versions(&text, &upgrade.package)).unwrap_or_default();
    let range = format!("^{}", upgrade.from);
    let from = (others.len() > 1).then_some(range.as_str());
    override_npm(text, &Override { package: &upgrade.package, from, to })
}

/// Puts the packages in place for the gates; none of their scripts run.
pub(super) fn fetch(shop: Workshop<'_>) -> Result<(), Trouble> {
    shop.needs("npm")?;
    let bench = Bench::new(shop, "package-lock.json")?;
    bench.npm(&["ci", "--ignore-scripts"])?;
    let (made, place) = (bench.folder.join("node_modules"), shop.copy.folder().join("node_modules"));
    if made.is_dir() && !place.exists() {
        fs::rename(made, place).map_err(unwritable)?;
    }
    Ok(())
}

/// A folder with nothing but what npm is to see.
struct Bench<'a> {
    shop: Workshop<'a>,
    folder: PathBuf,
    lock: String,
}

impl<'a> Bench<'a> {
    fn new(shop: Workshop<'a>, lock: &str) -> Result<Self, Trouble> {
        let bench = Self { shop, folder: shop.copy.scratch()?, lock: base(lock).to_owned() };
        let top = folder_of(lock);
        for file in shop.tree.files() {
            let name = file.name.as_str();
            let beneath = if top.is_empty() {
                Some(name)
            } else {
                name.strip_prefix(top).and_then(|rest| rest.strip_prefix('/'))
            };
            let Some(beneath) = beneath else { continue };
            let wanted = base(name) == "package.json" || name == lock;
            if wanted && !name.split('/').any(|part| part == "node_modules" || part == "..") {
                let text = shop.copy.read(name).unwrap_or_default();
                refuse_foreign(name, &text)?;
                bench.put(beneath, &text)?;
            }
        }
        Ok(bench)
    }

    fn put(&self, name: &str, text: &str) -> Result<(), Trouble> {
        let path = self.folder.join(name);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).map_err(unwritable)?;
        write(&path, text.as_bytes())
    }

    fn lock(&self) -> Result<String, Trouble> {
        fs::read_to_string(self.folder.join(&self.lock)).map_err(unwritable)
    }

    fn still_has(&self, package: &str, version: &str) -> Result<bool, Trouble> {
        Ok(versions(&self.lock()?, package).iter().any(|other| other == version))
    }

    fn install(&self) -> Result<(), Trouble> {
        let kept: Option<u64> = serde_json::from_str::<serde_json::Value>(&self.lock()?)
            .ok()
            .and_then(|lock| lock.get("lockfileVersion")?.as_u64());
        let version = format!("--lockfile-version={}", kept.filter(|kept| (1..=3).contains(kept)).unwrap_or(3));
        self.npm(&["install", "--package-lock-only", "--ignore-scripts", &version])
    }

    fn npm(&self, arguments: &[&str]) -> Result<(), Trouble> {
        let mut all = arguments.to_vec();
        all.extend([
            "--allow-git=none",
            "--no-audit",
            "--no-fund",
            "--no-update-notifier",
            "--no-progress",
            "--loglevel=error",
        ]);
        let mut job = Job::new("npm", all, &self.folder);
        job.network = true;
        self.shop.tools.run(job).map(drop)
    }
}

/// Refuses packages from repositories, folders and addresses: npm would start a git for them, with the settings that lie there.
fn refuse_foreign(name: &str, text: &str) -> Result<(), Trouble> {
    let trouble =
        |what: &str| Trouble(format!("{name} asks for {what} from elsewhere than the registry; raise it by hand"));
    let parsed: serde_json::Value =
        serde_json::from_str(text).map_err(|_| Trouble(format!("{name} cannot be read; raise it by hand")))?;
    if let Some(package) = foreign_package(&parsed) {
        return Err(trouble(&package));
    }
    for (path, entry) in parsed.get("packages").and_then(|all| all.as_object()).into_iter().flatten() {
        let address = entry.get("resolved").and_then(|resolved| resolved.as_str()).unwrap_or_default();
        let is_link = entry.get("link").and_then(serde_json::Value::as_bool) == Some(true);
        let leads_out = address.split('/').any(|part| part == "..") || address.starts_with('/');
        if (is_link && leads_out) || (!is_link && !address.is_empty() && !is_registry(address)) {
            return Err(trouble(path));
        }
        if let Some(package) = foreign_package(entry) {
            return Err(trouble(&package));
        }
    }
    Ok(())
}

/// Where a manifest, or an entry of a lockfile, says what is asked for.
const ASKED: [&str; 6] =
    ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies", "overrides", "requires"];

fn foreign_package(entry: &serde_json::Value) -> Option<String> {
    ASKED.iter().filter_map(|table| entry.get(*table)).find_map(foreign_range)
}

/// The first package whose range is an address, a folder or a repository.
fn foreign_range(table: &serde_json::Value) -> Option<String> {
    table.as_object()?.iter().find_map(|(package, wanted)| match wanted {
        serde_json::Value::String(range) => {
            let plain = range.strip_prefix("npm:").or_else(|| range.strip_prefix("workspace:")).unwrap_or(range);
            let plain =
                plain.strip_prefix('@').map_or(plain, |scoped| scoped.split_once('/').map_or(scoped, |(_, rest)| rest));
            plain.contains(['/', ':']).then(|| package.clone())
        }
        serde_json::Value::Object(entry) if entry.contains_key("resolved") || entry.contains_key("version") => {
            let address = ["resolved", "version"].iter().filter_map(|key| entry.get(*key)?.as_str());
            let foreign = address.into_iter().any(|text| text.contains(':') && !is_registry(text));
            if foreign {
                Some(package.clone())
            } else {
                ["dependencies", "requires"].iter().find_map(|key| foreign_range(entry.get(*key)?))
            }
        }
        other => foreign_range(other),
    })
}

fn is_registry(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://")
}

/// The versions of a package that a lockfile names.
fn versions(lock: &str, package: &str) -> Vec<String> {
    let Ok(lock) = serde_json::from_str::<serde_json::Value>(lock) else { return Vec::new() };
    let mut found = Vec::new();
    let suffix = format!("node_modules/{package}");
    for (path, entry) in lock.get("packages").and_then(|all| all.as_object()).into_iter().flatten() {
        if path.ends_with(&suffix) {
            found.extend(entry.get("version").and_then(|version| version.as_str()).map(str::to_owned));
        }
    }
    let mut waiting: Vec<&serde_json::Value> = lock.get("dependencies").into_iter().collect();
    while let Some(table) = waiting.pop() {
        for (name, entry) in table.as_object().into_iter().flatten() {
            if name == package {
                found.extend(entry.get("version").and_then(|version| version.as_str()).map(str::to_owned));
            }
            waiting.extend(entry.get("dependencies"));
        }
    }
    found.sort();
    found.dedup();
    found
}
