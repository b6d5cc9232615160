//! A receiver of syslog over TLS ([RFC 5425](https://www.rfc-editor.org/rfc/rfc5425)).
//!
//! Syslog has no receipt. What comes closest is in TLS: after a batch we say that nothing follows (`close_notify`) and wait
//! until the receiver closes its side, which it does when it has read all of it. A connection that ends in any other way
//! confirmed nothing. What a receiver read and lost in a crash of its own is beyond that: so the last entries are kept,
//! and sent once more after each delivery that failed.

use std::collections::VecDeque;
use std::fmt;
use std::io;

use outbound::Rules;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::syslog_config::SyslogConfig;
use super::syslog_message::{frame, printable};
use super::syslog_tls;
use crate::batch::{Batch, Entry};
use crate::error::Error;
use crate::persist::Patience;

/// Longest name of a host in a message.
const HOST_BYTES: usize = 255;

/// What a receiver could have to say is not for us; a receiver that talks on is none.
const CHATTER_BYTES: usize = 64 << 10;

/// A receiver of syslog.
pub struct Syslog {
    config: SyslogConfig,
    server: ServerName<'static>,
    rules: Rules,
    patience: Patience,
    sent: Mutex<Sent>,
}

/// What went before.
#[derive(Debug, Default)]
struct Sent {
    tail: VecDeque<Entry>,
    failed: bool,
}

impl Syslog {
    /// A receiver, which must be reachable under `rules`. Nothing is sent yet.
    ///
    /// # Errors
    /// When a file cannot be used, or the host is none.
    pub fn new(mut config: SyslogConfig, rules: &Rules, patience: Patience) -> Result<Self, Error> {
        syslog_tls::client(&config)?;
        let server = ServerName::try_from(config.host.clone());
        let server = server.map_err(|_| Error::Tls("its host is neither a name nor an address".to_owned()))?;
        config.own_host = printable(&config.own_host).take(HOST_BYTES).collect();
        if config.own_host.is_empty() {
            "-".clone_into(&mut config.own_host);
        }
        Ok(Self { config, server, rules: rules.clone(), patience, sent: Mutex::default() })
    }

    pub(super) async fn deliver(&self, batch: &Batch) -> Result<(), Error> {
        self.patience.persist(|| self.attempt(batch)).await
    }

    async fn attempt(&self, batch: &Batch) -> Result<(), Error> {
        let mut sent = self.sent.lock().await;
        // An attempt that is given up cannot say that it failed, so that it counts as failed until it succeeds.
        let failed_before = std::mem::replace(&mut sent.failed, true);
        let mut bytes = Vec::new();
        let before = sent.tail.iter().filter(|entry| failed_before && entry.number < batch.first());
        for entry in before.chain(batch.entries()) {
            frame(entry, &self.config.own_host, &mut bytes)?;
        }
        let mut stream = self.connect().await?;
        stream.write_all(&bytes).await.map_err(Error::Broken)?;
        stream.shutdown().await.map_err(Error::Broken)?;
        until_closed(&mut stream).await?;
        sent.failed = false;
        sent.tail.extend(batch.entries().iter().cloned());
        let surplus = sent.tail.len().saturating_sub(self.config.resend);
        sent.tail.drain(..surplus);
        Ok(())
    }

    async fn connect(&self) -> Result<TlsStream<TcpStream>, Error> {
        let client = syslog_tls::client(&self.config)?;
        let mut last = io::Error::from(io::ErrorKind::NotConnected);
        for address in self.rules.addresses(&self.config.host, self.config.port).await? {
            let stream = tokio::time::timeout(self.rules.connect_timeout, TcpStream::connect(address)).await;
            match stream.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())) {
                Ok(stream) => {
                    let connector = TlsConnector::from(client);
                    return connector.connect(self.server.clone(), stream).await.map_err(Error::Broken);
                }
                Err(error) => last = error,
            }
        }
        Err(Error::Broken(last))
    }
}

/// Waits for the end that says that all was read.
async fn until_closed(stream: &mut TlsStream<TcpStream>) -> Result<(), Error> {
    let (mut buffer, mut heard) = ([0; 4096], 0);
    loop {
        match stream.read(&mut buffer).await {
            Ok(0) => return Ok(()),
            // Without its own `close_notify`. A system that closes a connection on which bytes lie unread resets it
            // instead, so these were read.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            Err(error) => return Err(Error::Broken(error)),
            Ok(bytes) => heard += bytes,
        }
        if heard > CHATTER_BYTES {
            return Err(Error::Broken(io::Error::new(io::ErrorKind::InvalidData, "it is no receiver of syslog")));
        }
    }
}

impl fmt::Debug for Syslog {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Syslog")
            .field("host", &self.config.host)
            .field("port", &self.config.port)
            .finish_non_exhaustive()
    }
}
