"""The difference between what is installed and what is wanted; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from uvkit.model import IndexSource, InstallSet, PinnedDistribution, ProjectName, Target, project_name

from .options import InstallOptions

if TYPE_CHECKING:
    from packaging.version import Version

    from .installed import InstalledDistribution

Action: TypeAlias = Literal["install", "replace", "remove", "keep"]
CacheInfo: TypeAlias = Mapping[ProjectName, Mapping[str, Any]]

_SEEDS = frozenset(map(project_name, ("pip", "uv")))
# Before 3.12 virtual environments were seeded with these as well.
_OLD_SEEDS = _SEEDS | frozenset(map(project_name, ("setuptools", "wheel")))
_DEFAULTS = InstallOptions()
_NOWHERE = PurePath("/")


@dataclass(frozen=True, slots=True)
class Step:
    """What happens to one project, and why.

    ``before`` is the version that is installed, ``after`` the one that will be, none too for a source tree
    whose version is known only once it is built. ``before_url`` and ``after_url`` say where each comes from, if that is
    not an index.
    """

    action: Action
    project: ProjectName
    before: Version | None
    after: Version | None
    reason: str
    before_url: str | None = None
    after_url: str | None = None


@dataclass(frozen=True, slots=True)
class InstallPlan:
    """One step per project that is installed or wanted, sorted by name."""

    steps: tuple[Step, ...]
    wanted: InstallSet

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing has to be done."""
        return all(step.action == "keep" for step in self.steps)

    @property
    def installs(self) -> tuple[ProjectName, ...]:
        """Return the projects that need a wheel: new ones and replaced ones."""
        return tuple(step.project for step in self.steps if step.action in {"install", "replace"})

    @property
    def removes(self) -> tuple[ProjectName, ...]:
        """Return the projects whose installed distributions go away: removed ones and replaced ones."""
        return tuple(step.project for step in self.steps if step.action in {"remove", "replace"})


def plan(
    installed: Iterable[InstalledDistribution],
    wanted: InstallSet,
    options: InstallOptions = _DEFAULTS,
    *,
    keep: frozenset[ProjectName] = frozenset(),
    root: PurePath = _NOWHERE,
    cache_info: CacheInfo | None = None,
    build_info: CacheInfo | None = None,
) -> InstallPlan:
    """Return the steps that make ``installed`` equal to ``wanted``.

    ``keep`` names projects that an exact installation leaves alone although nobody wants them (``seed_projects``).
    Relative paths of sources are taken from ``root``. ``cache_info`` gives the present state of local source trees, to
    be compared with the state recorded when they were installed; ``build_info`` likewise how what is built is built.
    """
    judge = _Judge(options, wanted.target, root=root, cache_info=cache_info or {}, build_info=build_info or {})
    found = _by_project(installed)
    steps = []
    for pin in wanted:
        have = found.pop(pin.project, None)
        url = judge.url(pin)
        if have is None:
            steps.append(Step("install", pin.project, None, pin.version, "not installed", after_url=url))
            continue
        reason = judge.reason(have, pin)
        before = have[0].version
        if reason:
            steps.append(Step("replace", pin.project, before, pin.version, reason, _url_of(have[0]), url))
        else:
            steps.append(Step("keep", pin.project, before, pin.version or before, ""))
    for project, have in found.items():
        before = have[0].version
        if options.exact and project not in keep:
            steps.append(Step("remove", project, before, None, "not wanted", _url_of(have[0])))
        else:
            steps.append(Step("keep", project, before, before, ""))
    steps.sort(key=_project)
    return InstallPlan(tuple(steps), wanted)


def is_current(
    installed: Iterable[InstalledDistribution],
    wanted: InstallSet,
    options: InstallOptions = _DEFAULTS,
    *,
    keep: frozenset[ProjectName] = frozenset(),
    root: PurePath = _NOWHERE,
    cache_info: CacheInfo | None = None,
    build_info: CacheInfo | None = None,
) -> bool:
    """Tell whether the plan of the same arguments is empty, without making it."""
    judge = _Judge(options, wanted.target, root=root, cache_info=cache_info or {}, build_info=build_info or {})
    found = _by_project(installed)
    for pin in wanted:
        have = found.pop(pin.project, None)
        if have is None or judge.reason(have, pin):
            return False
    return not options.exact or found.keys() <= keep


