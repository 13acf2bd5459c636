"""Answers as they are kept: whoever reads the database does not read the secrets in them."""

import base64
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
KEY_BYTES = 32


class Seal:
    """`secret` is the server's own. What it sealed is of no use under another one."""

    def __init__(self, secret: str) -> None:
        derived = HKDF(SHA256(), KEY_BYTES, None, b"taskchat kept answers").derive(secret.encode())
        self._cipher = AESGCM(derived)

    def close(self, text: str, place: str) -> str:
        """`place` is where it is kept; it opens nowhere else."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = nonce + self._cipher.encrypt(nonce, text.encode(), place.encode())
        return base64.b64encode(sealed).decode()

    def open(self, sealed: str, place: str) -> str | None:
        """None for what was not closed with this secret for this place."""
        data = base64.b64decode(sealed)
        try:
            text = self._cipher.decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], place.encode())
        except InvalidTag:
            return None
        return text.decode()
