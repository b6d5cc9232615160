//! What the store keeps about access: people, API tokens, sessions and lockouts.

use crate::access_record::{ApiToken, Ended, Erased, LockRule, NewSession, NewToken, NewTokenValue, Person, Session};
use crate::audit_record::NewEntry;
use crate::error::Error;
use crate::store::Store;

/// Times are milliseconds since 1970 (UTC), and the caller's: what is good is told for the moment it names.
impl Store {
    /// Everybody who was here or holds something, or `principal` alone, last seen first, `limit` at most.
    ///
    /// # Errors
    /// When they could not be read.
    pub fn people(&self, principal: Option<&str>, now_ms: i64, limit: u32) -> Result<Vec<Person>, Error> {
        self.engine.people(principal, now_ms, limit)
    }

    /// Notes that somebody is here, with the name to show where there is one. Written once a minute at most.
    ///
    /// # Errors
    /// When it could not be recorded.
    pub fn see_person(&self, principal: &str, display: Option<&str>, now_ms: i64) -> Result<(), Error> {
        self.engine.see_person(principal, display, now_ms)
    }

    /// Records an API token. Ended ones of the same principal make way where there are many.
    ///
    /// # Errors
    /// When it could not be recorded, or the principal has as many good ones as it may.
    pub fn add_token(&self, token: &NewToken, now_ms: i64, entry: &NewEntry) -> Result<(), Error> {
        self.engine.add_token(token, now_ms, entry)
    }

    /// The API token `id`, good or ended.
    ///
    /// # Errors
    /// When it could not be read.
    pub fn token(&self, id: &str) -> Result<Option<ApiToken>, Error> {
        self.engine.token(id)
    }

    /// The API token whose value hashes to `sha256`, where it is good.
    ///
    /// # Errors
    /// When it could not be read.
    pub fn good_token(&self, sha256: &[u8; 32], now_ms: i64) -> Result<Option<ApiToken>, Error> {
        self.engine.good_token(sha256, now_ms)
    }

    /// The API tokens of `principal`, or everybody's, good and ended, newest first, `limit` at most.
    ///
    /// # Errors
    /// When they could not be read.
    pub fn tokens(&self, principal: Option<&str>, limit: u32) -> Result<Vec<ApiToken>, Error> {
        self.engine.tokens(principal, limit)
    }

    /// How many good API tokens `principal` has made for others.
    ///
    /// # Errors
    /// When they could not be counted.
    pub fn tokens_made_for_others(&self, principal: &str, now_ms: i64) -> Result<u64, Error> {
        self.engine.tokens_made_for_others(principal, now_ms)
    }

    /// Gives a good API token a new value. None where it is not good any more.
    ///
    /// # Errors
    /// When it could not be recorded.
    pub fn replace_token_value(
        &self,
        id: &str,
        value: &NewTokenValue,
        now_ms: i64,
        entry: &NewEntry,
    ) -> Result<Option<ApiToken>, Error> {
        self.engine.replace_token_value(id, value, now_ms, entry)
    }

    /// Ends an API token; one that has ended stays as it is. None where there is none.
    ///
    /// # Errors
    /// When it could not be recorded.
    pub fn revoke_token(&self, id: &str, now_ms: i64, entry: &NewEntry) -> Result<Option<ApiToken>, Error> {
        self.engine.revoke_token(id, now_ms, entry)
    }

    /// Notes that an API token was used, and that its principal is here. Written once a minute at most.
    ///
    /// # Errors
    /// When it could not be recorded.
    pub fn note_token_use(&self, token: &ApiToken, now_ms: i64) -> Result<(), Error> {
        self.engine.note_token_use(token, now_ms)
    }

    /// Records a session; the oldest of the same principal makes way where there are many.
    ///
    /// # Errors
    /// When it could not be recorded, or there is no such API token as the one that opened it.
    pub fn add_session(&self, session: &NewSession, now_ms: i64, entry: &NewEntry) -> Result<(), Error> {
        self.engine.add_session(session, now_ms, entry)
    }

