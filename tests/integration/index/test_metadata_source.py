from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from uvkit.artifacts import IndexMetadataSource
from uvkit.cache import Cache
from uvkit.errors import (
    BuildNotAllowedError,
    HashMismatchError,
    InvalidMetadataError,
    MetadataMismatchError,
    NetworkError,
)
from uvkit.events import Event, TaskFinished, TaskStarted
from uvkit.index import Index, IndexSet
from uvkit.model import (
    ArchiveSource,
    DirectorySource,
    GitSource,
    Hash,
    Listing,
    MetadataRows,
    ProjectName,
    Target,
    Universal,
    project_name,
)
from uvkit.net import HttpClient, NetworkOptions
from uvkit.resolver import CutOff, Expectation, ResolverOptions
from uvkit.runtime import Emitter, Pool
from uvkit.testing import Distribution, IndexServer, make_sdist, make_wheel

from .conftest import WireServer, response

DEMO = project_name("demo")
LINUX = Target.for_platform("linux", python="3.11")


class Recorder:
    """Builds nothing; says what it was asked to build."""

    def __init__(self) -> None:
        self.built: list[str] = []

    def archive(
        self, path: Path, *, project: ProjectName, digest: str | None = None, subdirectory: str | None = None
    ) -> MetadataRows:
        self.built.append(path.name if subdirectory is None else f"{path.name}/{subdirectory}")
        return MetadataRows(project=project, version="1.0")

    def tree(self, path: Path, *, project: ProjectName) -> MetadataRows:
        self.built.append(path.name)
        return MetadataRows(project=project, version="1.0")

    def repository(self, source: GitSource, *, project: ProjectName) -> tuple[MetadataRows, GitSource]:
        exact = GitSource(repository=source.repository, commit="0" * 40)
        return MetadataRows(project=project, version="1.0"), exact


def walk(source: IndexMetadataSource, *roots: str) -> list[str]:
    """Ask as a resolver does: hint, list, take the newest version, go on with what it needs."""
    seen: list[str] = []
    waiting: list[ProjectName] = list(map(project_name, roots))
    source.expect([Expectation(name) for name in waiting])
    while waiting:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen.append(name)
        (listing,) = source.listings(name)
        rows = source.metadata(name, listing.version(0), listing.rows(0)[0], index=listing.index)
        needed = [(ProjectName(row.project), row.specifier) for row in rows.requires]
        source.expect([Expectation(project, specifier) for project, specifier in needed])
        waiting += [project for project, _ in needed]
    return seen


@pytest.fixture
def tree(index_server: IndexServer) -> IndexServer:
    for number in range(15):
        children = [f"p{child}>=1" for child in (2 * number + 1, 2 * number + 2) if child < 15]
        index_server.add(Distribution(name=f"p{number}", version="1.0", requires=tuple(children)))
    return index_server


def indexes(server: IndexServer, client: HttpClient, cache: Cache | None = None) -> IndexSet:
    return IndexSet([Index(server.url, http=client, cache=cache)])


def pages(server: IndexServer) -> int:
    return sum(count for path, count in server.requests.items() if path.startswith("/simple/"))


def sidecars(server: IndexServer) -> list[str]:
    return sorted(path.rpartition("/")[2] for path in server.requests if path.endswith(".metadata"))


def test_everything_is_asked_for_once(tree: IndexServer, client: HttpClient, cache: Cache) -> None:
    with IndexMetadataSource(indexes(tree, client, cache), cache) as source:
        assert len(walk(source, "p0")) == 15

    assert set(tree.requests.values()) == {1}
    assert pages(tree) == 15


def test_a_warm_run_asks_nobody_and_starts_no_thread(tree: IndexServer, client: HttpClient, cache: Cache) -> None:
    with IndexMetadataSource(indexes(tree, client, cache), cache) as source:
        walk(source, "p0")
    before = (tree.requests.total(), threading.active_count())
    fresh = Cache(cache.root)

    with IndexMetadataSource(indexes(tree, client, fresh), fresh) as source:
        assert len(walk(source, "p0")) == 15
        assert (tree.requests.total(), threading.active_count()) == before


