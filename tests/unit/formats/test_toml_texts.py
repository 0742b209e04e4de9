"""Tables to TOML, and tables out of TOML."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uvkit.formats import dump_tables, without_tables

TEXT = """\
# of the file

[project]
name = "a"
# of the list
dependencies = [
    "b",  # [not.a.header]
    "c",
]

# of black
[tool.black]
line-length = 100

[tool.poetry]
name = "x"
description = \"\"\"
[tool.black]
\"\"\"

[[tool.poetry.source]]
name = "s"

[tool."poetry".'dependencies']
python = "*"

[tool.ruff]
select = [
  ["E"],
]
"""


def test_tables_are_taken_out_with_what_is_below_them() -> None:
    left = without_tables(TEXT, [("tool", "poetry"), ("project",)])

    assert left == (
        '# of the file\n\n# of black\n[tool.black]\nline-length = 100\n\n[tool.ruff]\nselect = [\n  ["E"],\n]\n'
    )


def test_without_anything_to_take_out_the_text_is_the_same() -> None:
    assert without_tables(TEXT, []) == TEXT
    assert without_tables(TEXT.replace("\n", "\r\n"), [("nothing",)]) == TEXT.replace("\n", "\r\n")


KEYS = st.sampled_from(["a", "b-c", "x.y", "ü", '"', "project", "uv"])
VALUES = st.recursive(
    st.booleans() | st.integers(-5, 5) | st.text(max_size=8) | st.just("a\nb\\") | st.just("'\"\x7f\x01"),
    lambda inner: st.lists(st.text(max_size=40), max_size=4) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(KEYS, st.dictionaries(KEYS, VALUES, max_size=4), max_size=3))
def test_what_is_written_reads_back_the_same(tables: dict[str, Any]) -> None:
    def empty(value: Any) -> bool:
        return isinstance(value, dict) and all(map(empty, value.values()))

    def without_empty(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: without_empty(item) for key, item in value.items() if not empty(item)}
        return value

    read = tomllib.loads(dump_tables(tables))

    assert without_empty(read) == without_empty(tables)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("plain", 'key = "plain"\n'),
        ('say "x"', "key = 'say \"x\"'\n"),
        (["a", "b"], 'key = ["a", "b"]\n'),
        (["x" * 70, "y" * 70], f'key = [\n    "{"x" * 70}",\n    "{"y" * 70}",\n]\n'),
        (True, "key = true\n"),
        ("one\ntwo", 'key = """\none\ntwo"""\n'),
        ("\x1f\n", 'key = "\\u001f\\n"\n'),
    ],
)
def test_values_look_as_a_person_would_write_them(value: Any, written: str) -> None:
    assert dump_tables({"key": value}) == written
