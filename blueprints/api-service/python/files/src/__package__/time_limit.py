"""No request may take longer than the time limit, whether the client or the service is slow."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .problem import problem


class TimeLimit:
    """Stops a request that takes too long and says so, if nothing was answered yet."""

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        """Wrap an application."""
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Go on, or answer 503."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answered = False

        async def watched_send(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            async with asyncio.timeout(self._seconds) as limit:
                await self._app(scope, receive, watched_send)
        except TimeoutError:
            if answered or not limit.expired():
                raise
            # The rest of the body may still be on its way; nobody reads it any more.
            close = {"Connection": "close"}
            refusal = problem(503, "The request took too long.", headers=close)
            await refusal(scope, receive, send)
