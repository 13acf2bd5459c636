"""What a push service carries without being able to read it: RFC 8291 for the text, RFC 8292 for who sends it."""

import base64
import binascii
import secrets
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from taskchat.domain.errors import Invalid

AUTH_BYTES = SALT_BYTES = 16
RECORD_BYTES = 4096
MAX_TEXT_BYTES = 3993  # what is left of the 4,096 bytes that every push service takes
LAST_RECORD = b"\x02"
SIGNATURE_LIFETIME = timedelta(hours=12)  # at most a day, says RFC 8292


def encrypt(text: bytes, p256dh: str, auth: str) -> bytes:
    """One record of `aes128gcm` that only the browser with these keys can read."""
    receiver, secret = read_keys(p256dh, auth)
    return seal(text, receiver, secret, generate_private_key(SECP256R1()), _salt())


def seal(
    text: bytes,
    receiver: EllipticCurvePublicKey,
    secret: bytes,
    sender: EllipticCurvePrivateKey,
    salt: bytes,
) -> bytes:
    """`sender` and `salt` must be new for every text."""
    ours, theirs = point(sender.public_key()), point(receiver)
    shared = sender.exchange(ECDH(), receiver)
    key = _derive(shared, secret, b"WebPush: info\x00" + theirs + ours, 32)
    content_key = _derive(key, salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _derive(key, salt, b"Content-Encoding: nonce\x00", 12)
    header = salt + RECORD_BYTES.to_bytes(4) + len(ours).to_bytes(1) + ours
    return header + AESGCM(content_key).encrypt(nonce, text + LAST_RECORD, None)


def read_keys(p256dh: str, auth: str) -> tuple[EllipticCurvePublicKey, bytes]:
    """A browser's public key and its secret, both base64url; raises Invalid."""
    try:
        receiver = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), _decode(p256dh))
        secret = _decode(auth)
    except ValueError:
        secret = b""
        receiver = None
    if receiver is None or len(secret) != AUTH_BYTES:
        message = "These are not the keys that a browser gives with a push subscription."
        raise Invalid(message, code="push_keys_invalid")
    return receiver, secret


def signature(key: EllipticCurvePrivateKey, endpoint: str, contact: str, now: datetime) -> str:
    """The `Authorization` with which a push service knows this server; `contact` is a mailto or https address."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + SIGNATURE_LIFETIME).timestamp()),
        "sub": contact,
    }
    return f"vapid t={jwt.encode(claims, key, 'ES256')}, k={public_text(key)}"


def public_text(key: EllipticCurvePrivateKey) -> str:
    """The public half as browsers take it, base64url without padding."""
    return base64.urlsafe_b64encode(point(key.public_key())).decode().rstrip("=")


def point(key: EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _salt() -> bytes:
    return secrets.token_bytes(SALT_BYTES)


def _derive(key: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(key)


def _decode(text: str) -> bytes:
    """Raises ValueError."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base64url") from error
