//! The commit hook of docs/checks.md, by git and prek as people use them.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::hostile_trees::{Tree, token};
use crate::program::PROGRAM;

/// The configuration that the page shows.
fn configuration() -> String {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/checks.md")).unwrap();
    page.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap().to_owned()
}

fn in_tree(tree: &Tree, program: &Path, arguments: &[&str]) -> Output {
    let here = Path::new(PROGRAM).parent().unwrap().display().to_string();
    let path = format!("{here}:{}", std::env::var("PATH").unwrap_or_default());
    let mut command = Command::new(program);
    command.current_dir(tree.home.work()).env("PATH", path).env("HOME", tree.home.home());
    command.env("SMART_BEGIN_DATA_DIR", tree.home.data()).env("GIT_CONFIG_NOSYSTEM", "1");
    command.args(arguments).output().unwrap()
}

#[test]
fn the_hook_of_the_page_stops_a_commit_that_holds_a_secret_and_lets_others_pass() {
    let Some(prek) = testkit::tool("prek") else { return };
    let tree = Tree::new();
    tree.write(".pre-commit-config.yaml", configuration()).git(&["init", "-q", "-b", "main", "."]);
    let installed = in_tree(&tree, Path::new(&prek), &["install"]);
    assert!(installed.status.success(), "{installed:?}");
    let commit = |what: &str| {
        tree.git(&["add", "."]);
        let identity = ["-c", "user.name=T", "-c", "user.email=t@example.org"];
        in_tree(&tree, Path::new("git"), &[&identity[..], &["commit", "-q", "-m", what]].concat())
    };
    let first = commit("the hook");
    assert!(first.status.success(), "{first:?}");

    tree.write("app.conf", format!("token = \"{}\"\n", token()));
    let stopped = commit("with a secret");
    let told = format!("{}{}", String::from_utf8_lossy(&stopped.stdout), String::from_utf8_lossy(&stopped.stderr));
    assert!(!stopped.status.success() && told.contains("app.conf:1"), "{told}");
    assert!(!told.contains(&token()), "{told}");

    tree.write("app.conf", "token = \"${TOKEN}\"\n");
    let passed = commit("without it");
    assert!(passed.status.success(), "{passed:?}");
}
