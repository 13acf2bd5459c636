"""The faults that Gemini was seen to have, by name, byte for byte.

A name ending in `_once` has the fault on every other try, `_second_step` only after tools ran.
"""

from collections.abc import Mapping
from types import MappingProxyType

from taskchat.standin.breaks import BREAKS
from taskchat.standin.plays import Play, every_other_try, second_step
from taskchat.standin.refusals import REFUSALS
from taskchat.standin.texts import TEXTS
from taskchat.standin.toolcalls import CALLS

FAULTS: Mapping[str, Play] = MappingProxyType({**TEXTS, **CALLS, **REFUSALS, **BREAKS})


def play_for(name: str) -> Play:
    """Raises KeyError for a fault that is not known."""
    if name in FAULTS:
        return FAULTS[name]
    for suffix, limit in (("_once", every_other_try), ("_second_step", second_step)):
        if name.endswith(suffix):
            return limit(FAULTS[name.removesuffix(suffix)])
    raise KeyError(name)
