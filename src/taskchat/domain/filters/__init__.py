"""The language in which a person says which tasks they mean; see docs/filters.md."""

from taskchat.domain.filters.days import resolve
from taskchat.domain.filters.parser import parse

__all__ = ["parse", "resolve"]
