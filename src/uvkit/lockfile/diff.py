"""What changed between two locks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from packaging.version import Version

from uvkit.formats import LockPackage
from uvkit.model import ProjectName, project_name

# A version that is none belongs to a source tree whose version is dynamic.
Versions: TypeAlias = "tuple[Version | None, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class LockDiff:
    """The projects whose versions differ, by name; a project may be locked at several versions.

    A version of none stands for a source tree whose version is dynamic. A diff is false if nothing differs.
    """

    added: Mapping[ProjectName, Versions] = field(default_factory=dict)
    removed: Mapping[ProjectName, Versions] = field(default_factory=dict)
    changed: Mapping[ProjectName, tuple[Versions, Versions]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)

    def lines(self, *, dry_run: bool = False) -> tuple[str, ...]:
        """Return a line for each project, sorted by name, as uv prints it: ``Updated numpy v2.1.0 -> v2.2.0``."""
        update, add, remove = ("Update", "Add", "Remove") if dry_run else ("Updated", "Added", "Removed")
        lines = {
            name: f"{update} {name} {_text(before)} -> {_text(after)}" for name, (before, after) in self.changed.items()
        }
        lines.update((name, f"{add} {name} {_text(versions)}") for name, versions in self.added.items())
        # uv lists removals behind everything else.
        gone = [f"{remove} {name} {_text(versions)}" for name, versions in sorted(self.removed.items())]
        return (*[line for _, line in sorted(lines.items())], *gone)


def difference(before: Iterable[LockPackage], after: Iterable[LockPackage]) -> LockDiff:
    """Return what changed from one list of packages to another."""
    old, new = _versions(before), _versions(after)
    return LockDiff(
        added={name: versions for name, versions in new.items() if name not in old},
        removed={name: versions for name, versions in old.items() if name not in new},
        changed={
            name: (old[name], versions) for name, versions in new.items() if name in old and old[name] != versions
        },
    )


def _versions(packages: Iterable[LockPackage]) -> dict[ProjectName, Versions]:
    texts: dict[str, set[str | None]] = {}
    for package in packages:
        texts.setdefault(package.name, set()).add(package.version)
    return {project_name(name): _sorted(texts[name]) for name in sorted(texts)}


def _sorted(texts: set[str | None]) -> Versions:
    versions = [Version(text) for text in texts if text is not None]
    dynamic: Versions = (None,) if None in texts else ()
    return (*dynamic, *sorted(versions))


def _text(versions: Versions) -> str:
    return ", ".join("(dynamic)" if version is None else f"v{version}" for version in versions)
