"""The file to install of a distribution on one target (uv's order: best tag, then build tag, then source archive)."""

from __future__ import annotations

from collections.abc import Sequence

from uvkit.errors import NoCompatibleFileError
from uvkit.model import FileRow, ResolvedDistribution, Target, split_wheel_name
from uvkit.resolver.candidates.candidates import build_key


def chosen_row(
    distribution: ResolvedDistribution, target: Target, *, binary: bool = True, build: bool = True
) -> FileRow:
    """Return the row of the file to install.

    Raises:
        NoCompatibleFileError: none fits.
    """
    best: FileRow | None = None
    best_rank = -1
    archive: FileRow | None = None
    for row in distribution.rows:
        if not row.filename.endswith(".whl"):
            archive = row
            continue
        rank = target.rank(row.filename) if binary else None
        if rank is None:
            continue
        if (
            best is None
            or rank < best_rank
            or (rank == best_rank and build_key(row.filename) > build_key(best.filename))
        ):
            best, best_rank = row, rank
    if best is None and build:
        best = archive
    if best is None:
        raise NoCompatibleFileError(
            project=distribution.project,
            version=str(distribution.version or ""),
            rejected=_rejections(distribution.rows, target, binary=binary),
        )
    return best


def _rejections(rows: Sequence[FileRow], target: Target, *, binary: bool) -> tuple[tuple[str, str], ...]:
    return tuple((row.filename, _reason(row.filename, target, binary=binary)) for row in rows)


def _reason(filename: str, target: Target, *, binary: bool) -> str:
    if not filename.endswith(".whl"):
        return "building it is not allowed"
    name = split_wheel_name(filename)
    if not binary or name is None:
        return "wheels are not allowed" if name else "its name is not that of a wheel"
    platforms = set(name.platform.split("."))
    if not any(tag.platform in platforms for tag in target.tags):
        return f"it is for `{name.platform}`"
    pythons = set(name.python.split("."))
    if not any(tag.interpreter in pythons for tag in target.tags):
        return f"it is for Python `{name.python}`"
    return f"its ABI `{name.abi}` does not match"
