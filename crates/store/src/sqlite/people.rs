//! The table of people: who was here, when first and last.

use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use crate::access_record::Person;
use crate::error::Error;
use crate::sqlite::columns::{count, from_json};
use crate::sqlite::statement::prepare;

/// People at most; whoever has been away longest makes way.
const MOST: i64 = 100_000;

/// When somebody was last here, and the name to show.
pub(super) fn last_seen(connection: &Connection, principal: &str) -> Result<Option<(i64, Option<String>)>, Error> {
    let sql = "SELECT last_seen_ms, display FROM people WHERE principal = ?1";
    Ok(prepare(connection, sql)?.query_row([principal], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

/// Notes that somebody is here. A name to show replaces the one before, and none leaves it.
pub(super) fn see(connection: &Connection, principal: &str, display: Option<&str>, now_ms: i64) -> Result<(), Error> {
    let sql = "UPDATE people SET last_seen_ms = max(last_seen_ms, ?3), display = coalesce(?2, display)
        WHERE principal = ?1";
    if prepare(connection, sql)?.execute(params![principal, display, now_ms])? == 1 {
        return Ok(());
    }
    let sql = "INSERT INTO people (principal, display, first_seen_ms, last_seen_ms) VALUES (?1, ?2, ?3, ?3)";
    prepare(connection, sql)?.execute(params![principal, display, now_ms])?;
    let held: i64 = prepare(connection, "SELECT count(*) FROM people")?.query_row([], |row| row.get(0))?;
    if held > MOST {
        let sql = "DELETE FROM people WHERE principal IN (
            SELECT principal FROM people ORDER BY last_seen_ms DESC LIMIT -1 OFFSET ?1)";
        prepare(connection, sql)?.execute([MOST])?;
    }
    Ok(())
}

/// Everybody who was here or holds something, or `principal` alone: with what they hold now, last seen first.
pub(super) fn list(
    connection: &Connection,
    principal: Option<&str>,
    now_ms: i64,
    limit: u32,
) -> Result<Vec<Person>, Error> {
    let sql = "WITH known (principal) AS (
            SELECT principal FROM people UNION SELECT principal FROM api_tokens UNION SELECT principal FROM sessions),
        good_tokens AS (SELECT id, principal, roles FROM api_tokens WHERE revoked_at_ms IS NULL AND expires_at_ms > :now),
        good_sessions AS (SELECT principal FROM sessions WHERE expires_at_ms > :now
            AND (token IS NULL OR token IN (SELECT id FROM good_tokens)))
        SELECT known.principal, display, first_seen_ms, last_seen_ms,
            (SELECT count(*) FROM good_tokens WHERE good_tokens.principal = known.principal),
            (SELECT json_group_array(DISTINCT role.value) FROM good_tokens, json_each(good_tokens.roles) AS role
                WHERE good_tokens.principal = known.principal),
            (SELECT count(*) FROM good_sessions WHERE good_sessions.principal = known.principal),
            (SELECT locked_until_ms FROM lockouts
                WHERE key = 'principal:' || known.principal AND locked_until_ms > :now)
        FROM known LEFT JOIN people ON people.principal = known.principal
        WHERE :principal IS NULL OR known.principal = :principal
        ORDER BY last_seen_ms DESC NULLS LAST, known.principal LIMIT :limit";
    let values = named_params! { ":principal": principal, ":now": now_ms, ":limit": limit };
    let found = prepare(connection, sql)?.query_map(values, read)?.collect::<Result<_, _>>()?;
    Ok(found)
}

pub(super) fn forget(connection: &Connection, principal: &str) -> Result<(), Error> {
    prepare(connection, "DELETE FROM people WHERE principal = ?1")?.execute([principal])?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Person> {
    Ok(Person {
        principal: row.get(0)?,
        display: row.get(1)?,
        first_seen_ms: row.get(2)?,
        last_seen_ms: row.get(3)?,
        tokens: count(row, 4)?,
        token_roles: from_json(row, 5)?,
        sessions: count(row, 6)?,
        locked_until_ms: row.get(7)?,
    })
}
