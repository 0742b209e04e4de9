"""Which environment the pip commands work on."""

from __future__ import annotations

import argparse
from pathlib import Path

from uvkit import Environment, Session
from uvkit.errors import InvalidEnvironmentError, PythonNotFoundError


def chosen(arguments: argparse.Namespace, session: Session) -> Environment:
    """Return the environment that the options name, else the active one, else `.venv` here or above.

    Raises:
        InvalidEnvironmentError: there is none.
    """
    request = session.settings.python
    if arguments.system or session.settings.system_python:
        interpreter = session.pythons.find(request, environments="never")
        return Environment(interpreter)
    if request is not None:
        if Path(request).is_dir():
            return Environment(request, cache=session.cache)
        return Environment(session.pythons.find(request))
    try:
        return Environment(session.pythons.find(environments="only"))
    except PythonNotFoundError:
        raise InvalidEnvironmentError(
            path=Path(".venv"), reason="there is no virtual environment; make one with `uvkit venv`, or pass `--system`"
        ) from None
