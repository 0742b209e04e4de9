from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uvkit.errors import InvalidResponseError
from uvkit.formats import digest_json_page, open_digest, parse_json_page
from uvkit.formats.page_scan import scan_page
from uvkit.model import FileRow, ProjectName

URL = "https://index.example/simple/demo/"
DEMO = ProjectName("demo")


def file(name: str, **more: Any) -> dict[str, Any]:
    return {"filename": name, "url": f"https://files.example/{name}", "hashes": {"sha256": "AB" * 32}, **more}


def page(*files: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"meta": {"api-version": "1.1"}, "name": "demo", "files": list(files), **more}


def rows(document: object, *, separators: tuple[str, str] = (",", ":")) -> dict[str, list[FileRow]]:
    return parse_json_page(json.dumps(document, separators=separators).encode(), url=URL, project="demo")


def test_every_field_of_a_file_is_read() -> None:
    (row,) = rows(
        page(
            file(
                "demo-1.0-py3-none-any.whl",
                **{
                    "size": 12,
                    "requires-python": ">=3.9",
                    "upload-time": "2024-01-02T03:04:05.678901Z",
                    "yanked": "broken",
                    "core-metadata": {"sha256": "CD" * 32},
                    "gpg-sig": False,
                    "provenance": None,
                },
            )
        )
    )["1.0"]

    assert row == FileRow(
        filename="demo-1.0-py3-none-any.whl",
        url="https://files.example/demo-1.0-py3-none-any.whl",
        hash="sha256:" + "ab" * 32,
        size=12,
        requires_python=">=3.9",
        uploaded="2024-01-02T03:04:05.678901Z",
        yanked="broken",
        metadata="sha256:" + "cd" * 32,
    )


@pytest.mark.parametrize(("yanked", "expected"), [(False, None), (None, None), (True, ""), ("", ""), ("why", "why")])
def test_yanked_may_be_a_boolean_or_a_reason(yanked: object, expected: str | None) -> None:
    assert rows(page(file("demo-1.tar.gz", yanked=yanked)))["1"][0].yanked == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, None),
        ({"core-metadata": False}, None),
        ({"core-metadata": True}, ""),
        ({"core-metadata": {}}, None),
        ({"core-metadata": {"unknown": "00"}}, ""),
        ({"dist-info-metadata": True}, ""),
        ({"dist-info-metadata": {"sha256": "00"}}, "sha256:00"),
        ({"core-metadata": False, "dist-info-metadata": True}, None),
    ],
)
def test_the_sidecar_is_announced_in_two_fields(fields: dict[str, object], expected: str | None) -> None:
    assert rows(page(file("demo-1.tar.gz", **fields)))["1"][0].metadata == expected


def test_the_strongest_hash_is_kept() -> None:
    hashes = {"md5": "00", "SHA512": "no", "sha512": "EE", "sha256": "11", "crc": "22"}

    assert rows(page(file("demo-1.tar.gz", hashes=hashes)))["1"][0].hash == "sha512:ee"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("../../files/demo-1.tar.gz", "https://index.example/files/demo-1.tar.gz"),
        ("/files/demo-1.tar.gz", "https://index.example/files/demo-1.tar.gz"),
        ("//cdn.example/demo-1.tar.gz", "https://cdn.example/demo-1.tar.gz"),
        ("demo-1.tar.gz", "https://index.example/simple/demo/demo-1.tar.gz"),
        ("./demo-1.tar.gz?x=/../y", "https://index.example/simple/demo/demo-1.tar.gz?x=/../y"),
        ("../x/..", "https://index.example/simple/"),
        ("https://u:p@cdn.example/demo-1.tar.gz#sha256=00", "https://cdn.example/demo-1.tar.gz"),
        ("https://cdn.example/a@b/demo-1%2B2.tar.gz", "https://cdn.example/a@b/demo-1%2B2.tar.gz"),
    ],
)
def test_urls_are_absolute_and_clean(url: str, expected: str) -> None:
    assert rows(page(file("demo-1.tar.gz") | {"url": url}))["1"][0].url == expected


def test_files_of_one_version_stay_together_and_others_are_left_out() -> None:
    found = rows(
        page(file("demo-1.tar.gz"), file("demo-1-py3-none-any.whl"), file("other-1.tar.gz"), file("demo-1.exe"))
    )

    assert {version: [row.filename for row in group] for version, group in found.items()} == {
        "1": ["demo-1.tar.gz", "demo-1-py3-none-any.whl"]
    }


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ([], "no list of `files`"),
        ({}, "no list of `files`"),
        ({"files": {}}, "no list of `files`"),
        ({"files": [3]}, "no `filename`"),
        ({"files": [{"filename": 3}]}, "no `filename`"),
        ({"meta": {"api-version": "2.0"}, "files": []}, "version 2.0 of the index format is not supported"),
    ],
)
def test_what_is_no_project_page_is_refused(document: object, reason: str) -> None:
    body = json.dumps(document).encode()

    with pytest.raises(InvalidResponseError, match=reason):
        parse_json_page(body, url=URL, project="demo")
    with pytest.raises(InvalidResponseError, match=reason):
        digest_json_page(body, url=URL, project="demo")


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(InvalidResponseError, match="not JSON"):
        digest_json_page(b"<html>", url="https://u:p@index.example/", project="demo")


def test_credentials_do_not_reach_the_error() -> None:
    with pytest.raises(InvalidResponseError) as caught:
        parse_json_page(b"[]", url="https://user:secret@index.example/", project="demo")

    assert "secret" not in str(caught.value)


