//! The canary in the secrets that this program keeps: set, imported, read, exported, rotated, handed to hooks and to what
//! `run` starts, rewrapped and deleted, beside a server that logs everything.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use testkit::Outcome;

use crate::canary::commands;
use crate::canary_search::{Canary, Evidence, Watcher};
use crate::canary_server::Server;
use crate::program::{Home, PROGRAM};

/// The commands that take, make or give out secrets, each driven here or in `canary`.
const DRIVEN: &[&str] = &[
    "analyze",
    "check",
    "config check",
    "config diff",
    "config show",
    "fix",
    "key create",
    "key rotate",
    "key status",
    "run",
    "sbom",
    "secret delete",
    "secret export",
    "secret get",
    "secret import",
    "secret list",
    "secret rotate",
    "secret schedule",
    "secret set",
    "secret versions",
    "serve",
    "token create",
    "token list",
    "token revoke",
    "token rotate",
];

/// The commands in which no secret has a place. Whatever is typed there by mistake is repeated nowhere, all the same.
const WITHOUT: &[&str] = &[
    "",
    "access erase",
    "access explain",
    "access list",
    "access revoke",
    "access roles",
    "access",
    "advisories",
    "advisories status",
    "advisories update",
    "analyze",
    "audit checkpoint",
    "audit export",
    "audit hold add",
    "audit hold list",
    "audit hold release",
    "audit hold",
    "audit key list",
    "audit key retire",
    "audit key rotate",
    "audit key",
    "audit prove",
    "audit query",
    "audit retain",
    "audit tail",
    "audit verify",
    "audit",
    "blueprints",
    "completions",
    "compliance",
    "config reference",
    "config schema",
    "config",
    "connect",
    "jobs",
    "jobs list",
    "jobs run",
    "key",
    "logs",
    "logs errors",
    "logs query",
    "man",
    "new",
    "projects delete",
    "projects export",
    "projects list",
    "projects show",
    "projects transfer",
    "projects",
    "secret",
    "token",
    "vulnerabilities",
    "vulnerabilities accept",
    "vulnerabilities list",
    "vulnerabilities reopen",
    "vulnerabilities report",
    "vulnerabilities show",
];

#[test]
fn of_every_command_it_is_said_whether_it_has_to_do_with_secrets() {
    let unknown: Vec<String> = commands()
        .into_iter()
        .map(|taken| taken.command.join(" "))
        .filter(|command| !DRIVEN.contains(&command.as_str()) && !WITHOUT.contains(&command.as_str()))
        .collect();
    assert!(unknown.is_empty(), "drive these in a canary test, or say that no secret has a place there: {unknown:?}");
}

/// The home with everything that was seen of it.
struct Scene {
    home: Home,
    evidence: Evidence,
    place: [&'static str; 2],
}

impl Scene {
    fn call(&self, arguments: &[&str], stdin: &str) -> Outcome {
        let run = self.home.call(arguments).env("SMART_BEGIN_LOG", "trace").env("PATH", testkit::path());
        run.stdin(stdin).run()
    }

    /// A call in a place of secrets that shows none.
    #[track_caller]
    fn silent(&mut self, arguments: &[&str], stdin: &str) -> Outcome {
        let outcome = self.call(&[arguments, &self.place].concat(), stdin);
        self.evidence.add(format!("stdout of {arguments:?}"), outcome.stdout.clone());
        self.evidence.add(format!("stderr of {arguments:?}"), outcome.stderr.clone());
        outcome
    }

    /// A call that gives secrets out, on stdout and nowhere else.
    #[track_caller]
    fn shown(&mut self, arguments: &[&str]) -> String {
        let outcome = self.call(&[arguments, &self.place].concat(), "").expect_ok();
        self.evidence.add(format!("stderr of {arguments:?}"), outcome.stderr);
        outcome.stdout
    }

