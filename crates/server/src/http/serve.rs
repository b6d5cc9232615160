//! Puts the product together: the MCP handler, the routes beside it, the layers around both, and its listeners.

use std::sync::Arc;

use app::{LinkBase, Services};
use axum::Router;
use observe::Metrics;
use rmcp::ServerHandler;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::connection::Host;
use super::connections::Connections;
use super::health::{self, Readiness};
use super::listen::{Listening, may_be_reached};
use super::live::Live;
use super::router::router;
use super::sign_in::SignIn;
use super::{downloads, handles, metadata, openapi, operations, redirect};
use crate::auth::Authenticator;
use crate::config::Config;
use crate::dashboard::{self, Dashboard};
use crate::error::{Error, TlsFault};
use crate::mcp::Handler;
use crate::route::Route;

/// Where the server listens.
#[derive(Debug)]
pub struct Listeners {
    /// For MCP, the dashboard and downloads; with TLS when the configuration names a certificate.
    pub main: TcpListener,
    /// For plaintext, whose requests are sent to the address with TLS.
    pub redirect: Option<TcpListener>,
    /// For health and metrics, in plain HTTP and without sign-in; only private networks are served.
    pub operations: Option<TcpListener>,
}

/// The server over HTTP, ready to be run.
pub struct Server {
    services: Arc<Services>,
    config: Config,
    live: Arc<Live>,
}

/// Changes a running server.
#[derive(Clone)]
pub struct Reload(Arc<Live>);

impl Reload {
    /// What [`Reload::apply`] does not change; the names are those of the configuration.
    pub const NEEDS_RESTART: [&str; 4] =
        ["limits.connections", "limits.connections_per_address", "limits.concurrent_requests", "server.public_url"];

    /// Takes over `config` for all requests that begin from now on, but for what [`Reload::NEEDS_RESTART`] and the section
    /// on sign-in say, and reads the certificate again.
    ///
    /// # Errors
    /// When the certificate cannot be used: the one in use is kept then, and all else is changed. The log has said so.
    pub fn apply(&self, config: &Config) -> Result<(), TlsFault> {
        self.0.change(config)
    }
}

impl Server {
    /// Reads the certificate, if there is to be one.
    ///
    /// # Errors
    /// When it cannot be used.
    pub fn new(services: Arc<Services>, config: Config, metrics: Arc<Metrics>) -> Result<Self, Error> {
        let live = Arc::new(Live::new(&config, metrics)?);
        Ok(Self { services, config, live })
    }

    /// What changes this server while it runs.
    #[must_use]
    pub fn reload(&self) -> Reload {
        Reload(Arc::clone(&self.live))
    }

    /// Serves until `shutdown`, then lets calls under way finish.
    ///
    /// # Errors
    /// When a listener can be reached from other machines without sign-in, or fails.
    pub async fn serve(self, listeners: Listeners, shutdown: CancellationToken) -> Result<(), Error> {
        let Self { services, config, live } = self;
        let base = base(&listeners.main, &config)?;
        let authenticator = Authenticator::new(&config, Some(Arc::clone(&services)), &base)?;
        let dashboard = Dashboard::new(Arc::clone(&services), Arc::clone(&authenticator), &base, &config);
        let handler = Handler::new(Arc::clone(&services), Some(LinkBase(base)))?;
        let readiness = Readiness::new(Arc::clone(&services));
        let mut routes = always(&authenticator);
        routes.extend([health::readyz(readiness.clone()), downloads::route(Arc::clone(&services))]);
        routes.extend(dashboard::routes(&dashboard));
        let routes = openapi::described(routes, config.sign_in.required);
        let (last, mut beside) = (CancellationToken::new(), JoinSet::new());
        if let Some(listener) = listeners.redirect {
            let router = redirect::router(config.public_url.as_deref(), &live)?;
            let listening = plain(listener, router, &config, &live);
            beside.spawn(listening.run(config.limits.drain_timeout, shutdown.clone(), CancellationToken::new()));
        }
        if let Some(listener) = listeners.operations {
            let most = operations::CONNECTIONS;
            let connections = Connections::new(most, most, Arc::clone(&live.metrics));
            let router = operations::router(readiness, &live);
            let listening = Listening { connections, private: true, ..plain(listener, router, &config, &live) };
            // Until the very end: whoever watches wants to see how the server stops.
            beside.spawn(listening.run(config.limits.drain_timeout, last.clone(), CancellationToken::new()));
        }
        let main = Main { routes: &routes, dashboard: Some(&dashboard), sign_in: SignIn { live, authenticator } };
        main.serve(handler, listeners.main, &config, shutdown).await;
        last.cancel();
        while beside.join_next().await.is_some() {}
        Ok(())
    }
}

/// Serves any MCP handler as the product is served, without what the product has beside it.
pub(crate) async fn serve_handler<H: ServerHandler>(
    handler: H,
    listener: TcpListener,
    config: Config,
    shutdown: CancellationToken,
) -> Result<(), Error> {
    let authenticator = Authenticator::new(&config, None, &base(&listener, &config)?)?;
    let live = Arc::new(Live::new(&config, Arc::new(Metrics::new(env!("CARGO_PKG_VERSION"))))?);
    let routes = openapi::described(always(&authenticator), config.sign_in.required);
    let main = Main { routes: &routes, dashboard: None, sign_in: SignIn { live, authenticator } };
    main.serve(handler, listener, &config, shutdown).await;
    Ok(())
}

/// Where people reach this server.
fn base(listener: &TcpListener, config: &Config) -> Result<String, Error> {
    let address = may_be_reached(listener, config)?;
    let scheme = if config.tls.is_some() { "https" } else { "http" };
    Ok(config.public_url.clone().unwrap_or_else(|| format!("{scheme}://{address}")))
}

/// The routes that are there whatever handler is served.
fn always(authenticator: &Arc<Authenticator>) -> Vec<Route> {
    let mut routes = metadata::routes(authenticator);
    routes.push(health::healthz());
    routes
}

/// What the main listener serves, but for the handler.
struct Main<'a> {
    routes: &'a [Route],
    dashboard: Option<&'a Dashboard>,
    sign_in: SignIn,
}

impl Main<'_> {
    async fn serve<H: ServerHandler>(
        self,
        handler: H,
        listener: TcpListener,
        config: &Config,
        shutdown: CancellationToken,
    ) {
        handles::allow(config.limits.connections);
        let stop = CancellationToken::new();
        let router = router(handler, self.routes, &self.sign_in, self.dashboard, stop.clone());
        let mut listening = plain(listener, router, config, &self.sign_in.live);
        listening.host.tls = config.tls.is_some();
        listening.run(config.limits.drain_timeout, shutdown, stop).await;
    }
}

/// A listener without TLS.
fn plain(listener: TcpListener, router: Router, config: &Config, live: &Arc<Live>) -> Listening {
    let (most, of_one) = (config.limits.connections, config.limits.connections_per_address);
    let connections = Connections::new(most, of_one, Arc::clone(&live.metrics));
    Listening { listener, host: Host { live: Arc::clone(live), tls: false, router }, connections, private: false }
}
