//! What scans: secrets, the gates of a repository, and other scanners. No network: everything here works on bytes and a folder.

pub mod analysis;
pub mod engines;
pub mod repository;
pub mod secrets;
