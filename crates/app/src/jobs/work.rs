//! How jobs do what blocks, and tell of what failed.

use crate::error::Error;

/// Does what blocks where that is allowed.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|cause| Err(Error::internal(cause)))
}

/// Puts a failure into the log, with its causes.
pub(super) fn tell(job: &str, error: &Error) {
    let (message, hint, mut causes) = (&error.message, &error.hint, String::new());
    let mut within = std::error::Error::source(error);
    while let Some(cause) = within {
        causes = if causes.is_empty() { cause.to_string() } else { format!("{causes}: {cause}") };
        within = cause.source();
    }
    tracing::error!(job, hint, causes, "{message}");
}
