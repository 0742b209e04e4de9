"""What a command prints: results on standard output, everything else on standard error."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Mapping
from typing import Any, TextIO

from uvkit.errors import UvkitError

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}


_QUOTED = re.compile(r"'([^'\x1b]+)'")
_TIP = re.compile(r"tip:(.*)")


class Printer:
    """Writes lines at a level of quietness, with colours where they are wanted and shown."""

    def __init__(self, variables: Mapping[str, str], *, quiet: int = 0, verbose: int = 0, color: str = "auto") -> None:
        self.quiet = quiet
        self.verbose = verbose
        self.has_warned = False
        self._warnings: set[str] = set()
        self._colored = _is_colored(variables, color, sys.stderr)
        self._out_colored = _is_colored(variables, color, sys.stdout)

    def style(self, text: str, *names: str) -> str:
        """Return a text for people in a style, or plain where colours are off."""
        return _styled(text, names) if self._colored else text

    def style_out(self, text: str, *names: str) -> str:
        """Return a part of a result in a style, or plain where colours are off."""
        return _styled(text, names) if self._out_colored else text

    def out(self, text: str) -> None:
        """Print a result, which only a doubled `--quiet` suppresses."""
        if self.quiet < 2:
            sys.stdout.write(text + "\n")

    def info(self, text: str) -> None:
        """Print a line for people."""
        if not self.quiet:
            sys.stderr.write(text + "\n")

    def warn(self, text: str) -> None:
        """Print a warning, once: that of a lock is one of the sync that needs it too."""
        self.has_warned = True
        if not self.quiet and text not in self._warnings:
            self._warnings.add(text)
            sys.stderr.write(f"{self.style('warning', 'yellow', 'bold')}: {text}\n")

    def error(self, error: UvkitError | OSError | ValueError) -> None:
        """Print an error, its notes and its hints."""
        if self.quiet >= 2:
            return
        sys.stderr.write(f"{self.style('error', 'red', 'bold')}: {_message(error)}\n")
        for note in _notes(error):
            sys.stderr.write(f"  {note}\n")
        for hint in error.hints if isinstance(error, UvkitError) else ():
            sys.stderr.write(f"\n{self.style('hint', 'cyan', 'bold')}: {hint}\n")

    def refused(self, message: str, usage: str) -> None:
        """Print what is wrong with a command line, and how it should look."""
        message = _TIP.sub(lambda found: f"{self.style('tip', 'green')}:{self._typed(found[1])}", message)
        sys.stderr.write(
            f"{self.style('error', 'red', 'bold')}: {self._typed(message)}\n\n"
            f"{self.style('Usage:', 'green', 'bold')} {self.style(usage, 'cyan')}\n\n"
            f"For more information, try '{self.style('--help', 'cyan', 'bold')}'.\n"
        )

    def _typed(self, text: str) -> str:
        """Show what was or could be typed, which stands in quotes."""
        return _QUOTED.sub(lambda found: f"'{self.style(found[1], 'yellow')}'", text) if self._colored else text

    def json(self, value: Mapping[str, Any] | Iterable[Any]) -> None:
        """Print a result for machines."""
        import json

        sys.stdout.write(json.dumps(value, indent=2) + "\n")


def _notes(error: BaseException) -> list[str]:
    """Return the notes of an error; of many failures those of each, once."""
    from uvkit.errors import PrepareError

    inner = error.failures if isinstance(error, PrepareError) else ()
    notes = [note for one in (error, *inner) for note in getattr(one, "__notes__", ())]
    return list(dict.fromkeys(notes))


def _message(error: BaseException) -> str:
    if not isinstance(error, OSError) or error.strerror is None:
        return str(error)
    where = f": `{error.filename}`" if error.filename else ""
    return f"{error.strerror[:1].lower()}{error.strerror[1:]}{where}"


def shown_path(path: str | os.PathLike[str]) -> str:
    """Return a path as uv shows it: relative to the working directory if it is below, otherwise absolute."""
    absolute = os.path.abspath(path)
    relative = os.path.relpath(absolute)
    return absolute if relative.startswith(os.pardir) else relative


def _styled(text: str, names: Iterable[str]) -> str:
    return f"\x1b[{';'.join(_CODES[name] for name in names)}m{text}\x1b[0m" if text else text


def _is_colored(variables: Mapping[str, str], color: str, stream: TextIO) -> bool:
    if color != "auto":
        return color == "always"
    if variables.get("NO_COLOR"):
        return False
    if variables.get("FORCE_COLOR") or variables.get("CLICOLOR_FORCE", "0") != "0":
        return True
    return variables.get("TERM") != "dumb" and stream.isatty()
