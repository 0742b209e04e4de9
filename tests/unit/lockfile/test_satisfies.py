"""How far a lock answers a request; the rows agree with what uv 0.13.9 says of the same change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from uvkit.lockfile import LocalState, Lockfile
from uvkit.markers import MarkerSet, RequiresPython
from uvkit.model import (
    ConflictItem,
    DeclaredRequirement,
    DirectorySource,
    IndexSource,
    LocalMetadata,
    Requirement,
    Source,
    Universal,
    Upgrade,
    extra_name,
    group_name,
    project_name,
)
from uvkit.resolver import CutOff, Exclusion, Member, Override, ResolveRequest, ResolverOptions, Scope, StaticMetadata

INDEX = "https://index.example/simple"
ROOT = Path("/srv/app")
LOCK = """\
version = 1
revision = 5
requires-python = ">=3.11"

[options]
exclude-newer = "2024-06-01T00:00:00Z"

[manifest]
constraints = [{ name = "numbers", specifier = "<3" }]
build-constraints = [{ name = "setuptools", specifier = "<80" }]

[[package]]
name = "app"
version = "0.1.0"
source = { virtual = "." }
dependencies = [
    { name = "letters" },
]

[package.dev-dependencies]
dev = [
    { name = "words" },
]

[package.metadata]
requires-dist = [
    { name = "letters", specifier = ">=1,<3" },
    { name = "numbers", marker = "extra == 'x'" },
    { name = "sibling", extras = ["b", "a"], directory = "../sibling" },
]
provides-extras = ["x", "none"]

[package.metadata.requires-dev]
dev = [{ name = "words" }]
empty = []

[[package]]
name = "letters"
version = "2.0"
source = { registry = "https://index.example/simple" }

