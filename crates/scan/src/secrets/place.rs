//! What a file's path tells about the text in it.

/// How far a value may be trusted to be a literal there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    /// A program: what has no quotes is an expression.
    Code,
    /// Settings and scripts: what has no quotes is a value.
    Settings,
    /// Text for people.
    Prose,
    /// Made by a machine from something else: lockfiles, minified files, drawings.
    Made,
}

/// A path, and what it says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) path: &'a str,
    pub(crate) commit: Option<&'a str>,
    pub(crate) language: Language,
    pub(crate) for_tests: bool,
}

const CODE: [&str; 50] = [
    "rs", "go", "c", "h", "cc", "cpp", "cxx", "hpp", "hh", "java", "kt", "kts", "scala", "swift", "js", "ts", "jsx",
    "tsx", "mjs", "cjs", "py", "pyi", "rb", "php", "cs", "vb", "m", "mm", "pl", "pm", "lua", "r", "jl", "ex", "exs",
    "erl", "hs", "clj", "dart", "zig", "s", "asm", "vue", "svelte", "sql", "groovy", "ml", "fs", "proto", "td",
];
const PROSE: [&str; 9] = ["md", "rst", "txt", "adoc", "html", "htm", "tex", "org", "markdown"];
const MADE: [&str; 8] = ["lock", "sum", "map", "svg", "snap", "pbxproj", "xcworkspacedata", "lockb"];
const LOCKS: [&str; 6] = [
    "package-lock.json",
    "pnpm-lock.yaml",
    "npm-shrinkwrap.json",
    "packages.lock.json",
    "deno.lock",
    "verification-metadata.xml",
];
const FOR_TESTS: [&str; 19] = [
    "test",
    "tests",
    "testing",
    "testdata",
    "test-data",
    "test_data",
    "fixture",
    "fixtures",
    "spec",
    "specs",
    "__tests__",
    "__mocks__",
    "example",
    "examples",
    "samples",
    "mocks",
    "benches",
    "bench",
    "e2e",
];

impl<'a> Place<'a> {
    pub(crate) fn of(path: &'a str, commit: Option<&'a str>) -> Self {
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        Self { path, commit, language: language(name), for_tests: is_for_tests(path, name) }
    }
}

fn language(name: &str) -> Language {
    let lower = name.to_ascii_lowercase();
    let end = lower.rsplit_once('.').map_or("", |(_, end)| end);
    if MADE.contains(&end) || LOCKS.contains(&lower.as_str()) || lower.contains(".min.") {
        Language::Made
    } else if CODE.contains(&end) {
        Language::Code
    } else if PROSE.contains(&end) {
        Language::Prose
    } else {
        Language::Settings
    }
}

fn is_for_tests(path: &str, name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    path.split(['/', '\\']).rev().skip(1).any(|folder| FOR_TESTS.contains(&folder.to_ascii_lowercase().as_str()))
        || [
            "_test.",
            ".test.",
            "test_",
            "tests.",
            "_spec.",
            ".spec.",
            ".example",
            ".sample",
            "example.",
            "mock_",
            ".template",
        ]
        .iter()
        .any(|mark| lower.contains(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_tells_the_language_and_whether_it_is_for_tests() {
        assert_eq!(Place::of("src/main.rs", None).language, Language::Code);
        assert_eq!(Place::of("a/.env", None).language, Language::Settings);
        assert_eq!(Place::of("Cargo.lock", None).language, Language::Made);
        assert_eq!(Place::of("web/app.min.js", None).language, Language::Made);
        assert!(Place::of("a/tests/x.rs", None).for_tests);
        assert!(Place::of("a/x_test.go", None).for_tests);
        assert!(Place::of(".env.example", None).for_tests);
        assert!(!Place::of("src/latest/x.rs", None).for_tests);
    }
}
