"""Fails when the instructions and the tools cost a model more than their share of every request."""

import json
import sys
from importlib.resources import files

from taskchat.tasks.tools import TASK_TOOLS

MOST_TOKENS = 1500
CHARACTERS_PER_TOKEN = 3.2  # JSON and English are at 3.5 to 4.5 with today's tokenizers


def main() -> None:
    instructions = (files("taskchat.chat") / "instructions.md").read_text("utf-8")
    tools = [
        {"name": tool.name, "description": tool.description, "parameters": tool.schema}
        for tool in TASK_TOOLS
    ]
    characters = len(instructions) + len(json.dumps(tools, separators=(",", ":")))
    tokens = round(characters / CHARACTERS_PER_TOKEN)
    if tokens > MOST_TOKENS:
        sys.exit(f"Instructions and tools cost about {tokens} tokens, at most {MOST_TOKENS}.")


if __name__ == "__main__":
    main()
