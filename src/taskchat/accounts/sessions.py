"""The JWT in the cookie. It only names a session; whether that is alive, the database knows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

import jwt

from taskchat.domain.errors import Unauthenticated

LIFETIME = timedelta(days=30)
ALGORITHM = "HS256"
MOST_REMEMBERED = 1000
MAX_TOKEN_CHARACTERS = 1024  # ours have about 250; the decoder never sees a deeply nested one


@dataclass(frozen=True, slots=True)
class Claims:
    account_id: str
    session_id: str


def sign(claims: Claims, secret: str, expires_at: datetime) -> str:
    payload = {
        "sub": claims.account_id,
        "jti": claims.session_id,
        "exp": int(expires_at.timestamp()),
    }
    return jwt.encode(payload, secret, algorithm=ALGORITHM)


def read(token: str, secret: str, now: datetime) -> Claims:
    """Raises Unauthenticated for whatever this server did not sign, or signed for a time before `now`."""
    if len(token) > MAX_TOKEN_CHARACTERS:
        raise not_signed_in()
    claims, expires_at = _verified(token, secret)
    if expires_at <= now.timestamp():
        raise not_signed_in()
    return claims


@lru_cache(maxsize=MOST_REMEMBERED)
def _verified(token: str, secret: str) -> tuple[Claims, int]:
    """What a token says and until when, in seconds since 1970. Each page sends the same one over and over."""
    try:
        payload = jwt.decode(
            token,
            secret,
            algorithms=[ALGORITHM],
            # The decoder would compare `exp` with the machine's clock.
            options={"require": ["exp", "sub", "jti"], "verify_exp": False},
        )
    except jwt.InvalidTokenError as error:
        raise not_signed_in() from error
    if type(payload["exp"]) is not int:
        raise not_signed_in()
    return Claims(payload["sub"], payload["jti"]), payload["exp"]


def not_signed_in() -> Unauthenticated:
    """The same for every reason, so that a guess learns nothing."""
    return Unauthenticated("Please sign in.")
