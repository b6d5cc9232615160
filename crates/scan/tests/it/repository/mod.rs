//! The gates of repositories.

mod look;
