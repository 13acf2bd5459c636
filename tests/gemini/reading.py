"""What a person said, as a request to the model has it."""

from taskchat.standin.server import Recorded

LINE_END = "]\n"


def said_in(request: Recorded) -> list[str]:
    """Without the line before each message that tells when it was."""
    said = (m["content"] for m in request.messages if m["role"] == "user")
    return [text.split(LINE_END, 1)[1] if text.startswith("[Now it is") else text for text in said]
