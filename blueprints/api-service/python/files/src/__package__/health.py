"""Is the service alive, and may it be sent requests? The only routes that need no token."""

import asyncio
import sqlite3

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from .database import Database

OPEN_PATHS = frozenset({"/healthz", "/readyz"})
_DATABASE_MUST_ANSWER_WITHIN_SECONDS = 2

router = APIRouter()


class Readiness:
    """Whether the service is being stopped; whoever balances load looks at `/readyz`."""

    def __init__(self) -> None:
        """Begin as not draining."""
        self.is_draining = False


@router.api_route("/healthz", methods=["GET", "HEAD"])
async def healthz() -> Response:
    """Say that the process runs. Never touches the database, so that no restart is in vain."""
    return JSONResponse({"status": "ok"})


@router.api_route("/readyz", methods=["GET", "HEAD"])
async def readyz(request: Request) -> Response:
    """Say whether requests can be served now."""
    readiness: Readiness = request.app.state.readiness
    if readiness.is_draining:
        return _not_ready("the service is stopping")
    if not await _answers(request.app.state.database):
        return _not_ready("the database cannot be reached")
    return JSONResponse({"status": "ready"})


def _not_ready(reason: str) -> Response:
    return JSONResponse({"status": "not ready", "reason": reason}, 503)


async def _answers(database: Database) -> bool:
    try:
        async with asyncio.timeout(_DATABASE_MUST_ANSWER_WITHIN_SECONDS):
            await database.run(lambda connection: connection.execute("SELECT 1 FROM notes LIMIT 1"))
    except (TimeoutError, RuntimeError, sqlite3.Error):
        return False
    return True
