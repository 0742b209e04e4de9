"""What the pip commands are asked to work on."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace

from uvkit import RequirementSet, Session, read_requirements


def asked(arguments: argparse.Namespace, session: Session) -> RequirementSet:
    """Return what arguments and the files they name ask for.

    Raises:
        UvkitError: as `read_requirements`.
    """
    given = vars(arguments)
    named: dict[str, list[str]] = {kind: given.get(kind) or [] for kind in ("constraints", "overrides", "excludes")}
    # What was given here keeps its spelling; as settings they are absolute paths, and those of variables remain.
    others = replace(session.settings.files, **{kind: () for kind, names in named.items() if names})
    reading = session.with_settings(replace(session.settings, files=others))
    files = arguments.requirements or ()
    contents = {"-": sys.stdin.buffer.read()} if "-" in files else {}
    return read_requirements(
        given.get("names") or (),
        files=files,
        editable=given.get("editable") or (),
        groups=given.get("group") or (),
        extras="all" if given.get("all_extras") else given.get("extra") or (),
        without_extras=session.settings.pip.get("no-extra", ()),
        contents=contents,
        session=reading,
        **named,
    )
