"""How a project wants versions to be chosen: its settings as `ResolverOptions`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from uvkit.model import ProjectName, project_name
from uvkit.resolver import ResolverOptions

from .indexes import cut_off

if TYPE_CHECKING:
    from uvkit.formats import ToolTable


def resolver_keys(table: ToolTable) -> dict[str, tuple[str, Any]]:
    """Return the fields of `ResolverOptions` that a table sets, each with its key and value."""
    keys = {name: (key, read(table[key])) for key, (name, read) in _FIELDS.items() if key in table}  # type: ignore[literal-required]
    if keys.get("exclude_newer", ("", None))[1] is False:
        keys["exclude_newer"] = ("exclude-newer", None)
    for kind in ("binary", "build"):
        projects = _projects(table, kind)
        if projects is not None:
            keys[f"no_{kind}"] = (f"no-{kind}" if f"no-{kind}" in table else f"no-{kind}-package", projects)
    return keys


def resolver_field(key: str) -> str | None:
    """Return the field of `ResolverOptions` that a key sets, none if it sets none."""
    if key in _FIELDS:
        return _FIELDS[key][0]
    kind = key.removesuffix("-package")
    return kind.replace("-", "_") if kind in {"no-binary", "no-build"} else None


def resolver_options(table: ToolTable) -> ResolverOptions:
    """Return the options that a table sets, with defaults for the rest."""
    return ResolverOptions(**{name: value for name, (_, value) in resolver_keys(table).items()})


def _projects(table: ToolTable, kind: Literal["binary", "build"]) -> frozenset[ProjectName] | Literal["all"] | None:
    settings: Mapping[str, Any] = table
    if settings.get(f"no-{kind}"):
        return "all"
    if f"no-{kind}-package" in settings:
        return frozenset(map(project_name, settings[f"no-{kind}-package"]))
    return frozenset() if f"no-{kind}" in settings else None


def prerelease(text: str) -> str:
    """Return the policy that a text names; `if-necessary-or-explicit` is an old name."""
    return "if-necessary" if text == "if-necessary-or-explicit" else text


def index_strategy(text: str) -> str:
    """Return the strategy that a text names; `unsafe-any-match` is an old name."""
    return "unsafe-first-match" if text == "unsafe-any-match" else text


def _by_project(read: Callable[[Any], Any]) -> Callable[[Mapping[str, Any]], dict[ProjectName, Any]]:
    return lambda values: {project_name(name): read(value) for name, value in values.items()}


_FIELDS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "exclude-newer": ("exclude_newer", cut_off),
    "exclude-newer-package": ("exclude_newer_by_project", _by_project(cut_off)),
    "fork-strategy": ("fork_strategy", str),
    "index-strategy": ("index_strategy", index_strategy),
    "minimum-libc-version": ("minimum_libc", dict),
    "prerelease": ("prerelease", prerelease),
    "prerelease-package": ("prerelease_by_project", _by_project(prerelease)),
    "resolution": ("strategy", str),
}
