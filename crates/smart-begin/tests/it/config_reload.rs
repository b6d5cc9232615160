//! SIGHUP: the configuration is read again, and all of it holds or none.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::audit_log::Logs;
use crate::certificates::pair;
use crate::configured::Configured;

/// A running server, and all it wrote on stderr.
pub(crate) struct Running {
    pub(crate) child: Child,
    lines: Arc<Mutex<Vec<String>>>,
    seen: usize,
}

impl Running {
    pub(crate) fn start(place: &Configured, arguments: &[&str]) -> Self {
        let mut command = place.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let lines = Arc::new(Mutex::new(Vec::new()));
        let (stderr, into) = (child.stderr.take().unwrap(), Arc::clone(&lines));
        thread::spawn(move || {
            BufReader::new(stderr).lines().map_while(Result::ok).for_each(|line| into.lock().unwrap().push(line))
        });
        Self { child, lines, seen: 0 }
    }

    /// Waits for the next line with `part` in it.
    #[track_caller]
    pub(crate) fn wait(&mut self, part: &str) -> String {
        let end = Instant::now() + Duration::from_secs(20);
        loop {
            let lines = self.lines.lock().unwrap().clone();
            if let Some(at) = (self.seen..lines.len()).find(|at| lines[*at].contains(part)) {
                self.seen = at + 1;
                return lines[at].clone();
            }
            assert!(Instant::now() < end, "no {part:?} in:\n{}", lines[self.seen..].join("\n"));
            thread::sleep(Duration::from_millis(10));
        }
    }

    pub(crate) fn hang_up(&self) {
        kill_process(Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap(), Signal::HUP).unwrap();
    }

