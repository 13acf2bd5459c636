"""Cursors as they travel: "17" is the 17th fact, "17-5" the 5th passing piece after it."""


def order(cursor: str) -> tuple[int, int]:
    fact, _, delta = cursor.partition("-")
    return int(fact), int(delta or 0)


def is_fact(cursor: str) -> bool:
    return order(cursor)[1] == 0


def gaps(cursors: list[str]) -> int:
    """How many times a cursor does not come right after the one before it."""
    pairs = zip([(0, 0), *map(order, cursors)], map(order, cursors), strict=False)
    return sum(after not in ((fact, delta + 1), (fact + 1, 0)) for (fact, delta), after in pairs)
