//! What must outlive the process: projects, what happened to them, and download links not used yet.
//!
//! Everything here blocks. Every method that writes is one transaction, durable when it returns; the event that
//! tells of a change is written in the transaction of the change. Several processes may use one store at once.
//!
//! `Store` says what is kept, in terms of no engine. The `sqlite` module alone knows SQL; a second engine would be
//! its sibling, and `Store` would choose between the two.

mod error;
mod record;
mod sqlite;
mod store;

pub use error::{Error, ErrorKind};
pub use record::{NewDownload, NewProject, Project, RecordedEvent, State, UsedDownload};
pub use store::Store;
