"""The SQLite database. All its work is done in one thread of its own, off the event loop.

One connection in one thread needs no locks, and makes `:memory:` behave like a file in tests.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

_WAIT_FOR_OTHER_PROCESSES_SECONDS = 5

# Each entry takes the database one version further. Add new ones at the end, never change one.
# A semicolon ends a statement, so that there can be none inside of one.
_MIGRATIONS = (
    """
    CREATE TABLE notes (
        id TEXT NOT NULL PRIMARY KEY,
        owner TEXT NOT NULL,
        title TEXT NOT NULL,
        body TEXT NOT NULL,
        created_at TEXT NOT NULL
    );
    CREATE INDEX notes_newest_first ON notes (owner, created_at DESC, id DESC);
    """,
)

T = TypeVar("T")


class Database:
    """An open database. A unit of work is one function; a single statement is a transaction."""

    def __init__(self, connection: sqlite3.Connection, thread: ThreadPoolExecutor) -> None:
        """Take over a connection and the only thread that may use it."""
        self._connection = connection
        self._thread = thread

    @classmethod
    def open(cls, path: str) -> "Database":
        """Open the file, make it if it is not there, and bring its tables up to date."""
        if path != ":memory:":
            Path(path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")
        try:
            return cls(thread.submit(_connect, path).result(), thread)
        except BaseException:
            thread.shutdown()
            raise

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do a unit of work. What has begun is finished, even if nobody waits for it any more."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, work, self._connection)

    def close(self) -> None:
        """Finish what was begun and close the file."""
        self._thread.submit(self._connection.close).result()
        self._thread.shutdown()


def _connect(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=_WAIT_FOR_OTHER_PROCESSES_SECONDS, isolation_level=None
    )
    try:
        _migrate(connection)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
    except BaseException:
        connection.close()
        raise
    return connection


def _migrate(connection: sqlite3.Connection) -> None:
    """Apply what is missing, in one transaction: another process may start at the same time."""
    connection.execute("BEGIN IMMEDIATE")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(_MIGRATIONS):
        connection.execute("ROLLBACK")
        message = "it was written by a newer version of this service"
        raise sqlite3.DatabaseError(message)
    for migration in _MIGRATIONS[version:]:
        for statement in migration.split(";"):
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {len(_MIGRATIONS)}")
    connection.execute("COMMIT")
