//! Looks at the edge from within: the router as this configuration makes it, with all its layers, is asked a handful of
//! harmless questions, and its answers are judged. Nothing listens and nothing leaves; whoever calls brings services on a
//! store that nobody else uses, so that no log tells of questions that no client asked.

mod ask;
mod judge;

use std::sync::Arc;

use app::{LinkBase, Observations, Services};
use axum::Router;
use hyper_util::service::TowerToHyperService;
use observe::Metrics;
use tokio_util::sync::CancellationToken;

use super::health::{self, Readiness};
use super::live::Live;
use super::router::router;
use super::sign_in::SignIn;
use super::{downloads, metadata, openapi};
use crate::auth::Authenticator;
use crate::config::Config;
use crate::dashboard::{self, Dashboard};
use crate::error::Error;
use crate::mcp::Handler;

/// What the edge shows of itself under `config`.
///
/// # Errors
/// When the router cannot be made.
pub async fn examine(services: Arc<Services>, config: Config) -> Result<Observations, Error> {
    let tls = config.tls.is_some();
    let (body_bytes, required) = (config.limits.body_bytes, config.sign_in.required);
    let host = config.public_url.clone().unwrap_or_else(|| "http://localhost".to_owned());
    let answers = ask::all(&service(services, config, &host)?, &host, body_bytes, tls).await;
    let mut seen = Observations::new();
    for (name, judge) in judge::EVERYWHERE {
        seen.insert(name, judge(&answers));
    }
    seen.insert("hsts", judge::hsts(&answers, tls));
    seen.insert("challenge", judge::challenge(&answers, required));
    Ok(seen)
}

fn service(services: Arc<Services>, mut config: Config, base: &str) -> Result<TowerToHyperService<Router>, Error> {
    // The certificate is the matter of whoever reads the configuration, and providers would be asked for their keys.
    config.tls = None;
    config.sign_in.providers.clear();
    let live = Arc::new(Live::new(&config, Arc::new(Metrics::new(env!("CARGO_PKG_VERSION"))))?);
    let authenticator = Authenticator::new(&config, Some(Arc::clone(&services)), base)?;
    let dashboard = Dashboard::new(Arc::clone(&services), Arc::clone(&authenticator), base, &config);
    let handler = Handler::new(Arc::clone(&services), Some(LinkBase(base.to_owned())))?;
    let mut routes = metadata::routes(&authenticator);
    routes.extend([health::healthz(), health::readyz(Readiness::new(Arc::clone(&services)))]);
    routes.push(downloads::route(services));
    routes.extend(dashboard::routes(&dashboard));
    let routes = openapi::described(routes, config.sign_in.required);
    let sign_in = SignIn { live, authenticator };
    Ok(TowerToHyperService::new(router(handler, &routes, &sign_in, Some(&dashboard), CancellationToken::new())))
}
