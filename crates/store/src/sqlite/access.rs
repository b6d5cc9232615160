//! The store's methods about access on SQLite: which reads and which transactions each is made of.

use rusqlite::Connection;

use crate::access_record::{ApiToken, Ended, Erased, LockRule, NewSession, NewToken, NewTokenValue, Person, Session};
use crate::audit_record::NewEntry;
use crate::error::Error;
use crate::sqlite::engine::Sqlite;
use crate::sqlite::{
    access_log, api_tokens, checks, events, jobs, lockouts, people, projects, secrets, sessions, vulnerabilities,
    vulnerability_events,
};

/// How old a note of the last use becomes before it is written anew.
const USE_MS: i64 = 60_000;

impl Sqlite {
    pub(crate) fn people(&self, principal: Option<&str>, now_ms: i64, limit: u32) -> Result<Vec<Person>, Error> {
        self.readers.read(|connection| people::list(connection, principal, now_ms, limit))
    }

    /// Looks before it writes: almost always somebody was seen in this very minute.
    pub(crate) fn see_person(&self, principal: &str, display: Option<&str>, now_ms: i64) -> Result<(), Error> {
        let seen = self.readers.read(|connection| people::last_seen(connection, principal))?;
        let known = |(at, name): &(i64, Option<String>)| {
            now_ms - at < USE_MS && (display.is_none() || name.as_deref() == display)
        };
        if seen.as_ref().is_some_and(known) {
            return Ok(());
        }
        let (principal, display) = (principal.to_owned(), display.map(str::to_owned));
        self.writer.write(move |connection| people::see(connection, &principal, display.as_deref(), now_ms))
    }

    pub(crate) fn add_token(&self, token: &NewToken, now_ms: i64, entry: &NewEntry) -> Result<(), Error> {
        let token = token.clone();
        self.change(entry, move |connection| api_tokens::insert(connection, &token, now_ms))
    }

    pub(crate) fn token(&self, id: &str) -> Result<Option<ApiToken>, Error> {
        self.readers.read(|connection| api_tokens::get(connection, id))
    }

    pub(crate) fn good_token(&self, sha256: &[u8; 32], now_ms: i64) -> Result<Option<ApiToken>, Error> {
        self.readers.read(|connection| api_tokens::good_by_hash(connection, sha256, now_ms))
    }

    pub(crate) fn tokens(&self, principal: Option<&str>, limit: u32) -> Result<Vec<ApiToken>, Error> {
        self.readers.read(|connection| api_tokens::list(connection, principal, limit))
    }

    pub(crate) fn tokens_made_for_others(&self, principal: &str, now_ms: i64) -> Result<u64, Error> {
        self.readers.read(|connection| api_tokens::count_made_for_others(connection, principal, now_ms))
    }

    pub(crate) fn replace_token_value(
        &self,
        id: &str,
        value: &NewTokenValue,
        now_ms: i64,
        entry: &NewEntry,
    ) -> Result<Option<ApiToken>, Error> {
        let (id, value) = (id.to_owned(), value.clone());
        self.change(entry, move |connection| api_tokens::replace_value(connection, &id, &value, now_ms))
    }

    pub(crate) fn revoke_token(&self, id: &str, now_ms: i64, entry: &NewEntry) -> Result<Option<ApiToken>, Error> {
        let id = id.to_owned();
        self.change(entry, move |connection| api_tokens::revoke(connection, &id, now_ms))
    }

    pub(crate) fn note_token_use(&self, token: &ApiToken, now_ms: i64) -> Result<(), Error> {
        if token.last_used_at_ms.is_some_and(|last| now_ms - last < USE_MS) {
            return Ok(());
        }
        let (id, principal) = (token.id.clone(), token.scope.principal.clone());
        self.writer.write(move |connection| {
            api_tokens::note_use(connection, &id, now_ms)?;
            people::see(connection, &principal, None, now_ms)
        })
    }

    pub(crate) fn add_session(&self, session: &NewSession, now_ms: i64, entry: &NewEntry) -> Result<(), Error> {
        let session = session.clone();
        self.change(entry, move |connection| {
            // A session that is shown by the principal's name tells no other; one that a provider told stays.
            let told = Some(session.display.as_str()).filter(|display| *display != session.scope.principal);
            people::see(connection, &session.scope.principal, told, now_ms)?;
            sessions::insert(connection, &session, now_ms)
        })
    }

    pub(crate) fn session(&self, id: &str, now_ms: i64) -> Result<Option<Session>, Error> {
        self.readers.read(|connection| sessions::get(connection, id, now_ms))
    }

