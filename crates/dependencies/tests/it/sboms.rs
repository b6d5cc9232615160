//! Bills of materials: known by their content, under any name.

use crate::tree::{check, of, relations};

const CYCLONEDX: &str = r#"{"bomFormat":"CycloneDX","specVersion":"1.6",
"metadata":{"component":{"bom-ref":"root","type":"application","name":"me"}},
"components":[
{"bom-ref":"a","type":"library","name":"a","version":"1.0","purl":"pkg:npm/%40x/a@1.0","licenses":[{"license":{"id":"MIT"}},{"license":{"name":"Own"}}]},
{"bom-ref":"b","type":"library","name":"b","purl":"pkg:deb/debian/libb@2.0?distro=debian-12&upstream=b",
"components":[
{"bom-ref":"c","type":"library","name":"c","purl":"pkg:cargo/c@3.0","properties":[{"name":"cdx:npm:package:development","value":"true"}]}]},
{"type":"library","name":"nameless","version":"1"},
{"type":"library","name":"d","purl":"pkg:generic/d@1"},
{"type":"file","name":"f"}],
"dependencies":[{"ref":"root","dependsOn":["a"]},{"ref":"a","dependsOn":["b","nowhere"]},{"ref":"b","dependsOn":["a"]}]}"#;

#[test]
fn cyclonedx_is_known_under_any_name() {
    let found = check(
        &[("out/whatever.json", CYCLONEDX)],
        &[
            "out/whatever.json:4 npm @x/a 1.0 +",
            "out/whatever.json:5 Debian:12 b 2.0 -",
            "out/whatever.json:7 cargo c 3.0 - dev",
        ],
    );
    assert_eq!(relations(&found), ["@x/a>b", "b>@x/a"]);
    assert_eq!(found.dependencies[0].license.as_deref(), Some("MIT AND Own"));
    assert!(found.not_run[0].reason.starts_with("1 of its parts have no package URL"), "{:?}", found.not_run);
    assert!(found.not_run[1].reason.starts_with("1 of its parts have package URLs of a kind"), "{:?}", found.not_run);
}

#[test]
fn cyclonedx_is_read_as_xml() {
    let text = "<?xml version=\"1.0\"?>\n<bom xmlns=\"http://cyclonedx.org/schema/bom/1.5\"><metadata><component bom-ref=\"r\" type=\"application\"><name>me</name></component></metadata>\n<components>\n<component bom-ref=\"a\" type=\"library\"><name>a</name><licenses><expression>MIT OR ISC</expression></licenses><purl>pkg:maven/g/a@1.0?type=jar</purl></component>\n<component bom-ref=\"b\" type=\"library\"><name>b</name><purl>pkg:pypi/B_b@2.0</purl></component>\n</components><dependencies><dependency ref=\"r\"><dependency ref=\"a\"/></dependency><dependency ref=\"a\"><dependency ref=\"b\"/></dependency></dependencies></bom>";
    let found = check(&[("sbom.xml", text)], &["sbom.xml:4 Maven g:a 1.0 +", "sbom.xml:5 PyPI b-b 2.0 -"]);
    assert_eq!(relations(&found), ["g:a>b-b"]);
    assert_eq!(found.dependencies[0].license.as_deref(), Some("MIT OR ISC"));
}

const SPDX: &str = r#"{"sbom":{"spdxVersion":"SPDX-2.3","packages":[
{"SPDXID":"SPDXRef-me","name":"me"},
{"SPDXID":"SPDXRef-a","name":"a","licenseDeclared":"MIT","externalRefs":[{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:gem/a@1.0"}]},
{"SPDXID":"SPDXRef-b","name":"b","licenseDeclared":"NOASSERTION","externalRefs":[{"referenceCategory":"PACKAGE_MANAGER","referenceType":"purl","referenceLocator":"pkg:golang/m.example/b@v2.0.0"}]}],
"relationships":[{"spdxElementId":"SPDXRef-DOCUMENT","relationshipType":"DESCRIBES","relatedSpdxElement":"SPDXRef-me"},
{"spdxElementId":"SPDXRef-me","relationshipType":"DEPENDS_ON","relatedSpdxElement":"SPDXRef-a"},
{"spdxElementId":"SPDXRef-b","relationshipType":"DEV_DEPENDENCY_OF","relatedSpdxElement":"SPDXRef-me"}]}}"#;

#[test]
fn spdx_tells_directions_in_both_words() {
    let found = check(&[("x.json", SPDX)], &["x.json:3 RubyGems a 1.0 +", "x.json:4 Go m.example/b v2.0.0 + dev"]);
    assert_eq!(found.dependencies[0].license.as_deref(), Some("MIT"));
    assert_eq!((found.dependencies[1].license.as_deref(), found.not_run.len()), (None, 0));
}

#[test]
fn spdx_is_read_as_tags() {
    let text = "SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\nSPDXID: SPDXRef-DOCUMENT\n\nPackageName: me\nSPDXID: SPDXRef-me\nPackageComment: <text>\nPackageName: not this\n</text>\n\nPackageName: a\nSPDXID: SPDXRef-a\nPackageVersion: 1.0\nPackageLicenseDeclared: MIT\nExternalRef: PACKAGE-MANAGER purl pkg:nuget/A@1.0\n\nRelationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-me\nRelationship: SPDXRef-a DEPENDENCY_OF SPDXRef-me\n";
    let found = check(&[("sbom.spdx", text)], &["sbom.spdx:11 NuGet A 1.0 +"]);
    assert_eq!(found.dependencies[0].license.as_deref(), Some("MIT"));
}

#[test]
fn what_is_no_sbom_is_left_alone_and_what_is_none_any_more_is_told() {
    let found = of(&[
        ("schema.json", r#"{"properties":{"bomFormat":{"const":"CycloneDX"}}}"#),
        ("x.xml", "<a/>"),
        ("y.json", "[1]"),
    ]);
    assert_eq!((found.dependencies.len(), found.not_run.len()), (0, 0));
    for (text, reason) in [
        (CYCLONEDX.split_at(400).0, "it is no JSON"),
        (r#"{"spdxVersion":"SPDX-1.2"}"#, "2.0 to 2.3 are read"),
        (r#"{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld"}"#, "its version is 3"),
    ] {
        let found = of(&[("x.json", text)]);
        assert!(found.not_run[0].reason.contains(reason), "{:?}", found.not_run);
    }
}
