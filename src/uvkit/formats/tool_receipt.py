"""``uv-receipt.toml``: what an installed tool was asked for, in the form in which uv writes and reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

from packaging.specifiers import InvalidSpecifier, Specifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from uvkit.errors import InvalidRequirementError, InvalidTableError
from uvkit.markers import MarkerSet, MarkerSyntaxError
from uvkit.model import (
    ArchiveSource,
    DirectorySource,
    GitSource,
    ProjectName,
    Requirement,
    Source,
    extra_name,
    project_name,
)

from .toml import parse_toml

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_KINDS = ("url", "path", "directory", "editable", "git")


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolEntryPoint:
    """An executable of a tool: where it was put, and the project that provides it."""

    name: str
    install_path: Path
    provider: ProjectName | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolReceipt:
    """What a tool was asked for. The first of ``requirements`` is the tool, the others came with it.

    ``options`` are settings by the names that uv has for them in receipts.
    """

    requirements: tuple[Requirement, ...]
    constraints: tuple[Requirement, ...] = ()
    overrides: tuple[Requirement, ...] = ()
    excludes: tuple[ProjectName, ...] = ()
    build_constraints: tuple[Requirement, ...] = ()
    python: str | None = None
    entry_points: tuple[ToolEntryPoint, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def request(self) -> tuple[object, ...]:
        """Return what decides which distributions the tool has, but for settings and the interpreter."""
        return (
            self.requirements[:1],
            frozenset(self.requirements),
            frozenset(self.constraints),
            frozenset(self.overrides),
            frozenset(self.excludes),
            frozenset(self.build_constraints),
        )


# -- reading -----------------------------------------------------------------------------------------------------------


def parse_tool_receipt(text: str, *, path: Path) -> ToolReceipt:
    """Return the receipt in a text.

    Raises:
        InvalidTableError: it is none.
    """
    table = parse_toml(text, path=path).get("tool")
    if not isinstance(table, dict) or not table.get("requirements"):
        raise InvalidTableError(path=path, problems=(("tool.requirements", "a receipt says what the tool is"),))
    try:
        return ToolReceipt(
            requirements=tuple(map(_requirement, table["requirements"])),
            constraints=tuple(map(_requirement, table.get("constraints", ()))),
            overrides=tuple(map(_requirement, table.get("overrides", ()))),
            excludes=tuple(map(project_name, table.get("excludes", ()))),
            build_constraints=tuple(map(_requirement, table.get("build-constraint-dependencies", ()))),
            python=table.get("python"),
            entry_points=tuple(map(_entry_point, table.get("entrypoints", ()))),
            options=table.get("options", {}),
        )
    except (
        AttributeError, InvalidRequirementError, InvalidSpecifier, KeyError, MarkerSyntaxError, TypeError, ValueError,
    ) as error:  # fmt: skip
        raise InvalidTableError(path=path, problems=(("tool", f"not a receipt of a tool: {error}"),)) from error


def _requirement(table: Mapping[str, Any] | str) -> Requirement:
    if isinstance(table, str):
        # As the first releases wrote them.
        return Requirement.parse(table)
    extras = table.get("extras", ())
    return Requirement(
        project=project_name(table["name"]),
        extras=frozenset(map(extra_name, extras)),
        specifier=SpecifierSet(table.get("specifier", "")),
        marker=MarkerSet.parse(table["marker"]) if table.get("marker") else MarkerSet.everywhere(),
        source=_source(table),
        written_extras=tuple(map(extra_name, extras)) if len(extras) > 1 else (),
    )


def _source(table: Mapping[str, Any]) -> Source | None:
    kind = next((key for key in _KINDS if key in table), None)
    text = "" if kind is None else table[kind]
    match kind:
        case "url":
            return ArchiveSource(url=text, subdirectory=table.get("subdirectory"))
        case "path":
            return ArchiveSource(path=Path(text), subdirectory=table.get("subdirectory"))
        case "directory":
            return DirectorySource(path=Path(text))
        case "editable":
            return DirectorySource(path=Path(text), editable=True)
        case "git":
            return _repository(text)
        case _:
            return None


def _repository(text: str) -> GitSource:
    place, _, query = text.partition("#")[0].partition("?")
    fields = dict(parse_qsl(query))
    kind = next((name for name in ("rev", "tag", "branch") if name in fields), None)
    return GitSource(
        repository=place,
        reference=None if kind is None else fields[kind],
        reference_kind=kind,
        subdirectory=fields.get("subdirectory"),
        lfs=fields.get("lfs") == "true",
    )


def _entry_point(table: Mapping[str, Any]) -> ToolEntryPoint:
    provider = table.get("from")
    return ToolEntryPoint(
        name=table["name"],
        install_path=Path(table["install-path"]),
        provider=None if provider is None else project_name(provider),
    )


# -- writing -----------------------------------------------------------------------------------------------------------


def dump_tool_receipt(receipt: ToolReceipt) -> str:
    """Return the text of a receipt, as uv lays it out."""
    lines = ["[tool]", f"requirements = {_list(map(_requirement_table, receipt.requirements))}"]
    for key, requirements in (("constraints", receipt.constraints), ("overrides", receipt.overrides)):
        if requirements:
            lines.append(f"{key} = {_list(map(_requirement_table, requirements))}")
    if receipt.excludes:
        lines.append(f"excludes = {_list(map(_value, receipt.excludes))}")
    if receipt.build_constraints:
        limits = map(_requirement_table, receipt.build_constraints)
        lines.append(f"build-constraint-dependencies = {_list(limits)}")
    if receipt.python is not None:
        lines.append(f"python = {_value(receipt.python)}")
    rows = [_value(_entry_point_table(one)) for one in receipt.entry_points]
    lines.append(f"entrypoints = {_list(rows, always_lines=True)}")
    if receipt.options:
        lines += ["", "[tool.options]", *(f"{_key(key)} = {_value(value)}" for key, value in receipt.options.items())]
    return "\n".join([*lines, ""])


def _list(rows: Iterable[str], *, always_lines: bool = False) -> str:
    texts = list(rows)
    if len(texts) < 2 and not (always_lines and texts):
        return f"[{', '.join(texts)}]"
    return "".join(["[\n", *(f"    {text},\n" for text in texts), "]"])


def _requirement_table(requirement: Requirement) -> str:
    table: dict[str, Any] = {"name": requirement.project}
    if requirement.extras:
        table["extras"] = list(requirement.written_extras or sorted(requirement.extras))
    if str(requirement.specifier):
        table["specifier"] = ",".join(map(str, sorted(requirement.specifier, key=_by_version)))
    table |= _source_table(requirement.source)
    if not requirement.marker.is_everywhere():
        table["marker"] = str(requirement.marker)
    return _value(table)


def _by_version(specifier: Specifier) -> tuple[bool, Version, str]:
    """Return what specifiers are ordered by, as uv orders them."""
    try:
        return (False, Version(specifier.version.removesuffix(".*")), specifier.operator)
    except InvalidVersion:
        # `===` takes any text.
        return (True, Version("0"), specifier.version)


def _source_table(source: Source | None) -> dict[str, Any]:
    table: dict[str, Any] = {}
    match source:
        case ArchiveSource(url=str(url), subdirectory=subdirectory):
            table = {"url": url} | ({"subdirectory": subdirectory} if subdirectory else {})
        case ArchiveSource(path=Path() as path, subdirectory=subdirectory):
            table = {"path": str(path)} | ({"subdirectory": subdirectory} if subdirectory else {})
        case DirectorySource(path=path, editable=editable):
            table = {"editable" if editable else "directory": str(path)}
        case GitSource():
            fields = {"subdirectory": source.subdirectory, source.reference_kind or "rev": source.reference}
            fields["lfs"] = "true" if source.lfs else None
            query = "&".join(f"{name}={quote(value, safe='')}" for name, value in fields.items() if value)
            table = {"git": f"{source.repository}{'?' if query else ''}{query}"}
    return table


def _entry_point_table(entry: ToolEntryPoint) -> dict[str, Any]:
    table: dict[str, Any] = {"name": entry.name, "install-path": str(entry.install_path)}
    return table if entry.provider is None else table | {"from": entry.provider}


def _value(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return json.dumps(value, ensure_ascii=False)
        case Mapping():
            inner = ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items())
            return f"{{ {inner} }}" if inner else "{}"
        case list() | tuple():
            return f"[{', '.join(map(_value, value))}]"
        case _:
            return str(value)


def _key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else json.dumps(key)
