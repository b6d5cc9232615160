//! The program under test, in a home, a working folder and a data folder of its own.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use testkit::{Outcome, Run, TempDir};

/// The binary that cargo built for these tests.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_smart-begin");

/// Whether the long forms of the tests were asked for.
pub(crate) fn long() -> bool {
    std::env::var_os("SMART_BEGIN_LONG").is_some_and(|value| value == "1")
}

/// A place to run the program in; removed when dropped.
pub(crate) struct Home {
    _folder: TempDir,
    root: PathBuf,
}

impl Home {
    pub(crate) fn new() -> Self {
        let folder = testkit::folder();
        let root = folder.path().canonicalize().unwrap();
        for part in ["home", "work"] {
            fs::create_dir(root.join(part)).unwrap();
        }
        Self { _folder: folder, root }
    }

    /// Holds all the others.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// `HOME` of the program.
    pub(crate) fn home(&self) -> PathBuf {
        self.root.join("home")
    }

    /// The folder it runs in.
    pub(crate) fn work(&self) -> PathBuf {
        self.root.join("work")
    }

    /// Where its store lies; made by the program itself.
    pub(crate) fn data(&self) -> PathBuf {
        self.root.join("data")
    }

    /// A call of the program with these arguments.
    pub(crate) fn call<A: AsRef<std::ffi::OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Run {
        self.house(Run::new(PROGRAM)).args(arguments)
    }

    /// Lets another program, such as one that starts the program under test, live here.
    pub(crate) fn house(&self, run: Run) -> Run {
        run.clean_environment().env("HOME", self.home()).env("SMART_BEGIN_DATA_DIR", self.data()).folder(self.work())
    }

    /// The answer to a call that must succeed, as JSON; nothing else is on stdout, and nothing on stderr.
    #[track_caller]
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let outcome = self.call(arguments).args(["--format", "json"]).run().expect_ok();
        assert_eq!(outcome.stderr, "", "a call that succeeds says nothing on stderr");
        answer(&outcome)
    }

    /// Begins a project; more options may follow its name.
    #[track_caller]
    pub(crate) fn begin(&self, name: &str, more: &[&str]) -> Value {
        self.json(&[&["new", name], more].concat())
    }

    /// The plan's hash for these options.
    #[track_caller]
    pub(crate) fn plan_hash(&self, name: &str, more: &[&str]) -> String {
        text(&self.json(&[&["new", name, "--dry-run"], more].concat()), "planHash")
    }

    /// All projects that the store knows, newest first.
    #[track_caller]
    pub(crate) fn projects(&self) -> Vec<Value> {
        let mut all: Vec<Value> = Vec::new();
        loop {
            let last = all.last().map(|project| text(project, "id"));
            let mut arguments = vec!["projects", "list", "--limit", "500"];
            arguments.extend(last.iter().flat_map(|id| ["--cursor", id]));
            let page = self.json(&arguments)["projects"].as_array().unwrap().clone();
            if page.is_empty() {
                return all;
            }
            all.extend(page);
        }
    }

    /// The stacks that can be begun.
    pub(crate) fn stacks(&self) -> Vec<String> {
        let list = self.json(&["blueprints"]);
        let stacks = list["blueprints"].as_array().unwrap().iter().map(|blueprint| text(blueprint, "stack"));
        stacks.collect()
    }
}

/// The one JSON document on stdout.
#[track_caller]
pub(crate) fn answer(outcome: &Outcome) -> Value {
    let parsed = serde_json::from_str(&outcome.stdout);
    parsed.unwrap_or_else(|fault| {
        panic!("stdout is not one JSON document ({fault}):\n{}\n{}", outcome.stdout, outcome.stderr)
    })
}

/// The text under `key`.
#[track_caller]
pub(crate) fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_else(|| panic!("no text under {key}: {value}")).to_owned()
}
