"""Passwords: what a new one must be like, and their hashes: Argon2id, or bcrypt as the earlier system had."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import bcrypt
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from taskchat.domain.errors import Invalid
from taskchat.domain.text import clean

MIN_CHARACTERS, MAX_CHARACTERS = 8, 128
HASHES_AT_ONCE = 2
BCRYPT = "$2"
BCRYPT_BYTES = 72  # of a password, which is all that bcrypt looks at

MEMORY_KIB, PASSES, LANES = 64 * 1024, 3, 4  # what RFC 9106 advises where memory is scarce
SALT_BYTES, HASH_BYTES = 16, 32

DECOY = "$argon2id$v=19$m={},t={},p={}${}${}".format(
    MEMORY_KIB,
    PASSES,
    LANES,
    "A" * 22,
    "A" * 43,  # 16 and 32 zero bytes in base64
)
"""No password has this hash, and trying one against it costs as much as against a real one."""


def check_new(password: str) -> str:
    """In NFC, so that another keyboard's spelling of an accent still matches; raises Invalid."""
    password = clean(password)
    if not MIN_CHARACTERS <= len(password) <= MAX_CHARACTERS:
        message = f"A password must have {MIN_CHARACTERS} to {MAX_CHARACTERS} characters."
        raise Invalid(message, code="password_length")
    return password


def is_outdated(password_hash: str) -> bool:
    """Whether it is to be replaced at the next opportunity."""
    return password_hash.startswith(BCRYPT)


class Passwords:
    """Hashes on threads of its own: each hash takes 64 MiB and a core, so only a few run at once."""

    def __init__(self) -> None:
        hasher = Argon2Hasher(
            time_cost=PASSES,
            memory_cost=MEMORY_KIB,
            parallelism=LANES,
            hash_len=HASH_BYTES,
            salt_len=SALT_BYTES,
        )
        self._hashes = PasswordHash((hasher,))
        self._threads = ThreadPoolExecutor(HASHES_AT_ONCE, thread_name_prefix="argon2")

    async def hash(self, password: str) -> str:
        return await self._run(lambda: self._hashes.hash(password))

    async def match(self, password: str, password_hash: str | None) -> bool:
        """Takes as long without a hash, when nobody has the e-mail that was given."""
        return await self._run(lambda: self._matches(password, password_hash or DECOY))

    def _matches(self, password: str, password_hash: str) -> bool:
        if is_outdated(password_hash):
            return _matches_bcrypt(password, password_hash)
        return self._hashes.verify(password, password_hash)

    async def _run[T](self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def _matches_bcrypt(password: str, password_hash: str) -> bool:
    try:
        return bcrypt.checkpw(password.encode()[:BCRYPT_BYTES], password_hash.encode())
    except ValueError:  # what only looks like such a hash
        return False
