"""Indexes as files configure them: order, places, and what they are called."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import cast

import pytest

from uvkit.formats import ToolTable
from uvkit.project import IndexConfig, Project, flat_indexes, index_location, table_indexes

from .conftest import Make, project_text

ROOT = Path("/srv/project")


def table(text: str) -> ToolTable:
    return cast("ToolTable", tomllib.loads(text))


def test_every_field_is_read() -> None:
    [index] = table_indexes(
        table("""
        [[index]]
        name = "a"
        url = "https://user:secret@index.example/simple/"
        format = "flat"
        explicit = true
        authenticate = "always"
        ignore-error-codes = [401, 403]
        cache-control = { api = "max-age=1", files = "no-store" }
        exclude-newer = false
        hash-algorithm = "sha512"
        publish-url = "https://index.example/upload"
        """),
        folder=ROOT,
        root=ROOT,
    )

    assert index == IndexConfig(
        url="https://user:secret@index.example/simple/",
        name="a",
        layout="flat",
        explicit=True,
        authenticate="always",
        ignore_error_codes=frozenset({401, 403}),
        cache_control={"api": "max-age=1", "files": "no-store"},
        exclude_newer=False,
        hash_algorithm="sha512",
        publish_url="https://index.example/upload",
    )
    assert index.identity == "https://index.example/simple/"
    assert "secret" not in repr(index)


def test_default_index_comes_last_and_older_keys_after_the_newer() -> None:
    indexes = table_indexes(
        table("""
        index-url = "https://old.example/default"
        extra-index-url = ["https://old.example/extra"]
        index = [{ url = "https://a.example", default = true }, { url = "https://b.example" }]
        """),
        folder=ROOT,
        root=ROOT,
    )

    assert [index.identity for index in indexes] == [
        "https://b.example/",
        "https://old.example/extra",
        "https://a.example/",
    ]
    assert [index.default for index in indexes] == [False, False, True]


def test_find_links_are_flat() -> None:
    links = flat_indexes(table('find-links = ["wheels", "https://files.example/page/"]'), folder=ROOT, root=ROOT)

    assert [(link.identity, link.layout) for link in links] == [
        ("wheels", "flat"),
        ("https://files.example/page/", "flat"),
    ]


@pytest.mark.parametrize(
    ("written", "location"),
    [
        ("https://Index.Example/simple", "https://index.example/simple"),
        ("https://index.example/simple/", "https://index.example/simple/"),
        ("https://index.example", "https://index.example/"),
        ("https://index.example?x=1", "https://index.example/?x=1"),
        ("https://index.example/./a/../simple/", "https://index.example/simple/"),
        ("https://index.example/a/..", "https://index.example/"),
        ("https://index.example/simple?x=./y#z", "https://index.example/simple?x=./y#z"),
        ("https://User:Pw@Index.Example/simple", "https://User:Pw@index.example/simple"),
        ("./wheels", "../member/wheels"),
        ("wheels/", "../member/wheels"),
        ("../project/wheels", "wheels"),
        ("/abs/wheels/", "/abs/wheels"),
        ("file:///abs/whe%20els", "/abs/whe els"),
    ],
)
def test_location_is_that_of_a_lock(written: str, location: str) -> None:
    assert index_location(written, folder=Path("/srv/member"), root=ROOT) == location


def test_named_indexes_of_all_members_are_known(make: Make) -> None:
    root = make(
        {
            "pyproject.toml": project_text(
                "root", '[[tool.uv.index]]\nname = "a"\nurl = "x"\n[tool.uv.workspace]', 'members = ["m"]'
            ),
            "m/pyproject.toml": project_text(
                "m", '[[tool.uv.index]]\nname = "a"\nurl = "x"', '[[tool.uv.index]]\nurl = "https://unnamed.example"'
            ),
        }
    )

    assert [(index.name, index.identity) for index in Project.open(root).indexes] == [("a", "x"), ("a", "m/x")]
