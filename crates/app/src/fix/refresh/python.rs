//! Python, by uv. Nothing is built: a source distribution would run its own code to tell what it needs.

use dependencies::upgrade::{Upgrade, replace_hashed_pin};

use super::workshop::{Workshop, folder_of};
use crate::fix::tools::{Job, Trouble, neutral};

pub(super) fn lock(shop: Workshop<'_>, upgrade: &Upgrade, file: &str) -> Result<(), Trouble> {
    shop.needs_network()?;
    let project = shop.copy.folder().join(folder_of(file)).display().to_string();
    let wanted = format!("{}=={}", upgrade.package, upgrade.to.as_deref().unwrap_or_default());
    let arguments = ["lock", "--project", project.as_str(), "--upgrade-package", wanted.as_str(), "--no-build"];
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

fn uv(shop: Workshop<'_>, arguments: &[&str], stdin: Vec<u8>) -> Result<Vec<u8>, Trouble> {
    shop.needs("uv")?;
    let folder = neutral();
    let mut job = Job::new("uv", arguments.iter().copied(), &folder);
    job.network = true;
    job.stdin = stdin;
    job.variables = vec![
        ("UV_PYTHON_DOWNLOADS", "never".to_owned()),
        ("UV_NO_PROGRESS", "1".to_owned()),
        ("NO_COLOR", "1".to_owned()),
    ];
    shop.tools.run(job)
}
