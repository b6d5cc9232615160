//! One short session with a database, on a thread of its own, so that whoever waits may be inside an asynchronous
//! runtime or outside.

use std::net::IpAddr;
use std::thread;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::{Config, NoTls};

use super::fault::Fault;
use super::tls::Tls;

const PATIENCE: Duration = Duration::from_secs(15);

/// Gives `role` this password. Of `connections` the first that the database lets in is used: while a role changes its
/// own password, either may be the one that holds.
pub(in crate::rotation) fn set_password(
    connections: &[&SecretString],
    role: &str,
    password: &SecretString,
) -> Result<(), Fault> {
    // The verifier is all that leaves; it holds nothing that could end the quotes.
    let verifier = postgres_protocol::password::scram_sha_256(password.expose_secret().as_bytes());
    let statement = format!("ALTER ROLE \"{}\" PASSWORD '{verifier}'", role.replace('"', "\"\""));
    let mut last = Fault::Address;
    for connection in connections {
        match session(connection, Some(&statement)) {
            Err(fault) if fault.is_refusal() => last = fault,
            done => return done,
        }
    }
    Err(last)
}

/// Whether the database lets in whoever comes with this address.
pub(in crate::rotation) fn can_sign_in(connection: &SecretString) -> Result<bool, Fault> {
    match session(connection, None) {
        Ok(()) => Ok(true),
        Err(fault) if fault.is_refusal() => Ok(false),
        Err(fault) => Err(fault),
    }
}

/// Signs in, and has `statement` carried out where there is one.
fn session(connection: &SecretString, statement: Option<&str>) -> Result<(), Fault> {
    let mut config: Config = connection.expose_secret().trim().parse().map_err(|_| Fault::Address)?;
    let plain = is_here(&config) && config.get_ssl_mode() != SslMode::Require;
    config.ssl_mode(if plain { SslMode::Disable } else { SslMode::Require });
    config.connect_timeout(PATIENCE);
    let session = async {
        let client = if plain {
            let (client, connection) = config.connect(NoTls).await.map_err(Fault::Connect)?;
            tokio::spawn(connection);
            client
        } else {
            let tls = Tls::new().map_err(Fault::Tls)?;
            let (client, connection) = config.connect(tls).await.map_err(Fault::Connect)?;
            tokio::spawn(connection);
            client
        };
        match statement {
            Some(statement) => client.batch_execute(statement).await.map_err(Fault::Statement),
            None => Ok(()),
        }
    };
    thread::scope(|scope| {
        let asked = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.map_err(|_| Fault::Thread)?;
            runtime.block_on(async { tokio::time::timeout(PATIENCE, session).await.unwrap_or(Err(Fault::TimedOut)) })
        });
        asked.join().unwrap_or(Err(Fault::Thread))
    })
}

/// Whether what is said does not leave this machine, so that it needs no TLS.
fn is_here(config: &Config) -> bool {
    let named = config.get_hosts().iter().all(|host| match host {
        Host::Tcp(name) => name == "localhost" || name.parse().is_ok_and(|address: IpAddr| address.is_loopback()),
        #[cfg(unix)]
        Host::Unix(_) => true,
    });
    named && config.get_hostaddrs().iter().all(IpAddr::is_loopback)
}
