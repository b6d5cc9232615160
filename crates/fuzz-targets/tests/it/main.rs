//! Every target on what it starts from, whole, cut short and bent: fuzzing in small, in every run of the tests.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
#![allow(clippy::disallowed_methods, reason = "tests")]

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use fuzz_targets::{PLANTED, TARGETS, seeds};

/// How many seeds of a target, and how many ways to spoil each. `cargo xtask fuzz` does this for real.
const SEEDS: usize = 6;
const WAYS: usize = 10;

/// Numbers as good as random, the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }
}

fn spoil(seed: &[u8], words: &[&str], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = seed[..seed.len().min(8 << 10)].to_vec();
    let at = numbers.below(bytes.len());
    match numbers.below(5) {
        0 => bytes.truncate(at),
        1 => bytes.extend_from_slice(&seed[..at.min(seed.len())]),
        2 if !bytes.is_empty() => bytes[at] ^= 1 << numbers.below(8),
        3 if !words.is_empty() => {
            let word = words[numbers.below(words.len())].as_bytes().to_vec();
            bytes.splice(at..at, word);
        }
        _ => bytes.splice(at..at, [0xff, 0, 0xc3]).for_each(drop),
    }
    bytes
}

#[test]
fn every_target_bears_its_seeds_whole_cut_and_bent() {
    for target in TARGETS {
        let mut seeds = (target.seeds)();
        assert!(!seeds.is_empty(), "{} has nothing to start from", target.name);
        seeds.truncate(SEEDS);
        let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
        let spoiled: Vec<Vec<u8>> = seeds
            .iter()
            .flat_map(|seed| (0..WAYS).map(|_| spoil(seed, target.words, &mut numbers)).collect::<Vec<_>>())
            .collect();
        for input in seeds.iter().chain(&spoiled).chain([&Vec::new()]) {
            let outcome = catch_unwind(AssertUnwindSafe(|| (target.run)(input)));
            assert!(outcome.is_ok(), "{} panics on {:?}", target.name, String::from_utf8_lossy(input));
        }
    }
}

#[test]
fn names_are_those_of_files_and_none_is_there_twice() {
    let names: BTreeSet<&str> = TARGETS.iter().map(|target| target.name).collect();
    assert_eq!(names.len(), TARGETS.len());
    for target in TARGETS {
        assert!(target.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{}", target.name);
    }
}

#[test]
fn the_planted_bug_is_one() {
    let mut input = b"planted".to_vec();
    (PLANTED.run)(&input);
    input.extend_from_slice(&(0x1505_1723_u32 ^ 0x0055_aa55).to_le_bytes());
    assert!(catch_unwind(|| (PLANTED.run)(&input)).is_err());
}

#[test]
fn seeds_and_words_are_written_as_the_fuzzer_reads_them() {
    let folder = tempfile::tempdir().unwrap();
    for target in TARGETS {
        let own = folder.path().join(target.name);
        seeds::write(target, &own).unwrap();
        assert!(own.join("seeds/0000").is_file());
        let words = std::fs::read_to_string(own.join("words")).unwrap();
        assert_eq!(words.lines().count(), target.words.len());
        for line in words.lines() {
            let inside = line.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).expect(line);
            let escapes = inside.replace("\\\\", "").replace("\\\"", "");
            assert!(escapes.split('\\').skip(1).all(|rest| rest.starts_with('x')), "{line}");
            assert!(!inside.replace("\\\"", "").contains('"'), "{line}");
        }
    }
}
