"""Places in a list that a person orders by hand: texts that sort by code point, with room between any two.

None ends with the first digit: nothing would fit between it and the same place without that digit.
"""

from bisect import bisect_right

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
BASE = len(DIGITS)
MOST_NUMBERED = 10**8


def numbered(number: int) -> str:
    """The place of the task with that number, 1 or more, before anybody moves it: later tasks stand further down."""
    digits = ""
    while number:
        number, digit = divmod(number - 1, BASE - 1)
        digits = DIGITS[digit + 1] + digits
    return chr(ord("a") + len(digits) - 1) + digits


def numbers_up_to(position: str) -> int:
    """How many numbers, from 1 on, have a place that is not after that one; not counted beyond MOST_NUMBERED."""
    return bisect_right(range(1, MOST_NUMBERED + 1), position, key=numbered)


def between(before: str, after: str) -> str:
    """A place after `before` and before `after`; an empty `before` is the top of the list."""
    shared = 0
    while shared < len(after) and _digit(before, shared) == _digit(after, shared):
        shared += 1
    if shared:
        return after[:shared] + between(before[shared:], after[shared:])
    low, high = _digit(before, 0), _digit(after, 0)
    if high - low > 1:
        return DIGITS[(low + high) // 2]
    if len(after) > 1:
        return after[0]
    return DIGITS[low] + _past(before[1:])


def _past(before: str) -> str:
    """A place after `before`, however far."""
    low = _digit(before, 0)
    if BASE - low > 1:
        return DIGITS[(low + BASE) // 2]
    return DIGITS[low] + _past(before[1:])


def _digit(place: str, index: int) -> int:
    return DIGITS.index(place[index]) if index < len(place) else 0
