"""JSON schemas of commands, in the plain and small form that every model accepts."""

from typing import Any

from taskchat.tasks.commands import Command

DROPPED = frozenset({"title", "default", "maxLength", "additionalProperties"})


def tool_schema(command: type[Command]) -> dict[str, Any]:
    """No references, no nulls, no titles: a model leaves out what it does not want to set."""
    schema = command.model_json_schema()
    definitions = schema.pop("$defs", {})
    properties = {
        name: _plain(value, definitions) for name, value in schema.get("properties", {}).items()
    }
    plain = {"type": "object", "properties": properties, "additionalProperties": False}
    return plain | ({"required": schema["required"]} if "required" in schema else {})


def _plain(node: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_plain(part, definitions) for part in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        node = definitions[node["$ref"].rsplit("/", 1)[-1]] | {
            name: value for name, value in node.items() if name != "$ref"
        }
        return _plain(node, definitions)
    if options := node.get("anyOf"):
        (given,) = [option for option in options if option.get("type") != "null"]
        rest = {name: value for name, value in node.items() if name != "anyOf"}
        return _plain(given | rest, definitions)
    return {
        name: _plain(value, definitions)
        for name, value in node.items()
        if not (name in DROPPED or (name == "description" and "enum" in node))
    }
