"""Limits on what builds are made with, out of the files that settings name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from uvkit.operations.requirement_files import read_requirements
from uvkit.settings import RequirementFiles, Settings

if TYPE_CHECKING:
    from uvkit.operations.session import Session


def with_build_limits(session: Session) -> Session:
    """Return the session whose builds are limited by the files of its settings.

    Raises:
        InvalidRequirementsFileError: a file cannot be read, or lines in it are wrong.
    """
    files = session.settings.files.build_constraints
    if not files:
        return session
    bare = replace(session.settings, files=RequirementFiles(), constraints=())
    read = read_requirements(constraints=files, session=session.with_settings(bare)).constraints
    # Requirements that were read with the same settings bring them already.
    limits = tuple(one for one in read if one not in session.settings.build.constraints)
    if not limits:
        return session
    field = "build.constraints"
    added = Settings.from_fields({field: limits}, {field: session.settings.origin("files.build_constraints")})
    return session.with_settings(session.settings.merged(added))
