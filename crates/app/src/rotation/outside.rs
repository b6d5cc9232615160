//! Asks hooks: programs and webhooks outside this one.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::Path;
use std::time::Duration;

use delivery::Signers;
use http::header::CONTENT_TYPE;
use http::{Method, Request};
use outbound::{Client, Rules};
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use subprocess::{Command, Environment, Limits, Program};

use super::hook::{Hook, Phase};
use crate::clock::now_ms;
use crate::error::{Error, ErrorKind};

const GRACE: Duration = Duration::from_secs(5);
const OUTPUT: usize = 4 << 10;

/// What rotation may use outside this program.
pub struct Outside {
    environment: Environment,
    rules: Rules,
}

impl Outside {
    /// Of `variables` programs get what most need (`PATH`, `HOME`, the language) and nothing more; webhooks are asked
    /// within `rules`.
    #[must_use]
    pub fn new(variables: impl IntoIterator<Item = (OsString, OsString)>, rules: Rules) -> Self {
        Self { environment: Environment::common(variables), rules }
    }

    /// Asks `hook` for `phase`; `message` is JSON, and `id` names the rotation, so that whoever is asked twice can tell.
    pub(super) fn ask(
        &self,
        hook: &Hook,
        phase: Phase,
        id: &str,
        message: SecretSlice<u8>,
        key: Option<&SecretString>,
    ) -> Result<(), Error> {
        match hook {
            Hook::Command { program, arguments, seconds } => {
                self.start(hook, program, arguments, *seconds, phase, message)
            }
            Hook::Webhook { url, seconds, .. } => self.post(hook, url, *seconds, phase, id, &message, key),
        }
    }

    fn start(
        &self,
        hook: &Hook,
        program: &Path,
        arguments: &[String],
        seconds: u32,
        phase: Phase,
        message: SecretSlice<u8>,
    ) -> Result<(), Error> {
        let no_start = |cause: subprocess::Error| failed(hook, phase, "it could not be started").because(cause);
        let found = Program::find(program.as_os_str(), None, Path::new("/")).map_err(no_start)?;
        let time = Duration::from_secs(seconds.into());
        let command = Command::new(found)
            .arguments(arguments.iter().map(OsStr::new))
            .arguments([phase.as_str()])
            .environment(self.environment.clone())
            .folder("/")
            .stdin(message)
            .limits(Limits { time, grace: GRACE, output_bytes: OUTPUT, ..Limits::default() });
        // What it wrote is not repeated: it may have repeated what it was given.
        let ended = command.run().map_err(no_start)?;
        if ended.end.is_good() { Ok(()) } else { Err(failed(hook, phase, &ended.end.to_string())) }
    }

    #[allow(clippy::too_many_arguments, reason = "each is one part of one request")]
    fn post(
        &self,
        hook: &Hook,
        url: &str,
        seconds: u32,
        phase: Phase,
        id: &str,
        message: &SecretSlice<u8>,
        key: Option<&SecretString>,
    ) -> Result<(), Error> {
        let unsigned = |cause: delivery::Error| {
            let why = "the secret that signs is none: whsec_ and the base64 of 24 to 64 bytes";
            failed(hook, phase, why).because(cause)
        };
        let signers = Signers::new(key.map(std::slice::from_ref).unwrap_or_default()).map_err(unsigned)?;
        let id = format!("{id}-{}", phase.as_str());
        let timestamp = now_ms() / 1000;
        let request = Request::builder()
            .method(Method::POST)
            .uri(url)
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", &id)
            .header("webhook-timestamp", timestamp)
            .header("webhook-signature", signers.sign(&id, timestamp, message.expose_secret()))
            .body(message.expose_secret().to_vec());
        let request = request.map_err(|cause| failed(hook, phase, "its address is malformed").because(cause))?;
        let rules = Rules { timeout: Duration::from_secs(seconds.into()), ..self.rules.clone() };
        let client = Client::new(&rules).map_err(|cause| failed(hook, phase, &cause.to_string()))?;
        let asked = on_a_thread(async move { client.exchange(request).await })?;
        let status = asked.map_err(|cause| failed(hook, phase, &cause.to_string()).because(cause))?.status();
        if status.is_success() { Ok(()) } else { Err(failed(hook, phase, &format!("it answered with {status}"))) }
    }
}

impl fmt::Debug for Outside {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Outside").field("environment", &self.environment).finish_non_exhaustive()
    }
}

fn failed(hook: &Hook, phase: Phase, why: &str) -> Error {
    let message = format!("{hook} did not do its part ({}): {why}.", phase.as_str());
    let hint = "Look at its own log; then rotate again.";
    Error::new(ErrorKind::Unavailable, message, hint)
}

/// Waits for `work` on a thread of its own, since the one that waits may be inside an asynchronous runtime.
fn on_a_thread<T: Send>(work: impl Future<Output = T> + Send) -> Result<T, Error> {
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            Ok::<_, std::io::Error>(runtime.block_on(work))
        });
        let done = waiting.join().map_err(|_| Error::internal("the thread that asked a webhook is gone"))?;
        done.map_err(Error::internal)
    })
}
