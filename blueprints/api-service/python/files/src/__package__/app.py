"""Puts the application together: which routes there are, and what surrounds them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.types import ASGIApp

from . import health, notes_routes
from .auth import IdentifyCaller, RequireCaller
from .body_limit import LARGEST_BODY, BodyLimit
from .config import Settings
from .database import Database
from .health import OPEN_PATHS, Readiness
from .problem import handle_errors_as_problems
from .rate_limit import RateLimit
from .request_log import RequestLog
from .security_headers import SecurityHeaders
from .time_limit import TimeLimit

# Every route of the service. A new one goes into a router of its own, and here.
ROUTERS = (health.router, notes_routes.router)
ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]


def create_app(settings: Settings, database: Database, readiness: Readiness) -> ASGIApp:
    """Build the application. It closes the database when it is stopped."""
    app: ASGIApp = _create_api(database, readiness)
    # A request passes these from the last to the first.
    app = BodyLimit(app)
    app = RequireCaller(app, OPEN_PATHS)
    app = RateLimit(app, settings.rate_limit_per_minute, OPEN_PATHS)
    app = IdentifyCaller(app, settings.tokens)
    app = TimeLimit(app, settings.request_timeout_seconds)
    app = RequestLog(app, ROUTES)
    return SecurityHeaders(app, settings)


def _create_api(database: Database, readiness: Readiness) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_api: FastAPI) -> AsyncIterator[None]:
        yield
        database.close()

    api = FastAPI(
        lifespan=lifespan,
        max_body_size=LARGEST_BODY,
        openapi_url=None,  # Also turns the documentation pages off: nothing is public by default.
        redirect_slashes=False,
        routes=list(ROUTES),
    )
    api.state.database = database
    api.state.readiness = readiness
    handle_errors_as_problems(api)
    return api
