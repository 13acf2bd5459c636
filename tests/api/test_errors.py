import logging
from collections.abc import AsyncGenerator
from http import HTTPStatus

import httpx2
import pytest
from dirty_equals import IsPartialDict, IsStr
from fastapi import APIRouter, FastAPI
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, TypeAdapter
from sqlalchemy import BigInteger, bindparam, select

from taskchat.api.errors import add_error_handlers
from taskchat.db.engine import Database
from taskchat.db.tables import AccountRow
from taskchat.domain.errors import (
    Candidate,
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    NotFound,
    TooLarge,
    TooMany,
    Unauthenticated,
    UnclearReference,
)
from tests.api.serving import Serve, StartServer

pytestmark = pytest.mark.anyio

JSON = {"content-type": "application/json"}
TWO = (Candidate(3, "Call Bob"), Candidate(7, "Call Bob\ud800"))
REFUSALS: dict[str, tuple[DomainError, int]] = {
    "base": (DomainError("No."), 400),
    "unauthenticated": (Unauthenticated("No."), 401),
    "forbidden": (Forbidden("No."), 403),
    "not_found": (NotFound("No."), 404),
    "conflict": (Conflict("No."), 409),
    "invalid": (Invalid("No."), 422),
    "too_many": (TooMany("No."), 429),
    "too_large": (TooLarge("No."), 413),
    "missing": (UnclearReference("No.", code="task_not_found", candidates=()), 404),
    "ambiguous": (UnclearReference("No.", code="ambiguous_task", candidates=TWO), 409),
}


class Entry(BaseModel):
    number: int
    tags: list[str] = []


router = APIRouter()


@router.get("/refusals/{name}")
async def refuse(name: str) -> None:
    raise REFUSALS[name][0]


@router.get("/failures/{secret}")
async def fail(secret: str) -> None:
    raise RuntimeError(f"the database said {secret}")


@router.get("/failures-halfway")
async def fail_halfway() -> StreamingResponse:
    async def parts() -> AsyncGenerator[str]:
        yield "half"
        raise RuntimeError

    return StreamingResponse(parts(), media_type="text/plain")


@router.post("/api/entries")
async def add_entry(entry: Entry) -> int:
    return entry.number


@router.post("/api/raw")
async def parse_without_fastapi(entry: dict[str, object]) -> int:
    return TypeAdapter(Entry).validate_python(entry).number


@router.get("/api/count")
async def count(limit: int = 1) -> int:
    return limit


def make_app() -> FastAPI:
    app = FastAPI()
    app.include_router(router)
    add_error_handlers(app)
    return app


@pytest.fixture
async def client(serve: Serve) -> AsyncGenerator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=await serve(make_app())) as client:
        yield client


@pytest.mark.parametrize("name", REFUSALS)
async def test_a_refusal_by_the_rules_has_its_status(client: httpx2.AsyncClient, name: str) -> None:
    error, status = REFUSALS[name]
    answer = await client.get(f"/refusals/{name}")
    assert answer.status_code == status
    assert answer.json() == IsPartialDict(detail="No.", code=error.code)


async def test_an_unclear_reference_comes_with_its_candidates(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/refusals/missing")).json()["candidates"] == []
    assert (await client.get("/refusals/ambiguous")).json()["candidates"] == [
        {"number": 3, "title": "Call Bob"},
        {"number": 7, "title": "Call Bob\ud800"},
    ]


async def test_an_unexpected_error_is_logged_and_not_shown(
    client: httpx2.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await client.get("/failures/canary%0Aforged")
    assert answer.status_code == 500
    assert answer.json() == {
        "detail": "Something went wrong on the server.",
        "code": "server_error",
    }
    failures = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert [record.getMessage() for record in failures] == [
        r"GET '/failures/canary\nforged' failed"
    ]
    assert failures[0].exc_info


async def test_an_error_in_the_middle_of_an_answer_breaks_the_connection(
    client: httpx2.AsyncClient,
) -> None:
    with pytest.raises(httpx2.TransportError):
        await client.get("/failures-halfway")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/nowhere", 404, "not_found"),
        ("GET", "/api/%ED%A0%80/%00", 404, "not_found"),
        ("DELETE", "/api/count", 405, "method_not_allowed"),
        ("GET", "/api/count?limit=many", 422, "invalid_request"),
        ("GET", "/api/count?limit=1.5", 422, "invalid_request"),
        ("GET", f"/api/count?limit={'9' * 5000}", 422, "invalid_request"),
    ],
)
async def test_errors_of_the_framework_have_the_same_shape(
    client: httpx2.AsyncClient, method: str, path: str, status: int, code: str
) -> None:
    answer = await client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert {*answer.json()} == {"detail", "code"}
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        assert answer.headers["allow"] == "GET"


