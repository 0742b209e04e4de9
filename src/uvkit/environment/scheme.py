"""The folders an environment installs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """The folders of one environment, absolute, by the names that wheels use (the binary distribution format)."""

    purelib: Path
    platlib: Path
    scripts: Path
    data: Path
    include: Path

    @classmethod
    def of(cls, paths: Mapping[str, str]) -> Self:
        """Return the scheme out of an interpreter's paths."""
        return cls(
            purelib=Path(paths["purelib"]),
            platlib=Path(paths["platlib"]),
            scripts=Path(paths["scripts"]),
            data=Path(paths["data"]),
            include=Path(paths["include"]),
        )

    def headers(self, project: str) -> Path:
        """Return the folder for the header files of one project."""
        return self.include / project
