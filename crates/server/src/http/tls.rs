//! The certificate of the listener: read from its files, checked, and read again without a connection noticing.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{SystemTime, UNIX_EPOCH};

use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use rustls::version::{TLS12, TLS13};
use rustls::{RootCertStore, ServerConfig};

use crate::config::{ClientCertificates, Tls};
use crate::error::TlsFault;

/// Largest file that is read as a certificate or key.
const LARGEST: u64 = 1 << 20;

/// The certificate in use. Connections that began with an earlier one keep it.
pub(crate) struct Certificate(RwLock<Arc<ServerConfig>>);

/// A certificate that was read and fits its key.
pub(crate) struct Loaded {
    config: Arc<ServerConfig>,
    not_before: i64,
    /// In seconds since 1970.
    pub(crate) not_after: i64,
}

impl Certificate {
    pub(crate) fn new(loaded: Loaded) -> Self {
        Self(RwLock::new(loaded.config))
    }

    pub(crate) fn current(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn replace(&self, loaded: Loaded) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = loaded.config;
    }
}

impl Loaded {
    /// Whether the certificate is valid now; clients will refuse one that is not.
    pub(crate) fn check_dates(&self) -> Result<(), TlsFault> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs().cast_signed());
        if now < self.not_before || now > self.not_after { Err(TlsFault::NotValidNow) } else { Ok(()) }
    }
}

/// Reads the files that `tls` names.
pub(crate) fn load(tls: &Tls) -> Result<Loaded, TlsFault> {
    let chain = certificates(&tls.certificate)?;
    let (not_before, not_after) = dates(chain.first()).ok_or_else(|| TlsFault::Unusable(tls.certificate.clone()))?;
    let key = key(&tls.key)?;
    let builder = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_protocol_versions(&[&TLS13, &TLS12])
        .map_err(TlsFault::Refused)?;
    let builder = match &tls.clients {
        ClientCertificates::Off => builder.with_no_client_auth(),
        ClientCertificates::Optional(authorities) => builder.with_client_cert_verifier(verifier(authorities, false)?),
        ClientCertificates::Required(authorities) => builder.with_client_cert_verifier(verifier(authorities, true)?),
    };
    let mut config = builder.with_single_cert(chain, key).map_err(|error| match error {
        rustls::Error::InconsistentKeys(_) => TlsFault::NoPair(tls.certificate.clone(), tls.key.clone()),
        other => TlsFault::Refused(other),
    })?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Loaded { config: Arc::new(config), not_before, not_after })
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsFault> {
    let pem = read(path, false)?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    chain.ok().filter(|chain| !chain.is_empty()).ok_or_else(|| TlsFault::Unusable(path.to_path_buf()))
}

fn key(path: &Path) -> Result<PrivateKeyDer<'static>, TlsFault> {
    let pem = read(path, true)?;
    PrivateKeyDer::from_pem_slice(&pem).map_err(|_| TlsFault::Unusable(path.to_path_buf()))
}

fn dates(certificate: Option<&CertificateDer<'_>>) -> Option<(i64, i64)> {
    let (_, certificate) = x509_parser::parse_x509_certificate(certificate?).ok()?;
    let validity = certificate.validity();
    Some((validity.not_before.timestamp(), validity.not_after.timestamp()))
}

fn verifier(authorities: &Path, required: bool) -> Result<Arc<dyn ClientCertVerifier>, TlsFault> {
    let mut roots = RootCertStore::empty();
    for authority in certificates(authorities)? {
        roots.add(authority).map_err(|_| TlsFault::Unusable(authorities.to_path_buf()))?;
    }
    let builder = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::new(default_provider()));
    let builder = if required { builder } else { builder.allow_unauthenticated() };
    builder.build().map_err(|_| TlsFault::Unusable(authorities.to_path_buf()))
}

/// The bytes of a file; of a secret one only when nobody beside its owner and group can read it.
fn read(path: &Path, secret: bool) -> Result<Vec<u8>, TlsFault> {
    let unreadable = |cause| TlsFault::Unreadable { path: path.to_path_buf(), cause };
    let file = File::open(path).map_err(unreadable)?;
    let about = file.metadata().map_err(unreadable)?;
    if secret && is_shared(&about) {
        return Err(TlsFault::SharedKey(path.to_path_buf()));
    }
    let mut bytes = Vec::new();
    file.take(LARGEST).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}

#[cfg(unix)]
fn is_shared(about: &std::fs::Metadata) -> bool {
    std::os::unix::fs::MetadataExt::mode(about) & 0o027 != 0
}

#[cfg(not(unix))]
fn is_shared(_: &std::fs::Metadata) -> bool {
    false
}
