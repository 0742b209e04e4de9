"""The JSON Schema of `[tool.uv]`, for editors."""

from __future__ import annotations

from typing import Any

from .shape_models import json_schema
from .tool_tables import ToolTable


def tool_json_schema() -> dict[str, Any]:
    """Return the JSON Schema of `[tool.uv]`; `uv.toml` has the same keys but for those of `PROJECT_ONLY`."""
    return json_schema(ToolTable)
