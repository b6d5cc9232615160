//! Real repositories, made by git itself.

use std::fs;
use std::path::{Path, PathBuf};

use testkit::{Outcome, Run, TempDir};

/// A repository in a folder of its own.
pub(crate) struct Git {
    _folder: TempDir,
    pub(crate) root: PathBuf,
}

impl Git {
    pub(crate) fn init() -> Self {
        let folder = testkit::folder();
        let root = folder.path().canonicalize().unwrap().join("work");
        fs::create_dir(&root).unwrap();
        let git = Self { _folder: folder, root };
        git.run(&["init", "-q", "-b", "main"]);
        git
    }

    pub(crate) fn try_run(&self, folder: &Path, arguments: &[&str]) -> Outcome {
        let mut run = Run::new("git").clean_environment().folder(folder);
        for (name, value) in
            [("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_SYSTEM", "/dev/null"), ("HOME", "/nowhere")]
        {
            run = run.env(name, value);
        }
        for who in ["AUTHOR", "COMMITTER"] {
            run = run.env(format!("GIT_{who}_NAME"), "Ada").env(format!("GIT_{who}_EMAIL"), "ada@example.org");
        }
        run.args(["-c", "protocol.file.allow=always"]).args(arguments).run()
    }

    pub(crate) fn run_in(&self, folder: &Path, arguments: &[&str]) -> String {
        self.try_run(folder, arguments).expect_ok().stdout
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        self.run_in(&self.root, arguments)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> &Self {
        let path = self.root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    pub(crate) fn commit(&self, message: &str) -> String {
        self.run(&["add", "-A"]);
        self.run(&["commit", "-q", "--allow-empty", "-m", message]);
        self.run(&["rev-parse", "HEAD"]).trim().to_owned()
    }

    /// What git tracks or would track, regular files that are there, in order.
    pub(crate) fn listed(&self, folder: &Path) -> Vec<String> {
        let out = self.run_in(folder, &["ls-files", "-z", "-c", "-o", "--exclude-standard"]);
        let mut names: Vec<String> = out
            .split('\0')
            .filter(|name| folder.join(name).symlink_metadata().is_ok_and(|about| about.is_file()))
            .map(str::to_owned)
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}
