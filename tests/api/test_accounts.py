import asyncio
import logging
from collections import Counter
from http.cookies import SimpleCookie

import httpx2
import jwt
import pytest
from dirty_equals import IsDatetime, IsPartialDict, IsStr

from taskchat.accounts.commands import CreateToken
from taskchat.accounts.service import Signup
from taskchat.domain.task import UserId
from tests.accounts.test_sessions import ATTACKS
from tests.api.conftest import SECRET, Server, StartServer

pytestmark = pytest.mark.anyio

EMAIL, PASSWORD = "ada@example.com", "correct horse battery"
ADA = {"email": EMAIL, "password": PASSWORD}
SIGN_IN_PLEASE = {"detail": "Please sign in.", "code": "unauthenticated"}
THIRTY_DAYS = 30 * 24 * 60 * 60  # seconds


async def register(client: httpx2.AsyncClient, **more: str) -> httpx2.Response:
    response = await client.post("/api/auth/register", json={**ADA, **more})
    assert response.status_code == 201, response.text
    return response


async def who_am_i(server: Server, **headers: str) -> httpx2.Response:
    async with server.client(**headers) as client:
        return await client.get("/api/auth/me")


async def test_a_person_signs_up_out_and_in_again(server: Server) -> None:
    async with server.client() as client:
        signed_up = await register(client, timezone="Europe/Berlin")
        assert signed_up.json() == {
            "id": IsStr(regex="usr_[0-9a-f]{32}"),
            "email": EMAIL,
            "timezone": "Europe/Berlin",
            "digest_time": None,
            "reminders_by_email": False,
            "mail_available": False,
            "created_at": IsDatetime(iso_string=True) & IsStr(regex=".*Z"),
        }
        assert (await client.get("/api/auth/me")).json() == signed_up.json()
        signed_out = await client.post("/api/auth/logout")
        assert (signed_out.status_code, signed_out.content) == (204, b"")
        assert not client.cookies
        assert (await client.get("/api/auth/me")).status_code == 401
        signed_in = await client.post("/api/auth/login", json=ADA)
        assert (signed_in.status_code, signed_in.json()) == (200, signed_up.json())
        assert (await client.get("/api/auth/me")).json() == signed_up.json()


async def test_a_copied_cookie_is_dead_as_soon_as_its_person_signs_out(server: Server) -> None:
    async with server.client() as client:
        await register(client)
        copied = f"auth_token={client.cookies['auth_token']}"
        assert (await who_am_i(server, cookie=copied)).status_code == 200
        await client.post("/api/auth/logout")
    refused = await who_am_i(server, cookie=copied)
    assert (refused.status_code, refused.json()) == (401, SIGN_IN_PLEASE)


@pytest.mark.parametrize(
    ("origin", "is_secure"), [("http://tasks.example", False), ("https://tasks.example", True)]
)
async def test_scripts_and_other_sites_cannot_use_the_cookie(
    start_server: StartServer, origin: str, is_secure: bool
) -> None:
    server = await start_server(origin=origin)
    async with server.client() as client:
        response = await register(client)
    cookie = SimpleCookie(response.headers["set-cookie"])["auth_token"]
    assert cookie["httponly"] is True
    assert bool(cookie["secure"]) is is_secure
    assert (cookie["samesite"], cookie["path"], cookie["max-age"], cookie["domain"]) == (
        "lax",
        "/",
        str(THIRTY_DAYS),
        "",
    )


