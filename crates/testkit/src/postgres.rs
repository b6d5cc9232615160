//! A PostgreSQL server of a test's own, as Debian packages it.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::skip::skip;

const PATIENCE: Duration = Duration::from_secs(60);

/// `nobody`: the server refuses to run as root.
const NOBODY: u32 = 65534;

/// A server on the loopback address, with everybody asked for a password, that logs each statement.
#[derive(Debug)]
pub struct Postgres {
    folder: tempfile::TempDir,
    child: Child,
    port: u16,
}

impl Postgres {
    /// Starts one whose superuser is `admin` with `password`; `None` when the test is skipped for want of it.
    ///
    /// # Panics
    /// When it is installed and does not start.
    #[must_use]
    pub fn start(password: &str) -> Option<Self> {
        Self::begin(password, None)
    }

    /// The same with TLS, by a certificate and its private key in PEM.
    ///
    /// # Panics
    /// When it is installed and does not start.
    #[must_use]
    pub fn start_with_tls(password: &str, certificate: &str, key: &str) -> Option<Self> {
        Self::begin(password, Some((certificate, key)))
    }

    fn begin(password: &str, tls: Option<(&str, &str)>) -> Option<Self> {
        let programs = programs()?;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path();
        let mut given = vec![root.to_owned()];
        let (certificate, key) = tls.unwrap_or_default();
        for (name, text) in [("password", password), ("tls.crt", certificate), ("tls.key", key)] {
            fs::write(root.join(name), text).expect("a file for the server");
            fs::set_permissions(root.join(name), fs::Permissions::from_mode(0o600)).expect("to close it");
            given.push(root.join(name));
        }
        let as_root = rustix::process::geteuid().is_root();
        if as_root {
            for path in &given {
                chown(path, Some(NOBODY), Some(NOBODY)).expect("to give the folder away");
            }
        }
        let command = |name: &str| {
            let mut command = Command::new(programs.join(name));
            command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C").current_dir(root).stdin(Stdio::null());
            if as_root {
                command.uid(NOBODY).gid(NOBODY);
            }
            command
        };
        let made = command("initdb")
            .args(["-D", "data", "-U", "admin", "--pwfile=password", "--auth=scram-sha-256", "-N", "-E", "UTF8"])
            .output()
            .expect("initdb starts");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let log = fs::File::create(root.join("log")).expect("a file for the log");
        let child = command("postgres")
            .args(["-D", "data", "-F", "-k", "", "-c", "listen_addresses=127.0.0.1", "-c", "log_statement=all"])
            .args(["-p", &port.to_string()])
            .args(
                tls.iter()
                    .flat_map(|_| ["-c", "ssl=on", "-c", "ssl_cert_file=../tls.crt", "-c", "ssl_key_file=../tls.key"]),
            )
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("postgres starts");
        let server = Self { folder, child, port };
        let give_up = Instant::now() + PATIENCE;
        while !server.log().contains("ready to accept connections") {
            assert!(Instant::now() < give_up, "{}", server.log());
            std::thread::sleep(Duration::from_millis(50));
        }
        Some(server)
    }

    /// The address for `user`, in the database `postgres`.
    #[must_use]
    pub fn address(&self, user: &str, password: &str) -> String {
        format!("postgres://{user}:{password}@127.0.0.1:{}/postgres", self.port)
    }

    /// All it has logged.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Has `psql` carry out `statement` at `address`; what it printed, or none when it failed.
    ///
    /// # Panics
    /// When `psql` does not start.
    #[must_use]
    pub fn psql(&self, address: &str, statement: &str) -> Option<String> {
        let mut command = Command::new("psql");
        command.args(["-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", address, "-c", statement]);
        let output = command.stdin(Stdio::null()).output().expect("psql starts");
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // Fast shutdown: the server ends its own children, which a kill would leave.
        if let Some(server) = i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw) {
            let _ = rustix::process::kill_process(server, rustix::process::Signal::INT);
        }
        let _ = self.child.wait();
    }
}

/// The folder of the server's programs: Debian keeps them off `PATH`.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<_> = versions.map(|version| version.path().join("bin")).collect();
    found.sort();
    let found = found.into_iter().rev().find(|bin| bin.join("initdb").is_file());
    if found.is_none() || !Path::new("/usr/bin/psql").is_file() {
        skip("`postgres` is missing; ./scripts/setup-test-tools installs it");
        return None;
    }
    found
}