def test_the_closure_is_fetched_from_one_hint(tree: IndexServer, client: HttpClient) -> None:
    done = threading.Event()
    events: list[Event] = []

    class Watch(Emitter):
        def emit(self, event: Event) -> None:
            events.append(event)
            if sum(isinstance(one, TaskFinished) for one in events) == 30:
                done.set()

    emitter = Watch(events.append)
    with IndexMetadataSource(indexes(tree, client), emitter=emitter) as source:
        source.expect([Expectation(project_name("p0"))])
        assert done.wait(20)

    assert pages(tree) == 15
    assert len(sidecars(tree)) == 15
    assert {event.kind for event in events if isinstance(event, TaskStarted)} == {"listing", "metadata"}


def test_answers_do_not_change_within_a_run(tree: IndexServer, client: HttpClient) -> None:
    with IndexMetadataSource(indexes(tree, client)) as source:
        first = source.listings(project_name("p3"))
        tree.add(Distribution(name="p3", version="2.0"))

        assert source.listings(project_name("p3")) is first


def test_a_hint_that_fails_is_silent_until_somebody_asks(index_server: IndexServer, client: HttpClient) -> None:
    index_server.broken["/simple/demo/"] = [500] * 8

    with IndexMetadataSource(indexes(index_server, client)) as source:
        source.expect([Expectation(DEMO), Expectation(project_name("absent")), Expectation(DEMO, ">=", "nowhere")])

        assert source.listings(project_name("absent")) == ()


def test_a_callers_pool_is_left_open(tree: IndexServer, client: HttpClient) -> None:
    with Pool(2) as pool:
        with IndexMetadataSource(indexes(tree, client), pool=pool) as source:
            assert len(walk(source, "p0")) == 15
        ran = threading.Event()
        pool.submit(ran.set)

        assert ran.wait(5)


def test_after_close_nothing_new_begins(tree: IndexServer, client: HttpClient) -> None:
    source = IndexMetadataSource(indexes(tree, client))
    source.close()

    source.expect([Expectation(project_name("p0"))])

    assert tree.requests.total() == 0


# -- guesses -----------------------------------------------------------------------------------------------------------


def prefetched(server: IndexServer, client: HttpClient, items: Iterable[Expectation], **more: object) -> list[str]:
    """Return the sidecars that are fetched after hints and a question that waits for all of them."""
    pool = Pool(1)
    with IndexMetadataSource(indexes(server, client), pool=pool, **more) as source:  # type: ignore[arg-type]
        source.expect(items)
        for _ in range(6):  # one worker takes jobs in order; each job may have queued another
            turn = threading.Event()
            pool.submit(turn.set)
            assert turn.wait(20)
    pool.close()
    return sidecars(server)


@pytest.fixture
def versions(index_server: IndexServer) -> IndexServer:
    index_server.add(Distribution(name="demo", version="1.0"), uploaded="2020-01-01T00:00:00Z")
    index_server.add(Distribution(name="demo", version="1.5"), uploaded="2021-01-01T00:00:00Z")
    index_server.add(Distribution(name="demo", version="2.0"), uploaded="2022-01-01T00:00:00Z")
    index_server.add(Distribution(name="demo", version="2.1"), yanked="bad")
    index_server.add(Distribution(name="demo", version="3.0rc1"))
    return index_server


def test_the_newest_stable_version_is_guessed(versions: IndexServer, client: HttpClient) -> None:
    assert prefetched(versions, client, [Expectation(DEMO)]) == ["demo-2.0-py3-none-any.whl.metadata"]


def test_the_guess_keeps_to_the_specifier(versions: IndexServer, client: HttpClient) -> None:
    assert prefetched(versions, client, [Expectation(DEMO, "<1.5")]) == ["demo-1.0-py3-none-any.whl.metadata"]


def test_the_guess_keeps_to_the_cut_off(versions: IndexServer, client: HttpClient) -> None:
    options = ResolverOptions(exclude_newer=CutOff.at(datetime(2021, 6, 1, tzinfo=UTC)))

    assert prefetched(versions, client, [Expectation(DEMO)], options=options) == ["demo-1.5-py3-none-any.whl.metadata"]


def test_the_guess_fits_the_target(index_server: IndexServer, client: HttpClient) -> None:
    for tag in ("cp311-cp311-win_amd64", "py3-none-any", "cp311-cp311-manylinux_2_17_x86_64"):
        index_server.add(Distribution(name="demo", version="1.0", tag=tag))

    found = prefetched(index_server, client, [Expectation(DEMO)], target=LINUX)

    assert found == ["demo-1.0-cp311-cp311-manylinux_2_17_x86_64.whl.metadata"]


