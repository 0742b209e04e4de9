"""What has another digest than was named is refused by every road, and leaves nothing behind."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import uvkit
from uvkit.errors import HashMismatchError, InvalidRequirementError, MissingHashError, PrepareError, UvkitError
from uvkit.testing import Distribution, IndexServer, make_sdist, make_wheel

WRONG = "0" * 64
WRONG_512 = "0" * 128


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IndexServer]:
    with IndexServer(tmp_path_factory.mktemp("served")) as made:
        made.add(Distribution(name="alpha", version="1.0"))
        made.add(Distribution(name="beta", version="1.0", requires=("alpha",)))
        made.add(Distribution(name="delta", version="1.0"), sdist=True, wheel=False)
        yield made


class World:
    def __init__(self, root: Path, server: IndexServer) -> None:
        self.root = root
        self.server = server
        self.environment = root / "env"
        settings = uvkit.Settings(indexes=(uvkit.IndexConfig(url=server.url, default=True),))
        self.session = uvkit.Session(settings, cache=root / "cache")

    def install(self, text: str, *, constraints: str = "", **settings: object) -> uvkit.SyncResult:
        (self.root / "req.txt").write_text(text)
        (self.root / "c.txt").write_text(constraints)
        session = (
            self.session.with_settings(self.session.settings.with_arguments(settings)) if settings else self.session
        )
        asked = uvkit.read_requirements(
            files=[self.root / "req.txt"], constraints=[self.root / "c.txt"] if constraints else [], session=session
        )
        return uvkit.install(asked, self.environment, session=session)

    def left(self) -> list[str]:
        """Return what is installed, and every file in the cache but pages, metadata and locks.

        The scratch space of a session ends with it.
        """
        self.session.close()
        found = [path.name for path in self.environment.glob("lib/*/site-packages/*.dist-info")]
        for path in (self.root / "cache").rglob("*"):
            bucket = path.relative_to(self.root / "cache").parts[0]
            if path.is_file() and bucket.startswith(("wheels-", "built-", "scratch", "staging")):
                found += [] if "locks" in path.parts or path.suffix == ".lock" else [str(path.relative_to(self.root))]
        return found


@pytest.fixture
def world(tmp_path: Path, server: IndexServer) -> Iterator[World]:
    made = World(tmp_path, server)
    uvkit.Environment.create(made.environment)
    with made.session:
        yield made


def mismatch(error: UvkitError) -> HashMismatchError:
    """Return the mismatch, alone or among the failures of a preparation."""
    failures = [error, *(error.failures if isinstance(error, PrepareError) else ())]
    return next(one for one in failures if isinstance(one, HashMismatchError))


def digest(path: Path, algorithm: str = "sha256") -> str:
    return hashlib.new(algorithm, path.read_bytes()).hexdigest()


FORMS = {
    "wheel of an index": f"alpha==1.0 --hash=sha256:{WRONG}",
    "wheel of an index, other algorithm": f"alpha==1.0 --hash=sha512:{WRONG_512}",
    "source distribution of an index": f"delta==1.0 --hash=sha256:{WRONG}",
    "wheel at a URL": f"alpha @ {{files}}/alpha/alpha-1.0-py3-none-any.whl --hash=sha256:{WRONG}",
    "wheel at a URL, other algorithm": f"alpha @ {{files}}/alpha/alpha-1.0-py3-none-any.whl --hash=sha512:{WRONG_512}",
    "wheel at a URL with a fragment": f"alpha @ {{files}}/alpha/alpha-1.0-py3-none-any.whl#sha256={WRONG}",
    "source distribution at a URL": f"delta @ {{files}}/delta/delta-1.0.tar.gz#sha256={WRONG}",
    "wheel on disk": f"./alpha-1.0-py3-none-any.whl --hash=sha256:{WRONG}",
    "wheel on disk, other algorithm": f"./alpha-1.0-py3-none-any.whl --hash=md5:{'0' * 32}",
    "source distribution on disk": f"./delta-1.0.tar.gz --hash=sha256:{WRONG}",
}


@pytest.mark.parametrize("form", FORMS)
def test_a_mismatch_names_file_expected_and_actual_and_leaves_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.chdir(world.root)
    make_wheel(world.root, Distribution(name="alpha", version="1.0"))
    make_sdist(world.root, Distribution(name="delta", version="1.0"))

    with pytest.raises(UvkitError) as raised:
        world.install(FORMS[form].format(files=f"{world.server.root}/files") + "\n")

    error = mismatch(raised.value)
    assert re.search(r"alpha|delta", error.filename)
    assert {value.partition(":")[2].strip("0") for value in error.expected} == {""}
    assert error.actual.partition(":")[2].strip("0")
    assert world.left() == []


def test_a_built_wheel_is_not_kept_when_its_archive_is_refused(world: World) -> None:
    right = digest(next((world.server.directory / "delta").glob("*.tar.gz")))
    world.install(f"delta==1.0 --hash=sha256:{right}\n")

    with pytest.raises(UvkitError) as raised:
        world.install(f"--no-binary delta\ndelta==1.0 --hash=sha256:{WRONG}\n", reinstall=True)

    assert mismatch(raised.value).expected == (f"sha256:{WRONG}",)


def test_a_file_that_changed_after_it_was_locked_is_refused(world: World) -> None:
    (world.root / "pyproject.toml").write_text(
        '[project]\nname = "demo"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["alpha"]\n'
    )
    uvkit.lock(world.root, session=world.session)
    lock = world.root / "uv.lock"
    right = digest(next((world.server.directory / "alpha").glob("*.whl")))
    lock.write_text(lock.read_text().replace(right, WRONG))

    with pytest.raises(UvkitError) as raised:
        uvkit.sync(world.root, world.environment, locking="frozen", session=world.session)

    error = mismatch(raised.value)
    assert (error.filename, error.actual) == ("alpha-1.0-py3-none-any.whl", f"sha256:{right}")
    assert world.left() == []


def test_a_page_that_lies_about_a_digest_is_found_out(world: World, tmp_path: Path) -> None:
    with IndexServer(tmp_path / "lying") as lying:
        path = lying.add(Distribution(name="alpha", version="2.0"))[0]
        lying.files["alpha"][path.name].hashes["sha256"] = WRONG
        with pytest.raises(UvkitError) as raised:
            world.install("alpha\n", **{"default-index": lying.url})

    assert mismatch(raised.value).actual == f"sha256:{digest(path)}"
    assert world.left() == []


def test_the_digest_in_a_url_and_the_option_must_agree(world: World) -> None:
    path = next((world.server.directory / "alpha").glob("*.whl"))
    url = f"{world.server.root}/files/alpha/{path.name}#sha256={digest(path)}"

    with pytest.raises(UvkitError, match="none of those"):
        world.install(f"alpha @ {url} --hash=sha256:{WRONG}\n")

    world.install(f"alpha @ {url} --hash=sha256:{WRONG} --hash=sha256:{digest(path)}\n")


def test_a_requirement_and_a_constraint_must_have_a_digest_in_common(world: World) -> None:
    right = digest(next((world.server.directory / "alpha").glob("*.whl")))

    with pytest.raises(InvalidRequirementError, match="constraint"):
        world.install(f"alpha==1.0 --hash=sha256:{right}\n", constraints=f"alpha==1.0 --hash=sha256:{WRONG}\n")

    both = f"alpha==1.0 --hash=sha256:{WRONG} --hash=sha256:{right}\n"
    world.install(both, constraints=f"alpha==1.0 --hash=sha256:{right}\n")


@pytest.mark.parametrize("form", ["wheel of an index", "wheel at a URL with a fragment"])
def test_digests_count_for_nothing_where_they_are_not_verified(world: World, form: str) -> None:
    world.install(FORMS[form].format(files=f"{world.server.root}/files") + "\n", **{"no-verify-hashes": True})

    assert [one.project for one in uvkit.Environment(world.environment).installed()] == ["alpha"]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("alpha==1.0", MissingHashError),
        (f"alpha --hash=sha256:{WRONG}", InvalidRequirementError),
        (f"alpha>=1 --hash=sha256:{WRONG}", InvalidRequirementError),
        (f"alpha==1.* --hash=sha256:{WRONG}", InvalidRequirementError),
        ("alpha @ {files}/alpha/alpha-1.0-py3-none-any.whl", MissingHashError),
        ("./tree", MissingHashError),
    ],
)
def test_required_hashes_need_a_pin_and_a_digest(
    world: World, monkeypatch: pytest.MonkeyPatch, line: str, kind: type[UvkitError]
) -> None:
    monkeypatch.chdir(world.root)
    (world.root / "tree").mkdir()
    (world.root / "tree/pyproject.toml").write_text('[project]\nname = "tree"\nversion = "1"\n')

    with pytest.raises(kind):
        world.install(line.format(files=f"{world.server.root}/files") + "\n", **{"require-hashes": True})

    assert world.left() == []


def test_required_hashes_are_required_of_dependencies(world: World) -> None:
    right = digest(next((world.server.directory / "beta").glob("*.whl")))

    with pytest.raises(UvkitError) as raised:
        world.install(f"beta==1.0 --hash=sha256:{right}\n", **{"require-hashes": True})

    failures = raised.value.failures if isinstance(raised.value, PrepareError) else (raised.value,)
    assert [type(one) for one in failures] == [MissingHashError]
    assert "alpha" in str(raised.value)
