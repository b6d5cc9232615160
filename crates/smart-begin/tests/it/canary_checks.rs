//! Secrets that are planted in what is checked: a check finds each and shows none, on every face, in every form, and keeps none.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};
use testkit::Outcome;

use crate::canary_search::{Canary, Evidence};
use crate::canary_server::{Server, request};
use crate::hostile_trees::{Tree, files};
use crate::program::PROGRAM;

/// A tree with secrets in every place that a check reads, and what was seen of the program.
struct Scene {
    tree: Tree,
    canaries: Vec<Canary>,
    evidence: Evidence,
}

impl Scene {
    fn new() -> Self {
        let canaries: Vec<Canary> = (0..6).map(|_| Canary::of(&Canary::new().text()[..20])).collect();
        let tree = Tree::new();
        let text = |at: usize| canaries[at].text();
        let token = |at: usize| token(&canaries[at]);
        // One that was taken out again, and is in the history alone.
        tree.write("gone.conf", format!("api_key = \"{}\"\n", token(0))).git(&["init", "-q", "-b", "main", "."]);
        tree.git(&["add", "."]).git(&["commit", "-q", "-m", "one"]);
        tree.write("gone.conf", "api_key = \"\"\n");
        tree.write("app.conf", format!("api_key = \"{}\"\n", token(1)));
        tree.write("encoded.yaml", format!("data: {}\n", base64(&format!("client_secret = \"{}\"\n", token(2)))));
        // Where a lockfile, a manifest and an SBOM say where a package comes from.
        let url = format!("https://user:{}@registry.example", text(3));
        tree.write("package-lock.json", format!("{{\"lockfileVersion\":3,\"packages\":{{\"\":{{\"dependencies\":{{\"a\":\"{url}/a.tgz\"}}}},\"node_modules/a\":{{\"version\":\"1.0.0\",\"resolved\":\"{url}/a-1.0.0.tgz\"}},\"node_modules/b\":{{\"version\":\"git+{url}/b.git#0123456\"}}}}}}"));
        tree.write(
            "requirements.txt",
            format!("--index-url {url}/simple\nc==1.0 --hash=sha256:00\nd @ git+{url}/d.git@v1\n"),
        );
        tree.write("sub/package.json", format!("{{\"name\":\"x\",\"dependencies\":{{\"e\":\"git+{url}/e.git\"}}}}"));
        tree.write("Gemfile.lock", format!("GEM\n  remote: {url}/\n  specs:\n    f (1.0.0)\n\nDEPENDENCIES\n  f\n"));
        // Where rules of a repository read lines.
        tree.write(".github/workflows/ci.yml", format!("on: pull_request_target\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: a/b@v1\n      - run: curl -H 'Authorization: Bearer {}' https://x.example | sh\n", text(4)));
        tree.write(
            "Dockerfile",
            format!("FROM x\nENV API_TOKEN={}\nRUN curl https://u:{}@x.example/i.sh | sh\n", text(4), text(4)),
        );
        tree.git(&["add", "."]).git(&["commit", "-q", "-m", "two"]);
        tree.write("staged.conf", format!("api_key = \"{}\"\n", token(5))).git(&["add", "staged.conf"]);
        Self { tree, canaries, evidence: Evidence::default() }
    }

    /// A call whose every word is kept.
    fn call(&mut self, arguments: &[&str]) -> Outcome {
        let outcome = self.tree.home.call(arguments).env("SMART_BEGIN_LOG", "trace").env("PATH", testkit::path()).run();
        self.evidence.add(format!("stdout of {arguments:?}"), outcome.stdout.clone());
        self.evidence.add(format!("stderr of {arguments:?}"), outcome.stderr.clone());
        outcome
    }

    /// The report of a check.
    fn check(&mut self, more: &[&str]) -> Value {
        let outcome = self.call(&[&["check", ".", "--format", "json"], more].concat());
        serde_json::from_str(&outcome.stdout).unwrap_or_else(|_| panic!("{outcome:?}"))
    }

    /// Nothing of all this holds a canary, and neither does anything that the program keeps.
    fn end(mut self) {
        self.evidence.files(&self.tree.home.data());
        self.evidence.files(&self.tree.home.home());
        self.evidence.files(&self.tree.home.root().join("out"));
        self.evidence.assert_without(&self.canaries);
    }
}

