from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path

import pytest

from uvkit.testing import Distribution, IndexServer, make_sdist

from .conftest import BACKEND, Cli

DIGESTS = "0" * 64


@pytest.fixture
def here(cli: Cli) -> Cli:
    cli.set(UV_PYTHON=sys.executable)
    return cli


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_download_brings_files_and_what_they_need(here: Cli) -> None:
    first = here("pip", "download", "-d", "files", "gamma")
    again = here("pip", "download", "-d", "files", "gamma")

    wanted = ["alpha-1.1-py3-none-any.whl", "beta-2.0-py3-none-any.whl", "gamma-1.0-py3-none-any.whl"]
    assert names(here.folder / "files") == wanted
    assert [line for line in first.err.splitlines() if "Saved" in line] == [f"Saved files/{name}" for name in wanted]
    assert again.err.count("File was already downloaded") == 3


def test_download_reads_files_and_can_leave_dependencies_out(here: Cli) -> None:
    here.write("req.txt", "gamma\nbeta<2\n")

    here("pip", "download", "-r", "req.txt", "--no-deps", "--dest", "files")

    assert names(here.folder / "files") == ["beta-1.0-py3-none-any.whl", "gamma-1.0-py3-none-any.whl"]


def test_download_takes_source_distributions_where_wheels_are_unwanted(here: Cli) -> None:
    here("pip", "download", "-d", "files", "delta", "--no-binary", ":all:")

    assert names(here.folder / "files") == ["delta-1.0.tar.gz"]


def test_download_for_another_machine_needs_wheels_only(here: Cli, tmp_path: Path) -> None:
    with IndexServer(tmp_path / "machines") as server:
        for tag in ("cp312-cp312-manylinux_2_17_x86_64", "cp312-cp312-win_amd64", "cp311-abi3-macosx_11_0_arm64"):
            server.add(Distribution(name="fast", version="1.0", tag=tag, requires=("slow; sys_platform == 'win32'",)))
        server.add(Distribution(name="slow", version="1.0"))
        here.set(UV_DEFAULT_INDEX=server.url)
        options = ("--only-binary", ":all:", "--python-version")
        refused = here("pip", "download", "fast", "--platform", "win_amd64", status=2)
        here("pip", "download", "-d", "linux", "fast", "--platform", "manylinux2014_x86_64", *options, "312")
        here("pip", "download", "-d", "windows", "fast", "--platform", "win_amd64", *options, "3.12")
        here("pip", "download", "-d", "mac", "fast", "--platform", "macosx_14_0_arm64", *options, "3.13")
        failed = here("pip", "download", "fast", "--platform", "manylinux2014_aarch64", *options, "3.12", status=1)

    assert "--only-binary=:all:" in refused.err
    assert names(here.folder / "linux") == ["fast-1.0-cp312-cp312-manylinux_2_17_x86_64.whl"]
    assert names(here.folder / "windows") == ["fast-1.0-cp312-cp312-win_amd64.whl", "slow-1.0-py3-none-any.whl"]
    assert names(here.folder / "mac") == ["fast-1.0-cp311-abi3-macosx_11_0_arm64.whl"]
    assert "fast" in failed.err


def test_download_holds_files_to_their_digests(here: Cli) -> None:
    here.write("req.txt", f"alpha==1.0 --hash=sha256:{DIGESTS}\n")

    failed = here("pip", "download", "-r", "req.txt", "-d", "files", status=1)

    assert "alpha" in failed.err
    assert not (here.folder / "files").exists() or names(here.folder / "files") == []


def test_download_prints_json(here: Cli) -> None:
    result = json.loads(here("pip", "download", "-d", "files", "alpha", "--json").out)

    assert result["fetched"] == result["files"] == ["alpha-1.1-py3-none-any.whl"]


def test_what_was_downloaded_installs_without_a_network(here: Cli) -> None:
    here("pip", "download", "-d", "files", "gamma")
    here("venv", "-q", ".venv")
    here.set(VIRTUAL_ENV=str(here.folder / ".venv"), UVKIT_CACHE_DIR=str(here.root / "other-cache"))
    here.unset("UV_DEFAULT_INDEX", "UV_PYTHON")

    done = here("pip", "install", "--offline", "--no-index", "--find-links", "files", "gamma")

    assert " + gamma==1.0" in done.err


def test_wheel_builds_what_has_none(here: Cli) -> None:
    made = make_sdist(here.folder, Distribution(name="local", version="1.0", requires=("alpha<1.1",)))
    here.write("tree/pyproject.toml", '[project]\nname = "tree"\nversion = "3"\n[build-system]\nrequires = []\n'
               'build-backend = "bk"\nbackend-path = ["."]\n')  # fmt: skip
    here.write("tree/bk.py", BACKEND)
    here.write("tree/module.py", "")

    done = here("pip", "wheel", "-w", "wheels", f"./{made.name}", "./tree", "delta", "--no-binary", "delta")

    assert names(here.folder / "wheels") == [
        "alpha-1.0-py3-none-any.whl",
        "delta-1.0-py3-none-any.whl",
        "local-1.0-py3-none-any.whl",
        "tree-3-py3-none-any.whl",
    ]
    assert sorted(line.split()[0] for line in done.err.splitlines() if "wheels/" in line) == [
        "Saved",
        "Successfully",
        "Successfully",
        "Successfully",
    ]
    for path in (here.folder / "wheels").iterdir():
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None


def test_wheel_builds_nothing_where_that_is_forbidden(here: Cli) -> None:
    make_sdist(here.folder, Distribution(name="local", version="1.0"))

    failed = here("pip", "wheel", "./local-1.0.tar.gz", "--only-binary", ":all:", "-w", "wheels", status=1)

    assert "local" in failed.err


@pytest.mark.parametrize("command", ["download", "wheel"])
def test_something_has_to_be_named(here: Cli, command: str) -> None:
    failed = here("pip", command, status=2)

    assert "name at least one requirement" in failed.err
