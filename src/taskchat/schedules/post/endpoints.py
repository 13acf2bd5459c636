"""Where a push service may be. This server sends requests there because a browser said so, so nowhere inside."""

import asyncio
import socket
from concurrent.futures import Executor
from functools import partial
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import override
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult

from taskchat.domain.errors import Invalid

MAX_LENGTH = 2000
HTTPS_PORT = 443
NAT64 = IPv6Network("64:ff9b::/96")
INSIDE = (".local", ".localhost", ".internal", ".lan", ".home.arpa", ".onion")


class PublicResolver(AbstractResolver):
    """Gives the addresses of a name, and none of them when one is not public.

    Connections go to the very addresses that were looked at: a name that changes in between gains nothing.
    """

    def __init__(self, threads: Executor) -> None:
        """`threads` wait for name servers; one that never answers should keep only pushes waiting."""
        self._threads = threads

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        look = partial(socket.getaddrinfo, host, port, family, socket.SOCK_STREAM)
        found = await asyncio.get_running_loop().run_in_executor(self._threads, look)
        addresses = [(kind, str(place[0])) for kind, *_, place in found]
        if not all(is_public(ip_address(address.split("%")[0])) for _, address in addresses):
            raise OSError("the name leads to an address that is not public")
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=kind,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for kind, address in addresses
        ]

    @override
    async def close(self) -> None:
        """The threads are somebody else's."""


def check_endpoint(text: str, *, allow_local: bool) -> str:
    """Raises Invalid for what no push service's address can be; where its name leads is seen when it is used."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise _not_an_endpoint() from None
    host = parts.hostname or ""
    if not text.isascii() or not text.isprintable() or " " in text or len(text) > MAX_LENGTH:
        raise _not_an_endpoint()
    if allow_local and parts.scheme == "http" and host == "127.0.0.1":
        return text
    is_plain = parts.scheme == "https" and port in (None, HTTPS_PORT) and "@" not in parts.netloc
    if not is_plain or not _is_a_public_name(host):
        raise _not_an_endpoint()
    return text


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether it belongs to somebody out there; of an address that wraps another one, whether that does."""
    if isinstance(address, IPv6Address):
        if address.sixtofour or address.teredo:
            return False
        if wrapped := address.ipv4_mapped:
            return is_public(wrapped)
        if address in NAT64:
            return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    return address.is_global and not address.is_multicast and not address.is_reserved


def _is_a_public_name(host: str) -> bool:
    """Push services have names with dots. One that ends in a number is an address in disguise."""
    labels = host.rstrip(".").split(".")
    return (
        len(labels) > 1
        and all(labels)
        and not labels[-1][0].isdigit()
        and ":" not in host
        and not host.rstrip(".").endswith(INSIDE)
    )


def _not_an_endpoint() -> Invalid:
    message = "This is not the https address of a public push service."
    return Invalid(message, code="push_endpoint_invalid")
