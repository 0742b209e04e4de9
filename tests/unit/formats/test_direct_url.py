"""What ``direct_url.json`` says, and how it compares."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from uvkit.formats.direct_url import DirectUrl, canonical_url, direct_url_of, file_url, parse_direct_url, path_of
from uvkit.model import ArchiveSource, DirectorySource, GitSource, Hash, IndexSource

ROOT = PurePosixPath("/srv/app")


def test_editable_directory_is_written_compactly_with_its_flag() -> None:
    direct = direct_url_of(DirectorySource(path=Path("../lib x")), root=ROOT, editable=True)

    assert direct is not None
    assert direct.dumps() == '{"url":"file:///srv/lib%20x","dir_info":{"editable":true}}'


def test_plain_directory_says_that_it_is_not_editable() -> None:
    direct = direct_url_of(DirectorySource(path=Path(".")), root=ROOT)

    assert direct is not None
    assert direct.dumps() == '{"url":"file:///srv/app","dir_info":{"editable":false}}'


def test_archives_are_written_without_their_hash_and_credentials() -> None:
    source = ArchiveSource(
        url="https://user:secret@files.example/a-1.0.tar.gz", hashes=(Hash("sha256", "00"),), subdirectory="sub"
    )

    direct = direct_url_of(source, root=ROOT)

    assert direct is not None
    assert direct.dumps() == ('{"url":"https://files.example/a-1.0.tar.gz","archive_info":{},"subdirectory":"sub"}')


def test_repository_carries_commit_and_what_was_asked_for() -> None:
    source = GitSource(repository="https://git.example/a.git", reference="v1", commit="ab" * 20, subdirectory="sub")

    direct = direct_url_of(source, root=ROOT)

    assert direct is not None
    assert direct.dumps() == (
        '{"url":"https://git.example/a.git","vcs_info":{"vcs":"git","commit_id":"' + "ab" * 20 + '",'
        '"requested_revision":"v1"},"subdirectory":"sub"}'
    )


def test_index_files_have_no_direct_url() -> None:
    assert direct_url_of(IndexSource(index="https://index.example/simple"), root=ROOT) is None


@pytest.mark.parametrize(
    "source",
    [
        ArchiveSource(path=Path("dist/a-1.0-py3-none-any.whl")),
        ArchiveSource(url="https://files.example/a.zip"),
        DirectorySource(path=Path("lib"), editable=True),
        GitSource(repository="https://git.example/a", commit="cd" * 20),
    ],
)
def test_what_is_written_reads_back_as_the_same_place(source: ArchiveSource | DirectorySource | GitSource) -> None:
    written = direct_url_of(source, root=ROOT)

    assert written is not None
    read = parse_direct_url(written.dumps())

    assert read is not None
    assert read.same_place(written)
    assert type(read.source()) is type(source)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"url": 1, "dir_info": {}}', '{"url": "x"}', '{"url":"x","vcs_info":{"vcs":"git"}}', "\udcff"],
)
def test_unreadable_content_is_none(text: str) -> None:
    assert parse_direct_url(text) is None


def test_hashes_are_read_from_both_forms_and_unknown_ones_left_out() -> None:
    new = parse_direct_url('{"url":"u","archive_info":{"hashes":{"sha256":"AB","odd":"1"}}}')
    old = parse_direct_url('{"url":"u","archive_info":{"hash":"sha256=ab"}}')

    assert new is not None
    assert old is not None
    assert new.hashes == old.hashes == (Hash("sha256", "ab"),)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://git.example/a.git", "git+https://GIT.example/a/"),
        ("https://user:pw@git.example/a", "https://git.example/a"),
        ("file:///a%20b/c", "file:///a b/c/"),
    ],
)
def test_spellings_of_one_place_share_a_canonical_form(one: str, other: str) -> None:
    assert canonical_url(one) == canonical_url(other)


@pytest.mark.parametrize(
    "change",
    [{"commit": "2"}, {"subdirectory": "x"}, {"url": "https://b.example/a"}, {"kind": "archive"}, {"editable": True}],
)
def test_another_place_is_noticed(change: dict[str, str]) -> None:
    base = {"url": "https://a.example/a", "kind": "vcs", "commit": "1"}

    assert not DirectUrl(**base).same_place(DirectUrl(**(base | change)))  # type: ignore[arg-type]


def test_file_urls_fold_dots_and_keep_what_uv_keeps() -> None:
    assert file_url(PurePosixPath("/a/./b/../c+d@e é#%")) == "file:///a/c+d@e%20%C3%A9%23%25"


def test_windows_paths_keep_their_drive() -> None:
    url = file_url(PureWindowsPath("C:\\some dir\\x"))

    assert url == "file:///C:/some%20dir/x"
    assert path_of(url) == Path("C:/some dir/x")


def test_large_files_and_folder_of_a_repository_are_told() -> None:
    source = GitSource(
        repository="https://user:secret@git.example/repo",
        reference="v1",
        reference_kind="tag",
        commit="ab" * 20,
        subdirectory="sub",
        lfs=True,
    )

    direct = direct_url_of(source, root=PurePosixPath("/"))

    assert direct is not None
    assert parse_direct_url(direct.dumps()) == direct
    assert '"git_lfs":true' in direct.dumps()
    assert direct.location == f"git+https://git.example/repo@{'ab' * 20}#subdirectory=sub&lfs=true"
    assert not direct.same_place(replace(direct, lfs=False))
