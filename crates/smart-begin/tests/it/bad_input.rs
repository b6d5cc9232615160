//! Answers that cannot be used, on the command line and from a file.

use std::fs;

use crate::program::Home;
use crate::refusal::{Book, assert_nothing_begun, refuse};

#[test]
fn values_that_are_not_among_those_that_can_be() {
    let home = Home::new();
    let mut book = Book::default();
    for (field, option, value) in [
        ("stack", "--stack", "pyhton"),
        ("stack", "--stack", "cobol"),
        ("stack", "--stack", ""),
        ("projectTemplate", "--template", "api-servise"),
        ("projectTemplate", "--template", "web-app"),
        ("projectTemplate", "--template", "../../etc"),
        ("role", "--role", "devloper"),
        ("role", "--role", "king"),
        ("qualityLevel", "--quality", "best"),
        ("license", "--license", "GPL-3.0"),
        ("targetUsers", "--for", "vibe-coder"),
        ("targetUsers", "--for", "vibe-coders,martians"),
        ("year", "--year", "1969"),
        ("year", "--year", "10000"),
    ] {
        book.refuse(&home, 2, field, &["new", "demo", option, value]);
    }
    assert_nothing_begun(&home);
    insta::assert_snapshot!(book.text());
}

#[test]
fn texts_that_cannot_be_used() {
    let home = Home::new();
    let mut book = Book::default();
    let (long, very_long) = ("x".repeat(501), "y".repeat(100_000));
    for (field, option, value) in [
        ("description", "--description", long.as_str()),
        ("description", "--description", "pay\u{202e}lap"),
        ("description", "--description", "a\u{200b}b"),
        ("description", "--description", "red\u{1b}[31m"),
        ("author", "--author", very_long.as_str()),
        ("owner", "--owner", "\u{feff}me"),
        ("contact", "--contact", long.as_str()),
        ("businessGoals", "--goal", ""),
        ("businessGoals", "--goal", long.as_str()),
    ] {
        book.refuse(&home, 2, field, &["new", "demo", &format!("{option}={value}")]);
    }
    let goals: Vec<String> = (0..21).map(|number| format!("--goal=goal {number}")).collect();
    let arguments: Vec<&str> = ["new", "demo"].into_iter().chain(goals.iter().map(String::as_str)).collect();
    assert!(refuse(&home, 2, "businessGoals", &arguments).contains("more than 20"));
    assert_nothing_begun(&home);
    insta::assert_snapshot!(book.text());
}

#[test]
fn options_that_the_command_line_does_not_have() {
    let home = Home::new();
    for arguments in [
        &["new", "demo", "--frobnicate"][..],
        &["new", "demo", "--dir", ""],
        &["new", "demo", "--year", "soon"],
        &["new", "demo", "--year", "2147483648"],
        &["new", "demo", "--year", "1999.5"],
        &["new", "demo", "--format", "xml"],
        &["new", "demo", "extra"],
        &["begin"],
        &[],
        &["projects"],
        &["projects", "list", "--limit", "-1"],
        &["connect", "netscape"],
        &["completions", "cmd"],
        &["serve", "--http", "nonsense"],
        &["serve", "--http", "127.0.0.1:99999"],
    ] {
        let outcome = home.call(arguments).run();
        assert_eq!(outcome.status.code(), Some(2), "{arguments:?}: {outcome:?}");
        assert!(outcome.stdout.is_empty(), "{outcome:?}");
        assert!(outcome.stderr.contains("--help") || outcome.stderr.contains("Usage:"), "{outcome:?}");
    }
    assert_eq!(fs::read_dir(home.work()).unwrap().count(), 0);
}

#[test]
fn a_plan_hash_that_is_not_the_plans() {
    let home = Home::new();
    let mut book = Book::default();
    let stale = home.plan_hash("demo", &["--author", "Somebody else"]);
    for hash in [stale.as_str(), "", "nonsense", "sha256:", &"0".repeat(100_000)] {
        let told = refuse(&home, 3, "planHash", &["new", "demo", "--plan-hash", hash]);
        assert!(told.contains("changed"), "{told}");
    }
    book.refuse(&home, 3, "planHash", &["new", "demo", "--plan-hash", "nonsense"]);
    assert_nothing_begun(&home);
    insta::assert_snapshot!(book.text());
}

