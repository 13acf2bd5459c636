"""The ChatKit protocol's types in the API's own description, so that clients can be generated from it."""

from typing import Any, override

from chatkit.types import ChatKitReq, Page, Thread, ThreadItem, ThreadStreamEvent
from fastapi import FastAPI
from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaWarningKind

REF = "#/components/schemas/{model}"


class _Quiet(GenerateJsonSchema):
    """The SDK's generic actions have defaults that no schema can hold; the schema is right without them."""

    @override
    def emit_warning(self, kind: JsonSchemaWarningKind, detail: str) -> None:
        if kind != "non-serializable-default":
            super().emit_warning(kind, detail)


def describe_wire(app: FastAPI) -> None:
    """Adds ChatKitReq, ThreadStreamEvent, Thread and the pages to `/openapi.json`."""
    described = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            ours, wire = described()["components"]["schemas"], _schemas()
            if clashing := {name for name in ours.keys() & wire if ours[name] != wire[name]}:
                raise RuntimeError(f"two schemas share a name: {sorted(clashing)}")
            ours |= wire
        return described()

    app.openapi = openapi


def _schemas() -> dict[str, Any]:
    schemas: dict[str, Any] = {}
    described: tuple[tuple[str, TypeAdapter[Any], JsonSchemaMode], ...] = (
        ("ChatKitReq", TypeAdapter(ChatKitReq), "validation"),
        ("ThreadStreamEvent", TypeAdapter(ThreadStreamEvent), "serialization"),
        ("ThreadItem", TypeAdapter(ThreadItem), "serialization"),
        ("ThreadPage", TypeAdapter(Page[Thread]), "serialization"),
        ("ThreadItemPage", TypeAdapter(Page[ThreadItem]), "serialization"),
    )
    for name, adapter, mode in described:
        schema = adapter.json_schema(mode=mode, ref_template=REF, schema_generator=_Quiet)
        schemas = schema.pop("$defs", {}) | schemas | {name: schema}
    return schemas