    /// The session `id`, where it is good.
    ///
    /// # Errors
    /// When it could not be read.
    pub fn session(&self, id: &str, now_ms: i64) -> Result<Option<Session>, Error> {
        self.engine.session(id, now_ms)
    }

    /// The session whose cookie hashes to `sha256`, where it is good; and whether that is its present cookie, not the
    /// one before.
    ///
    /// # Errors
    /// When it could not be read.
    pub fn good_session(&self, sha256: &[u8; 32], now_ms: i64) -> Result<Option<(Session, bool)>, Error> {
        self.engine.good_session(sha256, now_ms)
    }

    /// The good sessions of `principal`, or everybody's, newest first, `limit` at most.
    ///
    /// # Errors
    /// When they could not be read.
    pub fn sessions(&self, principal: Option<&str>, now_ms: i64, limit: u32) -> Result<Vec<Session>, Error> {
        self.engine.sessions(principal, now_ms, limit)
    }

    /// Replaces a session's present cookie, which stays good until `previous_until_ms`. Of several at once one succeeds.
    ///
    /// # Errors
    /// When it could not be recorded.
    pub fn rotate_session(
        &self,
        from: &[u8; 32],
        to: &[u8; 32],
        previous_until_ms: i64,
        now_ms: i64,
    ) -> Result<bool, Error> {
        self.engine.rotate_session(from, to, previous_until_ms, now_ms)
    }

    /// Notes that a session was used, and until when it is good.
    ///
    /// # Errors
    /// When it could not be recorded.
    pub fn note_session_use(&self, session: &Session, now_ms: i64, expires_at_ms: i64) -> Result<(), Error> {
        self.engine.note_session_use(session, now_ms, expires_at_ms)
    }

    /// Ends a session. Whether there was one.
    ///
    /// # Errors
    /// When it could not be recorded.
    pub fn end_session(&self, id: &str, entry: &NewEntry) -> Result<bool, Error> {
        self.engine.end_session(id, entry)
    }

    /// Ends all API tokens and sessions of `principal`.
    ///
    /// # Errors
    /// When it could not be recorded; none is ended then.
    pub fn revoke_access(&self, principal: &str, now_ms: i64, entry: &NewEntry) -> Result<Ended, Error> {
        self.engine.revoke_access(principal, now_ms, entry)
    }

    /// Forgets `principal`, whom the access log calls `known_as`; what must stay is given to `nobody`, and tells nothing.
    /// Entries of the audit log stay as they are.
    ///
    /// # Errors
    /// When it could not be recorded, or a project of theirs is being written; nothing is erased then.
    pub fn erase_person(
        &self,
        principal: &str,
        known_as: &str,
        nobody: &str,
        now_ms: i64,
        entry: &NewEntry,
    ) -> Result<Erased, Error> {
        self.engine.erase_person(principal, known_as, nobody, now_ms, entry)
    }

    /// Until when the one of `keys` that is locked out longest is; it may be past. None where there were no failures.
    ///
    /// # Errors
    /// When it could not be read.
    pub fn locked_until(&self, keys: &[String]) -> Result<Option<i64>, Error> {
        self.engine.locked_until(keys)
    }

    /// Counts one more failure of each of `keys`, and locks out by `rule`: those that are locked out by that.
    ///
    /// # Errors
    /// When it could not be recorded.
    pub fn count_failure(&self, keys: &[String], rule: LockRule, now_ms: i64) -> Result<Vec<String>, Error> {
        self.engine.count_failure(keys, rule, now_ms)
    }

    /// Forgets the failures of `key`.
    ///
    /// # Errors
    /// When it could not be recorded.
    pub fn clear_failures(&self, key: &str) -> Result<(), Error> {
        self.engine.clear_failures(key)
    }
}
