"""Read `[tool.uv]` and `uv.toml`: what is usable, what is wrong, and what has no effect.

A wrong value is a problem. An unknown key is one in `uv.toml`, in scripts, and in tables where it may change what is
resolved; elsewhere in `[tool.uv]` it is a notice, for a newer tool may know it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from uvkit.errors import InvalidTableError

from .shapes import Mistake, fits, without
from .toml import Problem, key_path, parse_toml
from .tool_checks import table_problems
from .tool_tables import PROJECT_ONLY, ToolTable

if TYPE_CHECKING:
    from uvkit.events import Notice

# An unknown key in these may change what is resolved, so it is never passed over.
_STRICT_TABLES = frozenset({
    "conflicts", "exclude-dependencies", "minimum-libc-version", "override-dependencies", "sources", "workspace",
})  # fmt: skip
# uv passes over unknown keys in these without a word, so files that it takes may have some.
_LENIENT_TABLES = frozenset({"audit", "index"})


def read_tool_table(
    data: Mapping[str, Any], *, path: Path, within: str = "", strict: bool = True
) -> tuple[ToolTable, list[Problem], list[Notice]]:
    """Return a checked table, what is wrong in it, and notices about keys that have no effect.

    ``within`` is the dotted path of the table, empty for `uv.toml`. The table holds only what is usable. A strict
    reader takes every unknown key for a problem.
    """
    table = dict(data)
    problems: list[Problem] = []
    notices: list[Notice] = []
    if not fits(ToolTable)(table):
        table, problems, notices = _explained(table, path=path, within=within, strict=strict)
    for key, found in table_problems(cast("ToolTable", table), within=within).items():
        problems += found
        del table[key]
    return cast("ToolTable", table), problems, notices


def _explained(
    table: dict[str, Any], *, path: Path, within: str, strict: bool
) -> tuple[dict[str, Any], list[Problem], list[Notice]]:
    from .shape_models import mistakes

    problems: list[Problem] = []
    notices: list[Notice] = []
    unusable: set[tuple[str | int, ...]] = set()
    for mistake in mistakes(table, ToolTable):
        key = _joined(within, mistake.path)
        if mistake.unknown is None or _is_wrong(mistake.path, strict=strict):
            problems.append((key, mistake.reason))
            unusable.add(mistake.path[:1])
        else:
            notices.append(_unknown(mistake, key, path))
            unusable.add(mistake.path)
    return without(table, unusable), problems, notices


def _is_wrong(path: tuple[str | int, ...], *, strict: bool) -> bool:
    """Tell whether an unknown key is a mistake rather than nothing."""
    return path[0] in _STRICT_TABLES or (strict and not (len(path) > 1 and path[0] in _LENIENT_TABLES))


def parse_uv_toml(text: str, path: Path) -> tuple[ToolTable, tuple[Notice, ...]]:
    """Return the settings of a `uv.toml`, and notices about keys that have no effect.

    Raises:
        InvalidTableError: it is not TOML, or keys are wrong, unknown, or only meant for `pyproject.toml`.
    """
    data = parse_toml(text, path=path)
    table, problems, notices = read_tool_table({key: data[key] for key in data if key not in PROJECT_ONLY}, path=path)
    problems += misplaced(data, PROJECT_ONLY)
    if problems:
        raise InvalidTableError(path=path, problems=tuple(problems))
    return table, tuple(notices)


def misplaced(data: Mapping[str, Any], keys: Collection[str], *, within: str = "") -> list[Problem]:
    """Return a problem for every key that only a `pyproject.toml` may have."""
    return [(key_path(within, key), "belongs into `[tool.uv]` of a `pyproject.toml`") for key in data if key in keys]


def _joined(within: str, path: tuple[str | int, ...]) -> str:
    for step in path:
        within = key_path(within, step)
    return within


def _unknown(mistake: Mistake, key: str, path: Path) -> Notice:
    from uvkit.events import Notice

    hint = mistake.reason.partition("; ")[2]
    return Notice("unknown-key", f"`{key}` in `{path}` is not a known setting and has no effect", hint or None)
