"""`pylock.toml` (PEP 751): what is read of it, what it selects, and whole locks in its form."""

# ruff: noqa: E501  # files have lines of any length

from __future__ import annotations

from pathlib import Path

import pytest

from uvkit.errors import (
    InvalidLockfileError,
    SelectionError,
    UnrepresentableLockError,
    UnsupportedLockfileError,
)
from uvkit.lockfile import Lockfile
from uvkit.model import ArchiveSource, DirectorySource, GitSource, IndexSource, Selection, Target

LINUX = Target.for_platform("linux", python="3.12")
WINDOWS = Target.for_platform("windows", python="3.11")
HASH = "b1" * 32
HEAD = 'lock-version = "1.0"\ncreated-by = "elsewhere"\n'

OPEN = f"""\
{HEAD}requires-python = ">=3.9"
extras = ["gui"]
dependency-groups = ["dev", "docs"]
default-groups = ["dev"]

[[packages]]
name = "alpha"
version = "1.0"
marker = "sys_platform == 'win32'"
index = "https://index.example/simple"
wheels = [{{ name = "alpha-1.0-py3-none-any.whl", url = "https://files.example/a", hashes = {{ sha256 = "{HASH}" }} }}]

[[packages]]
name = "alpha"
version = "2.0"
marker = "sys_platform != 'win32'"
index = "https://index.example/simple"
wheels = [{{ url = "https://files.example/alpha-2.0-py3-none-any.whl", upload-time = 2024-01-02T03:04:05.5Z, size = 5, hashes = {{ md5 = "{"0" * 32}", sha256 = "{HASH}" }} }}]

[[packages]]
name = "gui"
version = "1.0"
marker = "'gui' in extras"
sdist = {{ path = "sdists/gui-1.0.tar.gz", hashes = {{ sha256 = "{HASH}" }} }}

[[packages]]
name = "pytest"
version = "8.0"
marker = "'dev' in dependency_groups or ('docs' in dependency_groups and sys_platform == 'linux')"
archive = {{ url = "https://files.example/pytest-8.0-py3-none-any.whl#subdirectory=x", hashes = {{ sha256 = "{HASH}" }} }}

[[packages]]
name = "tree"
directory = {{ path = "tree", editable = true }}

[[packages]]
name = "repo"
version = "1"
vcs = {{ type = "git", url = "https://git.example/repo.git", requested-revision = "v1", commit-id = "{"0" * 40}" }}
"""


def pins(lock: Lockfile, target: Target, selection: Selection | None = None) -> list[str]:
    return [f"{pin.project}=={pin.version}" for pin in lock.select(target, selection)]


def test_markers_choose_among_versions() -> None:
    lock = Lockfile.parse(OPEN)

    assert "alpha==2.0" in pins(lock, LINUX)
    assert "alpha==1.0" in pins(lock, WINDOWS)


def test_default_groups_are_selected_and_can_be_left_out() -> None:
    lock = Lockfile.parse(OPEN)

    assert "pytest==8.0" in pins(lock, WINDOWS)
    assert "pytest==8.0" not in pins(lock, WINDOWS, Selection.of(groups=()))
    assert "pytest==8.0" not in pins(lock, WINDOWS, Selection.of(groups=["docs"]))
    assert "pytest==8.0" in pins(lock, LINUX, Selection.of(groups=["docs"]))


def test_extras_are_selected_by_name() -> None:
    lock = Lockfile.parse(OPEN)

    assert "gui==1.0" not in pins(lock, LINUX)
    assert "gui==1.0" in pins(lock, LINUX, Selection.of(extras=["gui"]))
    assert "gui==1.0" in pins(lock, LINUX, Selection.of(extras="all"))


@pytest.mark.parametrize("selection", [Selection.of(extras=["no"]), Selection.of(groups=["no"])])
def test_what_the_lock_does_not_offer_is_refused(selection: Selection) -> None:
    with pytest.raises(SelectionError, match="`no` is not defined by the lock"):
        Lockfile.parse(OPEN).select(LINUX, selection)


