"""`uvkit pip show`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from uvkit import InstalledGraph, project_name
from uvkit.cli.environments import chosen
from uvkit.cli.render import show_problems
from uvkit.cli.session import opened

if TYPE_CHECKING:
    from uvkit import InstalledDetails
    from uvkit.cli.printer import Printer


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Print what is known of installed projects."""
    if not arguments.names:
        printer.warn("Please provide a package name or names.")
        return 1
    with opened(arguments, printer, variables, interface="pip") as session:
        environment = chosen(printer, session, changing=False, arguments=arguments, variables=variables)
        graph = InstalledGraph(environment)
    names = dict.fromkeys(map(project_name, arguments.names))
    missing = sorted(name for name in names if name not in graph.distributions)
    if missing:
        printer.warn(f"Package(s) not found for: {', '.join(missing)}")
    found = [graph.details(name, files=bool(arguments.files)) for name in sorted(names) if name not in missing]
    if arguments.json:
        printer.json([details.to_dict() for details in found])
    else:
        for number, details in enumerate(found):
            if number:
                printer.out("---")
            for line in _lines(details, files=bool(arguments.files)):
                printer.out(line)
    if arguments.strict:
        show_problems(printer, environment)
    return 0 if found else 1


def _lines(details: InstalledDetails, *, files: bool) -> Iterator[str]:
    record = details.to_dict()
    yield f"Name: {record['name']}"
    yield f"Version: {record['version']}"
    yield f"Location: {record['location']}"
    if record["editable_project_location"]:
        yield f"Editable project location: {record['editable_project_location']}"
    for label, names in (("Requires", details.requires), ("Required-by", details.required_by)):
        yield f"{label}: {', '.join(names)}".rstrip()
    if files:
        yield "Files:"
        yield from (f"  {name}" for name in details.files)
