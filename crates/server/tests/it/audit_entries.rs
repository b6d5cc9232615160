//! The audit log of a house, read past the program.

use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde_json::Value;

use crate::running::House;

/// An entry.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) caller: String,
    pub(crate) body: Value,
}

impl Entry {
    pub(crate) fn reason(&self) -> &str {
        self.body["status_detail"].as_str().unwrap_or_default()
    }

    pub(crate) fn address(&self) -> &str {
        self.body["src_endpoint"]["ip"].as_str().unwrap_or_default()
    }

    pub(crate) fn count(&self) -> u64 {
        self.body["count"].as_u64().unwrap()
    }
}

pub(crate) fn open(house: &House) -> Connection {
    let connection = Connection::open(house.folder.path().join("data/store.db")).unwrap();
    connection.busy_timeout(Duration::from_secs(20)).unwrap();
    connection
}

/// All entries of this action.
pub(crate) fn entries(house: &House, action: &str) -> Vec<Entry> {
    let connection = open(house);
    let sql = "SELECT caller, body FROM audit_entries WHERE action = ?1 ORDER BY number";
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([action], |row| {
        let body: String = row.get(1)?;
        Ok(Entry { caller: row.get(0)?, body: serde_json::from_str(&body).unwrap() })
    });
    rows.unwrap().map(Result::unwrap).collect()
}

/// The first entry of this action that `wanted` picks: a refusal is written within a second.
#[track_caller]
pub(crate) fn wait(house: &House, action: &str, what: &str, wanted: impl Fn(&Entry) -> bool) -> Entry {
    let end = Instant::now() + Duration::from_secs(10);
    loop {
        let found = entries(house, action);
        if let Some(entry) = found.iter().find(|entry| wanted(entry)) {
            return entry.clone();
        }
        assert!(Instant::now() < end, "{what} is not in {found:#?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
