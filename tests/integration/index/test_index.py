from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import httpx
import pytest
from packaging.version import Version

from uvkit.cache import Cache
from uvkit.errors import (
    AuthenticationError,
    HashMismatchError,
    InvalidMetadataError,
    InvalidResponseError,
    MetadataMismatchError,
    OfflineError,
    SelectionError,
    SourceNotFoundError,
)
from uvkit.index import Index, IndexAccess, IndexSet
from uvkit.model import (
    CoreMetadata,
    DistributionFile,
    FileRow,
    Listing,
    ProjectFiles,
    Requirement,
    WheelFile,
    extra_name,
    project_name,
)
from uvkit.net import Credentials, HttpClient, NetworkOptions
from uvkit.testing import Distribution, IndexServer, make_sdist, make_wheel

from .conftest import Request, WireServer, response

DEMO = project_name("demo")
JSON = "application/vnd.pypi.simple.v1+json"


@pytest.fixture
def served(index_server: IndexServer) -> IndexServer:
    index_server.add(
        Distribution(name="demo", version="1.0", requires=("other>=1",), requires_python=">=3.9"), sdist=True
    )
    index_server.add(Distribution(name="demo", version="1.1"), yanked="broken")
    index_server.add(Distribution(name="demo", version="2.0a1"))
    return index_server


def index(server: IndexServer, client: HttpClient, cache: Cache | None = None, **more: object) -> Index:
    return Index(server.url, http=client, cache=cache, **more)  # type: ignore[arg-type]


def names(listing: Listing | None) -> dict[str, list[str]]:
    assert listing is not None
    return {version: [row.filename for row in listing.rows(i)] for i, version in enumerate(listing.versions)}


# -- pages -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("json_pages", [True, False])
def test_json_and_html_pages_say_the_same(served: IndexServer, client: HttpClient, json_pages: bool) -> None:
    served.json_pages = json_pages

    listing = index(served, client).listing(DEMO)

    assert names(listing) == {
        "2.0a1": ["demo-2.0a1-py3-none-any.whl"],
        "1.1": ["demo-1.1-py3-none-any.whl"],
        "1.0": ["demo-1.0-py3-none-any.whl", "demo-1.0.tar.gz"],
    }
    assert listing is not None
    assert listing.rows(1)[0].yanked == "broken"
    assert listing.rows(2)[0].requires_python == ">=3.9"
    assert listing.rows(2)[0].url.startswith(f"{served.root}/files/demo/")
    assert listing.rows(2)[0].metadata is not None


def test_a_project_that_is_not_there_is_an_empty_answer(served: IndexServer, client: HttpClient) -> None:
    assert index(served, client).listing(project_name("absent")) is None
    assert index(served, client).files("absent").files == ()


def test_the_public_files_are_values(served: IndexServer, client: HttpClient) -> None:
    files = index(served, client).files("Demo")

    assert files.versions() == (Version("2.0a1"), Version("1.1"), Version("1.0"))
    assert {type(file).__name__ for file in files.files} == {"WheelFile", "SdistFile"}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/html", b"<form><input name=password></form>"),
        ("application/json", b"{}"),
        ("application/vnd.pypi.simple.v2+json", b"{}"),
        (JSON, b"<html></html>"),
        (JSON, b'{"meta": {"api-version": "2.0"}, "files": []}'),
        ("image/png", b"\x89PNG"),
        (JSON, b"[" * 100_000),
        ("text/html", b'<a href="http://[broken/demo-1.tar.gz">demo-1.tar.gz</a>'),
        ("text/html", b'<a href="demo-1.tar.gz">x</a><![broken['),
    ],
    ids=range(9),
)
def test_a_page_that_is_not_an_index_is_an_error(
    served: IndexServer, client: HttpClient, cache: Cache, kind: str, body: bytes
) -> None:
    served.bodies["/simple/demo/"] = (kind, body)

    with pytest.raises(InvalidResponseError) as caught:
        index(served, client, cache).listing(DEMO)

    assert caught.value.hints
    assert cache.pages.load(served.url, "demo") is None


