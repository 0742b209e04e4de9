"""Names, URLs, requirements, files, listings and targets."""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.version import Version

from uvkit.errors import InvalidRequirementError
from uvkit.model import (
    ArchiveSource,
    DependencyRow,
    DirectorySource,
    FileRow,
    GitSource,
    Hash,
    Listing,
    MetadataRows,
    Requirement,
    Selection,
    Target,
    Upgrade,
    WheelFile,
    file_from_row,
    is_url,
    is_valid_name,
    origin,
    project_name,
    redacted,
    row_from_file,
    source_from_url,
    split_wheel_name,
    strongest,
    without_credentials,
)


def row(filename: str, **fields: object) -> FileRow:
    values = {"url": f"https://index.example/files/{filename}", "hash": None, "size": None, "requires_python": None}
    values |= {"uploaded": None, "yanked": None, "metadata": None} | fields  # type: ignore[operator]
    return FileRow(filename=filename, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("url", "clean", "shown"),
    [
        ("https://u:p@index.example/simple/", "https://index.example/simple/", "https://u:****@index.example/simple/"),
        ("https://token@index.example/x", "https://index.example/x", "https://****@index.example/x"),
        ("https://index.example/a@b", "https://index.example/a@b", "https://index.example/a@b"),
        ("wheels", "wheels", "wheels"),
    ],
)
def test_credentials_leave_a_url(url: str, clean: str, shown: str) -> None:
    assert without_credentials(url) == clean
    assert redacted(url) == shown


def test_an_origin_has_scheme_host_and_port() -> None:
    assert origin("HTTPS://Index.Example/simple") == origin("https://index.example:443/other")
    assert origin("http://index.example") != origin("https://index.example")


@pytest.mark.parametrize(
    ("text", "expected"), [("https://a/b", True), ("file:///a", True), ("C:/a", False), ("a/b", False)]
)
def test_a_url_is_told_from_a_path(text: str, expected: bool) -> None:
    assert is_url(text) is expected


@pytest.mark.parametrize(
    ("name", "valid"), [("a", True), ("A.b-c_9", True), ("-a", False), ("a-", False), ("", False), ("ä", False)]
)
def test_names_are_checked(name: str, valid: bool) -> None:
    assert is_valid_name(name) is valid


def test_the_strongest_digest_wins() -> None:
    assert strongest({"md5": "AA", "sha512": "BB", "sha256": "CC", "odd": "DD"}) == "sha512:bb"
    assert strongest({"odd": "x"}) is None


@pytest.mark.parametrize("text", ["sha256", "sha256:", "odd:00"])
def test_a_malformed_hash_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a hash"):
        Hash.parse(text)


def test_a_requirement_keeps_every_part() -> None:
    requirement = Requirement.parse("Foo.Bar[B_x,a]>=1,<2 ; python_version < '3.12'", origin="here")

    assert requirement.project == "foo-bar"
    assert requirement.extras == {"a", "b-x"}
    assert str(requirement) == "foo-bar[a,b-x]<2,>=1 ; python_full_version < '3.12'"
    assert requirement.origin == "here"


@pytest.mark.parametrize("text", ["foo bar", "foo>>1", "foo ; nonsense == 1", "", "foo @ "])
def test_a_malformed_requirement_says_where_it_was(text: str) -> None:
    with pytest.raises(InvalidRequirementError, match="is not a valid requirement") as caught:
        Requirement.parse(text, origin="requirements.txt:3")

    assert caught.value.origin == "requirements.txt:3"


@pytest.mark.parametrize(
    ("url", "source"),
    [
        (
            "https://x.example/a-1.0.tar.gz#subdirectory=sub",
            ArchiveSource(url="https://x.example/a-1.0.tar.gz", subdirectory="sub"),
        ),
        ("file:///dl/a-1.0-py3-none-any.whl", ArchiveSource(path=Path("/dl/a-1.0-py3-none-any.whl"))),
        ("file:///src/a", DirectorySource(path=Path("/src/a"))),
        (
            "git+https://x.example/r.git@v1#subdirectory=p",
            GitSource(repository="https://x.example/r.git", reference="v1", reference_kind="rev", subdirectory="p"),
        ),
        ("git+ssh://git@x.example/r.git", GitSource(repository="ssh://git@x.example/r.git")),
    ],
)
def test_a_direct_reference_becomes_a_source(url: str, source: object) -> None:
    assert source_from_url(url) == source


def test_a_row_and_a_file_say_the_same() -> None:
    original = row(
        "a-1.0-2-py3-none-any.whl", hash="sha256:00ff", size=3, requires_python=">=3.8", yanked="bad",
        uploaded="2024-01-02T03:04:05Z", metadata="sha256:11",
    )  # fmt: skip

    file = file_from_row(original, project=project_name("a"), version=Version("1.0"))

    assert isinstance(file, WheelFile)
    assert file.build == (2, "")
    assert {str(tag) for tag in file.tags} == {"py3-none-any"}
    assert row_from_file(file) == original


