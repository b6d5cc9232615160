//! SPDX 2 in JSON.

use crate::document::json;
use crate::document::node::Node;
use crate::fault::Fault;
use crate::found::Found;
use crate::sbom::bill::{Bill, Part};
use crate::sources::Input;

/// How the document itself is called in relations.
pub(crate) const DOCUMENT: &str = "SPDXRef-DOCUMENT";

pub(crate) fn read(input: &Input<'_>, found: &mut Found) -> Result<(), Fault> {
    let document = json::read(input.text)?;
    // Some services wrap the document in an object of their own.
    let document = document.get("sbom").unwrap_or(&document);
    let Some(version) = document.text_of("spdxVersion") else { return Ok(()) };
    if !version.starts_with("SPDX-2.") {
        return Err(Fault::new(format!("its version is {}, and 2.0 to 2.3 are read", Fault::quote(version))));
    }
    let mut bill = Bill::default();
    bill.roots.extend(document.items_of("documentDescribes").iter().filter_map(Node::text).map(str::to_owned));
    for node in document.items_of("packages") {
        let references = node.items_of("externalRefs").iter();
        let purl = references
            .filter(|one| one.text_of("referenceType") == Some("purl"))
            .find_map(|one| one.text_of("referenceLocator"));
        bill.parts.push(Part {
            key: node.text_of("SPDXID").unwrap_or_default().to_owned(),
            purl: purl.map(str::to_owned),
            line: node.line,
            license: license(node.text_of("licenseDeclared"), node.text_of("licenseConcluded")),
            is_package: true,
            ..Part::default()
        });
    }
    for node in document.items_of("relationships") {
        let (Some(from), Some(kind), Some(to)) =
            (node.text_of("spdxElementId"), node.text_of("relationshipType"), node.text_of("relatedSpdxElement"))
        else {
            continue;
        };
        relation(from, kind, to, &mut bill);
    }
    finish(bill, found);
    Ok(())
}

/// Takes in a relation, of which there is a word for each direction.
pub(crate) fn relation(from: &str, kind: &str, to: &str, bill: &mut Bill) {
    let pair = |from: &str, to: &str| (from.to_owned(), to.to_owned());
    match kind {
        "DESCRIBES" if from == DOCUMENT => bill.roots.push(to.to_owned()),
        "DESCRIBED_BY" if to == DOCUMENT => bill.roots.push(from.to_owned()),
        "DEPENDS_ON" => bill.needs.push(pair(from, to)),
        "DEPENDENCY_OF" | "RUNTIME_DEPENDENCY_OF" | "OPTIONAL_DEPENDENCY_OF" | "PROVIDED_DEPENDENCY_OF" => {
            bill.needs.push(pair(to, from))
        }
        "DEV_DEPENDENCY_OF" | "TEST_DEPENDENCY_OF" => bill.dev_needs.push(pair(to, from)),
        _ => {}
    }
}

/// What is said of a licence, where anything is.
pub(crate) fn license(declared: Option<&str>, concluded: Option<&str>) -> Option<String> {
    let said = |text: &&str| !matches!(*text, "NOASSERTION" | "NONE" | "");
    declared.filter(said).or_else(|| concluded.filter(said)).map(str::to_owned)
}

/// What is described is the project itself only where the document has more than that.
pub(crate) fn finish(mut bill: Bill, found: &mut Found) {
    bill.roots.sort();
    bill.roots.dedup();
    if bill.roots.len() > 1 || bill.parts.len() <= bill.roots.len() {
        bill.roots.clear();
    }
    bill.into_found(found);
}