def test_a_page_without_a_content_type_is_looked_at(wire: WireServer, client: HttpClient) -> None:
    wire.answer = lambda _: response(json.dumps({"files": [{"filename": "demo-1.tar.gz", "url": "x"}]}).encode())

    assert names(Index(f"{wire.url}/simple", http=client).listing(DEMO)) == {"1": ["demo-1.tar.gz"]}


def test_relative_links_follow_the_redirect(wire: WireServer, client: HttpClient) -> None:
    def answer(request: Request) -> bytes:
        if request.target == "/simple/demo/":
            return response(status=301, Location="/deep/er/demo/")
        return response(b'<a href="../f/demo-1.tar.gz">x</a>', Content_Type="text/html")

    wire.answer = answer

    listing = Index(f"{wire.url}/simple/", http=client).listing(DEMO)

    assert listing is not None
    assert listing.rows(0)[0].url == f"{wire.url}/deep/er/f/demo-1.tar.gz"
    assert listing.index == f"{wire.url}/simple/"


# -- caching -----------------------------------------------------------------------------------------------------------


def test_a_fresh_page_is_not_asked_for_again(served: IndexServer, client: HttpClient, cache: Cache) -> None:
    first = index(served, client, cache).listing(DEMO)

    second = index(served, client, Cache(cache.root)).listing(DEMO)

    assert names(second) == names(first)
    assert served.requests["/simple/demo/"] == 1


def test_a_stale_page_is_revalidated(served: IndexServer, client: HttpClient, cache: Cache) -> None:
    served.max_age = 0
    first = index(served, client, cache).listing(DEMO)

    second = index(served, client, Cache(cache.root)).listing(DEMO)

    assert names(second) == names(first)
    assert served.statuses == {200: 1, 304: 1}


def test_a_page_that_changed_replaces_the_old_one(served: IndexServer, client: HttpClient, cache: Cache) -> None:
    served.max_age = 0
    index(served, client, cache).listing(DEMO)
    served.add(Distribution(name="demo", version="3.0"))

    listing = index(served, client, Cache(cache.root)).listing(DEMO)

    assert names(listing)["3.0"] == ["demo-3.0-py3-none-any.whl"]


def test_a_revalidated_page_is_fresh_again(served: IndexServer, client: HttpClient, cache: Cache) -> None:
    served.max_age = 0
    index(served, client, cache).listing(DEMO)
    served.max_age = 600

    for _ in range(3):
        index(served, client, Cache(cache.root)).listing(DEMO)

    assert served.statuses == {200: 1, 304: 1}


def test_a_refreshing_cache_asks_once_more(served: IndexServer, client: HttpClient, cache: Cache) -> None:
    index(served, client, cache).listing(DEMO)
    refreshing = Cache(cache.root).refreshing()

    for _ in range(3):
        index(served, client, refreshing).listing(DEMO)

    assert served.statuses == {200: 1, 304: 1}


def test_an_override_of_cache_control_wins(served: IndexServer, client: HttpClient, cache: Cache) -> None:
    served.max_age = 0
    access = IndexAccess(page_cache_control="max-age=3600")

    for _ in range(2):
        index(served, client, Cache(cache.root), access=access).listing(DEMO)

    assert served.requests["/simple/demo/"] == 1


def test_no_store_keeps_nothing(wire: WireServer, client: HttpClient, cache: Cache) -> None:
    wire.answer = lambda _: response(
        b'<a href="demo-1.tar.gz">x</a>', Content_Type="text/html", Cache_Control="no-store"
    )

    Index(f"{wire.url}/simple", http=client, cache=cache).listing(DEMO)

    assert cache.pages.load(f"{wire.url}/simple", "demo") is None


def test_a_damaged_entry_is_fetched_again(served: IndexServer, client: HttpClient, cache: Cache) -> None:
    index(served, client, cache).listing(DEMO)
    entry = cache.pages.load(served.url, "demo")
    assert entry is not None
    cache.pages.store(served.url, "demo", entry._replace(digest=entry.digest[:20]))

    assert "1.0" in names(index(served, client, Cache(cache.root)).listing(DEMO))
    assert served.statuses == {200: 2}


