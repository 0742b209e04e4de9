"""Settings as the receipt of a tool keeps them, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uvkit.model import is_url, without_credentials
from uvkit.project import IndexConfig, in_order, index_of
from uvkit.settings import Settings

if TYPE_CHECKING:
    from uvkit.resolver import CutOff

_NAMES_OR_ALL = {
    "no-sources": ("no_sources", "no-sources-package"),
    "no-build": ("resolver.no_build", "no-build-package"),
    "no-binary": ("resolver.no_binary", "no-binary-package"),
}
# What is the same in a receipt as on a command line.
_PLAIN = frozenset({
    "compile-bytecode", "config-settings", "config-settings-package", "extra-index-url", "find-links", "fork-strategy",
    "index-strategy", "index-url", "keyring-provider", "link-mode", "no-binary", "no-binary-package", "no-build",
    "no-build-package", "no-index", "no-sources", "no-sources-package", "prerelease", "prerelease-package",
    "require-build-hashes", "resolution",
})  # fmt: skip


def recorded_options(settings: Settings) -> dict[str, Any]:
    """Return the settings that were set, by uv's names and in uv's order; an upgrade is made with the same ones."""
    given = dict(settings.explicit())
    options: dict[str, Any] = {}
    for key, field, text in _FIELDS:
        if field in given:
            value = text(given[field])
            if value not in (None, [], {}, ()):
                options[key] = value
        if key == "exclude-newer" and options.get(key) is not None:
            options |= _span(given[field])
    return options


def settings_of(options: Mapping[str, Any]) -> Settings:
    """Return the settings that a receipt keeps; what a later release of uv wrote besides has no effect.

    Raises:
        InvalidOptionError: they are not valid.
    """
    plain = {key: value for key, value in options.items() if key in _PLAIN and not isinstance(value, Mapping)}
    plain |= {key: dict(options[key]) for key in _PLAIN if isinstance(options.get(key), Mapping)}
    newer = options.get("exclude-newer-span") or options.get("exclude-newer")
    if newer:
        plain["exclude-newer"] = newer
    if options.get("exclude-newer-package"):
        plain["exclude-newer-package"] = {
            name: value.get("span") or value.get("timestamp") if isinstance(value, Mapping) else value
            for name, value in options["exclude-newer-package"].items()
        }
    match options.get("build-isolation"):
        case "shared":
            plain["no-build-isolation"] = True
        case {"shared-package": names}:
            plain["no-build-isolation-package"] = names
    here = Path.cwd()
    indexes = tuple(in_order(index_of(one, folder=here, root=here) for one in options.get("index", ())))
    known = Settings.from_fields({"indexes": indexes}, {"indexes": "the receipt"}) if indexes else Settings()
    return Settings().with_arguments(plain).merged(known)


def _indexes(indexes: tuple[IndexConfig, ...]) -> list[dict[str, Any]]:
    rows = []
    # The default one first, as uv has it; which is asked last all the same.
    for one in sorted(indexes, key=lambda one: not one.default):
        row: dict[str, Any] = {} if one.name is None else {"name": one.name}
        row |= {"url": _location(one), "explicit": one.explicit, "default": one.default}
        rows.append(row | {"format": one.layout, "authenticate": one.authenticate})
    return rows


def _location(index: IndexConfig) -> str:
    """Return where an index is, without the credentials that it was given with."""
    return index.identity if is_url(index.identity) else Path(index.identity).absolute().as_uri()


def _places(indexes: tuple[IndexConfig, ...]) -> list[str]:
    return [without_credentials(_location(one)) for one in indexes]


def _moment(cut_off: CutOff | None) -> str | None:
    if cut_off is None:
        return None
    return _stamp(cut_off.instant(datetime.now(UTC)))


def _stamp(moment: datetime) -> str:
    text = moment.astimezone(UTC).isoformat()
    return text.replace("+00:00", "Z")


def _span(cut_off: CutOff | None) -> dict[str, str]:
    return {} if cut_off is None or cut_off.span is None else {"exclude-newer-span": cut_off.span}


def _moments(cut_offs: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _moment(one) if one else False for name, one in sorted(cut_offs.items())}


def _isolation(names: object) -> object:
    if names == "all":
        return "shared"
    return {"shared-package": sorted(names)} if isinstance(names, frozenset) and names else None


def _everything(names: object) -> bool | None:
    return True if names == "all" else None


def _some(names: object) -> list[str] | None:
    return sorted(names) if isinstance(names, frozenset) and names else None


def _or_none(value: bool) -> bool | None:  # noqa: FBT001  # reads a field
    return value or None


def _link_mode(mode: str) -> str | None:
    return None if mode == "auto" else mode


def _settings_table(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}


def _settings_tables(values: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {name: _settings_table(table) for name, table in values.items()}


def _rows() -> Iterator[tuple[str, str, Callable[[Any], Any]]]:
    yield ("index", "indexes", _indexes)
    yield ("no-index", "no_index", _or_none)
    yield ("find-links", "find_links", _places)
    yield ("index-strategy", "resolver.index_strategy", str)
    yield ("keyring-provider", "keyring", str)
    yield ("resolution", "resolver.strategy", str)
    yield ("prerelease", "resolver.prerelease", str)
    yield ("prerelease-package", "resolver.prerelease_by_project", dict)
    yield ("fork-strategy", "resolver.fork_strategy", str)
    yield ("config-settings", "build.config_settings", _settings_table)
    yield ("config-settings-package", "build.config_settings_by_project", _settings_tables)
    yield ("build-isolation", "build.no_isolation", _isolation)
    yield ("require-build-hashes", "build.require_hashes", _or_none)
    yield ("exclude-newer", "resolver.exclude_newer", _moment)
    yield ("exclude-newer-package", "resolver.exclude_newer_by_project", _moments)
    yield ("link-mode", "install.link_mode", _link_mode)
    yield ("compile-bytecode", "install.compile_bytecode", _or_none)
    for key, (field, packages) in _NAMES_OR_ALL.items():
        yield (key, field, _everything)
        yield (packages, field, _some)


_FIELDS = tuple(_rows())
