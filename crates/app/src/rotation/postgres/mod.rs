//! Passwords of PostgreSQL roles. The server gets a SCRAM verifier that is computed here, never the password: what it
//! logs of the statement, and what a copy of its catalogue holds, is no password.

mod address;
mod fault;
mod session;
mod tls;

pub(super) use address::{password_of, role_of, with_role};
pub(super) use fault::Fault;
pub(super) use session::{can_sign_in, set_password};
