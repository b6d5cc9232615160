// Opens the SQLite database and brings its tables up to date. SQLite is part of Node.js: there is no server to run.
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Each entry takes the database one version further. Add to the end; never change one that was released. */
const migrations: readonly string[] = [
  `CREATE TABLE notes (
     id         TEXT    NOT NULL PRIMARY KEY,
     owner      TEXT    NOT NULL,
     -- Counts up within one owner: the order of the list, and what a cursor points at.
     position   INTEGER NOT NULL,
     title      TEXT    NOT NULL,
     body       TEXT    NOT NULL,
     created_at TEXT    NOT NULL,
     UNIQUE (owner, position)
   ) STRICT`,
];

function migrate(database: DatabaseSync): void {
  database.exec('BEGIN IMMEDIATE');
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version > migrations.length) {
    const known = String(migrations.length);
    throw new Error(
      `the database has version ${String(version)}, this service knows ${known}: use a newer release of it`,
    );
  }
  for (const migration of migrations.slice(version)) database.exec(migration);
  database.exec(`PRAGMA user_version = ${String(migrations.length)}`);
  database.exec('COMMIT');
}

export function openDatabase(path: string): DatabaseSync {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(path, { timeout: 2_000 });
  try {
    // WAL lets a backup read while the service writes; FULL keeps every note that was acknowledged through a power cut.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    migrate(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
