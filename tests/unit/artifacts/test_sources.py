from __future__ import annotations

import os
from pathlib import Path

import pytest
from packaging.version import Version

from uvkit.artifacts.sources import Artifact, artifact_of
from uvkit.errors import InvalidResponseError, MissingHashError, NoCompatibleFileError
from uvkit.index import Index, IndexSet
from uvkit.model import (
    ArchiveSource,
    DirectorySource,
    GitSource,
    Hash,
    IndexSource,
    PinnedDistribution,
    SdistFile,
    Source,
    WheelFile,
    project_name,
)

INDEX = "https://index.example/simple"
SHA, MD5 = Hash("sha256", "a" * 64), Hash("md5", "b" * 32)
DEMO = project_name("demo")
WHEEL = WheelFile(
    project=DEMO,
    version=Version("1.0"),
    filename="demo-1.0-py3-none-any.whl",
    url="https://files.example/demo-1.0-py3-none-any.whl",
    hashes=(MD5, SHA),
    size=7,
)
SDIST = SdistFile(project=DEMO, version=Version("1.0"), filename="demo-1.0.tar.gz", url="../demo-1.0.tar.gz")


def artifact(source: Source, file: WheelFile | SdistFile | None = None, **options: object) -> Artifact:
    pin = PinnedDistribution(project=DEMO, version=Version("1.0"), source=source, file=file)
    indexes = options.pop("indexes", IndexSet([Index(INDEX)]))
    return artifact_of(pin, indexes, root=Path("/home/project"), **options)  # type: ignore[arg-type]


def test_wheel_of_an_index_is_named_by_its_digests_sha256_first() -> None:
    found = artifact(IndexSource(index=INDEX), WHEEL)

    assert (found.kind, found.url, found.size) == ("wheel", WHEEL.url, 7)
    assert found.index is not None
    assert found.names() == (str(SHA), str(MD5))
    assert found.subject == "demo 1.0"


def test_file_of_a_folder_index_lies_below_it(tmp_path: Path) -> None:
    indexes = IndexSet([Index(tmp_path)])

    found = artifact(IndexSource(index=str(tmp_path)), SDIST, indexes=indexes)

    assert (found.kind, found.path, found.url) == ("archive", tmp_path / "../demo-1.0.tar.gz", None)


def test_file_of_an_unknown_folder_index_lies_below_the_root() -> None:
    found = artifact(IndexSource(index="links"), SDIST)

    assert found.path == Path("/home/project/links/../demo-1.0.tar.gz")


@pytest.mark.parametrize(
    ("url", "kind", "filename"),
    [
        ("https://files.example/a%2Bb/demo-1.0%2Blocal-py3-none-any.whl", "wheel", "demo-1.0+local-py3-none-any.whl"),
        ("https://files.example/demo-1.0.zip?download=1#sha256=00", "archive", "demo-1.0.zip"),
    ],
)
def test_archive_at_a_url_is_named_by_its_path(url: str, kind: str, filename: str) -> None:
    found = artifact(ArchiveSource(url=url))

    assert (found.kind, found.filename) == (kind, filename)
    assert found.names() == (url.partition("#")[0],)


def test_credentials_do_not_show_in_names() -> None:
    found = artifact(ArchiveSource(url="https://user:secret@files.example/demo-1.0-py3-none-any.whl"))

    assert found.names() == ("https://files.example/demo-1.0-py3-none-any.whl",)
    assert found.url is not None
    assert "secret" in found.url


def test_file_on_disk_is_another_one_when_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "demo-1.0-py3-none-any.whl"
    path.write_bytes(b"1")
    found = artifact(ArchiveSource(path=path))
    names = {found.names()}

    path.write_bytes(b"22")
    names.add(found.names())
    os.utime(path, (1e9, 1e9))
    names.add(found.names())

    assert len(names) == 3


def test_file_that_is_not_there_is_a_typed_error(tmp_path: Path) -> None:
    with pytest.raises(InvalidResponseError):
        artifact(ArchiveSource(path=tmp_path / "missing.whl")).names()


def test_trees_and_repositories_are_built() -> None:
    tree = artifact(DirectorySource(path=Path("packages/demo")))
    repository = artifact(GitSource(repository="https://git.example/demo"))

    assert (tree.kind, tree.path) == ("tree", Path("/home/project/packages/demo"))
    assert (repository.kind, repository.path) == ("repository", None)


def test_pin_of_an_index_needs_a_file() -> None:
    with pytest.raises(NoCompatibleFileError):
        artifact(IndexSource(index=INDEX))


@pytest.mark.parametrize("source", [ArchiveSource(url="https://files.example/demo.zip"), DirectorySource(path=Path())])
def test_required_hashes_must_be_there(source: Source) -> None:
    with pytest.raises(MissingHashError):
        artifact(source, require_hashes=True)

    assert artifact(ArchiveSource(url="https://files.example/x.zip", hashes=(SHA,)), require_hashes=True).hashes == (
        SHA,
    )
