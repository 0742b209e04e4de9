"""`Lockfile`: files, errors, contents, comparison, preferences, chains and selection."""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.version import Version

from uvkit.errors import InvalidLockfileError, LockfileMissingError, SelectionError, UnsupportedLockfileError
from uvkit.lockfile import Lockfile
from uvkit.markers import MarkerSet
from uvkit.model import (
    ConflictItem,
    DirectorySource,
    IndexSource,
    Selection,
    Target,
    Upgrade,
    extra_name,
    group_name,
    project_name,
)
from uvkit.resolver import Preference

EVERYTHING = (Path(__file__).parents[1] / "formats" / "everything.lock").read_text()
DIGEST = "sha256:" + "0" * 64
FORKED = f"""\
version = 1
revision = 5
requires-python = ">=3.11"
resolution-markers = [
    "sys_platform == 'win32'",
    "sys_platform != 'win32'",
]

[[package]]
name = "app"
version = "0.1.0"
source = {{ editable = "." }}
dependencies = [
    {{ name = "letters", version = "1.0", source = {{ registry = "https://index.example/simple" }}, marker = "sys_platform == 'win32'" }},
    {{ name = "letters", version = "2.0", source = {{ registry = "https://index.example/simple" }}, marker = "sys_platform != 'win32'" }},
]

[package.optional-dependencies]
more = [
    {{ name = "numbers" }},
]

[package.dev-dependencies]
dev = [
    {{ name = "words" }},
]

[package.metadata]
requires-dist = [
    {{ name = "letters" }},
    {{ name = "numbers", marker = "extra == 'more'" }},
]
provides-extras = ["more"]

[package.metadata.requires-dev]
dev = [{{ name = "words" }}]

[[package]]
name = "letters"
version = "1.0"
source = {{ registry = "https://index.example/simple" }}
resolution-markers = [
    "sys_platform == 'win32'",
]
wheels = [
    {{ url = "https://files.index.example/letters-1.0-py3-none-any.whl", hash = "{DIGEST}" }},
]

[[package]]
name = "letters"
version = "2.0"
source = {{ registry = "https://index.example/simple" }}
resolution-markers = [
    "sys_platform != 'win32'",
]
sdist = {{ url = "https://files.index.example/letters-2.0.tar.gz", hash = "{DIGEST}" }}
wheels = [
    {{ url = "https://files.index.example/letters-2.0-cp311-cp311-win_amd64.whl", hash = "{DIGEST}" }},
    {{ url = "https://files.index.example/letters-2.0-py3-none-any.whl", hash = "{DIGEST}" }},
]

[[package]]
name = "numbers"
version = "1.0"
source = {{ registry = "https://index.example/simple" }}
dependencies = [
    {{ name = "words" }},
]
wheels = [
    {{ url = "https://files.index.example/numbers-1.0-py3-none-any.whl", hash = "{DIGEST}" }},
]

[[package]]
name = "words"
version = "1.0"
source = {{ registry = "https://index.example/simple" }}
wheels = [
    {{ url = "https://files.index.example/words-1.0-py3-none-any.whl", hash = "{DIGEST}" }},
]
"""  # noqa: E501 - the layout is uv's


def linux() -> Target:
    return Target.for_platform("linux", python="3.11")


# -- files -------------------------------------------------------------------------------------------------------------


def test_a_lock_comes_back_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "uv.lock"
    Lockfile.parse(EVERYTHING).write(path)

    lock = Lockfile.read(path)

    assert lock.dumps() == EVERYTHING
    assert lock == Lockfile.parse(EVERYTHING)


def test_writing_tells_whether_anything_changed(tmp_path: Path) -> None:
    path = tmp_path / "uv.lock"
    lock = Lockfile.parse(FORKED)

    assert lock.write(path)
    before = path.stat()
    assert not lock.write(path)
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert Lockfile.parse(EVERYTHING).write(path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["uv.lock"]


def test_lines_end_with_a_newline_alone_on_every_system(tmp_path: Path) -> None:
    path = tmp_path / "uv.lock"

    Lockfile.parse(FORKED).write(path)

    assert b"\r" not in path.read_bytes()


def test_a_missing_file_is_its_own_error(tmp_path: Path) -> None:
    with pytest.raises(LockfileMissingError) as caught:
        Lockfile.read(tmp_path / "uv.lock")

    assert caught.value.path == tmp_path / "uv.lock"


def test_a_folder_in_its_place_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InvalidLockfileError, match="cannot be read"):
        Lockfile.read(tmp_path)


def test_errors_name_the_file(tmp_path: Path) -> None:
    path = tmp_path / "uv.lock"
    path.write_text("version = 1\n")

    with pytest.raises(InvalidLockfileError) as caught:
        Lockfile.read(path)

    assert caught.value.path == path
    assert caught.value.problems == ("`requires-python` is missing",)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "uv.lock"
    path.write_bytes(b"version = 1\n\xff")

    with pytest.raises(InvalidLockfileError, match="byte 12 is not UTF-8"):
        Lockfile.read(path)


