from __future__ import annotations

from configparser import ConfigParser
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uvkit.errors import InvalidMetadataError
from uvkit.formats import ScriptEntry, parse_entry_points, script_entries

TEXT = """\
# a comment
; another
[console_scripts]
run = demo.cli:main
  spaced   =   demo : start.here   [one,two]
Upper.Case-1=demo:x

[gui_scripts]
window = demo.gui:open
[other.group]
plugin = demo.plugin
[console_scripts]
late = demo:late
"""


def test_groups_are_read_as_written() -> None:
    groups = parse_entry_points(TEXT)

    assert groups["other.group"] == {"plugin": "demo.plugin"}
    assert list(groups["console_scripts"]) == ["run", "spaced", "Upper.Case-1", "late"]


def test_scripts_are_listed_with_extras_dropped() -> None:
    assert script_entries(TEXT, filename="x") == [
        ScriptEntry("run", "console", "demo.cli:main"),
        ScriptEntry("spaced", "console", "demo:start.here"),
        ScriptEntry("Upper.Case-1", "console", "demo:x"),
        ScriptEntry("late", "console", "demo:late"),
        ScriptEntry("window", "gui", "demo.gui:open"),
    ]


@pytest.mark.parametrize(
    "text", ["", "# only a comment\n", "orphan = demo:main\n", "[console_scripts]\n", "[demo.group]\nx = whatever ((\n"]
)
def test_file_without_scripts_has_none(text: str) -> None:
    assert script_entries(text, filename="x") == []


@given(st.text(min_size=1, max_size=20))
@settings(deadline=None, max_examples=200)
def test_whatever_is_accepted_is_a_file_name_and_no_code(text: str) -> None:
    for entry in (f"{text} = demo:main", f"run = {text}", f"run = demo:{text}"):
        try:
            scripts = script_entries(f"[console_scripts]\n{entry}\n", filename="x")
        except InvalidMetadataError:
            continue
        for name, _, target in scripts:
            assert PurePosixPath(name).name == PureWindowsPath(name).name == name
            assert all(part.isidentifier() for side in target.split(":") for part in side.split("."))


def test_reads_what_the_standard_librarys_reader_reads() -> None:
    text = TEXT.replace("[console_scripts]\nlate = demo:late\n", "").replace("  spaced", "spaced")
    reader = ConfigParser(delimiters=("=",), interpolation=None)
    reader.optionxform = str  # type: ignore[assignment,method-assign]
    reader.read_string(text)

    assert parse_entry_points(text) == {name: dict(reader.items(name)) for name in reader.sections()}


def test_all_problems_are_listed() -> None:
    with pytest.raises(InvalidMetadataError) as caught:
        script_entries("[console_scripts]\na/b = demo:main\nrun = demo\nok = demo:main\n", filename="x")

    assert len(caught.value.problems) == 2
