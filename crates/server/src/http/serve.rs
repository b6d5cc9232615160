//! Puts the product together: the MCP handler, the routes beside it, the layers around both, and a listener.

use std::sync::Arc;

use app::{LinkBase, Services};
use axum::Router;
use axum::routing::get;
use rmcp::ServerHandler;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::listen::{listen, loopback_only};
use super::router::router;
use super::{downloads, ready};
use crate::config::Config;
use crate::error::Error;
use crate::mcp::Handler;

/// Serves the product until `shutdown`.
pub(crate) async fn serve(
    services: Arc<Services>,
    listener: TcpListener,
    config: Config,
    shutdown: CancellationToken,
) -> Result<(), Error> {
    let address = loopback_only(&listener)?;
    let links = config.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    let handler = Handler::new(Arc::clone(&services), Some(LinkBase(links)))?;
    let routes = Router::new()
        .route("/downloads/{token}", get(downloads::get).head(downloads::head))
        .route("/readyz", get(ready::ready))
        .with_state(services);
    serve_handler(handler, routes, listener, config, shutdown).await
}

/// Serves any MCP handler, and `routes` beside it, as the product is served.
pub(crate) async fn serve_handler<H: ServerHandler>(
    handler: H,
    routes: Router,
    listener: TcpListener,
    config: Config,
    shutdown: CancellationToken,
) -> Result<(), Error> {
    loopback_only(&listener)?;
    let stop = CancellationToken::new();
    let router = router(handler, routes, &config, stop.clone());
    listen(listener, router, &config, shutdown, stop).await
}
