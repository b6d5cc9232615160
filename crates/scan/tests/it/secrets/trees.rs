//! Walking, places, wrappings and many files at once.

use std::num::NonZero;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use scan::secrets::{Encoding, Scanned, Source, WalkOptions, walk};

use super::template::expand;
use super::{find, shipped};

fn token(seed: &str) -> String {
    expand("ghp_{base62:30}{crc62}", seed)
}

fn scan_tree(root: &std::path::Path, options: WalkOptions) -> Vec<(String, usize)> {
    let all = Mutex::new(Vec::new());
    shipped().scan_all(walk(root, options), NonZero::new(3), &AtomicBool::new(false), &|scanned: Scanned| {
        let count = scanned.outcome.as_ref().map_or(999, |outcome| outcome.findings.len());
        all.lock().unwrap().push((scanned.name, count));
    });
    let mut all = all.into_inner().unwrap();
    all.sort();
    all
}

#[test]
fn a_tree_is_walked_without_links_git_and_what_git_ignores() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    std::fs::create_dir_all(root.join(".git/objects")).unwrap();
    std::fs::create_dir_all(root.join("src/deep")).unwrap();
    let token = token("a");
    for name in [".git/objects/x", ".env", "src/deep/a.rs", "ignored.txt"] {
        std::fs::write(root.join(name), &token).unwrap();
    }
    std::fs::write(root.join(".gitignore"), "ignored.txt\n").unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(root, root.join("src/circle")).unwrap();
        std::os::unix::fs::symlink(root.join(".env"), root.join("link")).unwrap();
        rustix::fs::mknodat(rustix::fs::CWD, root.join("pipe"), rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    }
    let tracked = scan_tree(root, WalkOptions::default());
    assert_eq!(tracked, [(".env".into(), 1), (".gitignore".into(), 0), ("src/deep/a.rs".into(), 1)]);
    let all = scan_tree(root, WalkOptions { ignored_too: true });
    assert!(all.contains(&("ignored.txt".into(), 1)), "{all:?}");
    assert_eq!(scan_tree(&root.join(".env"), WalkOptions::default()), [(".env".into(), 1)]);
}

#[test]
fn sources_need_not_be_files_and_a_scan_can_be_cancelled() {
    let sources = |count: usize| {
        (0..count).map(|number| Source::Bytes {
            name: format!("{number}"),
            commit: None,
            bytes: token("a").into_bytes(),
        })
    };
    let seen = AtomicUsize::new(0);
    shipped().scan_all(sources(100), None, &AtomicBool::new(false), &|scanned| {
        seen.fetch_add(scanned.outcome.unwrap().findings.len(), Ordering::Relaxed);
    });
    assert_eq!(seen.into_inner(), 100);
    let cancelled = AtomicBool::new(false);
    let seen = AtomicUsize::new(0);
    shipped().scan_all(sources(100_000), NonZero::new(2), &cancelled, &|_| {
        seen.fetch_add(1, Ordering::Relaxed);
        cancelled.store(true, Ordering::Relaxed);
    });
    assert!(seen.into_inner() <= 2);
}

#[test]
fn what_is_wrapped_is_found_with_its_wrapping_and_place() {
    let secret = format!("token = \"{}\"", token("a"));
    let base64 = STANDARD.encode(&secret);
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let url: String = secret.bytes().map(|byte| format!("%{byte:02X}")).collect();
    for (text, wrapping) in [
        (format!("\n  data: {base64}\n"), vec![Encoding::Base64]),
        (format!("\n  data: {hex}\n"), vec![Encoding::Hex]),
        (format!("\n  data: {url}\n"), vec![Encoding::Url]),
        (format!("\n  data: {}\n", STANDARD.encode(format!("x: {base64} "))), vec![Encoding::Base64, Encoding::Base64]),
    ] {
        let found = find(shipped(), "a.yaml", &text);
        assert_eq!(found.len(), 1, "{wrapping:?}: {found:#?}");
        assert_eq!((found[0].rule.as_str(), &found[0].decoded), ("github-pat", &wrapping));
        assert_eq!((found[0].line, found[0].column), (2, 9));
    }
}

#[test]
fn a_password_is_one_by_the_name_before_its_wrapping() {
    let value = expand("{base62:16}", "password");
    let text = format!("kind: ConfigMap\ndata:\n  db_password: {}\n", STANDARD.encode(format!("{value}-{value}")));
    assert!(!find(shipped(), "a.yaml", &text).is_empty());
}

#[test]
fn a_key_is_the_same_key_however_it_is_written() {
    let lines = [expand("{b64:64}", "1"), expand("{b64:64}", "2"), expand("{b64:40}==", "3")];
    let (begin, end) =
        (["-----BEGIN RSA PRIVATE", " KEY-----"].concat(), ["-----END RSA PRIVATE", " KEY-----"].concat());
    let plain = format!("{begin}\n{}\n{end}\n", lines.join("\n"));
    let indented = format!("key: |\n  {begin}\n  {}\n  {end}\n", lines.join("\n  "));
    let quoted = format!("{{\"key\": \"{begin}\\n{}\\n{end}\\n\"}}", lines.join("\\n"));
    let found: Vec<_> = [plain, indented, quoted]
        .iter()
        .map(|text| {
            let found = find(shipped(), "a.conf", text);
            assert_eq!(found.len(), 1, "{found:#?}");
            assert_eq!(found[0].rule, "private-key");
            (found[0].fingerprint.clone(), found[0].end_line - found[0].line)
        })
        .collect();
    assert!(found.iter().all(|(fingerprint, _)| *fingerprint == found[0].0));
    assert_eq!((found[0].1, found[2].1), (4, 0));
}

#[test]
fn text_of_windows_and_bytes_are_looked_at() {
    let text = format!("a\r\ntoken = {}\r\n", token("a"));
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let outcome = shipped().scan_bytes("a.ini", None, &utf16, &mut Default::default());
    assert_eq!((outcome.findings[0].line, outcome.findings[0].column), (2, 9));
    let binary = [
        b"\x7fELF\0\0\0".as_slice(),
        token("a").as_bytes(),
        b"\0api_key = \"",
        expand("{base62:32}", "x").as_bytes(),
        b"\"\0",
    ]
    .concat();
    let outcome = shipped().scan_bytes("a.out", None, &binary, &mut Default::default());
    let rules: Vec<&str> = outcome.findings.iter().map(|finding| finding.rule.as_str()).collect();
    assert_eq!(rules, ["github-pat"]);
}
