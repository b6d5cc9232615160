//! The commit that a work tree stands at.

use std::path::Path;

use crate::commits;
use crate::objects::Objects;
use crate::refs::Refs;
use crate::repository::Repository;

/// The id of the commit that is checked out where `root` is or lies in; none where there is no repository or no commit, or it
/// cannot be read.
#[must_use]
pub fn checked_out(root: &Path) -> Option<String> {
    let repository = Repository::find(root).ok()??.shared();
    let objects = Objects::open(&repository).ok()?;
    let refs = Refs::read(&repository).ok()?;
    commits::named(&refs, &objects.reader(), "HEAD").ok().map(|id| id.to_string())
}