    pub(crate) fn good_session(&self, sha256: &[u8; 32], now_ms: i64) -> Result<Option<(Session, bool)>, Error> {
        self.readers.read(|connection| sessions::good_by_hash(connection, sha256, now_ms))
    }

    pub(crate) fn sessions(&self, principal: Option<&str>, now_ms: i64, limit: u32) -> Result<Vec<Session>, Error> {
        self.readers.read(|connection| sessions::list(connection, principal, now_ms, limit))
    }

    pub(crate) fn rotate_session(
        &self,
        from: &[u8; 32],
        to: &[u8; 32],
        previous_until_ms: i64,
        now_ms: i64,
    ) -> Result<bool, Error> {
        let (from, to) = (*from, *to);
        self.writer.write(move |connection| sessions::rotate(connection, &from, &to, previous_until_ms, now_ms))
    }

    pub(crate) fn note_session_use(&self, session: &Session, now_ms: i64, expires_at_ms: i64) -> Result<(), Error> {
        let (id, principal) = (session.id.clone(), session.scope.principal.clone());
        self.writer.write(move |connection| {
            sessions::note_use(connection, &id, now_ms, expires_at_ms)?;
            people::see(connection, &principal, None, now_ms)
        })
    }

    pub(crate) fn end_session(&self, id: &str, entry: &NewEntry) -> Result<bool, Error> {
        let id = id.to_owned();
        self.change(entry, move |connection| sessions::end(connection, &id))
    }

    pub(crate) fn revoke_access(&self, principal: &str, now_ms: i64, entry: &NewEntry) -> Result<Ended, Error> {
        let principal = principal.to_owned();
        self.change(entry, move |connection| {
            // Before the tokens: a session ends with the token that opened it, and is to be counted.
            let (sessions, _) = sessions::end_all(connection, &principal, now_ms)?;
            Ok(Ended { tokens: api_tokens::revoke_all(connection, &principal, now_ms)?, sessions })
        })
    }

    pub(crate) fn erase_person(
        &self,
        principal: &str,
        known_as: &str,
        nobody: &str,
        now_ms: i64,
        entry: &NewEntry,
    ) -> Result<Erased, Error> {
        let (principal, known_as, nobody) = (principal.to_owned(), known_as.to_owned(), nobody.to_owned());
        self.change(entry, move |connection| {
            access_log::erase(connection, &known_as, &nobody)?;
            erase(connection, &principal, &nobody, now_ms)
        })
    }

    pub(crate) fn locked_until(&self, keys: &[String]) -> Result<Option<i64>, Error> {
        self.readers.read(|connection| {
            let mut latest = None;
            for key in keys {
                latest = latest.max(lockouts::locked_until(connection, key)?);
            }
            Ok(latest)
        })
    }

    pub(crate) fn count_failure(&self, keys: &[String], rule: LockRule, now_ms: i64) -> Result<Vec<String>, Error> {
        let keys = keys.to_vec();
        self.writer.write(move |connection| {
            let mut locked = Vec::new();
            for key in keys {
                if lockouts::count(connection, &key, &rule, now_ms)? {
                    locked.push(key);
                }
            }
            Ok(locked)
        })
    }

    /// Looks before it writes: almost nobody who signs in has failed before.
    pub(crate) fn clear_failures(&self, key: &str) -> Result<(), Error> {
        if self.readers.read(|connection| lockouts::locked_until(connection, key))?.is_none() {
            return Ok(());
        }
        let key = key.to_owned();
        self.writer.write(move |connection| lockouts::clear(connection, &key).map(|_| ()))
    }
}

fn erase(connection: &Connection, principal: &str, nobody: &str, now_ms: i64) -> Result<Erased, Error> {
    let projects = projects::erase(connection, principal, nobody)?;
    let events = events::erase(connection, principal, nobody)?;
    secrets::erase(connection, principal, nobody)?;
    checks::erase(connection, principal, nobody)?;
    vulnerabilities::erase(connection, principal, nobody)?;
    vulnerability_events::erase(connection, principal, nobody)?;
    jobs::erase(connection, principal, nobody)?;
    let (_, sessions) = sessions::end_all(connection, principal, now_ms)?;
    let tokens = api_tokens::erase(connection, principal, nobody)?;
    lockouts::clear(connection, &format!("principal:{principal}"))?;
    people::forget(connection, principal)?;
    Ok(Erased { tokens, sessions, projects, events })
}
