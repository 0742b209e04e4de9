from __future__ import annotations

import json
from typing import Any

import pytest

from uvkit.formats import DamagedDigestError, digest_json_page, digest_rows, open_digest
from uvkit.model import FileRow, ProjectName

DEMO = ProjectName("demo")
# A fixed header, the URL and the versions, two numbers per version and per span.
HEAD = 20 + len("u\n10.0\n2.0\n1.0") + 3 * 8 + 3 * 8


def row(version: str, **more: Any) -> FileRow:
    name = f"demo-{version}-py3-none-any.whl"
    return FileRow(name, f"https://files.example/{name}", "sha256:00", 3, ">=3.9", "2024-01-02", None, "")._replace(
        **more
    )


ROWS = {"1.0": [row("1.0")], "2.0": [row("2.0", yanked="é\n"), row("2.0", hash=None, size=None)], "10.0": [row("10.0")]}


def test_a_listing_comes_back_as_it_was_stored() -> None:
    listing = open_digest(digest_rows(ROWS, url="https://index.example/simple/demo/"), project=DEMO, index="i")

    assert listing.project == "demo"
    assert listing.index == "i"
    assert listing.versions == ("10.0", "2.0", "1.0")
    assert [list(listing.rows(position)) for position in range(3)] == [ROWS["10.0"], ROWS["2.0"], ROWS["1.0"]]


def test_a_digest_may_stay_where_it_is() -> None:
    data = digest_rows(ROWS, url="u")
    read: list[tuple[int, int]] = []

    class Elsewhere:
        def __len__(self) -> int:
            return len(data)

        def __getitem__(self, part: slice, /) -> bytes:
            read.append(part.indices(len(data))[:2])
            return data[part]

    listing = open_digest(Elsewhere(), project=DEMO, index="i")

    assert listing.rows(2) == (row("1.0"),)
    assert len(read) == 3
    assert sum(stop - start for start, stop in read) < len(data) / 2


def test_an_empty_page_has_a_digest() -> None:
    assert open_digest(digest_rows({}, url="u"), project=DEMO, index="i").versions == ()


def test_damage_of_the_head_is_noticed_at_once() -> None:
    data = digest_rows(ROWS, url="u")

    for position in range(HEAD):
        broken = bytearray(data)
        broken[position] ^= 0x40
        with pytest.raises(DamagedDigestError):
            open_digest(bytes(broken), project=DEMO, index="i")


def test_damage_of_a_version_is_noticed_when_it_is_read() -> None:
    data = bytearray(digest_rows(ROWS, url="u"))
    data[-5] ^= 0x40
    listing = open_digest(bytes(data), project=DEMO, index="i")

    assert listing.rows(2) == (row("1.0"),)
    with pytest.raises(DamagedDigestError, match=r"demo 10\.0"):
        listing.rows(0)


def test_a_truncated_digest_is_noticed() -> None:
    data = digest_rows(ROWS, url="u")

    for size in range(HEAD):
        with pytest.raises(DamagedDigestError):
            open_digest(data[:size], project=DEMO, index="i")
    with pytest.raises(DamagedDigestError):
        open_digest(data[:-1], project=DEMO, index="i").rows(0)


def test_the_newest_stable_version_is_kept_as_rows_as_well() -> None:
    files = [{"filename": f"demo-{v}.tar.gz", "url": "x", "hashes": {}} for v in ("1.0", "2.0", "3.0rc1")]
    body = json.dumps({"files": files}).encode()

    data = digest_json_page(body, url="https://index.example/simple/demo/", project="demo")
    listing = open_digest(data, project=DEMO, index="i")

    assert data[-200:].partition(b"]}")[2].startswith(b'"demo-2.0.tar.gz", "https://index.example/simple/demo/x"')
    assert [listing.rows(position)[0].filename for position in range(3)] == [
        "demo-3.0rc1.tar.gz",
        "demo-2.0.tar.gz",
        "demo-1.0.tar.gz",
    ]
