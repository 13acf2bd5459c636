"""How refusals and failures read over HTTP: always `{"detail": "<sentence>", "code": "<word>"}`."""

import json
import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, cast

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from taskchat.db.engine import is_outage
from taskchat.domain.errors import (
    Conflict,
    DailyLimit,
    DomainError,
    Forbidden,
    Invalid,
    NotFound,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unreadable,
)

logger = logging.getLogger(__name__)

STATUS: Mapping[type[DomainError], int] = {
    NotFound: 404,
    Invalid: 422,
    Conflict: 409,
    Forbidden: 403,
    Unauthenticated: 401,
    TooMany: 429,
    TooLarge: 413,
    Unreadable: 400,
    DomainError: 400,
}

RETRY_SECONDS = "1"
CALENDARS = "/calendar/"
DATA_EXCEPTION = "22"  # SQLSTATE class

UNAVAILABLE = (
    "The database cannot be reached right now. Try again in a moment.",
    "unavailable",
)
SERVER_ERROR = ("Something went wrong on the server.", "server_error")
INVALID_JSON = ("The request body is not valid JSON.", "invalid_json")
HTTP_ERRORS: Mapping[int, tuple[str, str]] = {
    400: INVALID_JSON,  # FastAPI's word for a body that it cannot parse
    404: ("There is nothing at this address.", "not_found"),
    405: ("This address does not take requests of that method.", "method_not_allowed"),
}

RULES: Mapping[str, str] = {
    "missing": "{field} is required.",
    "extra_forbidden": "The request has a field that is not known here.",
    "string_type": "{field} must be text.",
    "string_unicode": "{field} must be valid Unicode text.",
    "string_too_short": "{field} is too short; the least is {min_length}.",
    "string_too_long": "{field} is too long; the most is {max_length} characters.",
    "int_type": "{field} must be a whole number.",
    "int_parsing": "{field} must be a whole number.",
    "int_from_float": "{field} must be a whole number.",
    "bool_type": "{field} must be true or false.",
    "bool_parsing": "{field} must be true or false.",
    "greater_than": "{field} must be more than {gt}.",
    "greater_than_equal": "{field} must be at least {ge}.",
    "less_than": "{field} must be less than {lt}.",
    "less_than_equal": "{field} must be at most {le}.",
    "literal_error": "{field} must be {expected}.",
    "enum": "{field} must be {expected}.",
    "list_type": "{field} must be a list.",
    "too_short": "{field} has too few entries; the least is {min_length}.",
    "too_long": "{field} has too many entries; the most is {max_length}.",
    "dict_type": "{field} must be an object.",
    "model_type": "{field} must be an object.",
    "model_attributes_type": "{field} must be an object.",
}
"""What each kind of broken rule says. Only what the schema says is filled in, never what the request held."""


class Candidate(BaseModel):
    number: int
    title: str


class Problem(BaseModel):
    """`candidates` are the tasks that an unclear reference might have meant."""

    detail: str
    code: str
    candidates: list[Candidate] | None = None


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For a route's `responses`."""
    return {status: {"model": Problem} for status in statuses}


def refusal(
    status: int,
    detail: str,
    code: str,
    *,
    more: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    # ASCII, because a sentence may quote text that UTF-8 cannot hold.
    body = json.dumps({"detail": detail, "code": code, **(more or {})})
    return Response(body, status, headers, media_type="application/json")


def add_error_handlers(app: FastAPI) -> None:
    """Before `taskchat.api.protection.protect`, which then covers these answers too."""
    app.add_exception_handler(DomainError, _refuse)
    app.add_exception_handler(RequestValidationError, _explain_request)
    app.add_exception_handler(ValidationError, _explain)
    app.add_exception_handler(HTTPException, _say)
    for unstorable in (DBAPIError, OverflowError, UnicodeEncodeError):
        app.add_exception_handler(unstorable, _refuse_unstorable)
    for away in (OSError, PoolTimeout):
        app.add_exception_handler(away, _come_back_later)
    app.add_middleware(UnexpectedErrors)


class UnexpectedErrors:
    """The last resort: the log gets the traceback, the answer gets a sentence."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception:
            # Too late for an answer: the server has to break the connection.
            if scope["type"] != "http" or started:
                raise
            logger.exception("%s %r failed", scope["method"], _without_secret(scope["path"]))
            answer = refusal(500, *SERVER_ERROR)
            await answer(scope, receive, send)


async def _refuse(_request: Request, error: Exception) -> Response:
    refused = cast("DomainError", error)
    headers = {"Retry-After": str(refused.seconds)} if isinstance(refused, DailyLimit) else None
    return refusal(
        _status(refused), str(refused), refused.code, more=refused.details, headers=headers
    )


def _without_secret(path: str) -> str:
    """The address of a calendar feed is all that it takes to read it."""
    return f"{CALENDARS}…" if path.startswith(CALENDARS) else path


def _status(error: DomainError) -> int:
    if error.code == "ambiguous_task":
        return 409
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


async def _explain_request(_request: Request, error: Exception) -> Response:
    first = cast("Sequence[ErrorDetails]", cast("RequestValidationError", error).errors())[0]
    source, *place = first["loc"]
    return _explanation(
        first, place, whole="The request body" if source == "body" else "The request"
    )


async def _explain(_request: Request, error: Exception) -> Response:
    first = cast("ValidationError", error).errors(include_url=False, include_input=False)[0]
    return _explanation(first, first["loc"], whole="The request body")


def _explanation(error: ErrorDetails, place: Sequence[int | str], *, whole: str) -> Response:
    if error["type"] == "json_invalid":
        return refusal(400, *INVALID_JSON)
    rule = RULES.get(error["type"], "{field} is not valid.")
    detail = rule.format_map({**error.get("ctx", {}), "field": _field(place) or whole})
    return refusal(422, detail, "invalid_request")


def _field(place: Sequence[int | str]) -> str:
    """`("tags", 3)` is `Tags (entry 4)`. Deeper parts may be the request's own words, which are not repeated."""
    match place:
        case [str(name), int(index), *_]:
            return f"{name.replace('_', ' ').capitalize()} (entry {index + 1})"
        case [str(name), *_]:
            return name.replace("_", " ").capitalize()
        case _:
            return ""


async def _say(_request: Request, error: Exception) -> Response:
    raised = cast("HTTPException", error)
    phrase = HTTPStatus(raised.status_code).phrase
    default = (f"{phrase}.", phrase.lower().replace(" ", "_"))
    detail, code = HTTP_ERRORS.get(raised.status_code, default)
    return refusal(raised.status_code, detail, code, headers=raised.headers)


async def _come_back_later(_request: Request, error: Exception) -> Response:
    """A client that would give up after a 500 knows that this one passes."""
    logger.warning("The database cannot be reached: %s", type(error).__name__)
    return refusal(503, *UNAVAILABLE, headers={"Retry-After": RETRY_SECONDS})


async def _refuse_unstorable(request: Request, error: Exception) -> Response:
    if is_outage(error):
        return await _come_back_later(request, error)
    if isinstance(error, DBAPIError) and not _is_about_a_value(error):
        raise error
    logger.warning("Refused a value that cannot be stored: %s", type(error).__name__)
    return refusal(422, "The request has a value that cannot be stored.", "invalid")


def _is_about_a_value(error: DBAPIError) -> bool:
    """PostgreSQL says so by its class of error codes; SQLite's driver raises Python's own errors."""
    state: object = getattr(error.orig, "sqlstate", None)
    return isinstance(state, str) and state.startswith(DATA_EXCEPTION)
