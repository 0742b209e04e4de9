"""What can be downloaded, from the library's catalogue and from lists in uv's format."""

from __future__ import annotations

import json

import pytest

from uvkit.errors import InvalidOptionError
from uvkit.python import PythonRequest
from uvkit.python.catalog import Catalog, can_unpack, library_downloads, parse_downloads
from uvkit.python.keys import Host

HOST = Host(system="linux", machine="x86_64", libc="gnu")


def entry(version: str, **more: object) -> dict[str, object]:
    major, minor, patch = map(int, version.split("."))
    return {
        "name": "cpython",
        "arch": {"family": "x86_64", "variant": None},
        "os": "linux",
        "libc": "gnu",
        "major": major,
        "minor": minor,
        "patch": patch,
        "prerelease": "",
        "url": f"https://mirror.example/python-{version}.tar.gz",
        "sha256": "ab" * 32,
        "variant": None,
        **more,
    }


def catalog(*entries: dict[str, object], builds: dict[str, str] | None = None) -> Catalog:
    text = json.dumps({str(number): one for number, one in enumerate(entries)})
    return Catalog(parse_downloads(text, "list.json"), HOST, builds=builds or {})


def keys(found: Catalog, request: str) -> list[str]:
    return [one.key for one in found.matching(PythonRequest.parse(request))]


def test_the_librarys_catalogue_has_what_it_is_asked_for() -> None:
    found = Catalog(library_downloads(), HOST)

    best = found.best(PythonRequest.parse("3.12.3"))

    assert best is not None
    assert best.key == "cpython-3.12.3-linux-x86_64-gnu"
    assert best.hash is not None
    assert best.build.isdigit()
    # The digits of the build stand in the address, which mirrors repeat.
    assert f"/releases/download/{best.build}/" in best.url
    assert best.filename.endswith(".tar.gz")


@pytest.mark.parametrize(
    "request_text", ["pypy3.10", "3.14t", "cpython-3.13-windows-x86_64", "cpython-3.12-macos-aarch64"]
)
def test_the_librarys_catalogue_knows_variants_and_other_systems(request_text: str) -> None:
    assert Catalog(library_downloads(), HOST).best(PythonRequest.parse(request_text)) is not None


def test_a_list_names_versions_variants_and_machines() -> None:
    found = catalog(
        entry("3.13.1", variant="freethreaded"),
        entry("3.13.1", arch={"family": "x86_64", "variant": "v3"}),
        entry("3.13.1", variant="freethreaded+debug"),
        entry("3.14.0", prerelease="rc1", build="20250808"),
        entry("3.13.1", os="darwin", libc="none", arch={"family": "aarch64", "variant": None}),
    )

    assert [one.key for one in found.downloads] == [
        "cpython-3.14.0rc1-linux-x86_64-gnu",
        "cpython-3.13.1+freethreaded-linux-x86_64-gnu",
        "cpython-3.13.1+freethreaded+debug-linux-x86_64-gnu",
        "cpython-3.13.1-linux-x86_64_v3-gnu",
        "cpython-3.13.1-macos-aarch64-none",
    ]


def test_a_pre_release_comes_after_all_releases_unless_it_is_asked_for() -> None:
    found = catalog(entry("3.14.0", prerelease="rc1"), entry("3.13.1"), entry("3.12.1"))

    assert keys(found, "")[0] == "cpython-3.13.1-linux-x86_64-gnu"
    assert keys(found, "3.14") == ["cpython-3.14.0rc1-linux-x86_64-gnu"]
    assert keys(found, "3.14rc1") == ["cpython-3.14.0rc1-linux-x86_64-gnu"]


def test_a_build_that_is_named_leaves_out_the_others() -> None:
    found = catalog(entry("3.13.1", build="1"), entry("3.13.2", build="2"), builds={"cpython": "1"})

    assert keys(found, "3.13") == ["cpython-3.13.1-linux-x86_64-gnu"]


def test_an_archive_that_this_python_cannot_unpack_is_left_out() -> None:
    packed = entry("3.13.1", url="https://mirror.example/python.tar.zst")

    assert keys(catalog(packed), "3.13") == (["cpython-3.13.1-linux-x86_64-gnu"] if can_unpack("a.tar.zst") else [])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "it is not JSON"),
        ("[]", "it is not an object"),
        ('{"a": {"name": "cpython"}}', "the entry `a` is not valid: it has no `arch`"),
        ('{"a": 1}', "the entry `a` is not valid"),
    ],
)
def test_what_is_no_list_is_refused_with_its_place(text: str, reason: str) -> None:
    with pytest.raises(InvalidOptionError, match=r"list\.json") as caught:
        list(parse_downloads(text, "list.json"))

    assert reason in str(caught.value)
