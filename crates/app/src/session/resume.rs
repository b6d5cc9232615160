//! Goes on with a session of the dashboard.

use std::time::Duration;

use domain::{Caller, Credential, Face, Secret};
use secrecy::SecretString;
use store::Session;

use super::start::{SessionTimes, hash};
use crate::clock::{milliseconds, now_ms};
use crate::error::Error;
use crate::services::Services;

/// How long a replaced cookie stays good: for requests that were under way.
const OVERLAP_MS: i64 = 60_000;

/// How old a note of the last use becomes before it is written anew, at most.
const USE_MS: i64 = 60_000;

/// A session that goes on.
#[derive(Debug)]
pub struct ResumedSession {
    /// Whose it is, and what they may do in it.
    pub caller: Caller,
    /// What its forms must bring along.
    pub csrf: String,
    /// The name to show.
    pub display: String,
    /// The value of its new cookie, where it is replaced with this request.
    pub replace_cookie: Option<SecretString>,
}

/// The session with this cookie. None when there is none, or it has ended, or the token that opened it has.
///
/// # Errors
/// When the store cannot be read, or the new cookie cannot be recorded. A use that cannot be noted is no failure.
pub fn resume_session(services: &Services, cookie: &str, times: SessionTimes) -> Result<Option<ResumedSession>, Error> {
    let Ok(cookie) = cookie.parse::<Secret>() else { return Ok(None) };
    let now = now_ms();
    let Some((session, is_present)) = services.store.good_session(&hash(&cookie), now)? else { return Ok(None) };
    // By the times of today, which may be shorter than when the session began.
    if times.end_ms(session.created_at_ms, session.last_seen_ms) <= now {
        return Ok(None);
    }
    note_use(services, &session, times, now);
    let due = now - session.rotated_at_ms >= milliseconds(times.rotate);
    let replace_cookie = if is_present && due { rotate(services, &cookie, now)? } else { None };
    Ok(Some(ResumedSession {
        csrf: session.csrf.clone(),
        display: session.display.clone(),
        caller: caller(services, session),
        replace_cookie,
    }))
}

fn caller(services: &Services, session: Session) -> Caller {
    let policy = services.policy.get();
    let credential = Credential::Session(session.id);
    let caller = Caller::new(&policy, session.scope.principal, session.scope.roles, Face::Http, credential);
    let permissions = session.permissions.map_or(caller.permissions, |bound| caller.permissions.and(bound));
    Caller { permissions, teams: session.scope.teams, only_projects: session.scope.projects, ..caller }
}

/// Written rarely, and at least ten times within the time after which the session would end.
fn note_use(services: &Services, session: &Session, times: SessionTimes, now: i64) {
    let often = USE_MS.min(milliseconds(times.idle.min(Duration::from_secs(3600))) / 10);
    if now - session.last_seen_ms < often {
        return;
    }
    let end = times.end_ms(session.created_at_ms, now);
    if let Err(cause) = services.store.note_session_use(session, now, end) {
        tracing::warn!(session = session.id, %cause, "the use of a session could not be noted");
    }
}

/// None when another request has replaced the cookie just now.
fn rotate(services: &Services, cookie: &Secret, now: i64) -> Result<Option<SecretString>, Error> {
    let next = Secret::random()?;
    let replaced = services.store.rotate_session(&hash(cookie), &hash(&next), now + OVERLAP_MS, now)?;
    Ok(replaced.then(|| SecretString::from(next.expose())))
}
