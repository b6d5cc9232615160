//! Package URLs, by which other tools know packages.

use domain::Ecosystem;

/// The package URL of a package; none for an ecosystem that has no type of its own.
pub(crate) fn purl(ecosystem: &Ecosystem, name: &str, version: Option<&str>) -> Option<String> {
    let kind = kind(ecosystem)?;
    let (namespace, name) = split(ecosystem, name);
    let mut purl = format!("pkg:{kind}/");
    let namespace = vendor(ecosystem.family()).unwrap_or(namespace);
    for part in namespace.split('/').filter(|part| !part.is_empty()) {
        purl.push_str(&encoded(part));
        purl.push('/');
    }
    purl.push_str(&encoded(name));
    if let Some(version) = version {
        purl.push('@');
        purl.push_str(&encoded(version));
    }
    if let Some(distribution) = distribution(ecosystem) {
        purl.push_str("?distro=");
        purl.push_str(&encoded(&distribution));
    }
    Some(purl)
}

/// The release of a distribution, as the qualifier has it: `debian-12` of `Debian:12`, `ubuntu-22.04` of `Ubuntu:22.04:LTS`.
fn distribution(ecosystem: &Ecosystem) -> Option<String> {
    let mut parts = ecosystem.as_str().split(':');
    let (family, release) = (parts.next()?, parts.next()?);
    Some(format!("{}-{}", vendor(family)?, release.trim_start_matches('v')))
}

/// The namespace of a distribution's packages.
fn vendor(family: &str) -> Option<&'static str> {
    Some(match family {
        "Debian" => "debian",
        "Ubuntu" => "ubuntu",
        "Alpine" => "alpine",
        "Wolfi" => "wolfi",
        "Chainguard" => "chainguard",
        "Red Hat" => "redhat",
        "Rocky Linux" => "rocky",
        "AlmaLinux" => "almalinux",
        "openSUSE" => "opensuse",
        "SUSE" => "suse",
        _ => return None,
    })
}

fn kind(ecosystem: &Ecosystem) -> Option<&'static str> {
    if ecosystem.as_str() == Ecosystem::CARGO {
        return Some("cargo");
    }
    Some(match ecosystem.family() {
        Ecosystem::NPM => "npm",
        Ecosystem::PYPI => "pypi",
        Ecosystem::GO => "golang",
        Ecosystem::MAVEN => "maven",
        Ecosystem::RUBYGEMS => "gem",
        Ecosystem::PACKAGIST => "composer",
        Ecosystem::NUGET => "nuget",
        Ecosystem::PUB => "pub",
        Ecosystem::HEX => "hex",
        "Debian" | "Ubuntu" => "deb",
        "Alpine" | "Wolfi" | "Chainguard" => "apk",
        "Red Hat" | "Rocky Linux" | "AlmaLinux" | "openSUSE" | "SUSE" => "rpm",
        "SwiftURL" => "swift",
        "CRAN" => "cran",
        "Hackage" => "hackage",
        "ConanCenter" => "conan",
        "Bitnami" => "bitnami",
        "Julia" => "julia",
        _ => return None,
    })
}

/// The namespace and the name within it.
fn split<'a>(ecosystem: &Ecosystem, name: &'a str) -> (&'a str, &'a str) {
    match ecosystem.family() {
        Ecosystem::MAVEN => name.split_once(':').unwrap_or(("", name)),
        Ecosystem::NPM | Ecosystem::GO | Ecosystem::PACKAGIST | "SwiftURL" => {
            name.rsplit_once('/').unwrap_or(("", name))
        }
        _ => ("", name),
    }
}

/// All but letters, digits and `.-_~` as percent and hexadecimal digits.
pub(crate) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b".-_~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_called_as_other_tools_call_them() {
        let of = |ecosystem: &str, name: &str| purl(&Ecosystem::new(ecosystem), name, Some("1.0+x"));
        let expected = [
            (Ecosystem::NPM, "@babel/core", Some("pkg:npm/%40babel/core@1.0%2Bx")),
            (Ecosystem::GO, "golang.org/x/net", Some("pkg:golang/golang.org/x/net@1.0%2Bx")),
            (Ecosystem::MAVEN, "org.a:b", Some("pkg:maven/org.a/b@1.0%2Bx")),
            (Ecosystem::CARGO, "serde", Some("pkg:cargo/serde@1.0%2Bx")),
            (Ecosystem::PACKAGIST, "a/b", Some("pkg:composer/a/b@1.0%2Bx")),
            ("Debian:12", "openssl", Some("pkg:deb/debian/openssl@1.0%2Bx?distro=debian-12")),
            ("Alpine:v3.18", "openssl", Some("pkg:apk/alpine/openssl@1.0%2Bx?distro=alpine-3.18")),
            ("Ubuntu:22.04:LTS", "a", Some("pkg:deb/ubuntu/a@1.0%2Bx?distro=ubuntu-22.04")),
            ("Nowhere", "a", None),
        ];
        for (ecosystem, name, wanted) in expected {
            assert_eq!(of(ecosystem, name).as_deref(), wanted);
        }
    }
}