@pytest.mark.parametrize("name", ["a-1.0.tar.gz", "a-1.0-py3-none.whl", "a-1.0-x1-py3-none-any.whl"])
def test_other_names_are_no_wheels(name: str) -> None:
    assert split_wheel_name(name) is None


def test_a_listing_orders_versions_and_finds_them() -> None:
    rows = {text: [row(f"a-{text}.tar.gz")] for text in ("1.0", "2.0rc1", "1.10", "2.0", "1.9.post1")}

    listing = Listing.of(project_name("a"), "https://index.example/simple", rows)

    assert listing.versions == ("2.0", "2.0rc1", "1.10", "1.9.post1", "1.0")
    assert [listing.find(Version(text)) for text in listing.versions] == [0, 1, 2, 3, 4]
    assert listing.find(Version("1.5")) is None
    assert listing.find(Version("0.1")) is None
    assert listing.rows(2)[0].filename == "a-1.10.tar.gz"
    assert listing.to_project_files().versions()[0] == Version("2.0")


def test_metadata_rows_survive_flattening() -> None:
    rows = MetadataRows(
        project="a",
        version="1",
        requires=(DependencyRow("b", ("x",), ">=1", "", ""),),
        extras={"e": (DependencyRow("c", (), "", "os_name == 'nt'", ""),)},
    )

    assert MetadataRows.from_plain(rows.to_plain()) == rows


def test_a_target_ranks_wheels_by_its_tags() -> None:
    target = Target.for_platform("linux", python="3.12")

    pure = target.rank("a-1.0-py3-none-any.whl")
    native = target.rank("a-1.0-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl")
    assert pure is not None
    assert native is not None
    assert native < pure
    assert target.rank("a-1.0-cp311-cp311-manylinux_2_17_x86_64.whl") is None
    assert target.rank("a-1.0-cp312-cp312-win_amd64.whl") is None
    assert target.rank("a-1.0.tar.gz") is None


@pytest.mark.parametrize(
    ("platform", "wheel"),
    [
        ("windows", "cp312-cp312-win_amd64"),
        ("macos", "cp312-cp312-macosx_11_0_arm64"),
        ("aarch64-unknown-linux-musl", "cp312-cp312-musllinux_1_1_aarch64"),
        ("x86_64-manylinux_2_31", "cp312-cp312-manylinux_2_31_x86_64"),
        ("x86_64-apple-darwin", "cp38-abi3-macosx_10_9_x86_64"),
    ],
)
def test_a_named_platform_takes_its_wheels(platform: str, wheel: str) -> None:
    assert Target.for_platform(platform, python="3.12").rank(f"a-1.0-{wheel}.whl") is not None


def test_an_unknown_platform_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="unknown platform `plan9`; known: linux"):
        Target.for_platform("plan9", python="3.12")


def test_selections_and_upgrades_normalize_names() -> None:
    selection = Selection.of(extras=["A_b"], groups=["Dev"], exclude=["X.Y"])
    upgrade = Upgrade.only("Foo_Bar<2", "baz")

    assert selection.extras == {"a-b"}
    assert selection.groups == {"dev"}
    assert selection.exclude == {"x-y"}
    assert upgrade.releases("foo.bar")
    assert str(upgrade.limits[project_name("foo-bar")]) == "<2"
    assert not upgrade.releases("other")
    assert Upgrade.everything().releases("other")


@pytest.mark.parametrize(
    ("url", "repository", "reference", "subdirectory"),
    [
        ("git+https://git.example/a/b.git", "https://git.example/a/b.git", None, None),
        ("git+https://git.example/a/b@feature/x", "https://git.example/a/b", "feature/x", None),
        ("git+ssh://git@git.example/a/b", "ssh://git@git.example/a/b", None, None),
        ("git+ssh://git@git.example/a/b@v1#subdirectory=c", "ssh://git@git.example/a/b", "v1", "c"),
        ("git+file:///srv/repo@main#egg=x&subdirectory=c/d", "file:///srv/repo", "main", "c/d"),
    ],
)
def test_reference_of_a_repository_is_what_follows_the_path(
    url: str, repository: str, reference: str | None, subdirectory: str | None
) -> None:
    source = Requirement.parse(f"demo @ {url}").source

    assert isinstance(source, GitSource)
    assert (source.repository, source.reference, source.subdirectory) == (repository, reference, subdirectory)


def test_text_of_a_direct_reference_keeps_the_folder() -> None:
    requirement = Requirement.parse("demo @ git+https://git.example/a@v1#subdirectory=c")

    assert Requirement.parse(str(requirement)) == requirement
