//! The table of the dashboard's sessions. It holds hashes, never a cookie's value; a session that ends is forgotten.

use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use crate::access_record::{NewSession, Scope, Session};
use crate::error::Error;
use crate::sqlite::columns::{count, from_json, permissions, permissions_to_json, projects, to_json};
use crate::sqlite::statement::prepare;

/// Sessions of one principal; the oldest makes way for a new one.
const MOST: i64 = 20;

/// All of a `Session`, in the order in which `read` takes it.
macro_rules! columns {
    () => {
        "id, display, principal, roles, teams, projects, permissions, token, csrf, address, user_agent, created_at_ms, \
         rotated_at_ms, last_seen_ms, expires_at_ms"
    };
}

/// A session is good while the token that opened it is.
macro_rules! good {
    () => {
        " expires_at_ms > :now AND (token IS NULL OR EXISTS (SELECT 1 FROM api_tokens WHERE api_tokens.id = token
            AND api_tokens.revoked_at_ms IS NULL AND api_tokens.expires_at_ms > :now))"
    };
}

pub(super) fn insert(connection: &Connection, session: &NewSession, now_ms: i64) -> Result<(), Error> {
    prepare(connection, "DELETE FROM sessions WHERE expires_at_ms <= ?1")?.execute([now_ms])?;
    let sql = "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE principal = ?1
        ORDER BY created_at_ms DESC, rowid DESC LIMIT -1 OFFSET ?2)";
    prepare(connection, sql)?.execute(params![session.scope.principal, MOST - 1])?;
    let sql = "INSERT INTO sessions (id, sha256, display, principal, roles, teams, projects, permissions, token, csrf,
            address, user_agent, created_at_ms, rotated_at_ms, last_seen_ms, expires_at_ms)
        VALUES (:id, :sha256, :display, :principal, :roles, :teams, :projects, :permissions, :token, :csrf,
            :address, :user_agent, :now, :now, :now, :expires)";
    prepare(connection, sql)?.execute(named_params! {
        ":id": session.id,
        ":sha256": session.sha256,
        ":display": session.display,
        ":principal": session.scope.principal,
        ":roles": to_json(&session.scope.roles)?,
        ":teams": to_json(&session.scope.teams)?,
        ":projects": session.scope.projects.as_ref().map(to_json).transpose()?,
        ":permissions": session.permissions.map(permissions_to_json).transpose()?,
        ":token": session.token,
        ":csrf": session.csrf,
        ":address": session.address,
        ":user_agent": session.user_agent,
        ":now": now_ms,
        ":expires": session.expires_at_ms,
    })?;
    Ok(())
}

pub(super) fn get(connection: &Connection, id: &str, now_ms: i64) -> Result<Option<Session>, Error> {
    let sql = concat!("SELECT ", columns!(), " FROM sessions WHERE id = :id AND ", good!());
    Ok(prepare(connection, sql)?.query_row(named_params! { ":id": id, ":now": now_ms }, read).optional()?)
}

/// The session with this cookie, where it is good; and whether the cookie is its present one.
pub(super) fn good_by_hash(
    connection: &Connection,
    sha256: &[u8; 32],
    now_ms: i64,
) -> Result<Option<(Session, bool)>, Error> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        ", sha256 = :sha256 FROM sessions
            WHERE (sha256 = :sha256 OR (previous_sha256 = :sha256 AND previous_until_ms > :now)) AND ",
        good!()
    );
    let values = named_params! { ":sha256": sha256, ":now": now_ms };
    Ok(prepare(connection, sql)?.query_row(values, |row| Ok((read(row)?, row.get(15)?))).optional()?)
}

/// The sessions of `principal`, or everybody's, that are good, newest first.
pub(super) fn list(
    connection: &Connection,
    principal: Option<&str>,
    now_ms: i64,
    limit: u32,
) -> Result<Vec<Session>, Error> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM sessions WHERE (:principal IS NULL OR principal = :principal) AND ",
        good!(),
        " ORDER BY created_at_ms DESC, rowid DESC LIMIT :limit"
    );
    let values = named_params! { ":principal": principal, ":now": now_ms, ":limit": limit };
    let found = prepare(connection, sql)?.query_map(values, read)?.collect::<Result<_, _>>()?;
    Ok(found)
}

/// Replaces the cookie `from` by `to`, which succeeds for one of several that try at once.
pub(super) fn rotate(
    connection: &Connection,
    from: &[u8; 32],
    to: &[u8; 32],
    previous_until_ms: i64,
    now_ms: i64,
) -> Result<bool, Error> {
    let sql = "UPDATE sessions SET previous_sha256 = sha256, previous_until_ms = ?3, sha256 = ?2, rotated_at_ms = ?4
        WHERE sha256 = ?1";
    Ok(prepare(connection, sql)?.execute(params![from, to, previous_until_ms, now_ms])? == 1)
}

pub(super) fn note_use(connection: &Connection, id: &str, now_ms: i64, expires_at_ms: i64) -> Result<(), Error> {
    let sql = "UPDATE sessions SET last_seen_ms = max(last_seen_ms, ?2), expires_at_ms = ?3 WHERE id = ?1";
    prepare(connection, sql)?.execute(params![id, now_ms, expires_at_ms])?;
    Ok(())
}

pub(super) fn end(connection: &Connection, id: &str) -> Result<bool, Error> {
    Ok(prepare(connection, "DELETE FROM sessions WHERE id = ?1")?.execute([id])? == 1)
}

/// Ends all sessions of `principal`: how many were good, and how many there were.
pub(super) fn end_all(connection: &Connection, principal: &str, now_ms: i64) -> Result<(u64, u64), Error> {
    let sql = concat!("SELECT count(*) FROM sessions WHERE principal = :principal AND ", good!());
    let values = named_params! { ":principal": principal, ":now": now_ms };
    let good = prepare(connection, sql)?.query_row(values, |row| count(row, 0))?;
    let all = prepare(connection, "DELETE FROM sessions WHERE principal = ?1")?.execute([principal])?;
    Ok((good, all as u64))
}

fn read(row: &Row<'_>) -> rusqlite::Result<Session> {
    Ok(Session {
        id: row.get(0)?,
        display: row.get(1)?,
        scope: Scope {
            principal: row.get(2)?,
            roles: from_json(row, 3)?,
            teams: from_json(row, 4)?,
            projects: projects(row, 5)?,
        },
        permissions: permissions(row, 6)?,
        token: row.get(7)?,
        csrf: row.get(8)?,
        address: row.get(9)?,
        user_agent: row.get(10)?,
        created_at_ms: row.get(11)?,
        rotated_at_ms: row.get(12)?,
        last_seen_ms: row.get(13)?,
        expires_at_ms: row.get(14)?,
    })
}
