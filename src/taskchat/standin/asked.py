"""A chat completion request, as the stand-in reads it."""

import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from taskchat.standin.wire import Json

FAULT = re.compile(r"\[\[fault:([\w-]+)\]\]")
TOLD = re.compile(
    r"\A(?:\[(?!\[).*?Now it is [^\]\n]*\]\n(?:\[The message is about [^\n]*\]\n)?)", re.DOTALL
)
MAGIC = re.compile(r"\[\[[^\]]*\]\]")


@dataclass(frozen=True)
class Asked:
    """`tries` counts the earlier requests with the very same messages."""

    body: dict[str, Any]
    tries: int = 0

    @cached_property
    def messages(self) -> list[dict[str, Any]]:
        messages = self.body.get("messages")
        return cast(list[dict[str, Any]], messages) if isinstance(messages, list) else []

    @property
    def model(self) -> str:
        return str(self.body.get("model", "")).removeprefix("models/")

    @cached_property
    def turn(self) -> list[dict[str, Any]]:
        """The messages after the person's last one."""
        users = [at for at, message in enumerate(self.messages) if message["role"] == "user"]
        return self.messages[users[-1] + 1 :] if users else []

    @property
    def step(self) -> int:
        """How many times the model has called tools in this turn."""
        return len(self.asked_calls)

    @property
    def asked_calls(self) -> list[list[dict[str, Any]]]:
        return [message["tool_calls"] for message in self.turn if message.get("tool_calls")]

    @cached_property
    def words(self) -> str:
        """The person's last message without the [[…]] words meant for the stand-in."""
        return MAGIC.sub("", TOLD.sub("", self.last_user)).strip()

    @cached_property
    def last_user(self) -> str:
        users = [message for message in self.messages if message["role"] == "user"]
        content: object = users[-1].get("content") if users else ""
        if isinstance(content, str):
            return content
        parts = cast(list[dict[str, Any]], content or [])
        return "".join(str(part.get("text", "")) for part in parts)

    @property
    def fault(self) -> str:
        found = FAULT.search(self.last_user)
        return found[1] if found else ""

    @property
    def tool_names(self) -> set[str]:
        return {tool["function"]["name"] for tool in self.body.get("tools", [])}

    @property
    def fingerprint(self) -> str:
        return json.dumps(self.messages, sort_keys=True)


def has_words(message: dict[str, Any]) -> bool:
    """Whether any part of its content is not empty."""
    content: object = message.get("content")
    if isinstance(content, list):
        parts = cast(list[dict[str, Any]], content)
        return any(part.get("text", "…") for part in parts)
    return bool(content)


def arguments_of(call: Json) -> dict[str, Any]:
    function = cast(dict[str, Any], call["function"])
    return cast(dict[str, Any], json.loads(function["arguments"] or "{}"))
