"""Which file of a version serves, and if none does, why not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, Literal, NamedTuple, TypeAlias

from uvkit.markers import PythonBounds
from uvkit.model import FileRow, Target, parse_time, split_wheel_name

from .wheels import admits_python

RefusalCode: TypeAlias = Literal[
    "no-files",
    "too-new",
    "tags",
    "no-binary",
    "no-build",
    "yanked",
    "python",
    "coverage",
    "metadata",
    "prerelease",
]
# When the files of a version are refused for different reasons, the one nearest to being usable tells the most.
_NEARNESS: Final = {
    "no-files": 0,
    "too-new": 1,
    "tags": 2,
    "no-binary": 3,
    "no-build": 4,
    "yanked": 5,
}


class Refusal(NamedTuple):
    """Why a version cannot be used."""

    code: RefusalCode
    detail: str = ""


class Choice(NamedTuple):
    """The files that make a version usable.

    ``file`` is the one to install on a target, ``metadata`` the one to ask for dependencies; they differ where only
    wheels for other machines stand beside a source archive: their metadata spares a build.
    """

    file: FileRow
    metadata: FileRow
    sdist: bool  # whether a usable source archive exists, which covers every platform
    wheels: tuple[FileRow, ...]  # those usable, for the coverage of a universal resolution


class FileRules(NamedTuple):
    """What the caller's options admit of one version's files."""

    cutoff: datetime | None = None  # files uploaded then or later do not count
    binary: bool = True
    build: bool = True
    accepts_yanked: bool = False

    def is_too_new(self, row: FileRow) -> bool:
        """Tell whether the cut-off leaves the file out; without an upload time it does, or runs would differ."""
        if self.cutoff is None:
            return False
        uploaded = parse_time(row.uploaded)
        if uploaded is None:
            return True
        if uploaded.tzinfo is None:
            uploaded = uploaded.replace(tzinfo=UTC)
        return uploaded >= self.cutoff

    def refusal(self, row: FileRow) -> Refusal | None:
        """Return why the file does not count, whatever its kind."""
        if self.is_too_new(row):
            return Refusal("too-new", row.uploaded or "")
        if row.yanked is not None and not self.accepts_yanked:
            return Refusal("yanked", row.yanked)
        return None


class Judge:
    """Chooses files, for one target or, with Python bounds, for every machine."""

    __slots__ = ("_admitted", "_bounds", "_target", "target")

    def __init__(self, target: Target | PythonBounds) -> None:
        self.target: Final = target
        self._target = target if isinstance(target, Target) else None
        self._bounds = target if isinstance(target, PythonBounds) else PythonBounds.everything()
        self._admitted: dict[tuple[str, str], bool] = {}  # by the Python and ABI tags of wheels

    def judge(self, rows: Sequence[FileRow], rules: FileRules) -> Choice | Refusal:  # hot loop
        """Return the files of one version that serve, or why none does."""
        refusal = Refusal("no-files")
        wheels: list[tuple[int, FileRow]] = []
        foreign: FileRow | None = None
        archive: FileRow | None = None
        for row in rows:
            filename = row.filename
            is_wheel = filename.endswith(".whl")
            if not is_wheel and not filename.endswith((".tar.gz", ".zip")):
                continue
            verdict = rules.refusal(row) if rules.cutoff is not None or row.yanked is not None else None
            if verdict is None and is_wheel:
                rank = self._rank(filename) if rules.binary else None
                if rank is not None:
                    wheels.append((rank, row))
                    continue
                verdict = Refusal("tags", filename) if rules.binary else Refusal("no-binary")
                if rules.binary and foreign is None:
                    foreign = row
            elif verdict is None:
                if rules.build:
                    archive = row if archive is None or filename.endswith(".tar.gz") else archive
                    continue
                verdict = Refusal("no-build")
            if _NEARNESS[verdict.code] > _NEARNESS[refusal.code]:
                refusal = verdict
        return _choice(wheels, foreign, archive) or refusal

    def _rank(self, filename: str) -> int | None:
        """Return how well a wheel fits (0 is best), or none if it does not."""
        if self._target is not None:
            return self._target.rank(filename)
        name = split_wheel_name(filename)
        if name is None:
            return None
        tags = (name.python, name.abi)
        admitted = self._admitted.get(tags)
        if admitted is None:
            admitted = self._admitted[tags] = admits_python(*tags, self._bounds)
        return 0 if admitted else None


def _choice(wheels: list[tuple[int, FileRow]], foreign: FileRow | None, archive: FileRow | None) -> Choice | None:
    if wheels:
        rank, best = wheels[0]
        for other_rank, row in wheels:
            if other_rank < rank or (other_rank == rank and build_key(row.filename) > build_key(best.filename)):
                rank, best = other_rank, row
        return Choice(best, best, sdist=archive is not None, wheels=tuple([row for _, row in wheels]))
    if archive is not None:
        return Choice(archive, foreign or archive, sdist=True, wheels=())
    return None


def build_key(filename: str) -> tuple[int, str]:
    """Return the build tag as it sorts: by its number, then its rest; none sorts first (PEP 427)."""
    name = split_wheel_name(filename)
    if name is None or not name.build:
        return (-1, "")
    rest = name.build.lstrip("0123456789")
    return (int(name.build[: len(name.build) - len(rest)]), rest)
