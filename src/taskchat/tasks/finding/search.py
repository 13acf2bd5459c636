"""Finding tasks by words: in the title or the description, whatever their case and accents.

Every word must be there, as the beginning of a word or, in quotes, as it stands. Each database has an index of its own
over words that are split and folded here, with a mark of their owner; whether a single task matches, both tell alike.
"""

from collections.abc import Sequence

from taskchat.db.engine import Transaction
from taskchat.db.statements import Sql, Steps, follow, inserted, is_sqlite, joined
from taskchat.domain.errors import Candidate
from taskchat.domain.task import UserId
from taskchat.domain.text import fold
from taskchat.domain.words import MARK, Phrase, marked_words, words
from taskchat.tasks.storage.activity import Change

MAX_CANDIDATES = 5
MOST_LOOKED_AT = 200
MIN_SHARED_WORD = 3  # letters; shorter words say little about which task is meant
LIKENESS = 0.4  # of a word to the one searched for, by their groups of three letters; 1 is the same

COLUMNS = ("task_id", "title", "description")
REPLACE = (
    "ON CONFLICT (task_id) DO UPDATE SET title = excluded.title, description = excluded.description"
)
HITS_OF_SQLITE = (
    "SELECT task_texts.task_id AS id FROM task_words CROSS JOIN task_texts "
    "WHERE task_words MATCH ? AND task_texts.key = task_words.rowid"
)
HITS_OF_POSTGRES = (
    "SELECT task_texts.task_id AS id FROM task_texts WHERE "
    "array_to_tsvector(string_to_array(title, ' ') || string_to_array(description, ' '))"
    " @@ CAST(CAST(? AS text) AS tsquery)"
)
IN_TITLE = "' ' || task_texts.title || ' ' LIKE ?"
IN_EITHER = f"({IN_TITLE} OR ' ' || task_texts.description || ' ' LIKE ?)"
SIMILAR_ARE_INDEXED = Sql("SELECT to_regclass('ix_tasks_similar_titles') IS NOT NULL")
SET_LIKENESS = Sql(f"SELECT set_config('pg_trgm.word_similarity_threshold', '{LIKENESS}', false)")


def keep(owner: UserId, changes: Sequence[Change]) -> Steps[object]:
    """In the transaction of the changes. What is in the trash keeps its words, to be found when it is back."""
    rows = (
        (
            change.after.id,
            marked_words(owner, change.after.title),
            marked_words(owner, change.after.description),
        )
        for change in changes
        if _has_other_words(change)
    )
    return inserted("task_texts", COLUMNS, rows, REPLACE)


class Search:
    """One owner's words."""

    def __init__(self, session: Transaction, owner: UserId) -> None:
        self._session = session
        self._owner = owner

    async def find_similar(self, title: str) -> list[Candidate]:
        """Tasks whose title shares a word with `title`, or nearly, newest first, for a person to choose from."""
        steps = _find_similar(self._owner, title, on_sqlite=is_sqlite(self._session))
        return await follow(self._session, steps)


def hits(owner: UserId, phrases: Sequence[Phrase], *, on_sqlite: bool) -> Sql:
    """The ids of tasks that have all the words; whether they have them as phrases, `contains` tells."""
    if on_sqlite:
        asked = (
            f'"{" ".join(_marked(owner, phrase))}"{"*" if phrase.is_prefix else ""}'
            for phrase in phrases
        )
        return Sql(HITS_OF_SQLITE, (" AND ".join(asked),))
    asked = (
        f"'{word}'" + (":*" if phrase.is_prefix and place == len(phrase.words) else "")
        for phrase in phrases
        for place, word in enumerate(_marked(owner, phrase), 1)
    )
    return Sql(HITS_OF_POSTGRES, (" & ".join(asked),))


def contains(owner: UserId, phrases: Sequence[Phrase]) -> Sql:
    """Whether the task has all of them in its title or its description."""
    each = [Sql(IN_EITHER, (pattern, pattern)) for pattern in _patterns(owner, phrases)]
    return _has_text(joined(" AND ", each))


def contains_in_title(owner: UserId, phrases: Sequence[Phrase]) -> Sql:
    each = [Sql(IN_TITLE, (pattern,)) for pattern in _patterns(owner, phrases)]
    return _has_text(joined(" AND ", each))


def resembles(text: str) -> Sql:
    """Whether the title has words like those, slips of the pen aside; where `similar_titles` says that it can."""
    return Sql("CAST(? AS text) <% tasks.title_key", (fold(text),))


def similar_titles() -> Steps[bool]:
    """Whether the database can tell which titles are like a text, and makes it ready to."""
    ((can,),) = yield SIMILAR_ARE_INDEXED
    if can:
        yield SET_LIKENESS
    return can


def _has_other_words(change: Change) -> bool:
    before, after = change.before, change.after
    return before is None or (before.title, before.description) != (after.title, after.description)


def _marked(owner: UserId, phrase: Phrase) -> list[str]:
    return [owner[MARK] + word for word in phrase.words]


def _patterns(owner: UserId, phrases: Sequence[Phrase]) -> list[str]:
    """For LIKE. No word has a sign in it that means anything there."""
    return [
        f"% {' '.join(_marked(owner, phrase))}{'' if phrase.is_prefix else ' '}%"
        for phrase in phrases
    ]


def _has_text(condition: Sql) -> Sql:
    # The offset keeps PostgreSQL from making a join of it, which reads everybody's texts.
    text = f"EXISTS (SELECT 1 FROM task_texts WHERE task_texts.task_id = tasks.id AND {condition.text} LIMIT 1 OFFSET 0)"
    return Sql(text, condition.values)


def _find_similar(owner: UserId, title: str, *, on_sqlite: bool) -> Steps[list[Candidate]]:
    phrases = [Phrase((word,), is_prefix=True) for word in words(title) if _says_much(word)]
    found: list[Candidate] = []
    for phrase in sorted(phrases, key=lambda phrase: -len(phrase.words[0])):
        rows = yield _newest(owner, phrase, on_sqlite=on_sqlite)
        fits = (Candidate(number, title, bool(apart)) for number, title, apart in rows)
        found += [candidate for candidate in fits if candidate not in found]
        if len(found) >= MAX_CANDIDATES:
            return found[:MAX_CANDIDATES]
    return found


def _newest(owner: UserId, phrase: Phrase, *, on_sqlite: bool) -> Sql:
    ids, in_title = hits(owner, [phrase], on_sqlite=on_sqlite), contains_in_title(owner, [phrase])
    if (
        on_sqlite
    ):  # which would rather try each of the person's tasks, did it not have to begin with the words
        newest = f"{ids.text} ORDER BY task_words.rowid DESC LIMIT {MOST_LOOKED_AT}"
        source = f"({newest}) AS few CROSS JOIN tasks ON tasks.id = few.id WHERE"
    else:
        source = f"tasks WHERE tasks.id IN ({ids.text}) AND"
    return Sql(
        f"SELECT tasks.number, tasks.title, tasks.is_untrusted FROM {source} tasks.owner_id = ?"
        f" AND tasks.deleted_at IS NULL AND {in_title.text}"
        " ORDER BY tasks.number DESC LIMIT ?",
        (*ids.values, owner, *in_title.values, MAX_CANDIDATES),
    )


def _says_much(word: str) -> bool:
    return len(word) >= MIN_SHARED_WORD
