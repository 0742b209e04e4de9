from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from uvkit.cache import Cache
from uvkit.errors import UnsafeArchiveError
from uvkit.testing import Distribution, make_wheel

URL = "https://files.example/demo-1.0-py3-none-any.whl"


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    return make_wheel(tmp_path / "wheels", Distribution(name="demo", version="1.0", files={"demo/a.py": b"a = 1\n"}))


def test_image_is_found_by_digest_and_by_the_keys_it_was_added_under(cache: Cache, wheel: Path) -> None:
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()

    added = cache.wheels.add(wheel, keys=["sha512:ab", URL])

    for view in (cache, Cache(cache.root)):
        for key in (f"sha256:{digest}", "sha512:ab", URL):
            found = view.wheels.find(key)
            assert found is not None
            assert found.path == added.path
            assert found.manifest == added.manifest
    assert cache.wheels.find("sha512:cd") is None


def test_adding_again_gives_the_image_that_is_there(cache: Cache, wheel: Path) -> None:
    first = cache.wheels.add(wheel)
    inode = (first.root("site") / "demo/a.py").stat().st_ino

    second = Cache(cache.root).wheels.add(wheel)

    assert (second.root("site") / "demo/a.py").stat().st_ino == inode


def test_wheel_under_another_name_on_disk_is_added_by_its_real_name(cache: Cache, wheel: Path) -> None:
    moved = wheel.rename(wheel.parent / "download.part")

    assert cache.wheels.add(moved, filename=wheel.name).manifest.name == "demo"


def test_image_with_a_damaged_manifest_is_a_miss_and_is_made_again(cache: Cache, wheel: Path) -> None:
    image = cache.wheels.add(wheel)
    key = f"sha256:{image.path.name}"
    whole = (image.path / "image").read_bytes()
    for damaged in (b"", whole[:-1], whole[:30] + b"x" + whole[31:]):
        (image.path / "image").write_bytes(damaged)
        other = Cache(cache.root)

        assert other.wheels.find(key) is None
        assert not image.path.exists()
        assert other.wheels.add(wheel).manifest == image.manifest


def test_image_without_its_manifest_is_a_miss(cache: Cache, wheel: Path) -> None:
    image = cache.wheels.add(wheel)
    (image.path / "image").unlink()

    assert cache.wheels.find(f"sha256:{image.path.name}") is None
    assert cache.wheels.add(wheel).manifest == image.manifest


@pytest.mark.parametrize("damage", ["missing", "changed"])
def test_image_that_lost_a_file_is_found_out_and_made_again(cache: Cache, wheel: Path, damage: str) -> None:
    image = cache.wheels.add(wheel)
    assert cache.wheels.verify(image)
    file = image.root("site") / "demo/a.py"
    if damage == "missing":
        file.unlink()
    else:
        file.write_text("edited in place, through a hard link")

    assert not cache.wheels.verify(image)

    assert cache.wheels.find(f"sha256:{image.path.name}") is None
    assert cache.wheels.verify(cache.wheels.add(wheel))


def test_discarded_image_is_made_again(cache: Cache, wheel: Path) -> None:
    image = cache.wheels.add(wheel)
    (image.root("site") / "demo/a.py").unlink()

    cache.wheels.discard(image)

    assert cache.wheels.find(f"sha256:{image.path.name}") is None
    assert (cache.wheels.add(wheel).root("site") / "demo/a.py").exists()


def test_refused_wheel_leaves_nothing(cache: Cache, wheel: Path) -> None:
    wheel.write_bytes(wheel.read_bytes()[:-40])

    with pytest.raises(UnsafeArchiveError):
        cache.wheels.add(wheel, keys=[URL])

    assert cache.usage().entries == 0
    assert cache.wheels.find(URL) is None
    assert [path.name for path in cache.root.rglob("*.py")] == []


def test_refreshing_view_forgets_urls_but_not_digests(cache: Cache, wheel: Path) -> None:
    image = cache.wheels.add(wheel, keys=[URL, "sha512:ab"])
    view = cache.refreshing("demo")

    assert view.wheels.find(URL) is None
    assert view.wheels.find("sha512:ab") is not None
    assert view.wheels.find(f"sha256:{image.path.name}") is not None
    view.wheels.link(URL, image.path.name)
    assert view.wheels.find(URL) is not None


def test_key_of_a_wheel_that_is_gone_is_a_miss(cache: Cache, wheel: Path) -> None:
    image = cache.wheels.add(wheel, keys=[URL])
    cache.wheels.discard(image)

    assert cache.wheels.find(URL) is None


def test_image_in_memory_is_checked_against_the_folder(cache: Cache, wheel: Path) -> None:
    image = cache.wheels.add(wheel)
    Cache(cache.root).clean()

    assert cache.wheels.find(f"sha256:{image.path.name}") is None


def test_files_of_an_image_are_readable_by_others_as_the_umask_says(cache: Cache, wheel: Path) -> None:
    before = os.umask(0o022)
    try:
        image = cache.wheels.add(wheel)
    finally:
        os.umask(before)

    assert (image.root("site") / "demo/a.py").stat().st_mode & 0o777 == 0o644
