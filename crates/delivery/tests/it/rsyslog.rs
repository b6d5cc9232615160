//! A real rsyslogd on this machine that takes syslog over TLS and writes to a file.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::authority::Authority;

const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Rsyslog {
    program: PathBuf,
    folder: PathBuf,
    pub(crate) port: u16,
    child: Option<Child>,
}

impl Rsyslog {
    /// With a certificate for `name`; `mode` is how clients show themselves. None where it is not installed, which is told.
    pub(crate) fn start(folder: &Path, authority: &Authority, name: &str, mode: &str) -> Option<Self> {
        let program = testkit::tool("rsyslogd")?;
        let (certificate, key) = authority.sign(name);
        let mut rsyslog = Self { program, folder: folder.to_owned(), port: 0, child: None };
        rsyslog.configure(&authority.file(), &certificate, &key, mode, 0);
        rsyslog.resume();
        rsyslog.port = rsyslog.wait_for_port();
        // It comes back where it was.
        let port = rsyslog.port;
        rsyslog.configure(&authority.file(), &certificate, &key, mode, port);
        Some(rsyslog)
    }

    fn configure(&self, authority: &Path, certificate: &Path, key: &Path, mode: &str, port: u16) {
        let (folder, authority) = (self.folder.display(), authority.display());
        let (certificate, key) = (certificate.display(), key.display());
        let text = format!(
            r#"global(workDirectory="{folder}" maxMessageSize="64k"
  defaultNetstreamDriverCAFile="{authority}"
  defaultNetstreamDriverCertFile="{certificate}"
  defaultNetstreamDriverKeyFile="{key}")
module(load="imtcp" StreamDriver.Name="gtls" StreamDriver.Mode="1" StreamDriver.AuthMode="{mode}")
template(name="entry" type="string" string="%hostname% %app-name% %msgid% %syslogfacility% %syslogseverity% %structured-data% %msg%\n")
input(type="imtcp" port="{port}" address="127.0.0.1" listenPortFileName="{folder}/port" ruleset="audit")
ruleset(name="audit") {{ action(type="omfile" file="{folder}/received" template="entry") }}
"#
        );
        fs::write(self.folder.join("rsyslog.conf"), text).unwrap();
    }

    pub(crate) fn resume(&mut self) {
        let _ = fs::remove_file(self.folder.join("pid"));
        let log = fs::File::create(self.folder.join("log")).unwrap();
        let mut command = Command::new(&self.program);
        command.arg("-n").arg("-f").arg(self.folder.join("rsyslog.conf")).arg("-i").arg(self.folder.join("pid"));
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        self.child = Some(command.spawn().unwrap());
    }

    fn wait_for_port(&mut self) -> u16 {
        let end = Instant::now() + PATIENCE;
        loop {
            let port = fs::read_to_string(self.folder.join("port")).ok().and_then(|text| text.trim().parse().ok());
            if let Some(port) = port {
                return port;
            }
            let log = || fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            assert!(Instant::now() < end, "rsyslogd does not listen: {}", log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// As a power cut would, but for the page cache.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// What it has written, once `enough` says so.
    pub(crate) fn received(&self, enough: impl Fn(&[String]) -> bool) -> Vec<String> {
        let end = Instant::now() + PATIENCE;
        loop {
            let text = fs::read_to_string(self.folder.join("received")).unwrap_or_default();
            let lines: Vec<String> = text.lines().map(str::to_owned).collect();
            if enough(&lines) || Instant::now() > end {
                return lines;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

impl Drop for Rsyslog {
    fn drop(&mut self) {
        self.kill();
    }
}
