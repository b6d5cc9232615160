"""Who is calling: bearer tokens, known to the service by their SHA-256 only.

Deny by default: `RequireCaller` refuses every request that no token vouches for, whatever its
path, unless the path is named as open. A new route is therefore closed until someone opens it.
"""

import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from .problem import problem

_SUBJECT = re.compile(r"[A-Za-z0-9._@-]{1,64}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_BEARER = re.compile(rb"bearer ([A-Za-z0-9._~+/=-]{1,512})", re.IGNORECASE)
_CHALLENGE = {"WWW-Authenticate": "Bearer"}
_WHAT_IS_NEEDED = "This needs a valid token in the header `Authorization: Bearer TOKEN`."


@dataclass(frozen=True, slots=True)
class TokenTable:
    """Which token belongs to whom. A caller may have several, so that they can be rotated."""

    subject_of: tuple[tuple[bytes, str], ...] = ()

    @classmethod
    def parse(
        cls, entries: Iterable[tuple[str, str]]
    ) -> tuple["TokenTable", list[tuple[str, str]]]:
        """Read `subject:hash` entries, each with its place; return also what is refused and why."""
        subjects: dict[bytes, str] = {}
        refused: list[tuple[str, str]] = []
        for place, entry in entries:
            subject, _, digest = entry.rpartition(":")
            digest = digest.lower()
            if not _SUBJECT.fullmatch(subject) or not _DIGEST.fullmatch(digest):
                refused.append((place, "is not of the form subject:sha256-hex-of-token."))
            elif subjects.setdefault(bytes.fromhex(digest), subject) != subject:
                refused.append((place, "gives a token to a second subject."))
        return cls(tuple(subjects.items())), refused

    def __bool__(self) -> bool:
        """Tell whether anyone can call at all."""
        return bool(self.subject_of)

    def find(self, token: bytes) -> str | None:
        """Find the token's subject. Takes equally long wherever in the table it stands."""
        presented = sha256(token).digest()
        found = None
        for digest, subject in self.subject_of:
            if hmac.compare_digest(digest, presented):
                found = subject
        return found


class IdentifyCaller:
    """Notes in the request's state who calls: a subject, or None."""

    def __init__(self, app: ASGIApp, tokens: TokenTable) -> None:
        """Wrap an application."""
        self._app = app
        self._tokens = tokens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Identify the caller, then go on."""
        if scope["type"] != "lifespan":
            scope.setdefault("state", {})["caller"] = self._identify(scope)
        await self._app(scope, receive, send)

    def _identify(self, scope: Scope) -> str | None:
        given = [value for name, value in scope["headers"] if name == b"authorization"]
        bearer = _BEARER.fullmatch(given[0]) if len(given) == 1 else None
        return self._tokens.find(bearer.group(1)) if bearer else None


class RequireCaller:
    """Refuses whoever was not identified, except on the open paths."""

    def __init__(self, app: ASGIApp, open_paths: frozenset[str]) -> None:
        """Wrap an application."""
        self._app = app
        self._open_paths = open_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Go on, or answer 401."""
        if (
            scope["type"] == "lifespan"
            or scope["path"] in self._open_paths
            or scope["state"]["caller"] is not None
        ):
            await self._app(scope, receive, send)
            return
        refusal = problem(401, _WHAT_IS_NEEDED, headers=_CHALLENGE)
        await refusal(scope, receive, send)


def _current_caller(request: Request) -> str:
    caller: str | None = getattr(request.state, "caller", None)
    if caller is None:
        raise HTTPException(401, _WHAT_IS_NEEDED, headers=_CHALLENGE)
    return caller


Caller = Annotated[str, Depends(_current_caller)]
"""A route parameter of this type is the subject of the caller; without one the route refuses."""
