//! The TLS side of syslog: who the receiver must be, and who we are to it.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;

use super::syslog_config::SyslogConfig;
use crate::error::Error;

/// Reads the files each time, so that a renewed certificate is used without a restart.
pub(super) fn client(config: &SyslogConfig) -> Result<Arc<ClientConfig>, Error> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| Error::Tls(error.to_string()))?;
    let builder = match &config.authorities {
        Some(file) => builder.with_root_certificates(authorities(file)?),
        None => builder.with_platform_verifier().map_err(|error| Error::Tls(error.to_string()))?,
    };
    let client = match &config.identity {
        None => Ok(builder.with_no_client_auth()),
        Some((chain, key)) => {
            let key = PrivateKeyDer::from_pem_file(key).map_err(|error| unusable(key, &error))?;
            builder.with_client_auth_cert(certificates(chain)?, key)
        }
    };
    client.map(Arc::new).map_err(|error| Error::Tls(error.to_string()))
}

fn authorities(file: &Path) -> Result<RootCertStore, Error> {
    let mut store = RootCertStore::empty();
    for certificate in certificates(file)? {
        store.add(certificate).map_err(|error| Error::Tls(format!("{}: {error}", file.display())))?;
    }
    Ok(store)
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
    let found = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let found = found.map_err(|error| unusable(file, &error))?;
    if found.is_empty() { Err(Error::Tls(format!("there is no certificate in {}", file.display()))) } else { Ok(found) }
}

fn unusable(file: &Path, error: &rustls::pki_types::pem::Error) -> Error {
    Error::Tls(format!("{} cannot be used: {error}", file.display()))
}
