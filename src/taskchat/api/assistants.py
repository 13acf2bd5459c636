"""Whether a model does what TaskChat needs, for a person who wants to know."""

from typing import Self

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from taskchat.api.deps import CallerDep, Once, ResourcesDep
from taskchat.api.errors import problems
from taskchat.api.idempotency import IdempotentRoute
from taskchat.chat.doctor.checks import Checked
from taskchat.chat.doctor.findings import Check, Finding, Status
from taskchat.usage.prices import NANO_PER_DOLLAR

router = APIRouter(prefix="/api/assistants", tags=["chat"], route_class=IdempotentRoute)


class CheckModel(BaseModel):
    """The default one for null."""

    model_config = ConfigDict(extra="forbid")

    model: str | None = None


class FindingOut(BaseModel):
    """`found` and `advice` are sentences; `advice` is empty where nothing needs doing."""

    name: Check
    status: Status
    found: str
    advice: str

    @classmethod
    def of(cls, finding: Finding) -> Self:
        return cls(
            name=finding.name, status=finding.status, found=finding.found, advice=finding.advice
        )


class CheckOut(BaseModel):
    """`tokens` and `cost` are what the check came to; `cost` is in US dollars, null where no price is known."""

    model: str
    items: list[FindingOut]
    tokens: int
    cost: float | None

    @classmethod
    def of(cls, checked: Checked) -> Self:
        return cls(
            model=checked.model,
            items=[FindingOut.of(finding) for finding in checked.findings],
            tokens=checked.tokens,
            cost=None if checked.cost is None else checked.cost / NANO_PER_DOLLAR,
        )


@router.post("/check", responses=problems(400, 401, 403, 409, 422, 429), dependencies=[Once])
async def check_assistant(
    command: CheckModel, caller: CallerDep, resources: ResourcesDep
) -> CheckOut:
    """Sends the model a few small requests, whose tokens count as the person's own. At most every ten seconds."""
    return CheckOut.of(await resources.checks.check(command.model, caller))
