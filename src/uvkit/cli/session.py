"""From arguments to the session and the event sink of one command."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal

from uvkit import Cache, EventSink, Project, Session, Settings
from uvkit.display import LiveDisplay, PlainDisplay, auto

from .printer import Printer

# Options that a command itself reads; everything else that was given is a setting.
_COMMANDS_OWN = frozenset({
    "active", "allow_existing", "argv", "cache_command", "check", "check_exists", "ci", "clear", "color", "command",
    "config_file", "constraints", "directory", "dry_run", "editable", "exclude", "exclude_editable", "force",
    "format", "handler", "human", "json", "names", "no_config", "no_deps", "no_project", "only_binary", "overrides",
    "path", "pip_command", "project", "prompt", "quiet", "refresh", "refresh_package", "relocatable",
    "requirements", "seed", "strict", "system_site_packages", "verbose", "yes",
})  # fmt: skip


def setting_arguments(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the options that stand for settings, by the settings' own names, only those that were given."""
    given = {name: value for name, value in vars(arguments).items() if value is not None}
    return {name.replace("_", "-"): value for name, value in given.items() if name not in _COMMANDS_OWN}


@contextmanager
def opened(
    arguments: argparse.Namespace,
    variables: Mapping[str, str],
    *,
    project: Project | None,
    interface: Literal["project", "pip"] = "project",
) -> Iterator[Session]:
    """Provide the session of a command: arguments over variables over the project's and the user's files."""
    seen = {**variables, **({"UV_NO_CONFIG": "1"} if arguments.no_config else {})}
    found = Settings.discover(project, variables=seen, user_file=arguments.config_file, interface=interface)
    settings = found.with_arguments(setting_arguments(arguments))
    refreshed = getattr(arguments, "refresh_package", None) or ()
    refreshing = bool(getattr(arguments, "refresh", None) or refreshed)
    with _cache(settings) as cache:
        view = cache.refreshing(*refreshed) if refreshing else cache
        with Session(settings, cache=view, variables=variables) as session:
            yield session


@contextmanager
def _cache(settings: Settings) -> Iterator[Cache]:
    if settings.no_cache:
        with Cache.temporary() as cache:
            yield cache
    else:
        yield Cache(settings.cache_dir)


@contextmanager
def shown(printer: Printer, settings: Settings) -> Iterator[EventSink | None]:
    """Provide where events go: a live display on a terminal, plain lines if verbose, else nowhere."""
    if printer.quiet:
        yield None
    elif printer.verbose:
        yield PlainDisplay(printer.info, verbose=True)
    elif not settings.progress or not isinstance(display := auto(), LiveDisplay):
        yield None
    else:
        with display:
            yield display
