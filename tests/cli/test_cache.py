"""`uvkit cache`."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest

from .conftest import Cli


@pytest.fixture
def full(cli: Cli) -> Cli:
    """Provide a command line whose cache holds something."""
    cli.project("beta")
    cli("sync")
    return cli


@pytest.mark.parametrize("given", ["variable", "option", "setting"])
def test_the_folder_is_printed(cli: Cli, given: str) -> None:
    expected = "/ROOT/cache"
    if given != "variable":
        cli.unset("UVKIT_CACHE_DIR")
        expected = "/ROOT/work/mine"
    if given == "setting":
        cli.write("uv.toml", 'cache-dir = "mine"\n')

    done = cli("cache", "dir", *(["--cache-dir", "mine"] if given == "option" else []))

    assert (done.out, done.err) == (f"{expected}\n", "")


def test_the_size_is_printed_in_bytes(full: Cli) -> None:
    done = full("cache", "size")

    assert int(done.out) > 1000


def test_the_size_is_printed_for_people(full: Cli) -> None:
    done = full("cache", "size", "-H")

    assert re.fullmatch(r"\d+\.\dKiB\n", done.out)


def test_the_size_of_nothing_is_nothing(cli: Cli) -> None:
    done = cli("cache", "size", "--human")

    assert done.out == "0B\n"


def test_everything_can_be_removed(full: Cli) -> None:
    done = full("cache", "clean")

    assert re.fullmatch(r"Clearing cache at: /ROOT/cache\nRemoved \d+ entries \(.*\)\n", done.err)
    assert full("cache", "size").out == "0\n"


def test_an_empty_cache_is_no_failure(cli: Cli) -> None:
    done = cli("cache", "clean")

    assert done.err == "Clearing cache at: /ROOT/cache\nNo cache entries found\n"


def test_one_project_can_be_removed(full: Cli) -> None:
    full("cache", "clean", "alpha")
    full("venv", "other")

    done = full("pip", "install", "-p", "other", "beta")

    assert "Prepared 1 package in T\n" in done.err


def test_what_is_used_is_not_pruned(full: Cli) -> None:
    done = full("cache", "prune")

    assert done.err == "Pruning cache at: /ROOT/cache\nNo unused entries found\n"


def test_a_cleaned_cache_is_filled_again(full: Cli) -> None:
    full("cache", "clean", "-q")

    done = full("sync", "--reinstall")

    assert "Prepared 2 packages in T\n" in done.err


@pytest.mark.parametrize("command", ["clean", "prune", "size"])
def test_numbers_are_data_if_asked_for(full: Cli, command: str) -> None:
    done = full("cache", command, "--json", "-q")

    assert set(json.loads(done.out)) == {"entries", "size"}


@pytest.mark.parametrize("words", [("cache", "dir"), ("pip", "freeze"), ("pip", "list")])
def test_looking_loads_little(cli: Cli, words: tuple[str, ...]) -> None:
    cli("venv")
    heavy = {
        "asyncio", "decimal", "email", "httpx", "importlib.metadata", "packaging.specifiers", "pydantic", "resolvelib",
        "rich", "subprocess", "tomlkit", "uvkit.events", "uvkit.lockfile", "uvkit.markers", "uvkit.net.client",
        "zipfile",
    }  # fmt: skip
    cli(*words)  # which asks the interpreter what it is
    code = f"import sys, uvkit.cli; uvkit.cli.main({list(words)}); print(*sorted({heavy} & set(sys.modules)))"

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=cli.folder, env={**os.environ}
    )

    assert done.stdout.splitlines()[-1] == ""
