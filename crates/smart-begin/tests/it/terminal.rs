//! A person at a terminal: questions with defaults, a way out, colours and a progress bar.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use rustix::pty::{OpenptFlags, grantpt, ioctl_tiocgptpeer, openpt, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use crate::program::{Home, PROGRAM};
use crate::strace::Strace;
use crate::tree;

const PATIENCE: Duration = Duration::from_secs(30);
const ENTER: &str = "\r";
const CTRL_C: &str = "\u{3}";
const ESCAPE: &str = "\u{1b}";

/// A program on a terminal of its own, and what it has shown there.
pub(crate) struct Terminal {
    child: Child,
    keyboard: File,
    screen: Receiver<Vec<u8>>,
    shown: String,
    read: usize,
}

impl Terminal {
    pub(crate) fn start(home: &Home, words: &[&str], environment: &[(&str, &str)]) -> Self {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
        grantpt(&ours).unwrap();
        unlockpt(&ours).unwrap();
        tcsetwinsize(&ours, Winsize { ws_row: 50, ws_col: 200, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let theirs = ioctl_tiocgptpeer(&ours, flags).unwrap();
        let end = || Stdio::from(theirs.try_clone().unwrap());
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).current_dir(home.work()).env_clear();
        command.env("PATH", testkit::path()).env("HOME", home.home()).env("SMART_BEGIN_DATA_DIR", home.data());
        command.env("TERM", "xterm-256color").env("LLVM_PROFILE_FILE", "/dev/null").envs(environment.iter().copied());
        let child = command.stdin(end()).stdout(end()).stderr(end()).spawn().unwrap();
        drop((command, theirs));
        let keyboard = File::from(ours);
        let mut screen = keyboard.try_clone().unwrap();
        let (send, receive) = mpsc::channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            // Reading fails once nobody has the other end open.
            while let Ok(read @ 1..) = screen.read(&mut buffer) {
                let _ = send.send(buffer[..read].to_vec());
            }
        });
        Self { child, keyboard, screen: receive, shown: String::new(), read: 0 }
    }

    /// Waits until the program shows this, after what was waited for before.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, wanted: &str) {
        let give_up = Instant::now() + PATIENCE;
        loop {
            if let Some(at) = self.shown[self.read..].find(wanted) {
                self.read += at + wanted.len();
                return;
            }
            let left = give_up.saturating_duration_since(Instant::now());
            match self.screen.recv_timeout(left) {
                Ok(bytes) => self.shown.push_str(&String::from_utf8_lossy(&bytes)),
                Err(why) => {
                    panic!("{wanted:?} is not shown ({why}; {:?}):\n{}", self.child.try_wait(), self.shown)
                }
            }
        }
    }

    /// Waits for a question and until it is drawn to its end, when the cursor comes back: whoever types
    /// before that types into a drawing.
    #[track_caller]
    pub(crate) fn asked(&mut self, question: &str) {
        self.wait_for(question);
        self.wait_for("\u{1b}[?25h");
    }

    pub(crate) fn type_in(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
    }

    /// Waits for the program's end; its exit code and all it has shown.
    #[track_caller]
    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        let give_up = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < give_up, "it does not end:\n{}", self.shown);
            while let Ok(bytes) = self.screen.recv_timeout(Duration::from_millis(5)) {
                self.shown.push_str(&String::from_utf8_lossy(&bytes));
            }
        };
        while let Ok(bytes) = self.screen.recv_timeout(Duration::from_millis(200)) {
            self.shown.push_str(&String::from_utf8_lossy(&bytes));
        }
        (status.code(), std::mem::take(&mut self.shown))
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn what_is_missing_is_asked_with_defaults() {
    let home = Home::new();
    let mut terminal = Terminal::start(&home, &[PROGRAM, "new"], &[]);
    terminal.asked("What is the project called?");
    terminal.type_in("demo");
    terminal.type_in(ENTER);
    // The stack: the default is chosen already; typing searches.
    terminal.asked("typescript");
    terminal.type_in("pyth");
    terminal.type_in(ENTER);
    for _ in 0..2 {
        terminal.asked("? ");
        terminal.type_in(ENTER);
    }
    terminal.wait_for("Begun");
    let (code, shown) = terminal.end();
    assert_eq!(code, Some(0), "{shown}");
    let hash = home.plan_hash("demo", &["--stack", "python", "--dir", "other"]);
    tree::assert_whole(&home.work().join("demo"), &hash, true);
}

