"""JSON schemas of commands, in the plain and small form that every model accepts."""

from typing import Any, cast

from taskchat.tasks.commands import Command

type Schema = dict[str, Any]

DROPPED = frozenset(
    {"title", "default", "maxLength", "maxItems", "maximum", "minimum", "additionalProperties"}
)


def tool_schema(command: type[Command]) -> Schema:
    """No references, no nulls, no titles: a model leaves out what it does not want to set."""
    schema = command.model_json_schema()
    definitions: Schema = schema.pop("$defs", {})
    properties: Schema = schema.get("properties", {})
    plain: Schema = {
        "type": "object",
        "properties": {name: _plain(node, definitions) for name, node in properties.items()},
        "additionalProperties": False,
    }
    return plain | ({"required": schema["required"]} if "required" in schema else {})


def _plain(node: Schema, definitions: Schema) -> Schema:
    if reference := node.get("$ref"):
        target: Schema = definitions[reference.rsplit("/", 1)[-1]]
        return _plain(target | _without(node, "$ref"), definitions)
    if options := cast("list[Schema]", node.get("anyOf", [])):
        (given,) = [option for option in options if option.get("type") != "null"]
        return _plain(given | _without(node, "anyOf"), definitions)
    kept = {name: value for name, value in node.items() if name not in DROPPED}
    if "enum" in kept or not kept.get("description"):
        kept.pop("description", None)  # the names say it, or another command
    if "items" in kept:
        kept["items"] = _plain(kept["items"], definitions)
    return kept


def _without(node: Schema, name: str) -> Schema:
    return {key: value for key, value in node.items() if key != name}
