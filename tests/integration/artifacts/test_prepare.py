"""Wheels from a real index on loopback, from files and from builders, into the cache."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from packaging.version import Version

from uvkit.artifacts import prepare
from uvkit.cache import Cache, WheelImage
from uvkit.errors import (
    BuildNotAllowedError,
    CancelledError,
    HashMismatchError,
    HttpStatusError,
    InvalidResponseError,
    MetadataMismatchError,
    MissingHashError,
    NoCompatibleFileError,
    OfflineError,
    PrepareError,
    UnsafeArchiveError,
    UvkitError,
)
from uvkit.events import CancelToken, Event, TaskAdvanced, TaskFinished, TaskStarted
from uvkit.index import Index, IndexSet
from uvkit.model import (
    ArchiveSource,
    DirectorySource,
    DistributionFile,
    GitSource,
    Hash,
    IndexSource,
    PinnedDistribution,
    ProjectName,
    Target,
    project_name,
)
from uvkit.net import HttpClient, NetworkOptions
from uvkit.runtime import Emitter
from uvkit.testing import Distribution, IndexServer, make_sdist, make_wheel


@pytest.fixture
def server(tmp_path: Path) -> Iterator[IndexServer]:
    with IndexServer(tmp_path / "files") as server:
        yield server


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


def add(server: IndexServer, *names: str, size: int = 10, **options: bool) -> None:
    for name in names:
        files = {f"{name}/__init__.py": os.urandom(size)}
        server.add(Distribution(name=name, version="1.0", files=files), **options)  # type: ignore[arg-type]


def pins(server: IndexServer, *names: str) -> list[PinnedDistribution]:
    found = []
    with Index(server.url) as index:
        for name in names:
            (file,) = index.files(name).files
            found.append(pin(name, IndexSource(index=index.url), file))
    return found


def pin(name: str, source: object, file: DistributionFile | None = None) -> PinnedDistribution:
    return PinnedDistribution(project=project_name(name), version=Version("1.0"), source=source, file=file)  # type: ignore[arg-type]


def run(
    wanted: list[PinnedDistribution], server: IndexServer | None, cache: Cache, **options: object
) -> dict[str, WheelImage]:
    with HttpClient(NetworkOptions(retries=1), sleep=lambda _: None) as http:
        indexes = IndexSet([Index(server.url, http=http)] if server is not None else [])
        images = prepare(wanted, indexes=indexes, cache=cache, http=http, **options)  # type: ignore[arg-type]
    return {str(name): image for name, image in images.items()}


def failures(
    wanted: list[PinnedDistribution], server: IndexServer | None, cache: Cache, **options: object
) -> list[UvkitError]:
    with pytest.raises(PrepareError) as caught:
        run(wanted, server, cache, **options)
    return list(caught.value.failures)


def downloads(server: IndexServer) -> int:
    return sum(count for path, count in server.requests.items() if path.startswith("/files/"))


def assert_nothing_stored(cache: Cache) -> None:
    assert cache.usage().entries == 0
    assert [path for path in (cache.root / "staging").rglob("*") if path.is_file() and path.suffix != ".lock"] == []


# -- from an index -----------------------------------------------------------------------------------------------------


def test_wheels_of_an_index_are_unpacked_in_the_order_of_the_pins(server: IndexServer, cache: Cache) -> None:
    add(server, "big", size=100_000)
    add(server, "small", "tiny")
    wanted = pins(server, "tiny", "big", "small")

    images = run(wanted, server, cache)

    assert list(images) == ["tiny", "big", "small"]
    for name, image in images.items():
        assert image.manifest.name == name
        assert (image.root("site") / f"{name}/__init__.py").exists()


def test_a_few_of_middle_size_come_before_the_largest(server: IndexServer, cache: Cache) -> None:
    names = [f"project{number:02}" for number in range(45)]
    for number, name in enumerate(names):
        add(server, name, size=50_000 - number * 1000)

    run(pins(server, *names), server, cache, downloads=1)

    fetched = [path.split("/")[2] for path in server.requests if path.startswith("/files/")]
    assert fetched == [*names[15:27], *names[:15], *names[27:]]


def test_wheels_in_the_cache_are_not_fetched_again(server: IndexServer, cache: Cache) -> None:
    add(server, "a", "b")
    wanted = pins(server, "a", "b")
    run(wanted, server, cache)
    before = downloads(server)

    images = run(wanted, server, Cache(cache.root))

    assert sorted(images) == ["a", "b"]
    assert downloads(server) == before == 2


def test_wheel_known_by_another_digest_is_fetched_once(server: IndexServer, cache: Cache) -> None:
    add(server, "a")
    (wanted,) = pins(server, "a")
    assert wanted.file is not None
    content = next((server.directory / "a").glob("*.whl")).read_bytes()
    for hashes in (
        (Hash("sha512", hashlib.sha512(content).hexdigest()),),
        (Hash("md5", hashlib.md5(content).hexdigest()),),
        (),
    ):
        other = replace(wanted, file=replace(wanted.file, hashes=hashes))
        before = downloads(server)
        for _ in range(2):
            run([other], server, Cache(cache.root))
        assert downloads(server) == before + 1

    assert cache.usage().entries == 1


def test_large_wheel_without_known_size_is_streamed_through_a_file(server: IndexServer, cache: Cache) -> None:
    add(server, "big", size=9 << 20)
    (wanted,) = pins(server, "big")
    assert wanted.file is not None

    for file in (wanted.file, replace(wanted.file, size=None, hashes=())):
        run([replace(wanted, file=file)], server, cache)["big"]

    assert [path for path in (cache.root / "staging").rglob("*") if path.is_file() and path.suffix != ".lock"] == []


def test_index_that_is_not_configured_is_not_needed(server: IndexServer, cache: Cache) -> None:
    add(server, "a")

    assert list(run(pins(server, "a"), None, cache)) == ["a"]


def test_index_in_a_folder_serves(tmp_path: Path, cache: Cache) -> None:
    make_wheel(tmp_path / "links", Distribution(name="a", version="1.0"))
    index = Index(tmp_path / "links", layout="flat")
    (file,) = index.files("a").files
    wanted = pin("a", IndexSource(index=index.url), file)

    images = prepare([wanted], indexes=IndexSet([index]), cache=cache)

    assert images[project_name("a")].manifest.version == "1.0"


# -- what goes wrong ---------------------------------------------------------------------------------------------------


def test_wrong_hash_is_refused_and_leaves_nothing(server: IndexServer, cache: Cache) -> None:
    add(server, "a")
    (wanted,) = pins(server, "a")
    assert wanted.file is not None
    for algorithm in ("sha256", "sha512", "md5"):
        lie = replace(wanted, file=replace(wanted.file, hashes=(Hash(algorithm, "0" * 64),)))

        (failure,) = failures([lie], server, cache)

        assert isinstance(failure, HashMismatchError)
        assert failure.expected == (f"{algorithm}:{'0' * 64}",)
        assert_nothing_stored(cache)


def test_strongest_digest_decides(server: IndexServer, cache: Cache) -> None:
    add(server, "a")
    (wanted,) = pins(server, "a")
    assert wanted.file is not None
    content = next((server.directory / "a").glob("*.whl")).read_bytes()
    right = Hash("md5", hashlib.md5(content).hexdigest())
    lie = replace(wanted, file=replace(wanted.file, hashes=(right, Hash("sha256", "0" * 64))))

    (failure,) = failures([lie], server, cache)

    assert isinstance(failure, HashMismatchError)


def test_body_that_is_cut_short_is_tried_again_and_then_refused(server: IndexServer, cache: Cache) -> None:
    add(server, "a", size=5000)
    wanted = pins(server, "a")
    (path,) = [f"/files/a/{file.path.name}" for file in server.files["a"].values()]
    server.truncated[path] = 1000

    (failure,) = failures(wanted, server, cache)

    assert isinstance(failure, InvalidResponseError)
    assert server.requests[path] == 3
    assert_nothing_stored(cache)


def test_body_that_broke_once_is_fetched_again(server: IndexServer, cache: Cache) -> None:
    add(server, "a", size=500_000)
    wanted = pins(server, "a")
    (path,) = [f"/files/a/{file.path.name}" for file in server.files["a"].values()]
    server.truncated[path] = 1000
    original = server.answer

    def answer(handler: object) -> None:
        original(handler)  # type: ignore[arg-type]
        server.truncated.clear()

    server.answer = answer  # type: ignore[method-assign]

    assert list(run(wanted, server, cache)) == ["a"]


def test_file_that_is_shorter_than_announced_is_refused(server: IndexServer, cache: Cache) -> None:
    add(server, "a")
    (wanted,) = pins(server, "a")
    assert wanted.file is not None
    for hashes in ((), (Hash("sha256", "0" * 64),)):
        lie = replace(wanted, file=replace(wanted.file, size=100_000, hashes=hashes))

        (failure,) = failures([lie], server, cache)

        assert isinstance(failure, InvalidResponseError)
        assert "of 100000 bytes" in str(failure)
    assert_nothing_stored(cache)


def test_right_digest_beats_a_wrong_size(server: IndexServer, cache: Cache) -> None:
    add(server, "a")
    (wanted,) = pins(server, "a")
    assert wanted.file is not None

    assert run([replace(wanted, file=replace(wanted.file, size=1))], server, cache)


def test_missing_file_is_a_status_error(server: IndexServer, cache: Cache) -> None:
    add(server, "a")
    wanted = pins(server, "a")
    server.files["a"].clear()

    (failure,) = failures(wanted, server, cache)

    assert isinstance(failure, HttpStatusError)
    assert failure.status == 404
    assert failure.__notes__ == ["while preparing `a 1.0`"]


def test_all_failures_are_reported_and_good_wheels_kept(server: IndexServer, cache: Cache) -> None:
    add(server, "a", "b", "c", "d")
    wanted = pins(server, "a", "b", "c", "d")
    for name in ("b", "d"):
        server.files[name].clear()

    found = failures(wanted, server, cache, downloads=4)

    assert {failure.__notes__[0] for failure in found} <= {"while preparing `b 1.0`", "while preparing `d 1.0`"}
    assert found


def test_first_failure_keeps_the_rest_from_starting(server: IndexServer, cache: Cache) -> None:
    add(server, "big", size=10_000)
    add(server, *(f"p{number}" for number in range(20)))
    wanted = pins(server, "big", *(f"p{number}" for number in range(20)))
    server.files["big"].clear()

    failures(wanted, server, cache, downloads=1)

    assert downloads(server) == 1


def test_wheel_that_is_damaged_inside_is_refused(server: IndexServer, cache: Cache) -> None:
    add(server, "a")
    (served,) = server.files["a"].values()
    served.path.write_bytes(served.path.read_bytes()[:-30])
    served.hashes = {"sha256": hashlib.sha256(served.path.read_bytes()).hexdigest()}

    (failure,) = failures(pins(server, "a"), server, cache)

    assert isinstance(failure, UnsafeArchiveError)
    assert_nothing_stored(cache)


def test_wheel_of_another_project_is_refused_even_from_the_cache(server: IndexServer, cache: Cache) -> None:
    add(server, "a", "b")
    a, b = pins(server, "a", "b")
    mixed = replace(a, file=b.file)

    for _ in range(2):
        (failure,) = failures([mixed], server, cache)
        assert isinstance(failure, MetadataMismatchError)
        run([b], server, cache)


def test_wheel_of_another_version_is_refused(server: IndexServer, cache: Cache) -> None:
    add(server, "a")
    (wanted,) = pins(server, "a")

    (failure,) = failures([replace(wanted, version=Version("2.0"))], server, cache)

    assert isinstance(failure, MetadataMismatchError)
    assert failure.field == "version"


def test_pin_without_a_file_is_an_error(server: IndexServer, cache: Cache) -> None:
    (failure,) = failures([pin("a", IndexSource(index=server.url))], server, cache)

    assert isinstance(failure, NoCompatibleFileError)


def test_hashes_can_be_required(server: IndexServer, cache: Cache, tmp_path: Path) -> None:
    add(server, "a", "b")
    a, b = pins(server, "a", "b")
    assert b.file is not None
    bare = replace(b, file=replace(b.file, hashes=()))
    tree = pin("t", DirectorySource(path=tmp_path))

    found = failures([a, bare, tree], server, cache, require_hashes=True)

    assert [type(failure) for failure in found] == [MissingHashError, MissingHashError]
    assert downloads(server) == 0


def test_offline_needs_everything_in_the_cache(server: IndexServer, cache: Cache) -> None:
    add(server, "a", "b")
    a, b = pins(server, "a", "b")
    run([a], server, cache)
    http = HttpClient(NetworkOptions(offline=True))
    indexes = IndexSet([Index(server.url, http=http)])

    assert list(prepare([a], indexes=indexes, cache=cache, http=http)) == ["a"]
    with pytest.raises(PrepareError) as caught:
        prepare([a, b], indexes=indexes, cache=cache, http=http)
    assert isinstance(caught.value.failures[0], OfflineError)


# -- archives by URL and path ------------------------------------------------------------------------------------------


def test_wheel_on_disk_is_unpacked_and_found_again_until_it_changes(tmp_path: Path, cache: Cache) -> None:
    wheel = make_wheel(tmp_path / "w", Distribution(name="a", version="1.0", files={"a.py": b"1"}))
    wanted = pin("a", ArchiveSource(path=Path("w") / wheel.name))

    first = run([wanted], None, cache, root=tmp_path)["a"]
    again = run([wanted], None, Cache(cache.root), root=tmp_path)["a"]
    make_wheel(tmp_path / "w", Distribution(name="a", version="1.0", files={"a.py": b"22"}))
    changed = run([wanted], None, cache, root=tmp_path)["a"]

    assert first.path == again.path != changed.path
    assert (changed.root("site") / "a.py").read_bytes() == b"22"


def test_wheel_on_disk_with_a_wrong_hash_is_refused(tmp_path: Path, cache: Cache) -> None:
    wheel = make_wheel(tmp_path, Distribution(name="a", version="1.0"))
    wanted = pin("a", ArchiveSource(path=wheel, hashes=(Hash("sha256", "0" * 64),)))

    (failure,) = failures([wanted], None, cache)

    assert isinstance(failure, HashMismatchError)
    assert_nothing_stored(cache)


def test_missing_wheel_on_disk_is_a_typed_error(tmp_path: Path, cache: Cache) -> None:
    wanted = pin("a", ArchiveSource(path=tmp_path / "a-1.0-py3-none-any.whl"))

    (failure,) = failures([wanted], None, cache)

    assert isinstance(failure, InvalidResponseError)
    assert "no such file" in str(failure)


def test_wheel_at_a_url_is_fetched_once(server: IndexServer, cache: Cache) -> None:
    add(server, "a")
    (served,) = server.files["a"].values()
    wanted = pin("a", ArchiveSource(url=f"{server.root}/files/a/{served.path.name}"))

    for _ in range(2):
        assert list(run([wanted], None, Cache(cache.root))) == ["a"]

    assert downloads(server) == 1


# -- builds ------------------------------------------------------------------------------------------------------------


class Builder:
    """A builder that packs a fixed wheel and notes what it was asked."""

    def __init__(
        self, cache: Cache, folder: Path, *, tag: str = "py3-none-any", error: UvkitError | None = None
    ) -> None:
        self.cache = cache
        self.folder = folder
        self.tag = tag
        self.error = error
        self.asked: list[tuple[object, ...]] = []
        self.known: dict[str, WheelImage] = {}

    def _image(self, project: str) -> WheelImage:
        if self.error is not None:
            raise self.error
        wheel = make_wheel(self.folder, Distribution(name=project, version="1.0", tag=self.tag))
        return self.cache.wheels.add(wheel)

    def built_image(self, digest: str, *, project: ProjectName, subdirectory: str | None = None) -> WheelImage | None:
        return self.known.get(digest)

    def archive_image(
        self, path: Path, *, project: ProjectName, digest: str | None = None, subdirectory: str | None = None
    ) -> WheelImage:
        assert digest == hashlib.sha256(path.read_bytes()).hexdigest()
        self.asked.append(("archive", path.name, project, subdirectory))
        self.known[digest] = image = self._image(project)
        return image

    def tree_image(self, path: Path, *, project: ProjectName, editable: bool = False) -> WheelImage:
        self.asked.append(("tree", path, project, editable))
        return self._image(project)

    def repository_image(self, source: GitSource, *, project: ProjectName) -> WheelImage:
        self.asked.append(("repository", source.repository, project))
        return self._image(project)


def test_sources_are_fetched_verified_and_built(server: IndexServer, cache: Cache, tmp_path: Path) -> None:
    add(server, "a", sdist=True, wheel=False)
    local = make_sdist(tmp_path / "s", Distribution(name="b", version="1.0"))
    wanted = [
        *pins(server, "a"),
        pin("b", ArchiveSource(path=local, subdirectory="sub")),
        pin("c", DirectorySource(path=Path("tree"), editable=True)),
        pin("d", GitSource(repository="https://git.example/d", commit="0" * 40)),
    ]
    builder = Builder(cache, tmp_path / "built")

    images = run(wanted, server, cache, builder=builder, root=tmp_path, builds=1)

    assert list(images) == ["a", "b", "c", "d"]
    assert builder.asked == [
        ("archive", "a-1.0.tar.gz", "a", None),
        ("archive", "b-1.0.tar.gz", "b", "sub"),
        ("tree", tmp_path / "tree", "c", True),
        ("repository", "https://git.example/d", "d"),
    ]


def test_source_that_was_built_before_is_not_fetched(server: IndexServer, cache: Cache, tmp_path: Path) -> None:
    add(server, "a", sdist=True, wheel=False)
    builder = Builder(cache, tmp_path / "built")

    for _ in range(2):
        run(pins(server, "a"), server, cache, builder=builder)

    assert downloads(server) == 1
    assert len(builder.asked) == 1


def test_source_without_a_builder_is_refused(server: IndexServer, cache: Cache) -> None:
    add(server, "a", sdist=True, wheel=False)

    (failure,) = failures(pins(server, "a"), server, cache)

    assert isinstance(failure, BuildNotAllowedError)
    assert downloads(server) == 0


def test_source_with_a_wrong_hash_is_not_built(server: IndexServer, cache: Cache, tmp_path: Path) -> None:
    add(server, "a", sdist=True, wheel=False)
    (wanted,) = pins(server, "a")
    assert wanted.file is not None
    builder = Builder(cache, tmp_path / "built")

    found = failures(
        [replace(wanted, file=replace(wanted.file, hashes=(Hash("sha256", "0" * 64),)))], server, cache, builder=builder
    )

    assert isinstance(found[0], HashMismatchError)
    assert builder.asked == []


def test_wheel_built_for_another_interpreter_is_refused(cache: Cache, tmp_path: Path) -> None:
    builder = Builder(cache, tmp_path / "built", tag="cp27-cp27m-win32")
    target = Target.for_platform("linux", python="3.12")

    (failure,) = failures([pin("t", DirectorySource(path=tmp_path))], None, cache, builder=builder, target=target)

    assert isinstance(failure, NoCompatibleFileError)


def test_defect_of_a_builder_is_not_wrapped(cache: Cache, tmp_path: Path) -> None:
    class Broken(Builder):
        def tree_image(self, path: Path, *, project: ProjectName, editable: bool = False) -> WheelImage:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run([pin("t", DirectorySource(path=tmp_path))], None, cache, builder=Broken(cache, tmp_path))


# -- events and stopping -----------------------------------------------------------------------------------------------


def test_events_tell_start_progress_and_end_of_every_task(server: IndexServer, cache: Cache, tmp_path: Path) -> None:
    add(server, "a", "b")
    add(server, "s", sdist=True, wheel=False)
    wanted = pins(server, "a", "b", "s")
    run(wanted[:1], server, cache)
    events: list[Event] = []

    run(wanted, server, cache, builder=Builder(cache, tmp_path / "built"), emitter=Emitter(events.append))

    started = {event.task: event for event in events if isinstance(event, TaskStarted)}
    ended = {event.task: event.outcome for event in events if isinstance(event, TaskFinished)}
    assert {(event.kind, event.subject, ended[task]) for task, event in started.items()} == {
        ("download", "a 1.0", "cached"),
        ("download", "b 1.0", "done"),
        ("download", "s 1.0", "done"),
    }
    for task, event in started.items():
        order = [type(other) for other in events if getattr(other, "task", None) == task]
        assert order[0] is TaskStarted
        assert order[-1] is TaskFinished
        assert set(order[1:-1]) <= {TaskAdvanced}
        assert event.total == next(
            row.file.size for row in wanted if row.file and event.subject == f"{row.project} 1.0"
        )


def test_failed_task_ends_too(server: IndexServer, cache: Cache) -> None:
    add(server, "a")
    wanted = pins(server, "a")
    server.files["a"].clear()
    events: list[Event] = []

    failures(wanted, server, cache, emitter=Emitter(events.append))

    assert [event.outcome for event in events if isinstance(event, TaskFinished)] == ["failed"]


def test_cancelled_run_stops_between_chunks_and_stores_nothing(server: IndexServer, cache: Cache) -> None:
    add(server, "a", "b", size=3_000_000)
    wanted = pins(server, "a", "b")
    token = CancelToken()
    original: Callable[..., None] = server.answer

    def answer(handler: object) -> None:
        token.cancel()
        original(handler)

    server.answer = answer  # type: ignore[method-assign]
    events: list[Event] = []

    with pytest.raises(CancelledError):
        run(wanted, server, cache, emitter=Emitter(events.append), cancel=token, downloads=1)

    assert downloads(server) == 1
    assert [event.outcome for event in events if isinstance(event, TaskFinished)] == ["cancelled"]
    assert_nothing_stored(cache)


def test_error_in_the_sink_stops_the_run(server: IndexServer, cache: Cache) -> None:
    add(server, "a", "b", "c")

    def sink(event: Event) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(pins(server, "a", "b", "c"), server, cache, emitter=Emitter(sink))


PREPARE = """\
import sys
from packaging.version import Version
from uvkit.artifacts import prepare
from uvkit.cache import Cache
from uvkit.index import Index, IndexSet
from uvkit.model import IndexSource, PinnedDistribution

