//! Histories that nobody's git wrote: loose objects and packs, which may lead to themselves, to nothing, or to far too much.

use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use source_tree::{History, SourceTree};

use super::packed::zlib_of;
use crate::target::Target;

/// More objects of one input are left out.
const MOST: usize = 40;
const MAIN: &str = "ref: refs/heads/main\n";

/// The hash of an object by its number: contents can name it in bytes, whatever they say.
fn id(number: usize) -> [u8; 20] {
    [number as u8 + 1; 20]
}

fn hex(id: &[u8]) -> String {
    id.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Objects of an input: a byte for the kind, one more that says something else of it, two for the size, the bytes.
fn objects(mut data: &[u8]) -> Vec<(u8, u8, &[u8])> {
    let mut all = Vec::new();
    while let Some((&[kind, more, low, high], rest)) = data.split_first_chunk().filter(|_| all.len() < MOST) {
        let (bytes, behind) = rest.split_at(usize::from(u16::from_le_bytes([low, high])).min(rest.len()));
        all.push((kind, more, bytes));
        data = behind;
    }
    all
}

/// The input of these.
fn input(objects: &[(u8, u8, &[u8])]) -> Vec<u8> {
    let one = |(kind, more, bytes): &(u8, u8, &[u8])| {
        [&[*kind, *more][..], &(bytes.len() as u16).to_le_bytes(), bytes].concat()
    };
    objects.iter().flat_map(one).collect()
}

/// A repository whose main branch is object 0, with these files beneath `objects`.
fn lay_out(root: &Path, files: &[(String, Vec<u8>)]) -> std::io::Result<()> {
    let git = root.join(".git");
    fs::create_dir_all(git.join("refs/heads"))?;
    fs::create_dir_all(git.join("objects/pack"))?;
    fs::write(git.join("HEAD"), MAIN)?;
    fs::write(git.join("refs/heads/main"), hex(&id(0)) + "\n")?;
    for (name, bytes) in files {
        let path = git.join("objects").join(name);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(path, bytes)?;
    }
    Ok(())
}

/// Looks through it as a check does, and once more from where that ended.
fn look(files: &[(String, Vec<u8>)]) {
    let Ok(folder) = tempfile::tempdir() else { return };
    if lay_out(folder.path(), files).is_err() {
        return;
    }
    let go_on = AtomicBool::new(false);
    if let Ok(history) = History::open(folder.path()) {
        let Ok(mut pending) = history.since(&[], &go_on) else { return };
        let commits = pending.commits();
        assert!(commits > 0 || !pending.unreadable().is_empty(), "nothing is there, and nothing says so");
        assert!(commits <= MOST, "{commits} commits of {MOST} objects");
        let (mut seen, mut done, mut buffer) = (0, Vec::new(), Vec::new());
        while let Some(portion) = pending.next(3, &go_on) {
            seen += portion.commits as usize;
            for blob in &portion.blobs {
                assert!(!blob.name.contains('\n'), "{:?}", blob.name);
                let _ = (history.reader().read(blob, &mut buffer).map(<[u8]>::len), history.reader().brought(blob));
            }
            done = portion.done;
        }
        assert_eq!(seen, commits);
        assert!(history.holds(&done, &go_on), "what was looked at belongs to another history: {done:?}");
        let again = history.since(&done, &go_on).map_or(0, |pending| pending.commits());
        assert_eq!(again, 0, "what was looked at is new again");
    }
    if let Ok(changed) = SourceTree::changed_since(folder.path(), "main") {
        assert!(changed.tree.files().iter().all(|file| !file.name.contains('\n')));
    }
}

/// Each object in a file of its own. Kind 4 is a file that holds the bytes as they are.
pub(super) const LOOSE: Target = Target {
    name: "git_history",
    run: |data| {
        let file = |(number, (kind, more, bytes)): (usize, &(u8, u8, &[u8]))| {
            let name = hex(&id(number));
            let kind = ["commit", "tree", "blob", "tag"].get(usize::from(kind % 5));
            // The size that it gives may be another than it has.
            let size = bytes.len().wrapping_add(usize::from(*more) << 12);
            let packed =
                kind.map_or(bytes.to_vec(), |kind| zlib_of(&[format!("{kind} {size}\0").as_bytes(), bytes].concat()));
            (format!("{}/{}", &name[..2], &name[2..]), packed)
        };
        look(&objects(data).iter().enumerate().map(file).collect::<Vec<_>>());
    },
    seeds: || {
        let (first, second) = (commit(1, &[]), commit(1, &[2]));
        let circle = commit(1, &[0]);
        let (tree, within) = (tree(&[("100644 a", 3), ("40000 b", 4)]), tree(&[("100755 c", 3), ("40000 d", 1)]));
        let tag = format!("object {}\ntype commit\ntag t\ntagger {WHO}\n\nt\n", hex(&id(1)));
        vec![
            input(&[(0, 0, &second), (1, 0, &tree), (0, 0, &first), (2, 0, b"text"), (1, 0, &within)]),
            input(&[(0, 0, &circle), (1, 0, &tree), (2, 0, b""), (2, 1, b"short")]),
            input(&[(3, 0, tag.as_bytes()), (0, 0, &commit(2, &[])), (1, 0, &tree), (4, 0, b"x\x9c")]),
        ]
    },
    words: WORDS,
};

/// All in a pack whose index fits; or, where the first byte is odd, an index and a pack from the input itself.
pub(super) const PACKED: Target = Target {
    name: "git_packs",
    run: |data| {
        let Some((form, rest)) = data.split_first() else { return };
        let (index, pack) = if form % 2 == 0 {
            pack_of(&objects(rest))
        } else {
            let Some((size, rest)) = rest.split_first_chunk::<2>() else { return };
            let (index, pack) = rest.split_at(usize::from(u16::from_le_bytes(*size)).min(rest.len()));
            (index.to_vec(), pack.to_vec())
        };
        let name = format!("pack/pack-{}", hex(&[0x11; 20]));
        look(&[(format!("{name}.idx"), index), (format!("{name}.pack"), pack)]);
    },
    seeds: || {
        let (first, tree) = (commit(1, &[]), tree(&[("100644 a", 2), ("100644 b", 3), ("100644 c", 4)]));
        // A delta: the sizes before and after, then copy four bytes from the start, or put in two.
        let objects: [(u8, u8, &[u8]); 5] = [
            (1, 0, &first),
            (2, 0, &tree),
            (3, 0, b"text"),
            (6, 14, b"\x04\x06\x90\x04\x02xy"),
            (7, 3, b"\x04\x04\x90\x04"),
        ];
        let plain = input(&objects);
        let (index, pack) = pack_of(&objects);
        let circle = input(&[(1, 0, &first), (2, 0, &tree), (7, 4, b"\x04\x04\x90\x04"), (7, 3, b"\x04\x04\x90\x04")]);
        let raw = [&[1][..], &(index.len() as u16).to_le_bytes(), &index, &pack].concat();
        vec![[&[0][..], &plain].concat(), [&[0][..], &circle].concat(), raw]
    },
    words: WORDS,
};

/// A pack and its index. Of a delta, the second byte of the object says where its base is: so far before it, or its number.
fn pack_of(objects: &[(u8, u8, &[u8])]) -> (Vec<u8>, Vec<u8>) {
    let mut pack = [&b"PACK\0\0\0\x02"[..], &(objects.len() as u32).to_be_bytes()].concat();
    let mut offsets = Vec::new();
    for (kind, more, bytes) in objects {
        offsets.push(pack.len() as u32);
        let kind = kind % 8;
        let is_delta = matches!(kind, 6 | 7);
        let mut size = bytes.len() + if is_delta { 0 } else { usize::from(*more) << 12 };
        let mut head = kind << 4 | (size & 15) as u8;
        size >>= 4;
        while size > 0 {
            pack.push(head | 0x80);
            head = (size & 0x7f) as u8;
            size >>= 7;
        }
        pack.push(head);
        match kind {
            6 => pack.push(more & 0x7f),
            7 => pack.extend([*more; 20]),
            _ => {}
        }
        pack.extend(zlib_of(bytes));
    }
    pack.extend([0x22; 20]);
    let mut index = b"\xfftOc\0\0\0\x02".to_vec();
    for first in 0..=255_usize {
        index.extend((first.min(objects.len()) as u32).to_be_bytes());
    }
    (0..objects.len()).for_each(|number| index.extend(id(number)));
    index.resize(index.len() + 4 * objects.len(), 0);
    offsets.iter().for_each(|offset| index.extend(offset.to_be_bytes()));
    index.extend([0x22; 20]);
    index.extend([0x33; 20]);
    (index, pack)
}

const WHO: &str = "A <a@b.example> 1700000000 +0000";

fn commit(tree: usize, parents: &[usize]) -> Vec<u8> {
    let parents: String = parents.iter().map(|parent| format!("parent {}\n", hex(&id(*parent)))).collect();
    format!("tree {}\n{parents}author {WHO}\ncommitter {WHO}\n\nm\n", hex(&id(tree))).into_bytes()
}

fn tree(entries: &[(&str, usize)]) -> Vec<u8> {
    entries.iter().flat_map(|(name, number)| [name.as_bytes(), b"\0", &id(*number)].concat()).collect()
}

const WORDS: &[&str] = &[
    "tree ",
    "parent ",
    "author ",
    "committer ",
    "object ",
    "type commit\n",
    "gpgsig ",
    "encoding ",
    "100644 a",
    "100755 ",
    "40000 ",
    "120000 ",
    "160000 ",
    "..",
    ".git",
    "\u{0}",
    "0101010101010101010101010101010101010101",
    "0202020202020202020202020202020202020202",
    "PACK",
    " 99999999999999999999 +9999",
];
