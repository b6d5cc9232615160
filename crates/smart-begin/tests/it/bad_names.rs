//! Names that cannot be: refused before anything is written, with the reason and a way on.

use crate::program::Home;
use crate::refusal::{Book, assert_nothing_begun, refuse};

#[test]
fn names_that_cannot_be() {
    let home = Home::new();
    let mut book = Book::default();
    let (overlong, long_slug) = ("a".repeat(81), "a".repeat(51));
    for name in [
        "",
        "   ",
        &overlong,
        &long_slug,
        "../x",
        "a/b",
        "a\\b",
        "/tmp/x",
        "~x",
        ".hidden",
        "..",
        "CON",
        "nul",
        "com1",
        "lpt9",
        "node_modules",
        "1st",
        "---",
        "a;b",
        "$(id)",
        "a'b",
        "a\"b",
        "a*",
        "a:b",
        "a\nb",
        "a\tb",
        "na\u{ef}ve",
    ] {
        book.refuse(&home, 2, "projectName", &["new", "--", name]);
    }
    assert_nothing_begun(&home);
    insta::assert_snapshot!(book.text());
}

#[test]
fn names_that_look_like_others() {
    let home = Home::new();
    let mut book = Book::default();
    for name in [
        "\u{440}\u{430}ypal",           // Cyrillic er and a
        "a\u{200b}b",                   // zero-width space
        "abc\u{202e}txt",               // right-to-left override
        "\u{ff21}bc",                   // full-width A
        "caf\u{e9}",                    // composed
        "cafe\u{301}",                  // decomposed
        "\u{65e5}\u{672c}",             // Japanese
        "\u{1f680}rocket",              // emoji
        "a\u{a0}b",                     // no-break space
        "\u{430}\u{440}\u{440}\u{435}", // all Cyrillic
    ] {
        book.refuse(&home, 2, "projectName", &["new", "--", name]);
    }
    assert_nothing_begun(&home);
    insta::assert_snapshot!(book.text());
}

#[test]
fn a_name_that_begins_with_a_dash_is_an_option_unless_it_is_said_not_to_be() {
    let home = Home::new();
    let told = refuse(&home, 2, "projectName", &["new", "--", "-rf"]);
    assert!(told.contains("begins with a dash"), "{told}");
    let outcome = home.call(["new", "-rf"]).run();
    assert_eq!(outcome.status.code(), Some(2), "{outcome:?}");
    assert!(outcome.stderr.contains("unexpected argument '-r'"), "{outcome:?}");
}

#[test]
fn names_that_the_package_manager_of_a_stack_cannot_have() {
    let home = Home::new();
    let mut book = Book::default();
    for (stack, name) in [
        ("typescript", "fastify"),
        ("typescript", "fs"),
        ("python", "json"),
        ("python", "import"),
        ("python", "fastapi"),
    ] {
        book.refuse(&home, 2, "projectName", &["new", "--stack", stack, "--", name]);
    }
    assert_nothing_begun(&home);
    insta::assert_snapshot!(book.text());
}

#[test]
fn a_name_is_missing_and_nobody_can_be_asked() {
    let home = Home::new();
    let told = refuse(&home, 2, "projectName", &["new"]);
    assert!(told.contains("smart-begin new NAME"), "{told}");
}
