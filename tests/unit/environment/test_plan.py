"""The difference between an environment and what is wanted in it."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest
from packaging.version import Version

from uvkit.environment.installed import InstalledDistribution, read_installed
from uvkit.environment.options import InstallOptions
from uvkit.environment.planning import InstallPlan, is_current, plan, seed_projects
from uvkit.model import (
    ArchiveSource,
    DirectorySource,
    GitSource,
    IndexSource,
    InstallSet,
    PinnedDistribution,
    Source,
    Target,
    project_name,
)

INDEX = IndexSource(index="https://index.example/simple")
LINUX = Target.for_platform("linux", python="3.11")
ROOT = PurePosixPath("/srv/app")


class Site:
    """A site-packages folder that tests fill."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, stem: str, *, direct_url: str | None = None, cache_info: str | None = None, tag: str = "") -> Site:
        folder = self.path / f"{stem}.dist-info"
        folder.mkdir()
        if direct_url is not None:
            (folder / "direct_url.json").write_text(direct_url)
        if cache_info is not None:
            (folder / "uv_cache.json").write_text(cache_info)
        if tag:
            (folder / "WHEEL").write_text(f"Wheel-Version: 1.0\nTag: {tag}\n")
        return self

    @property
    def installed(self) -> tuple[InstalledDistribution, ...]:
        return read_installed(self.path).distributions


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def pin(
    name: str, version: str | None = "1.0", source: Source = INDEX, *, editable: bool = False
) -> PinnedDistribution:
    return PinnedDistribution(
        project=project_name(name),
        version=None if version is None else Version(version),
        source=source,
        editable=editable,
    )


def wanted(*pins: PinnedDistribution) -> InstallSet:
    return InstallSet(tuple(sorted(pins, key=lambda one: one.project)), LINUX)


def actions(made: InstallPlan) -> list[tuple[str, str, str]]:
    return [(step.action, step.project, step.reason) for step in made.steps]


def test_missing_other_extraneous_and_right_versions_get_their_actions(site: Site) -> None:
    site.add("old-1.0").add("same-1.0").add("extra-1.0")

    made = plan(site.installed, wanted(pin("new"), pin("old", "2.0"), pin("same")))

    assert actions(made) == [
        ("remove", "extra", "not wanted"),
        ("install", "new", "not installed"),
        ("replace", "old", "version 1.0 is installed"),
        ("keep", "same", ""),
    ]
    assert (made.steps[2].before, made.steps[2].after) == (Version("1.0"), Version("2.0"))
    assert made.installs == ("new", "old")
    assert made.removes == ("extra", "old")


def test_versions_are_compared_not_their_spelling(site: Site) -> None:
    site.add("a-1.00")

    assert plan(site.installed, wanted(pin("a", "1.0.0"))).is_empty


def test_inexact_installation_removes_nothing(site: Site) -> None:
    site.add("extra-1.0")

    made = plan(site.installed, wanted(), InstallOptions(exact=False))

    assert actions(made) == [("keep", "extra", "")]


def test_projects_to_keep_survive_an_exact_installation(site: Site) -> None:
    site.add("pip-23.0").add("extra-1.0")

    made = plan(site.installed, wanted(), keep=frozenset({project_name("pip")}))

    assert actions(made) == [("remove", "extra", "not wanted"), ("keep", "pip", "")]


def test_several_distributions_of_a_project_are_replaced_by_one(site: Site) -> None:
    site.add("a-1.0").add("A-0.9")

    made = plan(site.installed, wanted(pin("a")))

    assert actions(made) == [("replace", "a", "installed more than once (0.9, 1.0)")]


def test_reinstallation_of_some_or_all_replaces_what_is_right(site: Site) -> None:
    site.add("a-1.0").add("b-1.0")
    both = wanted(pin("a"), pin("b"))

    some = plan(site.installed, both, InstallOptions(reinstall=frozenset({project_name("b")})))
    everything = plan(site.installed, both, InstallOptions(reinstall="all"))

    assert actions(some) == [("keep", "a", ""), ("replace", "b", "reinstallation was asked for")]
    assert everything.installs == ("a", "b")


def test_direct_url_where_an_index_is_wanted_replaces(site: Site) -> None:
    site.add("a-1.0", direct_url='{"url":"file:///x","dir_info":{}}')

    made = plan(site.installed, wanted(pin("a")))

    assert actions(made) == [("replace", "a", "installed from `file:///x`, not from an index")]


def test_index_where_a_direct_url_is_wanted_replaces(site: Site) -> None:
    site.add("a-1.0")

    made = plan(site.installed, wanted(pin("a", source=ArchiveSource(url="https://files.example/a.whl"))))

    assert actions(made) == [("replace", "a", "not installed from `https://files.example/a.whl`")]


