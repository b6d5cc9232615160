//! Other processes: the test program runs itself, and a part it is told to play.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::{errors, files};

const PART: &str = "TELEMETRY_TEST_PART";
const FOLDER: &str = "TELEMETRY_TEST_FOLDER";

/// The command that plays `part` on `folder`.
pub(crate) fn command(part: &str, folder: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "child::play", "--ignored", "--nocapture", "--test-threads=1"]);
    command.env(PART, part).env(FOLDER, folder).stdout(Stdio::piped()).stdin(Stdio::piped());
    command
}

#[test]
#[ignore = "not a test: the part of other tests that runs in processes of its own"]
fn play() {
    let (Ok(part), Some(folder)) = (std::env::var(PART), std::env::var_os(FOLDER)) else { return };
    let folder = PathBuf::from(folder);
    match part.as_str() {
        "write_many" => files::write_many(&folder),
        "write_and_wait" => files::write_and_wait(&folder),
        "note_many" => errors::note_many(&folder),
        #[cfg(target_os = "linux")]
        "fill" => crate::small_disk::fill(&folder),
        other => panic!("no part is called {other}"),
    }
}
