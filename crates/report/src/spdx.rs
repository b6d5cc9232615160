//! SPDX 2.3: the packages, what each brings in, and their licences.

use serde_json::{Map, Value, json};

use crate::bill::{BillOfMaterials, License, Part, license, parts};
use crate::openvex::{pretty, urn};
use crate::purl::encoded;

const ROOT: &str = "SPDXRef-Root";
const NO_ASSERTION: &str = "NOASSERTION";
/// SPDX wants a time; this one says that none is told.
const NO_TIME: &str = "1970-01-01T00:00:00Z";

/// The bill of materials as SPDX 2.3 in JSON.
#[must_use]
pub fn spdx(bill: &BillOfMaterials<'_>) -> String {
    let parts = parts(bill);
    let mut packages = vec![package(ROOT, bill.name, bill.version, "APPLICATION")];
    packages.extend(parts.iter().enumerate().map(|(at, part)| of_part(at, part)));
    let mut document = json!({
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": bill.name,
        "documentNamespace": "",
        "creationInfo": {
            "created": bill.timestamp.unwrap_or(NO_TIME),
            "creators": [concat!("Tool: smart-begin-", env!("CARGO_PKG_VERSION"))],
        },
        "packages": packages,
        "relationships": relationships(&parts),
    });
    if !bill.complete {
        document["comment"] =
            json!("Not everything is known: some files could not be understood, or some versions are ranges.");
    }
    let serial = bill.serial_number.map_or_else(|| urn(document.to_string().as_bytes()), str::to_owned);
    let id = serial.trim_start_matches("urn:uuid:");
    document["documentNamespace"] = json!(format!("https://spdx.org/spdxdocs/{}-{id}", encoded(bill.name)));
    pretty(&document)
}

fn id(at: usize) -> String {
    format!("SPDXRef-Package-{}", at + 1)
}

fn package(id: &str, name: &str, version: Option<&str>, purpose: &str) -> Map<String, Value> {
    let mut package = Map::new();
    let mut put = |key: &str, value: &str| package.insert(key.to_owned(), json!(value));
    put("SPDXID", id);
    put("name", name);
    if let Some(version) = version {
        put("versionInfo", version);
    }
    put("downloadLocation", NO_ASSERTION);
    put("licenseConcluded", NO_ASSERTION);
    put("licenseDeclared", NO_ASSERTION);
    put("copyrightText", NO_ASSERTION);
    put("primaryPackagePurpose", purpose);
    package.insert("filesAnalyzed".to_owned(), json!(false));
    package
}

fn of_part(at: usize, part: &Part) -> Map<String, Value> {
    let mut package = package(&id(at), &part.name, part.version.as_deref(), "LIBRARY");
    let mut put = |key: &str, value: Value| package.insert(key.to_owned(), value);
    match part.license.as_deref().map(license) {
        None => {}
        Some(License::Id(text) | License::Expression(text)) => _ = put("licenseDeclared", json!(text)),
        // Words that are no expression would make the document invalid.
        Some(License::Words(words)) => _ = put("licenseComments", json!(format!("The package says: {words}"))),
    }
    if let Some(purl) = &part.purl {
        let reference =
            json!([{ "referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl }]);
        put("externalRefs", reference);
    }
    let mut source = format!("named by {}", part.files.join(", "));
    if let Some(range) = &part.requirement {
        source.push_str(&format!("; its version is not known, only the range {range}"));
    }
    put("sourceInfo", json!(source));
    package
}

fn relationships(parts: &[Part]) -> Vec<Value> {
    let relation = |from: &str, kind: &str, to: &str| json!({ "spdxElementId": from, "relationshipType": kind, "relatedSpdxElement": to });
    let mut relations = vec![relation("SPDXRef-DOCUMENT", "DESCRIBES", ROOT)];
    for (at, part) in parts.iter().enumerate() {
        match (part.direct, part.dev) {
            (Some(true), true) => relations.push(relation(&id(at), "DEV_DEPENDENCY_OF", ROOT)),
            (Some(true), false) => relations.push(relation(ROOT, "DEPENDS_ON", &id(at))),
            // It is there; who asked for it is not known, or stands in the other relations.
            (None | Some(false), _) => relations.push(relation(ROOT, "CONTAINS", &id(at))),
        }
        relations.extend(part.needs.iter().map(|to| relation(&id(at), "DEPENDS_ON", &id(*to))));
    }
    relations
}
