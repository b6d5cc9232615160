//! Whether the indexes of the audit log lead to its entries: an index that was damaged would keep entries from being found.
//!
//! SQLite's own check takes several times as long as everything else that a verification does. Here each index is read
//! once, in its order, and what it holds is compared with what the entries say, as a sum of keyed hashes.

use std::cmp::Ordering;
use std::hash::{BuildHasher, RandomState};

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use crate::audit_log::KeptEntry;
use crate::error::Error;
use crate::sqlite::statement::prepare;

/// The indexes, each with the question that reads it from its first key to its last.
const INDEXES: [(&str, &str); 4] = [
    ("time", "SELECT at_ms, number FROM audit_entries INDEXED BY audit_entries_by_time ORDER BY at_ms, number"),
    ("caller", "SELECT caller, number FROM audit_entries INDEXED BY audit_entries_by_caller ORDER BY caller, number"),
    (
        "request",
        "SELECT request, number FROM audit_entries INDEXED BY audit_entries_by_request ORDER BY request, number",
    ),
    (
        "project",
        "SELECT project, number FROM audit_entries INDEXED BY audit_entries_by_project WHERE project IS NOT NULL
         ORDER BY project, number",
    ),
];

/// What each index must hold, as a sum.
#[derive(Debug, Default)]
pub(super) struct IndexSums {
    hasher: RandomState,
    sums: [u64; INDEXES.len()],
}

impl IndexSums {
    pub(super) fn add(&mut self, entry: &KeptEntry<'_>) {
        let time = entry.at_ms.map(i64::to_be_bytes);
        let keys = [time.as_ref().map(<[u8; 8]>::as_slice), entry.caller, entry.request, entry.project];
        for (at, (sum, key)) in self.sums.iter_mut().zip(keys).enumerate() {
            // The index of projects holds those alone that have one.
            if key.is_some() || at < INDEXES.len() - 1 {
                *sum = sum.wrapping_add(self.hasher.hash_one((key, entry.number)));
            }
        }
    }

    /// Tells of each index that holds something else, or not in its order.
    pub(super) fn compare(&self, connection: &Connection, mut tell: impl FnMut(&'static str)) -> Result<(), Error> {
        for ((name, sql), wanted) in INDEXES.iter().zip(self.sums) {
            if self.sum(connection, sql)? != Some(wanted) {
                tell(name);
            }
        }
        Ok(())
    }

    /// None where it is not in order.
    fn sum(&self, connection: &Connection, sql: &str) -> Result<Option<u64>, Error> {
        let (mut sum, mut last) = (0_u64, None::<(Option<Vec<u8>>, i64)>);
        let mut statement = prepare(connection, sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let time;
            let key = match row.get_ref(0)? {
                ValueRef::Null => None,
                ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(bytes),
                ValueRef::Integer(at_ms) => {
                    time = at_ms.to_be_bytes();
                    Some(time.as_slice())
                }
                ValueRef::Real(_) => return Ok(None),
            };
            let number = row.get_ref(1)?.as_i64().unwrap_or(i64::MIN);
            let (last_key, last_number) = last.get_or_insert((None, i64::MIN));
            match last_key.as_deref().cmp(&key) {
                Ordering::Less => {
                    let place = last_key.get_or_insert_default();
                    place.clear();
                    place.extend_from_slice(key.unwrap_or_default());
                }
                Ordering::Equal if *last_number < number => {}
                Ordering::Equal | Ordering::Greater => return Ok(None),
            }
            *last_number = number;
            sum = sum.wrapping_add(self.hasher.hash_one((key, number)));
        }
        Ok(Some(sum))
    }
}
