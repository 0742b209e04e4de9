"""Bills of materials: what is listed, how it is called, and what happens without the library that writes them."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from uvkit.errors import MissingLibraryError
from uvkit.lockfile import ExportOptions, Lockfile
from uvkit.model import Selection

from .test_export import CONFLICT, SOURCES

FORMAT = "cyclonedx1.5"


def bill(text: str, *, selection: Selection | None = None, **options: Any) -> dict[str, Any]:
    pytest.importorskip("cyclonedx")
    chosen = ExportOptions(**options)
    found: dict[str, Any] = json.loads(Lockfile.parse(text).export(FORMAT, selection=selection, options=chosen))
    return found


def components(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in found["components"]}


def test_sources_become_package_urls() -> None:
    found = components(bill(SOURCES))

    assert found["below"]["purl"] == "pkg:pypi/below@1.0?repository_url=https://index.example/simple"
    assert found["url1"]["purl"] == "pkg:pypi/url1@1.0?download_url=https://files.example/url1-1.0.tar.gz"
    assert found["git1"]["purl"].startswith("pkg:pypi/git1@1.0?vcs_url=https://git.example/git1.git%3Frev%3Dv1.0%23")
    assert "purl" not in found["path1"]
    assert "purl" not in found["dir1"]


def test_the_public_index_needs_no_mention() -> None:
    found = components(bill(SOURCES, public_index="https://index.example/simple/"))

    assert found["below"]["purl"] == "pkg:pypi/below@1.0"


def test_what_is_virtual_is_listed_all_the_same() -> None:
    assert "virt" in components(bill(SOURCES))


def test_files_are_listed_with_their_hashes_unless_left_out() -> None:
    files = components(bill(SOURCES))["many"]["externalReferences"]

    assert sorted((one["url"].rpartition("-")[2], one["hashes"][0]["alg"]) for one in files) == [
        ("1.0.tar.gz", "SHA-256"),
        ("manylinux_2_17_x86_64.whl", "SHA-256"),
        ("win_amd64.whl", "SHA-512"),
    ]
    assert "externalReferences" not in components(bill(SOURCES, hashes=False))["many"]


def test_conflicting_items_may_be_listed_together() -> None:
    found = bill(CONFLICT, selection=Selection.of(extras="all", groups="all"))

    assert [one["version"] for one in found["components"] if one["name"] == "alpha"] == ["1.0.0", "2.0.0"]


def test_without_the_library_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cyclonedx.model", None)
    monkeypatch.delitem(sys.modules, "uvkit.lockfile.sbom", raising=False)

    with pytest.raises(MissingLibraryError) as caught:
        Lockfile.parse(SOURCES).export("cyclonedx1.5")

    assert caught.value.library == "cyclonedx-python-lib"
    assert caught.value.hints == ("install it with `uvkit[sbom]`",)