#[test]
fn projects_that_are_not_there() {
    let home = Home::new();
    let mut book = Book::default();
    for (field, arguments) in [
        ("projectId", &["projects", "show", "nonsense"][..]),
        ("projectId", &["projects", "show", "prj_000000000000000000000000"]),
        ("projectId", &["projects", "show", "../../etc/passwd"]),
        ("limit", &["projects", "list", "--limit", "0"]),
        ("limit", &["projects", "list", "--limit", "501"]),
        ("cursor", &["projects", "list", "--cursor", "nonsense"]),
    ] {
        book.refuse(&home, 2, field, arguments);
    }
    insta::assert_snapshot!(book.text());
}

#[test]
fn answers_files_that_hold_no_answers() {
    let home = Home::new();
    let mut book = Book::default();
    let deep = format!("name = \"x\"\ndescription = {}1{}", "[".repeat(10_000), "]".repeat(10_000));
    for (name, content) in [
        ("empty", &b""[..]),
        ("malformed", b"name = "),
        ("unknown-key", b"name = \"demo\"\ncolour = \"red\"\n"),
        ("unknown-key-in-table", b"[answers]\nname = \"demo\"\ncolour = \"red\"\n"),
        ("wrong-type", b"name = 5\n"),
        ("answers-is-no-table", b"answers = \"yes\"\n"),
        ("not-text", b"name = \"\xff\xfe\"\n"),
        ("year", b"name = \"demo\"\nyear = 99999\n"),
        ("stack", b"name = \"demo\"\nstack = \"pyhton\"\n"),
        ("bad-name", b"name = \"../demo\"\n"),
        ("deep", deep.as_bytes()),
        ("huge", &[b'#'; 300_000]),
    ] {
        let path = home.work().join(name);
        fs::write(&path, content).unwrap();
        let field = match name {
            "empty" | "bad-name" => "projectName",
            "year" | "stack" => name,
            _ => "",
        };
        book.refuse(&home, 2, field, &["new", "--answers", name]);
        fs::remove_file(path).unwrap();
    }
    book.refuse(&home, 2, "", &["new", "--answers", "missing"]);
    fs::create_dir(home.work().join("folder")).unwrap();
    book.refuse(&home, 2, "", &["new", "--answers", "folder"]);
    book.refuse(&home, 2, "", &["new", "--answers", "/dev/zero"]);
    assert_nothing_begun(&home);
    insta::assert_snapshot!(book.text());
}

#[test]
fn roots_and_addresses_that_a_server_may_not_have() {
    let home = Home::new();
    let file = home.work().join("file");
    fs::write(&file, "").unwrap();
    let owner = home.home();
    fs::create_dir(owner.join(".ssh")).unwrap();
    let hidden = owner.join(".ssh").display().to_string();
    let (file, owner, above) =
        (file.display().to_string(), owner.display().to_string(), home.root().display().to_string());
    for root in [
        "/",
        "/etc",
        "/usr/bin",
        "/root",
        "/tmp",
        "/proc/self",
        "/var/lib",
        "missing",
        "",
        &owner,
        &hidden,
        &above,
        &file,
    ] {
        for command in [&["serve", "--root", root][..], &["connect", "inspector", "--root", root]] {
            let outcome = home.call(command).run();
            assert_eq!(outcome.status.code(), Some(2), "{command:?}: {outcome:?}");
            assert!(outcome.stdout.is_empty() && outcome.stderr.contains("--root"), "{command:?}: {outcome:?}");
        }
    }
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:8080"] {
        let outcome = home.call(["serve", "--http", address]).run();
        // A setting that development refuses, wherever it is set.
        assert_eq!(outcome.status.code(), Some(2), "{address}: {outcome:?}");
        assert!(outcome.stderr.contains("flag --http") && outcome.stderr.contains("127.0.0.1"), "{outcome:?}");
    }
}
