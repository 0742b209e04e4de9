"""Texts with their layout: what was read is written as it was, and a new table finds its place."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uvkit.formats.toml_layout import Table, text_value
from uvkit.formats.toml_layout_read import read_layout

TEXT = '''# -*- toml -*-

  [ project ] # the project
name   =   "demo" # its name
"quoted key" = 'literal'
dotted.key."with dot" = { a = 1, b.c = [ 1, 2, ] , d = {} }
text = """
  [not a table]
# not a comment
"""
numbers = [ # open
  1, 2
  , # between
  3.5 # last
]
when = 2024-01-02T03:04:05Z
empty = []

[[tool.uv.index]]
url="https://index.example/simple"
[tool.uv.sources]
# above
a = { path = "a" }


[[tool.uv.index]]
url = "https://other.example/simple"

# the end
'''


def test_text_is_written_as_it_was_read() -> None:
    assert read_layout(TEXT).text() == TEXT


def test_line_ends_of_windows_become_those_of_unix() -> None:
    assert read_layout(TEXT.replace("\n", "\r\n")).text() == TEXT


def test_last_line_gets_a_line_end() -> None:
    assert read_layout('[a]\nb = "c"').text() == '[a]\nb = "c"\n'


def test_new_table_follows_the_one_visited_before_it() -> None:
    document = read_layout("[tool.a]\nx = 1\n\n[project]\nname = 'x'\n# end\n")
    table = Table()

    tool = document.root.items["tool"]
    assert isinstance(tool, Table)
    tool.put("b", table)
    table.put("y", text_value("z"))

    assert document.text() == "[tool.a]\nx = 1\n\n[tool.b]\ny = \"z\"\n\n[project]\nname = 'x'\n# end\n"


def test_text_that_is_no_toml_is_refused() -> None:
    with pytest.raises(tomllib.TOMLDecodeError):
        read_layout("a = [")


_texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)
_values = st.recursive(
    st.one_of(_texts, st.integers(-9, 9), st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_texts, inner, max_size=3)),
    max_leaves=6,
)


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(_texts, _values, max_size=4))
def test_any_document_keeps_its_text(tables: dict[str, object]) -> None:
    import tomlkit

    text = tomlkit.dumps(tables)

    assert read_layout(text).text() == (text if text.endswith("\n") or not text else text + "\n")