[[package]]
name = "words"
version = "1.0"
source = { registry = "https://index.example/simple" }
"""
FORKED = LOCK.replace(
    'requires-python = ">=3.11"\n',
    'requires-python = ">=3.11"\nresolution-markers = [\n'
    "    \"sys_platform == 'linux'\",\n    \"sys_platform != 'linux'\",\n]\n",
)
Change = Callable[[ResolveRequest], ResolveRequest]


def declared(*texts: str) -> tuple[DeclaredRequirement, ...]:
    return tuple(DeclaredRequirement(requirement=Requirement.parse(text)) for text in texts)


SIBLING = DeclaredRequirement(
    requirement=replace(
        Requirement.parse("sibling[a,b]"), source=DirectorySource(path=Path("/srv/sibling")), written_extras=()
    )
)
MEMBER = Member(
    project=project_name("app"),
    version=Version("0.1.0"),
    source=DirectorySource(path=Path(), virtual=True),
    metadata=LocalMetadata(
        requires_dist=(*declared("letters>=1,<3", "numbers; extra == 'x'"), SIBLING),
        provides_extras=(extra_name("x"), extra_name("none")),
        requires_dev={group_name("dev"): declared("words"), group_name("empty"): ()},
    ),
)
REQUEST = ResolveRequest(
    target=Universal(),
    members=(MEMBER,),
    root=ROOT,
    requires_python=RequiresPython.parse(">=3.11"),
    constraints=(Requirement.parse("numbers<3"),),
    build_constraints=(Requirement.parse("setuptools<80"),),
    options=ResolverOptions(exclude_newer=CutOff.at(datetime(2024, 6, 1, tzinfo=UTC))),
)


def member(**facts: Any) -> Change:
    return lambda request: replace(request, members=(replace(MEMBER, **facts),))


def metadata(**facts: Any) -> Change:
    return member(metadata=replace(MEMBER.metadata, **facts))


def asking(**facts: Any) -> Change:
    return lambda request: replace(request, **facts)


def options(**facts: Any) -> Change:
    return lambda request: replace(request, options=replace(request.options, **facts))


def degree(change: Change, text: str = LOCK) -> str:
    return Lockfile.parse(text).satisfies(change(REQUEST), indexes=[INDEX]).degree


def test_the_question_that_was_locked_is_answered() -> None:
    freshness = Lockfile.parse(LOCK).satisfies(REQUEST, indexes=[INDEX])

    assert freshness.fresh
    assert freshness
    assert freshness.reasons == ()


@pytest.mark.parametrize(
    "change",
    [
        metadata(requires_dist=(*declared("Letters < 3, >= 1.0", "numbers; extra == 'x'"), SIBLING)),
        metadata(requires_dist=(SIBLING, *declared("numbers; extra == 'x'", "letters>=1,<3"))),
        metadata(requires_dist=(*declared("letters>=1,<3; python_version >= '3.8'", "numbers; extra == 'x'"), SIBLING)),
        metadata(provides_extras=(extra_name("none"), extra_name("x"))),
        member(default_groups=(group_name("dev"),)),
        asking(constraints=(*REQUEST.constraints, Requirement.parse("zed<3"))),
        asking(overrides=(Override(requirements=(Requirement.parse("zed<3"),)),)),
        asking(
            overrides=(
                Override(requirements=(Requirement.parse("letters<3"),), scope=Scope(project=project_name("zed"))),
            )
        ),
        asking(excludes=(Exclusion(projects=(project_name("zed"),)),)),
        asking(dependency_metadata=(StaticMetadata(project=project_name("zed"), version=Version("1")),)),
        asking(requires_python=RequiresPython.parse(">=3.11,!=3.12.*")),
        options(exclude_newer=CutOff.at(datetime(2024, 7, 1, tzinfo=UTC))),
        options(exclude_newer_by_project={project_name("letters"): False}),
        options(exclude_newer_by_project={project_name("zed"): CutOff.at(datetime(2020, 1, 1, tzinfo=UTC))}),
    ],
)
def test_changes_without_consequence_leave_the_lock_fresh(change: Change) -> None:
    assert degree(change) == "satisfied"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (options(strategy="lowest"), "unusable"),
        (options(fork_strategy="fewest"), "unusable"),
        (options(exclude_newer=None), "preferable"),
        (options(exclude_newer=CutOff.at(datetime(2024, 5, 1, tzinfo=UTC))), "preferable"),
        (options(exclude_newer=CutOff(span="P30D", length=timedelta(days=30))), "preferable"),
        (
            options(exclude_newer_by_project={project_name("letters"): CutOff.at(datetime(2020, 1, 1, tzinfo=UTC))}),
            "preferable",
        ),
        (options(minimum_libc={"glibc": "2.28"}), "versions"),
        (options(prerelease="allow"), "preferable"),
        (options(prerelease_by_project={project_name("letters"): "allow"}), "preferable"),
        (asking(target=Universal(environments=(MarkerSet.parse("sys_platform == 'linux'"),))), "versions"),
        (asking(target=Universal(required_environments=(MarkerSet.parse("os_name == 'nt'"),))), "versions"),
        (
            asking(
                conflicts=(
                    tuple(ConflictItem(project=project_name("app"), extra=extra_name(name)) for name in ("x", "none")),
                )
            ),
            "versions",
        ),
        (asking(requires_python=RequiresPython.parse(">=3.12")), "preferable"),
        (asking(constraints=()), "preferable"),
        (asking(constraints=(*REQUEST.constraints, Requirement.parse("letters<3"))), "preferable"),
        (asking(overrides=(Override(requirements=(Requirement.parse("letters<3"),)),)), "preferable"),
        (
            asking(
                overrides=(
                    Override(requirements=(Requirement.parse("zed<3"),), scope=Scope(project=project_name("letters"))),
                )
            ),
            "preferable",
        ),
        (asking(excludes=(Exclusion(projects=(project_name("words"),)),)), "preferable"),
        (asking(build_constraints=()), "preferable"),
        (asking(dependency_metadata=(StaticMetadata(project=project_name("letters")),)), "preferable"),
        (asking(is_workspace=True), "preferable"),
        (asking(roots=(Requirement.parse("letters"),)), "preferable"),
        (asking(groups={group_name("lint"): (Requirement.parse("letters"),)}), "preferable"),
        (asking(default_groups=()), "preferable"),
        (asking(group_requires_python={group_name("lint"): ">=3.12"}), "preferable"),
        (member(version=Version("0.2.0")), "preferable"),
        (member(version=None), "preferable"),
        (member(source=DirectorySource(path=Path(), editable=True)), "preferable"),
        (member(source=DirectorySource(path=Path("elsewhere"), virtual=True)), "preferable"),
        (member(project=project_name("other")), "preferable"),
        (member(default_groups=()), "preferable"),
        (member(group_requires_python={group_name("dev"): ">=3.12"}), "preferable"),
        (metadata(requires_dist=declared("letters>=1,<3", "numbers; extra == 'x'")), "preferable"),
        (metadata(requires_dist=(*declared("letters>=1,<4", "numbers; extra == 'x'"), SIBLING)), "preferable"),
        (
            metadata(requires_dist=(*declared("letters>=1,<3; os_name == 'nt'", "numbers; extra == 'x'"), SIBLING)),
            "preferable",
        ),
        (metadata(provides_extras=(extra_name("x"),)), "preferable"),
        (metadata(requires_dev={group_name("dev"): declared("words")}), "preferable"),
        (metadata(requires_dev={group_name("dev"): (), group_name("empty"): ()}), "preferable"),
    ],
)
def test_changes_that_matter_make_it_stale(change: Change, expected: str) -> None:
    freshness = Lockfile.parse(LOCK).satisfies(change(REQUEST), indexes=[INDEX])

    assert freshness.degree == expected
    assert freshness.reasons
    assert not freshness


def test_every_difference_in_the_contents_is_named() -> None:
    change = metadata(requires_dist=(), provides_extras=(), requires_dev={})

    freshness = Lockfile.parse(LOCK).satisfies(change(REQUEST))

    assert freshness.reasons == (
        "the extras of `app` changed",
        "the requirements of `app` changed",
        "the dependency groups of `app` changed",
    )


@pytest.mark.parametrize(
    ("upgrade", "expected"),
    [(Upgrade.everything(), "unusable"), (Upgrade.only("letters"), "preferable"), (Upgrade(), "satisfied")],
)
def test_upgrades_limit_what_is_taken_over(upgrade: Upgrade, expected: str) -> None:
    assert Lockfile.parse(LOCK).satisfies(REQUEST, upgrade=upgrade).degree == expected


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (("revision = 5\n", ""), "satisfied"),
        (("revision = 5", "revision = 9"), "satisfied"),
        (("[[package]]", "[[package]] # comment"), "satisfied"),
        (('version = "2.0"', 'version = "9.0"'), "satisfied"),
        (('simple" }', 'simple/" }'), "preferable"),
        (("<3", "<4"), "preferable"),
    ],
)
def test_edits_of_the_lock_itself(edit: tuple[str, str], expected: str) -> None:
    assert degree(lambda request: request, LOCK.replace(*edit)) == expected


def test_before_revision_one_extras_and_empty_groups_are_not_compared() -> None:
    text = (
        LOCK.replace("revision = 5\n", "").replace('provides-extras = ["x", "none"]\n', "").replace("empty = []\n", "")
    )

    assert degree(lambda request: request, text) == "satisfied"


def test_before_revision_five_default_groups_are_not_compared() -> None:
    assert degree(member(default_groups="all"), LOCK.replace("revision = 5", "revision = 4")) == "satisfied"


def test_sources_are_not_compared_without_a_list_of_indexes() -> None:
    assert Lockfile.parse(LOCK.replace("/simple", "/other")).satisfies(REQUEST).fresh


def test_indexes_are_compared_without_their_credentials() -> None:
    lock = Lockfile.parse(LOCK)

    assert lock.satisfies(REQUEST, indexes=["https://user:secret@index.example/simple"]).fresh


def test_local_indexes_are_compared_by_place() -> None:
    lock = Lockfile.parse(LOCK.replace(INDEX, "wheels"))

    assert lock.satisfies(REQUEST, indexes=["/srv/app/./wheels"]).fresh
    assert not lock.satisfies(REQUEST, indexes=["/srv/wheels"]).fresh


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (asking(), "satisfied"),
        (asking(requires_python=RequiresPython.parse(">=3.12")), "versions"),
        (asking(requires_python=RequiresPython.parse(">=3.10")), "versions"),
        (asking(requires_python=RequiresPython.parse("<3.11")), "versions"),
    ],
)
def test_forks_hold_for_the_python_versions_they_were_made_for(change: Change, expected: str) -> None:
    assert degree(change, FORKED) == expected


def test_forks_must_cover_every_supported_environment() -> None:
    text = FORKED.replace("    \"sys_platform != 'linux'\",\n", "")
    limited = "supported-markers = [\n    \"sys_platform == 'linux'\",\n]\n\n[options]"
    linux = asking(target=Universal(environments=(MarkerSet.parse("sys_platform == 'linux'"),)))

    assert degree(asking(), text) == "versions"
    assert degree(linux, text.replace("\n[options]", limited)) == "satisfied"


def test_the_first_reason_names_what_is_missing_from_the_forks() -> None:
    text = FORKED.replace("    \"sys_platform != 'linux'\",\n", "")

    freshness = Lockfile.parse(text).satisfies(REQUEST)

    text = (
        "fork markers not covering the supported environments: "
        "`python_full_version >= '3.11' and sys_platform == 'linux'` vs `python_full_version >= '3.11'`"
    )
    assert freshness.reasons == (text,)
    assert freshness.notice == f"Resolving despite existing lockfile due to {text}"


TREE = LOCK.replace(
    'dependencies = [\n    { name = "letters" },\n',
    'dependencies = [\n    { name = "letters" },\n    { name = "sibling" },\n',
) + (
    '\n[[package]]\nname = "sibling"\nversion = "1.0"\nsource = { directory = "../sibling" }\n'
    '\n[package.metadata]\nrequires-dist = [{ name = "letters" }]\n'
)


def test_a_tree_that_nobody_looked_at_counts_as_changed() -> None:
    freshness = Lockfile.parse(TREE).satisfies(REQUEST)

    assert freshness.degree == "preferable"
    assert freshness.reasons == ("the metadata of `sibling` at `../sibling` is not known",)


@pytest.mark.parametrize(
    ("version", "requirement", "expected"),
    [("1.0", "letters", True), ("1.1", "letters", False), ("1.0", "letters>1", False)],
)
def test_other_trees_are_compared_with_their_present_state(version: str, requirement: str, expected: bool) -> None:
    asked: list[Source] = []

    def local(_: str, source: Source) -> LocalState:
        asked.append(source)
        return LocalState(version=Version(version), metadata=LocalMetadata(requires_dist=declared(requirement)))

    freshness = Lockfile.parse(TREE).satisfies(REQUEST, local=local)

    assert freshness.fresh is expected
    assert asked == [DirectorySource(path=Path("../sibling"))]


def test_a_member_that_became_an_archive_is_missing() -> None:
    text = LOCK.replace('{ virtual = "." }', '{ url = "https://index.example/app-0.1.0.tar.gz" }')

    freshness = Lockfile.parse(text).satisfies(REQUEST)

    assert freshness.reasons == (
        "`app` is not in the lock",
        "the metadata of `app` at `https://index.example/app-0.1.0.tar.gz` is not known",
    )


def test_packages_that_nothing_leads_to_are_not_compared() -> None:
    text = LOCK + f'\n[[package]]\nname = "zed"\nversion = "1.0"\nsource = {{ registry = "{INDEX}/other" }}\n'

    assert degree(lambda request: request, text) == "satisfied"


def test_git_packages_are_trusted() -> None:
    git = f'{{ git = "https://index.example/letters#{"0" * 40}" }}'
    text = LOCK.replace(
        'name = "letters"\nversion = "2.0"\nsource = { registry = "https://index.example/simple" }',
        f'name = "letters"\nversion = "2.0"\nsource = {git}',
    )

    assert degree(lambda request: request, text) == "satisfied"


def test_a_relative_cut_off_may_move_but_not_change() -> None:
    text = LOCK.replace('"2024-06-01T00:00:00Z"', '"0001-01-01T00:00:00Z"\nexclude-newer-span = "P30D"')
    same = options(exclude_newer=CutOff(span="P30D", length=timedelta(days=30)))
    other = options(exclude_newer=CutOff(span="P31D", length=timedelta(days=31)))

    assert degree(same, text) == "satisfied"
    assert degree(other, text) == "preferable"


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, "preferable"),
        ({"letters": CutOff.at(datetime(2023, 1, 1, tzinfo=UTC))}, "satisfied"),
        ({"letters": CutOff.at(datetime(2024, 1, 1, tzinfo=UTC))}, "satisfied"),
        ({"letters": CutOff.at(datetime(2022, 1, 1, tzinfo=UTC))}, "preferable"),
        ({"letters": False}, "satisfied"),
    ],
)
def test_a_cut_off_of_one_project_may_only_become_later(wanted: dict[Any, Any], expected: str) -> None:
    text = LOCK.replace(
        "\n[manifest]", '\n[options.exclude-newer-package]\nletters = "2023-01-01T00:00:00Z"\n\n[manifest]'
    )

    assert degree(options(exclude_newer_by_project=wanted), text) == expected


def test_a_project_that_had_none_may_not_get_a_cut_off_again() -> None:
    text = LOCK.replace("\n[manifest]", "\n[options.exclude-newer-package]\nletters = false\n\n[manifest]")
    wanted = {project_name("letters"): CutOff.at(datetime(2030, 1, 1, tzinfo=UTC))}

    assert degree(options(exclude_newer_by_project=wanted), text) == "preferable"


def test_the_requirement_of_an_explicit_index_is_part_of_its_meaning() -> None:
    pinned = replace(Requirement.parse("letters>=1,<3"), source=IndexSource(index=INDEX))
    change = metadata(
        requires_dist=(DeclaredRequirement(requirement=pinned), *declared("numbers; extra == 'x'"), SIBLING)
    )

    assert degree(change) == "preferable"
