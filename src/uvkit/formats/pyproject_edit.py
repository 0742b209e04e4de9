"""Edits of `pyproject.toml` and of the block of a script that leave every other byte as it was."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Literal, TypeAlias

from uvkit.errors import InvalidRequirementError, InvalidTableError
from uvkit.markers import MarkerSet
from uvkit.model import IndexSource, ProjectName, Requirement, group_name, is_valid_name, project_name

from .toml_layout import (
    Array,
    InlineTable,
    Item,
    Key,
    Scalar,
    Table,
    TableArray,
    Value,
    inline_table,
    text_value,
    written_key,
)
from .toml_layout_read import read_layout
from .toml_list import insert_text, remove_item, replace_text, tidy

PlaceKind: TypeAlias = Literal["dependencies", "extra", "group", "legacy-dev"]
_NAME = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")
_DEV = "dev"


@dataclass(frozen=True, slots=True)
class Place:
    """A list of requirements: that of the project or script, of an extra, of a group, or uv's old one for `dev`."""

    kind: PlaceKind = "dependencies"
    name: str = ""

    def __str__(self) -> str:
        match self.kind:
            case "extra":
                return f"project.optional-dependencies.{self.name}"
            case "group":
                return f"dependency-groups.{self.name}"
            case "legacy-dev":
                return "tool.uv.dev-dependencies"
        return "project.dependencies"