@pytest.mark.parametrize("path", ["/api/entries", "/api/raw"])
@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b'{"number": "canary"}', "Number must be a whole number."),
        (b'{"number": NaN}', "Number is not valid."),
        (b'{"number": 1.5}', "Number must be a whole number."),
        (b'{"number": 1, "tags": "canary"}', "Tags must be a list."),
        (b'{"number": 1, "tags": ["a", 2]}', "Tags (entry 2) must be text."),
        (b'{"number": 1, "tags": [["canary"]]}', "Tags (entry 1) must be text."),
        (b'{"canary": 1}', "Number is required."),
    ],
)
async def test_a_broken_rule_is_told_the_same_wherever_it_is_noticed(
    client: httpx2.AsyncClient, path: str, body: bytes, detail: str
) -> None:
    answer = await client.post(path, content=body, headers=JSON)
    assert answer.status_code == 422
    assert answer.json() == {"detail": detail, "code": "invalid_request"}


@pytest.mark.parametrize("value", [2**63, -(2**200), "a\ud800"])
async def test_a_value_that_the_database_cannot_hold_is_no_failure_of_the_server(
    database: Database, serve: Serve, caplog: pytest.LogCaptureFixture, value: int | str
) -> None:
    app = make_app()

    @app.get("/rows")
    async def rows() -> int:
        column = AccountRow.email if isinstance(value, str) else AccountRow.last_task_number
        kind = None if isinstance(value, str) else BigInteger()
        wanted = select(AccountRow).where(column == bindparam("wanted", value, kind))
        async with database.reading() as session:
            return len((await session.scalars(wanted)).all())

    async with httpx2.AsyncClient(base_url=await serve(app)) as client:
        answer = await client.get("/rows")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_a_failure_of_the_database_is_one_of_the_server(
    database: Database, serve: Serve
) -> None:
    app = make_app()

    @app.get("/rows")
    async def rows() -> None:
        async with database.transaction() as session:
            session.add(AccountRow(id="usr_1", email="ada@example.com", timezone="UTC"))
            await session.flush()

    async with httpx2.AsyncClient(base_url=await serve(app)) as client:
        assert (await client.get("/rows")).status_code == 500


@pytest.mark.parametrize(
    "body",
    [
        b'{"email": "ada@example.com", "password": "canary canary", "canary": NaN}',
        b'{"email": NaN, "password": "canary canary"}',
        b'{"email": Infinity, "password": -Infinity, "canary": 1e999}',
        b'{"email": "canary\\ud800@example.com", "password": "canary canary"}',
        b'{"email": "ada@example.com", "password": "canary canary\\ud800"}',
        b'{"email": "ada@example.com", "password": "canary canary\\u0000"}',
        b'{"email": "ada@example.com", "password": "canary canary", "timezone": "canary\\udfff"}',
        b'{"email": "ada@example.com", "password": "canary canary", "\\ud800canary": 1}',
        b'{"email": 123456789012345678901234567890, "password": "canary canary"}',
        b'{"email": ' + b"9" * 5000 + b', "password": "canary canary"}',
        b'{"email": "\xff\xfe canary", "password": "canary canary"}',
        b'{"email": "canary',
        b"canary",
        b"[" * 100_000,
        b'{"email":' * 50_000,
        b'{"email":' + b"[" * 400 + b"]" * 400 + b', "password": "canary canary"}',
        b"\x00",
        b"",
    ],
)
@pytest.mark.parametrize("path", ["/api/auth/register", "/api/auth/login"])
async def test_a_malformed_body_is_refused_and_never_repeated(
    start_server: StartServer,
    database_url: str,
    path: str,
    body: bytes,
    caplog: pytest.LogCaptureFixture,
) -> None:
    server = await start_server(database_url=database_url)
    async with server.client() as client:
        refused = await client.post(
            path, content=body, headers={"content-type": "application/json"}
        )
    assert refused.status_code in (400, 422)
    assert refused.json() == {"detail": IsStr(), "code": IsStr()}
    assert "canary" not in refused.text + caplog.text
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
