import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase } from '../src/database.ts';
import { NoteStore } from '../src/notes/store.ts';
import { temporaryFolder } from './support/folder.ts';

test('the folder of the database is made, and closed to other users', () => {
  const folder = join(temporaryFolder(), 'data');
  openDatabase(join(folder, 'notes.db')).close();
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test('the database is opened so that a backup can read it and a power cut costs nothing', () => {
  const database = openDatabase(join(temporaryFolder(), 'notes.db'));
  expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  expect(database.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
  database.close();
});

test('notes outlive the process, and opening again changes nothing', () => {
  const path = join(temporaryFolder(), 'notes.db');
  const first = openDatabase(path);
  const note = new NoteStore(first).create('alice', { title: 'Milk', body: '' });
  first.close();
  const second = openDatabase(path);
  expect(new NoteStore(second).find('alice', note.id)).toEqual(note);
  second.close();
});

test('a database of a newer release is left alone', () => {
  const path = join(temporaryFolder(), 'notes.db');
  const database = openDatabase(path);
  database.exec('PRAGMA user_version = 99');
  database.close();
  expect(() => openDatabase(path)).toThrow('the database has version 99');
});

test('a file that is no database is refused', () => {
  const path = join(temporaryFolder(), 'notes.db');
  writeFileSync(path, 'not a database'.repeat(100));
  expect(() => openDatabase(path)).toThrow('not a database');
});
