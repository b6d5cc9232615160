//! The configuration: read in layers, checked as a whole, shown with where each value comes from.
//!
//! Defaults lie lowest; over them `base.toml`, the environment's file, environment variables, and flags. `keys` is the
//! one table of what can be set, `rules` the one table of what must hold.

mod bao;
mod checks;
mod defaults;
mod environment;
mod examine;
mod fault;
mod file_layer;
mod follow;
mod key;
pub(crate) mod keys;
mod layer;
mod load;
mod origin;
mod page;
mod policy;
mod reach;
mod reference;
mod rules;
mod schema;
mod secrets;
mod settings;
mod value;
mod variable_layer;

pub(crate) use environment::Environment;
pub(crate) use examine::{CERTIFICATE_IN_DATE, CONFIGURATION_KEPT, KEY_KEPT, ROOTS_USABLE, examine};
pub(crate) use fault::{Concern, Fault, Severity};
#[cfg(test)]
pub(crate) use key::Kind;
pub(crate) use key::{Effect, Key};
pub(crate) use load::{Flag, Loaded, Sources, load};
pub(crate) use page::page;
pub(crate) use reference::Reference;
pub(crate) use rules::rule_broken;
pub(crate) use schema::schema;
pub(crate) use secrets::{SECRET_THERE, Secrets, State, credentials_folder, on_this_machine, secret_files};
pub(crate) use settings::{Setting, Settings};
pub(crate) use value::{Grant, TRANSIT, Value};
