"""What a conversation is called until its person renames it."""

import re

from taskchat.domain.text import clean_line

LONGEST = 60
OPENINGS = re.compile(r"^(?:please|could you|can you|hey|hi|hello)[,!\s]+", re.IGNORECASE)
FALLBACK = "New conversation"


def title_of(message: str) -> str:
    """The beginning of the first message, cut between words."""
    line = clean_line(message)
    line = OPENINGS.sub("", line).strip(" .!?,;:") or line
    if len(line) > LONGEST:
        line = line[:LONGEST].rsplit(" ", 1)[0].rstrip(" .,;:") + "…"
    return line[:1].upper() + line[1:] if line else FALLBACK
