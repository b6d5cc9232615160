//! What scans: secrets. No network, no other programs: everything here works on bytes and a folder.

pub mod secrets;
