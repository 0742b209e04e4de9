"""`uvkit pip freeze`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING

import uvkit
from uvkit import Selection
from uvkit.cli.environments import chosen, distinct
from uvkit.cli.render import show_notices
from uvkit.cli.session import opened

if TYPE_CHECKING:
    from uvkit import InstalledDistribution
    from uvkit.cli.printer import Printer


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """List what is installed, as requirements."""
    with opened(arguments, printer, variables, interface="pip") as session:
        environment = chosen(printer, session, changing=False, arguments=arguments, variables=variables)
        left_out = Selection.of(exclude=arguments.leave_out or ()).exclude
        # What lies in folders that are named is listed whatever environment they belong to.
        found = uvkit.installed_in(*arguments.paths) if arguments.paths else environment.installed()
        rows = [
            one
            for one in distinct(found)
            if one.project not in left_out and not (arguments.exclude_editable and one.editable)
        ]
        problems = environment.check() if arguments.strict and not arguments.paths else ()
    if arguments.json:
        printer.json([{"name": one.project, "version": one.version_text} for one in rows])
    else:
        for one in rows:
            printer.out(requirement_line(one))
    show_notices(printer, problems)
    return 0


def requirement_line(one: InstalledDistribution) -> str:
    """Return the requirement that installs the same again."""
    url = one.direct_url
    if url is None:
        return f"{one.project}=={one.version_text}"
    if url.editable:
        return f"-e {url.url}"
    if url.commit:
        return f"{one.project} @ {url.location}"
    return f"{one.project} @ {url.url}"
