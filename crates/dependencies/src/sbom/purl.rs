//! Package URLs: `pkg:deb/debian/openssl@3.0.2-1?distro=debian-12&epoch=1`.

use std::str::FromStr;

use domain::Ecosystem;
use packageurl::PackageUrl;

use crate::python;
use crate::sbom::distribution;

/// A longer one is none.
const LONGEST: usize = 2048;

/// A package by its URL.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Package {
    pub(crate) ecosystem: Ecosystem,
    pub(crate) name: String,
    pub(crate) version: Option<String>,
}

/// Reads a package URL; none where it is none, or of a kind that no advisory speaks of.
pub(crate) fn read(text: &str) -> Option<Package> {
    if text.len() > LONGEST {
        return None;
    }
    let purl = PackageUrl::from_str(text).ok()?;
    let (namespace, name) = (purl.namespace().unwrap_or_default(), purl.name());
    let qualifier =
        |key: &str| purl.qualifiers().get(key).map(|value| value.as_ref()).filter(|value| !value.is_empty());
    let version = purl.version().map(str::to_owned);
    let within =
        |separator: &str| if namespace.is_empty() { name.to_owned() } else { format!("{namespace}{separator}{name}") };
    let (ecosystem, name) = match purl.ty() {
        "cargo" => (Ecosystem::CARGO, name.to_owned()),
        "npm" => (Ecosystem::NPM, within("/")),
        "pypi" => (Ecosystem::PYPI, python::normalised(name)),
        "golang" => (Ecosystem::GO, within("/")),
        "maven" => (Ecosystem::MAVEN, within(":")),
        "gem" => (Ecosystem::RUBYGEMS, name.to_owned()),
        "composer" => (Ecosystem::PACKAGIST, within("/").to_ascii_lowercase()),
        "nuget" => (Ecosystem::NUGET, name.to_owned()),
        "pub" => (Ecosystem::PUB, name.to_owned()),
        "hex" => (Ecosystem::HEX, name.to_owned()),
        "swift" => ("SwiftURL", within("/")),
        "cran" => ("CRAN", name.to_owned()),
        "hackage" => ("Hackage", name.to_owned()),
        "conan" => ("ConanCenter", name.to_owned()),
        "bitnami" => ("Bitnami", name.to_owned()),
        "julia" => ("Julia", name.to_owned()),
        "deb" | "apk" | "rpm" => {
            let ecosystem = distribution::of(purl.ty(), namespace, qualifier("distro"))?;
            let source = qualifier("upstream").filter(|_| purl.ty() != "rpm");
            let (name, version) = distribution::source(name, version, source, qualifier("epoch"));
            return Some(Package { ecosystem: Ecosystem::new(ecosystem), name, version });
        }
        _ => return None,
    };
    Some(Package { ecosystem: Ecosystem::new(ecosystem), name, version })
}

#[cfg(test)]
mod tests {
    use super::read;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let shown = read(text).map(|p| format!("{} {} {}", p.ecosystem.label(), p.name, p.version.unwrap_or_default()));
        assert_eq!(shown.as_deref(), expected, "{text}");
    }

    #[test]
    fn each_kind_has_its_way_with_names() {
        check("pkg:cargo/serde@1.0.0", Some("cargo serde 1.0.0"));
        check("pkg:npm/%40angular/core@17.0.0?repository_url=x", Some("npm @angular/core 17.0.0"));
        check("pkg:pypi/Foo_Bar@1", Some("PyPI foo-bar 1"));
        check("pkg:golang/m.example/a/v2@v2.0.0", Some("Go m.example/a/v2 v2.0.0"));
        check("pkg:golang/stdlib@1.21.0", Some("Go stdlib 1.21.0"));
        check("pkg:maven/g.h/a@1.0?type=jar", Some("Maven g.h:a 1.0"));
        check("pkg:composer/V/A@1.0", Some("Packagist v/a 1.0"));
        check("pkg:gem/a@1.0?platform=java", Some("RubyGems a 1.0"));
    }

    #[test]
    fn qualifiers_of_distributions_count() {
        check(
            "pkg:deb/debian/libssl3@3.0.2-1?arch=amd64&distro=debian-12&upstream=openssl",
            Some("Debian:12 openssl 3.0.2-1"),
        );
        check("pkg:deb/debian/a@1-1?distro=bookworm&epoch=2", Some("Debian:12 a 2:1-1"));
        check("pkg:deb/debian/a@2:1-1?distro=debian-12.5&epoch=2", Some("Debian:12 a 2:1-1"));
        check("pkg:deb/debian/a@1-1+b1?distro=12&upstream=b%402-1", Some("Debian:12 b 2-1"));
        check("pkg:deb/ubuntu/a@1?distro=ubuntu-22.04", Some("Ubuntu:22.04:LTS a 1"));
        check("pkg:deb/ubuntu/a@1?distro=ubuntu-23.10", Some("Ubuntu:23.10 a 1"));
        check(
            "pkg:apk/alpine/libcrypto3@3.1-r0?arch=x86_64&distro=alpine-3.18.4&upstream=openssl",
            Some("Alpine:v3.18 openssl 3.1-r0"),
        );
        check(
            "pkg:rpm/rocky/a@1-1.el9?distro=rocky-9.2&epoch=1&upstream=a-1-1.el9.src.rpm",
            Some("Rocky Linux:9 a 1:1-1.el9"),
        );
        check("pkg:deb/debian/a@1", Some("Debian a 1"));
    }

    #[test]
    fn what_is_none_is_none() {
        for text in [
            "",
            "pkg:",
            "npm/a@1",
            "pkg:generic/a@1",
            "pkg:deb/unheard-of/a@1",
            &format!("pkg:npm/{}@1", "a".repeat(4000)),
        ] {
            check(text, None);
        }
    }
}
