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
        (("alpha", "--no-index", "--find-links", "{root}/links.html"), 2),
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
