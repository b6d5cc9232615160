//! The order of versions, by examples made from each ecosystem's own rules.

use std::cmp::Ordering;

use dependencies::version::{Scheme, compare};
use domain::Ecosystem;

/// Each line is older than the next; what stands in one line is the same version.
#[track_caller]
fn ordered(ecosystem: &str, lines: &[&[&str]]) {
    let ecosystem = Ecosystem::new(ecosystem);
    for (place, line) in lines.iter().enumerate() {
        for (other_place, other_line) in lines.iter().enumerate() {
            for (one, other) in line.iter().flat_map(|one| other_line.iter().map(move |other| (one, other))) {
                let found = compare(&ecosystem, one, other);
                assert_eq!(found, Some(place.cmp(&other_place)), "{ecosystem}: {one} and {other}");
            }
        }
    }
}

#[track_caller]
fn without_order(ecosystem: &str, versions: &[&str]) {
    for version in versions {
        assert_eq!(compare(&Ecosystem::new(ecosystem), version, "1.0"), None, "{ecosystem}: {version}");
    }
}

#[test]
fn semver_orders_as_its_specification_says() {
    for ecosystem in [Ecosystem::NPM, Ecosystem::CARGO, Ecosystem::GO, Ecosystem::PUB, Ecosystem::HEX] {
        ordered(
            ecosystem,
            &[
                &["0.0.0-0"],
                &["0.0.0"],
                &["0.9.9"],
                &["1.0.0-0"],
                &["1.0.0-2"],
                &["1.0.0-10"],
                &["1.0.0--"],
                &["1.0.0-alpha", "1.0.0-alpha+build.1"],
                &["1.0.0-alpha.1"],
                &["1.0.0-alpha.beta"],
                &["1.0.0-beta"],
                &["1.0.0-beta.2"],
                &["1.0.0-beta.11"],
                &["1.0.0-rc.1"],
                &["1.0.0", "1.0.0+build", "v1.0.0", "1.0", "1"],
                &["1.2.0"],
                &["1.10.0"],
                &["2.0.0"],
                &["20240102030405060708090.0.0"],
            ],
        );
        without_order(ecosystem, &["", "x", "main", "1.x", "1.0.0-", "1..0", "latest", "^1.0.0"]);
    }
}

#[test]
fn npm_takes_the_loose_forms() {
    ordered(
        Ecosystem::NPM,
        &[&["1.2.3alpha", "=v1.2.3-alpha"], &["1.2.3beta"], &["1.2.3", "v 1.2.3", "=1.2.3"], &["1.2.4-01"]],
    );
}

#[test]
fn go_orders_pseudo_versions_and_its_own_releases() {
    ordered(
        Ecosystem::GO,
        &[
            &["v0.0.0-20170915032832-14c0d48ead0c", "0.0.0-20170915032832-14c0d48ead0c"],
            &["v0.0.0-20190308221718-c2843e01d9a2"],
            &["v0.0.0"],
            &["v1.2.3-pre"],
            &["v1.2.3-pre.0.20210101000000-abcdefabcdef"],
            &["v1.2.3"],
            &["v1.2.4-0.20210101000000-abcdefabcdef"],
            &["v1.2.4-0.20210102000000-000000000000"],
            &["v1.2.4"],
            &["v2.0.0+incompatible", "2.0.0", "v2.0.0"],
            &["v2.1.0-rc.1+incompatible"],
            &["v2.1.0+incompatible"],
        ],
    );
    ordered(
        Ecosystem::GO,
        &[
            &["1.21.0-0"],
            &["go1.21rc2", "1.21.0-rc.2", "1.21rc2"],
            &["go1.21rc10", "1.21.0-rc.10"],
            &["go1.21", "go1.21.0", "1.21.0"],
            &["go1.21.5"],
            &["go1.22beta1"],
        ],
    );
}

