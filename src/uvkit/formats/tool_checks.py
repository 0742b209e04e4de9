"""What a type cannot say about `[tool.uv]`: requirements, markers, names, versions and keys that exclude each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal, TypeAlias

from uvkit.errors import InvalidRequirementError
from uvkit.model import is_valid_name

from .toml import Problem, key_path
from .tool_tables import ConflictItemTable, IndexTable, SourceTable, ToolTable

Check: TypeAlias = Callable[[Any, str], Iterator[Problem]]

_SOURCE_KINDS = ("git", "url", "path", "index", "workspace")
_SOURCE_OPTIONS = {
    "git": {"subdirectory", "path", "rev", "tag", "branch", "lfs"},
    "url": {"subdirectory"},
    "path": {"editable", "package"},
    "index": set(),
    "workspace": {"editable"},
}
_INDEX_NAME_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


def table_problems(table: ToolTable, *, within: str) -> dict[str, list[Problem]]:
    """Return what is wrong in a table whose types are right, by key; keys without a problem are absent."""
    found = {key: list(_CHECKS[key](value, key_path(within, key))) for key, value in table.items() if key in _CHECKS}
    return {key: problems for key, problems in found.items() if problems}


# -- single values -----------------------------------------------------------------------------------------------------


def _requirement(text: str, path: str) -> Iterator[Problem]:
    from uvkit.model import Requirement

    try:
        Requirement.parse(text)
    except InvalidRequirementError as error:
        yield path, f"`{text}` is not a valid requirement: {error.reason}"


def _name(text: str, path: str) -> Iterator[Problem]:
    if not is_valid_name(text):
        yield path, f"`{text}` is not a valid name"


def _version(text: str, path: str) -> Iterator[Problem]:
    from packaging.version import InvalidVersion, Version

    try:
        Version(text)
    except InvalidVersion:
        yield path, f"`{text}` is not a valid version (PEP 440)"


def _specifiers(text: str, path: str) -> Iterator[Problem]:
    from uvkit.markers import RequiresPython, SpecifierSyntaxError

    try:
        RequiresPython.parse(text)
    except SpecifierSyntaxError as error:
        yield path, str(error)


def _marker(text: str, path: str) -> Iterator[Problem]:
    from uvkit.markers import MarkerSet, MarkerSyntaxError

    try:
        MarkerSet.parse(text)
    except MarkerSyntaxError as error:
        yield path, f"`{text}` is not a marker: {error}"


def _cut_off(value: str | Literal[False], path: str) -> Iterator[Problem]:
    if isinstance(value, str):
        from .durations import parse_cut_off

        try:
            parse_cut_off(value)
        except ValueError as error:
            yield path, str(error)


def _positive(value: int, path: str) -> Iterator[Problem]:
    if value < 1:
        yield path, f"expected a positive number, got {value}"


def _libc(value: Mapping[str, str], path: str) -> Iterator[Problem]:
    for name, version in value.items():
        parts = version.split(".")
        if len(parts) != 2 or not all(part.isdecimal() for part in parts):
            yield key_path(path, name), f"`{version}` is not a version of the form `<major>.<minor>`"


# -- arrays and tables of them -----------------------------------------------------------------------------------------


def _each(check: Check) -> Check:
    def run(values: Iterable[Any], path: str) -> Iterator[Problem]:
        for position, value in enumerate(values):
            yield from check(value, key_path(path, position))

    return run


def _by_name(check: Check) -> Check:
    def run(values: Mapping[str, Any], path: str) -> Iterator[Problem]:
        for name, value in values.items():
            yield from _name(name, key_path(path, name))
            yield from check(value, key_path(path, name))

    return run


def _one_or_many(check: Check) -> Check:
    def run(value: Any, path: str) -> Iterator[Problem]:
        return check(value, path) if isinstance(value, str) else _each(check)(value, path)

    return run


def _scoped(check: Check) -> Check:
    def run(value: Any, path: str) -> Iterator[Problem]:
        if isinstance(value, str):
            yield from check(value, path)
            return
        scope = value["package"]
        yield from _name(scope["name"], f"{path}.package.name")
        if "version" in scope:
            yield from _version(scope["version"], f"{path}.package.version")
        yield from _each(check)(value["dependencies"], f"{path}.dependencies")

    return run


def _nothing(_value: Any, _path: str) -> Iterator[Problem]:
    return iter(())


def _static_metadata(value: Mapping[str, Any], path: str) -> Iterator[Problem]:
    yield from _name(value["name"], f"{path}.name")
    checks: dict[str, Check] = {
        "version": _version,
        "requires-python": _specifiers,
        "requires-dist": _each(_requirement),
        "provides-extra": _each(_name),
        "provides-extras": _each(_name),
    }
    for key, check in checks.items():
        if key in value:
            yield from check(value[key], f"{path}.{key}")


def _build_requirement(value: Any, path: str) -> Iterator[Problem]:
    if isinstance(value, str):
        yield from _requirement(value, path)
    else:
        yield from _requirement(value["requirement"], f"{path}.requirement")


def _cache_key(value: Any, path: str) -> Iterator[Problem]:
    if not isinstance(value, str) and len(value) != 1:
        yield path, "expected exactly one of `file`, `dir`, `git` and `env`"
        return
    pattern = value if isinstance(value, str) else value.get("file")
    if isinstance(pattern, str):
        yield from _glob(pattern, path if isinstance(value, str) else f"{path}.file")


def _glob(pattern: str, path: str) -> Iterator[Problem]:
    """Find a set of characters that does not end; a bracket that comes first in a set belongs to it."""
    position = pattern.find("[")
    while position >= 0:
        begin = position + 2 + (pattern[position + 1 : position + 2] in {"!", "^"})
        end = pattern.find("]", begin)
        if end < 0:
            yield path, f"`{pattern}` is not a pattern: a `[` is not closed"
            return
        position = pattern.find("[", end)


def _workspace(value: Mapping[str, Any], path: str) -> Iterator[Problem]:
    for key in ("members", "exclude"):
        yield from _each(_glob)(value.get(key, []), f"{path}.{key}")


def _group_table(value: Mapping[str, str], path: str) -> Iterator[Problem]:
    if "requires-python" in value:
        yield from _specifiers(value["requires-python"], f"{path}.requires-python")


def _default_groups(value: Any, path: str) -> Iterator[Problem]:
    return iter(()) if isinstance(value, str) else _each(_name)(value, path)


# -- indexes -----------------------------------------------------------------------------------------------------------


def _indexes(values: list[IndexTable], path: str) -> Iterator[Problem]:
    names: dict[str, int] = {}
    default: int | None = None
    for position, value in enumerate(values):
        place = key_path(path, position)
        yield from _index(value, place)
        name = value.get("name")
        if name is not None and name in names:
            yield f"{place}.name", f"the name `{name}` is also that of {key_path(path, names[name])}"
        elif name is not None:
            names[name] = position
        if value.get("default") and default is not None:
            yield f"{place}.default", f"only one index may be the default, and {key_path(path, default)} is one"
        elif value.get("default"):
            default = position


def _index(value: IndexTable, path: str) -> Iterator[Problem]:
    name = value.get("name")
    if name is not None and (not name or not _INDEX_NAME_CHARACTERS.issuperset(name)):
        yield f"{path}.name", f"`{name}` is not a valid name; use ASCII letters, digits, `-`, `_` and `.` only"
    if not value["url"].strip():
        yield f"{path}.url", "expected a URL or a path"
    if value.get("explicit") and name is None:
        yield path, "an index with `explicit = true` needs a `name`, or no source can refer to it"
    for position, status in enumerate(value.get("ignore-error-codes", ())):
        if not 100 <= status <= 999:
            yield key_path(f"{path}.ignore-error-codes", position), f"{status} is not an HTTP status"
    if "exclude-newer" in value:
        yield from _cut_off(value["exclude-newer"], f"{path}.exclude-newer")


# -- conflicts ---------------------------------------------------------------------------------------------------------


def _conflict_set(value: list[ConflictItemTable], path: str) -> Iterator[Problem]:
    for position, item in enumerate(value):
        place = key_path(path, position)
        if "extra" in item and "group" in item:
            yield place, "expected one of `extra` and `group`, got both"
        if not item:
            yield place, "expected `extra`, `group` or `package`, got an empty table"
        for key, text in item.items():
            yield from _name(str(text), f"{place}.{key}")
    if len({tuple(sorted(item.items())) for item in value}) < 2:
        yield path, "a set of conflicts needs at least two different entries"


# -- sources -----------------------------------------------------------------------------------------------------------


def _sources(value: SourceTable | list[SourceTable], path: str) -> Iterator[Problem]:
    if isinstance(value, dict):
        yield from _source(value, path)
        return
    if not value:
        yield path, "needs at least one source"
    for position, source in enumerate(value):
        yield from _source(source, key_path(path, position))
    yield from _overlaps(value, path)


def _source(value: SourceTable, path: str) -> Iterator[Problem]:
    kinds = [kind for kind in _SOURCE_KINDS if kind in value]
    if not kinds:
        yield path, "needs one of `git`, `url`, `path`, `index` and `workspace`"
        return
    if kinds[:2] == ["git", "path"]:
        # An archive inside the repository.
        kinds.remove("path")
        if "subdirectory" in value:
            yield path, "cannot have both `subdirectory` and `path`"
    if len(kinds) > 1:
        yield path, f"cannot have both `{kinds[0]}` and `{kinds[1]}`"
        return
    common = {kinds[0], "marker", "extra", "group"}
    for key in value:
        if key not in common and key not in _SOURCE_OPTIONS[kinds[0]]:
            yield f"{path}.{key}", f"cannot be combined with `{kinds[0]}`"
    yield from _exclusions(value, path)
    if "marker" in value:
        yield from _marker(value["marker"], f"{path}.marker")
    if "extra" in value:
        yield from _name(value["extra"], f"{path}.extra")
    if "group" in value:
        yield from _name(value["group"], f"{path}.group")


def _exclusions(value: SourceTable, path: str) -> Iterator[Problem]:
    references = [key for key in ("rev", "tag", "branch") if key in value]
    if len(references) > 1:
        yield (
            path,
            f"expected at most one of `rev`, `tag` and `branch`, got {' and '.join(f'`{r}`' for r in references)}",
        )
    if value.get("editable") and value.get("package") is False:
        yield path, "`editable = true` and `package = false` exclude each other"
    if "extra" in value and "group" in value:
        yield path, "expected one of `extra` and `group`, got both"


def _overlaps(values: list[SourceTable], path: str) -> Iterator[Problem]:
    """Find two sources that both apply somewhere: each needs a marker, an extra or a group of its own."""
    from uvkit.markers import MarkerSet, MarkerSyntaxError

    seen: list[tuple[int, tuple[str | None, str | None], MarkerSet]] = []
    for position, value in enumerate(values):
        scope = (value.get("extra"), value.get("group"))
        if len(values) > 1 and "marker" not in value and scope == (None, None):
            yield key_path(path, position), "needs a `marker` (or `extra`, `group`), as there are several sources"
            continue
        try:
            marker = MarkerSet.parse(value.get("marker", ""))
        except MarkerSyntaxError:
            continue
        for other, other_scope, other_marker in seen:
            if scope == other_scope and not marker.is_disjoint(other_marker):
                yield f"{key_path(path, position)}.marker", f"overlaps with that of {key_path(path, other)}"
        seen.append((position, scope, marker))


_NAMES = _each(_name)
_REQUIREMENTS = _each(_requirement)
_CHECKS: dict[str, Check] = {
    "build-constraint-dependencies": _REQUIREMENTS,
    "cache-keys": _each(_cache_key),
    "concurrent-builds": _positive,
    "concurrent-downloads": _positive,
    "concurrent-installs": _positive,
    "config-settings-package": _by_name(_nothing),
    "conflicts": _each(_conflict_set),
    "constraint-dependencies": _REQUIREMENTS,
    "default-groups": _default_groups,
    "dependency-groups": _by_name(_group_table),
    "dependency-metadata": _each(_static_metadata),
    "dev-dependencies": _REQUIREMENTS,
    "environments": _one_or_many(_marker),
    "exclude-dependencies": _each(_scoped(_name)),
    "exclude-newer": _cut_off,
    "exclude-newer-package": _by_name(_cut_off),
    "extra-build-dependencies": _by_name(_each(_build_requirement)),
    "extra-build-variables": _by_name(_nothing),
    "index": _indexes,
    "minimum-libc-version": _libc,
    "no-binary-package": _NAMES,
    "no-build-isolation-package": _NAMES,
    "no-build-package": _NAMES,
    "no-sources-package": _NAMES,
    "override-dependencies": _each(_scoped(_requirement)),
    "prerelease-package": _by_name(_nothing),
    "reinstall-package": _NAMES,
    "required-environments": _one_or_many(_marker),
    "required-version": _specifiers,
    "sources": _by_name(_sources),
    "upgrade-package": _REQUIREMENTS,
    "workspace": _workspace,
}
