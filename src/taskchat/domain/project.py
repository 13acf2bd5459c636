"""What a project is."""

from dataclasses import dataclass
from datetime import datetime

from taskchat.domain.task import ProjectRef

COLORS = ("red", "orange", "yellow", "green", "teal", "blue", "violet", "pink", "gray")


@dataclass(frozen=True, slots=True)
class Project:
    """A list of tasks with a name. The tasks of one that is archived show where they are asked for only."""

    id: str
    name: str
    color: str
    position: str
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None = None
    deleted_at: datetime | None = None
    version: int = 1

    @property
    def ref(self) -> ProjectRef:
        return ProjectRef(self.id, self.name)


def color_of(name_key: str) -> str:
    """The same colour for the same name, always and everywhere; for tags and for projects that have none yet."""
    return COLORS[sum(ord(char) * place for place, char in enumerate(name_key, 1)) % len(COLORS)]
