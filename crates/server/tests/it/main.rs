//! The server as a client meets it: real bytes over real sockets and streams, the real use cases behind them.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::disallowed_methods, reason = "tests write files and start programs")]
#![allow(clippy::print_stdout, reason = "tests tell what they measured")]

mod access;
mod audit_entries;
mod audit_events;
mod browser;
mod certificates;
mod crowd;
mod dashboard_account;
mod dashboard_downloads;
mod dashboard_oidc;
mod dashboard_pages;
mod dashboard_sign_in;
mod edge;
mod elicitation;
mod fixture;
mod forged;
mod gaps;
mod hostile_text;
mod http_client;
mod http_fuzz;
mod http_limits;
mod http_surface;
mod identity_provider;
mod keycloak;
mod listeners;
mod names;
mod oidc_provider;
mod openapi;
mod oversize;
mod product;
mod provider_keys;
mod provider_stub;
mod rates;
mod resources;
mod running;
mod shutdown;
mod sign_in;
mod slow_clients;
mod stdio;
mod stream_client;
mod tls;