async def test_a_wrong_password_and_an_unknown_e_mail_get_the_same_answer(server: Server) -> None:
    async with server.client() as client:
        await register(client)
    async with server.client() as client:
        wrong = await client.post("/api/auth/login", json={**ADA, "password": "wrong password"})
        unknown = await client.post("/api/auth/login", json={**ADA, "email": "bob@example.com"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.content == unknown.content
    assert wrong.json()["code"] == "bad_credentials"
    assert "set-cookie" not in {*wrong.headers, *unknown.headers}


async def test_signing_in_never_takes_up_a_session_that_was_there(server: Server) -> None:
    async with server.client() as client:
        await register(client)
        planted = client.cookies["auth_token"]
        await client.post("/api/auth/login", json=ADA)
        own = client.cookies["auth_token"]
    sessions = [
        jwt.decode(token, options={"verify_signature": False})["jti"] for token in (planted, own)
    ]
    assert sessions[0] != sessions[1]


async def test_of_several_registrations_at_once_one_gets_the_e_mail(server: Server) -> None:
    async with server.client() as client:
        answers = await asyncio.gather(
            *(client.post("/api/auth/register", json=ADA) for _ in range(5))
        )
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 4}
    assert {answer.json()["code"] for answer in answers if answer.is_error} == {"email_taken"}


@pytest.mark.parametrize(("signup", "statuses"), [("closed", [403, 403]), ("first", [201, 403])])
async def test_sign_up_can_be_closed_or_for_the_first_person(
    start_server: StartServer, signup: Signup, statuses: list[int]
) -> None:
    server = await start_server(signup=signup)
    async with server.client() as client:
        answers = [
            await client.post("/api/auth/register", json={**ADA, "email": email})
            for email in (EMAIL, "bob@example.com")
        ]
    assert [answer.status_code for answer in answers] == statuses
    assert answers[-1].json()["code"] == "signup_closed"


async def test_a_person_sets_the_time_zone(server: Server) -> None:
    async with server.client() as client:
        await register(client)
        changed = await client.patch("/api/auth/me", json={"timezone": "Asia/Tokyo"})
        assert (changed.status_code, changed.json()["timezone"]) == (200, "Asia/Tokyo")
        assert (await client.get("/api/auth/me")).json() == changed.json()
        refused = await client.patch("/api/auth/me", json={"timezone": "Mars/Olympus"})
        assert (refused.status_code, refused.json()["code"]) == (422, "timezone_unknown")


async def token_of_a_new_account(server: Server) -> str:
    async with server.client() as client:
        account_id = UserId((await register(client)).json()["id"])
    return (await server.accounts.create_token(account_id, CreateToken(name="script"))).secret


async def test_a_program_comes_with_a_token_instead_of_a_cookie(server: Server) -> None:
    secret = await token_of_a_new_account(server)
    answer = await who_am_i(server, authorization=f"Bearer {secret}")
    assert (answer.status_code, answer.json()["email"]) == (200, EMAIL)


async def test_a_token_counts_before_a_cookie(server: Server) -> None:
    secret = await token_of_a_new_account(server)
    async with server.client() as client:
        await register(client, email="bob@example.com")
        answer = await client.get("/api/auth/me", headers={"authorization": f"Bearer {secret}"})
        assert answer.json()["email"] == EMAIL
        refused = await client.get("/api/auth/me", headers={"authorization": "Bearer tc_wrong"})
        assert (refused.status_code, refused.json()["code"]) == (401, "unauthenticated")


async def test_signing_out_with_a_token_leaves_the_token_as_it_is(server: Server) -> None:
    secret = await token_of_a_new_account(server)
    async with server.client(authorization=f"Bearer {secret}") as client:
        assert (await client.post("/api/auth/logout")).status_code == 204
        assert (await client.get("/api/auth/me")).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/api/auth/me"), ("PATCH", "/api/auth/me"), ("POST", "/api/auth/logout")],
)
async def test_a_stranger_is_asked_to_sign_in(server: Server, method: str, path: str) -> None:
    body = {"timezone": "UTC"} if method == "PATCH" else None
    async with server.client() as client:
        refused = await client.request(method, path, json=body)
    assert (refused.status_code, refused.json()) == (401, SIGN_IN_PLEASE)


