//! SPDX 2 as tags and values.

use crate::fault::Fault;
use crate::found::Found;
use crate::sbom::bill::{Bill, Part};
use crate::sbom::spdx::{finish, license, relation};
use crate::sources::Input;

pub(crate) fn read(input: &Input<'_>, found: &mut Found) -> Result<(), Fault> {
    let mut bill = Bill::default();
    let mut part: Option<Part> = None;
    let mut version = "";
    let mut in_text = false;
    for (at, line) in input.text.lines().enumerate() {
        // A text over several lines may hold anything, tags included.
        if in_text {
            in_text = !line.contains("</text>");
            continue;
        }
        in_text = line.contains("<text>") && !line.contains("</text>");
        let Some((tag, value)) = line.split_once(':') else { continue };
        let value = value.trim();
        match (tag.trim(), &mut part) {
            ("SPDXVersion", _) => version = value,
            ("PackageName", part) => {
                let line = u32::try_from(at + 1).unwrap_or(u32::MAX);
                bill.parts.extend(part.replace(Part { line, is_package: true, ..Part::default() }));
            }
            // What follows is of a file or a snippet.
            ("FileName" | "SnippetSPDXID", part) => bill.parts.extend(part.take()),
            ("SPDXID", Some(part)) => value.clone_into(&mut part.key),
            ("PackageLicenseDeclared", Some(part)) => part.license = license(Some(value), part.license.as_deref()),
            ("PackageLicenseConcluded", Some(part)) => part.license = license(part.license.as_deref(), Some(value)),
            ("ExternalRef", Some(part)) => {
                let mut words = value.split_whitespace();
                if words.nth(1) == Some("purl") {
                    part.purl = words.next().map(str::to_owned);
                }
            }
            ("Relationship", _) => {
                let words: Vec<&str> = value.split_whitespace().collect();
                if let [from, kind, to] = words[..] {
                    relation(from, kind, to, &mut bill);
                }
            }
            _ => {}
        }
    }
    bill.parts.extend(part);
    if !version.starts_with("SPDX-2.") {
        return Err(Fault::new(format!("its version is {}, and 2.0 to 2.3 are read", Fault::quote(version))));
    }
    finish(bill, found);
    Ok(())
}
