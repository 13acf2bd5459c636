"""Keeping what is not meant for people out of the streamed text."""

OPENING = "<thought>"
CLOSING = "</thought>"
LEAKED_CODE = ("print(default_api.", "default_api.", "```tool_code")


class VisibleText:
    """Passes an answer's text on without its thoughts, whose tags may be split across pieces."""

    def __init__(self) -> None:
        self.leaked_code = False
        self._held = ""
        self._shown = False
        self._thinking = False

    def feed(self, piece: str, *, thought: bool) -> str:
        """What may be shown now; `thought` is the endpoint's own mark on the piece."""
        if self.leaked_code:
            return ""
        if self._shown and not self._thinking and not self._held and not thought:
            return piece
        self._held += piece
        visible = ""
        while self._held:
            before = (self._held, self._thinking)
            visible += self._advance()
            if (self._held, self._thinking) == before:
                break
        return visible

    def close(self) -> str:
        """Text held back because it could have become a tag."""
        held, self._held = self._held, ""
        return "" if self._thinking or self.leaked_code else self._show(held.rstrip())

    def _advance(self) -> str:
        if self._thinking:
            self._skip_thought()
            return ""
        if self._shown:
            return self._pass_until_thought()
        return self._begin()

    def _skip_thought(self) -> None:
        _, closed, rest = self._held.partition(CLOSING)
        self._thinking = not closed
        self._held = rest if closed else _possible_tag(self._held, CLOSING)

    def _pass_until_thought(self) -> str:
        text, opened, rest = self._held.partition(OPENING)
        if opened:
            self._thinking = True
            self._held = rest
            return text
        self._held = _possible_tag(text, OPENING)
        return text[: len(text) - len(self._held)]

    def _begin(self) -> str:
        """Blank beginnings are held back, so that an answer without words shows no empty bubble."""
        text = self._held.lstrip()
        for tag in (OPENING, CLOSING):
            if text.startswith(tag):
                self._thinking = tag == OPENING
                self._held = text.removeprefix(tag)
                return ""
        if text.startswith(LEAKED_CODE):
            self.leaked_code = True
            self._held = ""
            return ""
        if any(marker.startswith(text) for marker in (OPENING, CLOSING, *LEAKED_CODE)):
            self._held = text
            return ""
        self._held = ""
        return self._show(text)

    def _show(self, text: str) -> str:
        self._shown = self._shown or bool(text)
        return text


def _possible_tag(text: str, tag: str) -> str:
    """The longest end of the text that the tag begins with."""
    for size in range(min(len(text), len(tag) - 1), 0, -1):
        if tag.startswith(text[-size:]):
            return text[-size:]
    return ""
