//! Secrets at a terminal: asked for without being shown, and not shown unless that is meant.

use crate::program::PROGRAM;
use crate::secrets::{canary, get, home, set};
use crate::terminal::Terminal;

#[test]
fn a_value_is_asked_for_twice_and_never_shown() {
    let home = home();
    let value = canary("typed");
    let mut terminal = Terminal::start(&home, &[PROGRAM, "secret", "set", "A", "--environment", "production"], &[]);
    terminal.wait_for("Value of A:");
    terminal.type_in(&format!("{value}\r"));
    terminal.wait_for("Once more:");
    terminal.type_in(&format!("{value}\r"));
    let (code, shown) = terminal.end();
    assert_eq!(code, Some(0), "{shown}");
    assert!(!shown.contains(&value), "{shown}");
    assert_eq!(get(&home, "A").expect_ok().stdout, value);
}

#[test]
fn a_terminal_shows_a_value_only_where_that_is_meant() {
    let home = home();
    let value = canary("shown");
    set(&home, "A", &value);
    for words in [
        vec![PROGRAM, "secret", "get", "A", "--environment", "production"],
        vec![PROGRAM, "secret", "export", "--environment", "production"],
    ] {
        let (code, shown) = Terminal::start(&home, &words, &[]).end();
        assert_eq!(code, Some(3), "{shown}");
        assert!(shown.contains("--show") && !shown.contains(&value), "{shown}");
        let (code, shown) = Terminal::start(&home, &[words, vec!["--show"]].concat(), &[]).end();
        assert_eq!(code, Some(0), "{shown}");
        assert!(shown.contains(&value), "{shown}");
    }
}
