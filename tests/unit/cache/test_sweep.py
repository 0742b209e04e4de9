from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from uvkit.cache import Cache, PageEntry
from uvkit.model import MetadataRows
from uvkit.testing import Distribution, make_wheel

INDEX = "https://index.example/simple/"
PAGE = PageEntry(digest=b"page", etag=None, last_modified=None, fresh_until=0.0, fetched=0.0, final_url=INDEX)
YEAR = 365 * 24 * 3600


def fill(cache: Cache, folder: Path, *projects: str) -> None:
    for project in projects:
        wheel = make_wheel(folder, Distribution(name=project, version="1.0"))
        image = cache.wheels.add(wheel, keys=[f"https://files.example/{wheel.name}"])
        cache.pages.store(INDEX, project, PAGE)
        cache.metadata.store(f"sha256:{image.path.name}", MetadataRows(project=project, version="1.0"))
        cache.built.store(f"source of {project}", project, image.path.name)
    cache.memo.store("kind", "key", b"value")


def age(cache: Cache, seconds: int, *buckets: str) -> None:
    for bucket in buckets:
        for path in (cache.root / bucket).rglob("*"):
            state = path.stat()
            os.utime(path, (state.st_mtime - seconds, state.st_mtime - seconds))


def test_usage_counts_entries_and_bytes(cache: Cache, tmp_path: Path) -> None:
    fill(cache, tmp_path, "demo")

    usage = cache.usage()

    assert usage.entries == 5
    files = [p for bucket in cache.root.glob("*-v1") for p in bucket.rglob("*") if p.is_file()]
    assert usage.size == sum(path.stat().st_size for path in files)


def test_cleaning_everything_leaves_nothing(cache: Cache, tmp_path: Path) -> None:
    fill(cache, tmp_path, "demo", "other")
    before = cache.usage()

    assert cache.clean() == before
    assert cache.usage().entries == 0
    assert cache.pages.load(INDEX, "demo") is None
    assert list(cache.root.glob("*-v1")) == []


def test_cleaning_a_project_leaves_the_others(cache: Cache, tmp_path: Path) -> None:
    fill(cache, tmp_path, "demo", "other")

    removed = cache.clean("Demo")

    assert removed.entries == 5
    assert cache.pages.load(INDEX, "demo") is None
    assert cache.pages.load(INDEX, "other") is not None
    assert cache.wheels.find("https://files.example/demo-1.0-py3-none-any.whl") is None
    assert cache.wheels.find("https://files.example/other-1.0-py3-none-any.whl") is not None
    assert cache.built.load("source of demo") is None
    assert cache.built.load("source of other") is not None


def test_cleaning_an_empty_cache_is_fine(cache: Cache) -> None:
    assert cache.clean().entries == 0
    assert cache.prune(unused_for=timedelta(days=1)).entries == 0


def test_pruning_a_cache_in_order_removes_nothing(cache: Cache, tmp_path: Path) -> None:
    fill(cache, tmp_path, "demo")

    assert cache.prune().entries == 0
    assert cache.usage().entries == 5


def test_pruning_removes_old_formats_but_not_those_of_newer_releases(cache: Cache, tmp_path: Path) -> None:
    fill(cache, tmp_path, "demo")
    for bucket in ("pages-v0", "wheels-v0", "wheels-v2", "others-v1"):
        (cache.root / bucket).mkdir()
        (cache.root / bucket / "x").write_text("x")

    removed = cache.prune()

    assert removed.size >= 1
    assert not (cache.root / "pages-v0").exists()
    assert not (cache.root / "wheels-v0").exists()
    assert (cache.root / "wheels-v2/x").exists()
    assert (cache.root / "others-v1/x").exists()


def test_pruning_by_age_removes_what_was_not_used(cache: Cache, tmp_path: Path) -> None:
    fill(cache, tmp_path, "demo", "other")
    age(cache, YEAR, "pages-v1", "metadata-v1", "memo-v1")
    assert Cache(cache.root).pages.load(INDEX, "other") is not None

    cache.prune(unused_for=timedelta(days=30))

    assert cache.pages.load(INDEX, "demo") is None
    assert cache.pages.load(INDEX, "other") is not None
    assert cache.memo.load("kind", "key") is None


def test_built_wheels_survive_age_unless_told(cache: Cache, tmp_path: Path) -> None:
    fill(cache, tmp_path, "demo")
    wheel = make_wheel(tmp_path, Distribution(name="other", version="1.0"))
    downloaded = cache.wheels.add(wheel)
    age(cache, YEAR, "wheels-v1", "built-v1")

    cache.prune(unused_for=timedelta(days=30))

    digest = cache.built.load("source of demo")
    assert digest is not None
    assert cache.wheels.find(f"sha256:{digest}") is not None
    assert cache.wheels.find(f"sha256:{downloaded.path.name}") is None

    cache.prune(keep_built=False)

    assert cache.built.load("source of demo") is None
    assert cache.wheels.find(f"sha256:{digest}") is None


def test_pruning_removes_damaged_images_and_keys_that_lead_nowhere(cache: Cache, tmp_path: Path) -> None:
    fill(cache, tmp_path, "demo")
    (image,) = (cache.root / "wheels-v1/sha256").glob("*/*")
    (image / "image").unlink()

    cache.prune()

    assert [path for path in (cache.root / "wheels-v1/keys").rglob("*") if path.is_file()] == []
    assert cache.built.load("source of demo") is None
    assert not image.exists()


@pytest.mark.parametrize("verb", ["prune", "clean"])
def test_cleaning_waits_for_other_users(cache: Cache, verb: str) -> None:
    import threading

    cache.memo.store("kind", "key", b"value")
    other = Cache(cache.root)
    done = threading.Event()

    def work() -> None:
        getattr(other, verb)()
        done.set()

    thread = threading.Thread(target=work)
    with cache.in_use(), cache.in_use():
        thread.start()
        assert not done.wait(0.1)
        assert cache.memo.load("kind", "key") == b"value"
    thread.join(10)

    assert done.is_set()


def test_space_of_a_dead_process_is_swept_and_that_of_a_living_one_is_not(cache: Cache) -> None:
    other = Cache(cache.root)
    with other.scratch() as living:
        dead = cache.root / "staging/dead"
        (dead / "half/site").mkdir(parents=True)
        (cache.root / "staging/dead.lock").touch()
        (cache.root / "staging/lockless").mkdir()

        cache.memo.store("kind", "key", b"value")

        assert living.exists()
        assert not dead.exists()
        assert not (cache.root / "staging/dead.lock").exists()
        assert not (cache.root / "staging/lockless").exists()


def test_space_of_a_cache_goes_with_it(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    cache.memo.store("kind", "key", b"value")
    assert len(os.listdir(tmp_path / "cache/staging")) == 2

    del cache

    assert os.listdir(tmp_path / "cache/staging") == []
