"""`Settings`: all options in one value, each with where it came from."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from uvkit.environment import InstallOptions
from uvkit.model import Selection, Upgrade
from uvkit.net import NetworkOptions
from uvkit.project import in_order
from uvkit.resolver import ResolverOptions

from .options import (
    AuditOptions,
    BuildOptions,
    Concurrency,
    RequirementFiles,
)

if TYPE_CHECKING:
    from uvkit.events import Notice
    from uvkit.model import ProjectName, Requirement
    from uvkit.project import IndexConfig, Project, Script
    from uvkit.resolver import IndexStrategy, StaticMetadata

    from .explaining import Explanation
    from .options import (
        Locking,
        PythonDownloads,
        PythonPreference,
        TrustedPublishing,
    )

DEFAULT = "default"
ARGUMENT = "argument"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every option of uvkit, with a default each.

    ``origins`` remembers for a field (`resolver.prerelease`) the file and key, or the variable, that set it; see
    `origin`. What nobody set has no entry.
    """

    indexes: tuple[IndexConfig, ...] = ()
    find_links: tuple[IndexConfig, ...] = ()
    no_index: bool = False
    keyring: Literal["disabled", "subprocess"] = "disabled"
    network: NetworkOptions = field(default_factory=NetworkOptions)
    resolver: ResolverOptions = field(default_factory=ResolverOptions)
    build: BuildOptions = field(default_factory=BuildOptions)
    install: InstallOptions = field(default_factory=InstallOptions)
    concurrency: Concurrency = field(default_factory=Concurrency)
    files: RequirementFiles = field(default_factory=RequirementFiles)
    audit: AuditOptions = field(default_factory=AuditOptions)
    selection: Selection = field(default_factory=Selection)
    upgrade: Upgrade = field(default_factory=Upgrade)
    no_sources: frozenset[ProjectName] | Literal["all"] = frozenset()
    constraints: tuple[Requirement, ...] = ()  # of pip-style calls; projects have those of their own tables
    overrides: tuple[Requirement, ...] = ()  # likewise
    excludes: frozenset[ProjectName] = frozenset()  # likewise
    dependency_metadata: tuple[StaticMetadata, ...] = ()  # likewise
    pip: Mapping[str, Any] = field(default_factory=dict)  # defaults for options of the pip commands, by uv's names
    cache_dir: Path | None = None
    no_cache: bool = False
    python: str | None = None
    python_preference: PythonPreference = "managed"
    python_downloads: PythonDownloads = "automatic"
    python_directory: Path | None = None
    python_mirror: str | None = None
    pypy_mirror: str | None = None
    graalpy_mirror: str | None = None
    pyodide_mirror: str | None = None
    python_list: str | None = None  # a URL or path of the list of interpreters that can be downloaded
    system_python: bool = False
    break_system_packages: bool = False
    environment: Path | None = None  # of the project; none: `.venv`
    locking: Locking = "update"
    synchronize: bool = True
    verify_hashes: bool = True
    check_wheel_names: bool = True  # whether a wheel must be what its file name says
    torch_backend: str | None = None  # of pip-style calls: whose builds of PyTorch are taken
    torch_index: str | None = None  # the address below which each backend has an index
    publish_url: str | None = field(default=None, repr=False)  # where distributions are uploaded
    check_url: str | None = field(default=None, repr=False)  # the index that is asked before an upload
    trusted_publishing: TrustedPublishing = "automatic"
    large_files: bool = False  # whether repositories come with them (git-lfs) where their sources do not say
    required_version: str | None = None
    progress: bool = True
    project_files: bool = field(default=True, compare=False)  # whether those of a project apply, below these settings
    notices: tuple[Notice, ...] = field(default=(), compare=False)  # about files that were read
    root: Path | None = None  # the folder of the lock, where relative paths of indexes start
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)

    @classmethod
    def discover(
        cls,
        project: Project | Script | str | os.PathLike[str] | None = None,
        *,
        variables: Mapping[str, str] | None = None,
        user_file: str | os.PathLike[str] | None = None,
        interface: Literal["project", "pip"] = "project",
    ) -> Self:
        """Return the settings for a project: variables over its own files, over the user's, over the system's.

        Without ``variables`` and ``user_file`` nothing is read but the files of the project, so the same call gives
        the same result everywhere. ``variables`` also say where the user's and the system's files are. In pip-style
        calls `[tool.uv.pip]` is added to `[tool.uv]`.

        Raises:
            InvalidTableError: a file is not valid; every wrong key is listed.
            InvalidOptionError: variables have values that are not understood; all of them are listed.
        """
        from .discovery import file_layers, ignores_projects, layer_fields

        files, root = file_layers(project, variables=variables, user_file=user_file)
        values: dict[str, Any] = {}
        origins: dict[str, str] = {}
        for layer in (layer for file in files for layer in layer_fields(file, interface)):
            values |= _combined_fields(layer[0], values)
            origins |= layer[1]
        result = replace(
            cls.from_fields(values, origins),
            root=root,
            project_files=not ignores_projects(variables),
            notices=tuple(dict.fromkeys(notice for file in files for notice in file.notices)),
        )
        return _with_variables(result, variables) if variables else result

    @classmethod
    def from_pip(
        cls,
        *,
        variables: Mapping[str, str] | None = None,
        home: str | os.PathLike[str] | None = None,
        prefix: str | os.PathLike[str] | None = None,
        command: str = "install",
        index_strategy: IndexStrategy | None = None,
    ) -> Self:
        """Return what pip would use to reach files: its variables over its configuration files.

        That are its indexes, links, trusted hosts, certificates, proxy, timeout, retries, keyring and `require-hashes`,
        each with its origin. pip takes the best version of all its indexes and links together, so with more than one
        of them the strategy is `unsafe-best-match`, which lets any of them replace a project of another; give
        ``index_strategy`` to decide otherwise. ``command`` names the section that wins over `[global]`, ``prefix`` the
        environment whose file counts (`VIRTUAL_ENV`, or this one). Put the result below other settings with `merged`.

        Raises:
            InvalidTableError: a file is not one of pip's.
            InvalidOptionError: values are not understood; all of them are listed.
        """
        from .pip import pip_fields

        values, origins = pip_fields(
            variables or {},
            home=Path(home) if home is not None else Path.home(),
            prefix=None if prefix is None else Path(prefix),
            command=command,
        )
        if index_strategy is not None:
            values["resolver.index_strategy"] = index_strategy
            origins["resolver.index_strategy"] = ARGUMENT
        return cls.from_fields(values, origins)

    @classmethod
    def from_fields(cls, values: Mapping[str, Any], origins: Mapping[str, str] | None = None) -> Self:
        """Return settings with some fields set, those of options by dotted names (`resolver.prerelease`)."""
        known = dict.fromkeys(values, ARGUMENT) if origins is None else origins
        return cls(origins=known, **_grouped(cls(), values))

    def origin(self, field: str) -> str:
        """Return where a field comes from: a file and key, a variable, `argument`, or `default`.

        Raises:
            KeyError: there is no such field.
        """
        known = self.origins.get(field)
        if known is not None:
            return known
        explicit = dict(self.explicit())
        if field in explicit:
            return ARGUMENT
        if field not in field_names():
            raise KeyError(field)
        return DEFAULT

    def explicit(self) -> Iterator[tuple[str, Any]]:
        """Yield the fields that somebody set, or that differ from the default, with their values."""
        base = Settings()
        for name, value, default in _leaves(self, base):
            if name in self.origins or value != default:
                yield name, value

    def explain(self, key: str | None = None) -> tuple[Explanation, ...]:
        """Return what an option comes to, who set it, and what it is by default; without a key, all that are set.

        The key may be uv's (`link-mode`, `tool.uv.pip.strict`), a variable's (`UV_LINK_MODE`), or that of a field
        (`install.link_mode`). Credentials are left out.

        Raises:
            InvalidOptionError: there is no such option.
        """
        from .explaining import explained

        return explained(key, settings=self, base=Settings(), names=field_names())

    @staticmethod
    def json_schema(file: Literal["pyproject.toml", "uv.toml"] = "pyproject.toml") -> dict[str, Any]:
        """Return the JSON Schema of `[tool.uv]`, or of `uv.toml`, which lacks what describes a project."""
        from uvkit.formats import tool_json_schema

        return tool_json_schema(file)

    def merged(self, other: Settings) -> Self:
        """Return these settings with those of ``other`` on top.

        Lists are joined, those of ``other`` first; sets are united; tables are joined by key; anything else that
        ``other`` sets replaces.
        """
        values = _combined_fields(dict(other.explicit()), dict(self.explicit()))
        origins = {**self.origins, **{name: other.origin(name) for name in values}}
        return replace(
            self,
            origins=origins,
            project_files=self.project_files and other.project_files,
            notices=self.notices or other.notices,
            root=self.root or other.root,
            **_grouped(self, values),
        )

    def with_arguments(self, arguments: Mapping[str, Any], *, variables: Mapping[str, str] | None = None) -> Self:
        """Return these settings with options of a command line on top, by uv's names with dashes.

        Values are texts, numbers, booleans and lists of texts; none counts as not given. Relative paths start at the
        working directory. An index may be the name of one that these settings have; with ``variables``, those with
        credentials for a name (`UV_INDEX_<NAME>_PASSWORD`) apply to the indexes among the arguments too.

        Raises:
            InvalidOptionError: a value is not understood; all of them are listed.
        """
        from .arguments import Around, argument_fields

        around = Around(Path.cwd(), self.root or Path.cwd(), self.indexes)
        values, origins = argument_fields(arguments, label=lambda name: f"--{name}", around=around)
        result = self.merged(Settings.from_fields(values, origins))
        return _with_credentials(result, variables) if variables and "indexes" in values else result

    @property
    def resolver_options(self) -> ResolverOptions:
        """Return how versions are chosen, with the cut-offs of the indexes."""
        own = {one.identity: one.exclude_newer for one in self.indexes if one.exclude_newer is not None}
        if not own:
            return self.resolver
        return replace(self.resolver, exclude_newer_by_index={**own, **self.resolver.exclude_newer_by_index})

    @property
    def index_strategy(self) -> IndexStrategy:
        """Return how several indexes are combined."""
        return self.resolver.index_strategy

    @property
    def fingerprint(self) -> str:
        """Return a digest of what is set, for keys of remembered results."""
        state = sha256()
        for name, value in sorted(self.explicit()):
            state.update(f"{name}={_stable(value)}\n".encode())
        return state.hexdigest()


