//! `smart-begin fix`, and the tool for it, on a repository whose advisories were taken in from hand-written records.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use testkit::{Outcome, Run};

use crate::json_rpc::Server;
use crate::program::{Home, answer, text};

/// Pins whose upgrade has nobody to be asked for.
const PINS: &str = "# keep me\nold-thing==1.0.0 # and me\nfine==2.0.0\n";

/// A home that knows two vulnerabilities, and a repository with both.
struct Scene {
    home: Home,
    project: PathBuf,
}

impl Scene {
    fn new() -> Self {
        let home = Home::new();
        let records = home.root().join("osv");
        fs::create_dir(&records).unwrap();
        for (id, package, fixed) in [("OSV-2026-1", "old-thing", "1.0.1"), ("OSV-2026-2", "stuck", "2.0.0")] {
            let record = json!({
                "schema_version": "1.7.5", "id": id, "modified": "2026-11-01T00:00:00Z", "summary": "It hangs.",
                "affected": [{
                    "package": { "ecosystem": "PyPI", "name": package },
                    "ranges": [{ "type": "ECOSYSTEM", "events": [{ "introduced": "0" }, { "fixed": fixed }] }],
                }],
                "database_specific": { "severity": "HIGH" },
            });
            fs::write(records.join(format!("{id}.json")), record.to_string()).unwrap();
        }
        let from = records.display().to_string();
        let taken = home.json(&["advisories", "update", "--from", &from, "--ecosystem", "PyPI"]);
        assert_eq!(taken["failed"], 0, "{taken}");
        let project = home.work().join("old");
        fs::create_dir(&project).unwrap();
        let scene = Self { home, project };
        scene.git(&["init", "-q", "-b", "main"]);
        scene.commit(PINS);
        scene
    }

    fn commit(&self, pins: &str) {
        fs::write(self.project.join("requirements.txt"), pins).unwrap();
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "pins"]);
    }

    fn git(&self, arguments: &[&str]) -> String {
        let mut run = Run::new("git").clean_environment().env("HOME", self.home.home()).folder(&self.project);
        for who in ["AUTHOR", "COMMITTER"] {
            run = run.env(format!("GIT_{who}_NAME"), "Ada").env(format!("GIT_{who}_EMAIL"), "ada@example.org");
        }
        run.args(arguments).run().expect_ok().stdout
    }

    fn fix(&self, more: &[&str]) -> Outcome {
        self.home.call([&["fix", "old"], more].concat()).run()
    }

    fn branches(&self) -> Vec<String> {
        self.git(&["for-each-ref", "--format=%(refname:short)", "refs/heads"]).lines().map(str::to_owned).collect()
    }

    /// Nothing of it changed: neither what people work in nor any branch.
    fn assert_untouched(&self) {
        assert_eq!(self.branches(), ["main"]);
        assert_eq!(self.git(&["status", "--porcelain"]), "");
        assert_eq!(fs::read_to_string(self.project.join("requirements.txt")).unwrap(), PINS);
    }
}

#[test]
fn a_dry_run_tells_what_would_be_done_and_touches_nothing() {
    let scene = Scene::new();
    let outcome = scene.fix(&["--dry-run"]).expect_ok();
    for part in [
        "planned   old-thing 1.0.0 -> 1.0.1",
        "why: high vulnerability, OSV-2026-1",
        "-old-thing==1.0.0 # and me",
        "+old-thing==1.0.1 # and me",
        "1 vulnerabilities. Nothing was changed: this is what would be done.",
    ] {
        assert!(outcome.stdout.contains(part), "{part}: {}", outcome.stdout);
    }
    let report = answer(&scene.fix(&["--dry-run", "--format", "json"]).expect_ok());
    assert_eq!(
        (&report["outcome"], &report["before"], &report["branch"]),
        (&json!("planned"), &json!(1), &Value::Null)
    );
    scene.assert_untouched();
    let trial = scene.fix(&[]).expect_ok();
    assert!(trial.stdout.contains("1 vulnerabilities before, 0 now. This was a trial in a copy"), "{}", trial.stdout);
    scene.assert_untouched();
    let both = scene.fix(&["--dry-run", "--apply"]);
    assert_eq!(both.status.code(), Some(2), "{both:?}");
}

#[test]
fn applied_it_is_one_commit_on_a_branch_of_its_own() {
    let scene = Scene::new();
    let head = scene.git(&["rev-parse", "HEAD"]);
    let report = answer(&scene.fix(&["--apply", "--format", "json"]).expect_ok());
    assert_eq!((&report["outcome"], &report["before"], &report["after"]), (&json!("fixed"), &json!(1), &json!(0)));
    assert!(text(&report, "diff").contains("-old-thing==1.0.0 # and me\n+old-thing==1.0.1 # and me\n"), "{report}");
    let branch = text(&report, "branch");
    assert_eq!(scene.branches(), ["main".to_owned(), branch.clone()]);
    assert_eq!(scene.git(&["rev-parse", &branch]).trim(), text(&report, "commit"));
    assert_eq!(scene.git(&["rev-parse", &format!("{branch}^")]), head);
    assert_eq!(scene.git(&["show", &format!("{branch}:requirements.txt")]), PINS.replace("1.0.0", "1.0.1"));
    assert_eq!((scene.git(&["rev-parse", "HEAD"]), scene.git(&["status", "--porcelain"])), (head, String::new()));
    assert_eq!(report["not_run"][0]["check"], "gates", "{report}");
    let again = scene.fix(&["--apply"]);
    assert_eq!(again.status.code(), Some(1), "{again:?}");
    assert!(again.stdout.contains("is there already, with the same upgrades"), "{}", again.stdout);
    scene.git(&["merge", "-q", &branch]);
    let clean = scene.fix(&["--apply"]).expect_ok();
    assert!(clean.stdout.contains("No package with a known vulnerability was found."), "{}", clean.stdout);
}

