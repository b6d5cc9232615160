//! Why a database did not do it, without a word that could hold a password.

/// What went wrong with a database.
#[derive(Debug, thiserror::Error)]
pub(in crate::rotation) enum Fault {
    /// The text is no address.
    #[error(
        "the secret to connect with is no address of a PostgreSQL database (postgres://USER:PASSWORD@HOST/DATABASE)"
    )]
    Address,
    /// The other side is not this machine, and has no TLS.
    #[error("TLS could not be set up")]
    Tls(#[source] rustls::Error),
    /// No session.
    #[error("the database does not answer, or does not let us in")]
    Connect(#[source] tokio_postgres::Error),
    /// It took too long.
    #[error("the database did not answer in time")]
    TimedOut,
    /// The statement was not carried out.
    #[error("the database did not change the role: it may not exist, or the user may not change it")]
    Statement(#[source] tokio_postgres::Error),
    /// No thread or no runtime.
    #[error("there was no thread to ask the database")]
    Thread,
}

impl Fault {
    /// Whether the database refused this user or this password.
    pub(in crate::rotation) fn is_refusal(&self) -> bool {
        use tokio_postgres::error::SqlState;
        let Self::Connect(cause) = self else { return false };
        let refusals = [SqlState::INVALID_PASSWORD, SqlState::INVALID_AUTHORIZATION_SPECIFICATION];
        cause.code().is_some_and(|code| refusals.contains(code))
    }
}
