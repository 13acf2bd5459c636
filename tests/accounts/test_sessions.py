import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskchat.accounts.sessions import Claims, read, sign
from taskchat.domain.errors import Unauthenticated
from tests.accounts.conftest import SECRET

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LATER = int((NOW + timedelta(hours=1)).timestamp())
GOOD: dict[str, Any] = {"sub": "usr_1", "jti": "ses_1", "exp": LATER}


def forged(payload: dict[str, Any], key: str = SECRET, **header: Any) -> str:
    return jwt.encode(payload, key, algorithm="HS256", headers=header)


def part(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in GOOD.items() if key != name}


SIGNATURE = forged(GOOD).rpartition(".")[2]

ATTACKS = {
    "nothing": "",
    "garbage": "garbage",
    "three dots": "...",
    "alg none": f"{part({'alg': 'none'})}.{part(GOOD)}.",
    "alg None": f"{part({'alg': 'None', 'typ': 'JWT'})}.{part(GOOD)}.",
    "alg HS512": jwt.encode(GOOD, SECRET * 2, algorithm="HS512"),
    "alg is a list": f"{part({'alg': ['HS256']})}.{part(GOOD)}.{SIGNATURE}",
    "no alg": f"{part({'typ': 'JWT'})}.{part(GOOD)}.{SIGNATURE}",
    "header is a list": f"{part([])}.{part(GOOD)}.{SIGNATURE}",
    "header nests deeply": f"{part(b'[' * 30_000)}.{part(GOOD)}.{SIGNATURE}",
    "another key": forged(GOOD, "another secret of thirty-two bytes.."),
    "no signature": forged(GOOD).rpartition(".")[0] + ".",
    "someone else's payload": f"{part({'alg': 'HS256'})}.{part({**GOOD, 'sub': 'usr_2'})}.{SIGNATURE}",
    "kid leads to a file": forged(GOOD, "another secret of thirty-two bytes..", kid="/dev/null"),
    "kid is a number": forged(GOOD, "another secret of thirty-two bytes..", kid="1"),
    "unknown crit": forged(GOOD, crit=["b64"], b64=False),
    "expired": forged({**GOOD, "exp": int(NOW.timestamp())}),
    "exp is text": forged({**GOOD, "exp": str(LATER)}),
    "exp is true": forged({**GOOD, "exp": True}),
    "exp is not a number": forged({**GOOD, "exp": float("nan")}),
    "exp is infinite": forged({**GOOD, "exp": float("inf")}),
    "not yet": forged({**GOOD, "nbf": LATER + 10**9}),
    "for another audience": forged({**GOOD, "aud": "elsewhere"}),
    "no exp": forged(without("exp")),
    "no sub": forged(without("sub")),
    "no jti": forged(without("jti")),
    "sub is a number": f"{part({'alg': 'HS256'})}.{part({**GOOD, 'sub': 1})}",
    "jti is null": forged({**GOOD, "jti": None}),
    "too long": forged({**GOOD, "more": "x" * 2000}),
}


def test_what_was_signed_is_read_back() -> None:
    claims = Claims("usr_1", "ses_1")
    expires_at = NOW + timedelta(seconds=1)
    assert read(sign(claims, SECRET, expires_at), SECRET, NOW) == claims


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_forged_token_is_refused(attack: str) -> None:
    with pytest.raises(Unauthenticated):
        read(ATTACKS[attack], SECRET, NOW)


def test_a_subject_that_is_a_number_is_refused_even_with_a_good_signature() -> None:
    encoded = jwt.PyJWS().encode(json.dumps({**GOOD, "sub": 1}).encode(), SECRET, "HS256")
    with pytest.raises(Unauthenticated):
        read(encoded, SECRET, NOW)


@given(st.text())
def test_no_text_breaks_the_reader(text: str) -> None:
    with pytest.raises(Unauthenticated):
        read(text, SECRET, NOW)


@given(
    st.dictionaries(
        st.sampled_from(["exp", "sub", "jti", "nbf", "iat", "aud"]),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    )
)
def test_no_signed_payload_breaks_the_reader(payload: dict[str, Any]) -> None:
    encoded = jwt.PyJWS().encode(json.dumps(payload).encode(), SECRET, "HS256")
    try:
        claims = read(encoded, SECRET, NOW)
    except Unauthenticated:
        return
    assert (claims.account_id, claims.session_id) == (payload["sub"], payload["jti"])
