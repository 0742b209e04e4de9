"""Which projects a view of the cache asks about anew."""

from __future__ import annotations


class Refresh:
    """All projects, some or none; each entry counts as stale once per view."""

    __slots__ = ("_done", "_everything", "_projects")

    def __init__(self, projects: frozenset[str] = frozenset(), *, everything: bool = False) -> None:
        self._projects = projects
        self._everything = everything
        self._done: set[str] = set()

    def wanted(self, project: str, entry: str) -> bool:
        """Tell whether an entry of a project is to be fetched again."""
        return (self._everything or project in self._projects) and entry not in self._done

    def done(self, entry: str) -> None:
        """Note that an entry was just fetched."""
        if self._everything or self._projects:
            self._done.add(entry)
