from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from uvkit.cache import Cache, PageEntry
from uvkit.errors import StorageError
from uvkit.model import DependencyRow, MetadataRows

INDEX = "https://index.example/simple/"
PAGE = PageEntry(
    digest=b"\x00page" * 1000,
    etag='"1"',
    last_modified=None,
    fresh_until=2e9,
    fetched=1e9,
    final_url=f"{INDEX}demo/",
)
ROWS = MetadataRows(
    project="demo",
    version="1.0",
    requires_python=">=3.11",
    requires=(DependencyRow("other", ("a", "b"), ">=1", "sys_platform == 'linux'", ""),),
    extras={"x": (DependencyRow("third", (), "", "", "https://files.example/third.whl"),)},
)


def entry_files(cache: Cache, bucket: str) -> list[Path]:
    return [path for path in (cache.root / bucket).rglob("*") if path.is_file()]


def again(cache: Cache) -> Cache:
    """Return the cache as another process would open it."""
    return Cache(cache.root)


def test_making_a_cache_touches_nothing(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")

    assert cache.pages.load(INDEX, "demo") is None
    assert cache.metadata.load("sha256:00") is None
    assert cache.wheels.find("sha256:00") is None
    assert cache.memo.load("kind", "key") is None
    assert cache.interpreters.load("key") is None
    assert cache.usage().entries == 0
    assert not (tmp_path / "cache").exists()


def test_first_write_marks_the_folder_as_a_cache(cache: Cache) -> None:
    cache.memo.store("kind", "key", b"")

    assert (cache.root / "CACHEDIR.TAG").read_bytes().startswith(b"Signature: 8a477f597d28d172789f06886806bc55")
    assert (cache.root / ".gitignore").read_text() == "*\n"


def test_entries_come_back_in_another_process(cache: Cache) -> None:
    cache.pages.store(INDEX, "demo", PAGE)
    cache.metadata.store("sha256:00", ROWS)
    cache.memo.store("kind", b"key", b"value")
    cache.interpreters.store("key", {"version": [3, 11], "free": False})
    cache.built.store("key", "demo", "00ff")

    other = again(cache)

    assert other.pages.load(INDEX, "demo") == PAGE
    assert other.metadata.load("sha256:00") == ROWS
    assert other.memo.load("kind", b"key") == b"value"
    assert other.interpreters.load("key") == {"version": [3, 11], "free": False}
    assert other.built.load("key") == "00ff"


def test_indexes_and_projects_are_kept_apart(cache: Cache) -> None:
    cache.pages.store(INDEX, "demo", PAGE)

    assert cache.pages.load("https://other.example/simple/", "demo") is None
    assert cache.pages.load(INDEX, "demo2") is None


def test_newer_entry_replaces_the_older(cache: Cache) -> None:
    cache.pages.store(INDEX, "demo", PAGE)
    cache.pages.store(INDEX, "demo", PAGE._replace(etag='"2"', digest=b"short"))

    for view in (cache, again(cache)):
        found = view.pages.load(INDEX, "demo")
        assert found is not None
        assert (found.etag, found.digest) == ('"2"', b"short")
    assert len(entry_files(cache, "pages-v1")) == 1


@pytest.mark.parametrize("bucket", ["pages-v1", "metadata-v1", "memo-v1", "interpreters-v1", "built-v1"])
def test_damaged_entry_is_a_miss_and_goes(cache: Cache, bucket: str) -> None:
    cache.pages.store(INDEX, "demo", PAGE)
    cache.metadata.store("sha256:00", ROWS)
    cache.memo.store("kind", "key", b"value")
    cache.interpreters.store("key", {"a": 1})
    cache.built.store("key", "demo", "00ff")
    (path,) = entry_files(cache, bucket)
    whole = path.read_bytes()
    damages = [whole[:length] for length in (0, 5, len(whole) - 1)] + [whole + b"x", bytes(len(whole))]
    # The digest of a page has its own checksums; the store vouches for the rest.
    start = len(PAGE.digest) if bucket == "pages-v1" else 0
    damages += [bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]) for at in range(start, len(whole))]

    for damaged in damages:
        path.write_bytes(damaged)
        other = again(cache)
        answers: dict[str, object] = {
            "pages-v1": other.pages.load(INDEX, "demo"),
            "metadata-v1": other.metadata.load("sha256:00"),
            "memo-v1": other.memo.load("kind", "key"),
            "interpreters-v1": other.interpreters.load("key"),
            "built-v1": other.built.load("key"),
        }

        assert [name for name, answer in answers.items() if answer is None] == [bucket]
        assert not path.exists()


def test_page_with_a_long_head_comes_back(cache: Cache) -> None:
    entry = PAGE._replace(final_url=f"{INDEX}{'x' * 2000}", digest=b"")
    cache.pages.store(INDEX, "demo", entry)

    assert again(cache).pages.load(INDEX, "demo") == entry


