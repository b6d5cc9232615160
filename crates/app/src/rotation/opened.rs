//! Values that rotation needs, each read with its entry.

use secrecy::SecretString;
use store::SecretName;

use crate::audit::Draft;
use crate::error::Error;
use crate::secret::{ATTEMPTS, open_versions};
use crate::services::Services;

/// The value of this version.
pub(super) fn version(
    services: &Services,
    draft: &Draft<'_>,
    of: &SecretName,
    version: u64,
) -> Result<Option<SecretString>, Error> {
    Ok(open_versions(services, draft, &[(of.clone(), version)])?.pop().map(|opened| opened.value))
}

/// The value that is given out now; none where there is no such secret.
pub(super) fn current(services: &Services, draft: &Draft<'_>, of: &SecretName) -> Result<Option<SecretString>, Error> {
    for _ in 0..ATTEMPTS {
        let found = services.store.secret(of)?;
        let Some(number) = found.and_then(|secret| secret.current().map(|current| current.version)) else {
            return Ok(None);
        };
        // It can have been pruned meanwhile, when others set it many times.
        if let Some(value) = version(services, draft, of, number)? {
            return Ok(Some(value));
        }
    }
    Ok(None)
}
