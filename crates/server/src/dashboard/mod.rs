//! The dashboard: pages for people, at `/dashboard`. They work without scripts; what a browser may do with them is in
//! `page`, who may see them in `visitor`, what is asked of forms in `guard`.

mod account;
mod asset;
mod code;
mod cookie;
mod destination;
mod door;
mod enter;
mod form;
mod guard;
mod home;
mod oidc;
mod page;
mod pending;
mod problem;
mod routes;
mod sign_in;
mod sign_out;
mod state;
mod visitor;
mod words;

pub(crate) use door::admit_browsers;
pub(crate) use problem::{failure_page, is_page, refusal_page};
pub(crate) use routes::routes;
pub(crate) use state::Dashboard;
