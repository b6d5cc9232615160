//! Where the tests find programs and data.

use std::env;
use std::path::{Path, PathBuf};

use crate::skip::{not_run, skip};

/// The root of this repository.
#[must_use]
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("crates/testkit lies two below the root").to_owned()
}

fn tools() -> PathBuf {
    env::var_os("SMART_BEGIN_TOOLS").map_or_else(|| workspace().join(".tools"), PathBuf::from)
}

/// A `PATH` on which the tools of the tests come first.
#[must_use]
pub fn path() -> String {
    let rest = env::var("PATH").unwrap_or_default();
    let separator = if cfg!(windows) { ";" } else { ":" };
    format!("{}{separator}{rest}", tools().join("bin").display())
}

/// The program of that name, from `.tools/bin` or else from `PATH`; `None` when the test is skipped for want of it.
#[must_use]
pub fn tool(name: &str) -> Option<PathBuf> {
    let found = env::split_paths(&path()).map(|folder| folder.join(name)).find(|file| file.is_file());
    if found.is_none() {
        skip(&format!("`{name}` is missing; ./scripts/setup-test-tools installs it"));
    }
    found
}

/// The folder of npm packages for scripts of our own; a script in another folder needs a link to it beside it.
#[must_use]
pub fn node_modules() -> Option<PathBuf> {
    present(tools().join("npm/node_modules"), "./scripts/setup-test-tools installs the npm packages")
}

/// The unpacked archive from Maven of that name.
#[cfg(unix)]
pub(crate) fn maven(name: &str) -> Option<PathBuf> {
    present(tools().join("maven").join(name), "./scripts/setup-test-tools installs it")
}

/// The optimised program, where speed or the real thing is the point of the test.
#[must_use]
pub fn release_binary() -> Option<PathBuf> {
    present(program(&release_folder(), "smart-begin"), "./scripts/test release builds it")
}

/// A program of this workspace that the same `cargo test` built.
#[must_use]
pub fn built(name: &str) -> Option<PathBuf> {
    present(program(&profile_folder(), name), "cargo test --workspace builds it")
}

/// An optimised example of this workspace, such as the server with fixtures.
#[must_use]
pub fn example(name: &str) -> Option<PathBuf> {
    present(program(&release_folder().join("examples"), name), "./scripts/test release builds it")
}

/// Data that lies beside the repository, in `../shared`; `None` when it does not lie there.
#[must_use]
pub fn shared(file: &str) -> Option<PathBuf> {
    let path = workspace().parent()?.join("shared").join(file);
    if path.exists() {
        return Some(path);
    }
    not_run(&format!("the data ../shared/{file} is absent"));
    None
}

fn present(file: PathBuf, how: &str) -> Option<PathBuf> {
    if file.exists() {
        return Some(file);
    }
    skip(&format!("{} is missing; {how}", file.display()));
    None
}

fn release_folder() -> PathBuf {
    env::var_os("SMART_BEGIN_RELEASE").map_or_else(|| workspace().join("target/release"), PathBuf::from)
}

fn program(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}{}", env::consts::EXE_SUFFIX))
}

/// Test binaries lie in `<profile>/deps`.
fn profile_folder() -> PathBuf {
    let test = env::current_exe().expect("the path of the test binary");
    test.ancestors().nth(2).expect("the test binary lies in a profile folder").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_on_the_path_is_found() {
        let name = format!("cargo{}", env::consts::EXE_SUFFIX);
        assert!(tool(&name).is_some());
    }

    #[test]
    fn a_missing_tool_is_a_skip_and_under_require_all_a_failure() {
        const WITHIN: &str = "TESTKIT_ASKS_FOR_A_MISSING_TOOL";
        if env::var_os(WITHIN).is_some() {
            assert_eq!(tool("no-such-tool"), None);
            return;
        }
        let list = crate::folder().path().join("skips");
        let ask = |require: &str| {
            let name = "tools::tests::a_missing_tool_is_a_skip_and_under_require_all_a_failure";
            let run = crate::Run::new(env::current_exe().unwrap()).args(["--exact", name]);
            run.env(WITHIN, "1").env("REQUIRE_ALL", require).env("SMART_BEGIN_SKIPS", &list).run()
        };
        let skipped = ask("");
        assert!(skipped.ok() && skipped.stderr.contains("SKIPPED tools::tests::a_missing_tool"), "{skipped:?}");
        assert!(!ask("1").ok());
    }

    #[test]
    fn absent_data_is_not_run_whatever_is_required() {
        assert_eq!(shared("no/such/data"), None);
    }

    #[test]
    fn the_workspace_is_the_repository() {
        assert!(workspace().join("scripts/test").is_file());
    }
}
