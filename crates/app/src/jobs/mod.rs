//! What a server does by itself, again and again. Of all processes on one store, one runs a job at a time: the one that
//! holds its lease. A job that fails or panics is logged and counted, and runs again later; it never ends the server.

mod checkpoints;
mod exports;
mod list;
mod ran;
mod run;
mod running;
mod set;
mod work;

pub use checkpoints::Checkpoints;
pub use exports::Export;
pub use list::{JobList, JobSummary, list_jobs};
pub use run::{JobReport, run_job};
pub use set::{Jobs, Periodic};
