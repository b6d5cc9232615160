//! Lines per language. A table of endings and a count of line breaks: comments and code are not told apart, and the answer says
//! lines. (The one well-known library for it brings some fifty crates and a dependency that is unmaintained.)

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use schemars::JsonSchema;
use serde::Serialize;
use source_tree::{SourceFile, SourceTree};

/// The largest file whose lines are counted: larger ones are data, or generated.
const MOST_BYTES: u64 = 2 << 20;
const HANDFUL: usize = 64;

/// A language and how much of it there is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LanguageShare {
    /// The language.
    pub language: String,
    /// Files of it.
    pub files: u64,
    /// Their lines, with comments, without empty ones at the end.
    pub lines: u64,
    /// Lines of files that are tests by their names.
    pub test_lines: u64,
    /// Its part of all lines of programming languages, in percent.
    pub percent: u32,
}

/// Endings and names of files, and the language they mean.
const LANGUAGES: &[(&str, &[&str])] = &[
    ("Rust", &["rs"]),
    ("Python", &["py", "pyi"]),
    ("TypeScript", &["ts", "tsx", "mts", "cts"]),
    ("JavaScript", &["js", "jsx", "mjs", "cjs"]),
    ("Go", &["go"]),
    ("Java", &["java"]),
    ("Kotlin", &["kt", "kts"]),
    ("Scala", &["scala", "sc"]),
    ("Groovy", &["groovy", "gradle"]),
    ("C", &["c", "h"]),
    ("C++", &["cc", "cpp", "cxx", "hpp", "hh", "hxx"]),
    ("C#", &["cs"]),
    ("F#", &["fs", "fsx"]),
    ("Visual Basic", &["vb"]),
    ("Objective-C", &["m", "mm"]),
    ("Swift", &["swift"]),
    ("Ruby", &["rb", "rake"]),
    ("PHP", &["php"]),
    ("Perl", &["pl", "pm"]),
    ("Lua", &["lua"]),
    ("R", &["r"]),
    ("Julia", &["jl"]),
    ("Dart", &["dart"]),
    ("Elixir", &["ex", "exs"]),
    ("Erlang", &["erl", "hrl"]),
    ("Haskell", &["hs"]),
    ("OCaml", &["ml", "mli"]),
    ("Clojure", &["clj", "cljs", "cljc"]),
    ("Zig", &["zig"]),
    ("Nim", &["nim"]),
    ("Shell", &["sh", "bash", "zsh", "fish"]),
    ("PowerShell", &["ps1", "psm1"]),
    ("SQL", &["sql"]),
    ("HTML", &["html", "htm"]),
    ("CSS", &["css", "scss", "sass", "less"]),
    ("Vue", &["vue"]),
    ("Svelte", &["svelte"]),
    ("Astro", &["astro"]),
    ("Terraform", &["tf"]),
    ("Solidity", &["sol"]),
    ("Protocol Buffers", &["proto"]),
    ("GraphQL", &["graphql", "gql"]),
    ("Assembly", &["s", "asm"]),
    ("Cuda", &["cu"]),
];

/// The language that a file's name means.
pub(crate) fn language_of(base: &str) -> Option<&'static str> {
    let (_, ending) = base.rsplit_once('.')?;
    let ending = ending.to_ascii_lowercase();
    LANGUAGES.iter().find(|(_, endings)| endings.contains(&ending.as_str())).map(|(name, _)| *name)
}

/// Files and lines of each language, the largest first. What is somebody else's (`vendor`, `node_modules`) is left out.
pub(crate) fn count(tree: &SourceTree, is_aside: fn(&str) -> bool, is_test: fn(&str) -> bool) -> Vec<LanguageShare> {
    let files: Vec<(&SourceFile, &'static str)> = tree
        .files()
        .iter()
        .filter(|file| !is_aside(&file.name))
        .filter_map(|file| Some((file, language_of(file.base_name())?)))
        .collect();
    let (next, whole) = (AtomicUsize::new(0), Mutex::new(BTreeMap::<&str, [u64; 3]>::new()));
    let work = || {
        let mut seen = BTreeMap::<&str, [u64; 3]>::new();
        while let Some(handful) =
            files.get(next.fetch_add(HANDFUL, Ordering::Relaxed)..).filter(|rest| !rest.is_empty())
        {
            for (file, language) in handful.iter().take(HANDFUL) {
                let lines = file.read(MOST_BYTES).map_or(0, |bytes| lines(&bytes));
                let sums = seen.entry(language).or_default();
                sums[0] += 1;
                sums[1] += lines;
                sums[2] += if is_test(&file.name) { lines } else { 0 };
            }
        }
        let mut whole = whole.lock().unwrap_or_else(PoisonError::into_inner);
        for (language, [files, lines, tests]) in seen {
            let sums = whole.entry(language).or_default();
            sums[0] += files;
            sums[1] += lines;
            sums[2] += tests;
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(8);
    std::thread::scope(|scope| {
        (1..threads).for_each(|_| {
            scope.spawn(work);
        });
        work();
    });
    shares(whole.into_inner().unwrap_or_else(PoisonError::into_inner))
}

fn lines(bytes: &[u8]) -> u64 {
    let breaks = memchr::memchr_iter(b'\n', bytes).count() as u64;
    breaks + u64::from(bytes.last().is_some_and(|&last| last != b'\n'))
}

fn shares(sums: BTreeMap<&str, [u64; 3]>) -> Vec<LanguageShare> {
    let total: u64 = sums.values().map(|[_, lines, _]| lines).sum();
    let mut shares: Vec<LanguageShare> = sums
        .into_iter()
        .map(|(language, [files, lines, test_lines])| {
            let percent = u32::try_from((lines * 100 + total / 2).checked_div(total).unwrap_or(0)).unwrap_or(100);
            LanguageShare { language: language.to_owned(), files, lines, test_lines, percent }
        })
        .collect();
    shares.sort_by(|left, right| (right.lines, &left.language).cmp(&(left.lines, &right.language)));
    shares
}
