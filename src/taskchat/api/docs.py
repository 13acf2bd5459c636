"""`/docs`: the API at a glance, without scripts, so that it needs no exception from the content policy."""

from html import escape
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

router = APIRouter(include_in_schema=False)

PAGE = """<!doctype html>
<html lang="en">
<title>TaskChat API</title>
<h1>TaskChat API</h1>
<p>The whole description, for tools: <a href="/openapi.json">/openapi.json</a></p>
<table>
<thead><tr><th>Method</th><th>Address</th><th>Operation</th><th>What it does</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
</html>
"""


@router.get("/docs")
async def describe_api(request: Request) -> HTMLResponse:
    paths: dict[str, dict[str, dict[str, Any]]] = request.app.openapi()["paths"]
    rows = [
        _row(method.upper(), path, operation["operationId"], operation.get("description", ""))
        for path, methods in paths.items()
        for method, operation in methods.items()
    ]
    return HTMLResponse(PAGE.format(rows="\n".join(rows)))


def _row(*cells: str) -> str:
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
