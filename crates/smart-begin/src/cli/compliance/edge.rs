//! What the HTTP edge shows of itself: the server's own router, on a store that is thrown away.

use std::sync::Arc;

use app::{Error, Observations, Services};
use blueprint::Catalogue;
use safe_fs::Roots;
use store::Store;

use crate::cli::output;
use crate::cli::serve::assemble::server_config;
use crate::config::{Secrets, Settings};

/// What was seen; nothing where the router could not be made, which the report then says.
pub(super) fn observe(settings: &Settings) -> Observations {
    ask(settings).unwrap_or_else(|error| {
        output::note(&format!("The HTTP edge could not be looked at: {error}\n"));
        Observations::new()
    })
}

fn ask(settings: &Settings) -> Result<Observations, Error> {
    let scratch = tempfile::tempdir().map_err(Error::internal)?;
    let store = Store::open(&scratch.path().join("store"))?;
    let services = Services::new(store, Roots::none(), Catalogue::open()?, settings.policy());
    let config = server_config(settings, &Secrets::default());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::internal)?;
    runtime.block_on(server::examine(Arc::new(services), config)).map_err(Error::internal)
}
