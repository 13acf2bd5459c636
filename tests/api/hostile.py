"""Input that no honest client sends, each with the refusal it deserves."""

import base64
import json
from collections.abc import Mapping
from types import MappingProxyType

type Refusal = tuple[int, str]
type Refused = Mapping[str, Refusal]

UNREADABLE: Refusal = (400, "invalid_json")
UNFIT: Refusal = (422, "invalid_request")
NO_TEXT: Refusal = (422, "text_not_storable")
NO_DATE: Refusal = (422, "due_not_understood")
FAR_DATE: Refusal = (422, "due_out_of_range")
NO_ZONE: Refusal = (422, "timezone_unknown")
NO_CURSOR: Refusal = (422, "cursor_invalid")
NO_PLACE: Refusal = (400, "cursor_invalid")  # in a stream
NO_TASK: Refusal = (404, "task_not_found")
NO_THREAD: Refusal = (404, "thread_not_found")
TOO_LARGE: Refusal = (413, "body_too_large")

PASSWORD = "canary-of-a-password"
TEN_MEGABYTES = b'{"title": "' + b"x" * 10_000_000 + b'"}'

BODIES: Mapping[bytes, Refusal] = MappingProxyType(
    {
        b"": UNFIT,
        b" ": UNREADABLE,
        b"\x00": UNREADABLE,
        b"nonsense": UNREADABLE,
        b'{"title": "half': UNREADABLE,
        b'{"title": "\xff\xfe"}': UNREADABLE,
        b"[" * 100_000: UNREADABLE,
        b'{"title":' * 50_000: UNREADABLE,
        b"9" * 5_000: UNREADABLE,
        b"null": UNFIT,
        b"NaN": UNFIT,
        b"7": UNFIT,
        b'"title"': UNFIT,
        b"[]": UNFIT,
        b'[{"title": "A"}]': UNFIT,
        b'{"\\ud800": 1}': UNFIT,
        b'{"title": NaN}': UNFIT,
        b'{"title": ' + b"[" * 400 + b"]" * 400 + b"}": UNFIT,
        b'{"title": "A", "password": "%s"}' % PASSWORD.encode(): UNFIT,
        TEN_MEGABYTES: TOO_LARGE,
    }
)
"""Whatever JSON object a door expects, these are none it takes."""

TASK_FIELDS: Refused = MappingProxyType(
    {
        '{"title": ""}': (422, "title_missing"),
        '{"title": " \\t\\u2003\\n"}': (422, "title_missing"),
        json.dumps({"title": "x" * 256}): (422, "title_too_long"),
        json.dumps({"title": "x" * 500_000}): UNFIT,
        '{"title": "a\\u0000b"}': NO_TEXT,
        '{"title": "a\\ud800b"}': UNFIT,
        '{"title": 7}': UNFIT,
        '{"title": true}': UNFIT,
        '{"title": ["A"]}': UNFIT,
        '{"title": {"text": "A"}}': UNFIT,
        json.dumps({"description": "x" * 2001}): (422, "description_too_long"),
        json.dumps({"description": "x" * 100_000}): UNFIT,
        '{"description": "\\u0000"}': NO_TEXT,
        '{"description": "\\udfff"}': UNFIT,
        '{"description": Infinity}': UNFIT,
        '{"status": "finished"}': UNFIT,
        '{"status": ""}': UNFIT,
        '{"priority": "HIGH"}': UNFIT,
        '{"priority": 1}': UNFIT,
        '{"tags": "home"}': UNFIT,
        '{"tags": [7]}': UNFIT,
        '{"tags": [["home"]]}': UNFIT,
        '{"tags": [""]}': (422, "tag_invalid"),
        '{"tags": ["#"]}': (422, "tag_invalid"),
        '{"tags": ["a\\u0000"]}': NO_TEXT,
        '{"tags": ["\\ud800"]}': UNFIT,
        json.dumps({"tags": ["x" * 51]}): (422, "tag_invalid"),
        json.dumps({"tags": [f"tag{number}" for number in range(21)]}): (422, "too_many_tags"),
        json.dumps({"tags": [f"tag{number}" for number in range(10_000)]}): UNFIT,
        '{"due": "someday"}': NO_DATE,
        '{"due": "2026-02-30"}': NO_DATE,
        '{"due": "2026-13-01"}': NO_DATE,
        '{"due": "0000-01-01"}': NO_DATE,
        '{"due": "99999-01-01"}': NO_DATE,
        '{"due": "2026-11-21T25:00"}': NO_DATE,
        '{"due": "2026-11-21T17:00:00+99:99"}': NO_DATE,
        '{"due": "-2026-11-21"}': NO_DATE,
        '{"due": "1969-12-31"}': FAR_DATE,
        '{"due": "9999-12-31"}': FAR_DATE,
        '{"due": "0001-01-01T00:00:00+14:00"}': FAR_DATE,
        '{"due": "9999-12-31T23:59:59-14:00"}': FAR_DATE,
        '{"due": "in 99999999 days"}': NO_DATE,
        '{"due": "\\u0000"}': NO_TEXT,
        json.dumps({"due": "tomorrow " * 100}): UNFIT,
        '{"due": 20261121}': UNFIT,
        '{"due": -Infinity}': UNFIT,
        '{"due": ["2026-11-21"]}': UNFIT,
        '{"due": "2026-11-21", "timezone": "Mars/Olympus"}': NO_ZONE,
        '{"due": "2026-11-21", "timezone": "../../etc/passwd"}': NO_ZONE,
        '{"due": "2026-11-21", "timezone": "/etc/localtime"}': NO_ZONE,
        '{"due": "2026-11-21", "timezone": "Europe"}': NO_ZONE,
        '{"due": "2026-11-21", "timezone": "right/Europe/Berlin"}': NO_ZONE,
        '{"due": "2026-11-21", "timezone": "UTC\\u0000"}': NO_TEXT,
        '{"id": "tsk_1"}': UNFIT,
        '{"owner_id": "usr_1"}': UNFIT,
        '{"number": 1}': UNFIT,
    }
)

