//! One pass over all files for what no name tells: programs by their first bytes, fuzz targets and tests by their marks.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};

use aho_corasick::AhoCorasick;
use source_tree::{SourceFile, SourceTree};

/// How much of a source file is looked at.
const MOST_SOURCE_BYTES: u64 = 1 << 20;
/// How much of any other file is.
const HEAD_BYTES: u64 = 64;
/// How many places of each mark are kept, the first by name.
const MOST_PLACES: usize = 20;
/// How many files a worker takes at a time.
const HANDFUL: usize = 64;

/// What a mark in a source file means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Mark {
    Fuzz,
    Test,
}

/// A mark: what it means, in which files, and how it is called for people.
struct Needle {
    mark: Mark,
    text: &'static str,
    endings: &'static [&'static str],
    note: &'static str,
}

const fn needle(mark: Mark, text: &'static str, endings: &'static [&'static str], note: &'static str) -> Needle {
    Needle { mark, text, endings, note }
}

const JS: &[&str] = &["js", "mjs", "cjs", "ts", "mts", "cts", "jsx", "tsx"];
const C: &[&str] = &["c", "cc", "cpp", "cxx"];

const NEEDLES: &[Needle] = &[
    // In two parts, so that this file is none.
    needle(Mark::Fuzz, concat!("libfuzzer_sys", "::"), &["rs"], "libFuzzer for Rust"),
    needle(Mark::Fuzz, "afl::fuzz!", &["rs"], "AFL for Rust"),
    needle(Mark::Fuzz, "honggfuzz::fuzz!", &["rs"], "honggfuzz for Rust"),
    needle(Mark::Fuzz, "*testing.F)", &["go"], "a fuzz test of Go"),
    needle(Mark::Fuzz, "import atheris", &["py"], "Atheris for Python"),
    needle(Mark::Fuzz, "from 'fast-check'", JS, "fast-check"),
    needle(Mark::Fuzz, "from \"fast-check\"", JS, "fast-check"),
    needle(Mark::Fuzz, "require('fast-check')", JS, "fast-check"),
    needle(Mark::Fuzz, "require(\"fast-check\")", JS, "fast-check"),
    needle(Mark::Fuzz, "@jazzer.js/core", &["js", "ts", "json"], "Jazzer.js"),
    needle(Mark::Fuzz, "LLVMFuzzerTestOneInput", &["c", "cc", "cpp", "cxx", "swift"], "libFuzzer"),
    needle(Mark::Fuzz, "com.code_intelligence.jazzer", &["java", "kt"], "Jazzer for Java"),
    needle(Mark::Fuzz, "SharpFuzz", &["cs"], "SharpFuzz"),
    needle(Mark::Fuzz, "-include_lib(\"proper/", &["erl", "hrl"], "PropEr"),
    needle(Mark::Fuzz, "import Test.QuickCheck", &["hs"], "QuickCheck"),
    needle(Mark::Test, "#[test]", &["rs"], "a test in Rust"),
    needle(Mark::Test, "::test]", &["rs"], "a test in Rust"),
    needle(Mark::Test, "@Test", &["java", "kt", "scala", "groovy"], "a JUnit test"),
    needle(Mark::Test, "[Fact]", &["cs"], "an xUnit test"),
    needle(Mark::Test, "[Test]", &["cs"], "an NUnit test"),
    needle(Mark::Test, "TEST(", C, "a GoogleTest test"),
];

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) file: String,
    pub(crate) line: u32,
    pub(crate) note: &'static str,
}

/// What the pass saw.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    pub(crate) fuzz: Vec<Place>,
    pub(crate) tests: Vec<Place>,
    /// Files that a machine runs, with what they are.
    pub(crate) programs: Vec<Place>,
    /// Shell scripts, by their ending or their first line.
    pub(crate) scripts: Vec<String>,
    /// Files that could not be read.
    pub(crate) unreadable: Vec<(String, String)>,
}

static READY: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::new(NEEDLES.iter().map(|needle| needle.text)).ok());

/// Looks at each file of `tree` once.
pub(crate) fn survey(tree: &SourceTree) -> Survey {
    let Some(needles) = &*READY else { return Survey::default() };
    let (next, whole) = (AtomicUsize::new(0), Mutex::new(Survey::default()));
    let files = tree.files();
    let work = || {
        let mut seen = Survey::default();
        loop {
            let from = next.fetch_add(HANDFUL, Ordering::Relaxed);
            let Some(handful) = files.get(from..) else { break };
            handful.iter().take(HANDFUL).for_each(|file| look(file, needles, &mut seen));
        }
        whole.lock().unwrap_or_else(PoisonError::into_inner).add(seen);
    };
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(8);
    std::thread::scope(|scope| {
        (1..threads).for_each(|_| {
            scope.spawn(work);
        });
        work();
    });
    let mut survey = whole.into_inner().unwrap_or_else(PoisonError::into_inner);
    survey.sort();
    survey
}

