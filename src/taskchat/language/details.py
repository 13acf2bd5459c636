"""What a new task's line says besides its title: due date, priority, tags."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from taskchat.language.dates import find_due
from taskchat.language.english import commands as english
from taskchat.language.patterns import Scan
from taskchat.language.references import strip_list
from taskchat.language.tokens import Kind, Token, unquote

_EDGES = " ,;:-\u2013\u2014.!"


@dataclass(frozen=True, slots=True)
class Details:
    """`due` are the person's own words; None and empty mean not said."""

    title: str
    due: str | None = None
    priority: str | None = None
    tags: tuple[str, ...] = ()

    @property
    def marked(self) -> bool:
        return bool(self.due or self.priority or self.tags)


def read_details(text: str, now: datetime) -> Details:
    """Everything found is taken out of the title, with the words that announce it."""
    quoted = unquote(text.strip())
    if quoted is not None:
        return Details(quoted)
    text, listed = strip_list(text)
    cutting = _Cutting(text)
    tags = [tag for tag in [listed] if tag and tag not in english.PLAIN_LISTS]
    tags += [tag for tag in cutting.tags() if tag not in tags]
    priority = cutting.priority()
    left = cutting.left()
    due = find_due(left, now)
    if due:
        rest = left[due.end :].lstrip()
        opens = not left[: due.start].strip()
        if opens and rest[:3].casefold() == "to ":  # "remind me tomorrow to …"
            rest = rest[3:]
        left = f"{left[: due.start].rstrip()} {rest}"
    return Details(_tidy(left), due.text if due else None, priority, tuple(tags))


def _tidy(left: str) -> str:
    title = " ".join(left.split()).replace(" ,", ",").strip(_EDGES if left.strip(_EDGES) else None)
    return unquote(title) or title


