"""Beginning projects and scripts, and their versions; the texts are those that uv writes."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from packaging.version import Version

import uvkit
from uvkit import errors
from uvkit.operations.editing.bumps import Bump, bumped

from .conftest import HEAD, Workshop

PACKAGED = """\
[project]
name = "my-app"
version = "0.1.0"
description = "Add your description here"
readme = "README.md"
requires-python = ">=3.9"
dependencies = []

[project.scripts]
my-app = "my_app:main"

[build-system]
requires = ["uv_build>=0.13.9,<0.14.0"]
build-backend = "uv_build"
"""


def begin(shop: Workshop, folder: str = "my-app", **options: object) -> uvkit.InitResult:
    return uvkit.init(shop.root / folder, **{"session": shop.session, "python": "3.9", "vcs": "none", **options})  # type: ignore[arg-type]  # as given


def files(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_application_is_packaged(shop: Workshop) -> None:
    result = begin(shop)

    assert files(shop.root / "my-app") == {
        "pyproject.toml": PACKAGED,
        "README.md": "",
        ".python-version": "3.9\n",
        "src/my_app/__init__.py": 'def main() -> None:\n    print("Hello from my-app!")\n',
    }
    assert (result.name, result.state, result.workspace) == ("my-app", "none", None)


def test_library_has_types_and_no_command(shop: Workshop) -> None:
    begin(shop, kind="lib", readme=False, pin_python=False, build_backend="hatch")

    found = files(shop.root / "my-app")
    assert sorted(found) == ["pyproject.toml", "src/my_app/__init__.py", "src/my_app/py.typed"]
    assert "project.scripts" not in found["pyproject.toml"]
    assert found["pyproject.toml"].endswith('requires = ["hatchling"]\nbuild-backend = "hatchling.build"\n')


def test_bare_project_is_one_file(shop: Workshop) -> None:
    begin(shop, bare=True)

    text = '[project]\nname = "my-app"\nversion = "0.1.0"\nrequires-python = ">=3.9"\ndependencies = []\n'
    assert files(shop.root / "my-app") == {"pyproject.toml": text}


def test_unpackaged_application_is_a_module(shop: Workshop) -> None:
    begin(shop, packaged=False, readme=False, pin_python=False, description=None)

    assert sorted(files(shop.root / "my-app")) == ["main.py", "pyproject.toml"]


def test_description_is_quoted(shop: Workshop) -> None:
    begin(shop, bare=True, description='a "b" \\c')

    assert uvkit.Project.open(shop.root / "my-app").name == "my-app"


def test_existing_files_stay(shop: Workshop) -> None:
    shop.write("mine", "my-app/README.md")
    shop.write("3.8\n", "my-app/.python-version")

    begin(shop)

    assert (shop.text("my-app/README.md"), shop.text("my-app/.python-version")) == ("mine", "3.8\n")


def test_second_beginning_is_refused(shop: Workshop) -> None:
    begin(shop)

    with pytest.raises(errors.EditRefusedError, match=r"`pyproject\.toml` already exists"):
        begin(shop)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"kind": "lib", "packaged": False}, "always packaged"),
        ({"packaged": False, "build_backend": "pdm"}, "no build backend"),
        ({"name": "no name"}, "not a valid name"),
    ],
)
def test_what_does_not_fit_together_is_refused(shop: Workshop, options: dict[str, object], message: str) -> None:
    with pytest.raises(errors.EditRefusedError, match=message):
        begin(shop, "x", **options)

    assert not (shop.root / "x").exists()


def test_project_below_another_becomes_a_member(shop: Workshop) -> None:
    shop.write(HEAD)

    result = begin(shop, "libs/one", bare=True)

    assert (result.state, result.workspace) == ("added", shop.root)
    assert shop.text() == HEAD + '\n[tool.uv.workspace]\nmembers = [\n    "libs/one",\n]\n'


@pytest.mark.parametrize(
    ("pattern", "state"), [("members = ['libs/*']", "member"), ("exclude = ['libs/*']", "excluded")]
)
def test_patterns_of_the_workspace_decide(shop: Workshop, pattern: str, state: str) -> None:
    before = f"{HEAD}\n[tool.uv.workspace]\n{pattern}\n"
    shop.write(before)

    assert begin(shop, "libs/one", bare=True).state == state
    assert shop.text() == before


def test_project_can_stand_alone(shop: Workshop) -> None:
    shop.write(HEAD)

    result = begin(shop, "one", bare=True, workspace=False)

    assert (result.state, shop.text()) == ("none", HEAD)


def test_repository_begins_with_what_git_ignores(shop: Workshop) -> None:
    begin(shop, vcs="git")

    assert ".venv\n" in shop.text("my-app/.gitignore")
    status = subprocess.run(["git", "status", "-s"], cwd=shop.root / "my-app", capture_output=True, check=True)
    assert b"?? pyproject.toml" in status.stdout


def test_script_begins_with_its_block(shop: Workshop) -> None:
    path = shop.root / "tools" / "hello.py"

    uvkit.init_script(path, session=shop.session)

    lines = path.read_text().splitlines()
    assert lines[0] == "# /// script"
    assert lines[2:4] == ["# dependencies = []", "# ///"]
    assert '    print("Hello from hello.py!")' in lines
    with pytest.raises(errors.EditRefusedError, match="already a PEP 723 script"):
        uvkit.init_script(path, session=shop.session)


def test_block_goes_below_the_interpreter(shop: Workshop) -> None:
    path = shop.write("#!/usr/bin/env python\nprint(1)\n", "x.py")

    result = uvkit.init_script(path, session=shop.session)

    assert path.read_text().startswith("#!/usr/bin/env python\n#\n# /// script\n")
    assert path.read_text().endswith("# ///\n\nprint(1)\n")
    assert [one.code for one in result.notices] == ["script-shebang"]


# -- versions ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "bumps", "after"),
    [
        ("1.2.3", "major", "2.0.0"),
        ("1.2", "patch", "1.2.1"),
        ("1.2.3.4", "minor", "1.3.0.0"),
        ("1.2.3rc1", "patch", "1.2.4"),
        ("1.2.3rc1.dev2", "stable", "1.2.3"),
        ("1.2.3a2", "alpha", "1.2.3a3"),
        ("1.2.3a2", "rc", "1.2.3rc1"),
        ("1.2.3.dev4", "beta", "1.2.3b1"),
        ("1.2.3rc1.post2.dev3", "post", "1.2.3rc1.post3"),
        ("1.2.3rc1.post2.dev3", "dev", "1.2.3rc1.post2.dev4"),
        ("1!1.2.3+loc", "minor", "1!1.3.0+loc"),
        ("1.2.3", "dev patch", "1.2.4.dev1"),
        ("1.2.3b4", "minor alpha", "1.3.0a1"),
        ("1.2.3", "patch=10 dev=66463664", "1.2.10.dev66463664"),
    ],
)
def test_version_that_follows(before: str, bumps: str, after: str) -> None:
    assert bumped(Version(before), map(Bump.parse, bumps.split())) == Version(after)


@pytest.mark.parametrize(
    ("before", "bumps", "message"),
    [
        ("1.2.3", "stable", "provide the exact version"),
        ("1.2.3", "beta", "increase a release version component"),
        ("1.2.3rc1", "beta", "provide the exact version"),
        ("1.2.3", "dev", "increase another version component"),
        ("1.2.3", "stable patch", "`--bump stable` cannot be used with another"),
        ("1.2.3", "post dev", "`--bump post` cannot be used with another"),
        ("1.2.3", "major minor", "only one release version component"),
        ("1.2.3", "beta dev", "only one pre-release version component"),
        ("1.2.3", "stable=1", "does not accept a value"),
        ("1.2.3", "minor=x", "invalid numeric value"),
        ("1.2.3", "micro", "is none of"),
    ],
)
def test_version_that_would_not_follow_is_refused(before: str, bumps: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        bumped(Version(before), map(Bump.parse, bumps.split()))


def test_version_is_read_without_a_lock(shop: Workshop) -> None:
    shop.write(HEAD)

    result = uvkit.project_version(shop.root, session=shop.session)

    assert (result.project, str(result.version), result.before) == ("demo", "1.0", None)
    assert not (shop.root / "uv.lock").exists()


def test_new_version_is_locked(shop: Workshop) -> None:
    shop.write(HEAD)

    result = uvkit.project_version(shop.root, bump=["minor"], synchronize=False, session=shop.session)

    assert result.summary() == "demo 1.0 => 1.1"
    assert 'version = "1.1"\n' in shop.text()
    assert 'name = "demo"\nversion = "1.1"' in shop.text("uv.lock")


def test_trial_of_a_version_changes_nothing(shop: Workshop) -> None:
    shop.write(HEAD)

    result = uvkit.project_version(shop.root, "2.0", dry_run=True, session=shop.session)

    assert (str(result.version), shop.text()) == ("2.0", HEAD)


def test_version_of_a_backend_cannot_be_set(shop: Workshop) -> None:
    shop.write('[project]\nname = "demo"\ndynamic = ["version"]\n')

    with pytest.raises(errors.EditRefusedError, match="dynamic"):
        uvkit.project_version(shop.root, "2.0", session=shop.session)


def test_text_that_is_no_version_is_refused(shop: Workshop) -> None:
    shop.write(HEAD)

    with pytest.raises(errors.InvalidOptionError, match="not a valid version"):
        uvkit.project_version(shop.root, "abc", session=shop.session)
