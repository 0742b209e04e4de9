"""The JSON Schema of `[tool.uv]` and of `uv.toml`, for editors."""

from __future__ import annotations

from typing import Any, Literal

from .shape_models import json_schema
from .tool_tables import PROJECT_ONLY, ToolTable

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def tool_json_schema(file: Literal["pyproject.toml", "uv.toml"] = "pyproject.toml") -> dict[str, Any]:
    """Return the JSON Schema of `[tool.uv]`, or of a `uv.toml`, which has no keys that describe a project."""
    schema = json_schema(ToolTable)
    properties = schema["properties"]
    if file == "uv.toml":
        for key in PROJECT_ONLY:
            del properties[key]
    # Keys of `[tool.uv.pip]` mean what they mean above it, unless they say otherwise.
    for key, inner in schema["$defs"]["PipTable"]["properties"].items():
        if "description" not in inner and key in properties:
            inner["description"] = properties[key]["description"]
    title = "`uv.toml`" if file == "uv.toml" else "`[tool.uv]` in `pyproject.toml`"
    return {"$schema": _DIALECT, **schema, "title": title}
