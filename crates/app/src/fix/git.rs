//! How git is called: never with the hooks, the filters or the settings of somebody else's repository.
//!
//! A repository's own settings can name programs (`filter.*`, `core.fsmonitor`, `core.sshCommand`, hooks, …). So work is done
//! in a repository of ours that only borrows the other's objects; there is no name in it that leads to a program. In the
//! other one itself three commands run that start none: `rev-parse`, `unpack-objects` and `update-ref`.

use std::path::Path;

use super::tools::{Job, Tools, Trouble};

/// Set before anything that git may read.
const SETTINGS: [&str; 12] = [
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.symlinks=false",
    "core.attributesFile=/dev/null",
    "core.alternateRefsCommand=true",
    "core.autocrlf=false",
    "core.logAllRefUpdates=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "protocol.allow=never",
    "commit.gpgSign=false",
    "advice.detachedHead=false",
];

/// Runs git on a repository; what it wrote.
pub(super) fn git(
    tools: &Tools<'_>,
    repository: &Path,
    work_tree: Option<&Path>,
    arguments: &[&str],
    stdin: Vec<u8>,
) -> Result<Vec<u8>, Trouble> {
    let mut all = vec!["--no-pager".to_owned(), "--literal-pathspecs".to_owned()];
    all.extend(SETTINGS.iter().flat_map(|setting| ["-c".to_owned(), (*setting).to_owned()]));
    all.push(format!("--git-dir={}", repository.display()));
    all.extend(work_tree.map(|folder| format!("--work-tree={}", folder.display())));
    all.extend(arguments.iter().map(|argument| (*argument).to_owned()));
    let mut job = Job::new("git", all, work_tree.unwrap_or(repository));
    job.stdin = stdin;
    job.variables = vec![
        ("GIT_CONFIG_GLOBAL", "/dev/null".to_owned()),
        ("GIT_CONFIG_NOSYSTEM", "1".to_owned()),
        ("GIT_ATTR_NOSYSTEM", "1".to_owned()),
        ("GIT_COMMON_DIR", repository.display().to_string()),
        ("GIT_TERMINAL_PROMPT", "0".to_owned()),
        ("GIT_ALLOW_PROTOCOL", "none".to_owned()),
        ("GIT_NO_LAZY_FETCH", "1".to_owned()),
        ("GIT_NO_REPLACE_OBJECTS", "1".to_owned()),
        ("GIT_OPTIONAL_LOCKS", "0".to_owned()),
        ("GIT_AUTHOR_NAME", "smart-begin".to_owned()),
        ("GIT_AUTHOR_EMAIL", "smart-begin@localhost".to_owned()),
        ("GIT_COMMITTER_NAME", "smart-begin".to_owned()),
        ("GIT_COMMITTER_EMAIL", "smart-begin@localhost".to_owned()),
    ];
    tools.run(job)
}

/// The same, where the answer is one line.
pub(super) fn line(
    tools: &Tools<'_>,
    repository: &Path,
    work_tree: Option<&Path>,
    arguments: &[&str],
) -> Result<String, Trouble> {
    let said = git(tools, repository, work_tree, arguments, Vec::new())?;
    Ok(String::from_utf8_lossy(&said).trim().to_owned())
}
