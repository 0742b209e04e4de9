"""Reading uv.lock: tolerance, hard errors, and the two ways of reading that must agree."""

from __future__ import annotations

from pathlib import Path

import pytest

from uvkit.errors import InvalidLockfileError, UnsupportedLockfileError
from uvkit.formats import LockCutOff, LockDependency, read_uv_lock, source_of_entry
from uvkit.formats.uv_lock_read import parse_uv_lock
from uvkit.formats.uv_lock_scan import SurpriseError, scan_uv_lock
from uvkit.model import (
    ArchiveSource,
    ConflictItem,
    DirectorySource,
    FileRow,
    GitSource,
    IndexSource,
    extra_name,
    group_name,
    project_name,
)

EVERYTHING = (Path(__file__).parent / "everything.lock").read_text()
HEAD = 'version = 1\nrequires-python = ">=3.11"\n'
REGISTRY = 'source = { registry = "https://index.example/simple" }\n'
PACKAGE = f'\n[[package]]\nname = "letters"\nversion = "1.0"\n{REGISTRY}'
DIRECT = '\n[[package]]\nname = "x"\nsource = { url = "https://index.example/x-1-py3-none-any.whl" }\n'


def problems(text: str) -> tuple[str, ...]:
    with pytest.raises(InvalidLockfileError) as caught:
        read_uv_lock(text)
    return caught.value.problems


def test_the_sample_is_scanned_and_both_readers_agree() -> None:
    assert scan_uv_lock(EVERYTHING) == parse_uv_lock(EVERYTHING)


def test_sources_become_values() -> None:
    document = read_uv_lock(EVERYTHING)

    sources = {package.name: package.source for package in document.packages}
    assert sources["app"] == DirectorySource(path=Path(), editable=True)
    assert sources["tool"] == DirectorySource(path=Path("packages/tool"), virtual=True)
    assert sources["sibling"] == DirectorySource(path=Path("../sibling"))
    assert sources["letters"] == IndexSource(index="https://index.example/simple")
    assert sources["local"] == ArchiveSource(path=Path("wheels/local-1.0-py3-none-any.whl"))
    assert sources["archive"] == ArchiveSource(
        url="https://files.index.example/archive-1.0.tar.gz", subdirectory="python"
    )
    assert sources["repository"] == GitSource(
        repository="https://index.example/repository",
        reference="feature/x",
        reference_kind="branch",
        commit="0123456789012345678901234567890123456789",
        subdirectory="a/b",
        lfs=True,
    )


def test_files_of_direct_sources_carry_the_name_of_their_archive() -> None:
    packages = {package.name: package for package in read_uv_lock(EVERYTHING).packages}

    archive = packages["archive"].sdist
    local = packages["local"].wheels[0]

    assert archive is not None
    assert (archive.filename, archive.url) == ("archive-1.0.tar.gz", "https://files.index.example/archive-1.0.tar.gz")
    assert (local.filename, local.url) == ("local-1.0-py3-none-any.whl", "wheels/local-1.0-py3-none-any.whl")


def test_edges_keep_what_tells_their_target_apart() -> None:
    app = read_uv_lock(EVERYTHING).packages[0]

    assert app.dependencies[0] == LockDependency(
        "letters", extras=("a", "b"), marker="python_full_version < '3.13' or sys_platform == 'win32'"
    )
    assert app.dependencies[1].source == IndexSource(index="https://index.example/simple")


def test_head_becomes_values() -> None:
    app = project_name("app")

    document = read_uv_lock(EVERYTHING)

    assert document.options.exclude_newer == LockCutOff("", "P30D")
    assert document.options.exclude_newer_package["letters"] is False
    assert document.options.exclude_newer_package["numbers"] == LockCutOff("", "P3D")
    assert document.conflicts[0] == (
        ConflictItem(project=app, extra=extra_name("cpu")),
        ConflictItem(project=app, group=group_name("gpu")),
    )
    assert document.conflicts[1][0] == ConflictItem(project=app)
    assert document.manifest.overrides[1].scope == ("words", "2.0")
    assert document.manifest.excludes[1] == (None, ("unused",))