def test_a_later_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "uv.lock"
    path.write_text('version = 2\nrequires-python = ">=3.11"\n')

    with pytest.raises(UnsupportedLockfileError) as caught:
        Lockfile.read(path)

    assert caught.value.path == path
    assert caught.value.version == "2"


def test_requires_python_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidLockfileError, match="is not a version specifier"):
        Lockfile.parse('version = 1\nrequires-python = "three"\n')


def test_a_marker_that_does_not_parse_is_reported_when_it_is_needed() -> None:
    lock = Lockfile.parse(FORKED.replace("sys_platform == 'win32'\" },", 'sys_platform ==" },'))

    with pytest.raises(InvalidLockfileError):
        _ = lock.distributions


# -- contents ----------------------------------------------------------------------------------------------------------


def test_facts_of_the_head() -> None:
    lock = Lockfile.parse(EVERYTHING)

    assert lock.members == ("app", "tool")
    assert str(lock.requires_python) == ">=3.9, !=3.12.*, <4"
    assert lock.revision == 5
    assert lock.environments == (MarkerSet.parse("sys_platform == 'linux'"), MarkerSet.parse("sys_platform == 'win32'"))
    assert lock.conflicts[0][0] == ConflictItem(project=project_name("app"), extra=extra_name("cpu"))
    assert lock.document.manifest.members == ("app", "tool")
    assert "11 packages" in repr(lock)


def test_forks_lie_within_requires_python() -> None:
    lock = Lockfile.parse(FORKED)

    assert [str(fork) for fork in lock.forks] == [
        "python_full_version >= '3.11' and sys_platform == 'win32'",
        "python_full_version >= '3.11' and sys_platform != 'win32'",
    ]


def test_the_project_in_the_folder_of_the_lock_is_the_only_member() -> None:
    assert Lockfile.parse(FORKED).members == ("app",)


def test_packages_become_distributions() -> None:
    app, _, letters, *_ = Lockfile.parse(FORKED).distributions

    assert app.source == DirectorySource(path=Path(), editable=True)
    assert app.metadata is not None
    assert app.metadata.provides_extras == ("more",)
    assert [(edge.project, edge.version, edge.extra, edge.group) for edge in app.dependencies] == [
        ("letters", Version("1.0"), None, None),
        ("letters", Version("2.0"), None, None),
        ("numbers", Version("1.0"), extra_name("more"), None),
        ("words", Version("1.0"), None, group_name("dev")),
    ]
    assert letters.source == IndexSource(index="https://index.example/simple")
    assert letters.metadata is None
    assert [row.filename for row in letters.rows] == [
        "letters-2.0.tar.gz",
        "letters-2.0-cp311-cp311-win_amd64.whl",
        "letters-2.0-py3-none-any.whl",
    ]
    assert letters.fork_markers == (MarkerSet.parse("sys_platform != 'win32'"),)


def test_versions_of_a_project() -> None:
    lock = Lockfile.parse(FORKED)

    assert lock.versions("Letters") == (Version("1.0"), Version("2.0"))
    assert lock.versions("absent") == ()


SCRIPT = FORKED.replace('source = { editable = "." }', 'source = { editable = "app" }').replace(
    "\n[[package]]\n",
    '\n[manifest]\nrequirements = [{ name = "letters", marker = "platform_machine == \'x86_64\'" }]\n\n'
    '[manifest.dependency-groups]\nlint = [{ name = "words" }]\n\n[[package]]\n',
    1,
)


def test_requirements_without_a_member_lead_to_the_package_of_each_fork() -> None:
    lock = Lockfile.parse(SCRIPT)

    edges = [(edge.project, str(edge.version), str(edge.marker), edge.group) for edge in lock.roots]
    assert edges == [
        ("letters", "1.0", "platform_machine == 'x86_64' and sys_platform == 'win32'", None),
        ("letters", "2.0", "platform_machine == 'x86_64' and sys_platform != 'win32'", None),
        ("words", "1.0", "", group_name("lint")),
    ]
    assert lock.members == ()


def test_a_requirement_leads_to_no_package_of_a_fork_it_is_not_for() -> None:
    text = SCRIPT.replace("platform_machine == 'x86_64'", "sys_platform == 'linux'")

    assert [str(edge.version) for edge in Lockfile.parse(text).roots] == ["2.0", "1.0"]


# -- comparison --------------------------------------------------------------------------------------------------------


def test_locks_that_say_the_same_are_equal() -> None:
    blocks = FORKED.split("\n[[package]]\n")
    shuffled = "\n[[package]]\n".join([blocks[0], *reversed(blocks[1:])])
    respelled = shuffled.replace("sys_platform == 'win32'\" },", "'win32' == sys_platform\" },")

    assert Lockfile.parse(respelled) == Lockfile.parse(FORKED)
    assert hash(Lockfile.parse(respelled)) == hash(Lockfile.parse(FORKED))


