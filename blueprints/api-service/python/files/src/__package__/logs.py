"""Logs as JSON, one object a line on standard output.

Messages of unexpected errors are left out, since they may quote what a caller sent; where the
error happened is enough to find it. With LOG_LEVEL=debug (development only) they are logged whole.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

from .config import LogLevel

_LEVELS: dict[LogLevel, int] = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warn": logging.WARNING,
    "error": logging.ERROR,
}
_NAMES = {number: name for name, number in _LEVELS.items()} | {logging.CRITICAL: "error"}


def configure_logging(level: LogLevel) -> None:
    """Send everything that is logged, the server's messages included, to standard output."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter(with_error_messages=level == "debug"))
    logging.basicConfig(handlers=[handler], level=_LEVELS[level], force=True)
    # At lower levels they say what the request log says better, or what any stranger can provoke.
    for noisy in ("asyncio", "uvicorn"):
        logging.getLogger(noisy).setLevel(logging.ERROR)


class JsonFormatter(logging.Formatter):
    """Writes a record as one JSON object; `extra={"fields": {...}}` adds to it."""

    def __init__(self, *, with_error_messages: bool) -> None:
        """Choose whether errors are logged with their messages."""
        super().__init__()
        self._with_error_messages = with_error_messages

    def format(self, record: logging.LogRecord) -> str:
        """Write one line."""
        entry: dict[str, Any] = {
            "time": _rfc3339(record.created),
            "level": _NAMES.get(record.levelno, "info"),
            "msg": record.getMessage(),
        }
        entry |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[1]:
            entry |= self._describe(record.exc_info[1])
        return json.dumps(entry)

    def _describe(self, error: BaseException) -> dict[str, Any]:
        described: dict[str, Any] = {
            "error": f"{type(error).__module__}.{type(error).__qualname__}",
            "stack": [
                f"{frame.filename}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(error.__traceback__)
            ],
        }
        if self._with_error_messages:
            described["errorMessage"] = str(error)
        return described


def _rfc3339(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return moment.replace("+00:00", "Z")
