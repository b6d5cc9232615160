//! The lockfiles, one file a format. Each reads what its tool writes into [`crate::found::Found`].

pub(crate) mod cargo;
pub(crate) mod go;
pub(crate) mod npm;
pub(crate) mod requirements;
pub(crate) mod uv;
