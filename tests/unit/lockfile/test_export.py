"""Exports as uv writes them: what is listed, under which markers, with which comments and in which order."""

# ruff: noqa: E501  # files have lines of any length

from __future__ import annotations

from pathlib import Path

import pytest

from uvkit.errors import SelectionError, UnrepresentableLockError
from uvkit.lockfile import ExportOptions, Lockfile
from uvkit.model import Selection, Target, project_name

INDEX = 'source = { registry = "https://index.example/simple" }'
WHEEL = "sha256:" + "b1" * 32
PLAIN = ExportOptions(hashes=False)

MARKERS = f"""\
version = 1
revision = 5
requires-python = ">=3.11"

[[package]]
name = "proj"
version = "0.1.0"
source = {{ virtual = "." }}
dependencies = [
    {{ name = "foo" }},
    {{ name = "foo", extra = ["x"], marker = "sys_platform == 'linux'" }},
    {{ name = "bar", extra = ["y"], marker = "sys_platform == 'linux'" }},
    {{ name = "baz", marker = "sys_platform == 'win32'" }},
]

[package.optional-dependencies]
e = [{{ name = "cyc", marker = "os_name == 'nt'" }}]
f = [{{ name = "proj", extra = ["e"], marker = "python_full_version < '3.13'" }}]

[package.dev-dependencies]
dev = [{{ name = "qux", marker = "sys_platform == 'darwin'" }}, {{ name = "bar", marker = "sys_platform == 'darwin'" }}]
docs = [{{ name = "proj", extra = ["e"] }}]

[package.metadata]
requires-dist = [{{ name = "foo" }}]
provides-extras = ["e", "f"]

[[package]]
name = "foo"
version = "1.0"
{INDEX}

[package.optional-dependencies]
x = [{{ name = "dep", marker = "python_full_version < '3.12'" }}, {{ name = "foo", extra = ["z"] }}]
z = [{{ name = "dez" }}]

[[package]]
name = "bar"
version = "1.0"
{INDEX}
dependencies = [{{ name = "baz", marker = "os_name == 'posix'" }}]

[package.optional-dependencies]
y = [{{ name = "dep", marker = "python_full_version >= '3.13'" }}]

[[package]]
name = "dep"
version = "1.0"
{INDEX}

[[package]]
name = "dez"
version = "1.0"
{INDEX}

[[package]]
name = "baz"
version = "1.0"
{INDEX}
dependencies = [{{ name = "cyc" }}]

[[package]]
name = "cyc"
version = "1.0"
{INDEX}
dependencies = [{{ name = "baz", marker = "platform_machine == 'x86_64'" }}]

[[package]]
name = "qux"
version = "1.0"
{INDEX}
"""

SOURCES = f"""\
version = 1
revision = 5
requires-python = ">=3.11"

[[package]]
name = "proj"
version = "0.1.0"
source = {{ editable = "." }}
dependencies = [
    {{ name = "git1" }},
    {{ name = "git2", marker = "sys_platform == 'linux'" }},
    {{ name = "url1" }},
    {{ name = "path1", marker = "sys_platform == 'linux'" }},
    {{ name = "dir1" }},
    {{ name = "dir2" }},
    {{ name = "virt" }},
    {{ name = "many" }},
    {{ name = "never", marker = "sys_platform == 'win32' and sys_platform == 'linux'" }},
]

[[package]]
name = "git1"
version = "1.0"
source = {{ git = "https://git.example/git1.git?rev=v1.0#0123456789abcdef0123456789abcdef01234567" }}

[[package]]
name = "git2"
version = "1.0"
source = {{ git = "ssh://git@git.example/git2?subdirectory=a%2Fb&branch=main#0123456789abcdef0123456789abcdef01234567" }}

[[package]]
name = "url1"
version = "1.0"
source = {{ url = "https://files.example/url1-1.0.tar.gz", subdirectory = "x/y" }}
sdist = {{ hash = "{WHEEL}" }}

[[package]]
name = "path1"
version = "1.0"
source = {{ path = "sub/path1-1.0.tar.gz" }}
sdist = {{ hash = "{WHEEL}" }}

[[package]]
name = "dir1"
version = "1.0"
source = {{ directory = "../other dir/dir1" }}

[[package]]
name = "dir2"
source = {{ editable = "sub/dir2" }}

[[package]]
name = "virt"
version = "1.0"
source = {{ virtual = "virt" }}
dependencies = [{{ name = "below" }}]

[[package]]
name = "below"
version = "1.0"
{INDEX}

[[package]]
name = "never"
version = "1.0"
{INDEX}

[[package]]
name = "many"
version = "1.0"
{INDEX}
sdist = {{ url = "https://files.example/many-1.0.tar.gz", hash = "sha256:{"ff" * 32}", size = 12, upload-time = "2024-01-02T03:04:05.678Z" }}
wheels = [
    {{ url = "https://files.example/many-1.0-cp311-cp311-win_amd64.whl", hash = "sha512:{"b1" * 64}" }},
    {{ url = "https://files.example/many-1.0-cp312-cp312-manylinux_2_17_x86_64.whl", hash = "sha256:{"aa" * 32}", size = 7 }},
]
"""