def test_a_later_minor_version_is_read() -> None:
    assert rows(page(file("demo-1.tar.gz")) | {"meta": {"api-version": "1.9"}})


# -- scanning instead of parsing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")])
def test_an_ordinary_page_is_scanned_without_being_parsed(separators: tuple[str, str]) -> None:
    names = ("demo-1.tar.gz", "demo-2-py3-none-any.whl", "demo-2-cp311-cp311-win32.whl", "demo-2.tar.gz", "other-1.zip")
    body = json.dumps(page(*map(file, names)), separators=separators).encode()

    scan = scan_page(body, "demo")

    assert scan is not None
    assert scan.envelope["meta"] == {"api-version": "1.1"}
    found = {
        version: [[one["filename"] for one in json.loads(b"[{" + body[start:stop] + b"}]")] for start, stop in spans]
        for version, spans in scan.spans.items()
    }
    assert found == {"1": [["demo-1.tar.gz"]], "2": [list(names[1:4])]}


def test_versions_that_lie_apart_have_several_spans() -> None:
    body = json.dumps(page(*map(file, ("demo-1.zip", "demo-2.zip", "demo-1-py3-none-any.whl")))).encode()

    scan = scan_page(body, "demo")

    assert scan is not None
    assert [len(spans) for spans in scan.spans.values()] == [2, 1]


@pytest.mark.parametrize(
    "document",
    [
        page(file("demo-1.tar.gz", yanked="}, {"), file("demo-2.tar.gz", yanked="},{")),
        page(file("demo-1.tar.gz", nested={"filename": "x"})),
        {"other": {"files": [file("demo-1.tar.gz")]}, "files": [file("demo-2.tar.gz")]},
        page(),
        page(file("demo-1.tar.gz"), note=[{"filename": "x"}, {"a": 1}]),
    ],
)
def test_a_page_that_could_be_misread_is_parsed_instead(document: dict[str, Any]) -> None:
    for separators in ((",", ":"), (", ", ": ")):
        body = json.dumps(document, separators=separators).encode()

        listing = open_digest(digest_json_page(body, url=URL, project="demo"), project=DEMO, index="i")

        found = {listing.versions[i]: [row.filename for row in listing.rows(i)] for i in range(len(listing))}
        wanted = parse_json_page(body, url=URL, project="demo")
        assert found == {version: [row.filename for row in group] for version, group in wanted.items()}


def test_an_escaped_file_name_is_parsed() -> None:
    body = json.dumps(page(file("demo-1.tar.gz"))).replace('"demo-1.tar.gz"', '"\\u0064emo-1.tar.gz"').encode()

    listing = open_digest(digest_json_page(body, url=URL, project="demo"), project=DEMO, index="i")

    assert listing.rows(0)[0].filename == "demo-1.tar.gz"


NAMES = st.sampled_from(
    [
        "demo-1.0-py3-none-any.whl", "Demo-1.0.tar.gz", "demo-1.0.0.tar.gz", "demo-2.0rc1-cp311-cp311-win32.whl",
        "demo-2.0rc1-1-cp311-cp311-win32.whl", "demo-0.9.zip", "other-1.0.tar.gz", "demo-x.tar.gz", "demo-1.0.exe",
        "demo-1.0-py3-none.whl", "demo-1.0-py3-none-a/../b.whl", "demo-1.0/x.tar.gz",
        "demo_-1.0.tar.gz", "demo.-3.0.tar.gz", "demo-1.0-2.tar.gz", "démo-1.0.tar.gz",
    ]
)  # fmt: skip
FILES = st.fixed_dictionaries(
    {"filename": NAMES, "url": st.just("https://files.example/x"), "hashes": st.just({"sha256": "00"})},
    optional={
        "yanked": st.one_of(st.booleans(), st.text(alphabet='a},{" :\\é', max_size=6)),
        "size": st.integers(0, 9),
        "core-metadata": st.sampled_from([True, False, {"sha256": "11"}]),
    },
)


@settings(deadline=None, max_examples=150)
@given(
    st.lists(FILES, max_size=8),
    st.sampled_from([(",", ":"), (", ", ": "), (",  ", ":")]),
    st.booleans(),
    st.sampled_from([None, 1]),
)
def test_a_digest_says_what_the_page_says(
    files: list[dict[str, Any]], separators: tuple[str, str], ascii_only: bool, indent: int | None
) -> None:
    body = json.dumps(page(*files), separators=separators, ensure_ascii=ascii_only, indent=indent).encode()

    listing = open_digest(digest_json_page(body, url=URL, project="demo"), project=DEMO, index="i")

    wanted = parse_json_page(body, url=URL, project="demo")
    found = [row for i in range(len(listing)) for row in listing.rows(i)]
    assert sorted(map(repr, found)) == sorted(
        repr(row) for version, group in wanted.items() if version != "x" for row in group
    )


def test_a_page_that_only_looks_like_json_fails_where_it_is_read() -> None:
    body = (
        json.dumps(page(file("demo-1.tar.gz"), file("demo-2.tar.gz"))).replace('"hashes": {', '"hashes": [', 1).encode()
    )
    listing = open_digest(digest_json_page(body, url=URL, project="demo"), project=DEMO, index="i")

    with pytest.raises(InvalidResponseError, match="version 1 are not JSON"):
        listing.rows(1)