class PyprojectEdit:
    """The text of a `pyproject.toml`, or of the block of a script, while it is edited.

    Raises:
        InvalidTableError: the text is not TOML.
    """

    def __init__(self, text: str, path: Path, *, of_script: bool = False) -> None:
        from .toml import parse_toml

        parse_toml(text, path=path)
        self.path = path
        self._of_script = of_script
        self._document = read_layout(text)

    def text(self) -> str:
        """Return the text as it is now."""
        return self._document.text()

    # -- requirements --------------------------------------------------------------------------------------------------

    def add(self, place: Place, requirement: Requirement, written: str, *, raw: bool = False) -> bool:
        """Add a requirement, or change the one that is there with the same marker; tell whether it is a new one.

        What is there keeps its versions if the new one names none, and its extras, unless ``raw``.

        Raises:
            InvalidTableError: the list is none, or several requirements may be meant.
        """
        array = self._list(place, make=True)
        matches = [
            (position, found)
            for position, found in enumerate(_parsed(array))
            if found is not None and found.project == requirement.project and found.marker == requirement.marker
        ]
        if not matches:
            insert_text(array, text_value(written))
            tidy(array)
            return True
        if len(matches) > 1:
            reason = f"`{requirement.project}` is there more than once with the same marker"
            raise InvalidTableError(path=self.path, problems=((str(place), reason),))
        position, found = matches[0]
        replace_text(array, position, text_value(written if raw else merged_text(found, requirement, written)))
        tidy(array)
        return False

    def requirements(self, place: Place) -> tuple[Requirement, ...]:
        """Return the requirements of a list, those that do not parse left out."""
        array = self._list(place, make=False)
        return tuple(found for found in _parsed(array) if found is not None)

    def written(self, place: Place, requirement: Requirement) -> str | None:
        """Return the text that stands in a list for a requirement, or none."""
        array = self._list(place, make=False)
        for item, found in zip(array.items, _parsed(array), strict=True):
            if found == requirement and isinstance(item, Scalar):
                return str(item.value)
        return None

    def rewrite(self, place: Place, change: Callable[[Requirement], str | None]) -> int:
        """Write requirements of a list anew where ``change`` gives another text; return how many changed."""
        array = self._list(place, make=False)
        changed = 0
        for position, found in enumerate(_parsed(array)):
            text = None if found is None else change(found)
            if text is not None:
                replace_text(array, position, text_value(text))
                changed += 1
        return changed

    def remove(self, place: Place, project: ProjectName) -> int:
        """Take all requirements on a project out of a list; return how many there were."""
        array = self._list(place, make=False)
        positions = [position for position, found in enumerate(_parsed(array)) if found and found.project == project]
        for position in reversed(positions):
            remove_item(array, position)
        if positions:
            tidy(array)
        return len(positions)

    def mentions(self, project: ProjectName) -> tuple[Place, ...]:
        """Return the lists that require a project."""
        return tuple(
            place for place in self.places() if any(one.project == project for one in self.requirements(place))
        )

    def places(self) -> tuple[Place, ...]:
        """Return the lists of requirements that there are."""
        found = [Place()]
        if self._of_script:
            return tuple(found)
        if self._find("tool", "uv", "dev-dependencies") is not None:
            found.append(Place("legacy-dev"))
        for kind, path in (("extra", ("project", "optional-dependencies")), ("group", ("dependency-groups",))):
            found += [Place(kind, name) for name in _names(self._find(*path))]  # type: ignore[arg-type]  # two literals
        return tuple(found)

    def dev_place(self, project: ProjectName) -> Place:
        """Return the list for a development requirement: uv's old one only where it is used already."""
        legacy = any(one.project == project for one in self.requirements(Place("legacy-dev")))
        groups = self._find("dependency-groups")
        has_group = any(group_name(name) == _DEV for name in _names(groups) if is_valid_name(name))
        has_legacy = self._find("tool", "uv", "dev-dependencies") is not None
        if legacy or (has_legacy and not has_group):
            return Place("legacy-dev")
        return Place("group", _DEV)

    # -- sources -------------------------------------------------------------------------------------------------------

    def set_source(self, project: ProjectName, source: Mapping[str, str | bool]) -> None:
        """Set the source of a project."""
        uv = self._table(("tool", "uv"))
        table = uv.items.get("sources")
        if table is None:
            table = Table()
            uv.put("sources", table)
        if not isinstance(table, Table):
            raise self._malformed("tool.uv.sources")
        known = _same_name(table.items, project)
        if known is not None:
            table.drop(known)
        table.put(known or project, inline_table(dict(source)))

    def remove_source(self, project: ProjectName) -> bool:
        """Take the source of a project out, and the table of sources if it is empty then."""
        uv = self._find("tool", "uv")
        table = uv.items.get("sources") if isinstance(uv, Table) else None
        if table is None:
            return False
        if not isinstance(table, Table) or not isinstance(uv, Table):
            raise self._malformed("tool.uv.sources")
        name = _same_name(table.items, project)
        if name is None:
            return False
        table.drop(name)
        if not table.items:
            uv.drop("sources")
        return True

    def has_source(self, project: ProjectName) -> bool:
        """Tell whether a project has a source."""
        table = self._find("tool", "uv", "sources")
        return isinstance(table, Table) and _same_name(table.items, project) is not None

    # -- indexes and members -------------------------------------------------------------------------------------------

    def add_index(self, url: str, *, name: str | None = None, default: bool = False) -> None:
        """Put an index first; one with the same name or address, or a default one for another, is replaced."""
        size = len(self._document.root.items)
        array = self._table_array(("tool", "uv"), "index")
        same = next((one for one in array.tables if _is_same_index(one, url, name=name, default=default)), None)
        table = Table() if same is None else same
        if same is not None:
            array.tables.remove(same)
        for key, wanted in (("name", name), ("url", url)):
            if wanted is not None and _text_of(table.items.get(key)) != wanted:
                _write(table, key, text_value(wanted))
        if default and "default" not in table.items:
            table.put("default", Scalar("true", value=True))
        self._place_first(array, table, is_new=same is None, size=size)

    def _place_first(self, array: TableArray, table: Table, *, is_new: bool, size: int) -> None:
        positions = [one.position for one in array.tables if one.position is not None]
        if not positions:
            if is_new:
                table.position = size
        elif table.position is None or table.position > min(positions):
            table.position = min(positions)
            for one in array.tables:
                one.position = None if one.position is None else one.position + 1
        # Behind the others it is visited last, and what has no place of its own follows it.
        array.tables.append(table)

    def add_member(self, path: str) -> None:
        """Add a folder to the members of the workspace."""
        uv = self._table(("tool", "uv"))
        workspace = uv.items.get("workspace")
        if workspace is None:
            workspace = Table()
            uv.put("workspace", workspace)
        if not isinstance(workspace, Table):
            raise self._malformed("tool.uv.workspace")
        members = workspace.items.get("members")
        if members is None:
            members = Array()
            workspace.put("members", members)
        if not isinstance(members, Array):
            raise self._malformed("tool.uv.workspace.members")
        members.items.append(text_value(path))
        tidy(members)

    # -- the version ---------------------------------------------------------------------------------------------------

    def set_version(self, version: str) -> None:
        """Set the version of the project."""
        table = self._find("project")
        if not isinstance(table, Table):
            raise self._malformed("project")
        value = text_value(version)
        old = table.items.get("version")
        if isinstance(old, Scalar):
            value.prefix, value.suffix = old.prefix, old.suffix
        table.put("version", value)

    # -- places --------------------------------------------------------------------------------------------------------

    @property
    def _top(self) -> tuple[str, ...]:
        """Return the table of the project, or of the script."""
        return () if self._of_script else ("project",)

    def _list(self, place: Place, *, make: bool) -> Array:
        path: tuple[str, ...]
        match place.kind:
            case "extra":
                return self._member(("project", "optional-dependencies"), place.name, make=make, sort=False)
            case "group":
                return self._member(("dependency-groups",), place.name, make=make, sort=True)
            case "legacy-dev":
                path, name = ("tool", "uv"), "dev-dependencies"
            case _:
                path, name = self._top, "dependencies"
        if not make:
            found = self._find(*path, name)
            return found if isinstance(found, Array) else Array()
        table = self._table(path)
        array = table.items.get(name)
        if array is None:
            array = Array()
            table.put(name, array)
        if not isinstance(array, Array):
            raise self._malformed(".".join((*path, name)))
        return array

    def _member(self, path: tuple[str, ...], name: str, *, make: bool, sort: bool) -> Array:
        parent = self._find(*path)
        known = _names(parent)
        wanted = next((one for one in known if is_valid_name(one) and group_name(one) == group_name(name)), None)
        if wanted is not None:
            found = _child(parent, wanted)
            if not isinstance(found, Array):
                raise self._malformed(".".join((*path, wanted)))
            return found
        array = Array()
        if not make:
            return array
        if parent is None:
            above = self._table(path[:-1])
            parent = Table()
            above.put(path[-1], parent)
        is_sorted = sort and all(one <= other for one, other in pairwise(known))
        if isinstance(parent, InlineTable):
            _grow(parent, name, array, in_order=is_sorted)
        elif isinstance(parent, Table):
            parent.put(name, array)
            if is_sorted:
                parent.items = dict(sorted(parent.items.items()))
        else:
            raise self._malformed(".".join(path))
        return array

    def _find(self, *path: str) -> Item | None:
        found: Item | None = self._document.root
        for name in path:
            found = _child(found, name)
        return found

    def _table(self, path: Iterable[str]) -> Table:
        """Return a table, made without a header if it is not there."""
        table = self._document.root
        for name in path:
            found = table.items.get(name)
            if found is None:
                found = Table(implicit=True)
                table.put(name, found)
            if not isinstance(found, Table):
                raise self._malformed(name)
            table = found
        return table

    def _table_array(self, path: Iterable[str], name: str) -> TableArray:
        table = self._table(path)
        found = table.items.get(name)
        if found is None:
            found = TableArray()
            table.put(name, found)
        if not isinstance(found, TableArray):
            raise self._malformed(name)
        return found

    def _malformed(self, key: str) -> InvalidTableError:
        reason = "is written in a form that cannot be edited; write it as a table or list of its own"
        return InvalidTableError(path=self.path, problems=((key, reason),))