    /// A program that is a hook.
    fn hook(&self, name: &str, script: &str) -> String {
        let path = self.home.root().join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
        path.display().to_string()
    }
}

#[test]
fn a_secret_is_nowhere_but_where_it_was_asked_for() {
    let [set, filed, imported] = std::array::from_fn(|_| Canary::new());
    let mut canaries = vec![set.clone(), filed.clone(), imported.clone()];
    // What `run` started may have them, and nothing else.
    let watcher = Watcher::new(&canaries, |line| line.contains("the-child-of-run"));
    let mut scene = Scene { home: Home::new(), evidence: Evidence::default(), place: ["--environment", "production"] };
    let _ = scene.call(&["key", "create"], "").expect_ok();
    let mut server = Command::new(PROGRAM);
    server.args(["serve", "--http", "127.0.0.1:0"]).env("SMART_BEGIN_LOG", "trace").current_dir(scene.home.work());
    server.env("HOME", scene.home.home()).env("SMART_BEGIN_DATA_DIR", scene.home.data());
    server.env("SMART_BEGIN_SERVER__OPERATIONS_LISTEN", "127.0.0.1:0");
    let server = Server::try_start(&mut server).unwrap();

    come_in(&mut scene, &set, &filed, &imported);
    go_out(&mut scene, &set, &filed, &imported);
    canaries.extend(rotate(&mut scene));
    let keys = rewrap(&mut scene);
    scene.silent(&["secret", "delete", "OTHER", "--yes"], "").expect_ok();
    server.end(&mut scene.evidence);
    let Scene { home, mut evidence, .. } = scene;
    evidence.records(&home);
    evidence.files(home.root());
    evidence.assert_without(&canaries);
    watcher.assert_nothing_seen();
    // The keys lie in their files, and are nowhere else.
    evidence.leave_out("/data/keys/");
    evidence.assert_without(&keys);
}

/// Every way in, the proper ones and mistakes.
fn come_in(scene: &mut Scene, set: &Canary, filed: &Canary, imported: &Canary) {
    scene.silent(&["secret", "set", "SET"], &set.dressed()).expect_ok();
    let file = scene.home.root().join("value");
    fs::write(&file, filed.text()).unwrap();
    scene.silent(&["secret", "set", "FILED", "--file", file.to_str().unwrap()], "").expect_ok();
    fs::remove_file(&file).unwrap();
    let file = scene.home.root().join(".env");
    fs::write(&file, format!("IMPORTED=\"{}\"\nexport OTHER='{}'\n", imported.text(), imported.text())).unwrap();
    let outcome = scene.silent(&["secret", "import", file.to_str().unwrap()], "");
    assert!([Some(0), Some(1)].contains(&outcome.status.code()), "{outcome:?}");
    // The same again, where it stays in the tree: the check tells where, and not what.
    fs::write(scene.home.work().join("forgotten.txt"), imported.text()).unwrap();
    scene.silent(&["secret", "import", file.to_str().unwrap()], "");
    fs::remove_file(scene.home.work().join("forgotten.txt")).unwrap();
    fs::remove_file(&file).unwrap();
    // By mistake: as a file that does not exist, as a name, as a wrong .env file.
    scene.silent(&["secret", "set", "BAD NAME"], set.text());
    scene.silent(&["secret", "set", "EMPTY"], "");
    let broken = scene.home.root().join("broken.env");
    fs::write(&broken, format!("A=1\nthis is no line {}\nB=\"{}\n", imported.text(), imported.text())).unwrap();
    assert_ne!(scene.silent(&["secret", "import", broken.to_str().unwrap()], "").status.code(), Some(0));
    fs::remove_file(&broken).unwrap();
}

/// Every way out: to whoever asked, and to what `run` starts.
fn go_out(scene: &mut Scene, set: &Canary, filed: &Canary, imported: &Canary) {
    assert!(scene.shown(&["secret", "get", "SET"]).contains(set.text()));
    assert!(scene.shown(&["secret", "get", "FILED", "--version", "1"]).contains(filed.text()));
    for form in ["dotenv", "json", "shell"] {
        assert!(scene.shown(&["secret", "export", "--format", form]).contains(imported.text()), "{form}");
    }
    scene.silent(&["secret", "get", "MISSING"], "");
    scene.silent(&["secret", "list"], "").expect_ok();
    scene.silent(&["secret", "list", "--format", "json"], "").expect_ok();
    scene.silent(&["secret", "versions", "SET", "--format", "json"], "").expect_ok();

    // What `run` starts, which holds it in its environment, or in files.
    for options in [&[][..], &["--files"]] {
        let script = ": the-child-of-run; test -n \"$SET$SET_FILE\" || exit 9; sleep 0.4 2>/dev/null; exit 5";
        // `sleep` would have the environment, too: it is started without.
        let script = script.replace("sleep 0.4", "env -i sleep 0.4");
        let line = [&["run"], &scene.place[..], options, &["--", "sh", "-c", &script]].concat();
        let outcome = scene.call(&line, "");
        assert_eq!(outcome.status.code(), Some(5), "{outcome:?}");
        scene.evidence.add(format!("run {options:?}"), outcome.stdout + &outcome.stderr);
    }
    let line = [&["run"], &scene.place[..], &["--", "/there/is/no/such/program"]].concat();
    let outcome = scene.call(&line, "");
    scene.evidence.add("run of nothing", outcome.stdout + &outcome.stderr);
}

/// Rotation, with hooks: one that takes it, one that repeats all that it hears, one that repeats it and fails. The values
/// that came of it.
fn rotate(scene: &mut Scene) -> Vec<Canary> {
    let mut canaries = Vec::new();
    let quiet = scene.hook("quiet-hook", "cat > /dev/null");
    let loud = scene.hook("loud-hook", "cat; cat >&2");
    let failing = scene.hook("failing-hook", "tee /dev/stderr; exit 3");
    for hook in [&quiet, &loud, &failing] {
        scene
            .silent(&["secret", "schedule", "FILED", "--generator", "token", "--hook", hook, "--every", "30d"], "")
            .expect_ok();
        let outcome = scene.silent(&["secret", "rotate", "FILED"], "");
        assert_eq!(outcome.ok(), hook != &failing, "{outcome:?}");
        let value = scene.shown(&["secret", "get", "FILED"]);
        canaries.push(Canary::of(value.trim()));
    }
    scene.silent(&["secret", "rotate", "SET", "--generator", "token", "--now"], "").expect_ok();
    let value = scene.shown(&["secret", "get", "SET"]);
    canaries.push(Canary::of(value.trim()));
    scene.silent(&["secret", "rotate", "IMPORTED", "--generator", "key-pair:ed25519"], "").expect_ok();
    let value = scene.shown(&["secret", "get", "IMPORTED"]);
    let secret = value.lines().filter(|line| !line.starts_with("-----")).max_by_key(|line| line.len()).unwrap();
    canaries.push(Canary::of(secret));
    canaries
}

/// Rewrapping under another key. The keys.
fn rewrap(scene: &mut Scene) -> Vec<Canary> {
    let key = |home: &Home| {
        let text = fs::read_to_string(home.data().join("keys/vault.key")).unwrap();
        Canary::of(text.split_whitespace().max_by_key(|word| word.len()).unwrap().rsplit(':').next().unwrap())
    };
    let mut keys = vec![key(&scene.home)];
    let made = scene.call(&["key", "create", "--replace"], "").expect_ok();
    scene.evidence.add("key create", made.stdout + &made.stderr);
    keys.push(key(&scene.home));
    for arguments in [&["key", "rotate"][..], &["key", "status"], &["key", "status", "--format", "json"]] {
        let outcome = scene.call(arguments, "").expect_ok();
        scene.evidence.add(format!("{arguments:?}"), outcome.stdout + &outcome.stderr);
    }
    keys
}
