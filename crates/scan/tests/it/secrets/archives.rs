//! Archives: looked into where that is asked for, and never further than the limits.

use std::io::{Cursor, Write as _};
use std::sync::atomic::AtomicBool;

use flate2::Compression;
use flate2::write::GzEncoder;
use scan::secrets::{ArchiveLimits, Options, RuleSet, SecretsSeen, check_tree};
use source_tree::{SourceFile, SourceTree};
use zip::write::SimpleFileOptions;

use super::template::expand;
use super::{scanner, shipped};

fn secret() -> Vec<u8> {
    expand("token = ghp_{base62:30}{crc62}\n", "packed").into_bytes()
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn tarred(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn check(name: &str, bytes: Vec<u8>, limits: ArchiveLimits) -> SecretsSeen {
    let options = Options { archives: Some(limits), ..Options::default() };
    let files = [SourceFile::in_memory(name, bytes), SourceFile::in_memory("zz-beside", secret())];
    let scanner = scanner(RuleSet::shipped().unwrap(), options);
    let mut seen = check_tree(&scanner, &SourceTree::of_files(files), &AtomicBool::new(false));
    assert_eq!(seen.findings.pop().and_then(|finding| finding.file).as_deref(), Some("zz-beside"));
    seen
}

fn places(seen: &SecretsSeen) -> Vec<&str> {
    seen.findings.iter().filter_map(|finding| finding.file.as_deref()).collect()
}

#[test]
fn secrets_are_found_in_archives_and_in_archives_in_them() {
    let inner = zipped(&[("deep/.env", &secret())]);
    let bundle = gzipped(&tarred(&[("a.conf", &secret()), ("lib/b.jar", &inner), ("c.txt", b"nothing")]));
    for (name, bytes, expected) in [
        ("a.zip", zipped(&[("x/settings.ini", &secret())]), vec!["a.zip!x/settings.ini"]),
        ("notes", gzipped(&secret()), vec!["notes!content"]),
        ("b.tgz", bundle, vec!["b.tgz!b!a.conf", "b.tgz!b!lib/b.jar!deep/.env"]),
        ("plain.conf", secret(), vec!["plain.conf"]),
    ] {
        let seen = check(name, bytes.clone(), ArchiveLimits::default());
        assert_eq!(places(&seen), expected, "{seen:#?}");
        assert!(seen.not_run.is_empty(), "{:#?}", seen.not_run);
        let tree = SourceTree::of_files([SourceFile::in_memory(name, bytes)]);
        let without = check_tree(shipped(), &tree, &AtomicBool::new(false));
        assert_eq!(without.findings.len(), usize::from(name == "plain.conf"), "not without being asked");
    }
}

#[test]
fn what_an_archive_holds_beyond_the_limits_is_not_looked_at_and_that_is_said() {
    let limits = ArchiveLimits { depth: 3, entries: 10, bytes: 2 << 20, ratio: 50, zip_bytes: 1 << 20 };
    let zeros = vec![0; 3 << 19];
    let mut state = 0x9e37_79b9_u32;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state >> 24) as u8
    };
    let noise: Vec<u8> = (0..5 << 19).map(|_| random()).collect();
    let many: Vec<(String, Vec<u8>)> = (0..20).map(|number| (format!("{number}"), Vec::new())).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let nested = (0..5).fold(secret(), |inner, _| gzipped(&inner));
    for (name, bytes, says) in [
        ("bomb.gz", gzipped(&zeros), "50 times its size"),
        ("bomb.zip", zipped(&[("a", &zeros)]), "50 times its size"),
        ("large.gz", gzipped(&noise), "more than 2 MiB"),
        ("large.zip", zipped(&[("a", &noise)]), "more than 1 MiB"),
        ("many.zip", zipped(&many), "more than 10 files"),
        ("many.tar", tarred(&many), "more than 10 files"),
        ("nested.gz", nested, "archive in 3 others"),
        ("broken.zip", zipped(&[("a", &secret())])[..60].to_vec(), "could not be unpacked"),
        ("broken.gz", gzipped(&noise)[..1000].to_vec(), "could not be unpacked"),
    ] {
        let seen = check(name, bytes, limits);
        assert!(seen.not_run.iter().any(|not_run| not_run.reason.contains(says)), "{name}: {seen:#?}");
        assert!(seen.not_run[0].file.as_deref().is_some_and(|file| file.starts_with(name)), "{name}");
    }
}

/// Whatever begins like an archive is not read as text: that it lists nothing must not hide what it holds.
#[test]
fn an_archive_that_lists_no_file_is_told() {
    let forged = [zipped(&[]), secret()].concat();
    let folders = {
        let mut builder = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_ustar();
        header.set_entry_type(tar::EntryType::Directory);
        builder.append_data(&mut header, "d", &[][..]).unwrap();
        builder.into_inner().unwrap()
    };
    for bytes in [forged, folders] {
        let seen = check("a.bin", bytes, ArchiveLimits::default());
        assert!(seen.not_run.iter().any(|told| told.file.as_deref() == Some("a.bin")), "{:?}", seen.not_run);
    }
    assert_eq!(check("empty.zip", zipped(&[]), ArchiveLimits::default()).not_run, []);
}

#[test]
fn a_name_that_leads_out_is_a_name() {
    let seen = check("a.zip", zipped(&[("../../etc/x.conf", &secret())]), ArchiveLimits::default());
    assert_eq!(places(&seen), ["a.zip!../../etc/x.conf"]);
}

#[test]
fn archives_cut_off_anywhere_are_no_panic() {
    let whole =
        [gzipped(&tarred(&[("a", &secret())])), zipped(&[("a", &secret()), ("b", b"x")]), tarred(&[("a", &secret())])];
    for bytes in whole {
        for cut in (0..bytes.len()).step_by(1 + bytes.len() / 40) {
            check("a", bytes[..cut].to_vec(), ArchiveLimits::default());
            let mut changed = bytes.clone();
            changed[cut] ^= 0x55;
            check("a", changed, ArchiveLimits::default());
        }
    }
}
