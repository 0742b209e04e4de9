"""`uvkit audit`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import uvkit
from uvkit.cli.audit_report import show_audit
from uvkit.cli.exit_status import NO
from uvkit.cli.printer import Printer
from uvkit.cli.session import opened, shown


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Look for known vulnerabilities of what the project around the working directory has locked."""
    project: uvkit.Project | uvkit.Script
    if arguments.script:
        project = uvkit.Script.read(arguments.script)
    else:
        project = uvkit.Project.discover(arguments.project or Path.cwd())
    with opened(arguments, printer, variables, project=project) as session, shown(printer, session.settings) as events:
        result = uvkit.audit(
            project,
            advisories=arguments.service_url,
            selection=_everything_but(session.settings.selection),
            target=_target(arguments),
            ignore=arguments.ignore or (),
            ignore_until_fixed=arguments.ignore_until_fixed or (),
            locking=session.settings.locking,
            session=session,
            events=events,
        )
    if arguments.output_format == "sarif":
        printer.json(result.to_sarif())
    elif arguments.json or arguments.output_format == "json":
        printer.json(result.to_dict())
    else:
        show_audit(printer, result)
    return 0 if result.is_clean else NO


def _everything_but(selection: uvkit.Selection) -> uvkit.Selection:
    """Return the selection of everything that options do not leave out."""
    if selection.parts == "groups":
        return replace(selection, members="all")
    groups = "all" if selection.groups == "default" else selection.groups
    return replace(selection, extras="all", groups=groups, members="all")


def _target(arguments: argparse.Namespace) -> uvkit.TargetRequest | None:
    version, platform = arguments.python_version, arguments.python_platform
    return uvkit.TargetRequest(version=version, platform=platform) if version or platform else None
