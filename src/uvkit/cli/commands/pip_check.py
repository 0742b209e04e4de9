"""`uvkit pip check`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import timedelta
from time import perf_counter

from uvkit.cli.environments import chosen
from uvkit.cli.printer import Printer
from uvkit.cli.render import duration, packages
from uvkit.cli.session import opened


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Check that installed projects have what they require."""
    with opened(arguments, printer, variables, interface="pip") as session:
        environment = chosen(printer, session, changing=False, arguments=arguments, variables=variables)
        started = perf_counter()
        number = len(environment.installed())
        target = environment.target_for(version=arguments.python_version, platform=arguments.python_platform)
        problems = environment.check(target)
        elapsed = timedelta(seconds=perf_counter() - started)
    if arguments.json:
        records = [{"code": one.code, "message": one.message, "hint": one.hint} for one in problems]
        printer.json({"packages": number, "problems": records})
        return 1 if problems else 0
    printer.info(printer.style(f"Checked {packages(number)} in {duration(elapsed)}", "dim"))
    if not problems:
        printer.info("All installed packages are compatible")
        return 0
    noun = "incompatibility" if len(problems) == 1 else "incompatibilities"
    printer.info(f"Found {len(problems)} {noun}")
    for notice in problems:
        printer.info(notice.message)
    return 1
