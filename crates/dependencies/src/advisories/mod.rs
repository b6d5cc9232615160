//! What is known to be wrong with packages: advisories in OSV form, taken in once into an index for each ecosystem and asked
//! for one dependency after another.
//!
//! An index is one file, sorted by package. It is replaced as a whole, so that whoever reads the old one goes on. Nothing of
//! an archive is believed: sizes, numbers, names and text are bounded and checked before the old index gives way.

mod affects;
mod archives;
mod build;
mod database;
mod entry;
mod epss;
mod error;
mod finding;
mod fold;
mod ignores;
mod import;
mod index;
mod origin;
mod package_key;
mod read_folder;
mod read_zip;
mod record;
mod records;
mod score;
mod taken;
mod words;

pub use archives::archives;
pub use database::{Database, Matched};
pub use epss::EPSS_FILE;
pub use error::Error;
pub use finding::fingerprint;
pub use ignores::{Ignores, IgnoresError};
pub use import::{Imported, import, import_archive};
pub use index::is_there;
pub use origin::{Origin, note_origin, origin};
pub use records::{OfRecords, of_records};
