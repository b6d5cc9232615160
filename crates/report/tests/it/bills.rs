//! Bills of materials: valid by the schema of CycloneDX and by the validator of SPDX, and the same bytes each time.

use domain::{Dependency, Ecosystem};
use report::{BillOfMaterials, cyclonedx, spdx};
use serde_json::Value;

fn package(ecosystem: &str, name: &str, version: Option<&str>) -> Dependency {
    Dependency {
        ecosystem: Ecosystem::new(ecosystem),
        name: name.to_owned(),
        version: version.map(str::to_owned),
        requirement: version.is_none().then(|| "^1".to_owned()),
        file: "a.lock".to_owned(),
        line: Some(1),
        direct: None,
        dev: false,
        license: None,
    }
}

/// Packages with all that can be said of them, and names that would break a careless writer.
fn packages() -> Vec<Dependency> {
    let licences = [
        Some("MIT"),
        Some("MIT/Apache-2.0"),
        Some("(MIT OR Apache-2.0) AND BSD-3-Clause"),
        Some("SEE LICENSE IN x"),
        Some("mit"),
        Some("GPL-2.0"),
        Some(""),
        None,
    ];
    let names = [
        (Ecosystem::NPM, "@x/a", Some("1.0.0")),
        (Ecosystem::CARGO, "b", Some("2.0.0+build")),
        (Ecosystem::GO, "m.example/c/v2", Some("v2.0.0+incompatible")),
        (Ecosystem::MAVEN, "g.h:d", Some("1.0")),
        ("Debian:12", "e", Some("1:2.0~rc1-1")),
        ("Nowhere", "f \"<&>\u{202e}", Some("1 2")),
        (Ecosystem::PYPI, "ranged", None),
        (Ecosystem::PACKAGIST, "v/g", Some("dev-main")),
    ];
    let mut packages: Vec<Dependency> = names
        .into_iter()
        .zip(licences)
        .enumerate()
        .map(|(at, ((ecosystem, name, version), license))| Dependency {
            license: license.map(str::to_owned),
            direct: [Some(true), Some(false), None][at % 3],
            dev: at % 2 == 1,
            ..package(ecosystem, name, version)
        })
        .collect();
    packages.push(Dependency { file: "other.lock".to_owned(), direct: Some(true), ..packages[1].clone() });
    packages
}

fn bill<'a>(dependencies: &'a [Dependency], relations: &'a [(usize, usize)]) -> BillOfMaterials<'a> {
    BillOfMaterials {
        name: "my project \"x\"",
        version: Some("1.2"),
        dependencies,
        relations,
        complete: false,
        timestamp: Some("2026-11-23T10:00:00Z"),
        serial_number: None,
    }
}

const RELATIONS: [(usize, usize); 5] = [(0, 1), (1, 2), (2, 0), (8, 3), (0, 1)];

/// Judges documents, one a line, as the makers of CycloneDX do: a line for each, with what is wrong.
const CYCLONEDX: &str = "import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
judge = JsonStrictValidator(SchemaVersion.V1_6)
for line in sys.stdin:
    fault = judge.validate_str(line)
    print('valid' if fault is None else repr(str(fault)))";

/// The same for SPDX, by the validator of its makers.
const SPDX: &str = "import json, sys
from spdx_tools.spdx.parser.jsonlikedict.json_like_dict_parser import JsonLikeDictParser
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document
for line in sys.stdin:
    try:
        faults = [each.validation_message for each in validate_full_spdx_document(JsonLikeDictParser().parse(json.loads(line)))]
    except Exception as fault:
        faults = [str(fault)]
    print(repr(faults) if faults else 'valid')";

/// What the judge says of each document; none where there is no judge.
fn judged(judge: &str, documents: &[&str]) -> Option<Vec<String>> {
    let python = testkit::tool("tools-python")?;
    let lines = documents.iter().map(|text| serde_json::from_str::<Value>(text).unwrap().to_string() + "\n");
    let told = testkit::Run::new(python).args(["-c", judge]).stdin(lines.collect::<String>()).run().expect_ok();
    Some(told.stdout.lines().map(str::to_owned).collect())
}

#[test]
fn cyclonedx_is_valid_by_its_schema() {
    let packages = packages();
    let text = cyclonedx(&bill(&packages, &RELATIONS));
    let document: Value = serde_json::from_str(&text).unwrap();
    let components = document["components"].as_array().unwrap();
    assert_eq!(components.len(), 8, "one that two files name stands once");
    let references = components.iter().map(|each| each["bom-ref"].as_str().unwrap());
    assert_eq!(references.collect::<std::collections::HashSet<_>>().len(), 8);
    let broken = text.replace("\"required\"", "\"needed\"");
    let Some(told) = judged(CYCLONEDX, &[&text, &cyclonedx(&bill(&[], &[])), &broken]) else { return };
    assert_eq!(told[..2], ["valid", "valid"]);
    assert_ne!(told[2], "valid", "the judge judges");
}

#[test]
fn spdx_is_valid_by_its_own_validator() {
    let packages = packages();
    let text = spdx(&bill(&packages, &RELATIONS));
    let broken = text.replace("SPDXRef-Package-1\"", "SPDXRef Package 1\"");
    let Some(told) = judged(SPDX, &[&text, &spdx(&bill(&[], &[])), &broken]) else { return };
    assert_eq!(told[..2], ["valid", "valid"]);
    assert_ne!(told[2], "valid", "the judge judges");
}

#[test]
fn the_same_packages_make_the_same_bytes() {
    let packages = packages();
    let (one, other) = (bill(&packages, &RELATIONS), bill(&packages, &RELATIONS));
    assert_eq!((cyclonedx(&one), spdx(&one)), (cyclonedx(&other), spdx(&other)));
    let bare = BillOfMaterials { timestamp: None, serial_number: None, ..one };
    assert!(!cyclonedx(&bare).contains("timestamp"));
    let named = BillOfMaterials { serial_number: Some("urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79"), ..one };
    assert!(cyclonedx(&named).contains("urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79"));
    assert!(spdx(&named).contains("-3e671687-395b-41f5-a30f-a58921a69b79\""));
}

#[test]
fn licences_are_written_as_far_as_they_are_understood() {
    let packages = packages();
    let document: Value = serde_json::from_str(&cyclonedx(&bill(&packages, &[]))).unwrap();
    let of = |name: &str| {
        let components = document["components"].as_array().unwrap();
        components.iter().find(|each| each["name"] == name).unwrap()["licenses"].to_string()
    };
    assert_eq!(of("a"), r#"[{"license":{"id":"MIT"}}]"#);
    assert_eq!(of("b"), r#"[{"expression":"MIT OR Apache-2.0"}]"#);
    assert_eq!(of("m.example/c/v2"), r#"[{"expression":"(MIT OR Apache-2.0) AND BSD-3-Clause"}]"#);
    assert_eq!(of("d"), r#"[{"license":{"name":"SEE LICENSE IN x"}}]"#);
    assert_eq!(of("ranged"), "null");
}
