//! Other scanners, run beside the embedded engine so that what each sees can be compared.
//!
//! A scanner gets a private copy of the files that are checked, and nothing else: no variables, no network where the kernel
//! denies it, limits on time, memory and output, and never a configuration from the scanned tree. What it prints holds secrets
//! and may hold anything else; it is parsed within limits, and values leave this module redacted.

mod betterleaks;
mod compare;
mod copy;
mod engine;
mod gitleaks;
mod hit;
mod kingfisher;
mod osv_scanner;
mod program;
mod run;
mod secret_finding;
mod trufflehog;

pub use compare::{compare, join};
pub use engine::{Engine, UnknownEngine};
pub use program::EngineSettings;
pub use run::{EngineSeen, Material, run};

/// The parsers of what engines print, for tests with bad input.
pub mod parse {
    pub use super::hit::{Hit, Unreadable};
    use super::{betterleaks, gitleaks, kingfisher, osv_scanner, trufflehog};
    use domain::Finding;

    /// The JSON of gitleaks.
    ///
    /// # Errors
    /// It is none.
    pub fn gitleaks(output: &[u8]) -> Result<Vec<Hit>, Unreadable> {
        gitleaks::parse(output)
    }

    /// The JSON of betterleaks.
    ///
    /// # Errors
    /// It is none.
    pub fn betterleaks(output: &[u8]) -> Result<Vec<Hit>, Unreadable> {
        betterleaks::parse(output)
    }

    /// The JSON of kingfisher.
    ///
    /// # Errors
    /// It is none.
    pub fn kingfisher(output: &[u8]) -> Result<Vec<Hit>, Unreadable> {
        kingfisher::parse(output)
    }

    /// The JSON lines of trufflehog.
    ///
    /// # Errors
    /// They are none.
    pub fn trufflehog(output: &[u8]) -> Result<Vec<Hit>, Unreadable> {
        trufflehog::parse(output)
    }

    /// The JSON of osv-scanner; files are named as it names them.
    ///
    /// # Errors
    /// It is none.
    pub fn osv_scanner(output: &[u8]) -> Result<Vec<Finding>, Unreadable> {
        osv_scanner::parse(output, &|path| Some(path.to_owned()))
    }
}