def _with_variables(settings: Settings, variables: Mapping[str, str]) -> Any:
    from .arguments import Around
    from .variables import variable_fields

    around = Around(Path.cwd(), settings.root or Path.cwd(), settings.indexes)
    result = settings.merged(Settings.from_fields(*variable_fields(variables, around)))
    return _with_credentials(result, variables)


def _with_credentials(settings: Settings, variables: Mapping[str, str]) -> Any:
    from .credentials import with_credentials

    return replace(settings, indexes=tuple(with_credentials(index, variables) for index in settings.indexes))


def _grouped(settings: Settings, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of `Settings` that values by dotted names come to."""
    top: dict[str, Any] = {}
    nested: dict[str, dict[str, Any]] = {}
    for name, value in values.items():
        group, _, key = name.rpartition(".")
        if group:
            nested.setdefault(group, {})[key] = value
        else:
            top[key] = value
    return top | {group: replace(getattr(settings, group), **inner) for group, inner in nested.items()}


_GROUPS = ("network", "resolver", "build", "install", "concurrency", "files", "selection")
_NO_FIELDS = frozenset({*_GROUPS, "notices", "origins", "project_files", "root"})


def _leaves(settings: Settings, base: Settings) -> Iterator[tuple[str, Any, Any]]:
    for one in fields(settings):
        if one.name not in _NO_FIELDS:
            yield one.name, getattr(settings, one.name), getattr(base, one.name)
    for group in _GROUPS:
        mine, default = getattr(settings, group), getattr(base, group)
        if mine != default or any(name.startswith(f"{group}.") for name in settings.origins):
            for one in fields(mine):
                yield f"{group}.{one.name}", getattr(mine, one.name), getattr(default, one.name)


def field_names() -> frozenset[str]:
    """Return the names of all fields that hold an option, those of parts with a dot."""
    settings = Settings()
    nested = {f"{group}.{one.name}" for group in _GROUPS for one in fields(getattr(settings, group))}
    return frozenset(nested | {one.name for one in fields(settings)} - _NO_FIELDS)


def _combined_fields(high: Mapping[str, Any], low: Mapping[str, Any]) -> dict[str, Any]:
    return {name: combined(name, value, low[name]) if name in low else value for name, value in high.items()}


def combined(name: str, high: Any, low: Any) -> Any:
    """Return one value for two layers, ``high`` being the more important one."""
    if name == "indexes":
        return tuple(_distinct((*high, *low)))
    match high, low:
        case tuple(), tuple():
            return tuple(dict.fromkeys((*high, *low))) if name == "find_links" else (*high, *low)
        case frozenset(), frozenset():
            return high | low
        case frozenset(), "all":
            return low if high else high
        case Mapping(), Mapping():
            return {**low, **high}
        case Upgrade(), Upgrade():
            # `upgrade = false` takes back what a less important layer says.
            return high | low if high else high
        case _:
            return high


def _distinct(indexes: tuple[IndexConfig, ...]) -> Iterator[IndexConfig]:
    """Yield indexes by priority: of two with one name, or of two alike, the first; one default, last."""
    seen: set[object] = set()
    kept: list[IndexConfig] = []
    for index in indexes:
        key = index.name or (index.url, index.layout, index.default)
        if key not in seen:
            seen.add(key)
            kept.append(index)
    yield from in_order(kept)


def _stable(value: Any) -> str:
    """Return a text of a value that is the same in every process."""
    renderers: dict[type, Callable[[Any], str]] = {
        frozenset: lambda items: f"{{{','.join(sorted(map(_stable, items)))}}}",
        tuple: lambda items: f"({','.join(map(_stable, items))})",
        dict: lambda items: f"{{{','.join(sorted(f'{key}:{_stable(item)}' for key, item in items.items()))}}}",
        Upgrade: lambda upgrade: " ".join(
            map(_stable, (upgrade.projects, upgrade.limits, upgrade.groups, upgrade.constraints))
        ),
    }
    render = renderers.get(type(value))
    return repr(value) if render is None else render(value)
