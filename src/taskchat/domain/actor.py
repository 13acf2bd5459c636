"""Who does something, as the activity feed shows it."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    PERSON = "person"
    ASSISTANT = "assistant"
    TOKEN = "token"
    MCP = "mcp"
    SCHEDULE = "schedule"


@dataclass(frozen=True, slots=True)
class Actor:
    """`name` is the e-mail of a person, the model of an assistant, the name of a token or an MCP client."""

    kind: ActorKind
    name: str
    thread_id: str | None = None
