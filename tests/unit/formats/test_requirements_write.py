"""Requirement lines in the layout of pip-compile and uv."""

from __future__ import annotations

from pathlib import Path

import pytest

from uvkit.formats import requirement_block, requirement_text
from uvkit.model import ArchiveSource, DirectorySource, GitSource, Source, extra_name, project_name

FLASK = project_name("Flask")


def test_pin_has_its_extras_sorted_and_its_marker_last() -> None:
    extras = [extra_name("b"), extra_name("a")]

    assert requirement_text(FLASK, version="1.0", extras=extras, marker="os_name == 'nt'") == (
        "flask[a, b]==1.0 ; os_name == 'nt'"
    )


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (ArchiveSource(url="https://index.example/flask.zip"), "flask @ https://index.example/flask.zip"),
        (DirectorySource(path=Path("/src/flask")), "flask @ file:///src/flask"),
        (GitSource(repository="https://git.example/f", commit="c0ffee"), "flask @ git+https://git.example/f@c0ffee"),
        (DirectorySource(path=Path("/src/flask"), editable=True), "-e file:///src/flask"),
    ],
)
def test_direct_reference_is_a_url(source: Source, text: str) -> None:
    assert requirement_text(FLASK, source=source) == text


@pytest.mark.parametrize(
    ("place", "text"),
    [("./flask", "./flask ; os_name == 'nt'"), ("file://${X}/f", "flask @ file://${X}/f ; os_name == 'nt'")],
)
def test_written_path_stands_alone_and_written_url_after_the_name(place: str, text: str) -> None:
    source = DirectorySource(path=Path("/src/flask"))

    assert requirement_text(FLASK, source=source, place=place, marker="os_name == 'nt'") == text


def test_editable_has_neither_extras_nor_marker() -> None:
    source = DirectorySource(path=Path("/src/flask"), editable=True)

    text = requirement_text(FLASK, source=source, place="./f", extras=[extra_name("a")], marker="os_name == 'nt'")

    assert text == "-e ./f"


def test_digests_continue_the_line_and_comments_follow() -> None:
    block = requirement_block("flask==1", hashes=["sha256:aa", "sha256:bb"], comments=["via httpx"])

    assert block == "flask==1 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n    # via httpx\n"
