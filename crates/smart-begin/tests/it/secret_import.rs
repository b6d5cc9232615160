//! What an import leaves behind in a tree: told by file and line, never by value.

use std::fs;

use testkit::{Outcome, Run};

use crate::program::{Home, answer};
use crate::secrets::{PRODUCTION, canary, get, home};

fn git(home: &Home, line: &[&str]) {
    home.house(Run::new("git")).args(["-c", "user.name=t", "-c", "user.email=t@t"]).args(line).run().expect_ok();
}

fn import(home: &Home, more: &[&str]) -> Outcome {
    home.call(["secret", "import", ".env"]).args(PRODUCTION).args(more).run()
}

fn write(home: &Home, path: &str, text: &str) {
    let path = home.work().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn a_file_that_git_has_or_would_take_is_told_and_an_ignored_one_is_not() {
    let home = home();
    let value = canary("import");
    git(&home, &["init", "-q"]);
    write(&home, ".env", &format!("API_KEY={value}\nPORT=8080\n"));
    let loose = import(&home, &[]);
    assert_eq!(loose.status.code(), Some(1), "{loose:?}");
    assert!(loose.stdout.contains("next git add") && loose.stdout.contains("Took in"), "{loose:?}");
    assert!(loose.stdout.contains("Too short to be looked for: PORT"), "{loose:?}");
    git(&home, &["add", ".env"]);
    let tracked = answer(&import(&home, &["--format", "json"]));
    assert_eq!(tracked["leftBehind"]["file"]["state"], "tracked", "{tracked}");
    git(&home, &["rm", "-q", "--cached", ".env"]);
    write(&home, ".gitignore", "*.log\n.env\n");
    let ignored = import(&home, &[]).expect_ok();
    assert!(ignored.stdout.contains("Nothing of it"), "{ignored:?}");
    assert!(ignored.stdout.contains(".env itself still holds the values"), "{ignored:?}");
    assert_eq!(get(&home, "API_KEY").expect_ok().stdout, value);
    for outcome in [loose, ignored] {
        assert!(!format!("{outcome:?}").contains(&value));
    }
}

#[test]
fn a_value_anywhere_in_the_tree_is_told_by_file_and_line() {
    let home = home();
    let (one, other) = (canary("one"), canary("other"));
    git(&home, &["init", "-q"]);
    write(&home, ".gitignore", ".env*\nbuild\n");
    write(&home, ".env", &format!("ONE={one}\nOTHER='{other}'\n"));
    write(&home, "src/config.js", &format!("// c\nconst key = \"{one}\";\n"));
    write(&home, "build/out.js", &format!("x{other}y"));
    write(&home, ".env.local", &format!("ONE={one}\n"));
    write(&home, "node_modules/a/index.js", &one);
    let found = import(&home, &["--format", "json"]);
    assert_eq!(found.status.code(), Some(1), "{found:?}");
    let places: Vec<String> = answer(&found)["leftBehind"]["found"]
        .as_array()
        .unwrap()
        .iter()
        .map(|place| {
            format!("{}:{} {}", place["path"].as_str().unwrap(), place["line"], place["name"].as_str().unwrap())
        })
        .collect();
    assert_eq!(places, [".env.local:1 ONE", "build/out.js:1 OTHER", "src/config.js:2 ONE"]);
    let told = import(&home, &[]);
    assert!(told.stdout.contains("src/config.js:2"), "{told:?}");
    assert!(!format!("{found:?}{told:?}").contains(&one) && !format!("{found:?}{told:?}").contains(&other));
}

#[test]
fn outside_of_git_a_tree_is_looked_through_where_it_is_named() {
    let home = home();
    let value = canary("plain");
    write(&home, ".env", &format!("ONE={value}\n"));
    write(&home, "sub/notes.txt", &value);
    let alone = import(&home, &[]).expect_ok();
    assert!(alone.stdout.contains("--check-tree"), "{alone:?}");
    let found = import(&home, &["--check-tree", "."]);
    assert_eq!(found.status.code(), Some(1));
    assert!(found.stdout.contains("sub/notes.txt:1"), "{found:?}");
    let wrong = import(&home, &["--check-tree", "nowhere"]);
    assert_eq!(wrong.status.code(), Some(2), "{wrong:?}");
}

#[test]
fn a_file_that_programs_read_differently_is_refused_by_line_and_nothing_is_taken_in() {
    let home = home();
    let value = canary("odd");
    write(&home, ".env", &format!("GOOD=1\nODD=${{{value}}}\n"));
    let refused = import(&home, &[]);
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
    assert!(refused.stderr.contains("line 2") && !refused.stderr.contains(&value), "{refused:?}");
    assert_eq!(home.json(&["secret", "list"])["secrets"].as_array().unwrap().len(), 0);
}
