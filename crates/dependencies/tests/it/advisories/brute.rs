//! The index answers as the records themselves do, read one by one by the rules of the OSV specification.

use std::cmp::Ordering;

use dependencies::version::compare;
use domain::Ecosystem;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::sample::{check, dependency, with_affected};

/// The specification's evaluation, word by word, over JSON.
pub(crate) fn is_vulnerable(record: &Value, ecosystem: &str, name: &str, version: &str) -> bool {
    let known = Ecosystem::new(ecosystem);
    let before = |one: &str, other: &str| compare(&known, one, other) == Some(Ordering::Less);
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    if record["withdrawn"].is_string() {
        return false;
    }
    list(&record["affected"]).iter().any(|affected| {
        let package = &affected["package"];
        if package["ecosystem"] != ecosystem || package["name"] != name {
            return false;
        }
        let listed = list(&affected["versions"])
            .iter()
            .any(|listed| compare(&known, listed.as_str().unwrap(), version) == Some(Ordering::Equal));
        let ranges = list(&affected["ranges"]);
        let covers = |range: &Value| {
            let mut events = list(&range["events"]);
            let at = |event: &Value| event.as_object().unwrap().values().next().unwrap().as_str().unwrap().to_owned();
            // A range that ends where it begins holds nothing.
            while let Some(empty) = events.windows(2).position(|two| {
                two[0]["introduced"].is_string() && two[1]["fixed"].is_string() && at(&two[0]) == at(&two[1])
            }) {
                events.drain(empty..empty + 2);
            }
            events.sort_by(|one, other| match (at(one).as_str(), at(other).as_str()) {
                ("0", "0") => Ordering::Equal,
                ("0", _) => Ordering::Less,
                (_, "0") => Ordering::Greater,
                (at, same) => compare(&known, at, same)
                    .unwrap()
                    // Where one range ends and another begins, the version is in the other.
                    .then(one["introduced"].is_string().cmp(&other["introduced"].is_string())),
            });
            let mut vulnerable = false;
            for event in &events {
                let at = at(event);
                let begins = event["introduced"].is_string() && (at == "0" || !before(version, &at));
                let ends = event["fixed"].is_string() && !before(version, &at)
                    || event["last_affected"].is_string() && before(&at, version);
                vulnerable = begins || vulnerable && !ends;
            }
            vulnerable
        };
        listed || ranges.iter().filter(|range| range["type"] != "GIT").any(covers)
    })
}

fn version() -> impl Strategy<Value = String> {
    (0..3_u8, 0..6_u8, prop::sample::select(&["", "-rc.1", "-0"][..]))
        .prop_map(|(one, two, tail)| format!("{one}.{two}.0{tail}"))
}

/// Alternating ends at growing versions, in any order.
fn range() -> impl Strategy<Value = Value> {
    let ends = prop::collection::vec((version(), any::<bool>()), 1..6);
    (ends, any::<bool>(), any::<u64>()).prop_map(|(mut ends, from_zero, seed)| {
        let semver = Ecosystem::new("npm");
        ends.sort_by(|one, other| compare(&semver, &one.0, &other.0).unwrap());
        ends.dedup_by(|one, other| compare(&semver, &one.0, &other.0) == Some(Ordering::Equal));
        let mut events: Vec<Value> = ends
            .iter()
            .enumerate()
            .map(|(number, (version, last))| match (number % 2 == 0, last) {
                (true, _) => json!({ "introduced": if number == 0 && from_zero { "0" } else { version } }),
                (false, true) => json!({ "last_affected": version }),
                (false, false) => json!({ "fixed": version }),
            })
            .collect();
        let length = events.len();
        events.rotate_left(seed as usize % length);
        if seed % 3 == 0 {
            events.reverse();
        }
        json!({ "type": if seed % 2 == 0 { "SEMVER" } else { "ECOSYSTEM" }, "events": events })
    })
}

fn record() -> impl Strategy<Value = Value> {
    let affected = (0..4_u8, prop::collection::vec(range(), 0..3), prop::collection::vec(version(), 0..3));
    (prop::collection::vec(affected, 1..3), any::<u32>(), 0..12_u8).prop_map(|(affected, id, withdrawn)| {
        let affected: Vec<Value> = affected
            .into_iter()
            .map(|(package, ranges, versions)| {
                json!({ "package": { "ecosystem": "npm", "name": format!("p{package}") }, "ranges": ranges, "versions": versions })
            })
            .collect();
        let mut record = with_affected(&format!("A-{id}"), json!(affected));
        if withdrawn == 0 {
            record["withdrawn"] = json!("2026-01-01T00:00:00Z");
        }
        record
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30, ..ProptestConfig::default() })]

    #[test]
    fn the_index_answers_as_the_records_do(
        mut records in prop::collection::vec(record(), 1..25),
        asked in prop::collection::vec((0..5_u8, version()), 1..40),
    ) {
        records.sort_by_key(|record| record["id"].to_string());
        records.dedup_by_key(|record| record["id"].to_string());
        // So that there is something to take in.
        records.push(with_affected("A-other", json!([{ "package": { "ecosystem": "npm", "name": "other" } }])));
        let asked: Vec<_> = asked.iter().map(|(package, version)| dependency("npm", &format!("p{package}"), version)).collect();
        let matched = check(&records, &asked);
        let mut found: Vec<_> = matched.findings.iter().map(|each| (each.package.clone(), each.version.clone(), each.rule.clone())).collect();
        let mut expected = Vec::new();
        for each in &asked {
            let version = each.version.as_deref().unwrap();
            for record in records.iter().filter(|record| is_vulnerable(record, "npm", &each.name, version)) {
                expected.push((Some(each.name.clone()), each.version.clone(), record["id"].as_str().unwrap().to_owned()));
            }
        }
        found.sort();
        expected.sort();
        prop_assert_eq!(found, expected);
        // What is called fixed is above, and free of it.
        for finding in &matched.findings {
            let Some(fixed) = &finding.fixed else { continue };
            let (name, used) = (finding.package.as_deref().unwrap(), finding.version.as_deref().unwrap());
            prop_assert_eq!(compare(&Ecosystem::new("npm"), used, fixed), Some(Ordering::Less));
            let record = records.iter().find(|record| record["id"] == finding.rule.as_str()).unwrap();
            prop_assert!(!is_vulnerable(record, "npm", name, fixed));
        }
    }
}
