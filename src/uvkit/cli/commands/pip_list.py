"""`uvkit pip list`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import uvkit
from uvkit import DirectorySource, Selection
from uvkit.cli.environments import chosen, distinct
from uvkit.cli.render import show_notices
from uvkit.cli.session import opened

if TYPE_CHECKING:
    from uvkit import InstalledDistribution, Outdated
    from uvkit.cli.printer import Printer


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """List what is installed."""
    with opened(arguments, printer, variables, interface="pip") as session:
        environment = chosen(printer, session, changing=False, arguments=arguments, variables=variables)
        left_out = Selection.of(exclude=arguments.leave_out or ()).exclude
        rows = [
            one
            for one in distinct(environment.installed())
            if one.project not in left_out
            and not (arguments.exclude_editable and one.editable)
            and (one.editable or not arguments.editable)
        ]
        problems = environment.check() if arguments.strict else ()
        newer = {}
        if arguments.outdated:
            newer = {one.distribution: one for one in uvkit.outdated(environment, session=session)}
            rows = [one for one in rows if one in newer]
    if arguments.json or arguments.format == "json":
        printer.out(json.dumps([_record(one, newer) for one in rows], separators=(",", ":")))
    elif arguments.format == "freeze":
        for one in rows:
            printer.out(f"{one.project}=={one.version_text}")
    elif rows:
        for line in columns(rows, newer):
            printer.out(line)
    show_notices(printer, problems)
    return 0


def _record(one: InstalledDistribution, newer: Mapping[InstalledDistribution, Outdated]) -> dict[str, str]:
    record = newer[one].to_dict() if one in newer else {"name": str(one.project), "version": one.version_text}
    return record | ({"editable_project_location": location(one)} if one.editable else {})


def location(one: InstalledDistribution) -> str:
    """Return the source tree of an editable distribution."""
    source = one.source
    return str(source.path) if isinstance(source, DirectorySource) else ""


def columns(
    rows: Sequence[InstalledDistribution], newer: Mapping[InstalledDistribution, Outdated] | None = None
) -> list[str]:
    """Return the table: name, version, the newest one if it is known, and where from if any is editable."""
    header = ["Package", "Version"]
    cells = [[str(one.project), one.version_text] for one in rows]
    if newer:
        header += ["Latest", "Type"]
        for row, one in zip(cells, rows, strict=True):
            row += [str(newer[one].latest), newer[one].file_type]
    if any(one.editable for one in rows):
        header.append("Editable project location")
        for row, one in zip(cells, rows, strict=True):
            row.append(location(one) if one.editable else "")
    widths = [max(len(row[i]) for row in (header, *cells)) for i in range(len(header))]
    lines = [header, ["-" * width for width in widths], *cells]
    return [" ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in lines]
