//! The product with all its listeners, and clients that speak TLS to it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use observe::Metrics;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use server::{Config, Error, Listeners, Reload, Server};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_util::sync::CancellationToken;

use crate::http_client::{Answer, parse};
use crate::running::House;

/// A running product with a handle on everything.
pub(crate) struct Edge {
    pub(crate) main: SocketAddr,
    pub(crate) redirect: SocketAddr,
    pub(crate) operations: SocketAddr,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) reload: Reload,
    pub(crate) shutdown: CancellationToken,
    pub(crate) task: JoinHandle<Result<(), Error>>,
    pub(crate) house: House,
}

impl Edge {
    pub(crate) async fn start(mut config: Config) -> Self {
        let house = House::new();
        let metrics = Arc::new(Metrics::new("test"));
        config.public_url.get_or_insert_with(|| "https://begin.example".to_owned());
        let server = Server::new(Arc::clone(&house.services), config, Arc::clone(&metrics)).unwrap();
        let bind = || TcpListener::bind("127.0.0.1:0");
        let (main, redirect, operations) = (bind().await.unwrap(), bind().await.unwrap(), bind().await.unwrap());
        let at = |listener: &TcpListener| listener.local_addr().unwrap();
        let (main_at, redirect_at, operations_at) = (at(&main), at(&redirect), at(&operations));
        let (reload, shutdown) = (server.reload(), CancellationToken::new());
        let listeners = Listeners { main, redirect: Some(redirect), operations: Some(operations) };
        let task = tokio::spawn(server.serve(listeners, shutdown.clone()));
        Self { main: main_at, redirect: redirect_at, operations: operations_at, metrics, reload, shutdown, task, house }
    }

    /// The value of a line of the metrics.
    pub(crate) fn counted(&self, series: &str) -> i64 {
        let text = self.metrics.to_open_metrics();
        let line = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("{series} is not in\n{text}")).parse().unwrap()
    }
}

/// An authority for tests, and the files of what it signs.
pub(crate) struct Authority {
    folder: tempfile::TempDir,
    issuer: Issuer<'static, KeyPair>,
    pub(crate) certificate: CertificateDer<'static>,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("authority.pem"), certificate.pem()).unwrap();
        Self { folder, certificate: certificate.der().clone(), issuer: Issuer::new(params, key) }
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("authority.pem")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A certificate for this machine that ends in `year`, as `NAME.pem` and `NAME.key`.
    pub(crate) fn issue(&self, name: &str, year: i32) {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec!["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        params.not_after = rcgen::date_time_ymd(year, 1, 1);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        std::fs::write(self.path(&format!("{name}.pem")), certificate.pem()).unwrap();
        self.put_key(&format!("{name}.key"), &key.serialize_pem());
    }

    pub(crate) fn put_key(&self, name: &str, pem: &str) {
        let path = self.path(name);
        std::fs::write(&path, pem).unwrap();
        set_mode(&path, 0o600);
    }

    /// What a server with the certificate `NAME` is told.
    pub(crate) fn tls(&self, name: &str, clients: server::ClientCertificates) -> server::Tls {
        server::Tls { certificate: self.path(&format!("{name}.pem")), key: self.path(&format!("{name}.key")), clients }
    }

    /// A client that trusts this authority, and shows the certificate `NAME` if there is one.
    pub(crate) fn client(&self, name: Option<&str>) -> TlsConnector {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let builder = builder.with_root_certificates(roots);
        let config = match name {
            None => builder.with_no_client_auth(),
            Some(name) => {
                let chain = CertificateDer::from_pem_file(self.path(&format!("{name}.pem"))).unwrap();
                let key = PrivateKeyDer::from_pem_file(self.path(&format!("{name}.key"))).unwrap();
                builder.with_client_auth_cert(vec![chain], key).unwrap()
            }
        };
        TlsConnector::from(Arc::new(config))
    }
}

pub(crate) fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

pub(crate) type Secure = TlsStream<TcpStream>;

pub(crate) async fn connect(connector: &TlsConnector, at: SocketAddr) -> std::io::Result<Secure> {
    let stream = TcpStream::connect(at).await?;
    connector.connect(ServerName::try_from("localhost").unwrap(), stream).await
}

/// Sends `request` and reads one answer with a length, on a connection that stays open.
pub(crate) async fn ask<S>(stream: &mut S, request: &str) -> std::io::Result<Answer>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    stream.write_all(request.replace('\n', "\r\n").as_bytes()).await?;
    next_answer(stream).await
}

pub(crate) async fn next_answer<S: tokio::io::AsyncRead + Unpin>(stream: &mut S) -> std::io::Result<Answer> {
    use tokio::io::AsyncReadExt;
    let mut bytes = Vec::new();
    loop {
        let mut byte = [0];
        if stream.read(&mut byte).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        bytes.push(byte[0]);
        if bytes.ends_with(b"\r\n\r\n") {
            break;
        }
    }
    let head = parse(&bytes);
    let length: usize = head.header("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    Ok(Answer { body, ..head })
}

/// The certificate's common name that the server shows.
pub(crate) fn shown(stream: &Secure) -> String {
    let chain = stream.get_ref().1.peer_certificates().unwrap();
    let (_, certificate) = x509_parser::parse_x509_certificate(&chain[0]).unwrap();
    certificate.subject().to_string().replace("CN=", "")
}

/// Writes all of `bytes`, then reads whatever comes until the server closes.
pub(crate) async fn exchange(at: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    use tokio::io::AsyncReadExt;
    let mut stream = TcpStream::connect(at).await.unwrap();
    let _ = stream.write_all(bytes).await;
    let _ = stream.shutdown().await;
    let mut all = Vec::new();
    let _ = tokio::time::timeout(std::time::Duration::from_secs(20), stream.read_to_end(&mut all)).await;
    all
}
