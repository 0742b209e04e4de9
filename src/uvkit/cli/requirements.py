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
    files = arguments.requirements or ()
    contents = {"-": sys.stdin.buffer.read()} if "-" in files else {}
    return read_requirements(
        arguments.names,
        files=files,
        editable=getattr(arguments, "editable", None) or (),
        contents=contents,
        session=session,
    )
