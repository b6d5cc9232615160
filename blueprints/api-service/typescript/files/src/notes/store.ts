// The notes in the database. Every method takes the owner and looks only at what is theirs: one caller's notes do not
// exist for another.
import { randomUUID } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { z } from 'zod';

export interface Note {
  readonly id: string;
  readonly owner: string;
  readonly title: string;
  readonly body: string;
  readonly createdAt: string;
}

export interface NewNote {
  readonly title: string;
  readonly body: string;
}

export interface Page {
  readonly items: readonly Note[];
  /** Where the next page begins: give it back as `before`. Null at the end of the list. */
  readonly next: number | null;
}

const columns = 'id, owner, title, body, created_at AS createdAt, position';
const row = z.object({
  id: z.string(),
  owner: z.string(),
  title: z.string(),
  body: z.string(),
  createdAt: z.string(),
  position: z.int(),
});

function toNote({ id, owner, title, body, createdAt }: z.infer<typeof row>): Note {
  return { id, owner, title, body, createdAt };
}

export class NoteStore {
  private readonly insert: StatementSync;
  private readonly selectOne: StatementSync;
  private readonly selectPage: StatementSync;
  private readonly deleteOne: StatementSync;
  private readonly probe: StatementSync;

  constructor(database: DatabaseSync) {
    this.insert = database.prepare(
      `INSERT INTO notes (id, owner, title, body, created_at, position)
       SELECT :id, :owner, :title, :body, :createdAt, coalesce(max(position), 0) + 1 FROM notes WHERE owner = :owner`,
    );
    this.selectOne = database.prepare(`SELECT ${columns} FROM notes WHERE owner = ? AND id = ?`);
    this.selectPage = database.prepare(
      `SELECT ${columns} FROM notes WHERE owner = ? AND position < ? ORDER BY position DESC LIMIT ?`,
    );
    this.deleteOne = database.prepare('DELETE FROM notes WHERE owner = ? AND id = ?');
    this.probe = database.prepare('SELECT 1 FROM notes LIMIT 1');
  }

  create(owner: string, { title, body }: NewNote): Note {
    const note: Note = { id: randomUUID(), owner, title, body, createdAt: new Date().toISOString() };
    this.insert.run({ ...note });
    return note;
  }

  find(owner: string, id: string): Note | undefined {
    const found = this.selectOne.get(owner, id);
    return found === undefined ? undefined : toNote(row.parse(found));
  }

  /** Newest first. */
  list(owner: string, limit: number, before: number = Number.MAX_SAFE_INTEGER): Page {
    // One more than asked for, to know whether there is a next page.
    const found = z.array(row).parse(this.selectPage.all(owner, before, limit + 1));
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return { items: page.map(toNote), next: found.length > limit && last !== undefined ? last.position : null };
  }

  /** False where there was nothing to delete. */
  delete(owner: string, id: string): boolean {
    return this.deleteOne.run(owner, id).changes === 1;
  }

  ping(): void {
    this.probe.get();
  }
}
