//! What is written, judged by those who wrote the forms.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

mod bills;
mod forms;