def test_every_table_is_compared_by_what_it_says() -> None:
    respelled = (
        EVERYTHING.replace("numbers>=1,<3 ; python_full_version", "Numbers <3,>=1 ; python_version")
        .replace('requires-python = ">=3.8, <4"', 'requires-python = "<4,>=3.8"')
        .replace('specifier = ">=1,<3"', 'specifier = "<3,>=1"')
        .replace('words = "2023-06-01T00:00:00Z"', 'words = "2023-06-01T02:00:00+02:00"')
        .replace("# This has no effect", "# This still has no effect")
    )

    assert respelled.count("<3,>=1") == 2
    assert Lockfile.parse(respelled) == Lockfile.parse(EVERYTHING)


@pytest.mark.parametrize(
    "damage",
    [
        ('specifier = ">=1,<3"', 'specifier = "three"'),
        ("marker = \"python_full_version >= '3.9'\"", 'marker = "three"'),
        ("numbers>=1,<3 ;", "numbers three ;"),
    ],
)
def test_a_table_that_does_not_parse_is_reported_when_it_is_compared(damage: tuple[str, str]) -> None:
    assert damage[0] in EVERYTHING
    lock = Lockfile.parse(EVERYTHING.replace(*damage))

    with pytest.raises(InvalidLockfileError):
        _ = lock == Lockfile.parse(EVERYTHING)


def test_locks_that_differ_are_not_equal() -> None:
    assert Lockfile.parse(FORKED) != Lockfile.parse(FORKED.replace("words-1.0-py3", "words-1.0-py2.py3"))
    assert Lockfile.parse(FORKED) != Lockfile.parse(FORKED.replace("revision = 5", "revision = 4"))
    assert Lockfile.parse(FORKED) != FORKED


# -- what a new resolution takes over ----------------------------------------------------------------------------------


def test_locked_versions_are_preferred_with_their_forks_and_digests() -> None:
    preferences = Lockfile.parse(FORKED).preferences()

    assert [(one.project, str(one.version)) for one in preferences] == [
        ("letters", "1.0"),
        ("letters", "2.0"),
        ("numbers", "1.0"),
        ("words", "1.0"),
    ]
    assert preferences[0] == Preference(
        project=project_name("letters"),
        version=Version("1.0"),
        index="https://index.example/simple",
        markers=(MarkerSet.parse("python_version >= '3.11' and sys_platform == 'win32'"),),
        hashes=(DIGEST,),
    )
    assert preferences[1].hashes == (DIGEST, DIGEST, DIGEST)


@pytest.mark.parametrize(
    ("upgrade", "left"),
    [(Upgrade.everything(), set()), (Upgrade.only("Letters", "words<3"), {"numbers"})],
)
def test_projects_to_be_upgraded_are_not_preferred(upgrade: Upgrade, left: set[str]) -> None:
    preferences = Lockfile.parse(FORKED).preferences(upgrade)

    assert {one.project for one in preferences} == left


# -- chains ------------------------------------------------------------------------------------------------------------


def test_why_gives_a_chain_for_each_direct_dependent() -> None:
    lock = Lockfile.parse(FORKED)

    assert lock.why("Words") == (("app", "words"), ("app", "numbers", "words"))
    assert lock.why("app") == (("app",),)
    assert lock.why("absent") == ()


def test_why_starts_at_requirements_without_a_member() -> None:
    assert Lockfile.parse(SCRIPT).why("words") == (("words",),)


def test_why_ends_where_projects_need_each_other() -> None:
    text = FORKED.replace(
        'name = "words"\nversion = "1.0"\nsource = { registry = "https://index.example/simple" }\n',
        'name = "words"\nversion = "1.0"\nsource = { registry = "https://index.example/simple" }\n'
        'dependencies = [\n    { name = "numbers" },\n    { name = "words" },\n]\n',
    )

    assert Lockfile.parse(text).why("numbers") == (("app", "numbers"), ("app", "words", "numbers"))


# -- selection ---------------------------------------------------------------------------------------------------------


def test_a_target_gets_its_fork_and_the_best_file_of_each_project() -> None:
    chosen = Lockfile.parse(FORKED).select(linux())

    assert [(pin.project, str(pin.version), pin.file and pin.file.filename) for pin in chosen] == [
        ("app", "0.1.0", None),
        ("letters", "2.0", "letters-2.0-py3-none-any.whl"),
        ("words", "1.0", "words-1.0-py3-none-any.whl"),
    ]
    assert chosen["app"].editable


def test_extras_and_groups_are_selected_by_name() -> None:
    lock = Lockfile.parse(FORKED)

    assert "numbers" in lock.select(linux(), Selection.of(extras=["more"]))
    assert "words" not in lock.select(linux(), Selection.of(groups=()))
    with pytest.raises(SelectionError):
        lock.select(linux(), Selection.of(extras=["unknown"]))


def test_projects_can_be_barred_from_wheels() -> None:
    chosen = Lockfile.parse(FORKED).select(linux(), no_binary=frozenset({project_name("letters")}))

    assert chosen["letters"].file is not None
    assert chosen["letters"].file.filename == "letters-2.0.tar.gz"


def test_groups_of_a_root_without_a_project_are_selected() -> None:
    chosen = Lockfile.parse(SCRIPT).select(linux(), Selection.of(groups=["lint"]))

    assert [pin.project for pin in chosen] == ["letters", "words"]
