"""What a build returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from uvkit.events import Notice
from uvkit.operations.results import counted, milliseconds

if TYPE_CHECKING:
    from uvkit.model import CoreMetadata

DistributionKind: TypeAlias = Literal["sdist", "wheel"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltDistributions:
    """What was made of one source: the metadata is the wheel's, or that of the source distribution if it is alone."""

    source: Path
    metadata: CoreMetadata
    sdist: Path | None = None
    wheel: Path | None = None
    contents: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by file name, of a dry run

    @property
    def files(self) -> tuple[Path, ...]:
        """Return the files that were written."""
        return tuple(path for path in (self.sdist, self.wheel) if path is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildResult:
    """The distributions in a folder; ``builds`` has one entry for each source, in the order of their names.

    Of a dry run they are not there (``written`` is false), and each entry says what would be in them.
    """

    directory: Path
    builds: tuple[BuiltDistributions, ...]
    written: bool = True
    elapsed: timedelta = timedelta()
    notices: tuple[Notice, ...] = ()

    @property
    def files(self) -> tuple[Path, ...]:
        """Return all files that were written."""
        return tuple(path for build in self.builds for path in build.files)

    def summary(self) -> str:
        """Return one line for people."""
        return f"Built {counted(len(self.files), 'distribution')} in {milliseconds(self.elapsed)}"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for machines."""
        return {
            "directory": str(self.directory),
            "written": self.written,
            "builds": [
                {
                    "source": str(build.source),
                    "project": build.metadata.project,
                    "version": str(build.metadata.version),
                    "sdist": None if build.sdist is None else build.sdist.name,
                    "wheel": None if build.wheel is None else build.wheel.name,
                    "contents": {name: list(members) for name, members in build.contents.items()},
                }
                for build in self.builds
            ],
            "elapsed_seconds": self.elapsed.total_seconds(),
            "notices": [{"code": n.code, "message": n.message, "hint": n.hint} for n in self.notices],
        }
