//! Others may know what they may do with the code.

use domain::Severity;

use crate::repository::gate::Evidence;
use crate::repository::rule::{Rule, Verdict};
use crate::repository::view::Repository;

pub(super) const RULE: Rule = Rule {
    id: "license",
    title: "A licence says what others may do with the code",
    why: "Without a licence nobody may use, change or pass on the code, and companies will not touch it.",
    severity: Severity::Low,
    practices: &["Scorecard License", "OSPS-LE-02.01", "OSPS-LE-03.01"],
    look,
};

/// A licence by words that only its text has, all of them; whether the OSI approved it. Longer names first.
const KNOWN: [(&str, bool, &[&str]); 20] = [
    ("AGPL-3.0", true, &["gnu affero general public license", "version 3"]),
    ("LGPL", true, &["gnu lesser general public license"]),
    ("GPL-3.0", true, &["gnu general public license", "version 3"]),
    ("GPL-2.0", true, &["gnu general public license", "version 2"]),
    ("MPL-2.0", true, &["mozilla public license", "2.0"]),
    ("EPL-2.0", true, &["eclipse public license", "2.0"]),
    ("EUPL-1.2", true, &["european union public licence", "1.2"]),
    ("Apache-2.0", true, &["apache license", "version 2.0"]),
    ("BUSL-1.1", false, &["business source license 1.1"]),
    ("Elastic-2.0", false, &["elastic license 2.0"]),
    ("SSPL-1.0", false, &["server side public license"]),
    ("PolyForm", false, &["polyform", "license"]),
    ("CC0-1.0", false, &["cc0 1.0 universal"]),
    ("CC-BY", false, &["creative commons attribution"]),
    (
        "0BSD",
        true,
        &[
            "permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted.",
            "the author disclaims",
        ],
    ),
    (
        "ISC",
        true,
        &[
            "permission to use, copy, modify, and/or distribute this software for any purpose",
            "provided that the above copyright notice",
        ],
    ),
    (
        "MIT",
        true,
        &[
            "permission is hereby granted, free of charge, to any person obtaining a copy",
            "the software is provided \"as is\"",
        ],
    ),
    ("BSD", true, &["redistribution and use in source and binary forms, with or without modification"]),
    ("BSL-1.0", true, &["boost software license"]),
    ("Unlicense", true, &["this is free and unencumbered software released into the public domain"]),
];

const HINT: &str = "Add a file LICENSE with the whole text of the licence: Apache-2.0 or MIT for open source, or a sentence that all \
    rights are reserved.";

fn look(repository: &Repository<'_>) -> Verdict {
    let files = repository.named(is_licence);
    if files.is_empty() {
        return Verdict::shown_by(Vec::new(), "No file says what others may do with the code.", HINT);
    }
    let mut evidence = Vec::new();
    let mut unrecognised = None;
    for file in files.into_iter().take(20) {
        let text = repository.text(file).unwrap_or_default().to_lowercase();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ").replace(['\u{201c}', '\u{201d}'], "\"");
        let known = KNOWN.iter().find(|(_, _, words)| words.iter().all(|word| text.contains(word)));
        if let Some((name, is_open, _)) = known {
            let approved = if *is_open {
                "approved by the Open Source Initiative"
            } else {
                "not one of the Open Source Initiative's"
            };
            evidence.push(Evidence::file(&file.name, format!("{name}, {approved}")));
        } else if ["all rights reserved", "proprietary", "unlicensed"].iter().any(|word| text.contains(word)) {
            evidence.push(Evidence::file(&file.name, "all rights reserved; right where that is what you want"));
        } else {
            unrecognised = Some(&file.name);
        }
    }
    match unrecognised {
        // A note on which licence to choose may stand beside the licences.
        Some(name) if evidence.is_empty() => Verdict::Unknown {
            reason: format!("The text of {name} is of no licence that is known here."),
            who: "Whoever decides about the licence: look whether it is one, and whether it is what you want.",
        },
        _ => Verdict::Pass(evidence),
    }
}

fn is_licence(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let (folder, base) = name.rsplit_once('/').unwrap_or(("", &name));
    let stem = base.split(['.', '-', '_']).next().unwrap_or(base);
    let at_root = folder.is_empty() && matches!(stem, "LICENSE" | "LICENCE" | "COPYING" | "COPYRIGHT" | "UNLICENSE");
    // The name of a file about something else: license.rs, LICENSE-tool.js.
    let is_text = !base.contains('.')
        || [".MD", ".TXT", ".RST", ".ADOC", ".HTML"].iter().any(|end| base.ends_with(end))
        || !base.ends_with(|c: char| c.is_ascii_alphabetic());
    (at_root && is_text)
        || (folder == "LICENSES" && base.ends_with(".TXT"))
        || (folder == ".GITHUB" && stem == "LICENSE")
}
