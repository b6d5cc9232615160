"""Keeps notes in the database. Every query names the owner: nobody reaches another's notes."""

import sqlite3
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from .database import Database
from .notes_models import NewNote, Note, Page

_AFTER_EVERYTHING = ("~", "~")


class InvalidCursorError(ValueError):
    """The cursor was not made by this service."""


@dataclass(frozen=True, slots=True)
class NotesStore:
    """The notes of all owners."""

    database: Database

    async def create(self, owner: str, new: NewNote) -> Note:
        """Keep a new note."""
        now = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        note = Note(id=str(uuid4()), owner=owner, title=new.title, body=new.body, created_at=now)
        values = (note.id, note.owner, note.title, note.body, note.created_at)

        def insert(connection: sqlite3.Connection) -> None:
            statement = (
                "INSERT INTO notes (id, owner, title, body, created_at) VALUES (?, ?, ?, ?, ?)"
            )
            connection.execute(statement, values)

        await self.database.run(insert)
        return note

    async def find(self, owner: str, note_id: str) -> Note | None:
        """Find one of the owner's notes."""
        query = "SELECT id, owner, title, body, created_at FROM notes WHERE id = ? AND owner = ?"
        rows = await self._select(query, note_id, owner)
        return rows[0] if rows else None

    async def list_newest_first(self, owner: str, limit: int, cursor: str | None) -> Page:
        """List the owner's notes, from where the cursor points."""
        query = (
            "SELECT id, owner, title, body, created_at FROM notes"
            " WHERE owner = ? AND (created_at, id) < (?, ?)"
            " ORDER BY created_at DESC, id DESC LIMIT ?"
        )
        position = _decode(cursor) if cursor else _AFTER_EVERYTHING
        notes = await self._select(query, owner, *position, limit + 1)
        items = notes[:limit]
        more = len(notes) > limit
        return Page(items=items, next_cursor=_encode(items[-1]) if more else None)

    async def delete(self, owner: str, note_id: str) -> bool:
        """Delete one of the owner's notes; tell whether there was one."""

        def delete(connection: sqlite3.Connection) -> int:
            query = "DELETE FROM notes WHERE id = ? AND owner = ?"
            return connection.execute(query, (note_id, owner)).rowcount

        return await self.database.run(delete) > 0

    async def _select(self, query: str, *parameters: str | int) -> list[Note]:
        def select(connection: sqlite3.Connection) -> list[tuple[str, str, str, str, str]]:
            return connection.execute(query, parameters).fetchall()

        rows = await self.database.run(select)
        return [
            Note(id=note_id, owner=owner, title=title, body=body, created_at=created_at)
            for note_id, owner, title, body, created_at in rows
        ]


def _encode(note: Note) -> str:
    """Make a cursor that stays right when notes come and go: it names a place, not a number."""
    return urlsafe_b64encode(f"{note.created_at} {note.id}".encode()).decode().rstrip("=")


def _decode(cursor: str) -> tuple[str, str]:
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        created_at, note_id = text.split(" ")
    except ValueError as error:
        raise InvalidCursorError from error
    return created_at, note_id
