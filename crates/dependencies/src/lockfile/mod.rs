//! The lockfiles, one file a format. Each reads what its tool writes into a `Found`.

pub(crate) mod bun;
pub(crate) mod cargo;
pub(crate) mod composer;
pub(crate) mod go;
pub(crate) mod gradle;
pub(crate) mod maven;
pub(crate) mod mix;
pub(crate) mod npm;
pub(crate) mod nuget;
pub(crate) mod pdm;
pub(crate) mod pipfile;
pub(crate) mod pnpm;
pub(crate) mod poetry;
pub(crate) mod pubspec;
pub(crate) mod pylock;
pub(crate) mod requirements;
pub(crate) mod ruby;
pub(crate) mod uv;
pub(crate) mod yarn;
