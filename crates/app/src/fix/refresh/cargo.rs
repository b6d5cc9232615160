//! Cargo. It is started in a folder that no project can put settings into, so that neither `.cargo/config.toml` (which can
//! name compilers, wrappers, runners and credential programs) nor `rust-toolchain.toml` of the project counts.

use dependencies::upgrade::Upgrade;

use super::workshop::{Workshop, beside};
use crate::fix::tools::{Job, Trouble, neutral};

pub(super) fn refresh(shop: Workshop<'_>, upgrade: &Upgrade, lock: &str) -> Result<(), Trouble> {
    shop.needs_network()?;
    let to = upgrade.to.clone().unwrap_or_default();
    let package = format!("{}@{}", upgrade.package, upgrade.from);
    run(shop, lock, &["update", "--package", &package, "--precise", &to])
}

/// Gets the sources, so that the gates need no network.
pub(super) fn fetch(shop: Workshop<'_>) -> Result<(), Trouble> {
    run(shop, "Cargo.lock", &["fetch", "--locked"])
}

fn run(shop: Workshop<'_>, lock: &str, arguments: &[&str]) -> Result<(), Trouble> {
    shop.needs("cargo")?;
    let manifest = shop.copy.folder().join(beside(lock, "Cargo.toml")).display().to_string();
    let folder = neutral();
    let mut all = arguments.to_vec();
    all.extend(["--quiet", "--manifest-path", &manifest]);
    let mut job = Job::new("cargo", all, &folder);
    job.network = true;
    job.variables = vec![
        ("CARGO_TERM_COLOR", "never".to_owned()),
        ("CARGO_NET_GIT_FETCH_WITH_CLI", "false".to_owned()),
        ("CARGO_NET_RETRY", "1".to_owned()),
    ];
    shop.tools.run(job).map(drop)
}
