//! A notes service over HTTP: `router` has every route and what guards it, `start` how the process comes up.

pub mod app;
pub mod auth;
pub mod config;
pub mod database;
pub mod health;
pub mod healthcheck;
pub mod json_body;
pub mod limits;
pub mod logging;
pub mod notes;
pub mod problem;
pub mod request_log;
pub mod response_headers;
pub mod router;
pub mod server;
pub mod start;
pub mod tokens;
