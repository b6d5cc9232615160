//! The store on embedded SQLite: one file a table, one writer thread a process, readers beside it.

mod access;
mod access_log;
mod api_tokens;
mod audit;
mod audit_entries;
mod audit_indexes;
mod audit_log_batches;
mod audit_read;
mod audit_retention;
mod change;
mod clock;
mod columns;
mod connection;
mod creation;
mod delivery;
mod downloads;
mod engine;
mod events;
mod export_cursors;
mod failure;
mod folder;
mod leases;
mod lockouts;
mod migrations;
mod people;
mod presence;
mod projects;
mod readers;
mod secret_changes;
mod secret_versions;
mod secrets;
mod sessions;
mod statement;
mod writer;

pub(crate) use engine::Sqlite;
