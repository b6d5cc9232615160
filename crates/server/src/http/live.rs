//! What can be changed while the server runs. Whoever needs it asks for it anew with each request.

use std::sync::{Arc, PoisonError, RwLock};

use ipnet::IpNet;
use observe::Metrics;

use super::names::Names;
use super::rates::Rates;
use super::tls::{Certificate, load};
use crate::client::Neighbourhood;
use crate::config::{Config, Limits};
use crate::error::TlsFault;

/// What holds now, and the certificate.
pub(crate) struct Live {
    now: RwLock<Arc<Now>>,
    certificate: Option<Arc<Certificate>>,
    pub(crate) metrics: Arc<Metrics>,
}

/// What holds for the requests that begin now.
pub(crate) struct Now {
    pub(crate) names: Names,
    pub(crate) proxies: Vec<IpNet>,
    pub(crate) limits: Limits,
    pub(crate) of_address: Arc<Rates<Neighbourhood>>,
    pub(crate) of_caller: Arc<Rates<String>>,
}

impl Live {
    pub(crate) fn new(config: &Config, metrics: Arc<Metrics>) -> Result<Self, TlsFault> {
        let certificate = match &config.tls {
            None => None,
            Some(tls) => {
                let loaded = load(tls)?;
                if let Err(fault) = loaded.check_dates() {
                    // The operations listener is of use all the same, and tells of it.
                    tracing::error!(cause = fault.to_string(), "clients will refuse this server");
                }
                metrics.certificate_not_after(loaded.not_after);
                Some(Arc::new(Certificate::new(loaded)))
            }
        };
        let now = Now {
            names: Names::new(config),
            proxies: config.trusted_proxies.clone(),
            limits: config.limits.clone(),
            of_address: Arc::new(Rates::new(config.limits.per_address)),
            of_caller: Arc::new(Rates::new(config.limits.per_caller)),
        };
        Ok(Self { now: RwLock::new(Arc::new(now)), certificate, metrics })
    }

    pub(crate) fn now(&self) -> Arc<Now> {
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn certificate(&self) -> Option<&Arc<Certificate>> {
        self.certificate.as_ref()
    }

    /// Takes over what can be changed. A certificate that cannot be used leaves the one in use, and all else is changed.
    pub(crate) fn change(&self, config: &Config) -> Result<(), TlsFault> {
        let before = self.now();
        let now = Now {
            names: Names::new(config),
            proxies: config.trusted_proxies.clone(),
            limits: config.limits.clone(),
            // What was used of a rate is remembered while the rate is the same.
            of_address: kept(&before.of_address, config.limits.per_address),
            of_caller: kept(&before.of_caller, config.limits.per_caller),
        };
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(now);
        let changed = self.change_certificate(config);
        if config.tls.is_some() || changed.is_err() {
            self.metrics.certificate_reloaded(changed.is_ok());
        }
        if let Err(fault) = &changed {
            tracing::error!(cause = fault.to_string(), "the certificate in use was kept");
        }
        changed
    }

    fn change_certificate(&self, config: &Config) -> Result<(), TlsFault> {
        match (&config.tls, &self.certificate) {
            (None, None) => Ok(()),
            (Some(tls), Some(certificate)) => {
                let loaded = load(tls)?;
                loaded.check_dates()?;
                let not_after = loaded.not_after;
                certificate.replace(loaded);
                self.metrics.certificate_not_after(not_after);
                tracing::info!(not_after, "the certificate was read again");
                Ok(())
            }
            _ => Err(TlsFault::NeedsRestart),
        }
    }
}

fn kept<K: std::hash::Hash + Eq + Clone>(before: &Arc<Rates<K>>, rate: crate::config::Rate) -> Arc<Rates<K>> {
    if before.rate() == rate { Arc::clone(before) } else { Arc::new(Rates::new(rate)) }
}
