//! What the HTTP edge shows of itself: the server's own router, on a store that is thrown away.

use std::sync::Arc;
use std::time::{Duration, Instant};

use app::{Error, Observations, Seen, Services};
use blueprint::Catalogue;
use safe_fs::Roots;
use store::Store;

use crate::cli::output;
use crate::cli::serve::assemble::server_config;
use crate::config::{Secrets, Settings};

const STARTED_WITHIN: Duration = Duration::from_secs(2);

/// What was seen; nothing where the router could not be made, which the report then says.
pub(super) fn observe(settings: &Settings) -> Observations {
    ask(settings).unwrap_or_else(|error| {
        output::note(&format!("The HTTP edge could not be looked at: {error}\n"));
        Observations::new()
    })
}

fn ask(settings: &Settings) -> Result<Observations, Error> {
    let started = Instant::now();
    let scratch = tempfile::tempdir().map_err(Error::internal)?;
    let store = Store::open(&scratch.path().join("store"))?;
    let services = Services::new(store, Roots::none(), Catalogue::open()?, settings.policy());
    let config = server_config(settings, &Secrets::default());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::internal)?;
    let mut seen = runtime.block_on(server::examine(Arc::new(services), config)).map_err(Error::internal)?;
    seen.insert("startup", startup(started.elapsed()));
    Ok(seen)
}

/// What a start does: make a store, open it, build the server, answer.
fn startup(took: Duration) -> Seen {
    Seen::when(
        took < STARTED_WITHIN,
        "A store was made and opened, the server built and asked, in less than 2 seconds.",
        "Making a store and building the server took 2 seconds or more.",
        "Look at the disk that holds temporary files, and at what else this machine does.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_that_takes_too_long_fails() {
        assert!(matches!(startup(Duration::from_millis(20)), Seen::Good(_)));
        assert!(matches!(startup(STARTED_WITHIN), Seen::Bad { .. }));
    }
}
