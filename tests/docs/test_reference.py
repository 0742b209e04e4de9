"""The reference has every public name once, and the pages about errors have every error."""

from __future__ import annotations

import re
import sys
from collections import Counter
from typing import get_args

import pytest

import uvkit
from uvkit import events
from uvkit.cli.parser import all_commands, build_parser

from .pages import ROOT

sys.path.insert(0, str(ROOT / "docs" / "hooks"))

import command_tables
import error_advice
import error_pages

REFERENCE = ROOT / "docs" / "reference"
LEAVES = [leaf for leaves in error_pages.families().values() for leaf in leaves]


def test_reference_has_every_public_name_once() -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in REFERENCE.glob("*.md"))

    documented = Counter(re.findall(r"^::: uvkit\.(\w+)$", text, re.MULTILINE))

    # The version is described in a sentence, errors have pages of their own.
    assert documented == Counter(set(uvkit.__all__) - {"__version__", "errors"})
    assert "uvkit.__version__" in text


@pytest.mark.parametrize("kind", [events.Phase, events.TaskKind, events.TaskOutcome], ids=str)
def test_events_page_has_every_value_of_a_field(kind: object) -> None:
    page = (REFERENCE / "events.md").read_text(encoding="utf-8")

    assert [value for value in get_args(kind) if f"`{value}`" not in page] == []


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: leaf.code)
def test_error_has_advice_and_an_example_message(leaf: type[uvkit.errors.UvkitError]) -> None:
    example = error_pages.sample(leaf)

    assert leaf.code in error_advice.ADVICE
    assert example is not None
    assert str(example)


def test_nothing_is_said_about_errors_that_do_not_exist() -> None:
    codes = {leaf.code for leaf in LEAVES}

    assert set(error_advice.ADVICE) == set(error_advice.SAMPLES) == codes


def test_every_error_is_in_the_table_and_on_one_page() -> None:
    pages = "\n".join(error_pages.error_pages().values())
    table = error_pages.error_table()

    for leaf in LEAVES:
        assert f"#{leaf.code})" in table
        assert pages.count(f"{{#{leaf.code}}}") == 1


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: leaf.code)
def test_only_errors_that_nothing_raises_are_called_reserved(leaf: type[uvkit.errors.UvkitError]) -> None:
    raised = re.compile(rf"\braise {leaf.__name__}\b|\b{leaf.__name__}\(")
    sources = [path for path in (ROOT / "src" / "uvkit").rglob("*.py") if path.parent.name != "errors"]

    is_raised = any(raised.search(path.read_text(encoding="utf-8")) for path in sources)

    assert is_raised != error_advice.ADVICE[leaf.code].startswith(error_advice.RESERVED)


def test_families_have_a_page_in_the_navigation() -> None:
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")

    assert [page for page in error_pages.error_pages() if page not in navigation] == []


def test_command_tables_have_every_command() -> None:
    names = [command.prog for command in all_commands(build_parser("0"))]
    tables = command_tables.command_tables()

    assert "uvkit lock" in names
    assert [name for name in names if f"### `{name}`" not in tables] == []
