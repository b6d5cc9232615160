//! `connect`: sets up an assistant without losing what its settings hold.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use testkit::{Outcome, Run};

use crate::program::{Home, PROGRAM};

/// Each client, its settings beneath the home folder, and the key of its servers.
fn clients() -> [(&'static str, &'static str, &'static str); 4] {
    let config = |on_macos, elsewhere| if cfg!(target_os = "macos") { on_macos } else { elsewhere };
    let desktop = config("Library/Application Support/Claude", ".config/Claude");
    let code = config("Library/Application Support/Code/User", ".config/Code/User");
    [
        ("claude-desktop", Box::leak(format!("{desktop}/claude_desktop_config.json").into_boxed_str()), "mcpServers"),
        ("claude-code", ".claude.json", "mcpServers"),
        ("cursor", ".cursor/mcp.json", "mcpServers"),
        ("vscode", Box::leak(format!("{code}/mcp.json").into_boxed_str()), "servers"),
    ]
}

fn connect(home: &Home, client: &str, more: &[&str]) -> Outcome {
    let root = home.root().join("projects");
    fs::create_dir_all(&root).unwrap();
    home.call(["connect", client, "--root"]).arg(root).args(more).run()
}

fn settings(home: &Home, file: &str) -> PathBuf {
    home.home().join(file)
}

fn read(home: &Home, file: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(settings(home, file)).unwrap()).unwrap()
}

fn right(home: &Home, server: &Value) {
    assert_eq!(server["command"], fs::canonicalize(PROGRAM).unwrap().to_str().unwrap());
    assert_eq!(server["args"], json!(["serve", "--root", home.root().join("projects")]));
}

#[test]
fn the_snippet_is_printed_and_nothing_is_written() {
    for (client, file, key) in clients() {
        let home = Home::new();
        let outcome = connect(&home, client, &[]).expect_ok();
        let snippet = &outcome.stdout[outcome.stdout.find('{').unwrap()..=outcome.stdout.rfind('}').unwrap()];
        right(&home, &serde_json::from_str::<Value>(snippet).unwrap()[key]["smart-begin"]);
        assert!(outcome.stdout.contains(settings(&home, file).to_str().unwrap()), "{}", outcome.stdout);
        assert_eq!(fs::read_dir(home.home()).unwrap().count(), 0);
    }
}

#[test]
fn a_file_that_is_not_there_is_made() {
    for (client, file, key) in clients() {
        let home = Home::new();
        connect(&home, client, &["--write"]).expect_ok();
        right(&home, &read(&home, file)[key]["smart-begin"]);
    }
}

#[test]
fn a_file_that_is_there_keeps_all_it_has_a_copy_is_kept_and_a_second_time_changes_nothing() {
    for (client, file, key) in clients() {
        let home = Home::new();
        let path = settings(&home, file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let old = format!(
            "{{\n  \"zebra\": 1,\n  \"{key}\": {{ \"other\": {{ \"command\": \"x\" }} }},\n  \"apple\": 0.1\n}}\n"
        );
        fs::write(&path, &old).unwrap();
        let outcome = connect(&home, client, &["--write"]).expect_ok();
        assert!(
            outcome.stdout.lines().any(|line| line.starts_with('+') && line.contains("smart-begin")),
            "the difference is shown: {}",
            outcome.stdout
        );
        let new = read(&home, file);
        right(&home, &new[key]["smart-begin"]);
        assert_eq!(new[key]["other"]["command"], "x");
        assert_eq!(new.as_object().unwrap().keys().collect::<Vec<_>>(), ["zebra", key, "apple"]);
        let copy = path.with_file_name(format!("{}.before-smart-begin.1", path.file_name().unwrap().to_str().unwrap()));
        assert_eq!(fs::read_to_string(&copy).unwrap(), old);
        assert!(outcome.stdout.contains(copy.to_str().unwrap()), "{}", outcome.stdout);

        let before = fs::read(&path).unwrap();
        let again = connect(&home, client, &["--write"]).expect_ok();
        assert!(again.stdout.contains("nothing to change"), "{}", again.stdout);
        assert_eq!(fs::read(&path).unwrap(), before);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 2, "no second copy");
    }
}

#[test]
fn a_file_that_a_program_cannot_edit_safely_stays_as_it_is() {
    for old in
        ["// mine\n{}\n", "{ \"a\": 1, }", "[]", "{\"mcpServers\": []}", "{\"mcpServers\": {}", "nonsense", "\u{0}"]
    {
        let home = Home::new();
        fs::write(settings(&home, ".claude.json"), old).unwrap();
        let outcome = connect(&home, "claude-code", &["--write"]);
        assert_eq!(outcome.status.code(), Some(3), "{old:?}: {outcome:?}");
        assert!(outcome.stderr.contains("by hand"), "{outcome:?}");
        assert_eq!(fs::read_to_string(settings(&home, ".claude.json")).unwrap(), old);
        assert_eq!(fs::read_dir(home.home()).unwrap().count(), 1);
    }
}

#[test]
fn a_settings_file_that_is_a_link_stays_a_link_and_keeps_its_mode() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let home = Home::new();
    let real = home.root().join("dotfiles.json");
    fs::write(&real, "{}").unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o600)).unwrap();
    symlink(&real, settings(&home, ".claude.json")).unwrap();
    connect(&home, "claude-code", &["--write"]).expect_ok();
    assert!(settings(&home, ".claude.json").is_symlink());
    right(&home, &read(&home, ".claude.json")["mcpServers"]["smart-begin"]);
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o600, "what holds tokens stays private");
}

#[test]
fn the_inspector_gets_a_line_that_a_shell_understands() {
    let home = Home::new();
    let odd = home.root().join("my project's $HOME");
    fs::create_dir(&odd).unwrap();
    let outcome = home.call(["connect", "inspector", "--root"]).arg(&odd).run().expect_ok();
    let line = outcome.stdout.lines().find(|line| line.starts_with("npx ")).unwrap();
    let shown = home.house(Run::new("sh")).args(["-c", &line.replacen("npx ", "printf '%s\\n' ", 1)]).run().expect_ok();
    let words: Vec<&str> = shown.stdout.lines().collect();
    assert_eq!(
        words[1..],
        [fs::canonicalize(PROGRAM).unwrap().to_str().unwrap(), "serve", "--root", odd.to_str().unwrap()]
    );
    let refused = connect(&home, "inspector", &["--write"]);
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
}

#[test]
fn without_a_root_it_is_the_working_folder_where_that_may_be_one() {
    let home = Home::new();
    let outcome = home.call(["connect", "cursor"]).run().expect_ok();
    assert!(outcome.stdout.contains(home.work().to_str().unwrap()), "{}", outcome.stdout);
    let refused = home.call(["connect", "cursor"]).folder(home.home()).run();
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
    assert!(refused.stderr.contains("--root"), "{refused:?}");
}

/// What the snippet says really starts a server.
#[test]
fn the_command_in_the_settings_starts_the_server() {
    let home = Home::new();
    connect(&home, "claude-code", &["--write"]).expect_ok();
    let server = &read(&home, ".claude.json")["mcpServers"]["smart-begin"];
    let arguments: Vec<&str> = server["args"].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
    let hello = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": { "name": "raw", "version": "1" } } });
    let run = home.house(Run::new(server["command"].as_str().unwrap())).args(arguments).stdin(format!("{hello}\n"));
    let reply: Value = serde_json::from_str(&run.run().expect_ok().stdout).unwrap();
    assert_eq!(reply["result"]["serverInfo"]["name"], "smart-begin");
}
