"""`uvkit build`: what it prints, and how it ends."""

from __future__ import annotations

import json

from .conftest import Cli

BACKEND = """\
import pathlib, tarfile, io, tomllib

PROJECT = tomllib.loads(pathlib.Path("pyproject.toml").read_text())["project"]


def build_sdist(folder, settings=None):
    print("packing")
    name = f"{PROJECT['name']}-{PROJECT['version']}"
    with tarfile.open(pathlib.Path(folder) / f"{name}.tar.gz", "w:gz") as archive:
        data = f"Metadata-Version: 2.1\\nName: {PROJECT['name']}\\nVersion: {PROJECT['version']}\\n".encode()
        member = tarfile.TarInfo(f"{name}/PKG-INFO")
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
    return f"{name}.tar.gz"
"""
SYSTEM = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'


def test_each_distribution_is_announced_with_the_output_of_its_backend(cli: Cli) -> None:
    cli.project(extra=SYSTEM)
    cli.write("backend.py", BACKEND)

    done = cli("build", "--sdist")

    assert done.err == "Building source distribution...\npacking\nSuccessfully built dist/demo-1.tar.gz\n"
    assert (cli.folder / "dist" / ".gitignore").read_text() == "*"


def test_the_output_of_backends_can_be_hidden(cli: Cli) -> None:
    cli.project(extra=SYSTEM)
    cli.write("backend.py", BACKEND)
    cli.set(UV_HIDE_BUILD_OUTPUT="1")

    done = cli("build", "--sdist", "-o", "out", "--no-create-gitignore")

    assert done.err == "Building source distribution...\nSuccessfully built out/demo-1.tar.gz\n"
    assert not (cli.folder / "out" / ".gitignore").exists()


def test_members_are_named_before_their_lines(cli: Cli) -> None:
    cli.project(extra=f'{SYSTEM}[tool.uv.workspace]\nmembers = ["one"]\n')
    cli.write("backend.py", BACKEND)
    cli.write("one/pyproject.toml", f'[project]\nname = "one"\nversion = "2"\n{SYSTEM}')
    cli.write("one/backend.py", BACKEND)
    cli.set(UV_CONCURRENT_BUILDS="1")

    done = cli("build", "--all-packages", "--sdist")

    assert done.err == (
        "[demo] Building source distribution...\n[demo] packing\n"
        "[one] Building source distribution...\n[one] packing\n"
        "Successfully built dist/demo-1.tar.gz\nSuccessfully built dist/one-2.tar.gz\n"
    )


def test_a_failed_build_ends_with_status_two(cli: Cli) -> None:
    cli.project(extra=SYSTEM)
    cli.write("backend.py", "raise SystemExit('no')")

    done = cli("build", "--no-build-logs", status=2)

    assert "failed in `get_requires_for_build_sdist`" in done.err
    assert "Successfully" not in done.err


def test_the_result_can_be_printed_as_json(cli: Cli) -> None:
    cli.project(extra=SYSTEM)
    cli.write("backend.py", BACKEND)

    done = cli("build", "--sdist", "--json", "-q")

    assert json.loads(done.out)["builds"][0]["sdist"] == "demo-1.tar.gz"


def test_a_member_and_all_members_cannot_be_asked_for_together(cli: Cli) -> None:
    cli.project(extra=SYSTEM)

    done = cli("build", "--package", "demo", "--all-packages", status=2)

    assert "'--package <PACKAGE>' cannot be used with '--all-packages'" in done.err


def test_what_would_be_in_the_files_can_be_listed(cli: Cli) -> None:
    cli.project(extra=SYSTEM)
    cli.write("backend.py", BACKEND)

    done = cli("build", "--sdist", "--list", "--no-build-logs")

    assert done.out == "Building demo-1.tar.gz will include the following files:\ndemo-1/PKG-INFO\n"
    assert not (cli.folder / "dist").exists()
