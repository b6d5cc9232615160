//! Trees, places, wrappings and many files at once.

use std::sync::atomic::{AtomicBool, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::{Confidence, FindingKind};
use scan::secrets::{Encoding, Options, RuleSet, SecretsSeen, check_tree};
use source_tree::{Selection, SourceFile, SourceTree};

use super::template::expand;
use super::{find, scanner, shipped};

fn token(seed: &str) -> String {
    expand("ghp_{base62:30}{crc62}", seed)
}

fn check(tree: &SourceTree) -> SecretsSeen {
    check_tree(shipped(), tree, &AtomicBool::new(false))
}

fn places(seen: &SecretsSeen) -> Vec<&str> {
    seen.findings.iter().filter_map(|finding| finding.file.as_deref()).collect()
}

#[test]
fn a_folder_is_looked_at_without_links_git_and_what_git_ignores() {
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
    let tracked = check(&SourceTree::of_folder(root, Selection::Tracked).unwrap());
    assert_eq!(places(&tracked), [".env", "src/deep/a.rs"]);
    assert_eq!((tracked.files, tracked.bytes), (3, 2 * 40 + 12));
    let all = check(&SourceTree::of_folder(root, Selection::All).unwrap());
    assert_eq!(places(&all), [".env", "ignored.txt", "src/deep/a.rs"]);
    assert!(all.not_run.is_empty(), "{all:#?}");
}

#[cfg(unix)]
#[test]
fn a_file_that_is_gone_or_no_file_any_more_is_said_not_to_have_been_looked_at() {
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    let odd = std::ffi::OsStr::from_bytes(b"na\xffme");
    for name in [std::ffi::OsStr::new("gone"), "swapped".as_ref(), odd] {
        std::fs::write(folder.path().join(name), token("a")).unwrap();
    }
    let tree = SourceTree::of_folder(folder.path(), Selection::Tracked).unwrap();
    std::fs::remove_file(folder.path().join("gone")).unwrap();
    std::fs::remove_file(folder.path().join("swapped")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", folder.path().join("swapped")).unwrap();
    let seen = check(&tree);
    assert_eq!(places(&seen), ["na\\xffme"], "a name that is no text is shown and looked at");
    let missing: Vec<_> = seen.not_run.iter().map(|not_run| not_run.file.as_deref().unwrap()).collect();
    assert_eq!(missing, ["gone", "swapped"]);
    assert!(seen.not_run[0].reason.contains("could not be read"), "{:#?}", seen.not_run);
}

#[test]
fn a_finding_says_in_words_what_it_is_and_what_to_do_and_never_the_value() {
    let files = [
        SourceFile::in_memory("b.conf", format!("# gitleaks:allow\n\n  x = {}\n", token("a")).into_bytes()),
        SourceFile::in_memory("a.conf", expand("k: ghp_{base62:36}\n", "wrong sum").into_bytes()),
        SourceFile::in_memory("keys/id_ed25519", *b"binary"),
        SourceFile::in_memory("w", STANDARD.encode(format!("token {} ", token("w"))).into_bytes()),
    ];
    let seen = check(&SourceTree::of_files(files));
    let [wrong, right, key, wrapped] = &seen.findings[..] else { panic!("{seen:#?}") };
    assert_eq!(
        (right.kind, right.rule.as_str(), right.line, right.column),
        (FindingKind::Secret, "github-pat", Some(3), Some(7))
    );
    assert_eq!((right.confidence, wrong.confidence), (Confidence::High, Confidence::Low), "the checksum decides");
    assert_eq!(right.redacted.as_deref(), Some("ghp_*** (40 characters)"));
    assert!(right.message.contains("A secret is written here: GitHub personal access token"), "{}", right.message);
    assert!(wrong.message.contains("made-up"), "{}", wrong.message);
    assert!(right.hint.contains("revoke") && right.hint.contains("smart-begin secret"), "{}", right.hint);
    assert_eq!((key.rule.as_str(), key.line, key.redacted.as_deref()), ("private-key-file", None, None));
    assert!(wrapped.message.contains("wrapped (base64)"), "{}", wrapped.message);
    assert!(!format!("{seen:?}").contains(&token("a")[4..]));
}

#[test]
fn the_same_tree_gives_the_same_answer_and_a_check_can_be_cancelled() {
    let files = |count: usize| {
        (0..count)
            .map(|number| SourceFile::in_memory(format!("{number:04}"), format!("a\n{}", token("a")).into_bytes()))
    };
    let tree = SourceTree::of_files(files(100));
    let seen = check(&tree);
    assert_eq!((seen.findings.len(), seen.files), (100, 100));
    assert_eq!(seen, check(&tree));
    let cancelled = AtomicBool::new(true);
    let seen = check_tree(shipped(), &tree, &cancelled);
    assert_eq!((seen.files, seen.findings.len()), (0, 0));
    assert!(seen.not_run[0].reason.contains("cancelled after 0 of 100 files"), "{:#?}", seen.not_run);
    cancelled.store(false, Ordering::Relaxed);
    assert_eq!(check_tree(shipped(), &tree, &cancelled).files, 100);
}

#[test]
fn files_that_an_allowlist_covers_are_counted_and_said() {
    let rules = "[extend]\nuseDefault = true\n[[allowlists]]\npaths = ['^vendor/']\n";
    let set = RuleSet::from_toml("own.toml", rules, &|_| unreachable!()).unwrap();
    let files = ["vendor/a", "vendor/b", "c"].map(|name| SourceFile::in_memory(name, token("a").into_bytes()));
    let seen = check_tree(&scanner(&set, Options::default()), &SourceTree::of_files(files), &AtomicBool::new(false));
    assert_eq!((places(&seen), seen.files), (vec!["c"], 1));
    assert_eq!(seen.not_run.len(), 1);
    assert!(seen.not_run[0].reason.contains("covers 2 files, such as vendor/a"), "{:#?}", seen.not_run);
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
