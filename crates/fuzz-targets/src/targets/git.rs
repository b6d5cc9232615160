//! Repositories that nobody's git wrote: the index, references, objects and packs, in a folder that is made for each input.

use std::fs;
use std::path::Path;

use source_tree::{Selection, SourceTree};

use crate::target::Target;

/// A repository with these files beneath `.git`, and what is asked of it.
fn ask(parts: &[(&str, &[u8])]) {
    let Ok(folder) = tempfile::tempdir() else { return };
    let git = folder.path().join(".git");
    let files = [
        ("HEAD", b"ref: refs/heads/main\n".as_slice()),
        ("a", b""),
        ("config", b"[core]\n\trepositoryformatversion = 0\n"),
    ];
    for (name, bytes) in files.iter().chain(parts) {
        let path = git.join(name);
        let Some(parent) = path.parent() else { return };
        if fs::create_dir_all(parent).and_then(|()| fs::write(&path, bytes)).is_err() {
            return;
        }
    }
    let _ = fs::create_dir_all(git.join("objects/pack"));
    let _ = fs::create_dir_all(git.join("refs"));
    let _ = fs::write(folder.path().join("a.txt"), "a\n");
    let _ = fs::write(folder.path().join(".gitignore"), "b\n");
    look(folder.path());
}

fn look(root: &Path) {
    if let Ok(tree) = SourceTree::of_folder(root, Selection::Tracked) {
        assert!(tree.files().iter().all(|file| !file.name.contains('\n') && !file.name.starts_with('/')), "{tree:?}");
    }
    if let Ok(staged) = SourceTree::staged(root) {
        staged.tree.files().iter().for_each(|file| drop(file.read(1 << 20)));
    }
    let _ = SourceTree::changed_since(root, "main");
}

/// `.git/index`: versions 2 to 4, its extensions, and any names.
pub(super) const INDEX: Target = Target {
    name: "git_index",
    run: |data| ask(&[("index", data)]),
    seeds: || {
        vec![
            index(2, &["a.txt", "b/c"]),
            index(3, &["a.txt"]),
            index(4, &["a.txt"]),
            index(2, &["../out", ".git/config", "\u{7f}"]),
        ]
    },
    words: &["DIRC", "TREE", "REUC", "UNTR", "FSMN", "link", "EOIE", "IEOT", "sdir", "../", ".git/", "\u{0}", "a.txt"],
};

/// An index as git writes it, with a sum of zeroes, which means none.
fn index(version: u32, names: &[&str]) -> Vec<u8> {
    let mut out = b"DIRC".to_vec();
    out.extend(version.to_be_bytes());
    out.extend((names.len() as u32).to_be_bytes());
    for name in names {
        let start = out.len();
        out.extend([0; 24]);
        out.extend(0o100_644_u32.to_be_bytes());
        out.extend([0; 12]);
        out.extend([0x11; 20]);
        out.extend((name.len() as u16).to_be_bytes());
        if version == 4 {
            out.push(0);
        }
        out.extend(name.as_bytes());
        out.push(0);
        while version < 4 && !(out.len() - start).is_multiple_of(8) {
            out.push(0);
        }
    }
    out.extend([0; 20]);
    out
}

/// References, and what ignore files and the configuration say, one behind another with NUL between.
pub(super) const SETTINGS: Target = Target {
    name: "git_settings",
    run: |data| {
        let mut parts = data.split(|byte| *byte == 0);
        let mut next = || parts.next().unwrap_or_default();
        ask(&[
            ("HEAD", next()),
            ("packed-refs", next()),
            ("refs/heads/main", next()),
            ("info/exclude", next()),
            ("config", next()),
            ("index", &index(2, &["a.txt"])),
        ]);
    },
    seeds: || {
        vec![
            b"ref: refs/heads/main\n\0# pack-refs with: peeled fully-peeled sorted \n1111111111111111111111111111111111111111 refs/heads/main\n^2222222222222222222222222222222222222222\n\0ref: refs/heads/main\n\0*.log\n!/a\n[a-\n\0[core]\n\tworktree = /\n\tfsmonitor = sh -c x\n\tbare = true\n[include]\n\tpath = x\n".to_vec(),
            b"1111111111111111111111111111111111111111\0\x001111111111111111111111111111111111111111\0\0[extensions]\nobjectFormat = sha256\nworktreeConfig = true\n".to_vec(),
        ]
    },
    words: &[
        "ref: ",
        "refs/heads/main",
        "../",
        "*",
        "**/",
        "!",
        "[a-z]",
        "\\",
        "[core]\n",
        "worktree = ",
        "bare = ",
        "[extensions]\n",
        "objectformat = ",
        "[include]\n",
        "gitdir: ",
    ],
};
