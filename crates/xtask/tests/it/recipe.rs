//! The recipe "Add a tool" of CONTRIBUTING.md, followed to the letter in a copy of this repository.
#![cfg(target_os = "linux")]

use std::fs;
use std::path::Path;
use std::time::Duration;

use testkit::{Run, folder, workspace};
use xtask::repository::Repository;

const MINUTES: Duration = Duration::from_secs(60);

/// What the recipe says to write.
struct Recipe {
    file: String,
    code: String,
    diff: String,
}

impl Recipe {
    fn read() -> Self {
        let text = fs::read_to_string(workspace().join("CONTRIBUTING.md")).unwrap();
        let section = text.split_once("\n## Add a tool\n").unwrap().1.split_once("\n## ").unwrap().0;
        let file = section.split_once("File `").unwrap().1.split_once('`').unwrap().0;
        Self { file: file.to_owned(), code: block(section, "rust"), diff: block(section, "diff") }
    }
}

/// The text of the first code block of that language, which is indented as part of a list.
fn block(section: &str, language: &str) -> String {
    let body = section.split_once(&format!("   ```{language}\n")).unwrap().1.split_once("   ```\n").unwrap().0;
    body.lines().map(|line| format!("{}\n", line.strip_prefix("   ").unwrap_or(line))).collect()
}

/// A copy of the repository, with what is built of the dependencies linked beside it.
fn copy_to(copy: &Path) {
    for (path, _) in Repository::read(&workspace()).unwrap().files {
        let target = copy.join(&path);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(workspace().join(&path), target).unwrap();
    }
    let built = std::env::current_exe().unwrap();
    let profile = built.ancestors().nth(2).unwrap();
    fs::create_dir_all(copy.join("target/debug")).unwrap();
    for part in [".fingerprint", "build", "deps"] {
        Run::new("cp").arg("-al").arg(profile.join(part)).arg(copy.join("target/debug")).run().expect_ok();
    }
}

#[test]
fn add_a_tool() {
    let recipe = Recipe::read();
    // On the disk of the repository, so that what is built can be linked.
    let beneath = workspace().join("target");
    fs::create_dir_all(&beneath).unwrap();
    let copy = tempfile::tempdir_in(beneath).unwrap();
    copy_to(copy.path());
    fs::write(copy.path().join(&recipe.file), &recipe.code).unwrap();
    Run::new("patch").args(["-p1", "--fuzz=0"]).folder(copy.path()).stdin(&recipe.diff).run().expect_ok();

    let cargo = |arguments: &[&str]| {
        let run = Run::new("cargo").args(arguments).args(["--quiet", "--locked", "--offline"]).folder(copy.path());
        run.within(15 * MINUTES).run().expect_ok();
    };
    cargo(&["build", "-p", "smart-begin"]);

    let projects = folder();
    let data = projects.path().join("data");
    let smart_begin = || {
        let run = Run::new(copy.path().join("target/debug/smart-begin")).env("LLVM_PROFILE_FILE", "/dev/null");
        run.env("SMART_BEGIN_DATA_DIR", &data).folder(projects.path())
    };
    let begun = smart_begin().args(["new", "demo", "--stack", "rust", "--yes", "--format", "json"]).run().expect_ok();
    let report: serde_json::Value = serde_json::from_str(&begun.stdout).unwrap();
    let id = report["projectId"].as_str().unwrap();

    let calls = [
        r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"recipe","version":"1"}}}"#.to_owned(),
        r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#.to_owned(),
        r#"{"jsonrpc":"2.0","id":2,"method":"tools/list"}"#.to_owned(),
        format!(r#"{{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{{"name":"show_project","arguments":{{"projectId":"{id}"}}}}}}"#),
        r#"{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"show_project","arguments":{"project":"x"}}}"#.to_owned(),
    ];
    let served = smart_begin().args(["serve", "--root", "."]).stdin(calls.join("\n") + "\n").within(MINUTES).run();
    let answers: Vec<serde_json::Value> =
        served.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let answer =
        |id: u64| answers.iter().find(|answer| answer["id"] == id).unwrap_or_else(|| panic!("{}", served.stderr));
    assert!(answer(2)["result"]["tools"].as_array().unwrap().iter().any(|tool| tool["name"] == "show_project"));
    assert_eq!(answer(3)["result"]["structuredContent"]["id"], id, "{}", answer(3));
    assert_eq!(answer(4)["result"]["isError"], true, "{}", answer(4));
}
