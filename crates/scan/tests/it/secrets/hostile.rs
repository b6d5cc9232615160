//! Input that means harm, or none in particular.

use std::io::{Seek, SeekFrom, Write};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use scan::secrets::{RuleSet, Scratch};

use super::shipped;
use super::template::expand;

/// Pieces that rules look for, between which anything may stand.
fn bait() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..40),
        prop::sample::select(vec![
            "ghp_",
            "AKIA",
            concat!("-----BEGIN RSA PRIVATE", " KEY-----"),
            "-----END",
            "eyJ",
            ".",
            "glpat-",
            "pypi-AgE",
            "xoxb-",
            "password",
            "api_key",
            "datadog",
            " = ",
            ": ",
            "=>",
            "\"",
            "'",
            "\\",
            "%",
            "%41",
            "          ",
            "\"\"\"\"\"\"\"\"",
            "\n",
            "\r\n",
            "</",
            "<string>",
            "value=",
            "--",
            "://",
            "@",
            "ENV ",
            "0123456789abcdef0123456789abcdef",
            "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=",
            "é",
            "\u{feff}",
            "\0",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    proptest::collection::vec(pieces, 0..32).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if std::env::var_os("SMART_BEGIN_LONG").is_some() { 200_000 } else { 512 }, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_it_panic(bytes in bait(), form in 0..4_u8) {
        let bytes = match form {
            0 => [b"\xff\xfe".as_slice(), &bytes].concat(),
            1 => [b"\xfe\xff".as_slice(), &bytes].concat(),
            _ => bytes,
        };
        let outcome = shipped().scan_bytes("a.conf", None, &bytes, &mut Scratch::default());
        for finding in outcome.findings {
            prop_assert!(finding.line >= 1 && finding.column >= 1 && finding.end_line >= finding.line);
        }
    }

    #[test]
    fn no_rules_file_makes_it_panic(text in "(\\[\\[rules\\]\\]\nid = 'a'\nregex = ')?[\\[\\](){}|\\\\a-c0-9&~^$.?*+:,<>Q-]{0,30}('\n)?") {
        let _ = RuleSet::from_toml("own.toml", &text, &|_| Ok(String::new()));
    }
}

/// What this process has in memory at most, so far, in MiB.
#[cfg(target_os = "linux")]
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_of_two_gigabytes_takes_a_few_megabytes() {
    let size: u64 = if std::env::var_os("SMART_BEGIN_LONG").is_some() { 2 << 30 } else { 256 << 20 };
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let token = expand("\ntoken = \"ghp_{base62:30}{crc62}\"\n", "end");
    file.as_file_mut().set_len(size).unwrap();
    file.as_file_mut().seek(SeekFrom::Start(size - 1000)).unwrap();
    file.as_file_mut().write_all(token.as_bytes()).unwrap();
    let before = peak();
    let outcome = shipped().scan_reader("big.bin", None, &mut file.reopen().unwrap(), &mut Scratch::default()).unwrap();
    assert_eq!((outcome.bytes, outcome.findings.len(), outcome.findings[0].line), (size, 1, 2));
    let grown = peak() - before;
    assert!(grown < 64, "{grown} MiB for a file of {} MiB", size >> 20);
}

#[test]
fn repetition_does_not_make_it_slow() {
    let mib = 1 << 20;
    let mut texts = vec![
        "api_key=".repeat(mib / 8),
        "a".repeat(mib),
        "password: \"".repeat(mib / 11),
        "eyJ".repeat(mib / 3),
        "%41".repeat(mib / 3),
    ];
    texts.push(concat!("-----BEGIN PRIVATE", " KEY-----\n").repeat(mib / 28));
    texts.push("QUJD".repeat(mib / 4));
    texts.push(format!("{}\n", "postgres://a:b".repeat(mib / 14)));
    for text in texts {
        let start = Instant::now();
        let outcome = shipped().scan_bytes("a.conf", None, text.as_bytes(), &mut Scratch::default());
        assert!(start.elapsed() < Duration::from_secs(60), "{:?}… took {:?}", &text[..20], start.elapsed());
        assert!(outcome.findings.len() <= 10_000);
    }
}

#[test]
fn more_findings_than_are_kept_are_said_to_be_more() {
    let lines: String = (0..10_050).map(|number| expand("k = \"AKIA{base32:16}\"\n", &number.to_string())).collect();
    let outcome = shipped().scan_bytes("a.conf", None, lines.as_bytes(), &mut Scratch::default());
    assert!(outcome.incomplete);
    assert_eq!(outcome.findings.len() + outcome.suppressed.len(), 10_000);
}

#[test]
fn a_secret_across_two_pieces_is_found_once() {
    let token = expand("ghp_{base62:30}{crc62}", "cut");
    for at in [(1 << 20) - 20, (1 << 20) + (32 << 10) - 7, (2 << 20) + 3] {
        let mut text = "x y\n".repeat((3 << 20) / 4).into_bytes();
        text[at..at + token.len()].copy_from_slice(token.as_bytes());
        text[at - 1] = b' ';
        text[at + token.len()] = b'\n';
        let outcome = shipped().scan_bytes("a.conf", None, &text, &mut Scratch::default());
        assert_eq!(outcome.findings.len(), 1, "at {at}");
        assert_eq!(outcome.findings[0].line, text[..at].iter().filter(|byte| **byte == b'\n').count() + 1);
    }
}
