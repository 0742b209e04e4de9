"""The machine an answer must hold for: one interpreter, or every supported one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self, TypeAlias

from packaging.specifiers import SpecifierSet
from packaging.tags import Tag
from packaging.version import Version

from uvkit.markers import MarkerSet

from .files import expand_tags, split_wheel_name

MarkerEnvironment: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One machine: the values of its environment markers and its compatibility tags, best first."""

    markers: MarkerEnvironment
    tags: tuple[Tag, ...]
    _ranks: dict[Tag, int] = field(default_factory=dict, init=False, repr=False, compare=False)
    _memo: dict[tuple[str, str, str], int | None] = field(default_factory=dict, init=False, repr=False, compare=False)
    _truth: dict[MarkerSet, bool] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def for_platform(cls, platform: str, *, python: str, implementation: str = "cpython") -> Self:
        """Return the target of a platform by name (``linux``, ``macos``, ``windows``, or uv's triples).

        Raises:
            ValueError: the platform is unknown.
        """
        from .platforms import platform_facts

        return cls(**platform_facts(platform, python=python, implementation=implementation))

    @classmethod
    def for_wheels(
        cls, platforms: Sequence[str], *, python: str, implementation: str = "cp", abis: Sequence[str] = ()
    ) -> Self:
        """Return the target that takes wheels of some platforms, named as their tags are (``manylinux2014_x86_64``).

        Older platforms of the same kind count, too. ``implementation`` is ``cp``, ``pp``, or ``py`` for wheels of pure
        Python only; ``abis`` none are those of the version.

        Raises:
            ValueError: a platform or the implementation is unknown.
        """
        from .wheel_tags import tag_facts

        return cls(**tag_facts(platforms, python=python, implementation=implementation, abis=abis))

    @property
    def python(self) -> Version:
        """Return the full version of the interpreter."""
        return Version(self.markers["python_full_version"])

    def rank(self, filename: str) -> int | None:
        """Return how well a wheel fits (0 is best), or none if it does not."""
        name = split_wheel_name(filename)
        if name is None:
            return None
        key = (name.python, name.abi, name.platform)
        try:
            return self._memo[key]
        except KeyError:
            pass
        # Published whole: a thread that saw half of it would remember that a wheel does not fit.
        ranks = self._ranks
        if not ranks:
            ranks = {tag: rank for rank, tag in reversed(list(enumerate(self.tags)))}
            object.__setattr__(self, "_ranks", ranks)
        best = min((ranks[tag] for tag in expand_tags(*key) if tag in ranks), default=None)
        self._memo[key] = best
        return best

    def holds(self, marker: MarkerSet) -> bool:
        """Tell whether a marker without extras is true here."""
        value = self._truth.get(marker)
        if value is None:
            value = self._truth[marker] = marker.matches(self.markers)
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Universal:
    """Every environment that satisfies ``requires_python`` and, if any are given, one of ``environments``."""

    requires_python: SpecifierSet | None = None
    environments: tuple[MarkerSet, ...] = ()
    required_environments: tuple[MarkerSet, ...] = ()