def seed_projects(config: Mapping[str, str], *, python: tuple[int, int]) -> frozenset[ProjectName]:
    """Return the projects that an exact installation keeps in an environment with this ``pyvenv.cfg``.

    Other tools put an installer into the environments they make. uv and uvkit do so only when asked (``seed``), and
    whoever asked wants to keep it. An empty ``config`` stands for an environment that is not virtual.
    """
    own = "uv" in config or "uvkit" in config
    if own and config.get("seed", "").strip().lower() != "true":
        return frozenset()
    return _SEEDS if python >= (3, 12) else _OLD_SEEDS


class _Judge:
    """Decides whether an installed distribution is the wanted one, and says why not."""

    def __init__(
        self,
        options: InstallOptions,
        target: Target,
        *,
        root: PurePath,
        cache_info: CacheInfo,
        build_info: CacheInfo,
    ) -> None:
        self.options = options
        self.target = target
        self.root = root
        self.cache_info = cache_info
        self.build_info = build_info
        self.fitting: dict[tuple[str, ...], bool] = {}

    def reason(self, have: list[InstalledDistribution], pin: PinnedDistribution) -> str:
        """Return why the project has to be installed again, or an empty text."""
        if len(have) > 1:
            versions = ", ".join(one.version_text for one in have)
            return f"installed more than once ({versions})"
        (one,) = have
        if pin.version is not None and one.version_text != str(pin.version) and one.version != pin.version:
            return f"version {one.version_text} is installed"
        moved = self._moved(one, pin)
        if moved:
            return moved
        if self.options.reinstalls(pin.project):
            return "reinstallation was asked for"
        now = self.cache_info.get(pin.project)
        if now is not None and one.cache_info != now:
            return "the source changed since it was installed"
        if pin.project in self.build_info and one.build_info not in (None, self.build_info[pin.project]):
            return "it would be built in another way now"
        return "" if self._fits(one) else "installed for another interpreter or platform"

    def url(self, pin: PinnedDistribution) -> str | None:
        """Return where a distribution will come from, or none if that is an index."""
        if isinstance(pin.source, IndexSource):
            return None
        from uvkit.formats import direct_url_of

        direct = direct_url_of(pin.source, root=self.root, editable=pin.editable)
        return None if direct is None else direct.location

    def _moved(self, one: InstalledDistribution, pin: PinnedDistribution) -> str:
        direct = one.direct_url
        if isinstance(pin.source, IndexSource):
            return f"installed from `{direct.url}`, not from an index" if direct is not None else ""
        from uvkit.formats import direct_url_of

        expected = direct_url_of(pin.source, root=self.root, editable=pin.editable)
        if expected is None:
            return ""
        if direct is None:
            return f"not installed from `{expected.url}`"
        if direct.same_place(expected):
            return ""
        if direct.url == expected.url and direct.editable != expected.editable:
            return "installed as editable" if direct.editable else "not installed as editable"
        if direct.url == expected.url and direct.commit is not None:
            return f"commit {direct.commit} is installed"
        return f"installed from `{direct.url or 'elsewhere'}`, not from `{expected.url}`"

    def _fits(self, one: InstalledDistribution) -> bool:
        tags = one.tags
        fits = self.fitting.get(tags)
        if fits is None:
            # A distribution without tags was not installed from a wheel; nothing speaks against it.
            fits = not tags or any(self.target.rank(f"_-0-{tag}.whl") is not None for tag in tags)
            self.fitting[tags] = fits
        return fits


def _url_of(one: InstalledDistribution) -> str | None:
    return None if one.direct_url is None else one.direct_url.location or None


def _by_project(installed: Iterable[InstalledDistribution]) -> dict[ProjectName, list[InstalledDistribution]]:
    found: dict[ProjectName, list[InstalledDistribution]] = {}
    for one in installed:
        found.setdefault(one.project, []).append(one)
    return found


def _project(step: Step) -> str:
    return step.project
