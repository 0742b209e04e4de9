"""From arguments to the session and the event sink of one command."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import uvkit

from .printer import Printer

if TYPE_CHECKING:
    from uvkit import Cache, EventSink, Project, Script, Session, Settings

# Options that a command itself reads; everything else that was given is a setting.
COMMANDS_OWN = frozenset({
    "active", "allow_empty_requirements", "allow_existing", "annotate", "annotation_style", "app", "argv",
    "author_from", "bare", "bounds", "branch", "build_all", "build_backend", "build_package", "bump", "cache_command",
    "check", "check_exists", "ci", "clear", "clear_folder", "color", "command", "config_command", "config_file",
    "custom_compile_command", "depth", "description", "directory", "dry_run", "editable", "emit_build_options",
    "emit_find_links", "emit_index_annotation", "emit_index_url", "emit_marker_expression", "exclude_editable", "file",
    "files", "folder", "force", "force_pep517", "format", "generate_hashes", "handler", "hashes", "header", "help",
    "human", "ignore", "ignore_until_fixed", "invert", "is_script", "json", "key", "leave_out", "left_out", "lfs",
    "lib", "list_files", "marker", "member", "name", "names", "no_annotate", "no_attestations", "no_build_logs",
    "no_config", "no_create_gitignore", "no_dedupe", "no_deps", "no_description", "no_emit_package", "no_hashes",
    "no_header", "no_lock", "no_package", "no_pin_python", "no_project", "no_readme", "no_strip_extras",
    "no_strip_markers", "no_workspace", "optional", "out_dir", "outdated", "output_file", "output_format", "package_it",
    "password", "path", "paths", "pip", "pip_command", "prefix", "project", "prompt", "prune", "publish_index",
    "python_platform", "python_version", "quiet", "raw", "refresh", "refresh_package", "relocatable", "report",
    "requirements", "rev", "script", "sdist", "seed", "service_format", "service_url", "shell", "short", "show_sizes",
    "show_version_specifiers", "source", "strict", "system_site_packages", "tag", "target", "to_dev", "to_group",
    "token", "tool", "tree_package", "universal", "user", "username", "value", "vcs", "verbose", "wheel", "with_extra",
    "workspace", "yes",
})  # fmt: skip
# Of commands that have many of their own, those have a prefix.
_OWN_PREFIXES = ("gather_", "py_", "run_", "tool_")
_RENAMED = {
    "build-constraints": "build-constraint",
    "constraints": "constraint",
    "excludes": "exclude",
    "overrides": "override",
}
# For `pip install` these choose from files; for projects they are settings.
_OF_FILES = frozenset({"all-extras", "extra", "group"})
_TAKES_FILES = frozenset({"pip_compile", "pip_download", "pip_install", "pip_sync", "pip_wheel"})
# An option that was given leaves no say to the variable for its opposite.
_OPPOSITES = {"dev": ("no-dev",), "no-dev": ("dev",), "only-dev": ("dev", "no-dev")}
# In pip's spelling these name projects; as settings, the first names a switch and the second does not exist.
_FORMATS = {"no-binary": "no-binary", "only-binary": "no-build"}


_EXCLUSIVE = {
    "all_extras": ("extra",),
    "extra": ("all_extras",),
    "prefix": ("target", "user"),
    "python_platform": ("universal",),
    "target": ("prefix", "user"),
    "universal": ("python_platform",),
}


def setting_arguments(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the options that stand for settings, by the settings' own names, only those that were given."""
    given = {
        name.replace("_", "-"): value
        for name, value in vars(arguments).items()
        if name not in COMMANDS_OWN and not name.startswith(_OWN_PREFIXES)
    }
    if arguments.handler in _TAKES_FILES:
        given = {name: value for name, value in given.items() if name not in _OF_FILES}
    options: dict[str, Any] = {}
    for name, value in given.items():
        if value is None:
            continue
        if name in _FORMATS and isinstance(value, list):
            options |= _format_options(_FORMATS[name], value)
        else:
            options[_RENAMED.get(name, name)] = value
    return options


def _format_options(option: str, values: Iterable[str]) -> dict[str, Any]:
    """Return pip's list of projects as settings: `:all:` is every project, `:none:` forgets what came before."""
    names: list[str] = []
    everything = False
    for part in (part.strip() for value in values for part in value.split(",")):
        if part in {":all:", ":none:"}:
            names.clear()
            everything = part == ":all:"
        elif part:
            names.append(part)
    return {option: True} if everything else {f"{option}-package": names}