@pytest.mark.parametrize(("requires_python", "tag"), [(">=3.11.4", "cp311"), (">=3.9", "cp310"), (">=3.12", "cp312")])
def test_the_guess_is_for_a_python_in_the_range(
    index_server: IndexServer, client: HttpClient, requires_python: str, tag: str
) -> None:
    for python in ("cp27", "cp310", "cp311", "cp312"):
        index_server.add(Distribution(name="demo", version="1.0", tag=f"{python}-{python}-win_amd64"))
    universe = Universal(requires_python=SpecifierSet(requires_python))

    found = prefetched(index_server, client, [Expectation(DEMO)], target=universe)

    assert found == [f"demo-1.0-{tag}-{tag}-win_amd64.whl.metadata"]


def test_dependencies_that_cannot_matter_are_not_guessed(index_server: IndexServer, client: HttpClient) -> None:
    requires = ("win; sys_platform == 'win32'", "old; python_version < '3.8'", "always[x]")
    index_server.add(Distribution(name="demo", version="1.0", requires=requires, extras={"y": ("unasked",)}))
    index_server.add(Distribution(name="always", version="1.0", extras={"x": ("extra",)}))
    for name in ("win", "old", "extra", "unasked"):
        index_server.add(Distribution(name=name, version="1.0"))

    prefetched(index_server, client, [Expectation(DEMO)], target=LINUX)
    on_linux = {path.split("/")[2] for path in index_server.requests if path.startswith("/simple/")}
    index_server.requests.clear()
    prefetched(index_server, client, [Expectation(DEMO)], target=Universal(requires_python=SpecifierSet(">=3.9")))
    anywhere = {path.split("/")[2] for path in index_server.requests if path.startswith("/simple/")}

    assert on_linux == {"demo", "always", "extra"}
    assert anywhere == {"demo", "win", "always", "extra"}


# -- source distributions ----------------------------------------------------------------------------------------------


def only(source: IndexMetadataSource, name: str) -> Listing:
    (listing,) = source.listings(project_name(name))
    return listing


def test_a_source_distribution_needs_a_builder(index_server: IndexServer, client: HttpClient) -> None:
    index_server.add(Distribution(name="demo", version="1.0"), sdist=True, wheel=False)

    with IndexMetadataSource(indexes(index_server, client)) as source:
        listing = only(source, "demo")
        with pytest.raises(BuildNotAllowedError):
            source.metadata(DEMO, Version("1.0"), listing.rows(0)[0], index=listing.index)


def test_a_builder_gets_the_archive(index_server: IndexServer, client: HttpClient, cache: Cache) -> None:
    index_server.add(Distribution(name="demo", version="1.0"), sdist=True, wheel=False)
    builder = Recorder()

    with IndexMetadataSource(indexes(index_server, client, cache), cache, http=client, builder=builder) as source:
        listing = only(source, "demo")
        rows = source.metadata(DEMO, Version("1.0"), listing.rows(0)[0], index=listing.index)

    assert rows.version == "1.0"
    assert builder.built == ["demo-1.0.tar.gz"]


def test_an_archive_with_another_digest_is_not_built(
    index_server: IndexServer, client: HttpClient, cache: Cache
) -> None:
    (path,) = index_server.add(Distribution(name="demo", version="1.0"), sdist=True, wheel=False)
    path.write_bytes(b"changed")
    builder = Recorder()

    with IndexMetadataSource(indexes(index_server, client, cache), cache, http=client, builder=builder) as source:
        listing = only(source, "demo")
        with pytest.raises(HashMismatchError):
            source.metadata(DEMO, Version("1.0"), listing.rows(0)[0], index=listing.index)

    assert builder.built == []


# -- direct sources ----------------------------------------------------------------------------------------------------


def direct(cache: Cache | None, client: HttpClient, root: Path, builder: Recorder | None = None) -> IndexMetadataSource:
    return IndexMetadataSource(IndexSet([]), cache, http=client, root=root, builder=builder)