async def test_no_forged_cookie_is_let_in(server: Server) -> None:
    async with server.client() as client:
        await register(client)
        own = client.cookies["auth_token"]
    claims = jwt.decode(own, options={"verify_signature": False})
    stolen = jwt.encode(claims, "another secret of thirty-two bytes..", algorithm="HS256")
    for name, token in {**ATTACKS, "unknown session": stolen}.items():
        refused = await who_am_i(server, cookie=f"auth_token={token}")
        assert (refused.status_code, refused.json()) == (401, SIGN_IN_PLEASE), name


async def test_a_well_signed_cookie_without_its_session_is_refused(server: Server) -> None:
    async with server.client() as client:
        await register(client)
        claims = jwt.decode(client.cookies["auth_token"], options={"verify_signature": False})
    for changed in ({"jti": "ses_" + "0" * 32}, {"sub": "usr_" + "0" * 32}):
        token = jwt.encode({**claims, **changed}, SECRET, algorithm="HS256")
        refused = await who_am_i(server, cookie=f"auth_token={token}")
        assert (refused.status_code, refused.json()) == (401, SIGN_IN_PLEASE)


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"email": EMAIL}, "Password is required."),
        ({"password": PASSWORD}, "Email is required."),
        ({**ADA, "email": 7}, "Email must be text."),
        ({**ADA, "email": None}, "Email must be text."),
        ({**ADA, "email": [EMAIL]}, "Email must be text."),
        ({**ADA, "password": {"a": 1}}, "Password must be text."),
        ({**ADA, "timezone": 10**30}, "Timezone must be text."),
        ({**ADA, "is_admin": True}, "The request has a field that is not known here."),
        ([ADA], "The request body must be an object."),
        ("ada", "The request body must be an object."),
        (None, "The request body is required."),
        ({**ADA, "password": "short"}, "A password must have 8 to 128 characters."),
        ({**ADA, "password": "x" * 129}, "A password must have 8 to 128 characters."),
        ({**ADA, "email": "ada"}, IsStr(regex="This is not an e-mail address.*")),
        ({**ADA, "timezone": "Mars"}, IsStr(regex="The time zone is not known.*")),
    ],
)
async def test_a_wrong_field_is_named_in_one_sentence(
    server: Server, body: object, detail: str
) -> None:
    async with server.client() as client:
        refused = await client.post("/api/auth/register", json=body)
    assert (refused.status_code, refused.json()) == (422, {"detail": detail, "code": IsStr()})


async def test_no_secret_reaches_an_answer_or_the_log(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    canary = "canary-in-the-coal-mine"
    answers: list[httpx2.Response] = []
    async with server.client() as client:
        for path in ("register", "register", "login"):
            body = {"email": EMAIL, "password": canary}
            answers.append(await client.post(f"/api/auth/{path}", json=body))
        cookie = client.cookies["auth_token"]
        bad = [
            {"email": canary, "password": canary},
            {"password": canary},
            {canary: canary},
            canary,
        ]
        answers.extend([await client.post("/api/auth/register", json=body) for body in bad])
        wrong = {"email": EMAIL, "password": f"{canary}!"}
        answers.append(await client.post("/api/auth/login", json=wrong))
    assert [answer.status_code for answer in answers] == [201, 409, 200, 422, 422, 422, 422, 401]
    said = "".join(answer.text for answer in answers)
    logged = "".join(
        record.getMessage() for record in caplog.records if not record.name.startswith("httpcore")
    )
    assert canary not in said + logged
    assert cookie not in said + logged


async def test_the_api_describes_its_operations(server: Server) -> None:
    async with server.client() as client:
        paths = (await client.get("/openapi.json")).json()["paths"]
    operations = {
        operation["operationId"]: operation["responses"]
        for path, methods in paths.items()
        for operation in methods.values()
        if path.startswith("/api/auth/")
    }
    assert {*operations} == {"register", "log_in", "log_out", "get_account", "update_account"}
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    for name, responses in operations.items():
        for status, response in responses.items():
            if status >= "400":
                assert response == IsPartialDict(content={"application/json": problem}), name
