"""One log line a request, its id, and the last resort for errors that nothing else caught.

What is logged: the route's pattern, never the path or query as sent, no header and no body.
"""

import logging
import re
import time
from collections.abc import Sequence
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .problem import problem

_ACCEPTED_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_FIRST_SERVER_ERROR = 500
_CLIENT_WENT_AWAY = 499

log = logging.getLogger(__name__)


class RequestLog:
    """Gives each request an id, and logs it when it is over."""

    def __init__(self, app: ASGIApp, routes: Sequence[Route]) -> None:
        """Wrap an application; the routes tell how to name a path in the log."""
        self._app = app
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Go on, and log what came of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send, _request_id(scope))
        try:
            await self._app(scope, receive, answer.send)
        except Exception:
            log.exception("unhandled error", extra={"fields": {"requestId": answer.request_id}})
            if answer.is_half_sent:
                raise  # The server must cut the connection, or the client takes half for whole.
            if not answer.status:
                await problem(500)(scope, receive, answer.send)
        finally:
            self._log(scope, answer)

    def _log(self, scope: Scope, answer: "_Answer") -> None:
        status = answer.status or _CLIENT_WENT_AWAY
        level = logging.ERROR if status >= _FIRST_SERVER_ERROR else logging.INFO
        fields = {
            "requestId": answer.request_id,
            "method": scope["method"],
            "path": self._pattern(scope),
            "status": status,
            "durationMs": round((time.perf_counter() - answer.started) * 1000, 3),
            "caller": scope.get("state", {}).get("caller"),
        }
        log.log(level, "request", extra={"fields": fields})

    def _pattern(self, scope: Scope) -> str:
        for route in self._routes:
            if route.matches(scope)[0] is not Match.NONE:
                return route.path
        return "unmatched"


class _Answer:
    """Passes an answer on, and remembers how far it got."""

    def __init__(self, send: Send, request_id: str) -> None:
        self.request_id = request_id
        self.started = time.perf_counter()
        self.status = 0
        self.is_half_sent = False
        self._send = send

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.is_half_sent = True
            MutableHeaders(scope=message)["X-Request-Id"] = self.request_id
        await self._send(message)
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            self.is_half_sent = False


def _request_id(scope: Scope) -> str:
    given = Headers(scope=scope).get("x-request-id", "")
    return given if _ACCEPTED_ID.fullmatch(given) else uuid4().hex
