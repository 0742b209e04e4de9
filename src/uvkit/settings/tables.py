"""From tables of TOML to fields of `Settings`: one line for each setting that has an effect here."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from uvkit.model import Upgrade, project_name
from uvkit.project import flat_indexes, resolver_keys, table_indexes

from .options import ExtraBuildRequirement

if TYPE_CHECKING:
    from uvkit.formats import PipTable, ToolTable
    from uvkit.model import ProjectName, Requirement


class Place(NamedTuple):
    """Where a table stands: the folder of its file, the folder of the lock, and how messages call its keys."""

    folder: Path
    root: Path
    label: Callable[[str], str]


Layer: TypeAlias = tuple[dict[str, Any], dict[str, str]]


def table_fields(table: ToolTable, place: Place) -> Layer:
    """Return the fields that a table sets, and the origin of each."""
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}

    def put(name: str, value: Any, *keys: str) -> None:
        values[name] = value
        origins[name] = place.label(next((key for key in keys if key in table), keys[0]))

    for name, (key, value) in resolver_keys(table).items():
        put(f"resolver.{name}", value, key)
    for key, (name, read) in _PLAIN.items():
        if key in table:
            put(name, read(table[key]), key)  # type: ignore[literal-required]
    for key, name in _PATHS.items():
        if key in table:
            put(name, Path(os.path.normpath(place.folder / str(table[key]))), key)  # type: ignore[literal-required]
    for name, keys, value in _joined(table, place):
        put(name, value, *keys)
    return values, origins


def manifest_fields(table: ToolTable, place: Place) -> Layer:
    """Return what a table adds to every plain installation below it; entries for single dependents are for locks."""
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for key, (name, read) in _MANIFEST.items():
        entries = [entry for entry in table.get(key, ()) if key in _TABLES or isinstance(entry, str)]  # type: ignore[attr-defined]
        if entries:
            values[name] = read(entries)
            origins[name] = place.label(key)
    return values, origins


def pip_fields(table: PipTable, place: Place) -> Layer:
    """Return the fields that `[tool.uv.pip]` sets, and the origin of each."""
    shared: dict[str, Any] = {key: value for key, value in table.items() if key not in _PIP}
    values, origins = table_fields(shared, place)  # type: ignore[arg-type]  # keys of both tables mean the same
    for key, (name, read) in _PIP.items():
        if key in table:
            values[name] = read(table[key])  # type: ignore[literal-required]
            origins[name] = place.label(key)
    own = {key: value for key, value in table.items() if key in _PIP_DEFAULTS}
    if own:
        values["pip"] = own
        origins["pip"] = place.label("pip")
    return values, origins


def field_of_key(key: str) -> str | None:
    """Return the field that a key of a table sets, none if it sets none."""
    from uvkit.project import resolver_field

    field = resolver_field(key)
    if field is not None:
        return f"resolver.{field}"
    for name, *keys in (*_SWITCHES, *_OF_SEVERAL, *((name, key) for key, name in _PATHS.items())):
        if key in keys:
            return name
    return next((table[key][0] for table in (_PLAIN, _MANIFEST, _PIP) if key in table), None)


def _static_metadata(entries: Any) -> Any:
    from uvkit.project import static_metadata

    return static_metadata({"dependency-metadata": entries})


def _joined(table: ToolTable, place: Place) -> Iterator[tuple[str, tuple[str, ...], Any]]:
    """Yield the fields that come from several keys."""
    indexes = table_indexes(table, folder=place.folder, root=place.root)
    if indexes:
        yield "indexes", ("index", "index-url", "extra-index-url"), indexes
    if "find-links" in table:
        yield "find_links", ("find-links",), flat_indexes(table, folder=place.folder, root=place.root)
    for name, flag, key in _SWITCHES:
        value = _switch(table, flag, key)
        if value is not None:
            yield name, (flag, key), value
    audit: Mapping[str, Any] = table.get("audit", {})
    for name, key in (("audit.ignored", "ignore"), ("audit.until_fixed", "ignore-until-fixed")):
        if key in audit:
            yield name, ("audit",), frozenset(audit[key])
    upgrade = _upgrade(table)
    if upgrade is not None:
        yield "upgrade", ("upgrade", "upgrade-package"), upgrade
    proxies = {scheme: table[key] for scheme, key in _PROXIES if key in table}  # type: ignore[literal-required]
    if proxies:
        yield "network.proxies", ("http-proxy", "https-proxy"), proxies


def _switch(table: Mapping[str, Any], flag: str, key: str) -> frozenset[ProjectName] | Literal["all"] | None:
    if table.get(flag):
        return "all"
    if key in table:
        return frozenset(map(project_name, table[key]))
    return frozenset() if flag in table else None


def _upgrade(table: Mapping[str, Any]) -> Upgrade | None:
    if table.get("upgrade"):
        return Upgrade.everything()
    if "upgrade-package" in table:
        return Upgrade.only(*table["upgrade-package"])
    return Upgrade() if "upgrade" in table else None


def _all_or_names(values: Iterable[str]) -> frozenset[ProjectName] | Literal["all"]:
    names = frozenset(values)
    if ":all:" in names:
        return "all"
    return frozenset(project_name(name) for name in names if name != ":none:")


def _trust(value: object) -> Literal["system", "bundled"]:
    return "system" if value else "bundled"


def _link_mode(value: str) -> str:
    return "clone" if value == "reflink" else value


def _downloads(value: str) -> str:
    return "automatic" if value == "auto" else value


def _config_settings(values: Mapping[str, str | list[str]]) -> dict[str, str | tuple[str, ...]]:
    return {key: value if isinstance(value, str) else tuple(value) for key, value in values.items()}


def _build_requirements(values: Mapping[str, list[Any]]) -> dict[ProjectName, tuple[ExtraBuildRequirement, ...]]:
    return {project_name(name): tuple(map(_build_requirement, entries)) for name, entries in values.items()}


def _build_requirement(entry: Any) -> ExtraBuildRequirement:
    from uvkit.model import Requirement

    if isinstance(entry, str):
        return ExtraBuildRequirement(requirement=Requirement.parse(entry))
    return ExtraBuildRequirement(
        requirement=Requirement.parse(entry["requirement"]), match_runtime=entry.get("match-runtime", False)
    )


def _by_project(read: Callable[[Any], Any]) -> Callable[[Mapping[str, Any]], dict[ProjectName, Any]]:
    return lambda values: {project_name(name): read(value) for name, value in values.items()}


def _requirements(values: Iterable[str]) -> tuple[Requirement, ...]:
    from uvkit.model import Requirement

    return tuple(map(Requirement.parse, values))


def _same(value: Any) -> Any:
    return value


_PLAIN: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "allow-insecure-host": ("network.insecure_hosts", frozenset),
    "build-constraint-dependencies": ("build.constraints", _requirements),
    "check-url": ("check_url", _same),
    "compile-bytecode": ("install.compile_bytecode", bool),
    "concurrent-builds": ("concurrency.builds", int),
    "concurrent-downloads": ("concurrency.downloads", int),
    "concurrent-installs": ("concurrency.installs", int),
    "config-settings": ("build.config_settings", _config_settings),
    "config-settings-package": ("build.config_settings_by_project", _by_project(_config_settings)),
    "extra-build-dependencies": ("build.extra_requirements", _build_requirements),
    "extra-build-variables": ("build.variables", _by_project(dict)),
    "keyring-provider": ("keyring", _same),
    "link-mode": ("install.link_mode", _link_mode),
    "native-tls": ("network.trust_store", _trust),
    "no-cache": ("no_cache", bool),
    "no-index": ("no_index", bool),
    "no-proxy": ("network.no_proxy", tuple),
    "offline": ("network.offline", bool),
    "python-downloads": ("python_downloads", _downloads),
    "python-downloads-json-url": ("python_list", _same),
    "python-install-mirror": ("python_mirror", _same),
    "pypy-install-mirror": ("pypy_mirror", _same),
    "graalpy-install-mirror": ("graalpy_mirror", _same),
    "pyodide-install-mirror": ("pyodide_mirror", _same),
    "publish-url": ("publish_url", _same),
    "python-preference": ("python_preference", _same),
    "require-build-hashes": ("build.require_hashes", bool),
    "required-version": ("required_version", _same),
    "system-certs": ("network.trust_store", _trust),
    "torch-backend": ("torch_backend", _same),
    "trusted-publishing": ("trusted_publishing", _same),
}
_MANIFEST: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "constraint-dependencies": ("constraints", _requirements),
    "override-dependencies": ("overrides", _requirements),
    "exclude-dependencies": ("excludes", lambda values: frozenset(map(project_name, values))),
    "dependency-metadata": ("dependency_metadata", _static_metadata),
}
_TABLES = frozenset({"dependency-metadata"})  # whose entries are tables that hold for everybody
_PATHS = {"cache-dir": "cache_dir"}
_SWITCHES = (
    ("build.no_isolation", "no-build-isolation", "no-build-isolation-package"),
    ("install.reinstall", "reinstall", "reinstall-package"),
    ("no_sources", "no-sources", "no-sources-package"),
)
_OF_SEVERAL = (
    ("indexes", "index", "default-index", "index-url", "extra-index-url"),
    ("find_links", "find-links"),
    ("upgrade", "upgrade", "upgrade-package"),
    ("network.proxies", "http-proxy", "https-proxy"),
)
_PROXIES = (("http", "http-proxy"), ("https", "https-proxy"))
# Options of the pip commands themselves, which no other part looks at.
_PIP_DEFAULTS = frozenset({
    "all-extras", "allow-empty-requirements", "annotation-style", "custom-compile-command", "emit-build-options",
    "emit-find-links", "emit-index-annotation", "emit-index-url", "emit-marker-expression", "extra", "generate-hashes",
    "group", "no-annotate", "no-deps", "no-emit-package", "no-extra", "no-header", "no-strip-extras",
    "no-strip-markers", "output-file", "prefix", "python-platform", "python-version", "strict", "target", "universal",
})  # fmt: skip
_PIP: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "break-system-packages": ("break_system_packages", bool),
    "dependency-metadata": ("dependency_metadata", _static_metadata),
    "no-binary": ("resolver.no_binary", _all_or_names),
    "only-binary": ("resolver.no_build", _all_or_names),
    "python": ("python", _same),
    "require-hashes": ("install.require_hashes", bool),
    "system": ("system_python", bool),
    "verify-hashes": ("verify_hashes", bool),
}