def test_sources_are_read_as_those_of_other_locks() -> None:
    lock = Lockfile.parse(OPEN)

    sources = {one.project: one.source for one in lock.distributions}

    assert sources["gui"] == IndexSource(index="")
    assert sources["pytest"] == ArchiveSource(url="https://files.example/pytest-8.0-py3-none-any.whl")
    assert sources["tree"] == DirectorySource(path=Path("tree"), editable=True)
    assert sources["repo"] == GitSource(
        repository="https://git.example/repo.git", reference="v1", reference_kind="rev", commit="0" * 40
    )


def test_the_strongest_hash_of_a_file_counts() -> None:
    wanted = Lockfile.parse(OPEN).select(LINUX)

    file = wanted["alpha"].file

    assert file is not None
    assert [str(value) for value in file.hashes] == [f"sha256:{HASH}"]
    assert (file.filename, file.size) == ("alpha-2.0-py3-none-any.whl", 5)


def test_choices_are_decided_when_exporting_elsewhere() -> None:
    lock = Lockfile.parse(OPEN)
    selection = Selection.of(extras=["gui"], groups=["docs"], exclude=["tree", "repo"])

    text = lock.export("requirements.txt", selection=selection)

    assert "gui==1.0 \\\n" in text
    assert "pytest @ https://files.example/pytest-8.0-py3-none-any.whl ; sys_platform == 'linux'" in text


def test_an_open_lock_is_written_as_it_was_read() -> None:
    text = Lockfile.parse(OPEN).dumps("pylock.toml")

    again = Lockfile.parse(text)

    assert 'extras = ["gui"]\ndependency-groups = ["dev", "docs"]\ndefault-groups = ["dev"]\n' in text
    assert again.dumps("pylock.toml") == text
    for selection in (Selection(), Selection.of(extras="all", groups="all")):
        assert pins(again, LINUX, selection) == pins(Lockfile.parse(OPEN), LINUX, selection)


def test_an_open_lock_has_no_form_that_needs_edges() -> None:
    with pytest.raises(UnrepresentableLockError, match="does not say which distribution needs which"):
        Lockfile.parse(OPEN).dumps()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('lock-version = "1.0"\ncreated-by = "x"\n', "packages: missing required value"),
        ('lock-version = "1.0"\npackages = []\n', "created-by: missing required value"),
        (f"{HEAD}packages = 1\n", "packages"),
        (f'{HEAD}[[packages]]\nname = "A_b"\n', "A_b"),
        (f'{HEAD}[[packages]]\nname = "a"\nwheels = [{{ url = "https://x/a-1-py3-none-any.whl" }}]\n', "hashes"),
        (f'{HEAD}[[packages]]\nname = "a"\nvcs = {{ type = "hg", url = "https://x", commit-id = "1" }}\n', "`hg`"),
        (f"{HEAD}[[packages]\n", "TOML syntax"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, problem: str) -> None:
    with pytest.raises(InvalidLockfileError) as caught:
        Lockfile.parse(text)

    assert problem in caught.value.problems[0]


def test_another_major_version_is_not_supported() -> None:
    with pytest.raises(UnsupportedLockfileError) as caught:
        Lockfile.parse('lock-version = "2.0"\ncreated-by = "x"\npackages = []\n')

    assert (caught.value.version, caught.value.supported) == ("2.0", ("1.0",))


def test_errors_name_the_file(tmp_path: Path) -> None:
    path = tmp_path / "pylock.dev.toml"
    path.write_text("packages = []\n")

    with pytest.raises(InvalidLockfileError) as caught:
        Lockfile.read(path)

    assert caught.value.path == path


