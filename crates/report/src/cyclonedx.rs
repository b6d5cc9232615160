//! CycloneDX 1.6: the packages, what each brings in, and what is known of them.

use serde_json::{Map, Value, json};

use crate::bill::{BillOfMaterials, License, Part, license, parts};
use crate::openvex::{pretty, urn};

/// What the bill is of is called so within it.
const ROOT: &str = "smart-begin:root";

/// The bill of materials as CycloneDX 1.6 in JSON.
#[must_use]
pub fn cyclonedx(bill: &BillOfMaterials<'_>) -> String {
    let parts = parts(bill);
    let mut root = json!({ "type": "application", "bom-ref": ROOT, "name": bill.name });
    if let Some(version) = bill.version {
        root["version"] = json!(version);
    }
    let mut metadata = Map::new();
    if let Some(timestamp) = bill.timestamp {
        metadata.insert("timestamp".to_owned(), json!(timestamp));
    }
    let tool = json!({ "type": "application", "name": "smart-begin", "version": env!("CARGO_PKG_VERSION") });
    metadata.insert("tools".to_owned(), json!({ "components": [tool] }));
    metadata.insert("component".to_owned(), root);
    let aggregate = if bill.complete { "complete" } else { "incomplete" };
    let mut document = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": "",
        "version": 1,
        "metadata": metadata,
        "components": parts.iter().map(component).collect::<Vec<_>>(),
        "dependencies": dependencies(&parts),
        "compositions": [{ "aggregate": aggregate, "assemblies": [ROOT] }],
    });
    let serial = bill.serial_number.map_or_else(|| urn(document.to_string().as_bytes()), str::to_owned);
    document["serialNumber"] = Value::String(serial);
    pretty(&document)
}

fn component(part: &Part) -> Value {
    let mut component = Map::new();
    let mut put = |key: &str, value: Value| component.insert(key.to_owned(), value);
    put("type", json!("library"));
    put("bom-ref", json!(part.reference()));
    let (group, name) = group(part);
    if let Some(group) = group {
        put("group", json!(group));
    }
    put("name", json!(name));
    if let Some(version) = &part.version {
        put("version", json!(version));
    }
    // What is excluded is not there when the program runs.
    put("scope", json!(if part.dev { "excluded" } else { "required" }));
    match part.license.as_deref().map(license) {
        None => {}
        Some(License::Id(id)) => _ = put("licenses", json!([{ "license": { "id": id } }])),
        Some(License::Expression(expression)) => _ = put("licenses", json!([{ "expression": expression }])),
        Some(License::Words(words)) => _ = put("licenses", json!([{ "license": { "name": words } }])),
    }
    if let Some(purl) = &part.purl {
        put("purl", json!(purl));
    }
    put("properties", Value::Array(properties(part)));
    Value::Object(component)
}

/// The namespace of an ecosystem that has them, and the name within it.
fn group(part: &Part) -> (Option<&str>, &str) {
    use domain::Ecosystem as E;
    let split = match part.ecosystem.as_str() {
        E::NPM | E::PACKAGIST => part.name.split_once('/'),
        E::MAVEN => part.name.split_once(':'),
        _ => None,
    };
    split.map_or((None, part.name.as_str()), |(group, name)| (Some(group), name))
}

fn properties(part: &Part) -> Vec<Value> {
    let property = |name: &str, value: &str| json!({ "name": format!("smart-begin:{name}"), "value": value });
    let direct = part.direct.map_or("unknown", |direct| if direct { "true" } else { "false" });
    let mut properties = vec![property("direct", direct), property("dev", if part.dev { "true" } else { "false" })];
    properties.extend(part.requirement.iter().map(|range| property("requirement", range)));
    properties.extend(part.files.iter().map(|file| property("file", file)));
    properties
}

fn dependencies(parts: &[Part]) -> Vec<Value> {
    let references: Vec<String> = parts.iter().map(Part::reference).collect();
    let direct = parts.iter().zip(&references).filter(|(part, _)| part.direct == Some(true));
    let direct: Vec<&String> = direct.map(|(_, reference)| reference).collect();
    let mut dependencies = vec![json!({ "ref": ROOT, "dependsOn": direct })];
    for (part, reference) in parts.iter().zip(&references) {
        let needs: Vec<&String> = part.needs.iter().map(|to| &references[*to]).collect();
        dependencies.push(if needs.is_empty() {
            json!({ "ref": reference })
        } else {
            json!({ "ref": reference, "dependsOn": needs })
        });
    }
    dependencies
}
