//! Makes one commit of the upgrades, and leaves it on a branch.

use std::path::Path;

use super::copy::{Copy, repository_of};
use super::git::{git, line};
use super::tools::{Tools, Trouble};

/// A commit with all that its repository lacks of it, taken before any code of the project ran.
pub(super) struct Commit {
    pub(super) id: String,
    pub(super) branch: String,
    pack: Vec<u8>,
}

/// Commits these files of the copy.
pub(super) fn commit(
    tools: &Tools<'_>,
    copy: &Copy,
    files: &[String],
    message: &str,
    day: &str,
) -> Result<Commit, Trouble> {
    let mut add = vec!["add", "--force", "--"];
    add.extend(files.iter().map(String::as_str));
    copy.git(tools, &add)?;
    let tree = copy.git(tools, &["write-tree"])?;
    let id = copy.git(tools, &["commit-tree", &tree, "-p", &copy.base, "-m", message])?;
    let wanted = format!("{id}\n^{}\n", copy.base).into_bytes();
    let arguments = ["pack-objects", "--quiet", "--revs", "--stdout"];
    let pack = git(tools, &copy.repository(), Some(&copy.folder()), &arguments, wanted)?;
    let short = tree.get(..8).unwrap_or(&tree);
    Ok(Commit { branch: format!("smart-begin/fix-{day}-{short}"), id, pack })
}

/// Puts the commit into the repository under a new branch. Neither its work tree nor its other branches change.
pub(super) fn leave(tools: &Tools<'_>, folder: &Path, commit: Commit) -> Result<(String, String), Trouble> {
    let theirs = repository_of(folder)?;
    let name = format!("refs/heads/{}", commit.branch);
    if line(tools, &theirs, None, &["rev-parse", "--verify", "--quiet", &name]).is_ok() {
        return Err(Trouble(format!("the branch {} is there already, with the same upgrades", commit.branch)));
    }
    git(tools, &theirs, None, &["unpack-objects", "-q"], commit.pack)?;
    let never = "0".repeat(commit.id.len());
    git(
        tools,
        &theirs,
        None,
        &["update-ref", "--no-deref", "-m", "smart-begin fix", &name, &commit.id, &never],
        Vec::new(),
    )?;
    Ok((commit.branch, commit.id))
}