@contextmanager
def opened(
    arguments: argparse.Namespace,
    printer: Printer,
    variables: Mapping[str, str],
    *,
    project: Project | Script | None = None,
    interface: Literal["project", "pip", "tool"] = "project",
) -> Iterator[Session]:
    """Provide the session of a command: arguments over variables over the project's and the user's files.

    The ``interface`` of tools knows no project.

    Without a ``project``, the settings are those of the folder; a `pyproject.toml` that is not valid does not count.
    """
    from uvkit import Session, Settings

    options = setting_arguments(arguments)
    seen = _variables(arguments, options, variables)
    if interface == "tool":
        found = Settings.discover(variables=seen)
    elif project is not None:
        found = Settings.discover(project, variables=seen, interface=interface)
    else:
        try:
            found = Settings.discover(arguments.project or Path.cwd(), variables=seen, interface=interface)
        except uvkit.errors.InvalidTableError as error:
            if error.path.name != "pyproject.toml":
                raise
            found = Settings.discover(variables=seen, interface=interface)
            printer.warn(f"settings of the project are ignored: {error}")
    for notice in found.notices:
        printer.warn(notice.message + (f" ({notice.hint})" if notice.hint else ""))
    settings = found.with_arguments(options, variables=variables)
    refreshed = _refreshed(arguments)
    if settings.network.offline and (
        getattr(arguments, "refresh", None) or getattr(arguments, "refresh_package", None)
    ):
        raise ValueError("the argument `--offline` cannot be used with `--refresh`")
    with _cache(settings) as cache:
        view = cache if refreshed is None else cache.refreshing(*refreshed)
        with Session(settings, cache=view, variables=variables) as session:
            _fill(arguments, settings)
            yield session


def _fill(arguments: argparse.Namespace, settings: Settings) -> None:
    """Let files answer for options of the pip commands that were not given."""
    for key, value in settings.pip.items():
        name = key.replace("-", "_")
        if getattr(arguments, name, False) is None and not _is_decided(arguments, name):
            setattr(arguments, name, value)


def _is_decided(arguments: argparse.Namespace, name: str) -> bool:
    """Tell whether an option that rules this one out was given."""
    return any(getattr(arguments, other, None) for other in _EXCLUSIVE.get(name, ()))


def _refreshed(arguments: argparse.Namespace) -> tuple[str, ...] | None:
    """Return the projects to ask the indexes about again: none of them, those named, or (empty) all.

    Whoever wants newer versions, or the same ones anew, wants to know what the index has now.
    """
    given = vars(arguments)
    if any(given.get(name) for name in ("refresh", "reinstall", "upgrade")):
        return ()
    lists = (given.get(name) or () for name in ("refresh_package", "reinstall_package", "upgrade_package"))
    named = tuple(uvkit.Requirement.parse(text).project for texts in lists for text in texts)
    return named or None


def _variables(
    arguments: argparse.Namespace, options: Mapping[str, Any], variables: Mapping[str, str]
) -> Mapping[str, str]:
    """Return the variables that count: those whose option, or its opposite, was given do not."""
    from uvkit.settings import VARIABLES

    decided = {*options, *(opposite for option in options for opposite in _OPPOSITES.get(option, ()))}
    seen = {
        name: value
        for name, value in variables.items()
        if name not in VARIABLES or VARIABLES[name].option not in decided
    }
    if getattr(arguments, "no_config", None):
        seen["UV_NO_CONFIG"] = "1"
    if getattr(arguments, "config_file", None):
        seen["UV_CONFIG_FILE"] = arguments.config_file
    return seen


@contextmanager
def _cache(settings: Settings) -> Iterator[Cache]:
    if settings.no_cache:
        with uvkit.Cache.temporary(check_wheel_names=settings.check_wheel_names) as cache:
            yield cache
    else:
        yield uvkit.Cache(settings.cache_dir, check_wheel_names=settings.check_wheel_names)


@contextmanager
def shown(printer: Printer, settings: Settings) -> Iterator[EventSink | None]:
    """Provide where events go: a live display on a terminal, plain lines elsewhere, nowhere if progress is off."""
    from uvkit.display import LiveDisplay, PlainDisplay, auto

    if printer.verbose and not printer.quiet:
        yield PlainDisplay(printer.info, verbose=True)
    elif printer.quiet or not settings.progress:
        yield None
    elif isinstance(display := auto(), LiveDisplay):
        with display:
            yield display
    else:
        yield PlainDisplay(printer.info)


def is_on(given: bool | None, variable: str, variables: Mapping[str, str]) -> bool:  # noqa: FBT001  # as argparse has it
    """Tell whether a switch is on: as given, else as its variable says.

    Raises:
        InvalidOptionError: the variable is neither true nor false.
    """
    if given is not None:
        return given
    from uvkit.settings import flag_of

    return flag_of(variable, variables)