def test_discarded_page_is_a_miss(cache: Cache) -> None:
    cache.pages.store(INDEX, "demo", PAGE)

    cache.pages.discard(INDEX, "demo")

    assert cache.pages.load(INDEX, "demo") is None
    assert again(cache).pages.load(INDEX, "demo") is None


def test_refreshing_view_asks_again_until_it_has_fetched(cache: Cache) -> None:
    cache.pages.store(INDEX, "demo", PAGE)
    cache.pages.store(INDEX, "other", PAGE)
    view = cache.refreshing("Demo")

    stale, other = view.pages.load(INDEX, "demo"), view.pages.load(INDEX, "other")
    assert stale is not None
    assert other is not None
    assert stale == PAGE._replace(fresh_until=0.0)
    assert other.fresh_until == PAGE.fresh_until

    view.pages.store(INDEX, "demo", PAGE._replace(fetched=5e8))
    fetched = view.pages.load(INDEX, "demo")
    assert fetched is not None
    assert fetched.fresh_until == PAGE.fresh_until


def test_refreshing_view_of_everything_forgets_urls_but_not_digests(cache: Cache) -> None:
    cache.metadata.store("sha256:00", ROWS)
    cache.metadata.store("https://files.example/demo.whl", ROWS)
    cache.built.store("key", "demo", "00ff")
    view = cache.refreshing()

    assert view.metadata.load("sha256:00") == ROWS
    assert view.metadata.load("https://files.example/demo.whl") is None
    assert view.built.load("key") is None
    assert cache.metadata.load("https://files.example/demo.whl") == ROWS

    view.metadata.store("https://files.example/demo.whl", ROWS)
    assert view.metadata.load("https://files.example/demo.whl") == ROWS


def test_read_only_cache_serves(cache: Cache) -> None:
    cache.memo.store("kind", "key", b"value")
    (path,) = entry_files(cache, "memo-v1")
    os.utime(path, (0, 0))
    path.chmod(0o400)

    assert again(cache).memo.load("kind", "key") == b"value"


def test_cache_that_cannot_be_written_to_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(StorageError):
        Cache(tmp_path / "file").memo.store("kind", "key", b"")


def test_cache_deleted_while_in_use_is_made_again(cache: Cache) -> None:
    from uvkit.fs import remove_tree

    cache.memo.store("kind", "key", b"1")
    remove_tree(cache.root)

    cache.memo.store("kind", "key", b"2")
    assert again(cache).memo.load("kind", "key") == b"2"
    remove_tree(cache.root)
    with cache.scratch() as folder:
        assert folder.is_dir()


def test_use_is_noted_once_a_day(cache: Cache) -> None:
    cache.memo.store("kind", "key", b"value")
    (path,) = entry_files(cache, "memo-v1")
    os.utime(path, (1e9, 1e9))

    cache.memo.load("kind", "key")

    assert time.time() - path.stat().st_mtime < 3600


def test_temporary_cache_is_gone_after_its_block() -> None:
    with Cache.temporary() as cache:
        cache.memo.store("kind", "key", b"value")
        assert cache.memo.load("kind", "key") == b"value"

    assert not cache.root.exists()


def test_scratch_folder_is_gone_after_its_block(cache: Cache) -> None:
    with cache.scratch() as folder:
        (folder / "a/b").mkdir(parents=True)
        assert folder.is_relative_to(cache.root)

    assert not folder.exists()


def test_default_folder_is_the_platforms() -> None:
    assert Cache().root.parts[-1] == "uvkit"


def test_a_large_page_stays_in_its_file_until_it_is_read(cache: Cache) -> None:
    large = bytes(range(256)) * 1000
    kept = cache.pages.store(INDEX, "demo", PAGE._replace(digest=large))

    found = Cache(cache.root).pages.load(INDEX, "demo")

    assert found is not None
    for digest in (kept.digest, found.digest):
        assert not isinstance(digest, bytes)
        assert len(digest) == len(large)
        assert digest[:20] == large[:20]
        assert digest[200_000:200_100] == large[200_000:200_100]
        assert digest[:] == large
    cache.pages.store(INDEX, "demo", found._replace(fresh_until=1.0))
    again = cache.pages.load(INDEX, "demo")
    assert again is not None
    assert again.digest[:] == large


def test_slices_of_a_page_that_is_gone_are_empty(cache: Cache) -> None:
    cache.pages.store(INDEX, "demo", PAGE._replace(digest=bytes(100_000)))
    found = Cache(cache.root).pages.load(INDEX, "demo")
    assert found is not None

    cache.pages.discard(INDEX, "demo")

    assert found.digest[50_000:] == b""
