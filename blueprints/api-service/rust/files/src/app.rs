//! What the requests of one running service share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::config::{Config, Environment};
use crate::database::Database;
use crate::limits::RateLimit;
use crate::notes::store::NotesStore;
use crate::tokens::Tokens;

/// The state that handlers and layers get.
pub struct App {
    pub(crate) tokens: Tokens,
    pub(crate) notes: NotesStore,
    pub(crate) database: Database,
    pub(crate) rate_limit: RateLimit,
    pub(crate) request_timeout: Duration,
    pub(crate) behind_tls: bool,
    draining: AtomicBool,
}

impl App {
    /// Joins the configuration and the opened database.
    pub fn new(config: Config, database: Database) -> Arc<Self> {
        Arc::new(Self {
            tokens: config.tokens,
            notes: NotesStore::new(database.clone()),
            database,
            rate_limit: RateLimit::per_minute(config.rate_limit_per_minute),
            request_timeout: config.request_timeout,
            behind_tls: config.environment != Environment::Development,
            draining: AtomicBool::new(false),
        })
    }

    /// From now on readiness says no, so that load balancers send their requests elsewhere.
    pub fn start_draining(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }
}
