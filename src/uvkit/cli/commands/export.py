"""`uvkit export`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import uvkit
from uvkit.cli.printer import Printer
from uvkit.cli.render import show_lock
from uvkit.cli.session import opened, shown

# Options that say how the lock was made, not what is in the file.
_UNSAID = {"-q", "--quiet", "-v", "--verbose", "-U", "--upgrade", "--json"}
_UNSAID_VALUED = ("-P", "--upgrade-package", "--upgrade-group")


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Write the lock of the project around the working directory in another format."""
    project: uvkit.Project | uvkit.Script
    if arguments.script:
        project = uvkit.Script.read(arguments.script)
    else:
        project = uvkit.Project.discover(arguments.project or Path.cwd())
    with opened(arguments, printer, variables, project=project) as session:
        settings = session.settings
        with shown(printer, settings) as events:
            result = uvkit.export(
                project,
                arguments.format,
                selection=settings.selection,
                options=_options(arguments),
                index_urls=bool(arguments.emit_index_url),
                find_links=bool(arguments.emit_find_links),
                output=arguments.output_file,
                locking=settings.locking,
                upgrade=settings.upgrade,
                session=session,
                events=events,
            )
    if arguments.json:
        printer.json(result.to_dict())
        return 0
    if result.lock is not None and settings.locking != "frozen":
        show_lock(printer, result.lock, changes=False)
    if result.text and (result.path is None or not printer.quiet):
        printer.out(result.text.removesuffix("\n"))
    return 0


def _options(arguments: argparse.Namespace) -> uvkit.ExportOptions:
    return uvkit.ExportOptions(
        prune=frozenset(map(uvkit.project_name, arguments.prune or ())),
        hashes=not arguments.no_hashes,
        annotate=not arguments.no_annotate,
        command=None if arguments.no_header else " ".join(["uvkit", *_said(arguments.argv)]),
        folder=None if arguments.output_file else Path.cwd(),
    )


def _said(argv: Sequence[str]) -> Iterator[str]:
    """Yield the words of a command line that say something of the file."""
    skip = False
    for word in argv:
        name = word.partition("=")[0]
        if skip:
            skip = False
        elif word in _UNSAID_VALUED:
            skip = True
        elif name not in _UNSAID and name not in _UNSAID_VALUED and not word.startswith("-P"):
            yield word
