"""What an export contains and how it is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from uvkit.model import ProjectName

ExportFormat: TypeAlias = Literal["requirements.txt", "pylock.toml", "cyclonedx1.5"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """How a lock is written in another format.

    ``prune`` leaves out projects together with what only they need. ``command`` is named in the comment at the top
    (none: no comment). ``options`` are lines such as ``--index-url …`` for the top of a requirements file. ``root`` is
    the folder that the lock's paths start from (none: where it was read, else the working directory), ``folder`` the
    one that those of a ``pylock.toml`` shall start from (none: ``root``). ``public_index`` is the index that a bill of
    materials need not name; without ``indexes`` a ``pylock.toml`` names none. ``digest`` gives the hash of a file, by
    its URL, where the lock has none.
    """

    prune: frozenset[ProjectName] = frozenset()
    hashes: bool = True
    annotate: bool = True
    command: str | None = None
    options: tuple[str, ...] = ()
    root: Path | None = None
    folder: Path | None = None
    public_index: str | None = None
    indexes: bool = True
    digest: Callable[[str], str | None] | None = None