fn look(file: &SourceFile, needles: &AhoCorasick, seen: &mut Survey) {
    let base = file.base_name();
    let ending = base.rsplit_once('.').map_or("", |(_, ending)| ending);
    let is_source = NEEDLES.iter().any(|needle| needle.endings.contains(&ending));
    let bytes = match read_head(file, if is_source { MOST_SOURCE_BYTES } else { HEAD_BYTES }) {
        Ok(bytes) => bytes,
        Err(error) => return seen.unreadable.push((file.name.clone(), error.to_string())),
    };
    if let Some(note) = program_by_first_bytes(base, &bytes) {
        seen.programs.push(Place { file: file.name.clone(), line: 0, note });
    }
    let shell = [&b"#!/bin/sh"[..], b"#!/bin/bash", b"#!/usr/bin/env bash", b"#!/usr/bin/env sh"];
    if matches!(ending, "sh" | "bash") || shell.iter().any(|first| bytes.starts_with(first)) {
        seen.scripts.push(file.name.clone());
    }
    if is_source {
        mark(file, ending, &bytes, needles, seen);
    }
}

fn mark(file: &SourceFile, ending: &str, bytes: &[u8], needles: &AhoCorasick, seen: &mut Survey) {
    for found in needles.find_iter(bytes) {
        let needle = &NEEDLES[found.pattern().as_usize()];
        let places = if needle.mark == Mark::Fuzz { &mut seen.fuzz } else { &mut seen.tests };
        let known = places.last().is_some_and(|last| last.file == file.name);
        if !needle.endings.contains(&ending) || known {
            continue;
        }
        let before = memchr::memchr_iter(b'\n', &bytes[..found.start()]).count();
        let line = u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1);
        places.push(Place { file: file.name.clone(), line, note: needle.note });
    }
}

fn read_head(file: &SourceFile, most: u64) -> std::io::Result<Vec<u8>> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    file.open()?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What a machine would run, by the first bytes that its format has, and for Java's archives by the name besides.
fn program_by_first_bytes(base: &str, bytes: &[u8]) -> Option<&'static str> {
    let mach = [[0xfe, 0xed, 0xfa, 0xce], [0xfe, 0xed, 0xfa, 0xcf], [0xcf, 0xfa, 0xed, 0xfe], [0xce, 0xfa, 0xed, 0xfe]];
    let is_zip = bytes.starts_with(b"PK\x03\x04");
    let ends = |ending: &str| base.len() > ending.len() && base.to_ascii_lowercase().ends_with(ending);
    if bytes.starts_with(b"\x7fELF") {
        Some("a program or library of Linux (ELF)")
    } else if bytes.starts_with(b"MZ") && (bytes.len() >= 64 || ends(".exe") || ends(".dll")) && !is_text(bytes) {
        Some("a program or library of Windows (PE)")
    } else if mach.iter().any(|magic| bytes.starts_with(magic)) {
        Some("a program or library of macOS (Mach-O)")
    } else if bytes.starts_with(&[0xca, 0xfe, 0xba, 0xbe]) {
        Some("compiled Java, or a program of macOS")
    } else if bytes.starts_with(b"\0asm") {
        Some("a WebAssembly module")
    } else if bytes.starts_with(b"!<arch>\n") {
        Some("a compiled library (ar)")
    } else if bytes.starts_with(b"dex\n03") {
        Some("a program of Android (DEX)")
    } else if is_zip
        && [".jar", ".war", ".ear", ".apk", ".aar", ".whl", ".egg", ".nupkg", ".ipa"].iter().any(|e| ends(e))
    {
        Some("an archive of compiled code")
    } else if (ends(".pyc") || ends(".pyo")) && bytes.get(2..4) == Some(b"\r\n") {
        Some("compiled Python")
    } else {
        None
    }
}

fn is_text(bytes: &[u8]) -> bool {
    !bytes.contains(&0) && std::str::from_utf8(bytes).is_ok()
}

impl Survey {
    fn add(&mut self, other: Self) {
        self.fuzz.extend(other.fuzz);
        self.tests.extend(other.tests);
        self.programs.extend(other.programs);
        self.scripts.extend(other.scripts);
        self.unreadable.extend(other.unreadable);
    }

    /// In the order of the files, whichever thread looked at them.
    fn sort(&mut self) {
        for places in [&mut self.fuzz, &mut self.tests] {
            places.sort();
            places.truncate(MOST_PLACES);
        }
        self.programs.sort();
        self.scripts.sort();
        self.unreadable.sort();
    }
}
