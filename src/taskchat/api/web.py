"""The built web app, at the same origin as the API."""

from pathlib import Path

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from starlette.routing import Match

from taskchat.api.errors import refusal

STATIC = Path(__file__).parents[1] / "static"
NOT_BUILT = (
    "<!doctype html><title>TaskChat</title><h1>The web app is not built</h1>"
    "<p>Run <code>make run</code>, or <code>npm run build</code> in <code>web/</code>.</p>"
)
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]

missing = APIRouter(include_in_schema=False)


@missing.api_route("/api/{rest:path}", methods=METHODS)
async def refuse_unknown(rest: str, request: Request) -> Response:
    """What is no address of the API is not a page of the web app either."""
    if any(route.matches(request.scope)[0] is Match.PARTIAL for route in request.app.routes):
        return refusal(405, "This address does not take that method.", "method_not_allowed")
    return refusal(404, "There is nothing at this address.", "not_found")


def add_web_app(app: FastAPI, directory: Path = STATIC) -> None:
    """Files as they are built; every other address is a page that the web app itself knows."""
    if (directory / "index.html").is_file():
        app.frontend("/", directory=directory, fallback="index.html")
    else:
        app.add_api_route("/{rest:path}", _not_built, include_in_schema=False)


async def _not_built(rest: str) -> HTMLResponse:
    return HTMLResponse(NOT_BUILT, 503)