#[test]
fn what_takes_a_major_step_or_may_not_be_run_is_left_to_people_and_said() {
    let scene = Scene::new();
    scene.commit("stuck==1.0.0\n");
    let outcome = scene.fix(&["--apply"]);
    assert_eq!(outcome.status.code(), Some(1), "{outcome:?}");
    assert!(outcome.stdout.contains("stuck needs a major step to 2.0.0 for OSV-2026-2"), "{}", outcome.stdout);
    scene.commit(PINS);
    let planned = scene.home.call(["fix", "old", "--apply"]).env("SMART_BEGIN_CHECKS__FIX", "plan").run().expect_ok();
    assert!(planned.stdout.contains("the operator lets fixes be planned only"), "{}", planned.stdout);
    scene.assert_untouched();
    let unknown = Home::new().call(["fix"]).folder(&scene.project).run().expect_ok();
    assert!(unknown.stdout.contains("UNKNOWN"), "{}", unknown.stdout);
    let nowhere = scene.home.call(["fix", "not-there", "--apply"]).run();
    assert!(!nowhere.ok() && nowhere.stderr.contains("There is no such folder"), "{nowhere:?}");
    fs::remove_dir_all(scene.project.join(".git")).unwrap();
    let bare = scene.fix(&["--apply"]);
    assert!(!bare.ok() && bare.stderr.contains("top of a git repository"), "{bare:?}");
}

#[test]
fn all_registered_projects_are_fixed_and_tracked_as_ready_until_a_check_says_fixed() {
    let mut scene = Scene::new();
    let id = text(&scene.home.begin("demo", &["--stack", "python"]), "projectId");
    scene.project = scene.home.work().join("demo");
    fs::create_dir(scene.project.join("deploy")).unwrap();
    fs::write(scene.project.join("deploy/requirements.txt"), PINS).unwrap();
    scene.git(&["add", "-A"]);
    scene.git(&["commit", "-q", "-m", "pins"]);
    let state = || {
        let list = scene.home.json(&["vulnerabilities", "show", "OSV-2026-1", "--project", &id]);
        text(&list, "state")
    };
    let look = || scene.home.call(["check", "--project", &id, "--only", "vulnerabilities"]).run();
    assert_eq!(look().status.code(), Some(1));
    assert_eq!(state(), "open");
    // Its gates would fetch what they are run with.
    let all = answer(
        &scene
            .home
            .call(["fix", "--all", "--apply", "--format", "json"])
            .env("SMART_BEGIN_CHECKS__FIX", "refresh")
            .run()
            .expect_ok(),
    );
    assert_eq!(
        (&all["projects"][0]["project"], &all["projects"][0]["report"]["outcome"]),
        (&json!(id), &json!("fixed"))
    );
    assert_eq!(state(), "patch-ready");
    let branch = text(&all["projects"][0]["report"], "branch");
    scene.git(&["merge", "-q", &branch]);
    assert_eq!(state(), "patch-ready", "nobody looked again");
    let _ = look().expect_ok();
    assert_eq!(state(), "fixed");
}

#[test]
fn the_tool_plans_by_itself_and_tells_what_was_left_out() {
    let scene = Scene::new();
    scene.commit(&format!("{PINS}stuck==1.0.0\n"));
    let mut server = Server::start(&scene.home, &["--root", "."]);
    let mut call = |arguments: Value| {
        let reply = server.request("tools/call", json!({ "name": "fix_vulnerabilities", "arguments": arguments }));
        assert!(reply.get("error").is_none(), "{reply}");
        reply["result"].clone()
    };
    let plan = call(json!({ "path": "old" }));
    let (report, words) = (&plan["structuredContent"], plan["content"][0]["text"].as_str().unwrap());
    assert_eq!((&report["outcome"], &report["before"], &report["diff"]), (&json!("planned"), &json!(2), &Value::Null));
    assert_eq!(report["upgrades"].as_array().unwrap().len(), 2);
    for part in [
        "2 vulnerabilities; nothing was changed yet.",
        "- high old-thing 1.0.0 -> 1.0.1: planned",
        "stuck needs a major step",
    ] {
        assert!(words.contains(part), "{part}: {words}");
    }
    let less = call(json!({ "path": "old", "limit": 1, "diff": true }));
    assert_eq!(less["structuredContent"]["upgrades"].as_array().unwrap().len(), 1);
    let words = less["content"][0]["text"].as_str().unwrap();
    assert!(words.contains("1 more packages were left out") && words.contains("+old-thing==1.0.1"), "{words}");
    let worse = call(json!({ "path": "old", "minSeverity": "critical" }));
    assert_eq!(worse["structuredContent"]["upgrades"], json!([]), "{worse}");
    for (arguments, says) in [
        (json!({}), "exactly one of path and projectId"),
        (json!({ "path": "old", "projectId": "x" }), "exactly one of path and projectId"),
        (json!({ "path": "../data" }), "does not lie beneath"),
        (json!({ "path": "old", "mode": "merge" }), "mode"),
        (json!({ "projectId": "prj_000000000000000000000000" }), "no such project"),
    ] {
        let refused = call(arguments.clone());
        let words = refused["content"][0]["text"].as_str().unwrap_or_default().to_lowercase();
        assert!(refused["isError"] == true && words.contains(&says.to_lowercase()), "{arguments}: {refused}");
    }
    assert_eq!(scene.branches(), ["main"]);
    server.finish().assert_clean();
}