@pytest.mark.parametrize("revision", ["", "revision = 1\n", "revision = 4\n", "revision = 9\n"])
def test_any_revision_is_read(revision: str) -> None:
    text = f'version = 1\n{revision}requires-python = ">=3.11"\n{PACKAGE}'

    document = read_uv_lock(text)

    assert document.revision == int(revision[11:] or 0)
    assert document == parse_uv_lock(text)


def test_older_spellings_are_read() -> None:
    text = (
        f'{HEAD}\n[[distribution]]\nname = "letters"\nversion = "1.0"\n{REGISTRY}'
        f'wheels = [{{ url = "https://index.example/l.whl", upload_time = "2024-01-01T00:00:00Z" }}]\n'
        '[distribution.dependency-groups]\ndev = [{ name = "letters" }]\n'
        '[distribution.metadata]\n[distribution.metadata.dependency-groups]\ndev = [{ name = "letters" }]\n'
    )

    (package,) = read_uv_lock(text).packages

    assert package.wheels[0].uploaded == "2024-01-01T00:00:00Z"
    assert package.dev_dependencies["dev"][0].name == "letters"
    assert package.metadata is not None
    assert package.metadata.requires_dev["dev"][0].name == "letters"


def test_times_may_be_written_as_toml_times() -> None:
    text = (
        f'{HEAD}{PACKAGE}sdist = {{ url = "https://index.example/l.zip", upload-time = 2024-01-02T05:04:05+02:00 }}\n'
    )

    sdist = read_uv_lock(text).packages[0].sdist

    assert sdist is not None
    assert sdist.uploaded == "2024-01-02T03:04:05Z"


def test_an_archive_inside_a_repository_is_named_by_its_path() -> None:
    git = f"https://index.example/r?path=dl%2Fx-1.0.tar.gz#{'0' * 40}"
    text = f'{HEAD}\n[[package]]\nname = "x"\nversion = "1.0"\nsource = {{ git = "{git}" }}\nsdist = {{}}\n'

    sdist = read_uv_lock(text).packages[0].sdist

    assert sdist is not None
    assert (sdist.filename, sdist.url) == ("x-1.0.tar.gz", "dl/x-1.0.tar.gz")


def test_layout_does_not_matter() -> None:
    canonical = read_uv_lock(
        HEAD + PACKAGE + 'dependencies = [\n    { name = "letters", marker = "os_name == \'nt\'" },\n]\n'
    )
    free = (
        '# a comment\r\nrequires-python=">=3.11"\r\nversion=1\r\nunknown = [1, 2.5, 1979-05-27]\r\n\r\n\r\n'
        "[[package]]\r\ndependencies = [{name='Letters', marker=\"os_name == 'nt'\", other = 1}]\r\n"
        "source = {registry = 'https://index.example/simple'}\r\nversion = '01.0'\r\nname='LETTERS'\r\n"
    )

    assert read_uv_lock(free) == canonical


def test_carriage_returns_do_not_slow_reading_down() -> None:
    text = (HEAD + PACKAGE).replace("\n", "\r\n")

    assert read_uv_lock(text) == scan_uv_lock(HEAD + PACKAGE)


