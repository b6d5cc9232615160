//! Says how a secret is rotated, and when.

use std::path::Path;

use domain::{Operation, Resource};
use store::{RotationPolicy, SecretName};

use super::generator::{FORMS, Generator};
use super::hook::{Hook, LONGEST_SECONDS};
use super::work::DAY_MS;
use crate::audit::Draft;
use crate::authorise::authorise_change;
use crate::clock::now_ms;
use crate::error::Error;
use crate::principal::EVERYBODY;
use crate::secret::{SecretPlace, SecretSummary, enter_secrets, entry_of_secret, missing_secret};
use crate::services::{Call, Services};
use crate::token;

const LONGEST_DAYS: u32 = 3660;
const LONGEST_GRACE_MINUTES: u32 = 525_600;
const LONGEST_TEXT: usize = 4000;

/// How a secret is to be rotated. What is none stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RotationSchedule {
    /// After how many days; 0: on demand alone.
    pub every_days: Option<u32>,
    /// How long the version before stays good.
    pub grace_minutes: Option<u32>,
    /// What makes the new value.
    pub generator: Option<Generator>,
    /// Who is asked to take it; `Some(None)`: nobody.
    pub hook: Option<Option<Hook>>,
}

/// Says how the secret is rotated, from now on.
///
/// # Errors
/// When there is no such secret, the caller may not say so, an argument cannot be used, or a rotation is not through.
pub fn schedule_rotation(
    services: &Services,
    call: &Call<'_>,
    place: &SecretPlace<'_>,
    name: &str,
    wanted: RotationSchedule,
) -> Result<SecretSummary, Error> {
    let (place, draft) = enter_secrets(services, call, Operation::RotateSecret, place)?;
    let of = place.secret(name)?;
    let secret = services.store.secret(&of)?.ok_or_else(missing_secret)?;
    if secret.pending().is_some() {
        let hint = "Wait for its end, or settle what was cut short: smart-begin secret rotate NAME.";
        return Err(Error::refused("A rotation of this secret is not through.", hint));
    }
    let mut policy = secret.policy.clone();
    if let Some(days) = wanted.every_days {
        policy.every_days = days_of(days)?;
    }
    if let Some(minutes) = wanted.grace_minutes {
        policy.grace_minutes = grace(minutes)?;
    }
    if let Some(generator) = wanted.generator {
        let generator = allow_generator(services, call, generator)?;
        policy.generator = Some(serde_json::to_string(&generator).map_err(Error::internal)?);
    }
    if let Some(hook) = wanted.hook {
        let hook = hook.map(|hook| allow_hook(services, call, hook)).transpose()?;
        policy.hook = hook.map(|hook| serde_json::to_string(&hook)).transpose().map_err(Error::internal)?;
    }
    if policy.every_days.is_some() && policy.generator.is_none() {
        let hint = format!("Give --generator as well: {FORMS}.");
        return Err(Error::invalid("generator", "A schedule needs something that makes the new value.", hint));
    }
    let since = secret.rotation.last_rotated_ms.or_else(|| secret.current().map(|current| current.created_at_ms));
    let due = policy.every_days.map(|days| since.unwrap_or_else(now_ms) + i64::from(days) * DAY_MS);
    keep(services, &draft, &of, &policy, due)?;
    let secret = services.store.secret(&of)?.ok_or_else(missing_secret)?;
    Ok(SecretSummary::of(&secret, now_ms()))
}

/// Keeps a policy. The entry has it all but what is in addresses and arguments.
pub(super) fn keep(
    services: &Services,
    draft: &Draft<'_>,
    of: &SecretName,
    policy: &RotationPolicy,
    due: Option<i64>,
) -> Result<(), Error> {
    let every = policy.every_days.map_or_else(|| "on demand".to_owned(), |days| format!("every {days} days"));
    let generator: Option<Generator> = policy.generator.as_deref().and_then(|text| serde_json::from_str(text).ok());
    let hook: Option<Hook> = policy.hook.as_deref().and_then(|text| serde_json::from_str(text).ok());
    let generator = generator.map_or_else(|| "none".to_owned(), |generator| generator.to_string());
    let hook = hook.map_or_else(|| "nobody".to_owned(), |hook| hook.to_string());
    let detail =
        format!("rotated {every}, grace {} minutes, made by {generator}, taken by {hook}", policy.grace_minutes);
    let entry = entry_of_secret(draft, of, &detail)?;
    let kept = services.store.set_rotation_policy(of, policy, due, &entry)?;
    if kept { Ok(()) } else { Err(missing_secret()) }
}

fn days_of(days: u32) -> Result<Option<u32>, Error> {
    match days {
        0 => Ok(None),
        1..=LONGEST_DAYS => Ok(Some(days)),
        _ => {
            let hint = format!("Give 1 to {LONGEST_DAYS} days, for example 30d, or never.");
            Err(Error::invalid("every", "A secret cannot be rotated that seldom.", hint))
        }
    }
}

fn grace(minutes: u32) -> Result<u32, Error> {
    if minutes <= LONGEST_GRACE_MINUTES {
        return Ok(minutes);
    }
    let hint = "Give at most a year, for example 24h; 0m ends the value before at once.";
    Err(Error::invalid("grace", "The value before cannot stay good for so long.", hint))
}

/// The generator, where the caller may have done what it does.
pub(super) fn allow_generator(services: &Services, call: &Call<'_>, generator: Generator) -> Result<Generator, Error> {
    let generator = generator.checked().map_err(|fault| {
        Error::invalid("generator", format!("This makes no value: {fault}."), format!("Write it as one of: {FORMS}."))
    })?;
    if generator.reaches_out() {
        allow_reaching_out(services, call)?;
    }
    if let Generator::ApiToken { id } = &generator {
        token::allow_value(services, call, id)?;
    }
    Ok(generator)
}

/// The hook, where the caller may have it asked.
fn allow_hook(services: &Services, call: &Call<'_>, hook: Hook) -> Result<Hook, Error> {
    allow_reaching_out(services, call)?;
    let wrong = |message: &str, hint: &str| Err(Error::invalid("hook", message, hint));
    let text = match &hook {
        Hook::Command { program, arguments, .. } => {
            if !program.is_absolute() || !Path::new(program).is_file() {
                return wrong(
                    "The hook is no program.",
                    "Name a program by its path; it gets the phase as its last argument.",
                );
            }
            arguments.iter().map(String::len).sum::<usize>() + program.as_os_str().len()
        }
        Hook::Webhook { url, .. } => {
            if !url::Url::parse(url).is_ok_and(|url| ["https", "http"].contains(&url.scheme()) && url.has_host()) {
                return wrong("The hook is no address of the web.", "Write it as https://HOST/PATH.");
            }
            url.len()
        }
    };
    let (Hook::Command { seconds, .. } | Hook::Webhook { seconds, .. }) = &hook;
    if text > LONGEST_TEXT || !(1..=LONGEST_SECONDS).contains(seconds) {
        return wrong("The hook is too long, or its time is.", "A hook has 4000 characters and 15 minutes at most.");
    }
    Ok(hook)
}

/// What reaches out does so as the user that runs the server, into its networks: only whoever may do everything to
/// secrets has that done.
fn allow_reaching_out(services: &Services, call: &Call<'_>) -> Result<(), Error> {
    let everybodys = Resource { owner: Some(EVERYBODY), ..Resource::default() };
    authorise_change(services, call, Operation::RotateSecret, everybodys).map(|_| ()).map_err(|error| Error {
        hint: "Hooks and databases are asked as the user that runs smart-begin: ask the operator to set this up."
            .to_owned(),
        ..error
    })
}
