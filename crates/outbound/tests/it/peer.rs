//! A peer on this machine that answers every connection as a test wants, with TLS or without.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use outbound::Rules;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::{ServerConfig, crypto, pki_types};

/// Says what to write to the connection with that number.
pub(crate) type Script = fn(usize) -> Vec<u8>;

pub(crate) struct Peer {
    pub(crate) address: SocketAddr,
    seen: Arc<AtomicUsize>,
}

impl Peer {
    pub(crate) async fn plain(script: Script) -> Self {
        Self::start(script, None).await
    }

    /// With a certificate for `names`; that of its authority goes to `file`.
    pub(crate) async fn secure(script: Script, names: &[&str], file: &Path) -> Self {
        let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
        let signed = rcgen::generate_simple_self_signed(names).unwrap();
        std::fs::write(file, signed.cert.pem()).unwrap();
        let key = pki_types::PrivatePkcs8KeyDer::from(signed.signing_key.serialize_der());
        let provider = Arc::new(crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config =
            config.with_no_client_auth().with_single_cert(vec![signed.cert.der().clone()], key.into()).unwrap();
        Self::start(script, Some(TlsAcceptor::from(Arc::new(config)))).await
    }

    async fn start(script: Script, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let number = count.fetch_add(1, Ordering::SeqCst);
                match &tls {
                    None => drop(tokio::spawn(answer(stream, script(number)))),
                    Some(tls) => {
                        if let Ok(stream) = tls.accept(stream).await {
                            tokio::spawn(answer(stream, script(number)));
                        }
                    }
                }
            }
        });
        Self { address, seen }
    }

    /// How many connections there were.
    pub(crate) fn seen(&self) -> usize {
        self.seen.load(Ordering::SeqCst)
    }
}

async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin, bytes: Vec<u8>) {
    let mut request = [0; 4096];
    let _ = stream.read(&mut request).await;
    let _ = stream.write_all(&bytes).await;
    let _ = stream.shutdown().await;
    if bytes.is_empty() {
        tokio::time::sleep(Duration::from_secs(30)).await;
    }
}

pub(crate) fn ok(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len()).into_bytes()
}

/// Rules under which this machine may be reached.
pub(crate) fn this_machine() -> Rules {
    Rules {
        private_networks: vec!["127.0.0.0/8".parse().unwrap()],
        timeout: Duration::from_secs(2),
        ..Rules::default()
    }
}
