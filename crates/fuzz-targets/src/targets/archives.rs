//! Archives in a scanned tree: zip, tar and gzip in each other, looked into in memory and within limits.

use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;

use scan::secrets::{ArchiveLimits, Options, RuleSet, Scanner, check_tree};
use source_tree::{SourceFile, SourceTree};

use super::packed::{gzip_of, mend_tar, tar_of, zip_of};
use crate::target::Target;

const LIMITS: ArchiveLimits = ArchiveLimits { depth: 3, entries: 50, bytes: 4 << 20, ratio: 50, zip_bytes: 1 << 20 };
const RULES: &str = "[[rules]]\nid = 'own'\nregex = 'own_[a-z]{4}'\nkeywords = ['own_']\n";
const NAME: &str = "a.bin";

/// The first byte says how the rest is packed: as it is, with the sums of its tar made right, or those and gzip around it.
pub(super) const TARGET: Target = Target {
    name: "secret_archives",
    run: |data| {
        static SCANNER: OnceLock<Option<Scanner>> = OnceLock::new();
        let ready = SCANNER.get_or_init(|| {
            let rules = RuleSet::from_toml("own.toml", RULES, &|_| Ok(String::new())).ok()?;
            Scanner::new(&rules, Options { archives: Some(LIMITS), ..Options::default() }).ok()
        });
        let (Some(scanner), Some((form, rest))) = (ready, data.split_first()) else { return };
        let mut bytes = rest.to_vec();
        if form % 3 > 0 {
            mend_tar(&mut bytes);
        }
        if form % 3 == 2 {
            bytes = gzip_of(&bytes);
        }
        let size = bytes.len() as u64;
        let tree = SourceTree::of_files([SourceFile::in_memory(NAME, bytes)]);
        let seen = check_tree(scanner, &tree, &AtomicBool::new(false));
        assert!(seen.files <= LIMITS.entries + 1, "{} files", seen.files);
        assert!(seen.bytes <= LIMITS.bytes + size, "{} bytes", seen.bytes);
        assert!(
            seen.files > 0 || !seen.not_run.is_empty() || size < 1024,
            "nothing was looked at, and nothing says so"
        );
        // Whatever an entry calls itself, its name is one line that begins with the archive's.
        let found = seen.findings.iter().filter_map(|finding| finding.file.as_deref());
        for name in found.chain(seen.not_run.iter().filter_map(|told| told.file.as_deref())) {
            assert!(name == NAME || name.starts_with("a.bin!"), "{name:?}");
            assert!(!name.contains(|letter: char| letter.is_control()), "{name:?}");
        }
        assert!(check_tree(scanner, &tree, &AtomicBool::new(false)) == seen, "the same archive says two things");
    },
    seeds: || {
        let text = b"x = own_abcd\n".as_slice();
        let plain = zip_of(&[("a.txt", text), ("b/c.env", text), ("../d", text)]);
        let tar = tar_of(&[("a.txt", text), ("/etc/e", text), ("b\n\u{202e}", text)]);
        let behind = |form: u8, bytes: &[u8]| [&[form], bytes].concat();
        vec![
            behind(0, &plain),
            behind(1, &tar),
            behind(2, &tar),
            behind(0, &gzip_of(text)),
            behind(0, &gzip_of(&gzip_of(&gzip_of(&gzip_of(text))))),
            behind(0, &zip_of(&[("a.zip", &plain), ("b.tgz", &gzip_of(&tar))])),
            behind(1, &tar_of(&[("a.zip", &plain)])),
        ]
    },
    words: &[
        "PK\u{1}\u{2}",
        "PK\u{3}\u{4}",
        "PK\u{5}\u{6}",
        "PK\u{6}\u{6}",
        "PK\u{6}\u{7}",
        "ustar",
        "ustar  ",
        "\u{1f}",
        "../",
        "././@LongLink",
        "path=",
        "GNU.sparse.",
        "own_abcd",
        "77777777777",
    ],
};
