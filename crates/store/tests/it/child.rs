//! Other processes: the test program runs itself, and a part it is told to play.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{ChildStdout, Command, Stdio};

use crate::{access, audit_tree, downloads, owners, processes};

const PART: &str = "STORE_TEST_PART";
const FOLDER: &str = "STORE_TEST_FOLDER";

/// A running process that plays a part.
pub(crate) struct Child {
    process: std::process::Child,
    output: BufReader<ChildStdout>,
}

impl Child {
    pub(crate) fn spawn(part: &str, folder: &Path) -> Self {
        let mut process = command(part, folder).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        Self { process, output }
    }

    /// The next line it says that `wanted` picks.
    pub(crate) fn wait_for<T>(&mut self, wanted: impl Fn(&str) -> Option<T>) -> T {
        loop {
            let mut line = String::new();
            assert_ne!(self.output.read_line(&mut line).unwrap(), 0, "the process ended early");
            if let Some(found) = wanted(line.trim_end()) {
                return found;
            }
        }
    }

    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// What it still said, after its end, which must be a good one.
    pub(crate) fn lines(mut self) -> Vec<String> {
        drop(self.process.stdin.take());
        let lines = self.rest();
        assert!(self.process.wait().unwrap().success(), "{lines:?}");
        lines
    }

    /// What it still said, however it ended. A last line that was cut off by its end does not count.
    pub(crate) fn rest(&mut self) -> Vec<String> {
        let mut text = String::new();
        self.output.read_to_string(&mut text).unwrap();
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        whole.lines().map(str::to_owned).collect()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The command that plays `part` on `folder`.
pub(crate) fn command(part: &str, folder: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "child::play", "--ignored", "--nocapture", "--test-threads=1"]);
    command.env(PART, part).env(FOLDER, folder);
    command
}

#[test]
#[ignore = "not a test: the part of other tests that runs in processes of its own"]
fn play() {
    let (Ok(part), Some(folder)) = (std::env::var(PART), std::env::var_os(FOLDER)) else { return };
    let folder = PathBuf::from(folder);
    // The harness has begun a line.
    println!();
    match part.as_str() {
        "use_all" => downloads::use_all(&folder),
        "start_and_wait" => owners::start_and_wait(&folder),
        "take_over" => owners::take_over(&folder),
        "begin_many" => processes::begin_many(&folder),
        "begin_within" => access::begin_within(&folder),
        "fail_often" => access::fail_often(&folder),
        "rotate_often" => access::rotate_often(&folder),
        "append_often" => audit_tree::append_often(&folder),
        "open_often" => processes::open_often(&folder),
        #[cfg(target_os = "linux")]
        "fill" => crate::small_disk::fill(&folder),
        #[cfg(target_os = "linux")]
        "prepare" => crate::small_disk::prepare(&folder),
        #[cfg(target_os = "linux")]
        "open_read_only" => crate::small_disk::open_read_only(&folder),
        other => panic!("no part is called {other}"),
    }
}
