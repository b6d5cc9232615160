"""How often one caller may call: a fixed window of a minute, counted in this process."""

import time
from ipaddress import IPv4Address, ip_address, ip_network
from math import ceil

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter
from starlette.types import ASGIApp, Receive, Scope, Send

from .problem import problem


class RateLimit:
    """Answers 429 to whoever calls too often. Needs `IdentifyCaller` around it."""

    def __init__(self, app: ASGIApp, per_minute: int, exempt_paths: frozenset[str]) -> None:
        """Wrap an application; the exempt paths are for probes, which must not be starved."""
        self._app = app
        self._limit = RateLimitItemPerMinute(per_minute)
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._exempt_paths = exempt_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count the request, then go on or answer 429."""
        if scope["type"] != "http" or scope["path"] in self._exempt_paths:
            await self._app(scope, receive, send)
            return
        key = _key(scope)
        if await self._limiter.hit(self._limit, *key):
            await self._app(scope, receive, send)
            return
        window = await self._limiter.get_window_stats(self._limit, *key)
        wait = max(1, ceil(window.reset_time - time.time()))
        refusal = problem(
            429, "Too many requests. Try again later.", headers={"Retry-After": str(wait)}
        )
        await refusal(scope, receive, send)


def _key(scope: Scope) -> tuple[str, str]:
    caller: str | None = scope["state"]["caller"]
    if caller is not None:
        return "caller", caller
    host = scope["client"][0] if scope.get("client") else ""
    return "address", _network(host)


def _network(host: str) -> str:
    """Count a whole IPv6 /64 as one: whoever has one address of it has them all."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv4Address):
        return host
    return str(ip_network((address, 64), strict=False))
