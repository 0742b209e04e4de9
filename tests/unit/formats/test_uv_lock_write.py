"""The layout of uv.lock: what the sample does not show, and what must be escaped or shortened."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from uvkit.formats import (
    LockCutOff,
    LockDocument,
    LockManifest,
    LockMetadata,
    LockOptions,
    LockPackage,
    LockRequirement,
    moment_text,
    read_uv_lock,
    write_uv_lock,
)
from uvkit.formats.uv_lock_write import upload_time
from uvkit.model import DirectorySource, FileRow, IndexSource

EVERYTHING = (Path(__file__).parent / "everything.lock").read_text()
INDEX = IndexSource(index="https://index.example/simple")
DIGEST = "sha256:" + "0" * 64


def package(**facts: Any) -> LockPackage:
    return LockPackage(**{"name": "letters", "version": "1.0", "source": INDEX, **facts})


def lock(*packages: LockPackage, **facts: Any) -> LockDocument:
    return LockDocument(requires_python=">=3.11", packages=packages, **facts)


def wheel(url: str, **facts: Any) -> FileRow:
    row = FileRow(url.rpartition("/")[2], url, DIGEST, 1, None, "2024-01-02T03:04:05.678901Z", None, None)
    return row._replace(**facts)


def test_every_construct_comes_back_byte_for_byte() -> None:
    document = read_uv_lock(EVERYTHING)

    assert write_uv_lock(document) == EVERYTHING


def test_an_empty_lock_has_three_lines() -> None:
    assert write_uv_lock(lock()) == 'version = 1\nrevision = 5\nrequires-python = ">=3.11"\n'


def test_revision_zero_is_not_written() -> None:
    assert "revision" not in write_uv_lock(lock(revision=0))


def test_options_header_stands_alone_above_its_tables() -> None:
    document = lock(options=LockOptions(exclude_newer_package={"letters": LockCutOff("2024-01-01T00:00:00Z")}))

    text = write_uv_lock(document)

    assert text.endswith('\n[options]\n\n[options.exclude-newer-package]\nletters = "2024-01-01T00:00:00Z"\n')


def test_manifest_header_is_left_out_when_only_tables_follow() -> None:
    document = lock(manifest=LockManifest(dependency_groups={"dev": ()}))

    text = write_uv_lock(document)

    assert "[manifest]" not in text
    assert text.endswith("\n[manifest.dependency-groups]\ndev = []\n")


def test_metadata_without_anything_to_say_is_left_out() -> None:
    document = lock(package(source=DirectorySource(path=Path("x")), metadata=LockMetadata()))

    assert "metadata" not in write_uv_lock(document)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("plain", '"plain"'),
        ("it's", '"it\'s"'),
        ('say "x"', "'say \"x\"'"),
        ("back\\slash", "'back\\slash'"),
        ("both ' and \"", '"""both \' and """"'),
        ("all \\ ' \"", "'''all \\ ' \"'''"),
        ("ünï", '"ünï"'),
        ("new\nline", '"new\\nline"'),
        ("bell\x07 '\"\\", '"bell\\u0007 \'\\"\\\\"'),
        ("''' \"\"\" \\", '"\'\'\' \\"\\"\\" \\\\"'),
    ],
)
def test_strings_take_the_first_form_that_needs_no_escapes(value: str, written: str) -> None:
    document = lock(manifest=LockManifest(constraints=(LockRequirement("x", marker=value),)))

    text = write_uv_lock(document)

    assert f"marker = {written} }}" in text
    assert tomllib.loads(text)["manifest"]["constraints"][0]["marker"] == value


@pytest.mark.parametrize(
    "url", ['https://index.example/a".whl', "https://index.example/a\n.whl", "https://index.example/\\"]
)
def test_urls_cannot_break_out_of_their_string(url: str) -> None:
    document = lock(package(wheels=(wheel("https://index.example/letters-1.0-py3-none-any.whl"), wheel(url))))

    parsed = tomllib.loads(write_uv_lock(document))

    assert [row["url"] for row in parsed["package"][0]["wheels"]] == [
        "https://index.example/letters-1.0-py3-none-any.whl",
        url,
    ]


@pytest.mark.parametrize(
    ("served", "written"),
    [
        ("2024-01-02T03:04:05.678901Z", "2024-01-02T03:04:05.678Z"),
        ("2024-01-02T12:30:00.500Z", "2024-01-02T12:30:00.5Z"),
        ("2024-01-02T12:30:00.000400Z", "2024-01-02T12:30:00Z"),
        ("2024-01-02T12:30:05.120000Z", "2024-01-02T12:30:05.12Z"),
        ("2024-01-02T12:30:05Z", "2024-01-02T12:30:05Z"),
        ("2024-01-02T12:30:10Z", "2024-01-02T12:30:10Z"),
        ("2024-01-02T12:30:05.678999+02:00", "2024-01-02T10:30:05.678Z"),
        ("2024-01-02T12:30:05", "2024-01-02T12:30:05Z"),
    ],
)
def test_upload_times_are_cut_to_milliseconds(served: str, written: str) -> None:
    document = lock(package(wheels=(wheel("https://index.example/x.whl", uploaded=served),)))

    assert f'upload-time = "{written}"' in write_uv_lock(document)
    assert upload_time(written) == written


def test_an_upload_time_that_is_none_stays_as_served() -> None:
    assert upload_time("yesterday") == "yesterday"


def test_moments_are_written_in_utc_without_needless_digits() -> None:
    summer = timezone(timedelta(hours=2))

    assert moment_text(datetime(2024, 7, 1, 2, tzinfo=summer)) == "2024-07-01T00:00:00Z"
    assert moment_text(datetime(2024, 7, 1, 2, 0, 0, 120, tzinfo=UTC)) == "2024-07-01T02:00:00.00012Z"


def test_rows_that_lack_something_leave_it_out() -> None:
    bare = wheel("https://index.example/x.whl", hash=None, size=None, uploaded=None)

    text = write_uv_lock(lock(package(wheels=(bare,))))

    assert 'wheels = [\n    { url = "https://index.example/x.whl" },\n]\n' in text


def test_an_archive_of_a_local_index_is_named_by_its_path() -> None:
    row = FileRow("x-1.tar.gz", "sub/x-1.tar.gz", None, None, None, None, None, None)

    text = write_uv_lock(lock(package(source=IndexSource(index="wheels"), sdist=row)))

    assert 'sdist = { path = "sub/x-1.tar.gz" }\n' in text


def test_group_names_that_are_no_bare_keys_are_quoted() -> None:
    document = lock(manifest=LockManifest(dependency_groups={"a.b": ()}))

    assert '"a.b" = []\n' in write_uv_lock(document)