def requirements(text: str, *, selection: Selection | None = None, **options: object) -> str:
    chosen = ExportOptions(**{"hashes": False, **options})  # type: ignore[arg-type] # any option of a test
    return Lockfile.parse(text).export("requirements.txt", selection=selection, options=chosen)


def test_markers_are_those_of_every_path_through_extras_and_cycles() -> None:
    text = requirements(MARKERS, selection=Selection.of(groups=()))

    assert text == (
        "bar==1.0 ; sys_platform == 'linux'\n"
        "    # via proj\n"
        "baz==1.0 ; (os_name != 'posix' and sys_platform == 'win32')"
        " or (os_name == 'posix' and sys_platform == 'linux')\n"
        "    # via\n    #   bar\n    #   cyc\n    #   proj\n"
        "cyc==1.0 ; (os_name != 'posix' and sys_platform == 'win32')"
        " or (os_name == 'posix' and sys_platform == 'linux')\n"
        "    # via baz\n"
        "dep==1.0 ; python_full_version != '3.12.*' and sys_platform == 'linux'\n"
        "    # via\n    #   bar\n    #   foo\n"
        "dez==1.0 ; sys_platform == 'linux'\n"
        "    # via foo\n"
        "foo==1.0\n"
        "    # via\n    #   foo\n    #   proj\n"
    )


def test_groups_are_nobodys_requirements() -> None:
    text = requirements(
        MARKERS, selection=Selection(groups=frozenset(), parts="groups", extra_groups=frozenset({"dev"}))
    )  # type: ignore[arg-type] # a plain name

    assert text == (
        "bar==1.0 ; sys_platform == 'darwin'\n"
        "baz==1.0 ; os_name == 'posix' and sys_platform == 'darwin'\n"
        "    # via\n    #   bar\n    #   cyc\n"
        "cyc==1.0 ; os_name == 'posix' and sys_platform == 'darwin'\n"
        "    # via baz\n"
        "qux==1.0 ; sys_platform == 'darwin'\n"
    )


def test_pruning_takes_away_what_only_the_pruned_one_needs() -> None:
    text = requirements(
        MARKERS, selection=Selection.of(groups=()), prune=frozenset({project_name("bar")}), annotate=False
    )

    assert text == (
        "baz==1.0 ; sys_platform == 'win32'\n"
        "cyc==1.0 ; sys_platform == 'win32'\n"
        "dep==1.0 ; python_full_version < '3.12' and sys_platform == 'linux'\n"
        "dez==1.0 ; sys_platform == 'linux'\n"
        "foo==1.0\n"
    )


def test_excluding_leaves_what_the_excluded_one_needs() -> None:
    text = requirements(MARKERS, selection=Selection.of(groups=(), exclude=["foo"]), annotate=False)

    assert "foo==" not in text
    assert "dez==1.0 ; sys_platform == 'linux'\n" in text


def test_every_kind_of_source_has_its_form_and_its_place() -> None:
    text = requirements(SOURCES, annotate=False)

    assert text == (
        "-e .\n"
        "-e ./sub/dir2\n"
        "../other dir/dir1\n"
        "./sub/path1-1.0.tar.gz ; sys_platform == 'linux'\n"
        "below==1.0\n"
        "git1 @ git+https://git.example/git1.git@0123456789abcdef0123456789abcdef01234567\n"
        "git2 @ git+ssh://git@git.example/git2@0123456789abcdef0123456789abcdef01234567#subdirectory=a/b"
        " ; sys_platform == 'linux'\n"
        "many==1.0\n"
        "url1 @ https://files.example/url1-1.0.tar.gz#subdirectory=x/y\n"
    )


def test_what_is_no_longer_editable_keeps_its_place() -> None:
    selection = Selection(not_editable=frozenset({project_name("proj")}))

    text = requirements(SOURCES, selection=selection, annotate=False)

    assert text.startswith(".\n-e ./sub/dir2\n../other dir/dir1\n")


