from __future__ import annotations

import pytest

from uvkit.errors import InvalidResponseError
from uvkit.formats import parse_html_page
from uvkit.model import FileRow

URL = "https://index.example/simple/demo/"


def rows(body: str, *, url: str = URL) -> dict[str, list[FileRow]]:
    return parse_html_page(body.encode(), url=url, project="demo")


def only(anchor: str) -> FileRow:
    ((row,),) = rows(f"<!DOCTYPE html><html><body>{anchor}</body></html>").values()
    return row


def test_every_attribute_of_a_link_is_read() -> None:
    row = only(
        '<a href="../../files/demo-1.0-py3-none-any.whl#sha256=AA&amp;md5=bb" data-requires-python="&gt;=3.9"'
        ' data-yanked="broken &amp; bad" data-core-metadata="sha256=CC">demo-1.0-py3-none-any.whl</a>'
    )

    assert row == FileRow(
        filename="demo-1.0-py3-none-any.whl",
        url="https://index.example/files/demo-1.0-py3-none-any.whl",
        hash="sha256:aa",
        size=None,
        requires_python=">=3.9",
        uploaded=None,
        yanked="broken & bad",
        metadata="sha256:cc",
    )


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [
        ("", None),
        ('data-dist-info-metadata="true"', ""),
        ('data-dist-info-metadata="sha256=AA"', "sha256:aa"),
        ('data-core-metadata="true" data-dist-info-metadata="sha256=AA"', ""),
        ('data-core-metadata="false"', None),
        ("data-core-metadata", ""),
    ],
)
def test_the_sidecar_is_announced_in_two_attributes(attribute: str, expected: str | None) -> None:
    assert only(f'<a href="demo-1.0.tar.gz" {attribute}>x</a>').metadata == expected


@pytest.mark.parametrize(("attribute", "expected"), [("", None), ("data-yanked", ""), ('data-yanked=""', "")])
def test_a_file_may_be_yanked_without_a_reason(attribute: str, expected: str | None) -> None:
    assert only(f'<a href="demo-1.0.tar.gz" {attribute}>x</a>').yanked == expected


def test_a_base_address_moves_relative_links() -> None:
    found = rows('<html><head><base href="https://cdn.example/x/"></head><a href="demo-1.0.tar.gz">d</a></html>')

    assert found["1.0"][0].url == "https://cdn.example/x/demo-1.0.tar.gz"


def test_the_file_name_comes_from_the_address_with_escapes_undone() -> None:
    assert only('<a href="demo-1.0%2Bcpu-py3-none-any.whl?x=1">click</a>').filename == "demo-1.0+cpu-py3-none-any.whl"


def test_the_text_names_the_file_where_the_address_does_not() -> None:
    assert only('<a href="/download?id=7"> demo-1.0.tar.gz </a>').filename == "demo-1.0.tar.gz"


def test_a_page_may_declare_the_first_major_version() -> None:
    meta = '<meta name="pypi:repository-version" content="1.3">'

    assert rows(f'<html><head>{meta}</head><a href="demo-1.0.tar.gz">d</a></html>')


def test_a_newer_major_version_is_refused() -> None:
    with pytest.raises(InvalidResponseError, match=r"version 2\.0"):
        rows('<html><head><meta name="pypi:repository-version" content="2.0"></head></html>')


def test_a_project_without_files_is_an_empty_page() -> None:
    assert rows("<!DOCTYPE html><html><body><h1>Links for demo</h1></body></html>") == {}


@pytest.mark.parametrize(
    "body",
    [
        "<html><body><form action='/login'><input name='password'></form></body></html>",
        "<html><body><a href='/'>Home</a><a href='/about'>About</a></body></html>",
        "plain text",
    ],
)
def test_what_is_no_index_page_is_refused(body: str) -> None:
    with pytest.raises(InvalidResponseError):
        rows(body)


def test_a_page_of_links_gives_the_files_of_one_project() -> None:
    found = rows('<a href="demo-1.0.tar.gz">d</a><a href="other-2.0.tar.gz">o</a><a href="demo-2.0.zip">d</a>')

    assert sorted(found) == ["1.0", "2.0"]


def test_a_page_of_other_projects_only_gives_nothing() -> None:
    assert rows('<a href="other-2.0.tar.gz">o</a>') == {}


def test_a_page_on_disk_gives_paths() -> None:
    found = rows('<a href="files/demo-1.0%2Bx.tar.gz#sha256=00">d</a>', url="file:///srv/my%20index/demo/index.html")

    assert found["1.0+x"][0].url == "/srv/my index/demo/files/demo-1.0+x.tar.gz"


def test_another_charset_is_honoured() -> None:
    body = '<a href="demo-1.0.tar.gz" data-yanked="caf\xe9">d</a>'.encode("latin-1")

    found = parse_html_page(body, url=URL, project="demo", charset="latin-1")

    assert found["1.0"][0].yanked == "café"


def test_an_unknown_charset_is_taken_for_utf_8() -> None:
    assert parse_html_page(b'<a href="demo-1.0.tar.gz">d</a>', url=URL, project="demo", charset="nonsense")
