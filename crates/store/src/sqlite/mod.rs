//! The store on embedded SQLite: one file a table, one writer thread a process, readers beside it.

mod clock;
mod connection;
mod creation;
mod downloads;
mod engine;
mod events;
mod failure;
mod folder;
mod migrations;
mod presence;
mod projects;
mod readers;
mod statement;
mod writer;

pub(crate) use engine::Sqlite;
