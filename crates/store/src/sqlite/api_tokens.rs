//! The table of API tokens. It holds hashes, never a token's value; ended ones stay for a while, to be seen in lists.

use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use crate::access_record::{ApiToken, NewToken, NewTokenValue, Scope};
use crate::error::{Bound, Error, ErrorKind};
use crate::sqlite::columns::{count, from_json, projects, to_json};
use crate::sqlite::statement::prepare;

/// Tokens of one principal, ended ones included: those make way for new ones.
const MOST: i64 = 100;

/// How long ended tokens stay.
const REMEMBERED_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// All of an `ApiToken`, in the order in which `read` takes it.
macro_rules! columns {
    () => {
        "id, last_four, label, principal, roles, teams, projects, created_by, created_at_ms, issued_at_ms, \
         expires_at_ms, last_used_at_ms, revoked_at_ms"
    };
}

pub(super) fn insert(connection: &Connection, token: &NewToken, now_ms: i64) -> Result<(), Error> {
    forget_old(connection, now_ms)?;
    make_room(connection, &token.scope.principal, now_ms)?;
    let sql = "INSERT INTO api_tokens (id, sha256, last_four, label, principal, roles, teams, projects, created_by,
            created_at_ms, issued_at_ms, expires_at_ms)
        VALUES (:id, :sha256, :last_four, :label, :principal, :roles, :teams, :projects, :created_by, :now, :now, :expires)";
    prepare(connection, sql)?.execute(named_params! {
        ":id": token.id,
        ":sha256": token.sha256,
        ":last_four": token.last_four,
        ":label": token.label,
        ":principal": token.scope.principal,
        ":roles": to_json(&token.scope.roles)?,
        ":teams": to_json(&token.scope.teams)?,
        ":projects": token.scope.projects.as_ref().map(to_json).transpose()?,
        ":created_by": token.created_by,
        ":now": now_ms,
        ":expires": token.expires_at_ms,
    })?;
    Ok(())
}

fn forget_old(connection: &Connection, now_ms: i64) -> Result<(), Error> {
    let sql = "DELETE FROM api_tokens WHERE expires_at_ms < ?1 OR revoked_at_ms < ?1";
    prepare(connection, sql)?.execute([now_ms - REMEMBERED_MS])?;
    Ok(())
}

/// The oldest ended tokens of `principal` make way; those that are good do not.
fn make_room(connection: &Connection, principal: &str, now_ms: i64) -> Result<(), Error> {
    let sql = "DELETE FROM api_tokens WHERE id IN (
            SELECT id FROM api_tokens WHERE principal = ?1
            ORDER BY revoked_at_ms IS NULL AND expires_at_ms > ?2 DESC, created_at_ms DESC LIMIT -1 OFFSET ?3)
        AND (revoked_at_ms IS NOT NULL OR expires_at_ms <= ?2)";
    prepare(connection, sql)?.execute(params![principal, now_ms, MOST - 1])?;
    let sql = "SELECT count(*) FROM api_tokens WHERE principal = ?1";
    let held: i64 = prepare(connection, sql)?.query_row([principal], |row| row.get(0))?;
    if held >= MOST {
        return Err(Error::new(ErrorKind::Full(Bound::Tokens), format!("There are {MOST} tokens of this principal.")));
    }
    Ok(())
}

pub(super) fn get(connection: &Connection, id: &str) -> Result<Option<ApiToken>, Error> {
    let sql = concat!("SELECT ", columns!(), " FROM api_tokens WHERE id = ?1");
    Ok(prepare(connection, sql)?.query_row([id], read).optional()?)
}

/// The token with this value, now or until its grace ends, where it is good.
pub(super) fn good_by_hash(connection: &Connection, sha256: &[u8; 32], now_ms: i64) -> Result<Option<ApiToken>, Error> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM api_tokens WHERE (sha256 = ?1 OR (previous_sha256 = ?1 AND previous_until_ms > ?2))
            AND expires_at_ms > ?2 AND revoked_at_ms IS NULL"
    );
    Ok(prepare(connection, sql)?.query_row(params![sha256, now_ms], read).optional()?)
}

