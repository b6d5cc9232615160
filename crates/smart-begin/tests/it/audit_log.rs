//! The two logs of a data folder, read as anybody with the file would: what each test compares against.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;
use serde_json::Value;

/// An entry of the audit log.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) action: String,
    pub(crate) caller: String,
    pub(crate) request: String,
    pub(crate) body: Value,
}

impl Entry {
    /// How it went.
    pub(crate) fn outcome(&self) -> &str {
        self.body["unmapped"]["outcome"].as_str().unwrap()
    }

    /// What else it says.
    pub(crate) fn detail(&self) -> &str {
        self.body["status_detail"].as_str().unwrap_or_default()
    }

    /// How often.
    pub(crate) fn count(&self) -> u64 {
        self.body["count"].as_u64().unwrap()
    }
}

/// A line of the access log.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Line {
    pub(crate) action: String,
    pub(crate) caller: String,
    pub(crate) request: String,
}

/// The logs in a data folder.
pub(crate) struct Logs(PathBuf);

impl Logs {
    pub(crate) fn of(data: &Path) -> Self {
        Self(data.join("store.db"))
    }

    fn open(&self) -> Connection {
        let connection = Connection::open(&self.0).unwrap();
        connection.busy_timeout(Duration::from_secs(20)).unwrap();
        connection
    }

    fn count(&self, table: &str) -> u64 {
        let sql = format!("SELECT count(*) FROM {table}");
        let count: i64 = self.open().query_row(&sql, [], |row| row.get(0)).unwrap();
        u64::try_from(count).unwrap()
    }

    /// How many entries there are.
    pub(crate) fn size(&self) -> u64 {
        self.count("audit_entries")
    }

    /// All entries from number `first` on.
    pub(crate) fn entries(&self, first: u64) -> Vec<Entry> {
        let connection = self.open();
        let sql = "SELECT action, caller, request, body FROM audit_entries WHERE number >= ?1 ORDER BY number";
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement.query_map([first as i64], |row| {
            let body: String = row.get(3)?;
            let body = serde_json::from_str(&body).unwrap();
            Ok(Entry { action: row.get(0)?, caller: row.get(1)?, request: row.get(2)?, body })
        });
        rows.unwrap().map(Result::unwrap).collect()
    }

    /// How many lines the access log has.
    pub(crate) fn lines_size(&self) -> u64 {
        self.count("access_log")
    }

    /// All lines of the access log but the first so many.
    pub(crate) fn lines(&self, skip: u64) -> Vec<Line> {
        let connection = self.open();
        let sql = "SELECT action, caller, request FROM access_log ORDER BY number LIMIT -1 OFFSET ?1";
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement.query_map([skip as i64], |row| {
            Ok(Line { action: row.get(0)?, caller: row.get(1)?, request: row.get(2)? })
        });
        rows.unwrap().map(Result::unwrap).collect()
    }

    /// All addresses of the access log.
    pub(crate) fn addresses(&self) -> String {
        let sql = "SELECT coalesce(group_concat(address, char(10)), '') FROM access_log";
        self.open().query_row(sql, [], |row| row.get(0)).unwrap()
    }

    /// From now on the audit log takes no entry, by a trigger, until what this returns is dropped.
    pub(crate) fn jam(&self) -> Jam {
        let sql = "CREATE TRIGGER jam BEFORE INSERT ON audit_entries BEGIN SELECT raise(ABORT, 'jammed'); END";
        self.open().execute_batch(sql).unwrap();
        Jam(Self(self.0.clone()))
    }

    /// Everything in the database but the access log, as text: a change anywhere is a difference.
    pub(crate) fn everything(&self) -> String {
        self.everything_but(&["access_log"])
    }

    /// The same without what the jobs of a running server write, whatever is asked of it.
    pub(crate) fn everything_but_jobs(&self) -> String {
        self.everything_but(&["access_log", "audit_checkpoints", "jobs", "leases"])
    }

    fn everything_but(&self, left_out: &[&str]) -> String {
        let connection = self.open();
        let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
        let mut names: Vec<String> =
            connection.prepare(tables).unwrap().query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        for table in left_out {
            let place = names.iter().position(|name| name == table).unwrap_or_else(|| panic!("no table {table}"));
            names.remove(place);
        }
        let mut text = String::new();
        for name in names {
            let mut statement = connection.prepare(&format!("SELECT * FROM {name}")).unwrap();
            let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
            let mut rows = statement.query([]).unwrap();
            while let Some(row) = rows.next().unwrap() {
                text.push_str(&name);
                for (at, column) in columns.iter().enumerate() {
                    let value: rusqlite::types::Value = row.get(at).unwrap();
                    // A time of last use is not what somebody asked for.
                    if column != "last_used_at_ms" && column != "last_seen_ms" {
                        text.push_str(&format!(" {column}={value:?}"));
                    }
                }
                text.push('\n');
            }
        }
        text
    }
}

/// An audit log that takes no entry.
pub(crate) struct Jam(Logs);

impl Drop for Jam {
    fn drop(&mut self) {
        self.0.open().execute_batch("DROP TRIGGER jam").unwrap();
    }
}
