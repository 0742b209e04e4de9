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
    "only-sdist",
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
    "only-sdist": 4,
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

    __slots__ = ("_bounds", "_target")

    def __init__(self, target: Target | PythonBounds) -> None:
        self._target = target if isinstance(target, Target) else None
        self._bounds = target if isinstance(target, PythonBounds) else PythonBounds.everything()

    def judge(self, rows: Sequence[FileRow], rules: FileRules) -> Choice | Refusal:
        """Return the files of one version that serve, or why none does."""
        refusal = Refusal("no-files")
        wheels: list[tuple[int, tuple[int, str], FileRow]] = []
        foreign: FileRow | None = None
        archive: FileRow | None = None
        for row in rows:
            verdict: Refusal | int
            if row.filename.endswith(".whl"):
                verdict = self._wheel(row, rules)
                if isinstance(verdict, int):
                    wheels.append((verdict, build_key(row.filename), row))
                    continue
                if verdict.code == "tags" and foreign is None:
                    foreign = row
            elif row.filename.endswith((".tar.gz", ".zip")):
                verdict = _archive_refusal(row, rules)
                if isinstance(verdict, int):
                    if archive is None or row.filename.endswith(".tar.gz"):
                        archive = row
                    continue
            else:
                continue
            if _NEARNESS[verdict.code] > _NEARNESS[refusal.code]:
                refusal = verdict
        return self._choice(wheels, foreign, archive) or refusal

    def _choice(
        self, wheels: list[tuple[int, tuple[int, str], FileRow]], foreign: FileRow | None, archive: FileRow | None
    ) -> Choice | None:
        if wheels:
            best = wheels[0]
            for one in wheels:
                if one[0] < best[0] or (one[0] == best[0] and one[1] > best[1]):
                    best = one
            return Choice(best[2], best[2], sdist=archive is not None, wheels=tuple(row for _, _, row in wheels))
        if archive is not None:
            return Choice(archive, foreign or archive, sdist=True, wheels=())
        return None

    def _wheel(self, row: FileRow, rules: FileRules) -> Refusal | int:
        """Return how well a wheel fits, or why it does not."""
        if refusal := rules.refusal(row):
            return refusal
        if not rules.binary:
            return Refusal("no-binary")
        if self._target is not None:
            rank = self._target.rank(row.filename)
            return Refusal("tags", row.filename) if rank is None else rank
        name = split_wheel_name(row.filename)
        if name is None or not admits_python(name.python, name.abi, self._bounds):
            return Refusal("tags", row.filename)
        return 0


def _archive_refusal(row: FileRow, rules: FileRules) -> Refusal | int:
    if refusal := rules.refusal(row):
        return refusal
    return 0 if rules.build else Refusal("no-build")


def build_key(filename: str) -> tuple[int, str]:
    """Return the build tag as it sorts: by its number, then its rest; none sorts first (PEP 427)."""
    name = split_wheel_name(filename)
    if name is None or not name.build:
        return (-1, "")
    rest = name.build.lstrip("0123456789")
    return (int(name.build[: len(name.build) - len(rest)]), rest)