def test_hashes_are_sorted_by_algorithm_and_digest() -> None:
    text = Lockfile.parse(SOURCES).export("requirements.txt", options=ExportOptions(annotate=False))

    assert (
        "many==1.0 \\\n"
        f"    --hash=sha256:{'aa' * 32} \\\n"
        f"    --hash=sha256:{'ff' * 32} \\\n"
        f"    --hash=sha512:{'b1' * 64}\n"
    ) in text


def test_header_and_options_stand_above() -> None:
    text = requirements(MARKERS, command="make pins", options=("--index-url https://index.example/simple",))

    assert text.startswith(
        "# This file was autogenerated by uv via the following command:\n"
        "#    make pins\n"
        "--index-url https://index.example/simple\n"
        "\n"
        "bar==1.0"
    )


def test_supported_environments_limit_every_requirement() -> None:
    text = f"""\
version = 1
revision = 5
requires-python = ">=3.9"
resolution-markers = [
    "sys_platform == 'win32'",
    "sys_platform == 'linux'",
]
supported-markers = [
    "sys_platform == 'win32'",
    "sys_platform == 'linux'",
]

[[package]]
name = "proj"
version = "0.1.0"
source = {{ virtual = "." }}
dependencies = [
    {{ name = "wonly" }},
]

[[package]]
name = "wonly"
version = "1.0.0"
{INDEX}
"""
    lock = Lockfile.parse(text)

    exported = lock.export("pylock.toml")

    assert requirements(text, annotate=False) == "wonly==1.0.0 ; sys_platform == 'linux' or sys_platform == 'win32'\n"
    assert "environments = [\"sys_platform == 'win32'\", \"sys_platform == 'linux'\"]\n" in exported


CONFLICT = f"""\
version = 1
revision = 5
requires-python = ">=3.11"
conflicts = [[
    {{ package = "proj", extra = "b" }},
    {{ package = "proj", group = "g" }},
]]

[[package]]
name = "alpha"
version = "1.0.0"
{INDEX}

[[package]]
name = "alpha"
version = "2.0.0"
{INDEX}

[[package]]
name = "beta"
version = "1.0.0"
{INDEX}
dependencies = [
    {{ name = "alpha", version = "1.0.0", {INDEX}, marker = "extra == 'group-4-proj-g'" }},
    {{ name = "alpha", version = "2.0.0", {INDEX}, marker = "extra == 'extra-4-proj-b' or extra != 'group-4-proj-g'" }},
]

[[package]]
name = "proj"
version = "0.1.0"
source = {{ virtual = "." }}
dependencies = [
    {{ name = "beta" }},
]

[package.optional-dependencies]
b = [{{ name = "alpha", version = "2.0.0", {INDEX} }}]

[package.dev-dependencies]
g = [{{ name = "alpha", version = "1.0.0", {INDEX} }}]

[package.metadata]
provides-extras = ["b"]
"""


@pytest.mark.parametrize(
    ("selection", "version"),
    [(Selection(), "2.0.0"), (Selection.of(extras=["b"]), "2.0.0"), (Selection.of(groups=["g"]), "1.0.0")],
)
def test_conflicting_items_decide_by_what_is_selected(selection: Selection, version: str) -> None:
    text = requirements(CONFLICT, selection=selection, annotate=False)

    assert text == f"alpha=={version}\nbeta==1.0.0\n"


def test_conflicting_items_cannot_be_exported_together() -> None:
    with pytest.raises(SelectionError, match="conflict"):
        requirements(CONFLICT, selection=Selection.of(extras="all", groups="all"))


@pytest.mark.parametrize(
    "selection", [Selection.of(extras=["no"]), Selection.of(groups=["no"]), Selection.of(members=["no"])]
)
def test_unknown_names_are_refused(selection: Selection) -> None:
    with pytest.raises(SelectionError, match="`no`"):
        requirements(MARKERS, selection=selection)


def test_an_export_for_a_target_has_no_markers_and_only_files_that_fit() -> None:
    lock = Lockfile.parse(SOURCES)
    linux = Target.for_platform("linux", python="3.12")
    options = ExportOptions(annotate=False)

    selection = Selection.of(exclude=["below"])

    text = lock.export("requirements.txt", selection=selection, target=linux, options=options)
    pylock = lock.export("pylock.toml", selection=selection, target=linux)

    assert ";" not in text
    assert "./sub/path1-1.0.tar.gz" in text
    assert f"sha512:{'b1' * 64}" not in text
    assert f"sha256:{'aa' * 32}" in text
    assert "win_amd64" not in pylock
    assert "manylinux" in pylock


