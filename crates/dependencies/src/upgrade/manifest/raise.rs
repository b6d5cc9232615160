//! What is to be raised, and what came of it.

use domain::Ecosystem;

use crate::upgrade::climb::Knowledge;

/// A manifest with a raised version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// The whole file.
    pub text: String,
    /// The requirements that were raised: what they were, and what they are.
    pub raised: Vec<(String, String)>,
}

/// What is to be raised.
#[derive(Clone, Copy)]
pub(crate) struct Raise<'a> {
    pub(crate) ecosystem: &'a Ecosystem,
    pub(crate) package: &'a str,
    pub(crate) from: &'a str,
    pub(crate) to: &'a str,
    pub(crate) known: Knowledge<'a>,
}