def test_damage_that_shows_late_is_healed_as_well(served: IndexServer, client: HttpClient, cache: Cache) -> None:
    index(served, client, cache).listing(DEMO)
    entry = cache.pages.load(served.url, "demo")
    assert entry is not None
    damaged = bytearray(entry.digest)
    damaged[-5] ^= 1
    cache.pages.store(served.url, "demo", entry._replace(digest=bytes(damaged)))

    listing = index(served, client, Cache(cache.root)).listing(DEMO)

    assert served.statuses == {200: 1}
    assert names(listing)["1.0"] == ["demo-1.0-py3-none-any.whl", "demo-1.0.tar.gz"]
    assert served.statuses == {200: 2}
    assert "1.0" in names(index(served, client, Cache(cache.root)).listing(DEMO))
    assert served.statuses == {200: 2}


def test_an_unchanged_page_without_validators_is_not_digested_again(
    wire: WireServer, client: HttpClient, cache: Cache
) -> None:
    wire.answer = lambda _: response(b'<a href="demo-1.tar.gz">x</a>', Content_Type="text/html")
    first = Index(f"{wire.url}/simple", http=client, cache=cache)
    before = first.listing(DEMO)

    assert first.listing(DEMO) is before
    assert len(wire.requests) == 2
    assert "if-none-match" not in wire.requests[1].headers
    wire.answer = lambda _: response(b'<a href="demo-2.tar.gz">x</a>', Content_Type="text/html")
    assert names(first.listing(DEMO)) == {"2": ["demo-2.tar.gz"]}


def test_offline_uses_what_is_stale(served: IndexServer, client: HttpClient, cache: Cache) -> None:
    served.max_age = 0
    online = index(served, client, cache)
    online.listing(DEMO)
    online.listing(project_name("absent"))

    with HttpClient(NetworkOptions(offline=True)) as offline:
        again = index(served, offline, Cache(cache.root))

        assert "1.0" in names(again.listing(DEMO))
        assert again.listing(project_name("absent")) is None
        with pytest.raises(OfflineError):
            again.listing(project_name("unknown"))


