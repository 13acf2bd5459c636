"""Whether the server lives, whether it can serve, and what a page must know before anyone signs in."""

from typing import Literal, Self

from fastapi import APIRouter, Response
from pydantic import BaseModel

from taskchat import __version__
from taskchat.api.deps import ResourcesDep
from taskchat.chat.assistant import Assistant, Kind

router = APIRouter()


class AssistantOut(BaseModel):
    """`id` is what a message's `inference_options.model` asks for, `name` what people read."""

    id: str
    kind: Kind
    name: str

    @classmethod
    def of(cls, assistant: Assistant) -> Self:
        return cls(id=assistant.id, kind=assistant.kind, name=assistant.name)


class Config(BaseModel):
    """`assistant` answers unless another one of `assistants` is asked for."""

    signup: bool
    assistant: AssistantOut
    assistants: list[AssistantOut]
    version: str


class Health(BaseModel):
    status: Literal["ok", "unavailable"]


@router.get("/healthz", tags=["operations"])
async def check_alive() -> Health:
    return Health(status="ok")


@router.get("/readyz", tags=["operations"])
async def check_ready(resources: ResourcesDep, response: Response) -> Health:
    if await resources.database.is_reachable():
        return Health(status="ok")
    response.status_code = 503
    return Health(status="unavailable")


@router.get("/api/config", tags=["operations"])
async def get_config(resources: ResourcesDep) -> Config:
    """Needs no sign-in."""
    assistants = resources.assistants
    return Config(
        signup=await resources.accounts.is_signup_open(),
        assistant=AssistantOut.of(assistants.default),
        assistants=[AssistantOut.of(assistant) for assistant in assistants.all],
        version=__version__,
    )
