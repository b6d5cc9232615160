//! Same answers, same bytes: wherever, whoever and whenever; and the hash of the plan is the hash of what is written.

use std::fs;

use serde_json::Value;
use testkit::Run;

use crate::program::{Home, PROGRAM, answer, text};
use crate::random::Random;
use crate::tree::{self, Thing};

/// Text that would break out of a file where it is not encoded.
const HOSTILE: [&str; 26] = [
    "\"",
    "'",
    "\\",
    "\\n",
    "${{ github.token }}",
    "{{ 7*7 }}",
    "{= name =}",
    "{% raw %}",
    "{## #}",
    "<script>alert(1)</script>",
    "|",
    "`id`",
    "$(id)",
    "; rm -rf /",
    "#",
    "---",
    "```",
    "*/ /*",
    "]]>",
    "\"\"\"",
    "'''",
    "r#\"",
    "\u{1f600}\u{1f9d1}\u{200d}\u{1f680}",
    "\u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{645}\u{631}\u{62d}\u{628}\u{627}",
    "%s%n",
    "&amp;",
];
const WORDS: [&str; 6] = ["plain", "O'Neill", "na\u{ef}ve", "\u{65e5}\u{672c}\u{8a9e}", "C:\\temp", "a  b"];

fn free_text(random: &mut Random, longest: usize) -> String {
    let mut made = WORDS[0].to_owned();
    let parts = if random.chance(5) { 400 } else { 1 + random.below(6) };
    for _ in 0..parts {
        let part: &&str = if random.chance(2) { random.pick(&HOSTILE) } else { random.pick(&WORDS) };
        if made.chars().count() + part.chars().count() < longest {
            made.push_str(if random.chance(2) { " " } else { "" });
            made.push_str(part);
        }
    }
    made
}

/// Options of `new` for one random set of answers, all its free text hostile.
fn answers(random: &mut Random, stacks: &[String]) -> Vec<String> {
    let mut options =
        vec![format!("--stack={}", random.pick(stacks)), format!("--description={}", free_text(random, 500))];
    let mut maybe = |option: &str, value: String| options.push(format!("--{option}={value}"));
    for _ in 0..random.below(5) {
        maybe("goal", free_text(random, 200));
    }
    if random.chance(2) {
        let person = free_text(random, 90);
        maybe("author", if random.chance(3) { format!("{person} <ada@example.org>") } else { person });
    }
    if random.chance(2) {
        maybe("owner", (*random.pick(&["@ada", "@org/team", "@bad team", "Ada & Sons", "<b>"])).to_owned());
    }
    if random.chance(2) {
        let contact = random.pick(&[
            "security@example.org",
            "https://example.org/security",
            "javascript:alert(1)",
            "call me | maybe",
        ]);
        maybe("contact", (*contact).to_owned());
    }
    let users =
        random.pick(&["strategy-people", "vibe-coders", "non-technical-founders", "vibe-coders,strategy-people"]);
    maybe("for", (*users).to_owned());
    maybe("role", (*random.pick(&["developer", "designer", "qa-engineer"])).to_owned());
    maybe("quality", (*random.pick(&["basic", "standard", "enterprise", "production"])).to_owned());
    maybe("license", (*random.pick(&["Apache-2.0", "MIT", "UNLICENSED"])).to_owned());
    if random.chance(2) {
        maybe("year", (1970 + random.below(8030)).to_string());
    }
    options
}

/// A call as another person on another machine would make it.
fn elsewhere(home: &Home, random: &mut Random, arguments: &[&str]) -> Value {
    let folder = home.root().join(format!("elsewhere-{}", random.next()));
    fs::create_dir(&folder).unwrap();
    let run = home.house(Run::new(PROGRAM)).args(arguments).args(["--format", "json"]).folder(&folder);
    let run = run
        .env("HOME", &folder)
        .env("USER", random.pick(&["root", "ada", "\u{5d0}"]))
        .env("LOGNAME", "x")
        .env("HOSTNAME", "y");
    let run = run
        .env("TZ", random.pick(&["UTC", "Asia/Kathmandu", "America/St_Johns"]))
        .env("LC_ALL", random.pick(&["C", "tr_TR.UTF-8", "de_DE"]));
    let run = run
        .env("LANG", random.pick(&["C", "ar_EG.UTF-8"]))
        .env("SOURCE_DATE_EPOCH", "1")
        .env("GIT_AUTHOR_NAME", "somebody");
    answer(&run.run().expect_ok())
}

