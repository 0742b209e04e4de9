"""What the pip commands are asked to work on."""

from __future__ import annotations

import argparse
import sys

from uvkit import RequirementSet, Session, read_requirements


def asked(arguments: argparse.Namespace, session: Session) -> RequirementSet:
    """Return what arguments and the files they name ask for.

    Raises:
        UvkitError: as `read_requirements`.
    """
    given = vars(arguments)
    files = arguments.requirements or ()
    contents = {"-": sys.stdin.buffer.read()} if "-" in files else {}
    return read_requirements(
        arguments.names,
        files=files,
        editable=given.get("editable") or (),
        groups=given.get("group") or (),
        extras="all" if given.get("all_extras") else given.get("extra") or (),
        contents=contents,
        session=session,
    )