#[test]
fn python_orders_as_pep_440_says_and_puts_what_it_does_not_know_first() {
    ordered(
        Ecosystem::PYPI,
        &[
            &["1.0-final-draft-x"],
            &["2.0-unknown.word"],
            &["2004d"],
            &["1.dev0", "1.0.dev0"],
            &["1.0.dev456"],
            &["1.0a1", "1.0-alpha1", "1.0.ALPHA.1", "v1.0a1"],
            &["1.0a2.dev456"],
            &["1.0a2"],
            &["1.0a12.dev456"],
            &["1.0a12"],
            &["1.0b1.dev456"],
            &["1.0b2"],
            &["1.0b2.post345.dev456"],
            &["1.0b2.post345", "1.0b2-345"],
            &["1.0rc1.dev456"],
            &["1.0rc1", "1.0c1", "1.0-preview1"],
            &["1.0", "1", "1.0.0", "01.0"],
            &["1.0+abc.5"],
            &["1.0+abc.7"],
            &["1.0+5", "1.0+05"],
            &["1.0.post456.dev34"],
            &["1.0.post456", "1.0-456", "1.0.rev456"],
            &["1.0.15"],
            &["1.1.dev1"],
            &["1!0.1"],
        ],
    );
}

#[test]
fn maven_orders_qualifiers_and_numbers_as_it_does() {
    ordered(
        Ecosystem::MAVEN,
        &[
            &["1-alpha2snapshot"],
            &["1-alpha2", "1.0-alpha2", "1alpha2", "1a2"],
            &["1-alpha-123"],
            &["1-beta-2", "1-b2"],
            &["1-beta123"],
            &["1-m2", "1-milestone-2"],
            &["1-m11"],
            &["1-rc", "1-cr"],
            &["1-rc2", "1-cr2"],
            &["1-SNAPSHOT", "1.0-snapshot"],
            &["1", "1.0", "1.0.0", "1-ga", "1-final", "1-RELEASE", "1.0.Final"],
            &["1-sp"],
            &["1-sp2"],
            &["1-abc"],
            &["1-def"],
            &["1-pom-1"],
            &["1-1-snapshot"],
            &["1-1"],
            &["1-2"],
            &["1.0.1"],
            &["1.1"],
            &["1.10"],
            &["20240102030405060708.1"],
        ],
    );
    // Words that it does not know come after the release: by its rules 31-jre is newer than 31-android.
    ordered(Ecosystem::MAVEN, &[&["31.1"], &["31.1-android"], &["31.1-jre"], &["32.0-android"]]);
}

#[test]
fn rubygems_orders_words_before_numbers() {
    ordered(
        Ecosystem::RUBYGEMS,
        &[
            &["0", "0.0"],
            &["0.0.1"],
            &["1.0.0.a"],
            &["1.0.0.alpha.1"],
            &["1.0.0.beta"],
            &["1.0.0.pre1", "1.0.0.pre.1", "1.0.0-1"],
            &["1.0.0.rc1"],
            &["1.0.0.rc10"],
            &["1", "1.0", "1.0.0", "1.0.0.0"],
            &["1.0.0.1"],
            &["1.0.10"],
            &["1.2"],
            &["1.10"],
        ],
    );
    without_order(Ecosystem::RUBYGEMS, &["", "a1", ">= 1", "1 2", "1_2"]);
}

#[test]
fn packagist_orders_stabilities_as_composer_does() {
    ordered(
        Ecosystem::PACKAGIST,
        &[
            &["1.0.0-dev"],
            &["1.0.0-alpha", "1.0a", "v1.0.0.0-ALPHA"],
            &["1.0.0-alpha1-dev"],
            &["1.0.0-alpha1", "1.0.0alpha1", "1.0.0-a.1"],
            &["1.0.0-alpha10"],
            &["1.0.0-beta1", "1.0b1"],
            &["1.0.0-RC1", "1.0.0rc1"],
            &["1.0.0", "1.0", "v1", "1.0.0.0", "1.0.0-stable", "1.0.0+build"],
            &["1.0.0-patch1", "1.0.0-pl1", "1.0.0p1"],
            &["1.0.0.1"],
            &["1.2"],
            &["1.10"],
            &["1.x-dev", "1.9999999.9999999.9999999-dev"],
            &["2.0"],
        ],
    );
    without_order(Ecosystem::PACKAGIST, &["dev-main", "dev-feature/x", "", "abc", "1.0-unknown"]);
    assert_eq!(compare(&Ecosystem::new("Packagist"), "dev-main", "dev-main"), Some(Ordering::Equal));
}