@pytest.mark.parametrize("cached", [True, False])
def test_a_wheel_at_a_url_is_locked_with_its_digest(
    index_server: IndexServer, client: HttpClient, cache: Cache, tmp_path: Path, cached: bool
) -> None:
    (path,) = index_server.add(Distribution(name="demo", version="1.0", requires=("other",)))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    url = f"{index_server.root}/files/demo/{path.name}"

    with direct(cache if cached else None, client, tmp_path) as source:
        rows, exact = source.source_metadata(DEMO, ArchiveSource(url=url))

    assert [row.project for row in rows.requires] == ["other"]
    assert exact == ArchiveSource(url=url, hashes=(Hash("sha256", digest),))
    if cached:
        assert cache.wheels.find(url) is not None
        with direct(Cache(cache.root), client, tmp_path) as again:
            assert again.source_metadata(DEMO, ArchiveSource(url=url)) == (rows, exact)
        with HttpClient(NetworkOptions(offline=True)) as offline, direct(Cache(cache.root), offline, tmp_path) as again:
            assert again.source_metadata(DEMO, ArchiveSource(url=url)) == (rows, exact)


def test_a_url_that_did_not_change_is_not_fetched_again(
    wire: WireServer, client: HttpClient, cache: Cache, tmp_path: Path
) -> None:
    content = make_wheel(tmp_path, Distribution(name="demo", version="1.0")).read_bytes()
    wire.answer = lambda request: (
        response(status=304) if request.headers.get("if-none-match") == '"a"' else response(content, ETag='"a"')
    )
    asked = ArchiveSource(url=f"{wire.url}/demo-1.0-py3-none-any.whl")

    found = []
    for _ in range(3):
        with direct(Cache(cache.root), client, tmp_path) as source:
            found.append(source.source_metadata(DEMO, asked))

    assert found[0] == found[1] == found[2]
    assert ["if-none-match" in request.headers for request in wire.requests] == [False, True, True]


def test_a_url_whose_content_changed_is_read_again(
    index_server: IndexServer, client: HttpClient, cache: Cache, tmp_path: Path
) -> None:
    (path,) = index_server.add(Distribution(name="demo", version="1.0"))
    url = f"{index_server.root}/files/demo/{path.name}"
    with direct(cache, client, tmp_path) as source:
        before, _ = source.source_metadata(DEMO, ArchiveSource(url=url))
    make_wheel(path.parent, Distribution(name="demo", version="1.0", requires=("new",)))

    with direct(cache, client, tmp_path) as source:
        after, exact = source.source_metadata(DEMO, ArchiveSource(url=url))

    assert (len(before.requires), len(after.requires)) == (0, 1)
    assert isinstance(exact, ArchiveSource)
    assert exact.hashes[0].digest == hashlib.sha256(path.read_bytes()).hexdigest()
    image = cache.wheels.find(url)
    assert image is not None
    assert image.path.name == exact.hashes[0].digest


def test_a_source_archive_at_a_url_is_built_once(
    index_server: IndexServer, client: HttpClient, cache: Cache, tmp_path: Path
) -> None:
    (path,) = index_server.add(Distribution(name="demo", version="1.0"), sdist=True, wheel=False)
    asked = ArchiveSource(url=f"{index_server.root}/files/demo/{path.name}", subdirectory="inner")
    builder = Recorder()

    for _ in range(2):
        with direct(Cache(cache.root), client, tmp_path, builder) as source:
            source.source_metadata(DEMO, asked)

    assert builder.built == [f"{path.name}/inner"]


def test_a_url_whose_digest_is_locked_is_checked(
    index_server: IndexServer, client: HttpClient, cache: Cache, tmp_path: Path
) -> None:
    (path,) = index_server.add(Distribution(name="demo", version="1.0"))
    url = f"{index_server.root}/files/demo/{path.name}"
    source_with_hash = ArchiveSource(url=url, hashes=(Hash("sha256", "0" * 64),))

    with direct(cache, client, tmp_path) as source, pytest.raises(HashMismatchError):
        source.source_metadata(DEMO, source_with_hash)

    assert cache.wheels.find(url) is None


def test_a_url_of_another_project_is_refused(
    index_server: IndexServer, client: HttpClient, cache: Cache, tmp_path: Path
) -> None:
    (path,) = index_server.add(Distribution(name="other", version="1.0"))
    url = f"{index_server.root}/files/other/{path.name}"

    with direct(cache, client, tmp_path) as source, pytest.raises(MetadataMismatchError):
        source.source_metadata(DEMO, ArchiveSource(url=url))


