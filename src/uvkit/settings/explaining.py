"""What a setting comes to and who set it, by the names that users know: uv's keys, variables, and fields here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import timedelta
from typing import Any, Protocol

from uvkit.errors import InvalidOptionError
from uvkit.formats import PROJECT_ONLY, PipTable, ToolTable, did_you_mean
from uvkit.model import Requirement, Upgrade
from uvkit.project import IndexConfig
from uvkit.resolver import CutOff

from .arguments import fields_of_option
from .tables import field_of_key
from .variables import VARIABLES

_HIDDEN = ("username", "password", "is_of_file", "written")


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One option: the field of `Settings`, its value as plain data, where that comes from, and the default."""

    name: str
    value: Any
    origin: str
    default: Any

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for machines."""
        return {"name": self.name, "value": self.value, "origin": self.origin, "default": self.default}


class Explainable(Protocol):
    """Settings, as far as explaining them needs them."""

    @property
    def pip(self) -> Mapping[str, Any]:
        """Return the options that the pip commands alone have."""
        ...

    def explicit(self) -> Iterator[tuple[str, Any]]:
        """Yield the fields that are set."""
        ...

    def origin(self, field: str) -> str:
        """Return where a field comes from."""
        ...


def explained(
    key: str | None, *, settings: Explainable, base: Explainable, names: Collection[str]
) -> tuple[Explanation, ...]:
    """Return what is set, or what one key, variable or field stands for; ``base`` has the defaults of all ``names``.

    Raises:
        InvalidOptionError: there is no such option.
    """
    if key is None:
        given = [name for name in sorted(dict(settings.explicit())) if name != "pip"]
        of_pip = [_of_pip(settings, name) for name in sorted(settings.pip)]
        return (*(_explained(name, settings, base) for name in given), *of_pip)
    name = VARIABLES[key].option if key in VARIABLES else key.removeprefix("tool.uv.").removeprefix("pip.")
    field = None if name in settings.pip else _field(key, name, names)
    return (_of_pip(settings, name) if field is None else _explained(field, settings, base),)


def _explained(name: str, settings: Explainable, base: Explainable) -> Explanation:
    found = _get(settings, name)
    return Explanation(name=name, value=plain(found), origin=settings.origin(name), default=plain(_get(base, name)))


def _get(settings: Explainable, name: str) -> Any:
    group, _, key = name.rpartition(".")
    return getattr(getattr(settings, group) if group else settings, key)


def _of_pip(settings: Explainable, key: str) -> Explanation:
    """Return an option that the pip commands alone have."""
    origin = settings.origin("pip").replace("pip.pip`", f"pip.{key}`") if key in settings.pip else "default"
    return Explanation(name=f"pip.{key}", value=plain(settings.pip.get(key)), origin=origin, default=None)


def _field(key: str, name: str, names: Collection[str]) -> str | None:
    """Return the field that a key, or the ``name`` of its option, stands for; none for keys of the pip commands."""
    if key in names:
        return key
    found = field_of_key(name) or next(iter(fields_of_option(name)), None)
    if found is not None or name in PipTable.__annotations__:
        return found
    if name in PROJECT_ONLY:
        reason = "describes a project, and stands in its own `pyproject.toml` only"
    elif name in ToolTable.__annotations__:
        reason = "is read from its file by the command that it concerns, if by any"
    else:
        known = VARIABLES if name.isupper() else {*ToolTable.__annotations__, *names}
        reason = f"there is no such option{did_you_mean(name, known)}"
    raise InvalidOptionError(problems=((key, reason),))


def plain(value: Any) -> Any:
    """Return a value as data that JSON can hold, credentials left out."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Mapping():
            return {str(name): plain(one) for name, one in value.items()}
        case frozenset():
            return sorted(plain(one) for one in value)
        case tuple() | list():
            return [plain(one) for one in value]
        case _:
            return _READERS.get(type(value), _plain_object)(value)


def _plain_object(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, Requirement):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    return str(value)


def _index(index: IndexConfig) -> dict[str, Any]:
    shown = {"name": index.name, "url": index.identity}
    base = IndexConfig(url="")
    others = (one.name for one in fields(index) if one.name not in {*shown, *_HIDDEN})
    changed = {name: getattr(index, name) for name in others if getattr(index, name) != getattr(base, name)}
    return shown | {name: plain(one) for name, one in changed.items()}


_READERS: dict[type, Callable[[Any], Any]] = {
    CutOff: lambda cut_off: cut_off.span or (cut_off.timestamp and cut_off.timestamp.isoformat()),
    IndexConfig: _index,
    Upgrade: lambda upgrade: True if upgrade.projects == "all" else plain(upgrade.projects),
    timedelta: timedelta.total_seconds,
}
