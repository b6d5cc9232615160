//! Puts the product together: the MCP handler, the routes beside it, the layers around both, and a listener.

use std::sync::Arc;

use app::{LinkBase, Services};
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use rmcp::ServerHandler;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::listen::{listen, loopback_only};
use super::router::router;
use super::{downloads, ready, sign_in};
use crate::auth::Authenticator;
use crate::config::Config;
use crate::dashboard::{self, Dashboard};
use crate::error::Error;
use crate::mcp::Handler;

/// Serves the product until `shutdown`.
pub(crate) async fn serve(
    services: Arc<Services>,
    listener: TcpListener,
    config: Config,
    shutdown: CancellationToken,
) -> Result<(), Error> {
    let base = base(&listener, &config)?;
    let authenticator = Authenticator::new(&config, Some(Arc::clone(&services)), &base)?;
    let dashboard = Dashboard::new(Arc::clone(&services), Arc::clone(&authenticator), &base, &config);
    let handler = Handler::new(Arc::clone(&services), Some(LinkBase(base)))?;
    let routes = Router::new()
        .route("/downloads/{token}", get(downloads::get).head(downloads::head))
        .layer(from_fn_with_state(Arc::clone(&authenticator), sign_in::layer))
        .layer(from_fn_with_state(dashboard.clone(), dashboard::admit_browsers))
        .route("/readyz", get(ready::ready))
        .with_state(services)
        .merge(dashboard::routes(dashboard));
    run(handler, routes, &authenticator, listener, config, shutdown).await
}

/// Where people reach this server.
fn base(listener: &TcpListener, config: &Config) -> Result<String, Error> {
    let address = loopback_only(listener)?;
    Ok(config.public_url.clone().unwrap_or_else(|| format!("http://{address}")))
}

/// Serves any MCP handler, and `routes` beside it, as the product is served.
pub(crate) async fn serve_handler<H: ServerHandler>(
    handler: H,
    routes: Router,
    listener: TcpListener,
    config: Config,
    shutdown: CancellationToken,
) -> Result<(), Error> {
    let authenticator = Authenticator::new(&config, None, &base(&listener, &config)?)?;
    run(handler, routes, &authenticator, listener, config, shutdown).await
}

async fn run<H: ServerHandler>(
    handler: H,
    routes: Router,
    authenticator: &Arc<Authenticator>,
    listener: TcpListener,
    config: Config,
    shutdown: CancellationToken,
) -> Result<(), Error> {
    let stop = CancellationToken::new();
    let router = router(handler, routes, authenticator, &config, stop.clone());
    listen(listener, router, &config, shutdown, stop).await
}