def test_a_cache_that_cannot_be_written_does_not_stop_the_answer(
    served: IndexServer, client: HttpClient, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("not a folder")
    blocked = Cache(tmp_path / "file" / "cache")
    made = index(served, client, blocked)
    listing = made.listing(DEMO)

    assert listing is not None
    assert made.rows_metadata(listing.rows(2)[0], DEMO, Version("1.0")).requires


def test_the_cache_is_shared_by_all_spellings_of_credentials(
    served: IndexServer, client: HttpClient, cache: Cache
) -> None:
    Index(served.url.replace("//", "//user:secret@"), http=client, cache=cache).listing(DEMO)

    assert Index(served.url, http=client, cache=Cache(cache.root)).cached_listing(DEMO) is not None


# -- access ------------------------------------------------------------------------------------------------------------


def test_credentials_of_the_url_do_not_show(served: IndexServer, client: HttpClient) -> None:
    served.credentials = ("alice", "secret")
    private = Index(served.url.replace("//", "//alice:secret@"), http=client)

    listing = private.listing(DEMO)

    assert listing is not None
    assert private.rows_metadata(listing.rows(2)[0], DEMO, Version("1.0")).requires
    assert "secret" not in f"{private!r} {private.url} {private.name} {listing!r} {listing.rows(0)}"
    assert served.statuses == {200: 2}


def test_credentials_may_be_given_apart(served: IndexServer, client: HttpClient) -> None:
    served.credentials = ("alice", "secret")

    assert index(served, client, credentials=Credentials("alice", "secret")).listing(DEMO) is not None


def test_a_refusal_is_an_error_unless_the_index_ignores_it(served: IndexServer, client: HttpClient) -> None:
    served.credentials = ("alice", "secret")

    with pytest.raises(AuthenticationError):
        index(served, client).listing(DEMO)
    ignoring = IndexAccess(ignored_statuses=frozenset({401}))
    assert index(served, client, access=ignoring).listing(DEMO) is None


def test_the_default_index_is_looked_up_when_it_is_needed(served: IndexServer, client: HttpClient) -> None:
    asked: list[int] = []

    def lookup() -> str:
        asked.append(1)
        return served.url.replace("//", "//user:secret@")

    default = Index(http=client, default_url=lookup)
    assert asked == []
    assert "1.0" in names(default.listing(DEMO))
    assert default.url == served.url
    assert asked == [1]


# -- metadata ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("sidecars", "ranges"), [(True, True), (False, True), (False, False)])
def test_metadata_comes_from_the_sidecar_or_a_range_or_the_file(
    tmp_path: Path, client: HttpClient, cache: Cache, sidecars: bool, ranges: bool
) -> None:
    with IndexServer(tmp_path / "own", sidecars=sidecars, ranges=ranges) as server:
        server.add(Distribution(name="demo", version="1.0", requires=("other>=1",), extras={"x": ("more",)}))
        made = index(server, client, cache)
        listing = made.listing(DEMO)
        assert listing is not None

        rows = made.rows_metadata(listing.rows(0)[0], DEMO, Version("1.0"))

        assert [row.project for row in rows.requires] == ["other"]
        assert [row.project for row in rows.extras["x"]] == ["more"]
        sidecar = "/files/demo/demo-1.0-py3-none-any.whl.metadata"
        assert (sidecar in server.requests) == sidecars
        assert (206 in server.statuses) == (ranges and not sidecars)
        before = server.requests.total()
        again = index(server, client, Cache(cache.root))
        assert again.rows_metadata(listing.rows(0)[0], DEMO, Version("1.0")) == rows
        assert server.requests.total() == before


def test_a_wheel_that_had_to_come_whole_is_kept(tmp_path: Path, client: HttpClient, cache: Cache) -> None:
    with IndexServer(tmp_path / "own", sidecars=False, ranges=False) as server:
        server.add(Distribution(name="demo", version="1.0", requires=("other",)))
        made = index(server, client, cache)
        listing = made.listing(DEMO)
        assert listing is not None
        row = listing.rows(0)[0]
        made.rows_metadata(row, DEMO, Version("1.0"))
        assert cache.wheels.find(row.hash or "") is not None
        before = server.requests.total()

        other = index(server, client, Cache(cache.root))
        shutil.rmtree(cache.root / "metadata-v1")

        assert other.rows_metadata(row, DEMO, Version("1.0")).requires[0].project == "other"
        assert server.requests.total() == before


@pytest.mark.parametrize("cached", [True, False])
def test_a_wheel_that_comes_whole_with_another_digest_is_an_error(
    tmp_path: Path, client: HttpClient, cache: Cache, cached: bool
) -> None:
    with IndexServer(tmp_path / "own", sidecars=False, ranges=False) as server:
        server.add(Distribution(name="demo", version="1.0"))
        made = index(server, client, cache if cached else None)
        listing = made.listing(DEMO)
        assert listing is not None
        row = listing.rows(0)[0]._replace(hash="sha256:" + "0" * 64)

        with pytest.raises(HashMismatchError):
            made.rows_metadata(row, DEMO, Version("1.0"))

        assert cache.wheels.find(row.hash or "") is None


def test_a_sidecar_that_is_missing_after_all_falls_back(served: IndexServer, client: HttpClient) -> None:
    made = index(served, client)
    listing = made.listing(DEMO)
    assert listing is not None
    served.files["demo"]["demo-1.0-py3-none-any.whl"].metadata = None

    assert made.rows_metadata(listing.rows(2)[0], DEMO, Version("1.0")).requires
    assert served.statuses[206] == 1


def test_a_sidecar_with_another_digest_is_an_error(served: IndexServer, client: HttpClient, cache: Cache) -> None:
    made = index(served, client, cache)
    listing = made.listing(DEMO)
    assert listing is not None
    row = listing.rows(2)[0]
    served.files["demo"][row.filename].metadata = b"Name: demo\nVersion: 1.0\n"

    with pytest.raises(HashMismatchError, match="metadata"):
        made.rows_metadata(row, DEMO, Version("1.0"))

    assert made.cached_metadata(row) is None


@pytest.mark.parametrize("content", [b"Name: other\nVersion: 1.0\n", b"Name: demo\nVersion: 1.1\n"])
def test_metadata_of_something_else_is_refused(served: IndexServer, client: HttpClient, content: bytes) -> None:
    made = index(served, client)
    listing = made.listing(DEMO)
    assert listing is not None
    row = listing.rows(2)[0]._replace(metadata="")
    served.files["demo"][row.filename].metadata = content

    with pytest.raises(MetadataMismatchError):
        made.rows_metadata(row, DEMO, Version("1.0"))


def test_a_damaged_wheel_is_a_wheel_without_metadata(tmp_path: Path, client: HttpClient) -> None:
    with IndexServer(tmp_path / "own", sidecars=False) as server:
        (wheel,) = server.add(Distribution(name="demo", version="1.0"))
        wheel.write_bytes(b"damaged" * 100)
        made = index(server, client)
        listing = made.listing(DEMO)
        assert listing is not None

        with pytest.raises(InvalidMetadataError):
            made.rows_metadata(listing.rows(0)[0], DEMO, Version("1.0"))


def test_a_wheel_that_is_replaced_between_two_ranges_is_not_mixed(
    wire: WireServer, client: HttpClient, tmp_path: Path
) -> None:
    padding = {f"demo/module_with_a_long_name_{number}.py": b"" for number in range(400)}
    old = make_wheel(tmp_path / "a", Distribution(name="demo", version="1.0", files=padding)).read_bytes()
    new = make_wheel(
        tmp_path / "b", Distribution(name="demo", version="1.0", files=padding, requires=("x",))
    ).read_bytes()

    def answer(request: Request) -> bytes:
        first, _, last = request.headers.get("range", "bytes=-1").removeprefix("bytes=").partition("-")
        data, tag = (old, '"old"') if len(wire.requests) == 1 else (new, '"new"')
        if "range" not in request.headers or request.headers.get("if-range", tag) != tag:
            return response(data, ETag=tag)
        start, stop = (int(first), int(last) + 1) if first else (len(data) - int(last), len(data))
        span = f"bytes {start}-{stop - 1}/{len(data)}"
        return response(data[start:stop], status=206, ETag=tag, Content_Range=span)

    wire.answer = answer
    row = FileRow("demo-1.0-py3-none-any.whl", f"{wire.url}/demo.whl", None, None, None, None, None, None)
    rows = Index(wire.url, http=client).rows_metadata(row, DEMO, Version("1.0"))

    assert [dependency.project for dependency in rows.requires] == ["x"]


def test_the_public_metadata_of_a_wheel_is_whole(served: IndexServer, client: HttpClient) -> None:
    made = index(served, client)
    wheel = next(f for f in made.files("demo").files if isinstance(f, WheelFile) and str(f.version) == "1.0")

    metadata = made.metadata(wheel)

    assert [str(requirement) for requirement in metadata.requires_dist] == ["other>=1"]
    assert str(metadata.requires_python) == ">=3.9"


def test_a_download_is_whole_and_checked(served: IndexServer, client: HttpClient, tmp_path: Path) -> None:
    made = index(served, client)
    file = made.files("demo").files[0]
    source = served.files["demo"][file.filename].path

    path = made.download(file, tmp_path)

    assert path.read_bytes() == source.read_bytes()
    source.write_bytes(b"changed")
    with pytest.raises(HashMismatchError):
        made.download(file, tmp_path / "again")
    assert not (tmp_path / "again" / file.filename).exists()


# -- local indexes -----------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "links"
    make_wheel(place, Distribution(name="demo", version="1.0", requires=("other",)))
    make_sdist(place, Distribution(name="demo", version="1.1"))
    make_wheel(place, Distribution(name="unrelated", version="3.0"))
    return place


def test_a_folder_of_files_is_an_index(folder: Path) -> None:
    links = Index.find_links(folder)

    listing = links.listing(DEMO)

    assert names(listing) == {"1.1": ["demo-1.1.tar.gz"], "1.0": ["demo-1.0-py3-none-any.whl"]}
    assert listing is not None
    assert listing.rows(1)[0].url == (folder / "demo-1.0-py3-none-any.whl").as_posix()
    assert links.rows_metadata(listing.rows(1)[0], DEMO, Version("1.0")).requires[0].project == "other"
    assert links.listing(project_name("absent")) is None


def test_files_of_a_relative_folder_are_relative_to_it(folder: Path) -> None:
    links = Index("links", layout="flat", root=folder.parent)

    listing = links.listing(DEMO)

    assert listing is not None
    assert listing.index == "links"
    assert listing.rows(1)[0].url == "demo-1.0-py3-none-any.whl"
    assert links.rows_metadata(listing.rows(1)[0], DEMO, Version("1.0")).requires
    with links.open(links.files("demo").files[1]) as pieces:
        assert b"".join(pieces) == (folder / "demo-1.0-py3-none-any.whl").read_bytes()


@pytest.mark.parametrize("page", ["index.html", "index.json", None])
def test_the_folder_layout_of_the_simple_api_is_read(folder: Path, page: str | None) -> None:
    (folder / "demo").mkdir()
    shutil.move(folder / "demo-1.0-py3-none-any.whl", folder / "demo" / "demo-1.0-py3-none-any.whl")
    link = "demo-1.0-py3-none-any.whl"
    if page == "index.html":
        (folder / "demo" / page).write_text(f'<a href="{link}">{link}</a>')
    elif page == "index.json":
        (folder / "demo" / page).write_text(json.dumps({"files": [{"filename": link, "url": link, "hashes": {}}]}))

    for address in (folder, folder.as_uri()):
        local = Index(address)
        listing = local.listing(DEMO)

        assert names(listing) == {"1.0": [link]}
        assert listing is not None
        assert local.rows_metadata(listing.rows(0)[0], DEMO, Version("1.0")).requires
        assert listing.index == str(address)


def test_a_folder_that_is_not_there_has_no_projects_or_is_named(tmp_path: Path) -> None:
    assert Index(tmp_path / "missing").listing(DEMO) is None
    with pytest.raises(SourceNotFoundError, match="missing"):
        Index.find_links(tmp_path / "missing").listing(DEMO)


def test_a_page_of_links_is_fetched_once(wire: WireServer, client: HttpClient, cache: Cache) -> None:
    body = b'<a href="demo-1.0.tar.gz">d</a><a href="other-2.0.tar.gz">o</a>'
    wire.answer = lambda _: response(body, Content_Type="text/html", Cache_Control="max-age=600")
    links = Index(f"{wire.url}/links.html", layout="flat", http=client, cache=cache)

    found = [names(links.listing(project_name(project))) for project in ("demo", "other")]

    assert found == [{"1.0": ["demo-1.0.tar.gz"]}, {"2.0": ["other-2.0.tar.gz"]}]
    assert wire.targets() == ["/links.html"]


# -- sets --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def second(tmp_path: Path) -> Iterator[IndexServer]:
    with IndexServer(tmp_path / "second") as server:
        server.add(Distribution(name="demo", version="9.0"))
        server.add(Distribution(name="only-second", version="1.0"))
        yield server


def test_the_first_index_that_has_a_project_serves_it(
    served: IndexServer, second: IndexServer, client: HttpClient
) -> None:
    indexes = IndexSet([index(served, client), index(second, client)])

    assert [listing.index for listing in indexes.listings(DEMO)] == [served.url]
    assert [listing.index for listing in indexes.listings(project_name("only-second"))] == [second.url]
    assert indexes.listings(project_name("absent")) == ()
    assert second.requests["/simple/demo/"] == 0


@pytest.mark.parametrize("strategy", ["unsafe-first-match", "unsafe-best-match"])
def test_the_unsafe_strategies_return_every_index(
    served: IndexServer, second: IndexServer, client: HttpClient, strategy: str
) -> None:
    indexes = IndexSet([index(served, client), index(second, client)], strategy=strategy)  # type: ignore[arg-type]

    assert [listing.index for listing in indexes.listings(DEMO)] == [served.url, second.url]


def test_an_explicit_index_is_asked_by_name_only(served: IndexServer, second: IndexServer, client: HttpClient) -> None:
    indexes = IndexSet([index(second, client, name="private", explicit=True), index(served, client)])

    assert [listing.index for listing in indexes.listings(DEMO)] == [served.url]
    assert [listing.index for listing in indexes.listings(DEMO, index="private")] == [second.url]
    assert [listing.index for listing in indexes.listings(DEMO, index=second.url)] == [second.url]
    assert indexes.names == (served.url,)


def test_an_unknown_index_name_lists_those_that_exist(served: IndexServer, client: HttpClient) -> None:
    indexes = IndexSet([index(served, client, name="public")])

    with pytest.raises(SelectionError) as caught:
        indexes.listings(DEMO, index="privat")

    assert caught.value.available == ("public",)


def test_find_links_stand_beside_every_index(served: IndexServer, client: HttpClient, folder: Path) -> None:
    indexes = IndexSet([index(served, client)], find_links=[Index.find_links(folder)])

    assert [listing.index for listing in indexes.listings(DEMO)] == [str(folder), served.url]
    assert [listing.index for listing in indexes.listings(project_name("unrelated"))] == [str(folder)]


def test_what_the_cache_knows_needs_no_network(
    served: IndexServer, second: IndexServer, client: HttpClient, cache: Cache
) -> None:
    def made() -> IndexSet:
        fresh = Cache(cache.root)
        return IndexSet([index(served, client, fresh), index(second, client, fresh)])

    assert made().cached_listings(DEMO) is None
    made().listings(DEMO)

    known = made().cached_listings(DEMO)

    assert known is not None
    assert [listing.index for listing in known] == [served.url]
    assert made().cached_listings(project_name("only-second")) is None


class Shelf:
    """Another kind of index: what a user may write."""

    name = "shelf"

    def files(self, project: str) -> ProjectFiles:
        file = WheelFile(
            project=project_name(project),
            version=Version("1.0"),
            filename="demo-1.0-py3-none-any.whl",
            url="shelf://demo",
        )
        return ProjectFiles(project=file.project, index=self.name, files=(file,) if project == "demo" else ())

    def metadata(self, file: WheelFile) -> CoreMetadata:
        requirement = Requirement.parse("other; extra == 'x'")
        return CoreMetadata(
            project=file.project, version=file.version, requires_dist=(requirement,), provides_extra=(extra_name("x"),)
        )

    def open(self, file: DistributionFile) -> AbstractContextManager[Iterator[bytes]]:
        return nullcontext(iter([b"content"]))


def test_an_index_of_the_callers_own_kind_takes_part() -> None:
    indexes = IndexSet([Shelf()])
    (listing,) = indexes.listings(DEMO)
    member = indexes.find("shelf")

    rows = member.rows_metadata(listing.rows(0)[0], DEMO, Version("1.0"))

    assert [row.project for row in rows.extras["x"]] == ["other"]
    assert indexes.listings(project_name("absent")) == ()
    assert indexes.cached_listings(DEMO) is None
    assert member.cached_metadata(listing.rows(0)[0]) is None
    assert [files.versions() for files in indexes.files("demo")] == [(Version("1.0"),)]
    with member.open(member.files("demo").files[0]) as pieces:
        assert list(pieces) == [b"content"]
    assert member.file_path("shelf://demo") is None
    assert member.file_path("/srv/demo.whl") == Path("/srv/demo.whl")
    with pytest.raises(InvalidMetadataError, match="not a wheel"):
        member.rows_metadata(listing.rows(0)[0]._replace(filename="demo-1.0.tar.gz"), DEMO, Version("1.0"))


def test_what_is_known_of_one_named_index_and_of_links_needs_no_network(
    served: IndexServer, client: HttpClient, cache: Cache, folder: Path
) -> None:
    named = index(served, client, cache, name="public")
    named.listing(DEMO)
    indexes = IndexSet([named], strategy="unsafe-best-match", find_links=[Index.find_links(folder)])

    both = indexes.cached_listings(DEMO)
    one = indexes.cached_listings(DEMO, index="public")

    assert both is not None
    assert [listing.index for listing in both] == [str(folder), served.url]
    assert one is not None
    assert [listing.index for listing in one] == [served.url]


def test_an_httpx_mock_serves_an_index() -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        page = {"files": [{"filename": "demo-1.0.tar.gz", "url": "demo-1.0.tar.gz"}]}
        return httpx.Response(200, json=page, headers={"content-type": JSON})

    with HttpClient(transport=httpx.MockTransport(handle)) as client:
        listing = Index("https://index.example/simple", http=client).listing(DEMO)

    assert listing is not None
    assert listing.rows(0)[0].url == "https://index.example/simple/demo/demo-1.0.tar.gz"
