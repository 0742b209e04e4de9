"""From a resolution to the text of a lock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from packaging.version import Version

from uvkit.lockfile import Lockfile
from uvkit.markers import MarkerSet, RequiresPython
from uvkit.model import (
    ArchiveSource,
    ConflictItem,
    DeclaredRequirement,
    DirectorySource,
    FileRow,
    GitSource,
    Hash,
    IndexSource,
    LocalMetadata,
    Requirement,
    ResolvedDependency,
    ResolvedDistribution,
    Source,
    Universal,
    extra_name,
    group_name,
    project_name,
)
from uvkit.resolver import (
    CutOff,
    Exclusion,
    Member,
    Override,
    Resolution,
    ResolveRequest,
    ResolverOptions,
    Scope,
    StaticMetadata,
)

INDEX = IndexSource(index="https://index.example/simple")
HERE = DirectorySource(path=Path(), virtual=True)
EVERYWHERE = MarkerSet.everywhere()


def marker(text: str) -> MarkerSet:
    return MarkerSet.parse(text)


def edge(name: str, version: str = "1.0", condition: str = "", **facts: Any) -> ResolvedDependency:
    extras = frozenset(map(extra_name, facts.pop("extras", ())))
    return ResolvedDependency(
        project=project_name(name), version=Version(version), extras=extras, marker=marker(condition), **facts
    )


def distribution(
    name: str, version: str = "1.0", *dependencies: ResolvedDependency, source: Source = INDEX, **facts: Any
) -> ResolvedDistribution:
    return ResolvedDistribution(
        project=project_name(name), version=Version(version), source=source, dependencies=dependencies, **facts
    )


def app(*dependencies: ResolvedDependency, **facts: Any) -> ResolvedDistribution:
    return distribution("app", "1.0", *dependencies, source=HERE, **facts)


def text_of(
    *distributions: ResolvedDistribution,
    forks: tuple[str, ...] = (),
    requires_python: str = ">=3.11",
    member: Mapping[str, Any] | None = None,
    **request: Any,
) -> str:
    python = RequiresPython.parse(requires_python)
    resolution = Resolution(distributions=distributions, forks=tuple(map(marker, forks)), requires_python=python)
    own = Member(project=project_name("app"), version=Version("1.0"), source=HERE, **(member or {}))
    asked = {"target": Universal(), "members": (own,), "root": Path("/srv/app"), "requires_python": python, **request}
    return Lockfile.from_resolution(resolution, ResolveRequest(**asked)).dumps()


def test_an_empty_project() -> None:
    assert text_of(app()) == (
        'version = 1\nrevision = 5\nrequires-python = ">=3.11"\n\n'
        '[[package]]\nname = "app"\nversion = "1.0"\nsource = { virtual = "." }\n'
    )


def test_packages_are_sorted_by_name_version_and_source() -> None:
    text = text_of(
        distribution("zed"),
        distribution("letters", "10.0"),
        distribution("letters", "9.0"),
        distribution("letters", "9.0", source=ArchiveSource(url="https://index.example/l.tar.gz")),
        distribution("letters", "9.0", source=IndexSource(index="wheels")),
        app(),
    )

    lines = [line for line in text.splitlines() if line.startswith(("name", "version =", "source"))][1:]
    assert lines[3:15] == [
        'name = "letters"', 'version = "9.0"', 'source = { registry = "https://index.example/simple" }',
        'name = "letters"', 'version = "9.0"', 'source = { registry = "wheels" }',
        'name = "letters"', 'version = "9.0"', 'source = { url = "https://index.example/l.tar.gz" }',
        'name = "letters"', 'version = "10.0"', 'source = { registry = "https://index.example/simple" }',
    ]  # fmt: skip


def test_edges_are_shortened_by_python_the_parent_and_the_forks() -> None:
    text = text_of(
        app(
            edge("letters", condition="python_version >= '3.8' and sys_platform == 'linux'"),
            edge("words", condition="sys_platform == 'linux' and python_version < '3.13'"),
        ),
        distribution(
            "letters",
            "1.0",
            edge("words", condition="sys_platform == 'linux'"),
            marker=marker("sys_platform == 'linux'"),
        ),
        distribution("words"),
        forks=("python_version < '3.13'",),
    )

    assert '    { name = "letters", marker = "sys_platform == \'linux\'" },\n' in text
    assert '    { name = "words", marker = "sys_platform == \'linux\'" },\n' in text
    assert (
        'source = { registry = "https://index.example/simple" }\ndependencies = [\n    { name = "words" },\n]\n' in text
    )
    assert "resolution-markers = [\n    \"python_full_version < '3.13'\",\n]\n" in text


def test_edges_of_an_extra_leave_out_where_the_extra_is_wanted() -> None:
    text = text_of(
        app(
            edge("letters"),
            edge("letters", extras=("foo",), condition="sys_platform == 'win32'"),
        ),
        distribution(
            "letters",
            "1.0",
            edge("words", condition="sys_platform == 'win32'", extra=extra_name("foo")),
            edge("letters", extras=("bar",), extra=extra_name("foo")),
            edge("words", condition="sys_platform == 'win32'", extra=extra_name("bar")),
        ),
        distribution("words"),
    )

    assert '[package.optional-dependencies]\nbar = [\n    { name = "words" },\n]\nfoo = [\n' in text
    assert '    { name = "letters", extra = ["bar"] },\n    { name = "words" },\n' in text


def test_edges_of_a_members_own_extras_are_not_shortened() -> None:
    text = text_of(
        app(edge("words", condition="sys_platform == 'win32'", extra=extra_name("x"))), distribution("words")
    )

    assert 'x = [\n    { name = "words", marker = "sys_platform == \'win32\'" },\n]' in text


def test_edges_of_groups_have_a_table_of_their_own() -> None:
    text = text_of(
        app(edge("words", group=group_name("lint")), edge("words", group=group_name("dev"))), distribution("words")
    )

    assert (
        '[package.dev-dependencies]\ndev = [\n    { name = "words" },\n]\nlint = [\n    { name = "words" },\n]\n'
    ) in text


def test_equal_edges_are_merged_and_unknown_extras_dropped_after_sorting() -> None:
    text = text_of(
        app(
            edge("letters"),
            edge("letters", extras=("foo",), condition="sys_platform == 'linux'"),
            edge("letters", extras=("bar",), condition="sys_platform == 'linux'"),
            edge("letters", extras=("nosuch",)),
        ),
        distribution("letters", "1.0", edge("words", extra=extra_name("foo")), edge("words", extra=extra_name("bar"))),
        distribution("words"),
    )

    assert (
        'dependencies = [\n    { name = "letters", extra = ["bar", "foo"], marker = "sys_platform == \'linux\'" },\n'
        '    { name = "letters" },\n]\n'
    ) in text


def test_a_name_with_several_packages_is_given_in_full_with_its_forks() -> None:
    text = text_of(
        app(
            edge("letters", "1.0", "sys_platform == 'win32'", source=INDEX),
            edge("letters", "2.0", "sys_platform != 'win32'", source=INDEX),
        ),
        distribution("letters", "2.0", marker=marker("sys_platform != 'win32'")),
        distribution("letters", "1.0", marker=marker("sys_platform == 'win32'")),
        forks=("sys_platform == 'win32'", "sys_platform != 'win32'"),
    )

    simple = 'source = { registry = "https://index.example/simple" }'
    assert f'    {{ name = "letters", version = "1.0", {simple}, marker = "sys_platform == \'win32\'" }},\n' in text
    assert f'version = "1.0"\n{simple}\nresolution-markers = [\n    "sys_platform == \'win32\'",\n]\n' in text
    assert text.startswith(
        'version = 1\nrevision = 5\nrequires-python = ">=3.11"\n'
        "resolution-markers = [\n    \"sys_platform == 'win32'\",\n    \"sys_platform != 'win32'\",\n]\n"
    )


def test_a_fork_that_a_package_shares_only_below_the_python_bounds_is_not_named() -> None:
    text = text_of(
        app(edge("letters", "1.0", "sys_platform == 'linux'"), edge("letters", "2.0", "sys_platform == 'win32'")),
        distribution("letters", "1.0", marker=marker("sys_platform == 'linux'")),
        distribution("letters", "2.0", marker=marker("sys_platform == 'win32'")),
        forks=(
            "python_version >= '3.11' and sys_platform != 'win32'",
            "python_version < '3.11' or sys_platform == 'win32'",
        ),
    )

    assert text.count("resolution-markers = [\n    \"sys_platform != 'win32'\",\n]\n") == 1
    assert text.count("resolution-markers = [\n    \"sys_platform == 'win32'\",\n]\n") == 1


def test_forks_that_differ_in_conflicting_extras_only_leave_no_trace() -> None:
    text = text_of(app(), forks=("extra != 'extra-3-app-a'", "extra == 'extra-3-app-a'"))

    assert "resolution-markers" not in text


def test_forks_that_overlap_without_conflicts_show_them() -> None:
    text = text_of(app(), forks=("sys_platform == 'linux' and extra != 'extra-3-app-a'", "extra == 'extra-3-app-a'"))

    assert (
        "resolution-markers = [\n    \"sys_platform == 'linux' and extra != 'extra-3-app-a'\",\n"
        "    \"extra == 'extra-3-app-a'\",\n]\n"
    ) in text


def test_forks_that_are_apart_within_the_python_bounds_show_no_conflicts() -> None:
    text = text_of(
        app(),
        forks=(
            "python_version >= '3.12'",
            "python_version >= '3.11' and python_version < '3.12' and extra == 'extra-3-app-a'",
            "python_version < '3.12' and extra != 'extra-3-app-a'",
        ),
    )

    assert (
        "resolution-markers = [\n    \"python_full_version >= '3.12'\",\n    \"python_full_version < '3.12'\",\n]\n"
    ) in text


def test_files_are_split_into_archive_and_wheels() -> None:
    def row(name: str) -> FileRow:
        digest = f"sha256:{'0' * 64}"
        return FileRow(name, f"https://files.index.example/{name}", digest, 1, None, "2024-01-01T00:00:00Z", None, None)

    text = text_of(
        app(), distribution("letters", rows=(row("letters-1.0-py3-none-any.whl"), row("letters-1.0.tar.gz")))
    )

    assert 'sdist = { url = "https://files.index.example/letters-1.0.tar.gz", hash = "sha256:' in text
    assert 'wheels = [\n    { url = "https://files.index.example/letters-1.0-py3-none-any.whl", hash' in text


def test_metadata_is_recorded_of_what_can_change() -> None:
    metadata = LocalMetadata(
        requires_dist=(DeclaredRequirement(requirement=Requirement.parse("words; extra == 'b'")),),
        provides_extras=(extra_name("b"), extra_name("a")),
        requires_dev={group_name("lint"): (), group_name("dev"): ()},
    )
    git = GitSource(repository="https://index.example/g", commit="0" * 40)

    text = text_of(
        app(),
        distribution("archive", source=ArchiveSource(url="https://index.example/a.tar.gz"), metadata=metadata),
        distribution("repository", source=git, metadata=metadata),
        distribution("words", metadata=metadata),
    )

    assert text.count("[package.metadata]") == 1
    assert (
        '[package.metadata]\nrequires-dist = [{ name = "words", marker = "extra == \'b\'" }]\n'
        'provides-extras = ["b", "a"]\n\n[package.metadata.requires-dev]\ndev = []\nlint = []\n'
    ) in text


def test_what_the_request_says_of_a_member_wins() -> None:
    text = text_of(
        app(),
        member={
            "metadata": LocalMetadata(provides_extras=(extra_name("x"),)),
            "default_groups": (group_name("dev"), group_name("lint")),
            "group_requires_python": {group_name("lint"): "<4,>=3.12,>=3.11"},
        },
    )

    assert 'default-groups = ["dev", "lint"]\n' in text
    assert '[package.group-requires-python]\nlint = ">=3.11,>=3.12,<4"\n' in text
    assert 'provides-extras = ["x"]\n' in text


def test_assumed_default_groups_are_not_recorded() -> None:
    assert "default-groups" not in text_of(app(), member={"default_groups": (group_name("dev"),)})
    assert 'default-groups = "all"' in text_of(app(), member={"default_groups": "all"})
    assert "default-groups = []" in text_of(app(), member={"default_groups": ()})


def test_options_are_recorded_where_they_are_not_the_defaults() -> None:
    text = text_of(
        app(),
        options=ResolverOptions(
            strategy="lowest",
            prerelease="allow",
            fork_strategy="fewest",
            minimum_libc={"glibc": "2.28"},
            exclude_newer=CutOff(span="P30D", length=timedelta(days=30)),
            prerelease_by_project={project_name("b"): "allow", project_name("a"): "disallow"},
            exclude_newer_by_project={
                project_name("z"): False,
                project_name("a"): CutOff.at(datetime(2024, 1, 1, tzinfo=UTC)),
            },
        ),
    )

    assert (
        '[options]\nresolution-mode = "lowest"\nprerelease-mode = "allow"\nfork-strategy = "fewest"\n'
        'minimum-libc-version = { glibc = "2.28" }\nexclude-newer = "0001-01-01T00:00:00Z" # This has no effect'
    ) in text
    assert 'exclude-newer-span = "P30D"\n\n[options.prerelease-package]\na = "disallow"\nb = "allow"\n' in text
    assert '[options.exclude-newer-package]\na = "2024-01-01T00:00:00Z"\nz = false\n' in text


def test_the_manifest_records_what_else_was_asked() -> None:
    zed = project_name("zed")
    text = text_of(
        app(),
        is_workspace=True,
        roots=(Requirement.parse("words"),),
        constraints=(Requirement.parse("b"), Requirement.parse("a<2")),
        overrides=(
            Override(requirements=(Requirement.parse("zb>1"),)),
            Override(
                requirements=(Requirement.parse("q>1"), Requirement.parse("p")),
                scope=Scope(project=zed, version=Version("2.0")),
            ),
            Override(requirements=(Requirement.parse("q>2"),), scope=Scope(project=zed)),
        ),
        excludes=(
            Exclusion(projects=(project_name("zq"), project_name("b"))),
            Exclusion(projects=(project_name("x"), project_name("b")), scope=Scope(project=zed)),
        ),
        build_constraints=(Requirement.parse("setuptools<80"),),
        groups={group_name("lint"): (Requirement.parse("b"),), group_name("dev"): ()},
        default_groups=(group_name("lint"),),
        group_requires_python={group_name("lint"): "<4,>=3.10"},
        dependency_metadata=(
            StaticMetadata(
                project=zed,
                version=Version("1"),
                requires_dist=(Requirement.parse("b[y,x]>1"),),
                requires_python="<4,>=3.8",
                provides_extra=(extra_name("x"),),
            ),
            StaticMetadata(project=zed),
        ),
    )

    head = text[text.index("[manifest]") : text.index("\n[[package]]")]
    assert head == (
        '[manifest]\nmembers = [\n    "app",\n]\ndefault-groups = ["lint"]\nrequirements = [{ name = "words" }]\n'
        'constraints = [\n    { name = "a", specifier = "<2" },\n    { name = "b" },\n]\n'
        "overrides = [\n"
        '    { package = { name = "zed" }, dependencies = [{ name = "q", specifier = ">2" }] },\n'
        '    { package = { name = "zed", version = "2.0" }, '
        'dependencies = [{ name = "q", specifier = ">1" }, { name = "p" }] },\n'
        '    { name = "zb", specifier = ">1" },\n]\n'
        'excludes = [\n    { package = { name = "zed" }, dependencies = ["x", "b"] },\n    "b",\n    "zq",\n]\n'
        'build-constraints = [{ name = "setuptools", specifier = "<80" }]\n\n'
        '[manifest.dependency-groups]\ndev = []\nlint = [{ name = "b" }]\n\n'
        '[manifest.group-requires-python]\nlint = ">=3.10,<4"\n\n'
        '[[manifest.dependency-metadata]]\nname = "zed"\n\n'
        '[[manifest.dependency-metadata]]\nname = "zed"\nversion = "1"\nrequires-dist = ["b[y,x]>1"]\n'
        'requires-python = ">=3.8, <4"\nprovides-extras = ["x"]\n'
    )


def test_environments_and_conflicts_are_recorded() -> None:
    items = (
        ConflictItem(project=project_name("app")),
        ConflictItem(project=project_name("app"), group=group_name("g")),
        ConflictItem(project=project_name("app"), extra=extra_name("x")),
    )
    environments = (marker("sys_platform == 'linux' and python_version >= '3.9'"), marker("os_name == 'nt'"))

    text = text_of(
        app(),
        target=Universal(environments=environments, required_environments=environments[1:]),
        conflicts=(items,),
    )

    assert (
        "supported-markers = [\n    \"sys_platform == 'linux'\",\n    \"os_name == 'nt'\",\n]\n"
        "required-markers = [\n    \"os_name == 'nt'\",\n]\n"
        'conflicts = [[\n    { package = "app", extra = "x" },\n    { package = "app", group = "g" },\n'
        '    { package = "app" },\n]]\n'
    ) in text


def test_a_direct_archive_records_its_digest_alone() -> None:
    source = ArchiveSource(path=Path("dl/archive-1.0.tar.gz"), hashes=(Hash("sha256", "0" * 64),))
    wheel = replace(source, path=None, url="https://index.example/w-1.0-py3-none-any.whl")

    text = text_of(app(), distribution("archive", source=source), distribution("w", source=wheel))

    assert f'source = {{ path = "dl/archive-1.0.tar.gz" }}\nsdist = {{ hash = "sha256:{"0" * 64}" }}\n' in text
    assert f'wheels = [\n    {{ url = "{wheel.url}", hash = "sha256:{"0" * 64}" }},\n]\n' in text


def test_a_dynamic_version_is_left_out_even_where_the_name_is_ambiguous() -> None:
    tree = DirectorySource(path=Path("libs/letters"))
    text = text_of(
        app(
            ResolvedDependency(
                project=project_name("letters"), version=None, source=tree, marker=marker("os_name == 'nt'")
            ),
            edge("letters", "1.0", "os_name != 'nt'"),
        ),
        distribution("letters"),
        ResolvedDistribution(project=project_name("letters"), version=None, source=tree),
    )

    assert '    { name = "letters", source = { directory = "libs/letters" }, marker = "os_name == \'nt\'" },\n' in text
    assert (
        '[[package]]\nname = "letters"\nsource = { directory = "libs/letters" }\n\n[[package]]\nname = "letters"\n'
        in text
    )


def test_the_order_of_the_resolution_does_not_matter() -> None:
    parts = (app(edge("words"), edge("letters")), distribution("letters", "1.0", edge("words")), distribution("words"))

    assert text_of(*parts) == text_of(*reversed(parts))
