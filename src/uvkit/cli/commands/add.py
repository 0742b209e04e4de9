"""`uvkit add`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

import uvkit
from uvkit.cli import editing
from uvkit.cli.printer import Printer
from uvkit.cli.session import opened, shown


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Add requirements to the project around the working directory, a member, or a script."""
    if not (arguments.names or arguments.requirements):
        raise ValueError("the following required arguments were not provided: <PACKAGES|--requirements <FILE>>")
    found = editing.target(arguments)
    is_script = isinstance(found, uvkit.Script)
    with opened(arguments, printer, variables, project=found) as session:
        settings = session.settings
        editing.prepare(arguments, printer, found, settings=settings, variables=variables)
        with shown(printer, settings) as events:
            result = uvkit.add(
                found,
                arguments.names,
                group=editing.group(arguments, variables),
                extra=arguments.optional,
                files=arguments.requirements or (),
                options=_options(arguments),
                bounds=arguments.bounds,
                indexes=[one for one in settings.indexes if not one.is_of_file],
                locking=settings.locking,
                synchronize=settings.synchronize,
                upgrade=settings.upgrade,
                environment=editing.active(arguments, variables),
                session=session,
                events=events,
            )
    if arguments.json:
        printer.json(result.to_dict())
        return 0
    editing.show_edit(printer, result, of_script=is_script)
    return 0


def _options(arguments: argparse.Namespace) -> uvkit.AddOptions:
    extras = [part.strip() for text in arguments.with_extra or () for part in text.split(",") if part.strip()]
    return uvkit.AddOptions(
        extras=frozenset(map(uvkit.ExtraName, extras)),
        marker=uvkit.MarkerSet.parse(arguments.marker or ""),
        raw=bool(arguments.raw),
        editable=arguments.editable,
        workspace=arguments.workspace,
        rev=arguments.rev,
        tag=arguments.tag,
        branch=arguments.branch,
        lfs=arguments.lfs,
    )
