//! What scans: secrets, and the gates of a repository. No network: everything here works on bytes and a folder.

pub mod analysis;
pub mod repository;
pub mod secrets;
