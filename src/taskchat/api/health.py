"""Whether the server lives, whether it can serve, and what a page must know before anyone signs in."""

from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel

from taskchat import __version__
from taskchat.api.deps import ResourcesDep

router = APIRouter()


class AssistantOut(BaseModel):
    kind: Literal["gemini", "commands"]
    name: str


class Config(BaseModel):
    signup: bool
    assistant: AssistantOut
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
    assistant = resources.assistant
    return Config(
        signup=await resources.accounts.is_signup_open(),
        assistant=AssistantOut(kind=assistant.kind, name=assistant.name),
        version=__version__,
    )