#[test]
fn nuget_has_four_numbers_and_no_case() {
    ordered(
        Ecosystem::NUGET,
        &[
            &["1.0.0-1"],
            &["1.0.0-alpha"],
            &["1.0.0-Alpha.1", "1.0.0-alpha.1", "1-ALPHA.1"],
            &["1.0.0-alpha.beta"],
            &["1.0.0-beta"],
            &["1.0.0-RC.2"],
            &["1.0.0-rc.11"],
            &["1", "1.0", "1.0.0", "1.0.0.0", "1.0.0+sha.1", "01.0"],
            &["1.0.0.1"],
            &["1.0.1"],
            &["1.10"],
        ],
    );
    without_order(Ecosystem::NUGET, &["", "1.0.0.0.0", "x", "1.0-", "1.0-a..b"]);
}

#[test]
fn debian_orders_as_dpkg_does() {
    for ecosystem in ["Debian:12", "Ubuntu:22.04:LTS", "Debian"] {
        ordered(
            ecosystem,
            &[
                &["1.0~~"],
                &["1.0~~a"],
                &["1.0~"],
                &["1.0~rc1-1"],
                &["1.0", "0:1.0", "1.0-0", "1.00"],
                &["1.0-1~bpo1"],
                &["1.0-1"],
                &["1.0-1+deb12u1"],
                &["1.0-1.1"],
                &["1.0-10"],
                &["1.0a-1"],
                &["1.0+git20240101-1"],
                &["1.0.1"],
                &["1.2"],
                &["1.10"],
                &["1:0.1"],
                &["2:0"],
            ],
        );
    }
    without_order("Debian:12", &["", "a:1", "1 2", "-1"]);
}

#[test]
fn alpine_orders_as_apk_does() {
    ordered(
        "Alpine:v3.20",
        &[
            &["1.0_alpha"],
            &["1.0_alpha2"],
            &["1.0_beta"],
            &["1.0_pre1"],
            &["1.0_rc1"],
            &["1.0_rc10"],
            &["1.0"],
            &["1.0-r0"],
            &["1.0-r1"],
            &["1.0-r10"],
            &["1.0_git20240101"],
            &["1.0_p1"],
            &["1.0_p1-r1"],
            &["1.0a"],
            &["1.0b"],
            &["1.0.1"],
            &["1.2"],
            &["1.10"],
            &["2"],
        ],
    );
    // With a zero before it, a part is a fraction.
    ordered("Alpine:v3.20", &[&["1.01"], &["1.015"], &["1.02"], &["1.1"], &["1.9"]]);
    without_order("Alpine:v3.20", &["", "a1", "1.0_unknown", "1.0-1", "1..2", "1.0-rx"]);
}

#[test]
fn what_is_not_known_has_no_order() {
    assert_eq!(compare(&Ecosystem::new("Unheard Of"), "1.0", "2.0"), None);
    assert_eq!(Scheme::of(&Ecosystem::new("Unheard Of")), None);
    let long = "1".repeat(600);
    assert_eq!(compare(&Ecosystem::new("npm"), &long, "1.0.0"), None);
}

#[test]
fn what_precedes_a_release_is_told() {
    let cases = [
        ("npm", "1.0.0-rc.1", "1.0.0"),
        ("PyPI", "1.0.dev1", "1.0.post1"),
        ("Maven", "1.0-M1", "1.0-jre"),
        ("RubyGems", "1.0.pre", "1.0.1"),
        ("Packagist", "1.0-beta", "1.0-patch1"),
        ("NuGet", "1.0-x", "1.0+x"),
        ("Alpine:v3.20", "1.0_rc1", "1.0_p1"),
        ("Go", "v0.0.0-20170915032832-14c0d48ead0c", "v1.0.0"),
    ];
    for (ecosystem, before, release) in cases {
        let scheme = Scheme::of(&Ecosystem::new(ecosystem)).unwrap();
        assert!(scheme.parse(before).unwrap().is_prerelease(), "{ecosystem} {before}");
        assert!(!scheme.parse(release).unwrap().is_prerelease(), "{ecosystem} {release}");
    }
}
