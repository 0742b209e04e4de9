"""Options of a command line, or variables that stand for them, as fields of `Settings`.

Options that are settings too go through the same checks as `uv.toml`; those of the command line alone are in `_OWN`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from uvkit.errors import InvalidOptionError
from uvkit.formats import PROJECT_ONLY, ToolTable, did_you_mean, read_tool_table
from uvkit.model import Upgrade, extra_name, group_name, is_url, project_name
from uvkit.project import in_order, index_of

from .tables import Place, table_fields

if TYPE_CHECKING:
    from uvkit.formats import IndexTable
    from uvkit.project import IndexConfig

    from .tables import Layer

Problem = tuple[str, str]
_PARTS = ("none", "project", "workspace", "local")
# Take the place of `index` in tables: their texts have a form of their own.
_INDEX_OPTIONS = ("index", "default-index", "extra-index-url", "index-url")
_PAIRS = ("exclude-newer-package", "config-settings", "prerelease-package")
_TABLE_KEYS = frozenset(ToolTable.__annotations__) - PROJECT_ONLY - {*_INDEX_OPTIONS, "pip"}
_NAME_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


class Around(NamedTuple):
    """What texts may refer to: the folder where relative paths start, that of the lock, and known indexes."""

    folder: Path
    root: Path
    indexes: Sequence[IndexConfig] = ()


def argument_fields(options: Mapping[str, Any], *, label: Callable[[str], str], around: Around) -> Layer:
    """Return the fields that options set, and the origin of each; ``label`` says how messages call an option.

    Raises:
        InvalidOptionError: options are unknown or have values that are not understood; all of them are listed.
    """
    given = {name: value for name, value in options.items() if value is not None}
    known = (*_TABLE_KEYS, *_OWN, *_INDEX_OPTIONS)
    problems = [(name, f"there is no such option{did_you_mean(name, known)}") for name in given if name not in known]
    problems += [(name, f"`{text}` is not of the form `name=value`") for name, text in _malformed(given)]
    table, wrong, _ = read_tool_table(_table(given), path=Path(), strict=True)
    problems += [(key.partition("[")[0].partition(".")[0], reason) for key, reason in wrong]
    values, origins = table_fields(table, Place(around.folder, around.root, label))
    indexes, unknown = _indexes(given, around)
    problems += unknown
    if indexes:
        values["indexes"] = indexes
        origins["indexes"] = label(next(name for name in _INDEX_OPTIONS if name in given))
    for name, given_value in given.items():
        if name in _OWN:
            for field, value in _OWN[name].read(given_value, around):
                values[field] = _together(values[field], value) if field in values else value
                origins[field] = label(name)
    if problems:
        raise InvalidOptionError(problems=tuple((label(name), reason) for name, reason in problems))
    return values, origins


def _together(one: Any, other: Any) -> Any:
    """Return what two options come to that set the same field."""
    if isinstance(one, Upgrade):
        return one | other
    if "all" in (one, other):
        return "all"
    if one in _PARTS and other in _PARTS:
        # What leaves out more wins.
        return max(one, other, key=_PARTS.index)
    return one | other if isinstance(other, frozenset | dict) else other


def _table(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that are settings, as `uv.toml` would have them."""
    table = {name: value for name, value in given.items() if name in _TABLE_KEYS}
    for name in _PAIRS:
        if name in table and not isinstance(table[name], Mapping):
            table[name] = _pairs(table[name])
    if isinstance(table.get("config-settings-package"), list):
        table["config-settings-package"] = _by_project(table["config-settings-package"])
    if str(table.get("exclude-newer")).lower() == "false":
        table["exclude-newer"] = False
    return table