PROJECT = f"""\
version = 1
revision = 5
requires-python = ">=3.11, <3.15"

[[package]]
name = "alpha"
version = "1.0.0"
source = {{ registry = "https://index.example/simple" }}
sdist = {{ url = "https://files.example/alpha-1.0.0.tar.gz", hash = "sha256:{HASH}", size = 9, upload-time = "2024-01-02T03:04:05.678Z" }}
wheels = [
    {{ url = "https://files.example/alpha-1.0.0-py3-none-any.whl", hash = "sha256:{HASH}", size = 7, upload-time = "2024-01-02T03:04:05.678Z" }},
]

[[package]]
name = "beta"
version = "1.0.0"
source = {{ registry = "wheels" }}
wheels = [
    {{ path = "beta-1.0.0-py3-none-any.whl", hash = "sha256:{HASH}" }},
]

[[package]]
name = "proj"
version = "0.1.0"
source = {{ virtual = "." }}
dependencies = [
    {{ name = "alpha", marker = "sys_platform == 'linux'" }},
]

[package.optional-dependencies]
x = [
    {{ name = "beta" }},
]

[package.dev-dependencies]
dev = [
    {{ name = "alpha" }},
]
lint = [
    {{ name = "beta", marker = "sys_platform == 'win32'" }},
]

[package.metadata]
requires-dist = [
    {{ name = "alpha", marker = "sys_platform == 'linux'" }},
    {{ name = "beta", marker = "extra == 'x'" }},
]
provides-extras = ["x"]

[package.metadata.requires-dev]
dev = [{{ name = "alpha" }}]
lint = [{{ name = "beta", marker = "sys_platform == 'win32'" }}]
"""


def test_a_whole_lock_leaves_extras_and_groups_to_markers() -> None:
    text = Lockfile.parse(PROJECT).dumps("pylock.toml")

    assert text.startswith(
        f"""\
lock-version = "1.0"
created-by = "uvkit"
requires-python = ">=3.11, <3.15"
extras = ["x"]
dependency-groups = ["dev", "lint"]
default-groups = ["dev"]

[[packages]]
name = "alpha"
version = "1.0.0"
marker = "sys_platform == 'linux' or 'dev' in dependency_groups"
index = "https://index.example/simple"
sdist = {{ url = "https://files.example/alpha-1.0.0.tar.gz", upload-time = 2024-01-02T03:04:05.678Z, size = 9, hashes = {{ sha256 = "{HASH}" }} }}
wheels = [{{ url = "https://files.example/alpha-1.0.0-py3-none-any.whl", upload-time = 2024-01-02T03:04:05.678Z, size = 7, hashes = {{ sha256 = "{HASH}" }} }}]

[[packages]]
name = "beta"
version = "1.0.0"
marker = "(sys_platform == 'win32' and 'lint' in dependency_groups) or 'x' in extras"
wheels = [{{ path = "wheels/beta-1.0.0-py3-none-any.whl", hashes = {{ sha256 = "{HASH}" }} }}]

[tool.uvkit]
lock = '''
version = 1
"""
    )


def test_a_whole_lock_is_read_back_without_loss() -> None:
    lock = Lockfile.parse(PROJECT)

    again = Lockfile.parse(lock.dumps("pylock.toml"))

    assert again == lock
    assert again.dumps() == PROJECT


@pytest.mark.parametrize("target", [LINUX, WINDOWS])
@pytest.mark.parametrize(
    "selection", [Selection(), Selection.of(extras=["x"]), Selection.of(groups=()), Selection.of(groups=["lint"])]
)
def test_the_standard_part_alone_selects_the_same(target: Target, selection: Selection) -> None:
    lock = Lockfile.parse(PROJECT)
    standard = lock.dumps("pylock.toml").partition("\n[tool.uvkit]")[0]

    assert pins(Lockfile.parse(standard), target, selection) == pins(lock, target, selection)


def test_entries_that_our_table_does_not_know_are_an_error() -> None:
    text = Lockfile.parse(PROJECT).dumps("pylock.toml").replace("index.example", "other.example", 1)

    with pytest.raises(InvalidLockfileError, match="knows nothing of `alpha`"):
        Lockfile.parse(text)


def test_a_file_named_pylock_is_written_in_that_format(tmp_path: Path) -> None:
    lock = Lockfile.parse(PROJECT)
    path = tmp_path / "pylock.toml"

    changed = lock.write(path)
    again = lock.write(path)

    assert (changed, again) == (True, False)
    assert Lockfile.read(path) == lock