@pytest.mark.parametrize(
    ("recorded", "source", "editable"),
    [
        ('{"url":"file:///srv/lib","dir_info":{"editable":true}}', DirectorySource(path=Path("../lib")), True),
        ('{"url":"file:///srv/lib/","dir_info":{}}', DirectorySource(path=Path("../lib")), False),
        (
            '{"url":"https://git.example/a","vcs_info":{"vcs":"git","commit_id":"abc","requested_revision":"main"}}',
            GitSource(repository="https://git.example/a.git", reference="v1", commit="abc"),
            False,
        ),
        ('{"url":"https://f.example/a.zip","archive_info":{}}', ArchiveSource(url="https://f.example/a.zip"), False),
        ('{"url":"file:///srv/app/d/a.whl","archive_info":{}}', ArchiveSource(path=Path("d/a.whl")), False),
    ],
)
def test_same_place_is_kept(site: Site, recorded: str, source: Source, editable: bool) -> None:
    site.add("a-1.0", direct_url=recorded)

    made = plan(site.installed, wanted(pin("a", source=source, editable=editable)), root=ROOT)

    assert made.is_empty


@pytest.mark.parametrize(
    ("recorded", "source", "reason"),
    [
        (
            '{"url":"file:///srv/lib","dir_info":{"editable":true}}',
            DirectorySource(path=Path("../lib")),
            "installed as editable",
        ),
        (
            '{"url":"file:///srv/lib","dir_info":{}}',
            DirectorySource(path=Path("../lib"), editable=True),
            "not installed as editable",
        ),
        (
            '{"url":"https://git.example/a","vcs_info":{"vcs":"git","commit_id":"abc"}}',
            GitSource(repository="https://git.example/a", commit="def"),
            "commit abc is installed",
        ),
        (
            '{"url":"https://f.example/a.zip","archive_info":{}}',
            ArchiveSource(url="https://f.example/b.zip"),
            "installed from `https://f.example/a.zip`, not from `https://f.example/b.zip`",
        ),
        (
            "broken",
            ArchiveSource(url="https://f.example/b.zip"),
            "installed from `elsewhere`, not from `https://f.example/b.zip`",
        ),
    ],
)
def test_another_place_replaces(site: Site, recorded: str, source: Source, reason: str) -> None:
    site.add("a-1.0", direct_url=recorded)

    made = plan(site.installed, wanted(pin("a", source=source)), root=ROOT)

    assert actions(made) == [("replace", "a", reason)]


def test_changed_source_tree_replaces_and_an_unchanged_one_is_kept(site: Site) -> None:
    url = '{"url":"file:///srv/app","dir_info":{"editable":true}}'
    site.add("a-1.0", direct_url=url, cache_info='{"timestamp":{"secs_since_epoch":1}}')
    want = wanted(pin("a", None, DirectorySource(path=Path("."), editable=True)))
    name = project_name("a")

    same = plan(site.installed, want, root=ROOT, cache_info={name: {"timestamp": {"secs_since_epoch": 1}}})
    changed = plan(site.installed, want, root=ROOT, cache_info={name: {"timestamp": {"secs_since_epoch": 2}}})

    assert same.is_empty
    assert actions(changed) == [("replace", "a", "the source changed since it was installed")]


def test_unknown_version_of_a_source_tree_accepts_any_installed_one(site: Site) -> None:
    site.add("a-3.2", direct_url='{"url":"file:///srv/app","dir_info":{}}')

    made = plan(site.installed, wanted(pin("a", None, DirectorySource(path=Path(".")))), root=ROOT)

    assert made.is_empty
    assert made.steps[0].after == Version("3.2")


def test_wheel_for_another_platform_replaces(site: Site) -> None:
    site.add("a-1.0", tag="cp311-cp311-win_amd64").add("b-1.0", tag="py3-none-any").add("c-1.0")

    made = plan(site.installed, wanted(pin("a"), pin("b"), pin("c")))

    assert actions(made)[0] == ("replace", "a", "installed for another interpreter or platform")
    assert made.installs == ("a",)


def test_quick_check_agrees_with_the_plan(site: Site) -> None:
    site.add("a-1.0").add("b-1.0")
    pip = frozenset({project_name("b")})
    cases: list[tuple[InstallSet, InstallOptions, bool]] = [
        (wanted(pin("a"), pin("b")), InstallOptions(), True),
        (wanted(pin("a")), InstallOptions(), False),
        (wanted(pin("a")), InstallOptions(exact=False), True),
        (wanted(pin("a"), pin("b"), pin("c")), InstallOptions(), False),
        (wanted(pin("a", "2"), pin("b")), InstallOptions(), False),
        (wanted(pin("a"), pin("b")), InstallOptions(reinstall="all"), False),
    ]

    for want, options, expected in cases:
        assert is_current(site.installed, want, options) is expected
        assert plan(site.installed, want, options).is_empty is expected
    assert is_current(site.installed, wanted(pin("a")), keep=pip)


@pytest.mark.parametrize(
    ("config", "python", "seeds"),
    [
        ({"uv": "0.13.9"}, (3, 11), set()),
        ({"uvkit": "0.1"}, (3, 12), set()),
        ({"uv": "0.13.9", "seed": "true"}, (3, 12), {"pip", "uv"}),
        ({"home": "/usr/bin"}, (3, 12), {"pip", "uv"}),
        ({}, (3, 11), {"pip", "uv", "setuptools", "wheel"}),
    ],
)
def test_seeds_are_kept_only_where_another_tool_put_them(
    config: dict[str, str], python: tuple[int, int], seeds: set[str]
) -> None:
    assert seed_projects(config, python=python) == seeds
