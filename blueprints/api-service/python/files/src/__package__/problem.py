"""Errors as clients see them: RFC 9457 problem details, never a cause or a stack trace."""

from collections.abc import Mapping
from typing import Any, TypedDict

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

_TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
_DETAILS = {
    400: "The request cannot be understood.",
    404: "There is nothing here.",
    405: "This method is not allowed here.",
    413: "The body is too large.",
    500: "Something went wrong on our side.",
}
_MOST_ERRORS = 20
_LONGEST_FIELD = 100


class FieldError(TypedDict):
    """What is wrong with one field."""

    field: str
    message: str


class InvalidRequestError(Exception):
    """The request is well-formed, but a field of it cannot be accepted."""

    def __init__(self, *, field: str, message: str) -> None:
        """Say which field, and what is wrong with it."""
        super().__init__(message)
        self.errors: list[FieldError] = [{"field": field, "message": message}]


def problem(
    status: int,
    detail: str | None = None,
    *,
    errors: list[FieldError] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Build the answer for an error. Nothing of the request may go into `detail`."""
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": _TITLES.get(status, "Error"),
        "status": status,
        "detail": detail or _DETAILS.get(status, "The request was refused."),
    }
    if errors is not None:
        content["errors"] = errors
    return JSONResponse(content, status, headers=headers, media_type="application/problem+json")


def handle_errors_as_problems(api: FastAPI) -> None:
    """Make every error that a route or the framework raises a problem."""
    api.add_exception_handler(HTTPException, _refused)
    api.add_exception_handler(RequestValidationError, _invalid)
    api.add_exception_handler(InvalidRequestError, _invalid)
    api.add_exception_handler(Exception, _failed)


async def _refused(_request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    ours = error.detail if error.detail != _TITLES.get(error.status_code) else None
    return problem(error.status_code, ours, headers=error.headers)


async def _invalid(_request: Request, error: Exception) -> Response:
    if isinstance(error, InvalidRequestError):
        return _invalid_fields(error.errors)
    if not isinstance(error, RequestValidationError):
        raise error
    faults = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return problem(400, "The body is not valid JSON.")
    return _invalid_fields(
        [
            {"field": _field_name(fault["loc"]), "message": fault["msg"]}
            for fault in faults[:_MOST_ERRORS]
        ]
    )


async def _failed(_request: Request, _error: Exception) -> Response:
    return problem(500)


def _invalid_fields(errors: list[FieldError]) -> Response:
    return problem(400, "The request is not valid.", errors=errors)


def _field_name(location: tuple[str | int, ...]) -> str:
    """Leave out the `body` or `query` in front. Cut short what a client may have made up."""
    parts = location[1:] or location
    return ".".join(str(part) for part in parts)[:_LONGEST_FIELD]