def test_a_local_wheel_is_relative_to_the_root(client: HttpClient, cache: Cache, tmp_path: Path) -> None:
    path = make_wheel(tmp_path / "dl", Distribution(name="demo", version="1.0", requires=("other",)))

    with direct(cache, client, tmp_path) as source:
        rows, exact = source.source_metadata(DEMO, ArchiveSource(path=Path("dl") / path.name))

    assert [row.project for row in rows.requires] == ["other"]
    assert isinstance(exact, ArchiveSource)
    assert exact.hashes[0].digest == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_local_archive_that_is_missing_or_broken_says_so(client: HttpClient, cache: Cache, tmp_path: Path) -> None:
    (tmp_path / "demo-1.0-py3-none-any.whl").write_bytes(b"damaged")

    with direct(cache, client, tmp_path) as source:
        for name in ("missing-1.0-py3-none-any.whl", "demo-1.0-py3-none-any.whl"):
            with pytest.raises(InvalidMetadataError):
                source.source_metadata(DEMO, ArchiveSource(path=Path(name)))


def test_a_source_archive_goes_to_the_builder(client: HttpClient, cache: Cache, tmp_path: Path) -> None:
    path = make_sdist(tmp_path, Distribution(name="demo", version="1.0"))
    builder = Recorder()

    with direct(cache, client, tmp_path, builder) as source:
        source.source_metadata(DEMO, ArchiveSource(path=Path(path.name)))

    assert builder.built == [path.name]
    with direct(cache, client, tmp_path) as source, pytest.raises(BuildNotAllowedError):
        source.source_metadata(DEMO, ArchiveSource(path=Path(path.name)))


STATIC = """
[project]
name = "demo"
version = "1.0"
requires-python = ">=3.9"
dependencies = ["other>=1; os_name == 'nt'"]
[project.optional-dependencies]
X = ["more"]
"""


def test_a_tree_that_says_everything_is_not_built(client: HttpClient, cache: Cache, tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "pyproject.toml").write_text(STATIC)
    builder = Recorder()

    with direct(cache, client, tmp_path, builder) as source:
        rows, _ = source.source_metadata(DEMO, DirectorySource(path=Path("lib")))

    assert (rows.version, rows.requires_python) == ("1.0", ">=3.9")
    assert [(row.project, row.specifier, row.marker) for row in rows.requires] == [("other", ">=1", "os_name == 'nt'")]
    assert [row.project for row in rows.extras["x"]] == ["more"]
    assert builder.built == []


@pytest.mark.parametrize(
    "text",
    [
        STATIC.replace('version = "1.0"', 'dynamic = ["version"]'),
        STATIC.replace("dependencies = [\"other>=1; os_name == 'nt'\"]", 'dynamic = ["dependencies"]'),
        STATIC.replace('requires-python = ">=3.9"', 'dynamic = ["requires-python"]'),
        "[build-system]\nrequires = []\n",
        None,
    ],
)
def test_a_tree_that_leaves_something_open_is_built(
    client: HttpClient, cache: Cache, tmp_path: Path, text: str | None
) -> None:
    (tmp_path / "lib").mkdir()
    if text is not None:
        (tmp_path / "lib" / "pyproject.toml").write_text(text)
    builder = Recorder()

    with direct(cache, client, tmp_path, builder) as source:
        source.source_metadata(DEMO, DirectorySource(path=Path("lib")))
    with direct(cache, client, tmp_path) as source, pytest.raises(BuildNotAllowedError):
        source.source_metadata(DEMO, DirectorySource(path=Path("lib")))

    assert builder.built == ["lib"]


def test_a_tree_that_is_not_there_says_so(client: HttpClient, cache: Cache, tmp_path: Path) -> None:
    with direct(cache, client, tmp_path) as source, pytest.raises(InvalidMetadataError, match="no such directory"):
        source.source_metadata(DEMO, DirectorySource(path=Path("lib")))


def test_a_repository_becomes_a_commit(client: HttpClient, cache: Cache, tmp_path: Path) -> None:
    with direct(cache, client, tmp_path, Recorder()) as source:
        _, exact = source.source_metadata(DEMO, GitSource(repository="https://git.example/demo", reference="main"))

    assert isinstance(exact, GitSource)
    assert exact.commit == "0" * 40


def test_a_server_that_is_gone_is_an_error_for_whoever_asks(client: HttpClient, naps: list[float]) -> None:
    gone = IndexSet([Index("http://127.0.0.1:9/simple", http=client)])

    with IndexMetadataSource(gone) as source, pytest.raises(NetworkError):
        source.listings(DEMO)

    assert len(naps) == 3
