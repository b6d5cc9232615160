//! Edits of manifests: whatever people wrote, an edit changes a version and leaves a file that reads as before.

use std::cmp::Ordering;

use dependencies::upgrade::{Knowledge, edit_manifest};
use dependencies::version;
use domain::{Dependency, Ecosystem, Finding};

use crate::seeds;
use crate::target::Target;

const FILES: [(&str, &str); 5] = [
    ("Cargo.toml", Ecosystem::CARGO),
    ("package.json", Ecosystem::NPM),
    ("go.mod", Ecosystem::GO),
    ("pyproject.toml", Ecosystem::PYPI),
    ("requirements.txt", Ecosystem::PYPI),
];

pub(super) const EDIT: Target = Target {
    name: "manifest_edits",
    run: |data| {
        let Some((choice, text)) = data.split_first() else { return };
        let (name, ecosystem) = FILES[usize::from(*choice) % FILES.len()];
        let Ok(text) = std::str::from_utf8(text) else { return };
        let compare = |ecosystem: &Ecosystem, one: &str, other: &str| -> Option<Ordering> {
            version::compare(ecosystem, one, other)
        };
        let known = Knowledge { check: &|_: &[Dependency]| Vec::<Finding>::new(), compare: &compare };
        let ecosystem = Ecosystem::new(ecosystem);
        let versions = if name == "go.mod" { ("v1.0.0", "v1.4.2") } else { ("1.0.0", "1.4.2") };
        if let Some(edited) = edit_manifest(name, text, &ecosystem, "pack", versions, known) {
            assert!(!edited.raised.is_empty(), "it was edited and nothing was raised");
            assert!(edited.text.contains("1.4.2"), "{:?}", edited.text);
            if name.ends_with(".toml") {
                assert!(toml::from_str::<toml::Table>(&edited.text).is_ok(), "{:?}", edited.text);
            }
        }
    },
    seeds: || {
        let mut all: Vec<Vec<u8>> = TEXTS.iter().map(|(choice, text)| [&[*choice], text.as_bytes()].concat()).collect();
        all.extend(
            seeds::files(&|path| path.ends_with("/Cargo.toml"), 3).into_iter().map(|text| [&[0], &text[..]].concat()),
        );
        all
    },
    words: &[
        "pack",
        "\"pack\"",
        "1.0.0",
        "v1.0.0",
        "^1.0.0",
        "~1.0",
        ">=1, <2",
        "==1.0.0",
        "*",
        "workspace",
        "git",
        "path",
        "\r\n",
        "require (",
        "// indirect",
        "[dependencies.pack]",
        "[target.'cfg(unix)'.dependencies]",
        "package = \"pack\"",
        "npm:pack@1.0.0",
        "overrides",
        ";python_version",
        "pack[extra]",
        "\u{feff}",
    ],
};

const TEXTS: &[(u8, &str)] = &[
    (
        0,
        "[dependencies]\npack = \"1.0.0\" # why\nother = { package = \"pack\", version = \"=1.0.0\" }\n[dev-dependencies.pack]\nversion = '1'\n",
    ),
    (
        1,
        "{\n  \"dependencies\": {\"pack\": \"^1.0.0\", \"x\": \"npm:pack@1.0.0\"},\n  \"devDependencies\": {\"pack\": \"~1.0\"}\n}\n",
    ),
    (
        2,
        "module m.example/x\nrequire pack v1.0.0\nrequire (\n\tpack v1.0.0 // indirect\n)\nreplace pack => pack v1.0.0\n",
    ),
    (
        3,
        "[project]\ndependencies = [\n  'pack==1.0.0',  # c\n  \"pack[a]>=1.0,<1.2; python_version<'3'\",\n]\n[tool.poetry.dependencies]\npack = \"^1.0.0\"\n",
    ),
    (4, "pack==1.0.0 --hash=sha256:00\npack [a] >= 1.0 ; x # c\nPack~=1.0\n"),
];
