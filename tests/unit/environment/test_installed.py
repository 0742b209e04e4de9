"""Reading what is installed from the names in site-packages."""

from __future__ import annotations

from pathlib import Path

import pytest

from uvkit.environment.installed import InstalledDistribution, read_installed, split_stem
from uvkit.model import ArchiveSource, DirectorySource


def _dist_info(site: Path, stem: str, **files: str) -> Path:
    folder = site / f"{stem}.dist-info"
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)
    return folder


def _only(site: Path) -> InstalledDistribution:
    (one,) = read_installed(site).distributions
    return one


def test_names_are_normalized_and_sorted_and_versions_kept_as_written(tmp_path: Path) -> None:
    _dist_info(tmp_path, "Zope.Interface-06.1")
    _dist_info(tmp_path, "a__b-1.0")
    (tmp_path / "module.py").touch()

    found = read_installed(tmp_path).distributions

    assert [(one.project, one.version_text) for one in found] == [("a-b", "1.0"), ("zope-interface", "06.1")]
    assert str(found[1].version) == "6.1"
    assert found[1].location == tmp_path


@pytest.mark.parametrize(
    ("stem", "parts"),
    [
        ("name-1.0", ("name", "1.0")),
        ("old-style-name-1.0", ("old-style-name", "1.0")),
        ("name-1!2.0+cu118", ("name", "1!2.0+cu118")),
        ("name-v1", ("name", "v1")),
        ("name", None),
        ("name-", None),
        ("-1.0", None),
        ("name-xx", None),
    ],
)
def test_stems_split_into_name_and_version(stem: str, parts: tuple[str, str] | None) -> None:
    assert split_stem(stem) == parts


def test_installer_and_request_are_read_from_their_files(tmp_path: Path) -> None:
    _dist_info(tmp_path, "a-1", INSTALLER="pip\n", REQUESTED="")
    _dist_info(tmp_path, "b-1")

    a, b = read_installed(tmp_path).distributions

    assert (a.installer, a.requested) == ("pip", True)
    assert (b.installer, b.requested) == (None, False)


def test_editable_directory_is_recognised_by_its_direct_url(tmp_path: Path) -> None:
    _dist_info(tmp_path, "a-1", direct_url__json='{"url":"file:///src/a","dir_info":{"editable":true}}')

    one = _only(tmp_path)

    assert one.editable
    assert one.source == DirectorySource(path=Path("/src/a"), editable=True)


def test_archive_is_a_source_and_index_files_have_none(tmp_path: Path) -> None:
    _dist_info(tmp_path, "a-1", direct_url__json='{"url":"https://files.example/a.whl","archive_info":{}}')
    _dist_info(tmp_path, "b-1")

    a, b = read_installed(tmp_path).distributions

    assert a.source == ArchiveSource(url="https://files.example/a.whl")
    assert (b.source, b.direct_url, b.editable) == (None, None, False)


def test_unreadable_direct_url_still_says_that_no_index_was_used(tmp_path: Path) -> None:
    _dist_info(tmp_path, "a-1", direct_url__json="{broken")

    one = _only(tmp_path)

    assert one.direct_url is not None
    assert one.source is None


def test_tags_and_cache_info_come_from_their_files(tmp_path: Path) -> None:
    _dist_info(
        tmp_path, "a-1", WHEEL="Wheel-Version: 1.0\nTag: py3-none-any\nTag: py2-none-any\n", uv_cache__json='{"env":{}}'
    )

    one = _only(tmp_path)

    assert one.tags == ("py3-none-any", "py2-none-any")
    assert one.cache_info == {"env": {}}


def test_several_distributions_of_one_project_are_all_reported(tmp_path: Path) -> None:
    _dist_info(tmp_path, "a-1.0")
    _dist_info(tmp_path, "A-2.0")

    found = read_installed(tmp_path).by_project()

    assert [one.version_text for one in found["a"]] == ["1.0", "2.0"]  # type: ignore[index]  # a plain text is normalized


def test_folders_without_a_version_and_left_overs_are_noticed_not_listed(tmp_path: Path) -> None:
    _dist_info(tmp_path, "noversion")
    _dist_info(tmp_path, "bad-x.y")
    _dist_info(tmp_path, "~roken-1.0")

    found = read_installed(tmp_path)

    assert found.distributions == ()
    assert sorted(notice.code for notice in found.notices) == [
        "left-over",
        "unreadable-distribution",
        "unreadable-distribution",
    ]


def test_egg_info_folder_and_file_are_told_apart(tmp_path: Path) -> None:
    folder = tmp_path / "folder-1.0-py3.11.egg-info"
    folder.mkdir()
    (folder / "PKG-INFO").write_text("Name: folder\nVersion: 1.0\n")
    (tmp_path / "single-2.0.egg-info").write_text("Name: single\nVersion: 2.0\n")
    bare = tmp_path / "bare.egg-info"
    bare.mkdir()
    (bare / "PKG-INFO").write_text("Metadata-Version: 1.0\nName: bare\nVersion: 7\n\nVersion: 8\n")

    found = read_installed(tmp_path).distributions

    assert [(one.project, one.version_text, one.kind) for one in found] == [
        ("bare", "7", "egg-info"),
        ("folder", "1.0", "egg-info"),
        ("single", "2.0", "distutils"),
    ]
    assert all(one.metadata() for one in found)


def test_egg_link_is_an_editable_of_the_tree_it_names(tmp_path: Path) -> None:
    site, tree = tmp_path / "site", tmp_path / "tree"
    site.mkdir()
    info = tree / "my_linked.egg-info"
    info.mkdir(parents=True)
    (info / "PKG-INFO").write_text("Name: my-linked\nVersion: 3.0\n")
    (site / "my-linked.egg-link").write_text(f"{tree}\n.")

    one = _only(site)

    assert (one.project, one.version_text, one.kind, one.editable) == ("my-linked", "3.0", "egg-link", True)
    assert one.source == DirectorySource(path=tree, editable=True)
    assert one.metadata() == b"Name: my-linked\nVersion: 3.0\n"


def test_egg_link_to_a_missing_tree_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "gone.egg-link").write_text("/nowhere/at/all\n.")

    found = read_installed(tmp_path)

    assert found.distributions == ()
    assert found.notices[0].code == "unreadable-distribution"


def test_missing_folder_holds_nothing_and_the_same_folder_is_read_once(tmp_path: Path) -> None:
    _dist_info(tmp_path, "a-1")

    found = read_installed(tmp_path, str(tmp_path), tmp_path / "missing").distributions

    assert len(found) == 1


def test_reading_needs_neither_metadata_libraries_nor_file_contents(tmp_path: Path) -> None:
    _dist_info(tmp_path, "a-1.0")
    before = _only(tmp_path)

    (tmp_path / "a-1.0.dist-info").rmdir()

    assert (before.project, before.version_text, before.installer, before.metadata()) == ("a", "1.0", None, None)
