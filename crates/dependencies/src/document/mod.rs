//! The forms that lockfiles, manifests and SBOMs are written in, each read by its well-kept parser into a tree that knows its
//! lines. Nesting is bounded, aliases are not followed, entities are not expanded: a document is never larger than its text.

pub(crate) mod json;
pub(crate) mod lines;
pub(crate) mod node;
pub(crate) mod toml;
pub(crate) mod xml;
pub(crate) mod yaml;
