//! Files, safely: every path from a client stays beneath a root that the operator gave, and a folder is complete or
//! untouched.
//!
//! Paths are resolved through open folder handles (`cap-std`), so that a symbolic link cannot lead out of a root, not
//! even one that appears between the check and the use. What the operating systems do differently is in [`platform`].

mod error;
mod open_folder;
mod place;
pub mod platform;
mod private;
mod replace;
mod roots;
mod staging;

pub use error::{Error, ErrorKind};
pub use open_folder::OpenFolder;
pub use place::{Occupant, Place};
pub use private::{PrivateDraft, create_private, write_private};
pub use replace::replace_file;
pub use roots::{RootRefusal, Roots};
pub use staging::{Placed, Staging};
