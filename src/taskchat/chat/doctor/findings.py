"""What a check found, and what a person can do about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Status(StrEnum):
    """A warning means that TaskChat works with it, though less well."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


class Check(StrEnum):
    """In the order in which they are made."""

    SETTINGS = "settings"
    DATABASE = "database"
    ENDPOINT = "endpoint"
    KEY = "key"
    MODEL = "model"
    STREAMING = "streaming"
    USAGE = "usage"
    TOOLS = "tools"
    PARALLEL_TOOLS = "parallel_tools"
    SIGNATURES = "signatures"
    PRICE = "price"


LABELS: Mapping[Check, str] = MappingProxyType(
    {
        Check.SETTINGS: "Settings",
        Check.DATABASE: "Database",
        Check.ENDPOINT: "Model server",
        Check.KEY: "Key",
        Check.MODEL: "Model",
        Check.STREAMING: "Streaming",
        Check.USAGE: "Token counts",
        Check.TOOLS: "Tools",
        Check.PARALLEL_TOOLS: "Several calls",
        Check.SIGNATURES: "Signatures",
        Check.PRICE: "Price",
    }
)

# What only the model's own answers can tell.
ASKED = (
    Check.ENDPOINT,
    Check.KEY,
    Check.MODEL,
    Check.STREAMING,
    Check.USAGE,
    Check.TOOLS,
    Check.PARALLEL_TOOLS,
    Check.SIGNATURES,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """`found` and `advice` are sentences; there is no advice where nothing needs doing."""

    name: Check
    status: Status
    found: str
    advice: str = ""


def ok(name: Check, found: str, advice: str = "") -> Finding:
    return Finding(name, Status.OK, found, advice)


def warning(name: Check, found: str, advice: str = "") -> Finding:
    return Finding(name, Status.WARNING, found, advice)


def failed(name: Check, found: str, advice: str) -> Finding:
    return Finding(name, Status.FAILED, found, advice)


def skipped(names: Sequence[Check], found: str) -> list[Finding]:
    return [Finding(name, Status.SKIPPED, found) for name in names]
