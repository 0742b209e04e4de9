from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from uvkit.cache import Cache
from uvkit.index import default_index_url


def config(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    """Variables that keep the machine's own configuration out."""
    return {"XDG_CONFIG_DIRS": str(tmp_path / "none"), "VIRTUAL_ENV": str(tmp_path / "venv")}


def test_pips_variable_comes_first(tmp_path: Path, variables: dict[str, str]) -> None:
    config(tmp_path / ".config/pip/pip.conf", "[global]\nindex-url = https://file.example/simple\n")
    variables["PIP_INDEX_URL"] = "https://user:secret@index.example/simple/"

    assert default_index_url(variables, home=tmp_path) == "https://user:secret@index.example/simple/"


def test_the_file_named_by_a_variable_wins_over_the_others(tmp_path: Path, variables: dict[str, str]) -> None:
    named = config(tmp_path / "named.conf", "[global]\nindex-url = https://named.example/simple\n")
    config(tmp_path / ".config/pip/pip.conf", "[global]\nindex-url = https://user.example/simple\n")
    config(tmp_path / "venv/pip.conf", "[global]\nindex-url = https://venv.example/simple\n")

    assert (
        default_index_url({**variables, "PIP_CONFIG_FILE": str(named)}, home=tmp_path) == "https://named.example/simple"
    )
    assert default_index_url(variables, home=tmp_path) == "https://venv.example/simple"
    (tmp_path / "venv/pip.conf").unlink()
    assert default_index_url(variables, home=tmp_path) == "https://user.example/simple"


def test_configuration_files_can_be_switched_off(tmp_path: Path, variables: dict[str, str]) -> None:
    config(tmp_path / ".config/pip/pip.conf", "[global]\nindex-url = https://user.example/simple\n")

    assert "user.example" not in default_index_url({**variables, "PIP_CONFIG_FILE": os.devnull}, home=tmp_path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[global]\nindex-url = https://a.example/simple", "https://a.example/simple"),
        ("[global]\nindex_url: https://a.example/simple", "https://a.example/simple"),
        (
            "[install]\nindex-url=https://a.example/simple\n[global]\nindex-url=https://b.example",
            "https://a.example/simple",
        ),
        ("[global]\nextra-index-url = https://a.example/simple", None),
        ("[freeze]\nindex-url = https://a.example/simple", None),
        ("[global]\n# index-url = https://a.example/simple\n; index-url = x\n", None),
        ("[global]\nfind-links =\n    index-url = https://a.example\n", None),
        ("[global]\nindex-url =\n", None),
        ("", None),
    ],
)
def test_one_setting_of_pips_configuration_counts(
    tmp_path: Path, variables: dict[str, str], text: str, expected: str | None
) -> None:
    config(tmp_path / ".config/pip/pip.conf", text)
    cache = Cache(tmp_path / "cache")
    cache.memo.store("default-index", "default-index", b"https://known.example/simple")

    found = default_index_url(variables, home=tmp_path, cache=cache)

    assert found == (expected or "https://known.example/simple")


def test_without_any_setting_a_library_knows_the_root(tmp_path: Path, variables: dict[str, str]) -> None:
    from distlib.index import DEFAULT_INDEX

    found = default_index_url({**variables, "PIP_CONFIG_FILE": os.devnull}, home=tmp_path)

    assert urlsplit(found).netloc == urlsplit(DEFAULT_INDEX).netloc
    assert urlsplit(found).path == "/simple"


def test_the_librarys_answer_is_kept(tmp_path: Path, variables: dict[str, str]) -> None:
    cache = Cache(tmp_path / "cache")
    variables["PIP_CONFIG_FILE"] = os.devnull

    first = default_index_url(variables, home=tmp_path, cache=cache)
    cache.memo.store("default-index", "default-index", b"https://kept.example/simple")

    assert first != "https://kept.example/simple"
    assert default_index_url(variables, home=tmp_path, cache=cache) == "https://kept.example/simple"


def test_a_cache_that_cannot_be_written_does_not_matter(tmp_path: Path, variables: dict[str, str]) -> None:
    (tmp_path / "file").write_text("not a folder")
    variables["PIP_CONFIG_FILE"] = os.devnull

    assert default_index_url(variables, home=tmp_path, cache=Cache(tmp_path / "file" / "cache"))
