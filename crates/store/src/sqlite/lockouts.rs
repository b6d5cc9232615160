//! The table of failures to sign in, by principal and by address, and of who must wait because of them.

use rusqlite::{Connection, OptionalExtension, params};

use crate::access_record::LockRule;
use crate::error::Error;
use crate::sqlite::statement::prepare;

/// Rows at most; the oldest makes way. Whoever fails from that many addresses is the matter of the limits per address.
const MOST: i64 = 50_000;

/// Failures are forgotten after so long without another one, and no sooner than twice the longest wait.
const REMEMBERED_MS: i64 = 60 * 60 * 1000;

/// Counts one more failure of `key`: whether it is locked out by that.
pub(super) fn count(connection: &Connection, key: &str, rule: &LockRule, now_ms: i64) -> Result<bool, Error> {
    let forgotten = now_ms - REMEMBERED_MS.max(rule.longest_ms.saturating_mul(2));
    prepare(connection, "DELETE FROM lockouts WHERE last_failure_ms < ?1")?.execute([forgotten])?;
    let sql = "INSERT INTO lockouts (key, failures, last_failure_ms, locked_until_ms) VALUES (?1, 1, ?2, 0)
        ON CONFLICT (key) DO UPDATE SET failures = failures + 1, last_failure_ms = max(last_failure_ms, ?2)
        RETURNING failures";
    let failures: u32 = prepare(connection, sql)?.query_row(params![key, now_ms], |row| row.get(0))?;
    let wait = wait_ms(failures, rule);
    if wait > 0 {
        let sql = "UPDATE lockouts SET locked_until_ms = max(locked_until_ms, ?2) WHERE key = ?1";
        prepare(connection, sql)?.execute(params![key, now_ms.saturating_add(wait)])?;
    }
    if failures == 1 {
        make_room(connection)?;
    }
    Ok(wait > 0)
}

/// How long the failure with this number makes one wait.
fn wait_ms(failures: u32, rule: &LockRule) -> i64 {
    let Some(beyond) = failures.checked_sub(rule.attempts).and_then(|beyond| beyond.checked_sub(1)) else { return 0 };
    let factor = 1_i64.checked_shl(beyond.min(62)).unwrap_or(i64::MAX);
    rule.first_ms.saturating_mul(factor).min(rule.longest_ms)
}

fn make_room(connection: &Connection) -> Result<(), Error> {
    let sql = "DELETE FROM lockouts WHERE key IN (
        SELECT key FROM lockouts ORDER BY last_failure_ms DESC LIMIT -1 OFFSET ?1)";
    let held: i64 = prepare(connection, "SELECT count(*) FROM lockouts")?.query_row([], |row| row.get(0))?;
    if held > MOST {
        prepare(connection, sql)?.execute([MOST])?;
    }
    Ok(())
}

/// Until when `key` is locked out; 0 where it never was. None when there were no failures.
pub(super) fn locked_until(connection: &Connection, key: &str) -> Result<Option<i64>, Error> {
    let sql = "SELECT locked_until_ms FROM lockouts WHERE key = ?1";
    Ok(prepare(connection, sql)?.query_row([key], |row| row.get(0)).optional()?)
}

pub(super) fn clear(connection: &Connection, key: &str) -> Result<u64, Error> {
    Ok(prepare(connection, "DELETE FROM lockouts WHERE key = ?1")?.execute([key])? as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_beyond_the_allowed_ones_doubles_the_wait() {
        let rule = LockRule { attempts: 3, first_ms: 1_000, longest_ms: 10_000 };
        let waits: Vec<i64> = (1..=9).map(|failures| wait_ms(failures, &rule)).collect();
        assert_eq!(waits, [0, 0, 0, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
        assert_eq!(wait_ms(u32::MAX, &rule), 10_000);
    }
}
