//! `smart-begin serve --http` on a free port, ended when dropped.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use crate::program::{Home, PROGRAM};

/// A running server.
pub(crate) struct Listener {
    child: Child,
    /// Where it listens, for example `http://127.0.0.1:4711`.
    pub(crate) base: String,
}

impl Listener {
    /// Starts the program under test in `home`, with more options for `serve`.
    pub(crate) fn start(home: &Home, more: &[&str]) -> Self {
        Self::of(Command::new(PROGRAM).args(["serve", "--http", "127.0.0.1:0"]).args(more), home)
    }

    /// Starts any command that says on stderr where it listens.
    pub(crate) fn of(command: &mut Command, home: &Home) -> Self {
        command.env("HOME", home.home()).env("SMART_BEGIN_DATA_DIR", home.data()).env("SMART_BEGIN_LOG", "warn");
        command.current_dir(home.work()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let base = loop {
            let line = lines.next().expect("the server says where it listens").unwrap();
            if let Some(at) = line.find("http://") {
                break line[at..].split("/mcp").next().unwrap().to_owned();
            }
        };
        // Whoever stops reading would stop the server, once the pipe is full.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, base }
    }
}

impl Listener {
    /// Asks it to end, and waits until it has.
    pub(crate) fn end(mut self) {
        let pid = rustix::process::Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        assert!(self.child.wait().unwrap().success());
    }

    /// Bytes of memory that it holds.
    pub(crate) fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.split_whitespace().next().unwrap().parse::<u64>().unwrap() << 10
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