@dataclass(slots=True)
class _Cutting:
    """A text from which pieces are cut out."""

    text: str
    tokens: tuple[Token, ...] = ()
    cuts: list[tuple[int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tokens = Scan.of(self.text).tokens

    def left(self) -> str:
        pieces, position = list[str](), 0
        for start, end in sorted(self.cuts):
            pieces.append(self.text[position:start])
            position = max(position, end)
        return " ".join([*pieces, self.text[position:]])

    def tags(self) -> Iterator[str]:
        index = 0
        while index < len(self.tokens):
            found = list(self._hash_tag(index) or self._named_tags(index))
            yield from (tag for tag, _ in found)
            index = found[-1][1] if found else index + 1

    def _hash_tag(self, index: int) -> list[tuple[str, int]]:
        found = hash_tag(self.text, self.tokens, index)
        if found:
            self._cut(index, found[1])
        return [found] if found else []

    def _named_tags(self, index: int) -> list[tuple[str, int]]:
        """`tagged home and garden`, `with the tag home`."""
        begin = _past_tag_words(self.tokens, index)
        found = read_tags(self.text, self.tokens, begin) if begin else []
        if found:
            self._cut(index, found[-1][1])
        return found

    def priority(self) -> str | None:
        for index in range(len(self.tokens)):
            found = priority_at(self.tokens, index)
            if found and not self._is_cut(index):
                value, end = found
                begin = (
                    index - 1 if index and self.word(index - 1) in {"with", "at", "as"} else index
                )
                self._cut(begin, end)
                return value
        return self._urgent_edge()

    def _urgent_edge(self) -> str | None:
        """`urgent: call the bank`, `call the bank, urgent`; in the middle it belongs to the title."""
        last = len(self.tokens) - 1
        while last > 0 and (self._is_cut(last) or self.word(last) in {".", "!"}):
            last -= 1
        if last > 0 and self.word(last) in english.URGENT_ENDINGS:
            self._cut(last, last + 1)
            return "high"
        if last > 1 and self.word(0) in {"urgent", "important"} and self.word(1) in {":", "-", "!"}:
            self._cut(0, 2)
            return "high"
        return None

    def word(self, index: int) -> str:
        return self.tokens[index].word if 0 <= index < len(self.tokens) else ""

    def _cut(self, begin: int, end: int) -> None:
        self.cuts.append((self.tokens[begin].start, self.tokens[end - 1].end))

    def _is_cut(self, index: int) -> bool:
        return any(start <= self.tokens[index].start < end for start, end in self.cuts)


def hash_tag(text: str, tokens: tuple[Token, ...], index: int) -> tuple[str, int] | None:
    """`#home-office` and the index after it; not `#12`, which is a task."""
    token = tokens[index]
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    if (
        token.word != "#"
        or token.glued
        or not following
        or not following.glued
        or following.kind is not Kind.WORD
    ):
        return None
    end = index + 2
    while end < len(tokens) and tokens[end].glued and _continues_tag(tokens, end):
        end += 1
    return text[following.start : tokens[end - 1].end], end


def _continues_tag(tokens: tuple[Token, ...], index: int) -> bool:
    if tokens[index].kind in {Kind.WORD, Kind.NUMBER}:
        return True
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    joined = (
        following is not None and following.glued and following.kind in {Kind.WORD, Kind.NUMBER}
    )
    return tokens[index].word in {"-", "_", "/"} and joined


def _past_tag_words(tokens: tuple[Token, ...], index: int) -> int:
    """The index after `tagged as`, `with tags` or `tag:`; 0 when they are not there."""
    words = [token.word for token in tokens[index : index + 3]] + ["", "", ""]
    if words[0] in english.TAGGED:
        return index + 2 if words[1] in {"as", "with", ":"} else index + 1
    if words[0] == "with":
        begin = 2 if words[1] in {"the", "a"} else 1
        noun = words[begin] in english.TAG_NOUNS
        return index + begin + 1 if noun else 0
    if words[0] in english.TAG_NOUNS and words[1] == ":":
        return index + 2
    return 0


def read_tags(text: str, tokens: tuple[Token, ...], index: int) -> list[tuple[str, int]]:
    """Tags joined by commas or `and`, each with the index after it."""
    found: list[tuple[str, int]] = []
    while index < len(tokens):
        tag = hash_tag(text, tokens, index) or _plain_tag(text, tokens, index)
        if tag is None:
            break
        found.append(tag)
        index = tag[1]
        joint = index
        while joint < len(tokens) and tokens[joint].word in {",", "and", "&"}:
            joint += 1
        if joint == index:
            break
        index = joint
    return found


def _plain_tag(text: str, tokens: tuple[Token, ...], index: int) -> tuple[str, int] | None:
    token = tokens[index]
    if token.kind is Kind.QUOTED:
        return token.text[1:-1].strip(), index + 1
    if token.kind is not Kind.WORD:
        return None
    end = index + 1
    while end < len(tokens) and tokens[end].glued and _continues_tag(tokens, end):
        end += 1
    return text[token.start : tokens[end - 1].end], end


def priority_at(tokens: tuple[Token, ...], index: int) -> tuple[str, int] | None:
    """`high priority`, `priority: high`, `p1`, `!high`, `!1` and the index after it."""
    words = [token.word for token in tokens[index : index + 3]] + ["", "", ""]
    glued = index + 1 < len(tokens) and tokens[index + 1].glued
    first = not tokens[index].glued
    if first and glued and words[0] in {"p", "!"} and words[1] in english.PRIORITY_MARKS:
        return english.PRIORITY_MARKS[words[1]], index + 2
    if first and glued and words[0] == "!" and words[1] in english.PRIORITIES:
        return english.PRIORITIES[words[1]], index + 2
    if words[0] in english.PRIORITIES and words[1] in english.PRIORITY_NOUNS:
        return english.PRIORITIES[words[0]], index + 2
    if words[0] in english.PRIORITIES and words[1] == "-" and words[2] in english.PRIORITY_NOUNS:
        return english.PRIORITIES[words[0]], index + 3
    if words[0] in english.PRIORITY_NOUNS:
        skip = 2 if words[1] in {":", "is", "="} else 1
        if words[skip] in english.PRIORITIES:
            return english.PRIORITIES[words[skip]], index + skip + 1
    return None
