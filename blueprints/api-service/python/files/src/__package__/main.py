"""Starts the service: read the configuration, open the database, serve until told to stop."""

import logging
import os
import sqlite3
import sys

from .app import create_app
from .config import ConfigurationError, Settings, load_settings
from .database import Database
from .health import Readiness
from .logs import configure_logging
from .server import build_server

EXIT_STOPPED = 0
EXIT_BAD_CONFIGURATION = 2

log = logging.getLogger(__name__)


def main() -> int:
    """Run the service and return the exit code of the process."""
    try:
        settings = load_settings(os.environ)
        database = _open_database(settings)
    except ConfigurationError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_BAD_CONFIGURATION
    configure_logging(settings.log_level)
    _warn_if_nobody_can_call(settings)
    readiness = Readiness()
    app = create_app(settings, database, readiness)
    build_server(app, settings, readiness).run()
    return EXIT_STOPPED


def _open_database(settings: Settings) -> Database:
    try:
        return Database.open(settings.database_path)
    except (OSError, sqlite3.Error) as error:
        fault = (
            f"DATABASE_PATH: {settings.database_path!r} cannot be opened ({error}). "
            "Set it to a file in a folder that the service may write to, such as data/notes.db."
        )
        raise ConfigurationError([fault]) from error


def _warn_if_nobody_can_call(settings: Settings) -> None:
    if not settings.tokens:
        log.warning(
            "no API tokens are configured, so every call will be refused: "
            "make one with `make token SUBJECT=alice` and put its line into API_TOKENS"
        )
