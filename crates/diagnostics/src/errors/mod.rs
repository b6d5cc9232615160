//! Errors in groups: a thousand lines of one fault are one thing to mend. What varies is taken out of the message; what is left,
//! with the module and the kind of error, is the fingerprint.

mod book;
mod groups;
mod layer;
mod template;

pub use book::{BOOK, ErrorBook};
pub use groups::{ErrorGroup, Groups, Occurrence, Sample};
pub use layer::ErrorLayer;
pub use template::template;