@pytest.mark.parametrize(
    "change",
    [
        ("requires-python", "# note\nrequires-python"),
        ('name = "app"', 'name  = "app"'),
        ('name = "app"', 'name = "App"'),
        ('version = "0.1.0"', 'version = "0.1.0RC1"'),
        ("\"sys_platform == 'linux'\"", '"sys_platform == \\"linux\\""'),
        ("size = 7", "size = 07"),
        ("size = 10,", "size = 1_0,"),
        ("[manifest.dependency-groups]", '[manifest."dependency-groups"]'),
        ('{ registry = "wheels" }', '{ registry = "wheels", other = 1 }'),
        ("\n[[package]]\n", "\n\n[[package]]\n"),
        ("[options.prerelease-package]", "[options]"),
        ("[manifest]", "[manifest]\ndependency-metadata = []"),
        ('\n[[package]]\nname = "app"', '\n[manifest.dependency-metadata.x]\n\n[[package]]\nname = "app"'),
        ('{ glibc = "2.28" }', '{ glibc = "2.28", glibc = "2.28" }'),
        ('{ glibc = "2.28" }', "1.5"),
        ('provides-extras = ["none", "cpu"]', 'provides-extras = ["none" "cpu"]'),
        ('default-groups = "all"', 'default-groups = "all" # all'),
        ('"words-2.0-py3-none-any.whl"', '"words-2.0.zip"'),
        ("words", "\ud800"),
        ("py3-none-any.whl", "py3-none-any.whl#sha256=00.whl"),
        ('local-1.0-py3-none-any.whl", hash', 'local-1.0-py3-none-any.whl", size'),
    ],
)
def test_whatever_is_not_canonical_is_left_to_the_parser(change: tuple[str, str]) -> None:
    text = EVERYTHING.replace(*change)
    assert text != EVERYTHING

    with pytest.raises(SurpriseError):
        scan_uv_lock(text)


def test_versions_other_than_one_are_refused() -> None:
    with pytest.raises(UnsupportedLockfileError) as caught:
        read_uv_lock('version = 2\nrequires-python = ">=3.11"\n')

    assert caught.value.version == "2"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('requires-python = ">=3.11"\n', "`version` is missing"),
        ('version = "1"\nrequires-python = ">=3.11"\n', "`version` is not a number"),
        ("version = 1\n", "`requires-python` is missing"),
        (f'{HEAD}\n[[package]]\nversion = "1.0"\n{REGISTRY}', "package 1: `name` is missing"),
        (f'{HEAD}\n[[package]]\nname = "-x"\nversion = "1.0"\n{REGISTRY}', "package 1: `-x` is not a valid name"),
        (f'{HEAD}\n[[package]]\nname = "x"\nversion = "1.0"\n', "package `x`: `source` is missing"),
        (f'{HEAD}\n[[package]]\nname = "x"\nversion = "one"\n{REGISTRY}', "package `x`: `one` is not a version"),
        (f'{HEAD}\n[[package]]\nname = "x"\nsource = {{ svn = "a" }}\n', "package `x`: `svn` is not a kind of source"),
        (f'{HEAD}\n[[package]]\nname = "x"\nsource = 1\n', "package `x`: `source` is not a table"),
        (
            f'{HEAD}\n[[package]]\nname = "x"\nsource = {{ git = "https://index.example/x#0123" }}\n',
            "package `x`: the git source `https://index.example/x#0123` names no full commit",
        ),
        (
            HEAD + DIRECT + 'wheels = [\n    { url = "https://index.example/x-1-py3-none-any.whl" },\n]\n',
            "package `x`.wheels: `x-1-py3-none-any.whl` has no hash",
        ),
        (
            HEAD + PACKAGE + 'wheels = [\n    { url = "https://index.example/l.whl", hash = "sha256:0" },\n]\n',
            "package `letters`.wheels: `sha256:0` is not a known kind of digest, or has the wrong length",
        ),
        (
            f"{HEAD}{PACKAGE}wheels = [\n    {{ size = 1 }},\n]\n",
            "package `letters`.wheels: a file has neither `url`, `path` nor `filename`",
        ),
        (f"{HEAD}{PACKAGE}wheels = 1\n", "package `letters`: `wheels` is not an array"),
        (f"{HEAD}{PACKAGE}wheels = [1]\n", "package `letters`: `wheels` holds something that is not a table"),
        (
            f"{HEAD}{PACKAGE}resolution-markers = [1]\n",
            "package `letters`: `resolution-markers` holds something that is not a string",
        ),
        (
            f'{HEAD}{PACKAGE}sdist = {{ url = "u", size = "1" }}\n',
            "package `letters`.sdist: `size` is not a number of bytes",
        ),
        (f"{HEAD}{PACKAGE}metadata = 1\n", "package `letters`: `metadata` is not a table"),
        (f'{HEAD}revision = "5"\n', "`revision` is not a number"),
        (f"{HEAD}[options]\nresolution-mode = 1\n", "options: `resolution-mode` is not a string"),
        (
            f'{HEAD}{PACKAGE}wheels = [{{ url = "https://index.example/letters.zip" }}]\n',
            "package `letters`.wheels: `letters.zip` is not the name of a wheel",
        ),
        (
            f'{HEAD}{PACKAGE}dependencies = [\n    {{ name = "absent" }},\n]\n',
            "package `letters`: the dependency `absent` has no package",
        ),
        (
            f'{HEAD}{PACKAGE}dependencies = [\n    {{ name = "letters", version = "2.0" }},\n]\n',
            "package `letters`: no package has the version and source of the dependency `letters`",
        ),
        (f"{HEAD}{PACKAGE}{PACKAGE}", "package `letters` is listed twice with the same version and source"),
        (
            f'{HEAD}{PACKAGE}{PACKAGE.replace("1.0", "2.0")}dependencies = [\n    {{ name = "letters" }},\n]\n',
            "package `letters`: the dependency `letters` could be any of 2 packages",
        ),
    ],
)
def test_what_cannot_be_used_is_named(text: str, problem: str) -> None:
    assert problems(text) == (problem,)


