"""English words and patterns for days and times."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from taskchat.language.patterns import Pattern, read_pattern
from taskchat.language.words import DateLanguage, DateWords, Half, Part, Unit


def _each[V](table: Mapping[str, V]) -> Mapping[str, V]:
    """One entry per word, from entries keyed by several words."""
    return MappingProxyType(
        {word: value for words, value in table.items() for word in words.split()}
    )


def _patterns(meaning: str, *texts: str, **constants: object) -> tuple[Pattern, ...]:
    return tuple(read_pattern(meaning, text, **constants) for text in texts)


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NUMBERS = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_ORDINALS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
]

_DAYS: Final = (
    *_patterns("shifted_day", "{named}", "end of {named}"),
    *_patterns("shifted_day", "this {part}", named=0),
    *_patterns("shifted_day", "eod", "the? end of the? day|business", named=0),
    *_patterns("shifted_day", "the? day after {named}", extra=1),
    *_patterns("shifted_day", "the? day before {named}", extra=-1),
    *_patterns("offset", "in|within about|around|roughly|approximately? {span}", "{span} from now"),
    *_patterns("offset", "{span} from right? now|today", "{span} later|hence", "after {span}"),
    *_patterns("offset", "in {span} from now|today", "{span} after|from {named}"),
    *_patterns("offset", "in {span} time", "in|within the next {span}", "{span} after|from {day}"),
    *_patterns("offset", "{span} ago", sign=-1),
    *_patterns("offset", "{span} before {day}", sign=-1),
    *_patterns("weekday", "{weekday} .?"),
    *_patterns("this_weekday", "this|coming|upcoming {weekday}"),
    *_patterns("weekday_of_week", "next|following {weekday}", which=1),
    *_patterns("last_weekday", "last|past|previous {weekday}"),
    *_patterns(
        "weekday_of_week", "{weekday} of? the? {which} week", "the? {which} week ,? on? {weekday}"
    ),
    *_patterns("weekday_of_week", "{weekday} after next", which=2),
    *_patterns("week", "the? {which} week", "the? beginning|start of the? {which} week"),
    *_patterns("weekend", "the? {which} weekend"),
    *_patterns("weekend", "the weekend", which=0),
    *_patterns("month", "the? {which} month", "the? beginning|start of the? {which} month"),
    *_patterns("year", "the? {which} year", "the? beginning|start of the? {which} year"),
    *_patterns("week_end", "eow", "the? end of the? week", which=0),
    *_patterns("week_end", "the? end of the? {which} week"),
    *_patterns("month_end", "eom", "the? end of the? month", which=0),
    *_patterns("month_end", "the? end of the? {which} month", "the? end of {month} {year}?"),
    *_patterns("year_end", "eoy", "the? end of the? year", which=0),
    *_patterns("year_end", "the? end of the? {which} year"),
    *_patterns("date", "{month} .? ,? the? {dom} ,|of|in? {year}?", "{month} -|/ {dom}"),
    *_patterns("date", "{month} {spelled} ,? {year}?"),
    *_patterns("date", "{weekday} .? ,? the? {dom} of? {month} .? ,|in|of? {year}?"),
    *_patterns("date", "the? {dom} day? of? {month} .? ,|in|of? {year}?", "{year} {month} {dom}"),
    *_patterns("date", "{dom} -|/ {month} -|/? {year}?", "{year} -|/ {month} -|/ {dom}"),
    *_patterns("date_in_month", "the? {dom} day? of the? {which} month"),
    *_patterns("date_soon", "the {ordinal}", "{ordinal}"),
    *_patterns("weekday_date", "{weekday} ,? the? {dom}"),
    *_patterns("nth_weekday", "the? {ordinal} {weekday} of|in {month} {year}?"),
    *_patterns("nth_weekday", "the? {ordinal} {weekday} of|in the? {which} month"),
    *_patterns("nth_weekday", "the? last {weekday} of|in {month} {year}?", ordinal=-1),
    *_patterns("nth_weekday", "the? last {weekday} of|in the? {which} month", ordinal=-1),
    *_patterns("bare_month", "{month}", "this {month}"),
    *_patterns("month_of_year", "{month} .? ,|of? {year}", "{year} {month}"),
    *_patterns("numeric", "{numeric}"),
    *_patterns("feast", "christmas|xmas day? {year}?", month=12, dom=25),
    *_patterns("feast", "halloween {year}?", month=10, dom=31),
    *_patterns("feast", "christmas|xmas eve", month=12, dom=24),
    *_patterns("feast", "new year's|years eve", month=12, dom=31),
    *_patterns("feast", "new year's|years day?", month=1, dom=1),
    *_patterns("feast", "valentine's|valentines day", month=2, dom=14),
)

_CLOCKS: Final = (
    *_patterns("past", "half past? {hour}", minutes=30),
    *_patterns("past", "a? quarter past|after {hour}", minutes=15),
    *_patterns("past", "{minutes} min|mins|minutes|minute? past|after {hour}"),
    *_patterns("to", "a? quarter to|before|of {hour}", minutes=15),
    *_patterns("to", "{minutes} min|mins|minutes|minute? to|before {hour}"),
    *_patterns("at", "{hour}"),
)

_LEADS: Final = _patterns(
    "lead",
    "due date? :|is? by|on|at|before|until|for|in? the?",
    "deadline :|is? by|on|at|before?",
    "by|on|before|after|until|till|for|at|@|from|starting|in|during",
    "and|but? due by|on|at|before?",
)

_CONNECTORS: Final = _patterns(
    "connector",
    ",|at|@|on|in|by|around|about|from|before|after|around|of|for",
    "in|on|during the",
    ", at|on|in|by|around the?",
    "at around|about",
    "early|late",
    "in the early|late",
)

ENGLISH_DATES: Final = DateLanguage.of(
    DateWords(
        numbers=MappingProxyType({word: value for value, word in enumerate(_NUMBERS, 1)}),
        tens=_each({"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}),
        ordinals=MappingProxyType(
            {**{word: value for value, word in enumerate(_ORDINALS, 1)}, "thirtieth": 30}
        ),
        ordinal_suffixes=_set("st nd rd th"),
        articles=_set("a an one"),
        few=MappingProxyType(
            {
                ("a", "couple"): 2,
                ("a", "pair"): 2,
                ("a", "few"): 3,
                ("several",): 7,
                ("a", "quarter", "of", "an"): 0.25,
            }
        ),
        half_words=_set("half"),
        and_words=_set("and"),
        of_words=_set("of"),
        units=_each(
            {
                "second seconds sec secs": Unit(seconds=1),
                "minute minutes min mins": Unit(seconds=60),
                "hour hours hr hrs": Unit(seconds=3600),
                "day days": Unit(days=1),
                "week weeks wk wks": Unit(days=7),
                "fortnight fortnights": Unit(days=14),
                "month months": Unit(months=1),
                "year years yr yrs": Unit(months=12),
            }
        ),
        glued_units=_each(
            {
                "s": Unit(seconds=1),
                "m": Unit(seconds=60),
                "h": Unit(seconds=3600),
                "d": Unit(days=1),
                "w": Unit(days=7),
                "mo": Unit(months=1),
                "y": Unit(months=12),
            }
        ),
        weekdays=_each(
            {
                "monday mon": 0,
                "tuesday tue tues": 1,
                "wednesday wed weds": 2,
                "thursday thu thur thurs": 3,
                "friday fri": 4,
                "saturday sat": 5,
                "sunday sun": 6,
            }
        ),
        months=_each(
            {
                "january jan": 1,
                "february feb": 2,
                "march mar": 3,
                "april apr": 4,
                "may": 5,
                "june jun": 6,
                "july jul": 7,
                "august aug": 8,
                "september sep sept": 9,
                "october oct": 10,
                "november nov": 11,
                "december dec": 12,
            }
        ),
        named_days=_each(
            {
                "today tonight tonite": 0,
                "tomorrow tmr tmrw tmw tomorow tommorow tommorrow": 1,
                "overmorrow": 2,
                "yesterday": -1,
            }
        ),
        which=_each(
            {"this current": 0, "next following coming upcoming": 1, "last past previous": -1}
        ),
        nights=_set("tonight tonite"),
        parts=_each(
            {
                "morning": Part(9, Half.MORNING),
                "afternoon": Part(15, Half.AFTERNOON),
                "evening": Part(18, Half.AFTERNOON),
                "night": Part(21, Half.AFTERNOON),
                "tonight tonite": Part(20, Half.AFTERNOON),
            }
        ),
        moments=_each(
            {"noon midday lunch lunchtime noonish": (12, 0), "midnight": (24, 0), "cob": (17, 0)}
        ),
        halves=_each({"am": Half.MORNING, "pm": Half.AFTERNOON}),
        glued_halves=_each({"a": Half.MORNING, "p": Half.AFTERNOON}),
        hour_words=_set("o'clock oclock"),
        clock_leads=_set("at @ around about"),
        part_openers=frozenset({("in", "the"), ("during", "the")}),
        zones=_set(
            "est edt cst cdt mst mdt pst pdt pt et ct mt bst cet cest eet eest ist jst aest aedt"
        ),
        universal_zones=_set("utc gmt z"),
        shy=_set("lunch lunchtime mon wed sat sun may march mar second dec"),
        never=_set("24/7 9/11 50/50"),
        range_words=_set("- \u2013 \u2014 to till til until through thru or and &"),
        range_openers=_set("between"),
        repeaters=_set("every each"),
        repeated=_set(
            "day week month year hour morning evening afternoon night weekday weekend other second third "
            "first fourth fifth last two three four few couple single mondays tuesdays wednesdays thursdays fridays saturdays sundays"
        ),
        adverbs=_set(
            "daily weekly monthly yearly nightly everyday weekdays weekends mornings evenings nights "
            "mondays tuesdays wednesdays thursdays fridays saturdays sundays"
        ),
        leads=_LEADS,
        connectors=_CONNECTORS,
        clocks=_CLOCKS,
        days=_DAYS,
    )
)
