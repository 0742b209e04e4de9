"""Requirements as locks record them; texts and orders are those that uv 0.13.9 prints."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from uvkit.formats import LockRequirement
from uvkit.lockfile.requirement_rows import (
    index_url,
    plain_rows,
    requirement_of_row,
    requirement_row,
    requirement_text,
    specifier_text,
)
from uvkit.model import ArchiveSource, DirectorySource, GitSource, IndexSource, Requirement, Source


@pytest.mark.parametrize(
    ("written", "recorded"),
    [
        ("", ""),
        ("<3,>=1", ">=1,<3"),
        (">=1.0,!=1.0", "!=1.0,>=1.0"),
        ("!=1.3.*,>=0.5,!=1.3,<2.0ALPHA1", ">=0.5,!=1.3,!=1.3.*,<2.0a1"),
        ("<=2.0,==2.*,==2.0.0,~=2.0,!=1.9.*,!=1.9", "!=1.9,!=1.9.*,==2.0.0,==2.*,~=2.0,<=2.0"),
        ("<=2,>=2", "<=2,>=2"),
        ("===weird", "===weird"),
    ],
)
def test_specifiers_are_sorted_by_version_and_operator(written: str, recorded: str) -> None:
    assert specifier_text(written) == recorded


def test_rows_are_sorted_and_equal_ones_united_to_the_last() -> None:
    rows = plain_rows(
        [
            Requirement.parse("alpha>=1.0,!=1.0"),
            Requirement.parse("beta"),
            Requirement.parse("alpha>=1.0.0,!=1"),
            Requirement.parse("alpha[b,a]>=1"),
            Requirement.parse("alpha ; sys_platform == 'win32'"),
        ],
        root=None,
    )

    assert [(row.name, row.extras, row.marker, row.specifier) for row in rows] == [
        ("alpha", (), "", "!=1,>=1.0.0"),
        ("alpha", (), "sys_platform == 'win32'", ""),
        ("alpha", ("b", "a"), "", ">=1"),
        ("beta", (), "", ""),
    ]


def test_rows_of_one_name_are_sorted_by_the_kind_of_their_source() -> None:
    sources: list[Source | None] = [
        DirectorySource(path=Path("libs/z")),
        ArchiveSource(path=Path("z-1.0.tar.gz")),
        GitSource(repository="https://index.example/z", path="z-1.0.tar.gz"),
        GitSource(repository="https://index.example/z"),
        GitSource(repository="https://index.example/z", reference="main", reference_kind="rev"),
        ArchiveSource(url="https://index.example/z-1.0.tar.gz"),
        IndexSource(index="https://index.example/simple"),
        None,
    ]

    rows = plain_rows([replace(Requirement.parse("z"), source=source) for source in sources], root=None)

    assert [row.location or row.index for row in rows] == [
        "",
        "https://index.example/simple",
        "https://index.example/z-1.0.tar.gz",
        "https://index.example/z?rev=main",
        "https://index.example/z",
        "https://index.example/z?path=z-1.0.tar.gz",
        "z-1.0.tar.gz",
        "libs/z",
    ]


def test_credentials_and_fragments_are_not_recorded() -> None:
    archive = replace(
        Requirement.parse("z"), source=ArchiveSource(url="https://user:secret@index.example/z-1.0.tar.gz#sha256=00")
    )
    index = replace(Requirement.parse("z"), source=IndexSource(index="https://user:secret@index.example/simple/"))

    assert requirement_row(archive).location == "https://index.example/z-1.0.tar.gz"
    assert requirement_row(index).index == "https://index.example/simple/"


def test_a_local_index_is_named_by_its_url() -> None:
    assert index_url("wheels", Path("/srv/app")) == "file:///srv/app/wheels"
    assert index_url("/srv/wheels", None) == "file:///srv/wheels"


@pytest.mark.parametrize(
    "row",
    [
        LockRequirement("z", ("b", "a"), marker="os_name == 'nt'", specifier=">=1,<3"),
        LockRequirement("z", specifier=">=1", index="https://index.example/simple"),
        LockRequirement("z", kind="git", location="https://index.example/z?subdirectory=a&lfs=true&tag=v1"),
        LockRequirement("z", kind="url", location="https://index.example/z-1.tar.gz", subdirectory="src"),
        LockRequirement("z", kind="path", location="dl/z-1.tar.gz"),
        LockRequirement("z", kind="editable", location="."),
        LockRequirement("z", kind="virtual", location="../z"),
    ],
)
def test_a_row_and_its_requirement_are_two_forms_of_one_thing(row: LockRequirement) -> None:
    assert requirement_row(requirement_of_row(row)) == row


@pytest.mark.parametrize(
    ("written", "recorded"),
    [
        ("Gamma >=1.0ALPHA1,<3 ; python_version>'3.8'", "gamma>=1.0a1,<3 ; python_full_version >= '3.9'"),
        ("alpha[z,y]", "alpha[z,y]"),
        ("aaa @ https://index.example/a-1.0.tar.gz", "aaa @ https://index.example/a-1.0.tar.gz"),
    ],
)
def test_static_metadata_lists_requirements_as_texts(written: str, recorded: str) -> None:
    assert requirement_text(Requirement.parse(written)) == recorded
