"""Start an interpreter once and read what it says about itself."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from uvkit.errors import BrokenInterpreterError

from . import probe_script
from .facts import InterpreterFacts, facts_from


def start(executable: str, timeout: float) -> InterpreterFacts:
    """Return the facts that a started interpreter prints.

    It runs isolated from the environment's variables and without the module ``site``, so that neither start-up files
    nor another environment's settings have a say.

    Raises:
        BrokenInterpreterError: it does not start, does not end in time, fails, or prints something else.
    """
    argv = [executable, "-I", "-S", "-B", "-c", _source()]
    try:
        process = subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=False
        )
    except OSError as error:
        raise _broken(executable, f"it does not start: {error.strerror or error}") from error
    with process:
        try:
            output, complaint = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired as error:
            process.kill()
            raise _broken(executable, f"it did not answer within {timeout:g} seconds") from error
        except BaseException:
            process.kill()
            raise
    if process.returncode != 0:
        raise _broken(executable, _failure(process.returncode, complaint))
    facts = _answer(output)
    if facts is None:
        raise _broken(executable, "its answer is not that of a Python interpreter")
    return facts


def _source() -> str:
    loader = probe_script.__loader__
    source: str | None = getattr(loader, "get_source", lambda _: None)(probe_script.__name__)
    assert source is not None, "the package is installed with its source"
    return source


def _answer(output: bytes) -> InterpreterFacts | None:
    marker = probe_script.MARKER.encode()
    for line in reversed(output.splitlines()):
        if line.startswith(marker):
            try:
                return facts_from(json.loads(line[len(marker) :]))
            except ValueError:
                return None
    return None


def _failure(status: int, complaint: bytes) -> str:
    lines = [line.strip() for line in complaint.decode("utf-8", "replace").splitlines() if line.strip()]
    if status < 0:
        import signal

        try:
            name = signal.Signals(-status).name
        except ValueError:
            name = str(-status)
        return f"it was ended by signal {name}"
    if any("Unknown option: -I" in line for line in lines):
        return "it is older than Python 3.6"
    # A traceback names its error last; the scripts of version managers say it first.
    line = next((line for line in (*lines[-1:], *lines) if "Error" in line), lines[0] if lines else "")
    return f"it ended with status {status}" + (f": {line}" if line else "")


def _broken(executable: str, reason: str) -> BrokenInterpreterError:
    return BrokenInterpreterError(executable=Path(executable), reason=reason)