    pub(crate) fn text(&self) -> String {
        self.lines.lock().unwrap().join("\n")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a request over plain HTTP; the whole answer.
fn ask(address: &str, host: &str, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(stream, "{head} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-type: application/json\r\naccept: application/json, text/event-stream\r\nmcp-protocol-version: 2025-11-25\r\ncontent-length: {length}\r\n\r\n{body}").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// Whether a project can be begun.
fn begins(address: &str, name: &str) -> bool {
    let call = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": "smart_begin", "arguments": { "projectName": name } } });
    let answer = ask(address, "localhost", "POST /mcp", &call.to_string());
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    !answer.contains("\"isError\":true")
}

/// Starts a server over plain HTTP; also says where.
fn serve(place: &Configured) -> (Running, String) {
    let mut running = Running::start(place, &["serve", "--http", "127.0.0.1:0"]);
    let line = running.wait("smart-begin serves MCP at http://");
    let address = line.split("http://").nth(1).unwrap().split("/mcp").next().unwrap().to_owned();
    (running, address)
}

#[test]
fn what_can_be_changed_is_changed_and_what_cannot_is_named() {
    let place = Configured::new("development").file("base.toml", "[server]\nread_only = false\n");
    let (mut running, address) = serve(&place);
    assert!(begins(&address, "first"));
    assert!(ask(&address, "other.example", "GET /healthz", "").starts_with("HTTP/1.1 403"));
    place.write(
        "base.toml",
        "[server]\nread_only = true\nallowed_hosts = [\"localhost\", \"other.example\"]\nlisten = \"127.0.0.1:1\"\n\
         [sign_in.lockout]\nattempts = 3\n[log]\nfilter = \"warn\"\n",
    );
    running.hang_up();
    let waiting: Value = serde_json::from_str(&running.wait("these changes need a restart")).unwrap();
    assert_eq!(
        waiting["keys"], "sign_in.lockout.attempts",
        "--http wins over server.listen, so that it did not change"
    );
    assert!(!begins(&address, "second"), "read-only holds");
    assert!(ask(&address, "other.example", "GET /healthz", "").starts_with("HTTP/1.1 200"));
    // The log's filter holds too: this would be told at `info`.
    place
        .write("base.toml", "[server]\nread_only = false\n[log]\nfilter = \"info\"\n[sign_in.lockout]\nattempts = 4\n");
    running.hang_up();
    running.wait("these changes need a restart");
    assert!(begins(&address, "third"));
    let told: Value =
        serde_json::from_str(running.text().lines().rev().find(|line| line.contains("was read again")).unwrap())
            .unwrap();
    assert_eq!(told["changed"], "log.filter server.allowed_hosts server.read_only sign_in.lockout.attempts", "{told}");
}

#[test]
fn a_faulty_configuration_leaves_the_one_in_use_and_all_faults_are_in_the_log() {
    let place = Configured::new("development").file("base.toml", "[server]\nread_only = true\n");
    let (mut running, address) = serve(&place);
    assert!(!begins(&address, "first"));
    place.write(
        "base.toml",
        "[server]\nread_only = false\nlistn = 1\n[openbao]\ntoken = \"canary-5e1f0c\"\n[sign_in]\nauthorities = \"/there/is/none\"\n",
    );
    running.hang_up();
    let end: Value = serde_json::from_str(&running.wait("the one in use stays")).unwrap();
    assert_eq!(end["count"], 3);
    let text = running.text();
    for part in
        ["server.listn", "base.toml:3", "Did you mean listen?", "openbao.token", "base.toml:5", "/there/is/none"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("canary-5e1f0c"), "{text}");
    assert!(!begins(&address, "second"), "the one in use stays, also where the new one is good");
    // And it is taken once it is mended.
    place.write("base.toml", "[server]\nread_only = false\n");
    running.hang_up();
    running.wait("the configuration was read again");
    assert!(begins(&address, "third"));
}

#[test]
fn on_stdio_the_policy_is_read_again_and_nobody_is_cut_off() {
    let place = Configured::new("development").file("base.toml", "");
    let mut running = Running::start(&place, &["serve", "--root", "."]);
    let mut stdin = running.child.stdin.take().unwrap();
    let mut answers = BufReader::new(running.child.stdout.take().unwrap()).lines();
    let mut call = |id: u32, message: Value| {
        writeln!(stdin, "{message}").unwrap();
        let answer: Value = serde_json::from_str(&answers.next().unwrap().unwrap()).unwrap();
        assert_eq!(answer["id"], id, "{answer}");
        answer
    };
    let hello = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": { "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": { "name": "t", "version": "1" } } });
    call(1, hello);
    let begin = |id: u32, name: &str| json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": { "name": "smart_begin", "arguments": { "projectName": name } } });
    assert_ne!(call(2, begin(2, "first"))["result"]["isError"], true);
    place.write("base.toml", "[server]\nread_only = true\nallowed_hosts = [\"x\"]\n[limits]\njson_depth = 20\n");
    running.hang_up();
    let waiting: Value = serde_json::from_str(&running.wait("these changes need a restart")).unwrap();
    assert_eq!(waiting["keys"], "limits.json_depth");
    assert_eq!(call(3, begin(3, "second"))["result"]["isError"], true);
}

#[test]
fn a_new_certificate_that_cannot_be_used_leaves_the_one_in_use() {
    let place = Configured::new("development");
    let (certificate, key) = pair(90);
    let certificate = place.beside("certificate.pem", certificate, 0o644);
    let key = place.beside("key.pem", key, 0o600);
    let place =
        place.set("SMART_BEGIN_SERVER__TLS__CERTIFICATE", &certificate).set("SMART_BEGIN_SERVER__TLS__KEY", &key);
    let mut running = Running::start(&place, &["serve", "--http", "127.0.0.1:0"]);
    running.wait("smart-begin serves MCP at https://");
    place.beside("key.pem", pair(90).1, 0o600);
    running.hang_up();
    running.wait("The key is not the certificate's.");
    running.wait("the one in use stays");
    let (certificate, key) = pair(60);
    place.beside("certificate.pem", certificate, 0o644);
    place.beside("key.pem", key, 0o600);
    running.hang_up();
    running.wait("the certificate was read again");
    running.wait("the configuration was read again");
}

#[test]
fn https_is_switched_on_by_a_restart_alone_and_the_log_says_so() {
    let place = Configured::new("development").file("base.toml", "");
    let (mut running, address) = serve(&place);
    let (certificate, key) = pair(90);
    let certificate = place.beside("certificate.pem", certificate, 0o644);
    let key = place.beside("key.pem", key, 0o600);
    place.write("base.toml", &format!("[server.tls]\ncertificate = {certificate:?}\nkey = {key:?}\n"));
    running.hang_up();
    let waiting: Value = serde_json::from_str(&running.wait("these changes need a restart")).unwrap();
    assert_eq!(waiting["keys"], "server.tls.certificate server.tls.key");
    assert!(ask(&address, "localhost", "GET /healthz", "").starts_with("HTTP/1.1 200"));
}

#[test]
fn no_secret_is_in_the_log_of_a_server_that_logs_everything() {
    let canary = "canary-5e1f0c";
    let place = Configured::new("development");
    let secret = place.beside("secret", canary, 0o600);
    let place = place.file(
        "base.toml",
        &format!("[log]\nfilter = \"trace\"\n[sign_in.providers.company]\nissuer = \"https://sso.example\"\nclient_id = \"x\"\nclient_secret = \"file:{secret}\"\n"),
    );
    let (mut running, address) = serve(&place);
    assert!(ask(&address, "localhost", "GET /healthz", "").starts_with("HTTP/1.1 200"));
    running.hang_up();
    running.wait("the configuration was read again");
    std::fs::set_permissions(&secret, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    running.hang_up();
    running.wait("the one in use stays");
    assert!(!running.text().contains(canary), "{}", running.text());
}

/// What the audit log says of the configuration.
fn told(place: &Configured) -> Vec<(String, String, String)> {
    let entries = Logs::of(&place.home.data()).entries(0).into_iter();
    let entries = entries.filter(|entry| entry.action.starts_with("configuration-"));
    entries.map(|entry| (entry.action.clone(), entry.outcome().to_owned(), entry.detail().to_owned())).collect()
}

#[test]
fn what_a_server_begins_with_takes_and_refuses_is_in_the_audit_log_by_digest_and_name() {
    let place = Configured::new("development").file("base.toml", "[server]\nread_only = false\n");
    let (mut running, _) = serve(&place);
    let [(action, outcome, first)] = told(&place).try_into().unwrap();
    assert_eq!((action.as_str(), outcome.as_str()), ("configuration-loaded", "success"));
    assert!(first.starts_with("sha256 ") && first.ends_with(", environment development"), "{first}");
    place.write("base.toml", "[server]\nread_only = true\nallowed_hosts = [\"canary-host.example\"]\n");
    running.hang_up();
    running.wait("the configuration was read again");
    place.write("base.toml", "[server]\nread_only = \"canary-value\"\ncanary_key = 1\n");
    running.hang_up();
    running.wait("the one in use stays");
    let all = told(&place);
    let ways: Vec<_> = all.iter().map(|(action, outcome, _)| (action.as_str(), outcome.as_str())).collect();
    let changed = "configuration-changed";
    assert_eq!(ways, [("configuration-loaded", "success"), (changed, "success"), (changed, "refused")]);
    assert!(all[1].2.ends_with(", changed: server.allowed_hosts server.read_only"), "{all:#?}");
    assert!(all[1].2[..71] != first[..71], "another configuration has another digest: {all:#?}");
    assert_eq!(all[2].2, "2 faults, in: server.read_only; 1 elsewhere");
    assert!(!format!("{all:?}").contains("canary"), "no value and no name that is no key's: {all:#?}");
}

#[test]
fn a_configuration_that_cannot_be_recorded_does_not_take_effect() {
    let place = Configured::new("development").file("base.toml", "[server]\nread_only = false\n");
    let (mut running, address) = serve(&place);
    let logs = Logs::of(&place.home.data());
    let jam = logs.jam();
    place.write("base.toml", "[server]\nread_only = true\n[log]\nfilter = \"error\"\n");
    running.hang_up();
    running.wait("the audit log cannot be written, so the configuration in use stays");
    drop(jam);
    assert!(begins(&address, "first"), "it is not read-only");
    running.hang_up();
    let end = Instant::now() + Duration::from_secs(20);
    while begins(&address, &format!("again-{}", logs.size())) {
        assert!(Instant::now() < end, "it is taken once it can be recorded");
    }
    let jam = logs.jam();
    let refused = place.call(&["serve", "--http", "127.0.0.1:0"]).run();
    drop(jam);
    assert_eq!(refused.status.code(), Some(4), "{refused:?}");
    assert!(refused.stderr.contains("entry in the audit log"), "{refused:?}");
    assert!(!refused.stderr.contains("serves MCP at"), "{refused:?}");
}

#[test]
fn the_start_of_a_server_on_stdio_is_not_told_and_its_new_policy_is() {
    let place = Configured::new("development").file("base.toml", "");
    let mut running = Running::start(&place, &["serve", "--root", "."]);
    let hello = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": { "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": { "name": "t", "version": "1" } } });
    let mut stdin = running.child.stdin.take().unwrap();
    writeln!(stdin, "{hello}").unwrap();
    let mut line = String::new();
    BufReader::new(running.child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.contains("serverInfo"), "{line}");
    assert_eq!(told(&place), []);
    place.write("base.toml", "[server]\nread_only = true\n");
    running.hang_up();
    running.wait("the configuration was read again");
    assert_eq!(told(&place).len(), 1);
}
