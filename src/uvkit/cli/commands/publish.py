"""`uvkit publish`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping

import uvkit
from uvkit.cli.exit_status import TROUBLE
from uvkit.cli.printer import Printer
from uvkit.cli.publish_log import PublishLog, asked, show_published
from uvkit.cli.session import is_on, opened, shown
from uvkit.errors import CancelledError, UvkitError


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Upload distributions to an index."""
    dry_run = bool(arguments.dry_run)
    with opened(arguments, printer, variables) as session, shown(printer, session.settings) as display:
        try:
            result = uvkit.publish(
                arguments.files or ("dist/*",),
                index=arguments.publish_index or _named(arguments, variables),
                credentials=_credentials(arguments, variables) or (asked if sys.stdin.isatty() else None),
                attestations=not is_on(arguments.no_attestations, "UV_PUBLISH_NO_ATTESTATIONS", variables),
                dry_run=dry_run,
                session=session,
                events=None if printer.quiet else PublishLog(printer, dry_run=dry_run, display=display),
            )
        except CancelledError:
            raise
        except UvkitError as error:
            printer.error(error)
            return TROUBLE
    if arguments.json:
        printer.json(result.to_dict())
    else:
        show_published(printer, result)
    return 0


def _named(arguments: argparse.Namespace, variables: Mapping[str, str]) -> str | None:
    """Return the index that a variable names, unless an option says where files go."""
    return None if arguments.publish_url else variables.get("UV_PUBLISH_INDEX") or None


def _credentials(arguments: argparse.Namespace, variables: Mapping[str, str]) -> uvkit.Credentials | str | None:
    """Return what was given: options over variables, and a token that is given over a user name of a variable."""
    username = arguments.username or (None if arguments.token else variables.get("UV_PUBLISH_USERNAME"))
    password = arguments.password or (None if arguments.token else variables.get("UV_PUBLISH_PASSWORD"))
    token: str | None = arguments.token or (None if username or password else variables.get("UV_PUBLISH_TOKEN"))
    if token:
        return token
    return uvkit.Credentials(username or "", password or "") if username or password else None
