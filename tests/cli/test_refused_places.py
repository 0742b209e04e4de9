from __future__ import annotations

from pathlib import Path

import pytest

from uvkit.testing import Distribution, IndexServer

from .conftest import Cli


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("alpha", "--index-url", "{root}/simple"), 1),
        (("alpha @ {root}/files/alpha/alpha-1.0-py3-none-any.whl",), 2),
        (("alpha", "--no-index", "--find-links", "{root}/links"), 2),
    ],
    ids=["page of an index", "file", "page of links"],
)
def test_a_refusal_is_an_answer_of_an_index_and_trouble_elsewhere(
    cli: Cli, tmp_path: Path, arguments: tuple[str, ...], status: int
) -> None:
    cli("venv", "-q", ".venv")
    cli.set(VIRTUAL_ENV=str(cli.folder / ".venv"))
    with IndexServer(tmp_path / "guarded", credentials=("team", "word")) as server:
        server.add(Distribution(name="alpha", version="1.0"))
        output = cli("pip", "install", *(one.format(root=server.root) for one in arguments), status=status)

    assert "401" in output.err


@pytest.mark.parametrize(
    ("table", "status"),
    [
        ('[[tool.uv.index]]\nurl = "{root}/none"\nformat = "flat"\n', 1),
        ('[tool.uv]\nfind-links = ["{root}/none"]\n', 2),
    ],
    ids=["flat index", "find-links"],
)
def test_a_flat_index_that_is_not_there_has_nothing(cli: Cli, tmp_path: Path, table: str, status: int) -> None:
    project = '[project]\nname = "demo"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["alpha"]\n'
    with IndexServer(tmp_path / "index") as server:
        (cli.folder / "pyproject.toml").write_text(project + table.format(root=server.root))

        output = cli("lock", "--default-index", server.url, status=status)

    assert "404" in output.err
