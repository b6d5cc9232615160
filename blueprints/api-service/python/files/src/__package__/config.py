"""The configuration: read from the environment only, checked before anything starts.

All faults are reported at once, each naming its variable and how to set it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeVar

from .auth import TokenTable

Environment = Literal["development", "staging", "production"]
LogLevel = Literal["debug", "info", "warn", "error"]

ENVIRONMENTS: tuple[Environment, ...] = ("development", "staging", "production")
LOG_LEVELS: tuple[LogLevel, ...] = ("debug", "info", "warn", "error")
HOW_TO_SET_TOKENS = (
    "Run `make token SUBJECT=alice` and put the line it prints into API_TOKENS "
    "(several: separated by commas) or into the file that API_TOKENS_FILE names (one a line)."
)

T = TypeVar("T", bound=str)


class ConfigurationError(Exception):
    """The configuration cannot be used; says everything that is wrong with it."""

    def __init__(self, faults: list[str]) -> None:
        """Keep the faults and say them all in the message."""
        self.faults = faults
        lines = [f"  - {fault}" for fault in faults]
        super().__init__("\n".join(["The service cannot start with this configuration:", *lines]))


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between environments."""

    environment: Environment = "development"
    host: str = "127.0.0.1"
    port: int = 8080
    database_path: str = "data/notes.db"
    log_level: LogLevel = "info"
    tokens: TokenTable = field(default_factory=TokenTable, repr=False)
    request_timeout_seconds: float = 10
    rate_limit_per_minute: int = 300
    shutdown_timeout_seconds: int = 10

    @property
    def is_behind_tls(self) -> bool:
        """Outside development a proxy in front of the service speaks HTTPS."""
        return self.environment != "development"


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read the settings, or raise one ConfigurationError that names every fault."""
    read = _Reader(environ)
    settings = Settings(
        environment=read.choice("ENVIRONMENT", ENVIRONMENTS, "development"),
        host=read.text("HOST", "127.0.0.1"),
        port=read.whole_number("PORT", 8080, lowest=0, highest=65_535),
        database_path=read.text("DATABASE_PATH", "data/notes.db"),
        log_level=read.choice("LOG_LEVEL", LOG_LEVELS, "info"),
        tokens=read.tokens(),
        request_timeout_seconds=read.whole_number("REQUEST_TIMEOUT_SECONDS", 10, highest=300),
        rate_limit_per_minute=read.whole_number("RATE_LIMIT_PER_MINUTE", 300, highest=1_000_000),
        shutdown_timeout_seconds=read.whole_number("SHUTDOWN_TIMEOUT_SECONDS", 10, highest=300),
    )
    faults = read.faults + _unsafe_settings(settings, tokens_were_read=not read.token_faults)
    if faults:
        raise ConfigurationError(faults)
    return settings


def _unsafe_settings(settings: Settings, *, tokens_were_read: bool) -> list[str]:
    """Say what is fine in development and dangerous anywhere else."""
    faults: list[str] = []
    if settings.environment == "development":
        return faults
    if not settings.tokens and tokens_were_read:
        faults.append(f"API_TOKENS: {settings.environment} needs at least one. {HOW_TO_SET_TOKENS}")
    if settings.log_level == "debug":
        faults.append(
            f"LOG_LEVEL: debug is not allowed in {settings.environment}, because error messages "
            "would then be logged whole. Set it to info, warn or error."
        )
    return faults


class _Reader:
    """Reads one variable at a time and collects what is wrong. Empty counts as not set."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.faults: list[str] = []
        self.token_faults = False

    def text(self, name: str, default: str) -> str:
        return self._environ.get(name, "").strip() or default

    def choice(self, name: str, allowed: tuple[T, ...], default: T) -> T:
        value = self.text(name, default)
        for choice in allowed:
            if value == choice:
                return choice
        self.faults.append(f"{name}: {value!r} is not known. Set it to {_or(allowed)}.")
        return default

    def whole_number(self, name: str, default: int, *, lowest: int = 1, highest: int) -> int:
        value = self.text(name, str(default))
        if value.isascii() and value.isdigit() and lowest <= int(value[:10]) <= highest:
            return int(value)
        self.faults.append(
            f"{name}: {value!r} is not a whole number from {lowest} to {highest}. "
            f"Example: {name}={default}"
        )
        return default

    def tokens(self) -> TokenTable:
        """Read both sources. A value is never repeated in a fault: it may be a real token."""
        entries = self._entries("API_TOKENS", lambda: self.text("API_TOKENS", "").split(","))
        if path := self.text("API_TOKENS_FILE", ""):
            lines = self._entries("API_TOKENS_FILE", lambda: _lines(path))
            entries += [line for line in lines if not line[1].startswith("#")]
        table, refused = TokenTable.parse(entries)
        for place, reason in refused:
            self._refuse_token(f"{place} {reason}")
        return table

    def _entries(self, name: str, read: Callable[[], list[str]]) -> list[tuple[str, str]]:
        try:
            values = read()
        except (OSError, UnicodeDecodeError) as error:
            self._refuse_token(f"{name}: the file cannot be read ({type(error).__name__}).")
            return []
        return [
            (f"{name}: entry {number}", value.strip())
            for number, value in enumerate(values, start=1)
            if value.strip()
        ]

    def _refuse_token(self, fault: str) -> None:
        self.token_faults = True
        self.faults.append(f"{fault} {HOW_TO_SET_TOKENS}")


def _lines(path: str) -> list[str]:
    return Path(path).read_text("utf-8").splitlines()


def _or(choices: tuple[str, ...]) -> str:
    return f"{', '.join(choices[:-1])} or {choices[-1]}"
