"""Uvicorn, with what it lacks: a time limit on headers, an orderly stop, and safe error answers."""

import asyncio
import json
import logging
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import ClassVar

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from .config import Settings
from .health import Readiness
from .security_headers import security_headers

LARGEST_HEADERS = 16 * 1024
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
# Between the stop signal and the closed door: long enough that a probe sees `/readyz` say 503.
_NOTICE_SECONDS = 0.5

log = logging.getLogger(__name__)


def build_server(app: ASGIApp, settings: Settings, readiness: Readiness) -> "Server":
    """Build the server; `run()` serves until SIGTERM or SIGINT."""

    class Protocol(GuardedProtocol):
        header_seconds = settings.request_timeout_seconds
        headers_on_errors = security_headers(settings)

    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="asyncio",
        http=Protocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        # An address that the client can choose must not decide whose rate limit counts.
        proxy_headers=False,
        h11_max_incomplete_event_size=LARGEST_HEADERS,
        timeout_graceful_shutdown=settings.shutdown_timeout_seconds,
    )
    return Server(config, readiness)


class Server(uvicorn.Server):
    """Stops in order: not ready, no new connections, finish what is in flight, exit code 0."""

    def __init__(self, config: uvicorn.Config, readiness: Readiness) -> None:
        """Take the readiness that `/readyz` shows."""
        super().__init__(config)
        self._readiness = readiness

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening, and say where."""
        await super().startup(sockets)
        for server in self.servers:
            for listener in server.sockets:
                host, port = listener.getsockname()[:2]
                log.info("listening", extra={"fields": {"host": host, "port": port}})

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Leave a moment for probes to see that the service is not ready, then stop."""
        log.info("stopping")
        await asyncio.sleep(_NOTICE_SECONDS)
        await super().shutdown(sockets)
        log.info("stopped")

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Be not ready from the very signal on."""
        self._readiness.is_draining = True
        super().handle_exit(sig, frame)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle the stop signals. Unlike uvicorn's, does not die of them again at the end."""
        before = {number: signal.signal(number, self.handle_exit) for number in _STOP_SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


class GuardedProtocol(H11Protocol):
    """One connection: cuts it when headers come too slowly, and keeps even its errors safe."""

    header_seconds: ClassVar[float]
    headers_on_errors: ClassVar[dict[str, str]]
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clock for the first request."""
        super().connection_made(transport)
        self._watch_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self._stop_watching()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take data in, then see whether a whole request head has come."""
        super().data_received(data)
        self._watch_headers()

    def send_400_response(self, msg: str) -> None:
        """Answer what is not HTTP, or too large to be accepted, like any other error."""
        if self.conn.our_state not in {h11.IDLE, h11.SEND_RESPONSE}:
            self.transport.close()
            return
        content = {"type": "about:blank", "title": "Bad Request", "status": 400, "detail": msg}
        body = json.dumps(content).encode()
        headers = {
            "Content-Type": "application/problem+json",
            "Content-Length": str(len(body)),
            "Connection": "close",
            **self.headers_on_errors,
        }
        head = h11.Response(status_code=400, headers=list(headers.items()), reason=b"Bad Request")
        for event in (head, h11.Data(data=body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _watch_headers(self) -> None:
        # There is no cycle before the first request, whatever its type says.
        is_answering = not getattr(self.cycle, "response_complete", True)
        if is_answering:
            self._stop_watching()
        elif self._deadline is None and self.timeout_keep_alive_task is None:
            self._deadline = self.loop.call_later(self.header_seconds, self.transport.abort)

    def _stop_watching(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