def merged_text(found: Requirement, wanted: Requirement, written: str) -> str:
    """Return a requirement in the place of one: extras joined, and the old versions if the new one names none."""
    if wanted.source is not None:
        return written
    extras = found.extras | wanted.extras
    if wanted.specifier:
        return written_requirement(replace(wanted, extras=extras))
    return written_requirement(replace(found, extras=extras))


def written_requirement(requirement: Requirement) -> str:
    """Return a requirement as it is written into a project."""
    extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
    plain = str(requirement.with_marker(MarkerSet.everywhere()))
    direct = requirement.source is not None and not isinstance(requirement.source, IndexSource)
    text = plain if direct else f"{requirement.project}{extras}{specifier_text(requirement.specifier)}"
    marker = str(requirement.marker)
    return f"{text} ; {marker}" if marker else text


def specifier_text(specifiers: Iterable[object]) -> str:
    """Return specifiers in the order of their versions, which are written canonically (PEP 440)."""
    from packaging.version import InvalidVersion, Version

    rows: list[tuple[int, Version, str]] = []
    for specifier in map(str, specifiers):
        text = specifier.lstrip("<>=!~")
        operator, version, wildcard = specifier.removesuffix(text), text.removesuffix(".*"), text[-2:] == ".*"
        try:
            parsed = Version(version)
        except InvalidVersion:  # `===` takes any text
            rows.append((1, Version("0"), specifier))
            continue
        shown = text if operator == "===" else f"{parsed}{'.*' if wildcard else ''}"
        rows.append((0, parsed, operator + shown))
    return ",".join(text for _, _, text in sorted(rows))


