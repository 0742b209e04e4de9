"""`uvkit build`."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path

import uvkit
from uvkit.cli.build_log import BuildLog
from uvkit.cli.exit_status import TROUBLE
from uvkit.cli.printer import Printer, shown_path
from uvkit.cli.session import is_on, opened
from uvkit.errors import BuildsFailedError, CancelledError, UvkitError


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Build distributions of a source tree, of a source distribution, or of members of the workspace."""
    source = Path(arguments.source) if arguments.source else arguments.project
    arguments.project = source if source is not None and source.is_dir() else None
    hidden = is_on(arguments.no_build_logs, "UV_HIDE_BUILD_OUTPUT", variables)
    with opened(arguments, printer, variables) as session:
        try:
            result = uvkit.build(
                source,
                arguments.out_dir,
                kinds=[kind for kind in ("sdist", "wheel") if vars(arguments)[kind]],
                members=_members(arguments),
                clear=bool(arguments.clear_folder),
                dry_run=bool(arguments.list_files),
                gitignore=not arguments.no_create_gitignore,
                session=session,
                events=None if printer.quiet else BuildLog(printer, output=not hidden),
            )
        except CancelledError:
            raise
        except BuildsFailedError as error:
            _show(printer, error.built)
            for name, failure in zip(error.sources, error.failures, strict=True):
                failure.add_note(f"while building `{name}`")
                printer.error(failure)
            return TROUBLE
        except UvkitError as error:
            printer.error(error)
            return TROUBLE
    for notice in result.notices:
        printer.warn(notice.message)
    if arguments.json:
        printer.json(result.to_dict())
    else:
        for name, members in (pair for build in result.builds for pair in build.contents.items()):
            printer.out("\n".join([f"Building {name} will include the following files:", *members]))
        _show(printer, map(str, result.files))
    return 0


def _members(arguments: argparse.Namespace) -> Iterable[str] | None:
    if arguments.build_all:
        return "all"
    return (arguments.build_package,) if arguments.build_package else None


def _show(printer: Printer, files: Iterable[str]) -> None:
    for path in files:
        printer.info(f"Successfully built {printer.style(shown_path(path), 'bold')}")
