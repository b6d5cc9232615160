//! A real OpenID Connect provider (npm `oidc-provider`) on a free port of this machine.
//!
//! Machines sign in as `builder`, `operator` or `nobody`; people as whatever they type at its login page. The claim
//! `groups` of both follows from the name: `operators` where it begins with "op", none with "no", else `builders`.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

const SCRIPT: &str = include_str!("oidc_provider.mjs");

/// A running provider; ended when dropped.
#[derive(Debug)]
pub struct OidcProvider {
    folder: TempDir,
    node: std::path::PathBuf,
    redirects: String,
    port: u16,
    child: Option<Child>,
}

impl OidcProvider {
    /// Starts it with a client `dashboard` for these redirect URIs; none where the tools are missing, which is told.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start(redirect_uris: &[&str]) -> Option<Self> {
        let (node, modules) = (crate::tool("node")?, crate::node_modules()?);
        let folder = crate::folder();
        std::fs::write(folder.path().join("provider.mjs"), SCRIPT).expect("a script is written");
        std::os::unix::fs::symlink(modules, folder.path().join("node_modules")).expect("a link is made");
        let quoted: Vec<String> = redirect_uris.iter().map(|uri| format!("{uri:?}")).collect();
        let mut provider = Self { folder, node, redirects: format!("[{}]", quoted.join(",")), port: 0, child: None };
        provider.resume();
        Some(provider)
    }

    /// Its issuer, as it stands in its tokens.
    #[must_use]
    pub fn issuer(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Ends it; [`OidcProvider::resume`] brings it back.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Starts it again at the same address, with new keys.
    ///
    /// # Panics
    /// When it does not start.
    pub fn resume(&mut self) {
        self.stop();
        let mut command = Command::new(&self.node);
        command.arg(self.folder.path().join("provider.mjs")).current_dir(self.folder.path());
        command.env("PORT", self.port.to_string()).env("REDIRECT_URIS", &self.redirects);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("node starts");
        let mut line = String::new();
        let out = child.stdout.take().expect("its output is piped");
        BufReader::new(out).read_line(&mut line).expect("it tells its port");
        self.port = line.trim().parse().expect("it tells its port");
        self.child = Some(child);
    }

    /// An access token for a machine, for `resource` and with `scope`.
    ///
    /// # Panics
    /// When the provider gives none.
    #[must_use]
    pub fn machine_token(&self, machine: &str, resource: &str, scope: &str) -> String {
        let body = format!(
            "grant_type=client_credentials&client_id={machine}&client_secret={machine}-only-for-tests&resource={}&scope={}",
            resource.replace(':', "%3A").replace('/', "%2F"),
            scope.replace(' ', "+")
        );
        let head = format!(
            "POST /token HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
            self.port,
            body.len()
        );
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("the provider listens");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a time-out is set");
        stream.write_all(format!("{head}{body}").as_bytes()).expect("the provider reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("the provider answers");
        let after = answer.split_once("\"access_token\":\"").unwrap_or_else(|| panic!("no token in {answer}")).1;
        after.split('"').next().unwrap_or_default().to_owned()
    }
}

impl Drop for OidcProvider {
    fn drop(&mut self) {
        self.stop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_issues_tokens_for_a_resource_and_comes_back_where_it_was() {
        let Some(mut provider) = OidcProvider::start(&["https://localhost:1/dashboard/callback"]) else { return };
        let issuer = provider.issuer();
        let token = provider.machine_token("builder", "http://127.0.0.1:1/mcp", "project:read");
        assert_eq!(token.split('.').count(), 3, "{token}");
        provider.resume();
        assert_eq!(provider.issuer(), issuer);
        assert_ne!(provider.machine_token("builder", "http://127.0.0.1:1/mcp", "project:read"), token);
    }
}
