"""All activation scripts of an environment."""

from __future__ import annotations

from collections.abc import Iterator

from .shells import Activation, batch, csh, fish, nushell, posix, powershell, python, xonsh

_SHELLS = (posix, csh, fish, nushell, powershell, batch, xonsh, python)


def activation_scripts(activation: Activation) -> Iterator[tuple[str, bytes]]:
    """Return file names and contents, to be put into the environment's folder of scripts."""
    for shell in _SHELLS:
        for name, text in shell.scripts(activation).items():
            # A path may hold bytes that are no UTF-8; a shell takes them as they are.
            yield name, text.encode("utf-8", "surrogateescape")
