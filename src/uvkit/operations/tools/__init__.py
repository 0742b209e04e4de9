"""Tools: commands of packages, each in an environment of its own."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .requests import ToolRequest
    from .results import Tool, ToolAction, ToolResult
    from .tools import Tools

_MODULES = {
    "Tool": "results",
    "ToolAction": "results",
    "ToolRequest": "requests",
    "ToolResult": "results",
    "Tools": "tools",
}

__all__ = ["Tool", "ToolAction", "ToolRequest", "ToolResult", "Tools"]


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    value = getattr(import_module(f".{module}", __name__), name)
    globals()[name] = value
    return value