def _parsed(array: Array) -> list[Requirement | None]:
    return [
        _parse(item.value) if isinstance(item, Scalar) and isinstance(item.value, str) else None for item in array.items
    ]


def _parse(text: str) -> Requirement | None:
    try:
        return Requirement.parse(text)
    except InvalidRequirementError:
        return None


def _child(item: Item | None, name: str) -> Item | None:
    match item:
        case Table(items=items):
            return items.get(name)
        case InlineTable():
            return item.get(name)
    return None


def _names(item: Item | None) -> list[str]:
    match item:
        case Table(items=items):
            return list(items)
        case InlineTable(entries=entries):
            return [keys[0].name for keys, _ in entries]
    return []


def _same_name(items: Iterable[str], project: ProjectName) -> str | None:
    return next((name for name in items if is_valid_name(name) and project_name(name) == project), None)


def _grow(table: InlineTable, name: str, value: Array, *, in_order: bool) -> None:
    """Add an entry to a table in one line, whose blanks become the usual ones."""
    table.entries.append(((Key(name, written_key(name)),), value))
    if in_order:
        table.entries.sort(key=lambda entry: entry[0][0].name)
    table.preamble = ""
    for keys, item in table.entries:
        keys[-1].prefix = keys[-1].suffix = item.prefix = item.suffix = None


def _write(table: Table, name: str, value: Value) -> None:
    """Set a value; around that of a key that is there already, blanks stay, and around the key they become usual."""
    old, key = table.items.get(name), table.keys.get(name)
    if key is not None:
        key.prefix = key.suffix = None
    if isinstance(old, Scalar) and isinstance(value, Scalar):
        value.prefix, value.suffix = old.prefix, old.suffix
    table.put(name, value)


def _text_of(item: Item | None) -> str | None:
    return item.value if isinstance(item, Scalar) and isinstance(item.value, str) else None


def _is_same_index(table: Table, url: str, *, name: str | None, default: bool) -> bool:
    is_default = isinstance(flag := table.items.get("default"), Scalar) and flag.value is True
    if default and is_default:
        return True
    if name is not None and _text_of(table.items.get("name")) == name:
        return True
    return (_text_of(table.items.get("url")) or "").rstrip("/") == url.rstrip("/")
