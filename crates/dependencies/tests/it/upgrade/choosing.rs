//! Which version a package goes to.

use dependencies::upgrade::{Knowledge, Left, Remedy, Upgrade, upgrades};
use domain::{Ecosystem, Severity};

use super::{Advisory, check, order, package};

fn chosen(advisories: &[Advisory], ecosystem: &str, version: &str) -> Upgrade {
    let all = [package(ecosystem, "x", version, true)];
    let check = |packages: &[domain::Dependency]| check(advisories, packages);
    let mut upgrades = upgrades(&all, &[], Knowledge { check: &check, compare: &order });
    assert_eq!(upgrades.len(), 1);
    upgrades.remove(0)
}

fn open(advisory: &str, remedy: Remedy) -> Left {
    Left { advisory: advisory.to_owned(), severity: Severity::Medium, remedy }
}

#[test]
fn the_smallest_version_that_clears_all_is_found_in_a_loop() {
    let advisories = [
        Advisory { id: "A", package: "x", ranges: &[("0", Some("1.2.0"))] },
        Advisory { id: "B", package: "x", ranges: &[("1.1.0", Some("1.3.0"))] },
        // Comes with the version that mends B.
        Advisory { id: "C", package: "x", ranges: &[("1.3.0", Some("1.3.4"))] },
        Advisory { id: "D", package: "y", ranges: &[("0", None)] },
    ];
    let upgrade = chosen(&advisories, Ecosystem::NPM, "1.1.5");
    assert_eq!(
        (upgrade.to.as_deref(), upgrade.clears, upgrade.left),
        (Some("1.3.4"), vec!["A".into(), "B".into()], vec![])
    );
}

#[test]
fn what_only_another_major_line_mends_is_said_and_not_done() {
    let advisories = [
        Advisory { id: "A", package: "x", ranges: &[("0", Some("1.2.0"))] },
        Advisory { id: "B", package: "x", ranges: &[("0", Some("2.0.1"))] },
        Advisory { id: "N", package: "x", ranges: &[("0", None)] },
    ];
    let upgrade = chosen(&advisories, Ecosystem::CARGO, "1.0.0");
    assert_eq!((upgrade.to.as_deref(), upgrade.clears), (Some("1.2.0"), vec!["A".to_owned()]));
    assert_eq!(upgrade.left, [open("B", Remedy::NeedsMajor("2.0.1".into())), open("N", Remedy::NoneKnown)]);
}

#[test]
fn before_1_0_a_minor_version_is_a_line() {
    let advisories = [Advisory { id: "A", package: "x", ranges: &[("0", Some("0.4.0"))] }];
    let upgrade = chosen(&advisories, Ecosystem::CARGO, "0.3.9");
    assert_eq!((upgrade.to, upgrade.left), (None, vec![open("A", Remedy::NeedsMajor("0.4.0".into()))]));
    assert_eq!(chosen(&advisories, Ecosystem::GO, "v0.3.9").to.as_deref(), Some("0.4.0"));
}

#[test]
fn one_vulnerability_is_not_traded_for_another() {
    let advisories = [
        Advisory { id: "A", package: "x", ranges: &[("0", Some("1.2.0"))] },
        Advisory { id: "B", package: "x", ranges: &[("0", Some("1.2.0"))] },
        Advisory { id: "WORSE", package: "x", ranges: &[("1.2.0", Some("2.5.0"))] },
    ];
    let upgrade = chosen(&advisories, Ecosystem::NPM, "1.0.0");
    assert_eq!(upgrade.to, None);
    assert_eq!(upgrade.left, ["A", "B"].map(|id| open(id, Remedy::NeedsMajor("2.5.0".into()))));
}

#[test]
fn each_version_in_use_goes_its_own_way_and_says_who_brings_it_in() {
    let advisories = [
        Advisory { id: "A", package: "x", ranges: &[("0", Some("1.2.0")), ("2.0.0", Some("2.1.0"))] },
        Advisory { id: "BAD", package: "z", ranges: &[("0", Some("1.0.1"))] },
    ];
    let mut all = vec![
        package(Ecosystem::NPM, "x", "1.0.0", true),
        package(Ecosystem::NPM, "top", "1.0.0", true),
        package(Ecosystem::NPM, "middle", "1.0.0", false),
        package(Ecosystem::NPM, "x", "2.0.5", false),
        package(Ecosystem::NPM, "z", "1.0.0", false),
    ];
    all[4].dev = true;
    let check = |packages: &[domain::Dependency]| check(&advisories, packages);
    let relations = [(1, 2), (2, 3), (3, 2), (2, 4)];
    let upgrades = upgrades(&all, &relations, Knowledge { check: &check, compare: &order });
    let said: Vec<_> = upgrades
        .iter()
        .map(|one| (one.package.as_str(), one.to.as_deref().unwrap(), one.direct, one.through.join(","), one.dev))
        .collect();
    assert_eq!(
        said,
        [
            ("z", "1.0.1", Some(false), "top".to_owned(), true),
            ("x", "1.2.0", Some(true), String::new(), false),
            ("x", "2.1.0", Some(false), "top".to_owned(), false),
        ]
    );
}
