"""English words and patterns for what a person asks of the task list."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from taskchat.language.patterns import Pattern, read_pattern


def _each(table: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType(
        {word: value for words, value in table.items() for word in words.split()}
    )


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _patterns(meaning: str, *texts: str, **constants: object) -> tuple[Pattern, ...]:
    return tuple(read_pattern(meaning, text, **constants) for text in texts)


PRIORITIES: Final = _each(
    {
        "high urgent important critical top": "high",
        "medium normal mid": "medium",
        "low minor": "low",
    }
)
PRIORITY_MARKS: Final = _each({"1": "high", "2": "medium", "3": "low", "4": "low"})
PRIORITY_NOUNS: Final = _set("priority prio importance")
URGENT_ENDINGS: Final = _set("urgent urgently important asap")

STATUSES: Final[Mapping[tuple[str, ...], tuple[str, ...]]] = MappingProxyType(
    {
        ("not", "done"): ("todo", "in_progress"),
        ("not", "started"): ("todo",),
        ("not", "finished"): ("todo", "in_progress"),
        ("not", "completed"): ("todo", "in_progress"),
        ("in", "progress"): ("in_progress",),
        ("in", "-", "progress"): ("in_progress",),
        **{
            (word,): ("todo", "in_progress")
            for word in (
                "open",
                "pending",
                "incomplete",
                "unfinished",
                "outstanding",
                "remaining",
                "active",
                "undone",
                "left",
            )
        },
        **{(word,): ("in_progress",) for word in ("started", "ongoing", "doing", "wip")},
        **{(word,): ("done",) for word in ("done", "completed", "finished", "complete", "closed")},
    }
)

TASK_NOUNS: Final = _set("task tasks todo todos item items reminder reminders to-do to-dos")
PLURAL_TASKS: Final = _set("tasks items todos")
PLURALS: Final = _set("tasks todos items reminders to-dos everything all list lists")
LIST_NOUNS: Final = _set("list lists note notes")
LIST_OPENERS: Final = _set(
    "show list view display see get find search browse what which what's whats how do is are anything "
    "any my tell give look pull bring access all tasks todos today overdue open display check "
    "who when high low medium due tomorrow urgent p overdue # count completed done finished pending"
)
SEARCH_OPENERS: Final = _set("find search")
SEARCH_WORDS: Final = _set(
    "about containing contain mentioning matching named called like labeled labelled"
)
FILLERS: Final = _set(
    "show list view display see get find search browse what which what's whats how many do does is are was "
    "be anything any my me our your the a an all every everything of on in for with that to i have i've got "
    "need must should there tell give look at up pull bring access right now please currently still "
    "next and , ? . ! : due date until by next's task tasks todo todos item items reminder reminders "
    "to-do to-dos lists 's marked as priority prio priorities status plate agenda"
)
SORTS: Final[Mapping[tuple[str, ...], str]] = MappingProxyType(
    {
        ("by", "due", "date"): "due",
        ("by", "due"): "due",
        ("by", "date"): "due",
        ("by", "priority"): "-priority",
        ("by", "title"): "title",
        ("by", "name"): "title",
        ("alphabetically",): "title",
        ("newest", "first"): "-created",
        ("oldest", "first"): "created",
    }
)
SORT_WORDS: Final = _set("sorted sort ordered order")
BOUNDS: Final = _each(
    {"before": "before", "by until": "until", "after": "after", "from since": "since"}
)

TAG_NOUNS: Final = _set("tag tags label labels")
TAGGED: Final = _set("tagged labelled labeled")
ALL_WORDS: Final = _set("all every everything")
PRONOUNS: Final = _set("it that this that-one this-one")
DEFINITE: Final = _set("the my this that our")
POSITIONS: Final[Mapping[str, int]] = MappingProxyType(
    {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
)
PLAIN_LISTS: Final = frozenset(
    {
        "",
        "to do",
        "todo",
        "to-do",
        "to dos",
        "todos",
        "to-dos",
        "task",
        "tasks",
        "to - do",
        "main",
        "due",
    }
)
LIST_JOINTS: Final = _set("to on in onto from off into")
LIST_OWNERS: Final = _set("my the our this")

OPENING_COURTESIES: Final = _patterns(
    "courtesy",
    "please",
    "can|could|would|will you please?",
    "can i",
    "hey|hi|hello|ok|okay|so|also|then|now|and ,",
    "hey|ok|okay|also|then",
    "i want|need you to",
    "i want|would|'d like? to",
    "i'd like to",
    "help me? to?",
    "let|let's me?",
    "go ahead and",
)
CLOSING_COURTESIES: Final = (
    ("please",), ("thanks",), ("thank", "you"), ("for", "me"), ("right", "now"), ("thx",), ("ok", "?"),
)  # fmt: skip

TALK: Final = (
    *_patterns(
        "hello", "hello|hi|hey|hiya|greetings|yo there?", "good morning|afternoon|evening|day"
    ),
    *_patterns(
        "thanks",
        "thanks|thx|cheers a? lot?",
        "thank you so? very? much?",
        "great|perfect|nice ,? thanks?",
    ),
    *_patterns(
        "help",
        "help me?",
        "what can|could you do",
        "what can i ask|say|do|type",
        "how does this work",
    ),
    *_patterns(
        "help",
        "what do you do",
        "show help",
        "commands",
        "what are you",
        "who are you",
        "how do i use this",
    ),
)

UPDATES: Final = (
    *_patterns("clear_due", "clear|remove|delete|unset|drop the? due date|dates? of|for|from|on {task}"),
    *_patterns("clear_due", "clear|remove|delete|unset|drop {task} due date", "clear|remove|unset the? deadline of|for|from|on {task}"),
    *_patterns("add_tags", "tag|label {task} with|as {tags}", "add|put the|a? tag|tags|label|labels {tags} to|on {task}"),
    *_patterns("add_tags", "add|put {tags} to|on {number}"),
    *_patterns("remove_tags", "remove|delete|drop the? tag|tags|label|labels {tags} from|on|of {task}", "untag {task} {tags}"),
    *_patterns("remove_tags", "remove|delete|drop {tags} from {number}"),
    *_patterns("rename", "rename|retitle {task} to|as {title}", "change|set|update the? title|name of {task} to {title}"),
    *_patterns("rename", "change|set|update {task} title|name to {title}"),
    *_patterns("describe", "set|change|update the? description|note|notes of|for {task} to {title}"),
    *_patterns("describe", "add a? description|note|notes to {number} :? {title}"),
    *_patterns("priority", "set|change|update the? priority of|for {task} to|as {priority} priority?"),
    *_patterns("priority", "set|change|update {task} priority to {priority}", "prioritize|prioritise {task}"),
    *_patterns("priority", "make|set|mark|change {task} as|to? a? {priority} priority?", "make|set|mark {task} priority|prio {priority}"),
    *_patterns("due", "change|set|update the? due date? of|for {task} to|as|on {when}", "change|set|update the? deadline of|for {task} to {when}"),
    *_patterns("due", "change|set|update {task} due date? to|on|for|at|by? {when}", "make {task} due on|at|by|in? {when}"),
    *_patterns("due", "move|reschedule|postpone|push|delay|defer|shift|bump|snooze|schedule {task} back? to|until|till|for|on|by {when}"),
    *_patterns("due", "reschedule|postpone|snooze {task} {when}", "change|set {task} to|for {when}", "{number} is? due on|at|by? {when}"),
    *_patterns("start", "start|begin working? on? {task}", "mark|set|move {task} as|to? in -? progress", "mark|set|move {task} as|to? started|doing|ongoing"),
    *_patterns("start", "i'm|am? working on {task}", "i am working on {task}", "{number} is? in -? progress", "{number} started"),
    *_patterns("reopen", "reopen|uncomplete|uncheck|restore {task}", "mark|set|move {task} as|to? not done|finished|complete|completed"),
    *_patterns("reopen", "mark|set|move {task} as|to? incomplete|undone|open|todo|unfinished", "mark|set|move {task} as|to to do"),
    *_patterns("reopen", "re - open {task}", "{number} is? not done|finished|complete|completed"),
    *_patterns("complete", "mark|set|move {task} as|to? done|complete|completed|finished|closed", "check|tick|cross off {task} as? done?"),
    *_patterns("complete", "check|tick|cross {task} off", "done|finished with {task}", "i'm|am done|finished with {task}"),
    *_patterns("complete", "i am done|finished with {task}", "i|i've have? just|already? done|finished|completed|did {task}"),
    *_patterns("complete", "complete|finish {task}", "task completed|done|finished {task}", "{task} is|are done|complete|completed|finished"),
    *_patterns("complete", "{number} done|complete|completed|finished", "done|completed|finished {task}", "close {number}"),
    *_patterns("delete", "delete|remove|erase|drop|trash|discard {task}", "get rid of {task}", "take {task} off", "take {task} off my|the|our {list} list"),
    *_patterns("delete", "no need to {task}", "{list} list delete|remove {task}"),
)  # fmt: skip

NAMED_CREATES: Final = (
    *_patterns("create", "add|put|insert to|on|in my|the|our {list} list|note :? {title}"),
    *_patterns("create", "add|create|insert|new a|an|another|the|one? new? task|todo|to-do|item|reminder|entry item? called|named|titled|to|for|of|about|that|:|-? {title}"),
    *_patterns("create", "add|create|make a|an|another|the? new? to -? do item? called|named|titled|to|for|of|about|that|:? {title}"),
    *_patterns("create", "make|open|start a|an|another|new new? task|todo|item|reminder called|named|titled|to|for|of|about|that|:|-? {title}"),
    *_patterns("create", "task|todo|reminder|note : {title}", "quick add :? {title}", "add : {title}"),
    *_patterns("create", "remind me to|about|that|of? {title}", "set up? a reminder to|for|about {title}", "set a task to {title}"),
    *_patterns("create", "don't|dont forget to|about? {title}", "don't let me forget to|about? {title}", "remember to {title}"),
    *_patterns("create", "i need|have|must|gotta to {title}", "i must {title}", "note to self :? {title}", "jot down {title}", "put down {title}"),
)  # fmt: skip
ANY_CREATES: Final = (
    *_patterns("create_listed", "put|pop|stick {title}"),
    *_patterns("create", "add|create|insert {title}"),
)
BULK: Final = (
    *_patterns("complete_all_tasks", "complete|finish {rest}", "check|tick|cross off {rest}"),
    *_patterns(
        "complete_all_tasks", "mark|set|check {rest} as|to? done|complete|completed|finished|off"
    ),
    *_patterns(
        "delete_all_tasks", "delete|remove|erase|drop|trash|discard {rest}", "get rid of {rest}"
    ),
    *_patterns("delete_all_tasks", "clear|empty {rest}", clears=1),
)
CREATE_HEADERS: Final = _patterns(
    "header", "add|create|make these|the|following|new? following? tasks|todos|items? :?"
)

QUICK_STOPS: Final = _set(
    "i i'm i've i'll i'd you you're he she it it's we they this that these those the there here what what's "
    "whats how why when where who which whose is are am was were do does did can could would should will "
    "shall may might must have has had if because but so maybe no not yes ok okay hello hi thanks thank "
    "show list delete remove complete finish mark set move change rename clear reopen start tell give "
    "let let's my your our their his her at on in of from any anything all every nothing"
)

EXAMPLES: Final[tuple[tuple[frozenset[str], str], ...]] = (
    (
        _set("add create new make todo task need buy remind remember"),
        "add buy milk tomorrow at 5pm #errands",
    ),
    (_set("remind reminder forget remember"), "remind me to call Anna on Friday"),
    (_set("show list what see view display which find tasks my"), "show my open tasks"),
    (_set("due today overdue week tomorrow when"), "what is due this week?"),
    (_set("find search about where"), "find tasks about invoices"),
    (_set("done finish complete check tick completed finished"), "complete #3"),
    (_set("start begin progress working"), "start #3"),
    (_set("reopen undo undone uncheck restore"), "reopen #3"),
    (_set("rename title name call"), "rename #3 to Water the plants"),
    (_set("move reschedule postpone due date later push delay schedule"), "move #3 to Friday 9am"),
    (_set("priority urgent important high low"), "make #3 high priority"),
    (_set("tag tags label tagged"), "tag #3 with home"),
    (_set("delete remove erase trash rid"), "delete #3"),
    (_set("all everything clear delete done completed"), "delete all done tasks"),
    (_set("all everything complete finish"), "complete all tasks tagged home"),
)
USUAL_EXAMPLES: Final = ("add buy milk tomorrow at 5pm", "show my open tasks", "complete #3")
