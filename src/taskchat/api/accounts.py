"""Sign up, in and out; who am I."""

from fastapi import APIRouter, Response

from taskchat.accounts import sessions
from taskchat.accounts.commands import Account, ChangeAccount, LogIn, Register, SignedIn
from taskchat.api.deps import COOKIE, AccountsDep, CurrentPrincipal, Once, ResourcesDep
from taskchat.api.errors import problems
from taskchat.api.idempotency import IdempotentRoute

router = APIRouter(prefix="/api/auth", tags=["accounts"], route_class=IdempotentRoute)


@router.post("/register", status_code=201, responses=problems(400, 403, 409, 422))
async def register(command: Register, resources: ResourcesDep, response: Response) -> Account:
    signed_in = await resources.accounts.register(command)
    return _keep(signed_in, response, resources.origin)


@router.post("/login", responses=problems(400, 401, 422))
async def log_in(command: LogIn, resources: ResourcesDep, response: Response) -> Account:
    """Always a new session, whatever cookie the request came with."""
    signed_in = await resources.accounts.log_in(command)
    return _keep(signed_in, response, resources.origin)


@router.post("/logout", status_code=204, responses=problems(401))
async def log_out(principal: CurrentPrincipal, resources: ResourcesDep, response: Response) -> None:
    """The cookie is worth nothing from now on. An API token has no session and stays as it is."""
    if principal.session_id:
        await resources.accounts.log_out(principal.session_id)
    _set_cookie(response, "", resources.origin, max_age=0)


@router.get("/me", responses=problems(401))
async def get_account(principal: CurrentPrincipal, accounts: AccountsDep) -> Account:
    return await accounts.get(principal.account_id)


@router.patch("/me", responses=problems(400, 401, 409, 422), dependencies=[Once])
async def update_account(
    command: ChangeAccount, principal: CurrentPrincipal, accounts: AccountsDep
) -> Account:
    return await accounts.change(principal.account_id, command)


def _keep(signed_in: SignedIn, response: Response, origin: str) -> Account:
    max_age = int(sessions.LIFETIME.total_seconds())
    _set_cookie(response, signed_in.token, origin, max_age=max_age)
    return signed_in.account


def _set_cookie(response: Response, token: str, origin: str, *, max_age: int) -> None:
    response.set_cookie(
        COOKIE,
        token,
        max_age=max_age,
        path="/",
        secure=origin.startswith("https:"),
        httponly=True,
        samesite="lax",
    )