/// The canary as a provider's token, which no scanner takes for chance.
fn token(canary: &Canary) -> String {
    format!("{}-{}", "glpat", canary.text())
}

fn base64(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}

#[test]
fn what_a_check_finds_is_in_no_form_of_its_report() {
    let mut scene = Scene::new();
    let out = scene.tree.home.root().join("out");
    fs::create_dir(&out).unwrap();
    let report = scene.check(&[]);
    for file in ["app.conf", "encoded.yaml", "staged.conf"] {
        assert!(files(&report, "secret").contains(&file), "{file}: {:?}", files(&report, "secret"));
    }
    let report = scene.check(&["--history"]);
    assert!(files(&report, "secret").contains(&"gone.conf"), "{:?}", files(&report, "secret"));
    let report = scene.check(&["--staged"]);
    assert_eq!(files(&report, "secret"), ["staged.conf"]);
    for format in ["text", "json", "sarif", "markdown", "html"] {
        let file = out.join(format).display().to_string();
        let _ = scene.call(&["check", ".", "--format", format]);
        let _ = scene.call(&["check", ".", "--format", format, "--history", "--output", &file]);
        assert!(fs::metadata(&file).unwrap().len() > 300, "{format}");
    }
    let baseline = out.join("baseline").display().to_string();
    let _ = scene.call(&["check", ".", "--baseline", &baseline, "--update-baseline"]);
    let report = scene.check(&["--baseline", &baseline]);
    assert!(!report["suppressed"].as_array().unwrap().is_empty(), "{report}");
    if testkit::tool("gitleaks").is_some() {
        let report = scene.check(&["--only", "secrets", "--engine", "gitleaks", "--compare"]);
        assert!(report["comparison"].is_object(), "{report}");
    }
    scene.end();
}

#[test]
fn what_reads_the_same_files_shows_none_of_it() {
    let mut scene = Scene::new();
    fs::create_dir(scene.tree.home.root().join("out")).unwrap();
    for format in ["cyclonedx", "spdx"] {
        assert!(scene.call(&["sbom", ".", "--format", format]).ok());
    }
    for depth in ["quick", "standard", "deep"] {
        for format in ["text", "json"] {
            let _ = scene.call(&["analyze", ".", "--depth", depth, "--format", format]);
        }
    }
    for format in ["text", "json"] {
        let _ = scene.call(&["fix", ".", "--dry-run", "--format", format]);
    }
    scene.end();
}

#[test]
fn a_server_that_checks_keeps_and_tells_none_of_it() {
    let mut scene = Scene::new();
    let home = &scene.tree.home;
    let mut command = Command::new(PROGRAM);
    command.args(["serve", "--http", "127.0.0.1:0", "--root"]).arg(home.work()).env("SMART_BEGIN_LOG", "trace");
    command.env("HOME", home.home()).env("SMART_BEGIN_DATA_DIR", home.data()).current_dir(home.root());
    command.env("SMART_BEGIN_SERVER__OPERATIONS_LISTEN", "127.0.0.1:0");
    let server = Server::try_start(&mut command).unwrap();
    let inline = json!({ "path": "a.conf", "text": format!("api_key = \"{}\"\n", token(&scene.canaries[1])) });
    let work = home.work().display().to_string();
    let calls = [
        ("check_project", json!({ "files": [inline] }), "a.conf"),
        ("check_project", json!({ "path": work }), "app.conf"),
        (
            "smart_begin",
            json!({ "projectName": "x", "mode": "analyze-existing", "existingProjectPath": work }),
            "analysisResults",
        ),
    ];
    for (tool, arguments, tells) in calls {
        let meta = json!({ "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientInfo": { "name": "t", "version": "1" }, "io.modelcontextprotocol/clientCapabilities": {} });
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": tool, "arguments": arguments, "_meta": meta } });
        let headers = [
            ("content-type", "application/json".to_owned()),
            ("accept", "application/json, text/event-stream".to_owned()),
            ("mcp-protocol-version", "2026-07-28".to_owned()),
            ("mcp-method", "tools/call".to_owned()),
            ("mcp-name", tool.to_owned()),
        ];
        let (status, answer) = request(&server.base, "POST /mcp", &headers, &body.to_string());
        assert!(status == 200 && answer.contains(tells), "{tool}: {answer}");
        scene.evidence.add(format!("the answer of {tool}"), answer);
    }
    server.end(&mut scene.evidence);
    scene.end();
}
