//! Who may come in, and as what.

use app::Seen;

use super::rules::rule;
use crate::config::{Loaded, keys};

/// What a failure may cost at least, and how often one may fail first.
const FEWEST_SECONDS: u64 = 60;
const MOST_ATTEMPTS: u64 = 100;
/// How long sessions may live: an hour idle and a day at all, as NIST SP 800-63B has it for people with two factors.
const MOST_IDLE_MINUTES: u64 = 60;
const MOST_HOURS: u64 = 24;

pub(super) fn sign_in_required(loaded: &Loaded) -> Seen {
    Seen::when(
        loaded.settings.switch(&keys::SIGN_IN_REQUIRED),
        "Whoever calls over HTTP must show a credential.",
        "Whoever reaches the server is let in.",
        "Set sign_in.required = true.",
    )
}

pub(super) fn token_audience(loaded: &Loaded) -> Seen {
    let settings = &loaded.settings;
    let names = settings.names(&keys::ISSUER);
    if names.is_empty() {
        return Seen::good("No provider is configured: access tokens of others are not taken at all.");
    }
    let without = names.iter().find(|name| settings.texts(keys::AUDIENCES.of(name)).is_empty());
    match without {
        Some(name) => Seen::bad(
            format!("Tokens of the provider {name} need not be for this server."),
            "Set server.public_url, or the provider's audiences.",
        ),
        None => Seen::good("Tokens of every provider must be for a named audience."),
    }
}

pub(super) fn token_algorithms(loaded: &Loaded) -> Seen {
    let settings = &loaded.settings;
    let names = settings.names(&keys::ISSUER);
    let asymmetric = |name: &String| {
        let taken = settings.texts(keys::ALGORITHMS_TAKEN.of(name));
        !taken.is_empty() && taken.iter().all(|each| !each.starts_with("HS") && each != "none")
    };
    match names.iter().find(|name| !asymmetric(name)) {
        Some(name) => Seen::bad(
            format!("The provider {name} has no algorithm, or one that shares its key."),
            "Leave sign_in.providers.NAME.algorithms out, or name asymmetric ones.",
        ),
        None => Seen::good("Signatures of access tokens are taken by listed, asymmetric algorithms alone."),
    }
}

pub(super) fn least_roles(loaded: &Loaded) -> Seen {
    rule(loaded, "no-admin-for-everybody", "No provider makes everybody an admin.")
}

pub(super) fn execute_off(loaded: &Loaded) -> Seen {
    rule(loaded, "execute-over-http", "No code of projects is run for callers over HTTP.")
}

pub(super) fn lockout(loaded: &Loaded) -> Seen {
    let attempts = loaded.settings.whole(&keys::LOCKOUT_ATTEMPTS);
    let longest = loaded.settings.whole(&keys::LOCKOUT_LONGEST);
    let good =
        format!("After {attempts} failures in a row each further one doubles the wait, up to {longest} seconds.");
    Seen::when(
        attempts <= MOST_ATTEMPTS && longest >= FEWEST_SECONDS,
        good,
        format!("Guessing is hardly held back: {attempts} attempts, then at most {longest} seconds."),
        format!("sign_in.lockout: attempts of {MOST_ATTEMPTS} or less, longest_seconds of {FEWEST_SECONDS} or more."),
    )
}

pub(super) fn session_times(loaded: &Loaded) -> Seen {
    let idle = loaded.settings.whole(&keys::SESSION_IDLE);
    let longest = loaded.settings.whole(&keys::SESSION_LONGEST);
    let told = format!("Sessions end after {idle} minutes without a request, and after {longest} hours.");
    let holds = idle <= MOST_IDLE_MINUTES && longest <= MOST_HOURS;
    let advice = format!(
        "sign_in.sessions: idle_minutes of {MOST_IDLE_MINUTES} or less, longest_hours of {MOST_HOURS} or less."
    );
    Seen::when(holds, told.clone(), told, advice)
}