def _malformed(given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the option and the text of each pair that is none."""
    for name in _PAIRS:
        texts = given.get(name, ())
        if not isinstance(texts, Mapping):
            yield from ((name, text) for text in texts if "=" not in text)
    texts = given.get("config-settings-package", ())
    if not isinstance(texts, Mapping):
        yield from (("config-settings-package", text) for text in texts if not _of_project(text)[1])


def _of_project(text: str) -> tuple[str, str]:
    """Return the project and the pair of `name:key=value`; the pair is empty if there is none."""
    name, _, pair = text.partition(":")
    return name.strip(), pair if "=" in pair else ""


def _by_project(texts: Iterable[str]) -> dict[str, Any]:
    pairs: dict[str, list[str]] = {}
    for name, pair in map(_of_project, texts):
        if pair:
            pairs.setdefault(name, []).append(pair)
    return {name: _pairs(found) for name, found in pairs.items()}


def _pairs(texts: Iterable[str]) -> dict[str, Any]:
    """Return `name=value` texts as a table; a name that comes twice has a list of values."""
    result: dict[str, Any] = {}
    for text in texts:
        name, equals, written = text.partition("=")
        if not equals:
            continue
        value: Any = False if written == "false" else written
        if name in result:
            before = result[name] if isinstance(result[name], list) else [result[name]]
            value = [*before, value]
        result[name] = value
    return result


# -- indexes -----------------------------------------------------------------------------------------------------------


def _indexes(given: Mapping[str, Any], around: Around) -> tuple[tuple[IndexConfig, ...], list[Problem]]:
    """Return the indexes of all options by priority, and what is wrong with them."""
    texts: list[tuple[str, str]] = [("index", text) for text in given.get("index", ())]
    texts += [("extra-index-url", text) for text in given.get("extra-index-url", ())]
    texts += [(option, given[option]) for option in ("default-index", "index-url") if option in given]
    found: list[IndexConfig] = []
    problems: list[Problem] = []
    for option, text in texts:
        default = option in {"default-index", "index-url"}
        try:
            found.append(_index(text, default=default, around=around))
        except ValueError as error:
            problems.append((option, str(error)))
    return tuple(in_order(found)), problems


def _index(text: str, *, default: bool, around: Around) -> IndexConfig:
    """Return the index of `name=url`, of a URL or path, or the known index of a name.

    Raises:
        ValueError: it is none of these.
    """
    name, separator, url = text.partition("=")
    if separator and not is_url(name) and "/" not in name:
        if not name or not _NAME_CHARACTERS.issuperset(name):
            raise ValueError(f"`{name}` is not a name of an index; use ASCII letters, digits, `-`, `_` and `.`")
        return _located({"name": name, "url": url, "default": default}, around)
    known = next((index for index in around.indexes if index.name == text), None)
    if known is not None:
        return replace(known, default=default, explicit=False)
    if not is_url(text) and _NAME_CHARACTERS.issuperset(text) and not (around.folder / text).exists():
        advice = did_you_mean(text, [index.name for index in around.indexes if index.name])
        raise ValueError(f"`{text}` is neither a URL, nor a folder, nor the name of an index{advice}")
    return _located({"url": text, "default": default}, around)


def _located(table: IndexTable, around: Around) -> IndexConfig:
    return index_of(table, folder=around.folder, root=around.root)


# -- options of the command line alone ---------------------------------------------------------------------------------


class Own(NamedTuple):
    """The fields that an option sets, and how a value gives theirs."""

    fields: tuple[str, ...]
    read: Callable[[Any, Around], Iterable[tuple[str, Any]]]


def fields_of_option(name: str) -> tuple[str, ...]:
    """Return the fields that an option of the command line alone sets; none if there is no such option."""
    return _OWN[name].fields if name in _OWN else ()


def _to(field: str, read: Callable[[Any], Any] = lambda value: value) -> Own:
    return Own((field,), lambda value, _: [(field, read(value))])


def _if_set(**fields: Any) -> Own:
    named = [(name.replace("__", "."), value) for name, value in fields.items()]
    return Own(tuple(name for name, _ in named), lambda value, _: named if value else [])


def _path(field: str) -> Own:
    return Own((field,), lambda value, around: [(field, Path(os.path.normpath(around.folder / value)))])


def _paths(field: str) -> Own:
    def read(values: Any, around: Around) -> Iterable[tuple[str, Any]]:
        return [(field, tuple(Path(os.path.normpath(around.folder / value)) for value in values))]

    return Own((field,), read)


def _names(field: str, normalized: Callable[[str], str]) -> Own:
    return Own((field,), lambda values, _: [(field, frozenset(map(normalized, values)))])


def _only_group(values: Any, _: Around) -> Iterable[tuple[str, Any]]:
    return [("selection.groups", frozenset(map(group_name, values))), ("selection.parts", "groups")]


_DEV = frozenset({group_name("dev")})
_OWN: dict[str, Own] = {
    # how the network is used
    "all-proxy": _to("network.proxies", lambda url: {"all": url}),
    "client-certificate": _path("network.client_certificate"),
    "http-connect-timeout": _to("network.connect_timeout", float),
    "http-retries": _to("network.retries", int),
    "http-timeout": _to("network.timeout", float),
    "lock-timeout": _to("install.lock_timeout", float),
    "trust-store": _path("network.trust_store"),
    # which interpreter and environment
    "break-system-packages": _to("break_system_packages"),
    "managed-python": _if_set(python_preference="only-managed"),
    "no-managed-python": _if_set(python_preference="only-system"),
    "no-python-downloads": _if_set(python_downloads="never"),
    "project-environment": _to("environment", Path),
    "python": _to("python"),
    "python-install-dir": _path("python_directory"),
    "system": _to("system_python"),
    "git-lfs": _to("large_files"),
    "torch-index": _to("torch_index"),
    # what is added or checked
    "build-constraint": _paths("files.build_constraints"),
    "constraint": _paths("files.constraints"),
    "exact": _to("install.exact"),
    "exclude": _paths("files.excludes"),
    "frozen": _if_set(locking="frozen"),
    "inexact": _if_set(install__exact=False),
    "locked": _if_set(locking="check"),
    "no-progress": _to("progress", lambda value: not value),
    "no-sync": _to("synchronize", lambda value: not value),
    "no-verify-hashes": _to("verify_hashes", lambda value: not value),
    "override": _paths("files.overrides"),
    "compile-bytecode-timeout": _to("install.bytecode_timeout", lambda seconds: float(seconds) or None),
    "no-installer-metadata": _to("install.installer_metadata", lambda value: not value),
    "skip-wheel-filename-check": _to("check_wheel_names", lambda value: not value),
    "upgrade-group": _to("upgrade", lambda names: Upgrade.only(groups=names)),
    "require-hashes": _to("install.require_hashes"),
    "verify-hashes": _to("verify_hashes"),
    # what is selected
    "all-extras": _if_set(selection__extras="all"),
    "all-groups": _if_set(selection__groups="all"),
    "all-packages": _if_set(selection__members="all"),
    "dev": _if_set(selection__extra_groups=_DEV),
    "extra": _names("selection.extras", extra_name),
    "group": _names("selection.extra_groups", group_name),
    "no-default-groups": _if_set(selection__groups=frozenset()),
    "no-dev": _if_set(selection__exclude_groups=_DEV),
    "no-editable": _to("selection.editable", lambda value: not value),
    "no-editable-package": _names("selection.not_editable", project_name),
    "no-extra": _names("selection.exclude_extras", extra_name),
    "no-group": _names("selection.exclude_groups", group_name),
    "no-install-local": _if_set(selection__exclude_members="local"),
    "no-install-package": _names("selection.exclude", project_name),
    "no-install-project": _if_set(selection__exclude_members="project"),
    "no-install-workspace": _if_set(selection__exclude_members="workspace"),
    "only-install-local": _if_set(selection__only_members="local"),
    "only-install-package": _names("selection.only", project_name),
    "only-install-project": _if_set(selection__only_members="project"),
    "only-install-workspace": _if_set(selection__only_members="workspace"),
    "only-dev": _if_set(selection__groups=_DEV, selection__parts="groups"),
    "only-group": Own(("selection.groups", "selection.parts"), _only_group),
    "package": _names("selection.members", project_name),
}