/// The tokens of `principal`, or everybody's, newest first.
pub(super) fn list(connection: &Connection, principal: Option<&str>, limit: u32) -> Result<Vec<ApiToken>, Error> {
    match principal {
        Some(principal) => {
            let sql = concat!(
                "SELECT ",
                columns!(),
                " FROM api_tokens WHERE principal = ?1 ORDER BY created_at_ms DESC, rowid DESC LIMIT ?2"
            );
            let found =
                prepare(connection, sql)?.query_map(params![principal, limit], read)?.collect::<Result<_, _>>()?;
            Ok(found)
        }
        None => {
            let sql =
                concat!("SELECT ", columns!(), " FROM api_tokens ORDER BY created_at_ms DESC, rowid DESC LIMIT ?1");
            let found = prepare(connection, sql)?.query_map([limit], read)?.collect::<Result<_, _>>()?;
            Ok(found)
        }
    }
}

/// Gives a token that is good a new value; the one before its present value dies at once.
pub(super) fn replace_value(
    connection: &Connection,
    id: &str,
    value: &NewTokenValue,
    now_ms: i64,
) -> Result<Option<ApiToken>, Error> {
    let sql = "UPDATE api_tokens SET previous_sha256 = sha256, previous_until_ms = :until, sha256 = :sha256,
            last_four = :last_four, issued_at_ms = :now, expires_at_ms = :expires
        WHERE id = :id AND expires_at_ms > :now AND revoked_at_ms IS NULL";
    let changed = prepare(connection, sql)?.execute(named_params! {
        ":id": id,
        ":sha256": value.sha256,
        ":last_four": value.last_four,
        ":expires": value.expires_at_ms,
        ":until": value.previous_until_ms,
        ":now": now_ms,
    })?;
    if changed == 0 { Ok(None) } else { get(connection, id) }
}

/// Ends a token; one that was ended before keeps its time.
pub(super) fn revoke(connection: &Connection, id: &str, now_ms: i64) -> Result<Option<ApiToken>, Error> {
    let sql = "UPDATE api_tokens SET revoked_at_ms = ?2 WHERE id = ?1 AND revoked_at_ms IS NULL";
    prepare(connection, sql)?.execute(params![id, now_ms])?;
    get(connection, id)
}

/// Ends all tokens of `principal`: how many were good.
pub(super) fn revoke_all(connection: &Connection, principal: &str, now_ms: i64) -> Result<u64, Error> {
    let sql = "UPDATE api_tokens SET revoked_at_ms = ?2
        WHERE principal = ?1 AND revoked_at_ms IS NULL AND expires_at_ms > ?2";
    Ok(prepare(connection, sql)?.execute(params![principal, now_ms])? as u64)
}

pub(super) fn note_use(connection: &Connection, id: &str, now_ms: i64) -> Result<(), Error> {
    let sql = "UPDATE api_tokens SET last_used_at_ms = max(?2, coalesce(last_used_at_ms, 0)) WHERE id = ?1";
    prepare(connection, sql)?.execute(params![id, now_ms])?;
    Ok(())
}

/// How many tokens of others, good now, `principal` made.
pub(super) fn count_made_for_others(connection: &Connection, principal: &str, now_ms: i64) -> Result<u64, Error> {
    let sql = "SELECT count(*) FROM api_tokens
        WHERE created_by = ?1 AND principal <> ?1 AND revoked_at_ms IS NULL AND expires_at_ms > ?2";
    Ok(prepare(connection, sql)?.query_row(params![principal, now_ms], |row| count(row, 0))?)
}

/// Forgets the tokens of `principal`, and that they made others'.
pub(super) fn erase(connection: &Connection, principal: &str, nobody: &str) -> Result<u64, Error> {
    let sql = "UPDATE api_tokens SET created_by = ?2 WHERE created_by = ?1";
    prepare(connection, sql)?.execute([principal, nobody])?;
    Ok(prepare(connection, "DELETE FROM api_tokens WHERE principal = ?1")?.execute([principal])? as u64)
}

fn read(row: &Row<'_>) -> rusqlite::Result<ApiToken> {
    Ok(ApiToken {
        id: row.get(0)?,
        last_four: row.get(1)?,
        label: row.get(2)?,
        scope: Scope {
            principal: row.get(3)?,
            roles: from_json(row, 4)?,
            teams: from_json(row, 5)?,
            projects: projects(row, 6)?,
        },
        created_by: row.get(7)?,
        created_at_ms: row.get(8)?,
        issued_at_ms: row.get(9)?,
        expires_at_ms: row.get(10)?,
        last_used_at_ms: row.get(11)?,
        revoked_at_ms: row.get(12)?,
    })
}