url, root, names = sys.argv[1], sys.argv[2], sys.argv[3:]
index = Index(url)
source = IndexSource(index=index.url)
pins = [
    PinnedDistribution(project=name, version=Version("1.0"), source=source, file=index.files(name).files[0])
    for name in names
]
print("ready", flush=True)
sys.stdin.readline()
print(len(prepare(pins, indexes=IndexSet([index]), cache=Cache(root), downloads=4)))
index.close()
"""


def spawn(server: IndexServer, cache: Cache, *names: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PREPARE, server.url, str(cache.root), *names]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_processes_that_want_the_same_wheels_fetch_each_once(server: IndexServer, cache: Cache) -> None:
    names = [f"p{number}" for number in range(6)]
    add(server, *names, size=200_000)
    processes = [spawn(server, cache, *names) for _ in range(4)]

    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=60)[0] for process in processes]

    assert answers == ["6\n"] * 4
    assert downloads(server) == 6


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_killed_run_leaves_only_whole_wheels(server: IndexServer, cache: Cache) -> None:
    names = [f"p{number}" for number in range(8)]
    add(server, *names, size=400_000)
    seen = threading.Event()
    original: Callable[..., None] = server.answer

    def answer(handler: object) -> None:
        if sum(count for path, count in list(server.requests.items()) if path.startswith("/files/")) >= 4:
            seen.set()
        original(handler)

    server.answer = answer  # type: ignore[method-assign]
    process = spawn(server, cache, *names)
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()
    assert seen.wait(30)

    os.kill(process.pid, signal.SIGKILL)
    process.communicate()

    images = run(pins(server, *names), server, cache)
    assert len(images) == 8
    for image in images.values():
        assert all((image.root(tree) / path).is_file() for tree, path in image.paths())
    assert len(os.listdir(cache.root / "staging")) == 2