def test_all_problems_are_listed_at_once() -> None:
    text = f'{HEAD}\n[[package]]\nname = "x"\nversion = "one"\n\n[[package]]\nname = "y"\nsource = {{ svn = "a" }}\n'

    assert len(problems(text)) == 3


def test_text_that_is_no_toml_is_refused_with_its_place() -> None:
    (problem,) = problems(f"{HEAD}<<<<<<< ours\n")

    assert "line 3" in problem


def test_a_source_tree_with_a_dynamic_version_may_stand_beside_released_ones() -> None:
    text = (
        f'{HEAD}\n[[package]]\nname = "letters"\nsource = {{ directory = "libs/letters" }}\n{PACKAGE}'
        'dependencies = [\n    { name = "letters", source = { directory = "libs/letters" } },\n]\n'
    )

    assert len(read_uv_lock(text).packages) == 2


def test_wheel_rows_are_decoded_when_looked_at() -> None:
    url = "https://index.example/a%2Bb/letters-1.0+x%2Dy-py3-none-any.whl"
    text = f'{HEAD}{PACKAGE}wheels = [\n    {{ url = "{url}", size = 0 }},\n    {{ path = "a/b.whl" }},\n]\n'

    wheels = scan_uv_lock(text).packages[0].wheels

    assert len(wheels) == 2
    assert wheels[0] == FileRow("letters-1.0+x-y-py3-none-any.whl", url, None, 0, None, None, None, None)
    assert wheels[1].filename == "b.whl"
    assert [row.size for row in wheels] == [0, None]
    assert len(wheels) == 2
    assert wheels[:1] == (wheels[0],)
    assert hash(wheels) == hash(tuple(wheels))
    assert wheels != wheels[:1]
    assert "b.whl" in repr(wheels)
    assert wheels.__eq__(1) is NotImplemented


def test_a_fragment_is_no_part_of_a_file_name() -> None:
    url = "https://index.example/letters-1.0.tar.gz?x=1#sha256=00"
    text = f'{HEAD}{PACKAGE}sdist = {{ url = "{url}" }}\n'

    sdist = scan_uv_lock(text).packages[0].sdist

    assert sdist is not None
    assert (sdist.filename, sdist.url) == ("letters-1.0.tar.gz", url)


def test_an_unknown_kind_of_source_has_no_value() -> None:
    with pytest.raises(ValueError, match="`svn` is not a kind of source"):
        source_of_entry("svn", "x")
