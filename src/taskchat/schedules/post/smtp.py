"""Which server takes mail, and who it is from: read from addresses that people set."""

from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import parseaddr
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

PORTS = {"smtp": 587, "smtps": 465}
LOCAL_NAMES = ("localhost", "localhost.localdomain")


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """`is_tls` from the first byte on; `must_upgrade` when nothing may be said before STARTTLS."""

    host: str
    port: int
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    is_tls: bool = False
    must_upgrade: bool = False


def read_server(url: str) -> SmtpServer:
    """`smtp://user:password@host:587` or `smtps://…`; raises ValueError with what would be right.

    A password goes to another machine only when that one speaks TLS.
    """
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("must be an smtp:// or smtps:// address such as smtp://user:word@host:587")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError("must end with the port; in a password write / ? # as %2F %3F %23")
    is_tls = parts.scheme == "smtps"
    password = unquote(parts.password) if parts.password is not None else None
    return SmtpServer(
        host=parts.hostname,
        port=_port(url) or PORTS[parts.scheme],
        username=unquote(parts.username) if parts.username else None,
        password=password,
        is_tls=is_tls,
        must_upgrade=password is not None and not is_tls and not _is_here(parts.hostname),
    )


def read_sender(text: str) -> Address:
    """`tasks@example.com` or `TaskChat <tasks@example.com>`; raises ValueError with what would be right."""
    name, address = parseaddr(text)
    try:
        sender = Address(display_name=name, addr_spec=address)
    except (MessageError, ValueError, IndexError):
        sender = None
    if sender is None or not (sender.domain and address.isascii() and text.isprintable()):
        raise ValueError("must be an address such as TaskChat <tasks@example.com>")
    return sender


def _port(url: str) -> int | None:
    try:
        return urlsplit(url).port
    except ValueError as error:
        raise ValueError("must have a port from 0 to 65535, or none") from error


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host in LOCAL_NAMES