BULK_FIELDS: Refused = MappingProxyType(
    {
        '{"status": "all"}': UNFIT,
        '{"status": ["todo"]}': UNFIT,
        '{"priority": NaN}': UNFIT,
        '{"tag": ""}': (422, "tag_invalid"),
        '{"tag": "\\u0000"}': NO_TEXT,
        '{"tag": 7}': UNFIT,
        json.dumps({"tag": "x" * 51}): (422, "tag_invalid"),
        '{"owner_id": "usr_1"}': UNFIT,
    }
)

LISTS: Refused = MappingProxyType(
    {
        "limit=0": UNFIT,
        "limit=101": UNFIT,
        "limit=-1": UNFIT,
        "limit=many": UNFIT,
        "limit=1.5": UNFIT,
        "limit=": UNFIT,
        f"limit={2**70}": UNFIT,
        f"limit={'9' * 5000}": UNFIT,
        "sort=random": UNFIT,
        "status=finished": UNFIT,
        "status=todo&status=finished": UNFIT,
        "priority=urgent": UNFIT,
        "tag=": (422, "tag_invalid"),
        "tag=%00": NO_TEXT,
        "q=%00": NO_TEXT,
        f"q={'x' * 201}": UNFIT,
        "due_after=someday": NO_DATE,
        "due_before=2026-02-30": NO_DATE,
        "due_before=9999-12-31": FAR_DATE,
        "owner_id=usr_1": UNFIT,
    }
)


def cursor(*keys: object) -> str:
    """As a page gives it, whatever the keys."""
    return base64.urlsafe_b64encode(json.dumps(keys).encode()).decode().rstrip("=")


CURSORS = (
    "nonsense",
    "%00",
    "%ED%A0%80",
    "====",
    cursor(),
    cursor("-created", "", 1.5),
    cursor("-created", "", 2**63),
    cursor("-created", "", True),
    cursor(None, None, None),
    base64.urlsafe_b64encode(b"[" * 1000).decode(),
    base64.urlsafe_b64encode(b'{"a": 1}').decode(),
)
"""For every page."""

TASK_CURSORS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "-created": (cursor("title", "a", 1),),
        "due": (
            cursor("due", "someday", 1),
            cursor("due", "0001-01-01T00:00:00+14:00", 1),
            cursor("due", "9999-12-31T23:59:59-14:00", 1),
        ),
        "priority": (cursor("priority", "9" * 30, 1), cursor("priority", "x", 1)),
        "title": (cursor("title", "a\x00b", 1), cursor("title", "a\ud800b", 1)),
    }
)

EVENT_CURSORS = ("nonsense", "-1", "1.5", "1e3", "0x10", "9" * 30, "1 2", "NaN", "[]")

PATHS = (
    "tsk_" + "0" * 32,
    "tsk_" + "0" * 31,
    "TSK_" + "0" * 32,
    "tsk_" + "0" * 32 + "%0A",
    "0",
    "-1",
    "999999999",
    str(2**70),
    "%D9%A1",
    "%00",
    "%ED%A0%80",
    "%F0%9F%8E%89",
    "x" * 5000,
    "'%20OR%20''='",
)
"""Addresses of no task and of no conversation."""

IDS = ("x" * 100_000, "a\x00b", "🎉", "' OR ''='", "None")
"""No server ever made one of these."""

TEXTS = (
    "🎉 party 👩‍👩‍👧‍👦",
    "שלום \u202eright to left\u202c",
    "\u2066isolated\u2069",
    "e\u0301\u0327 Å ﬁ ½",
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!͖̬̰̙̗̿̋ͥͥ̂ͣ̐́́͜͞",
    "100% _ \\ ' \" ; -- <b>&amp;</b>",
    "\U0010fffd and 漢字",
)
"""Unusual, but text that people write."""
