"""Metadata inside scripts (PEP 723)."""

from __future__ import annotations

from pathlib import Path

import pytest

from uvkit.errors import InvalidTableError
from uvkit.formats import parse_script, script_block

PATH = Path("s.py")
SCRIPT = """\
#!/usr/bin/env python
# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "alpha",
#   "beta>=1 ; sys_platform == 'linux'",
# ]
#
# [tool.uv]
# exclude-newer = "2024-01-01"
# ///
print("x")
"""


def test_block_is_read() -> None:
    table = parse_script(SCRIPT, PATH)

    assert table.requires_python == ">=3.11"
    assert [one.project for one in table.dependencies] == ["alpha", "beta"]
    assert table.tool == {"exclude-newer": "2024-01-01"}


def test_block_with_windows_line_ends_is_read() -> None:
    assert parse_script(SCRIPT.replace("\n", "\r\n"), PATH).requires_python == ">=3.11"


def test_script_without_a_block_requires_nothing() -> None:
    table = parse_script("print()\n", PATH)

    assert (table.requires_python, table.dependencies, table.tool) == (None, (), None)


def test_blocks_of_other_types_are_left_alone() -> None:
    assert script_block("# /// other\n# x = 1\n# ///\n", path=PATH) is None


def test_block_with_a_line_that_cannot_be_in_it_does_not_end() -> None:
    with pytest.raises(InvalidTableError, match="not closed"):
        script_block("# /// script\n#x\n# ///\n", path=PATH)


def test_two_blocks_are_a_mistake() -> None:
    with pytest.raises(InvalidTableError, match="more than one"):
        parse_script(SCRIPT + SCRIPT, PATH)


def test_everything_wrong_in_a_block_is_listed() -> None:
    text = '# /// script\n# requires-python = 3\n# dependencies = ["a >", 1]\n# [tool.uv]\n# resolutoin = 1\n# ///\n'

    with pytest.raises(InvalidTableError) as caught:
        parse_script(text, PATH)

    assert [key for key, _ in caught.value.problems] == [
        "requires-python",
        "dependencies[1]",
        "dependencies[0]",
        "tool.uv.resolutoin",
    ]


@pytest.mark.parametrize("key", ["workspace = {}", "managed = true", 'environments = "x"', "conflicts = []"])
def test_settings_of_projects_have_no_place_in_a_script(key: str) -> None:
    with pytest.raises(InvalidTableError, match="belongs into"):
        parse_script(f"# /// script\n# [tool.uv]\n# {key}\n# ///\n", PATH)


def test_sources_have_a_place_in_a_script() -> None:
    table = parse_script('# /// script\n# [tool.uv.sources]\n# a = { path = "a" }\n# ///\n', PATH)

    assert table.tool == {"sources": {"a": {"path": "a"}}}


def test_unknown_key_is_a_notice() -> None:
    table = parse_script("# /// script\n# dependency = []\n# ///\n", PATH)

    assert table.notices[0].hint == "did you mean `dependencies`?"