#[test]
fn fifty_random_answer_sets_give_identical_trees_and_the_hash_in_the_plan_is_the_hash_on_disk() {
    let home = Home::new();
    let stacks = home.stacks();
    let sets: Vec<u64> = (0..50).collect();
    let wrong = crate::walk::complaints(&sets, |seed| {
        let mut random = Random::new(*seed);
        let options = answers(&mut random, &stacks);
        let options: Vec<&str> = options.iter().map(String::as_str).collect();
        let name = *random.pick(&["demo", "My Shop 2.0", "a-very-long-name-for-a-small-service-of-ours"]);
        let planned =
            home.json(&[&["new", name, "--dry-run", "--dir", &format!("plan-{seed}")], &options[..]].concat());
        let hash = text(&planned, "planHash");

        let (here, there) = (home.work().join(format!("here-{seed}")), home.root().join(format!("there-{seed}")));
        let (here_name, there_name) = (here.to_str().unwrap(), there.to_str().unwrap());
        home.json(&[&["new", name, "--no-git", "--dir", here_name, "--plan-hash", &hash], &options[..]].concat());
        // Every other time from the record of the first: it holds all answers.
        let record = here.join(".smart-begin.toml");
        let again: Vec<&str> =
            if seed % 2 == 0 { vec!["--answers", record.to_str().unwrap()] } else { [&[name], &options[..]].concat() };
        let arguments = [&["new", "--dir", there_name, "--plan-hash", &hash], &again[..]].concat();
        elsewhere(&home, &mut random, &arguments);

        let (one, other) = (tree::read(&here), tree::without_git(tree::read(&there)));
        if one != other {
            let differs: Vec<_> =
                one.iter().filter(|(path, thing)| other.get(*path) != Some(thing)).map(|(path, _)| path).collect();
            return Some(format!("set {seed}: {differs:?} differ"));
        }
        let found = tree::plan_hash(&one);
        (found != hash).then(|| format!("set {seed}: planned {hash}, on disk {found}"))
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_plan_applies_by_its_hash_and_a_stale_one_writes_nothing() {
    let home = Home::new();
    let hash = home.plan_hash("demo", &[]);
    assert_eq!(fs::read_dir(home.work()).unwrap().count(), 0, "a plan writes nothing");
    assert!(home.projects().is_empty(), "a plan records nothing");
    let told = crate::refusal::refuse(
        &home,
        3,
        "planHash",
        &["new", "demo", "--plan-hash", &hash, "--description", "another"],
    );
    assert!(told.contains("--dry-run"), "{told}");
    home.begin("demo", &["--plan-hash", &hash]);
    tree::assert_whole(&home.work().join("demo"), &hash, true);
}

#[test]
fn every_stack_plans_what_it_writes() {
    let home = Home::new();
    for stack in home.stacks() {
        let report = home.begin(&format!("of-{stack}"), &["--stack", &stack]);
        let folder = home.work().join(format!("of-{stack}"));
        tree::assert_whole(&folder, &text(&report, "planHash"), true);
        let listed: Vec<&str> =
            report["projectStructure"]["files"].as_array().unwrap().iter().map(|file| file.as_str().unwrap()).collect();
        let written = tree::without_git(tree::read(&folder));
        let written: Vec<&str> = written
            .iter()
            .filter(|(_, thing)| matches!(thing, Thing::File { .. }))
            .map(|(path, _)| path.as_str())
            .collect();
        assert_eq!(listed, written);
        for file in [".smart-begin.toml", "README.md", "Makefile", ".gitignore"] {
            assert!(written.contains(&file), "{stack} has no {file}");
        }
    }
}

/// The hash covers whether a file can be executed, not what others may do with it: that is the user's umask.
#[test]
fn whatever_the_umask_nobody_else_may_write_and_the_hash_is_the_same() {
    let home = Home::new();
    let hash = home.plan_hash("demo", &[]);
    for (umask, file, program, folder) in [
        ("022", 0o644, 0o755, 0o755),
        ("000", 0o644, 0o755, 0o755),
        ("002", 0o644, 0o755, 0o755),
        ("077", 0o600, 0o700, 0o700),
        ("027", 0o640, 0o750, 0o750),
    ] {
        let target = home.work().join(umask);
        let script = format!("umask {umask}; exec \"$0\" \"$@\"");
        let run = home.house(Run::new("sh")).args(["-c", &script, PROGRAM, "new", "demo", "--dir", umask]);
        let _ = run.run().expect_ok();
        for (path, thing) in tree::read(&home.work()).iter().filter(|(path, _)| path.starts_with(umask)) {
            let right = match thing {
                Thing::Folder { mode } => *mode == folder,
                Thing::File { mode, .. } => *mode == file || *mode == program,
                other => panic!("{path}: {other:?}"),
            };
            assert!(right, "umask {umask}: {path} is {thing:?}");
        }
        tree::assert_whole(&target, &hash, true);
    }
}
