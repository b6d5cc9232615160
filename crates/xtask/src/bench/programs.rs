//! What is measured and what measures: found, or said to be missing.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::{Failure, tool};

/// The programs of a run.
pub(super) struct Programs {
    pub(super) ours: PathBuf,
    pub(super) node: PathBuf,
    pub(super) node_modules: PathBuf,
    pub(super) copier: PathBuf,
    pub(super) cookiecutter: PathBuf,
    pub(super) wrk: PathBuf,
    pub(super) gitleaks: PathBuf,
    pub(super) osv_scanner: PathBuf,
    /// Its rows are left out without it.
    pub(super) kingfisher: Option<PathBuf>,
    /// Only tells where time goes, so that it may be missing.
    pub(super) strace: Option<PathBuf>,
}

impl Programs {
    /// All of them.
    pub(super) fn find() -> Result<Self, Failure> {
        let mut missing = Vec::new();
        let mut need = |file: Option<PathBuf>, what: &str, how: &str| {
            file.unwrap_or_else(|| {
                missing.push(format!("{what} is missing: {how}"));
                PathBuf::new()
            })
        };
        let release =
            env::var_os("SMART_BEGIN_RELEASE").map_or_else(|| tool::root().join("target/release"), PathBuf::from);
        let setup = "./scripts/setup-test-tools";
        let modules = tool::tools().join("npm/node_modules");
        let programs = Self {
            ours: need(
                present(release.join("smart-begin")),
                "the release binary",
                "cargo build --release -p smart-begin",
            ),
            node: need(on_path("node"), "node", setup),
            node_modules: need(
                present(modules.join("@modelcontextprotocol/node")).map(|_| modules),
                "the TypeScript SDK",
                setup,
            ),
            copier: need(python("copier"), "copier", setup),
            cookiecutter: need(python("cookiecutter"), "cookiecutter", setup),
            wrk: need(on_path("wrk"), "wrk", setup),
            gitleaks: need(on_path("gitleaks"), "gitleaks", setup),
            osv_scanner: need(on_path("osv-scanner"), "osv-scanner", setup),
            kingfisher: on_path("kingfisher"),
            strace: on_path("strace"),
        };
        need(on_path("git"), "git", setup);
        if missing.is_empty() { Ok(programs) } else { Err(Failure(missing.join("\n"))) }
    }

    /// Name and version of everything that was compared.
    pub(super) fn versions(&self) -> Vec<(String, String)> {
        let package = |name: &str| {
            let text = fs::read_to_string(self.node_modules.join(name).join("package.json")).unwrap_or_default();
            let found: Value = serde_json::from_str(&text).unwrap_or_default();
            found["version"].as_str().unwrap_or("unknown").to_owned()
        };
        let of = |program: &Path, option: &str| first_version(&tool_text(program, option));
        let named: Vec<(&str, String)> = vec![
            ("smart-begin", of(&self.ours, "--version")),
            ("Node.js", of(&self.node, "--version")),
            ("@modelcontextprotocol/server", package("@modelcontextprotocol/server")),
            ("@modelcontextprotocol/node", package("@modelcontextprotocol/node")),
            ("zod", package("zod")),
            ("copier", of(&self.copier, "--version")),
            ("cookiecutter", of(&self.cookiecutter, "--version")),
            ("git", of(Path::new("git"), "--version")),
            ("wrk", of(&self.wrk, "--version")),
            ("gitleaks", of(&self.gitleaks, "version")),
            ("osv-scanner", of(&self.osv_scanner, "--version")),
            ("kingfisher", self.kingfisher.as_deref().map_or("not there".to_owned(), |file| of(file, "--version"))),
        ];
        named.into_iter().map(|(name, version)| (name.to_owned(), version)).collect()
    }
}

/// What a program says of itself; `wrk` fails as it does so.
fn tool_text(program: &Path, option: &str) -> String {
    let output = Command::new(program).arg(option).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default()
}

/// The first word with a digit, such as `2.39.5` or `v24.21.0`.
fn first_version(text: &str) -> String {
    let word = text.split_whitespace().find(|word| word.contains(|letter: char| letter.is_ascii_digit()));
    word.map_or("unknown", |word| word.trim_start_matches('v')).to_owned()
}

fn present(file: PathBuf) -> Option<PathBuf> {
    file.exists().then_some(file)
}

fn on_path(name: &str) -> Option<PathBuf> {
    present(PathBuf::from(tool::command(name).get_program())).filter(|file| file.is_absolute())
}

/// The program itself: what lies in `bin` is a script around it, which takes time of its own.
fn python(name: &str) -> Option<PathBuf> {
    present(tool::tools().join("python/bin").join(name)).or_else(|| on_path(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_told_from_words() {
        assert_eq!(first_version("git version 2.39.5\n"), "2.39.5");
        assert_eq!(first_version("v24.21.0"), "24.21.0");
        assert_eq!(first_version("wrk debian/4.1.0-3+b2 [epoll]"), "debian/4.1.0-3+b2");
        assert_eq!(first_version(""), "unknown");
    }
}
