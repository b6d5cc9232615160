//! A home with a configuration folder of its own.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;
use testkit::{Outcome, Run};

use crate::program::{Home, PROGRAM, answer};

/// A place to run the program in, and its configuration.
pub(crate) struct Configured {
    pub(crate) home: Home,
    environment: &'static str,
    variables: Vec<(String, String)>,
}

/// What is wrong, as `config check` tells it.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) outcome: Outcome,
    pub(crate) findings: Vec<Value>,
}

impl Configured {
    pub(crate) fn new(environment: &'static str) -> Self {
        Self { home: Home::new(), environment, variables: Vec::new() }
    }

    /// The folder with the files.
    pub(crate) fn folder(&self) -> PathBuf {
        self.home.root().join("config")
    }

    /// Writes a file of it.
    pub(crate) fn file(self, name: &str, text: &str) -> Self {
        self.write(name, text);
        self
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::create_dir_all(self.folder()).unwrap();
        fs::write(self.folder().join(name), text).unwrap();
    }

    /// Sets a variable.
    pub(crate) fn set(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A file beside the configuration, with these permissions; its path.
    pub(crate) fn beside(&self, name: &str, text: impl AsRef<[u8]>, mode: u32) -> String {
        let path = self.home.root().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path.display().to_string()
    }

    /// A call of the program with this configuration.
    pub(crate) fn call(&self, arguments: &[&str]) -> Run {
        let mut run = self.home.call(arguments).args(["--environment", self.environment]);
        if self.folder().exists() {
            run = run.arg("--config").arg(self.folder());
        }
        self.variables.iter().fold(run, |run, (name, value)| run.env(name, value))
    }

    /// A program that goes on running with this configuration.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(arguments).args(["--environment", self.environment]).current_dir(self.home.work());
        command.env_clear().env("HOME", self.home.home()).env("SMART_BEGIN_DATA_DIR", self.home.data());
        if self.folder().exists() {
            command.arg("--config").arg(self.folder());
        }
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// What `config check` says, but for what every test of another rule would have to prevent: that checkpoints of the
    /// audit log go nowhere else.
    #[track_caller]
    pub(crate) fn check(&self) -> Told {
        let mut told = self.check_all();
        told.findings.retain(|finding| finding["rule"] != "checkpoints-off-host");
        told
    }

    /// All that `config check` says.
    #[track_caller]
    pub(crate) fn check_all(&self) -> Told {
        let outcome = self.call(&["config", "check", "--format", "json"]).run();
        let told = answer(&outcome);
        let findings = told["findings"].as_array().unwrap().clone();
        let good = findings.iter().all(|finding| finding["severity"] == "warning");
        assert_eq!((outcome.status.code(), &told["good"]), (Some(if good { 0 } else { 2 }), &Value::Bool(good)));
        Told { outcome, findings }
    }

    /// What `config show` says, by key.
    #[track_caller]
    pub(crate) fn show(&self) -> Vec<Value> {
        let outcome = self.call(&["config", "show", "--format", "json"]).run();
        answer(&outcome)["values"].as_array().unwrap().clone()
    }

    /// What it says of one key.
    #[track_caller]
    pub(crate) fn value(&self, key: &str) -> Value {
        let found = self.show().into_iter().find(|value| value["key"] == key);
        found.unwrap_or_else(|| panic!("no {key}"))
    }
}

impl Told {
    /// Each fault as `file:line key`.
    pub(crate) fn places(&self) -> Vec<String> {
        let places = self.findings.iter().map(|finding| {
            let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
            let file = text("file").rsplit('/').next().unwrap_or_default().to_owned();
            format!("{file}:{} {}", finding["line"], text("key"))
        });
        places.collect()
    }

    /// The rules that found something.
    pub(crate) fn rules(&self) -> Vec<String> {
        let mut rules: Vec<String> =
            self.findings.iter().map(|finding| finding["rule"].as_str().unwrap_or("-").to_owned()).collect();
        rules.sort();
        rules.dedup();
        rules
    }

    /// All messages and hints, one a line.
    pub(crate) fn words(&self) -> String {
        let lines = self.findings.iter().map(|finding| {
            let place = finding["key"].as_str().unwrap_or_default();
            format!("{place}: {} {}\n", finding["message"].as_str().unwrap(), finding["hint"].as_str().unwrap())
        });
        lines.collect()
    }
}
