"""Read tables by hand and collect everything that is wrong: plain projects never load more than this."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uvkit.errors import InvalidRequirementError, InvalidTableError
from uvkit.events import Notice
from uvkit.markers import RequiresPython, SpecifierSyntaxError
from uvkit.model import Requirement

from .toml import Problem, closest, key_path, kind_of

if TYPE_CHECKING:
    from .tool_tables import ToolTable

_PROJECT_ROOT = "${PROJECT_ROOT}"


class TableReader:
    """Reads tables and collects problems and notices."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.notices: list[Notice] = []

    def problem(self, key: str, reason: str) -> None:
        """Note that a key is wrong."""
        self.problems.append((key, reason))

    def table(self, value: object, key: str) -> dict[str, Any]:
        """Return a table, empty if it is none."""
        if isinstance(value, dict):
            return value
        self.problem(key, f"expected a table, got {kind_of(value)}")
        return {}

    def text(self, table: Mapping[str, Any], key: str, *, within: str) -> str | None:
        """Return a string of a table, or none if it is absent or something else."""
        value = table.get(key)
        if value is None or isinstance(value, str):
            return value
        self.problem(key_path(within, key), f"expected a string, got {kind_of(value)}")
        return None

    def texts(self, value: object, key: str) -> list[tuple[str, str]]:
        """Return the strings of an array, each with its path."""
        if not isinstance(value, list):
            self.problem(key, f"expected an array of strings, got {kind_of(value)}")
            return []
        result: list[tuple[str, str]] = []
        for position, item in enumerate(value):
            path = key_path(key, position)
            if isinstance(item, str):
                result.append((path, item))
            else:
                self.problem(path, f"expected a string, got {kind_of(item)}")
        return result

    def requirement(self, path: str, text: str) -> Requirement | None:
        """Return a requirement, or none if it does not parse."""
        try:
            return Requirement.parse(
                _rooted(text) if _PROJECT_ROOT in text else text, origin=f"`{path}` of `{self.path}`"
            )
        except InvalidRequirementError as error:
            self.problem(path, f"`{text}` is not a valid requirement: {error.reason}")
            return None

    def requirements(self, value: object, key: str) -> tuple[Requirement, ...]:
        """Return those requirements of an array that parse."""
        parsed = (self.requirement(path, text) for path, text in self.texts(value, key))
        return tuple(requirement for requirement in parsed if requirement is not None)

    def unknown_keys(self, table: Mapping[str, Any], known: Collection[str], *, within: str) -> None:
        """Note the keys that have no effect."""
        for key in table:
            if key not in known:
                match = closest(key, known)
                self.notices.append(
                    Notice(
                        "unknown-key",
                        f"`{key_path(within, key)}` in `{self.path}` is not a known key and has no effect",
                        f"did you mean `{match}`?" if match else None,
                    )
                )

    def requires_python(self, table: Mapping[str, Any], *, within: str) -> str | None:
        """Return the text of `requires-python`, if it is a specifier set."""
        text = self.text(table, "requires-python", within=within)
        if text is None:
            return None
        try:
            RequiresPython.parse(text)
        except SpecifierSyntaxError as error:
            self.problem(key_path(within, "requires-python"), str(error))
            return None
        return text

    def tool(self, value: object, *, strict: bool = False, refused: Collection[str] = ()) -> ToolTable | None:
        """Return the `uv` table of the `[tool]` table, or none if there is none; some keys may have no place in it."""
        tables = self.table(value, "tool")
        if "uv" not in tables:
            return None
        from .tool_reader import misplaced, read_tool_table

        table = self.table(tables["uv"], "tool.uv")
        result, problems, notices = read_tool_table(
            {key: table[key] for key in table if key not in refused}, path=self.path, within="tool.uv", strict=strict
        )
        self.problems += misplaced(table, refused, within="tool.uv")
        self.problems += problems
        self.notices += notices
        return result

    def finish(self) -> tuple[Notice, ...]:
        """Return the notices.

        Raises:
            InvalidTableError: there are problems; all of them are listed.
        """
        if self.problems:
            raise InvalidTableError(path=self.path, problems=tuple(self.problems))
        return tuple(self.notices)


def _rooted(text: str) -> str:
    """Return a requirement text in which a path below the project's folder is a `file:` URL with an absolute path."""
    for prefix in ("file:///", "file://", "file:"):
        text = text.replace(prefix + _PROJECT_ROOT, _PROJECT_ROOT)
    return text.replace(_PROJECT_ROOT, "file:///" + _PROJECT_ROOT)
