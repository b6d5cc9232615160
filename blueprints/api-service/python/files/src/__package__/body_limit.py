"""What a request may carry: JSON, and not much of it.

A body that declares its length is refused here before it is read. One that does not is counted by
FastAPI while it reads (`max_body_size` in `app.py`).
"""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from .problem import problem

LARGEST_BODY = 64 * 1024
_METHODS_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


class BodyLimit:
    """Answers 413 to a body that is too large, and 415 to one that is not JSON."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Go on, or refuse."""
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            # The server has checked that the length is a number.
            if int(headers.get("content-length", "0")) > LARGEST_BODY:
                refusal = problem(413, f"The body may have {LARGEST_BODY} bytes at most.")
                await refusal(scope, receive, send)
                return
            if scope["method"] in _METHODS_WITH_BODY and not _is_plain_json(headers):
                refusal = problem(415, "The body must be sent as `Content-Type: application/json`.")
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _is_plain_json(headers: Headers) -> bool:
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    return media_type == "application/json" and "content-encoding" not in headers
