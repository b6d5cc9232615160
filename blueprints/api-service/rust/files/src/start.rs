//! How the process comes up and goes down: configuration, log, database, server, drain.

use std::io::{self, Write};
use std::process::ExitCode;

use tokio::net::TcpListener;

use crate::app::App;
use crate::config::{Config, Environment, Fault};
use crate::database::Database;
use crate::{logging, server};

const BAD_CONFIGURATION: u8 = 2;

/// Runs the service until it is told to stop.
pub fn run() -> ExitCode {
    let config = match Config::from_env() {
        Ok(config) => config,
        Err(faults) => return refuse(&faults),
    };
    logging::init(config.log_level);
    match serve(config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            tracing::error!("cannot start: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn refuse(faults: &[Fault]) -> ExitCode {
    let mut stderr = io::stderr().lock();
    let _ = writeln!(stderr, "The configuration cannot be used:");
    for fault in faults {
        let _ = writeln!(stderr, "  {fault}");
    }
    ExitCode::from(BAD_CONFIGURATION)
}

#[tokio::main]
async fn serve(config: Config) -> Result<(), String> {
    warn_without_tokens(&config);
    let shutdown_timeout = config.shutdown_timeout;
    let database = Database::open(&config.database_path)
        .map_err(|error| format!("DATABASE_PATH {}: {error}", config.database_path.display()))?;
    let listener = TcpListener::bind(config.address)
        .await
        .map_err(|error| format!("HOST and PORT {}: {error}", config.address))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    tracing::info!(%address, environment = config.environment.name(), "listening");

    let app = App::new(config, database.clone());
    let finished = server::serve(listener, app, shutdown_timeout).await.map_err(|error| error.to_string())?;
    if !finished {
        tracing::warn!("some requests did not finish within SHUTDOWN_TIMEOUT_SECONDS");
    }
    database.close().await;
    tracing::info!("stopped");
    Ok(())
}

fn warn_without_tokens(config: &Config) {
    if config.tokens.is_empty() && config.environment == Environment::Development {
        tracing::warn!("no tokens are set, so every call will be refused: run `make token SUBJECT=alice`");
    }
}