def test_a_target_leaves_out_what_it_does_not_need() -> None:
    text = Lockfile.parse(SOURCES).export(
        "requirements.txt",
        target=Target.for_platform("windows", python="3.11"),
        selection=Selection.of(exclude=["below"]),
        options=PLAIN,
    )

    assert "path1" not in text
    assert "git2" not in text


def test_pylock_has_every_kind_of_source() -> None:
    text = Lockfile.parse(SOURCES).export("pylock.toml")

    assert (
        text
        == f"""\
lock-version = "1.0"
created-by = "uvkit"
requires-python = ">=3.11"

[[packages]]
name = "below"
version = "1.0"
index = "https://index.example/simple"

[[packages]]
name = "dir1"
directory = {{ path = "../other dir/dir1", editable = false }}

[[packages]]
name = "dir2"
directory = {{ path = "sub/dir2", editable = true }}

[[packages]]
name = "git1"
version = "1.0"
vcs = {{ type = "git", url = "https://git.example/git1.git", requested-revision = "v1.0", commit-id = "0123456789abcdef0123456789abcdef01234567" }}

[[packages]]
name = "git2"
version = "1.0"
marker = "sys_platform == 'linux'"
vcs = {{ type = "git", url = "ssh://git@git.example/git2", requested-revision = "main", commit-id = "0123456789abcdef0123456789abcdef01234567", subdirectory = "a/b" }}

[[packages]]
name = "many"
version = "1.0"
index = "https://index.example/simple"
sdist = {{ url = "https://files.example/many-1.0.tar.gz", upload-time = 2024-01-02T03:04:05Z, size = 12, hashes = {{ sha256 = "{"ff" * 32}" }} }}
wheels = [
    {{ url = "https://files.example/many-1.0-cp311-cp311-win_amd64.whl", hashes = {{ sha512 = "{"b1" * 64}" }} }},
    {{ url = "https://files.example/many-1.0-cp312-cp312-manylinux_2_17_x86_64.whl", size = 7, hashes = {{ sha256 = "{"aa" * 32}" }} }},
]

[[packages]]
name = "path1"
version = "1.0"
marker = "sys_platform == 'linux'"
archive = {{ path = "sub/path1-1.0.tar.gz", hashes = {{ sha256 = "{"b1" * 32}" }} }}

[[packages]]
name = "proj"
directory = {{ path = ".", editable = true }}

[[packages]]
name = "url1"
version = "1.0"
archive = {{ url = "https://files.example/url1-1.0.tar.gz#subdirectory=x/y", subdirectory = "x/y", hashes = {{ sha256 = "{"b1" * 32}" }} }}
"""
    )


def test_paths_of_a_pylock_start_at_its_folder(tmp_path: Path) -> None:
    options = ExportOptions(root=tmp_path, folder=tmp_path / "out" / "x")

    text = Lockfile.parse(SOURCES).export("pylock.toml", selection=Selection(editable=False), options=options)

    assert 'directory = { path = "../../" }' in text
    assert 'directory = { path = "../../sub/dir2" }' in text
    assert 'directory = { path = "../../../other dir/dir1" }' in text


def test_a_pylock_of_nothing_says_so() -> None:
    text = Lockfile.parse('version = 1\nrequires-python = ">=3.11"\n').export("pylock.toml")

    assert text.endswith('requires-python = ">=3.11"\npackages = []\n')


NO_HASH = f"""\
version = 1
requires-python = ">=3.11"

[[package]]
name = "proj"
version = "1"
source = {{ virtual = "." }}
dependencies = [{{ name = "bare" }}]

[[package]]
name = "bare"
version = "1.0"
{INDEX}
wheels = [{{ url = "https://files.example/bare-1.0-py3-none-any.whl" }}]
"""


def test_a_file_without_a_hash_cannot_be_in_a_pylock() -> None:
    with pytest.raises(UnrepresentableLockError, match=r"`bare-1.0-py3-none-any.whl` has no hash"):
        Lockfile.parse(NO_HASH).export("pylock.toml")


def test_a_missing_hash_can_be_given() -> None:
    asked: list[str] = []

    def digest(url: str) -> str:
        asked.append(url)
        return WHEEL

    text = Lockfile.parse(NO_HASH).export("pylock.toml", options=ExportOptions(digest=digest))

    assert f'hashes = {{ sha256 = "{"b1" * 32}" }}' in text
    assert asked == ["https://files.example/bare-1.0-py3-none-any.whl"]