#[test]
fn whoever_leaves_the_questions_begins_nothing() {
    for (words, first) in [(&["new"][..], "What is the project called?"), (&["new", "demo"], "? ")] {
        for way_out in [CTRL_C, ESCAPE] {
            let home = Home::new();
            let mut terminal = Terminal::start(&home, &[&[PROGRAM], words].concat(), &[]);
            terminal.asked(first);
            terminal.type_in(way_out);
            terminal.wait_for("nothing was begun");
            let (code, shown) = terminal.end();
            assert_eq!(code, Some(3), "{shown}");
            assert_eq!(std::fs::read_dir(home.work()).unwrap().count(), 0);
            assert!(home.projects().is_empty());
        }
    }
}

#[test]
fn yes_asks_nothing() {
    let home = Home::new();
    let terminal = Terminal::start(&home, &[PROGRAM, "new", "demo", "--yes"], &[]);
    let (code, shown) = terminal.end();
    assert_eq!(code, Some(0), "{shown}");
    assert!(shown.contains("Begun") && !shown.contains('?'), "{shown}");
}

#[test]
fn a_terminal_gets_colours_unless_no_color_is_set() {
    let home = Home::new();
    let show = |environment: &[(&str, &str)]| Terminal::start(&home, &[PROGRAM, "blueprints"], environment).end().1;
    assert!(show(&[]).contains("\u{1b}["), "colours");
    assert!(!show(&[("NO_COLOR", "1")]).contains('\u{1b}'), "NO_COLOR is obeyed");
}

#[test]
fn what_takes_longer_than_half_a_second_shows_how_far_it_is() {
    let Some(strace) = Strace::find() else { return };
    let home = Home::new();
    let words = strace.words(&["inject=syncfs:delay_enter=1200000"]);
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    words.extend([PROGRAM, "new", "demo", "--yes"]);
    let mut terminal = Terminal::start(&home, &words, &[]);
    terminal.wait_for("Putting it in place");
    terminal.wait_for("Begun");
    assert_eq!(terminal.end().0, Some(0));
    let started = Instant::now();
    let (_, shown) = Terminal::start(&home, &[PROGRAM, "new", "quick", "--yes", "--dry-run"], &[]).end();
    let quick = started.elapsed() < Duration::from_millis(400);
    assert!(!quick || !shown.contains("Planning the project"), "what is quick shows none: {shown}");
}

#[test]
fn a_server_on_a_terminal_says_that_it_is_for_assistants() {
    let home = Home::new();
    let mut terminal = Terminal::start(&home, &[PROGRAM, "serve", "--root", "."], &[]);
    terminal.wait_for("smart-begin connect");
    terminal.type_in("\u{4}");
    assert_eq!(terminal.end().0, Some(0));
}

#[test]
fn what_cannot_be_taken_back_is_asked_before() {
    let home = Home::new();
    let id = crate::program::text(&home.begin("demo", &["--no-git"]), "projectId");
    for (typed, code, left) in [(ENTER, 3, 1), ("n\r", 3, 1), (ESCAPE, 3, 1), (CTRL_C, 3, 1), ("y\r", 0, 0)] {
        let mut terminal = Terminal::start(&home, &[PROGRAM, "projects", "delete", &id], &[]);
        terminal.asked("Its files stay.");
        terminal.type_in(typed);
        let (ended, shown) = terminal.end();
        assert_eq!((ended, home.projects().len()), (Some(code), left), "{typed:?}: {shown}");
    }
    assert!(home.work().join("demo/README.md").exists());
}

#[test]
fn what_is_run_with_secrets_has_the_terminal_to_itself() {
    let home = Home::new();
    let _ = home.call(["key", "create"]).run().expect_ok();
    let _ = home.call(["secret", "set", "KEY", "--environment", "production"]).stdin("on-screen").run().expect_ok();
    let script = "trap 'echo caught $KEY; exit 42' INT; test -t 0 && echo ready; while :; do sleep 0.05; done";
    // A terminal of its own in earnest: what is typed there becomes signals.
    // And whoever runs the tests may ignore signals, which no shell can then trap.
    let words = [
        "setsid",
        "--ctty",
        "--wait",
        "env",
        "--default-signal",
        PROGRAM,
        "run",
        "--environment",
        "production",
        "--",
        "sh",
        "-c",
        script,
    ];
    let mut terminal = Terminal::start(&home, &words, &[]);
    terminal.wait_for("ready");
    terminal.type_in(CTRL_C);
    terminal.wait_for("caught on-screen");
    assert_eq!(terminal.end().0, Some(42));
}
