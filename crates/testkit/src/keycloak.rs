//! A real Keycloak on a free port of this machine, with a realm of the test's own.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;

/// It takes ten seconds on an idle machine.
const PATIENCE: Duration = Duration::from_secs(300);

/// A running Keycloak; ended when dropped.
#[derive(Debug)]
pub struct Keycloak {
    folder: TempDir,
    port: u16,
    child: Child,
}

impl Keycloak {
    /// Its administrator.
    pub const ADMINISTRATOR: (&str, &str) = ("admin", "admin-only-for-tests");

    /// Starts it with the realm `name` of this description; none where it is not installed, which is told.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start(name: &str, realm: &str) -> Option<Self> {
        let installed = crate::tools::maven("keycloak")?;
        crate::tool("java")?;
        // It writes into its own folder.
        let folder = crate::folder();
        let home = folder.path().join("keycloak");
        crate::Run::new("cp").arg("-r").args([&installed, &home]).run().expect_ok();
        fs::create_dir_all(home.join("data/import")).expect("a folder for the realm");
        fs::write(home.join("data/import/realm.json"), realm).expect("the realm is written");
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let log = fs::File::create(folder.path().join("log")).expect("a file for its log");
        let mut command = Command::new("bash");
        command.arg(home.join("bin/kc.sh")).args(["start", "--optimized", "--import-realm", "--http-enabled", "true"]);
        command.args(["--hostname-strict", "false", "--http-host", "127.0.0.1", "--http-port", &port.to_string()]);
        let (user, password) = Self::ADMINISTRATOR;
        command.env("KC_BOOTSTRAP_ADMIN_USERNAME", user).env("KC_BOOTSTRAP_ADMIN_PASSWORD", password);
        command.env("JAVA_OPTS_KC_HEAP", "-Xms64m -Xmx512m").process_group(0);
        command.stdin(Stdio::null()).stdout(log.try_clone().expect("its log")).stderr(log);
        let child = command.spawn().expect("bash starts");
        let mut keycloak = Self { folder, port, child };
        keycloak.wait_for(&format!("/realms/{name}/.well-known/openid-configuration"));
        Some(keycloak)
    }

    fn wait_for(&mut self, path: &str) {
        let end = Instant::now() + PATIENCE;
        while !self.get(path).is_some_and(|answer| answer.starts_with("HTTP/1.1 200")) {
            let gone = self.child.try_wait().expect("the state of a child").is_some();
            if gone || Instant::now() > end {
                let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
                panic!("Keycloak did not start:\n{log}");
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// Its address, without a path.
    #[must_use]
    pub fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn get(&self, path: &str) -> Option<String> {
        self.send(&format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n", self.port))
    }

    fn send(&self, request: &str) -> Option<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
        stream.write_all(request.as_bytes()).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        Some(answer)
    }

    /// Posts `body` to `path`, with a token if there is one; the whole answer.
    ///
    /// # Panics
    /// When there is no answer.
    #[must_use]
    pub fn post(&self, path: &str, kind: &str, token: Option<&str>, body: &str) -> String {
        let authorization = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\nContent-Type: {kind}\r\n{authorization}\
             Content-Length: {}\r\n\r\n",
            self.port,
            body.len()
        );
        self.send(&format!("{head}{body}")).expect("Keycloak answers")
    }

    /// The tokens that `form` gets in `realm`, as JSON.
    ///
    /// # Panics
    /// When it gets none.
    #[must_use]
    pub fn tokens(&self, realm: &str, form: &str) -> String {
        let path = format!("/realms/{realm}/protocol/openid-connect/token");
        let answer = self.post(&path, "application/x-www-form-urlencoded", None, form);
        assert!(answer.starts_with("HTTP/1.1 200"), "no tokens: {answer}");
        let start = answer.find('{').expect("JSON in the answer");
        let end = answer.rfind('}').expect("JSON in the answer");
        answer[start..=end].to_owned()
    }
}

impl Drop for Keycloak {
    fn drop(&mut self) {
        if let Some(group) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.child.wait();
    }
}
