//! Packages of Linux distributions: advisories are for a release, and often for the source package.

/// Names that releases of Debian go by.
const DEBIAN: [(&str, &str); 6] =
    [("stretch", "9"), ("buster", "10"), ("bullseye", "11"), ("bookworm", "12"), ("trixie", "13"), ("forky", "14")];

/// The ecosystem of advisories for a package of `kind` (`deb`, `apk`, `rpm`) of a distribution; without a release where the URL
/// has none.
pub(crate) fn of(kind: &str, namespace: &str, distro: Option<&str>) -> Option<String> {
    let release = distro.map(|distro| distro.rsplit('-').next().unwrap_or(distro));
    let major = || release.and_then(|release| release.split('.').next()).filter(|major| is_number(major));
    let with = |family: &str, release: Option<String>| match release {
        Some(release) => format!("{family}:{release}"),
        None => family.to_owned(),
    };
    Some(match (kind, namespace) {
        ("deb", "debian") => {
            let named = DEBIAN.iter().find(|(name, _)| Some(*name) == release).map(|(_, number)| (*number).to_owned());
            with("Debian", named.or_else(|| major().map(str::to_owned)))
        }
        ("deb", "ubuntu") => with("Ubuntu", release.and_then(ubuntu)),
        ("apk", "alpine") => {
            let parts = release.map(|release| release.trim_start_matches('v').split('.').take(2).collect::<Vec<_>>());
            let known = parts.filter(|parts| parts.len() == 2 && parts.iter().all(|part| is_number(part)));
            with("Alpine", known.map(|parts| format!("v{}", parts.join("."))))
        }
        ("apk", "wolfi") => "Wolfi".to_owned(),
        ("apk", "chainguard") => "Chainguard".to_owned(),
        ("rpm", "redhat") => "Red Hat".to_owned(),
        ("rpm", "rocky" | "rockylinux") => with("Rocky Linux", major().map(str::to_owned)),
        ("rpm", "alma" | "almalinux") => with("AlmaLinux", major().map(str::to_owned)),
        ("rpm", "opensuse") => "openSUSE".to_owned(),
        ("rpm", "suse" | "sles") => "SUSE".to_owned(),
        _ => return None,
    })
}

/// `22.04:LTS` of `22.04`: the April release of every second year is supported for long, and advisories name it so.
fn ubuntu(release: &str) -> Option<String> {
    let (year, month) = release.split_once('.')?;
    let (year, month) = (year.parse::<u32>().ok()?, month.get(..2)?);
    let long = year.is_multiple_of(2) && month == "04";
    Some(format!("{year}.{month}{}", if long { ":LTS" } else { "" }))
}

/// Name and version of the source package, where the URL names it, and the version with its epoch.
pub(crate) fn source(
    name: &str,
    version: Option<String>,
    upstream: Option<&str>,
    epoch: Option<&str>,
) -> (String, Option<String>) {
    let with_epoch = |version: String| match epoch {
        Some(epoch) if is_number(epoch) && epoch != "0" && !version.contains(':') => format!("{epoch}:{version}"),
        _ => version,
    };
    match upstream
        .map(|upstream| upstream.split_once('@').map_or((upstream, None), |(name, version)| (name, Some(version))))
    {
        Some((source, own)) => (source.to_owned(), own.map(str::to_owned).or_else(|| version.map(with_epoch))),
        None => (name.to_owned(), version.map(with_epoch)),
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
