use xtask::tidy::size_limits::{FILE_AIM, FILE_LIMIT, FUNCTION_LIMIT, check, long_files};

use crate::{files, told};

#[test]
fn a_file_past_the_limit_is_found() {
    let (at, past) = ("\n".repeat(FILE_LIMIT), "\n".repeat(FILE_LIMIT + 1));
    let found = check(&files(&[("crates/x/src/at.rs", &at), ("crates/x/src/past.rs", &past), ("notes.md", &past)]));
    assert_eq!(told(&found), ["crates/x/src/past.rs: 701 lines, more than 700: split it by what its parts do"]);
}

#[test]
fn a_script_is_measured_too() {
    let script = format!("#!/bin/sh{}", "\n".repeat(FILE_LIMIT + 2));
    assert_eq!(check(&files(&[("scripts/test", &script)])).len(), 1);
}

#[test]
fn a_function_past_the_limit_is_found() {
    let function = |lines: usize| format!("\nfn long() {{{}}}", "\n".repeat(lines - 1));
    let method = |lines: usize| format!("impl X {{\nfn long() {{{}}} }}", "\n".repeat(lines - 1));
    for text in [function(FUNCTION_LIMIT), method(FUNCTION_LIMIT)] {
        assert_eq!(check(&files(&[("crates/x/src/a.rs", &text)])), []);
    }
    for text in [function(FUNCTION_LIMIT + 1), method(FUNCTION_LIMIT + 1)] {
        let found = told(&check(&files(&[("crates/x/src/a.rs", &text)])));
        assert_eq!(found, ["crates/x/src/a.rs:2: `long` has 101 lines, more than 100: give its steps names"]);
    }
}

#[test]
fn a_file_past_the_aim_is_told() {
    let repository = files(&[("crates/x/src/a.rs", &"\n".repeat(FILE_AIM + 1)), ("crates/x/src/b.rs", "\n")]);
    assert_eq!(long_files(&repository).collect::<Vec<_>>(), [("crates/x/src/a.rs", FILE_AIM + 1)]);
}
