//! Go. Neither another toolchain that `go.mod` asks for is fetched, nor version control of unknown hosts started; cgo and
//! workspaces are off.

use dependencies::upgrade::Upgrade;

use super::workshop::{Workshop, beside, folder_of};
use crate::fix::commands::with_v;
use crate::fix::tools::{Job, Trouble};

pub(super) fn refresh(shop: Workshop<'_>, upgrade: &Upgrade, file: &str) -> Result<(), Trouble> {
    if upgrade.package == "stdlib" || upgrade.package == "toolchain" {
        let to = upgrade.to.as_deref().unwrap_or_default();
        return Err(Trouble(format!("this is Go itself: install Go {to} or newer, and raise the go line of go.mod")));
    }
    shop.needs_network()?;
    let to = upgrade.to.as_deref().unwrap_or_default();
    let folder = folder_of(file);
    run(shop, folder, &["get", &format!("{}@{}", upgrade.package, with_v(to))])?;
    run(shop, folder, &["mod", "tidy"])?;
    if shop.tree.file(&beside(file, "vendor/modules.txt")).is_some() {
        return Err(Trouble("the modules are kept in vendor; type: go get, then go mod vendor".to_owned()));
    }
    Ok(())
}

/// Gets the sources, so that the gates need no network.
pub(super) fn fetch(shop: Workshop<'_>) -> Result<(), Trouble> {
    run(shop, "", &["mod", "download"])
}

fn run(shop: Workshop<'_>, folder: &str, arguments: &[&str]) -> Result<(), Trouble> {
    shop.needs("go")?;
    let folder = shop.copy.folder().join(folder);
    let mut job = Job::new("go", arguments.iter().copied(), &folder);
    job.network = true;
    job.variables = vec![
        ("GOTOOLCHAIN", "local".to_owned()),
        ("GOFLAGS", "-mod=mod".to_owned()),
        ("GOWORK", "off".to_owned()),
        ("GOVCS", "*:off".to_owned()),
        ("GO111MODULE", "on".to_owned()),
        ("CGO_ENABLED", "0".to_owned()),
    ];
    shop.tools.run(job).map(drop)
}
