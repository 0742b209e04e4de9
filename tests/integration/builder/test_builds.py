"""Real backends in real processes: one that comes with its tree, and setuptools where it is installed."""

from __future__ import annotations

import hashlib
import os
import sys
import tarfile
import textwrap
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from uvkit.builder import BuildSettings, Frontend, SourceBuilder
from uvkit.cache import Cache
from uvkit.errors import (
    BackendError,
    BuildCycleError,
    BuildNotAllowedError,
    CancelledError,
    InvalidMetadataError,
    InvalidTableError,
    MetadataMismatchError,
    UnsafeArchiveError,
)
from uvkit.events import BuildOutput, CancelToken, Event, TaskFinished, TaskStarted
from uvkit.model import GitSource, Requirement, project_name
from uvkit.runtime import Emitter
from uvkit.testing import Distribution, make_sdist, make_wheel

DEMO = project_name("demo")
BACKEND = """\
import base64, os, pathlib, sys, zipfile

def _wheel(folder, files, version="1.0"):
    info = f"demo-{version}.dist-info"
    files[f"{info}/METADATA"] = f"Metadata-Version: 2.1\\nName: demo\\nVersion: {version}\\nRequires-Dist: other\\n"
    files[f"{info}/WHEEL"] = "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
    files[f"{info}/RECORD"] = ""
    name = f"demo-{version}-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(folder) / name, "w") as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return name

def _note(hook):
    with open(os.environ["CALLS"], "a") as file:
        file.write(hook + "\\n")
"""


@dataclass(frozen=True)
class Environment:
    python: Path
    variables: Mapping[str, str]


class Environments:
    """Gives the running interpreter and notes what was asked for."""

    def __init__(self, calls: Path) -> None:
        self.calls = calls
        self.asked: list[list[str]] = []
        calls.write_text("")

    @contextmanager
    def __call__(self, requirements: Sequence[Requirement]) -> Iterator[Environment]:
        self.asked.append(sorted(map(str, requirements)))
        variables = {"PATH": os.defpath, "CALLS": str(self.calls), "SYSTEMROOT": os.environ.get("SYSTEMROOT", "")}
        yield Environment(Path(sys.executable), variables)

    def hooks(self) -> list[str]:
        """Return the hooks that ran since the last time."""
        lines = self.calls.read_text().splitlines()
        self.calls.write_text("")
        return lines


@pytest.fixture
def environments(tmp_path: Path) -> Environments:
    return Environments(tmp_path / "calls")


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


@pytest.fixture
def builder(cache: Cache, environments: Environments) -> SourceBuilder:
    return SourceBuilder(cache, environments, tag="cp311")


def make_tree(folder: Path, hooks: str, **files: str) -> Path:
    """Write a source tree whose backend has these hooks."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    )
    (folder / "backend.py").write_text(BACKEND + textwrap.dedent(hooks))
    for name, content in files.items():
        (folder / name).write_text(content)
    return folder


def pack(tree: Path, target: Path) -> Path:
    with tarfile.open(target, "w:gz") as archive:
        archive.add(tree, "demo-1.0")
    return target


WHEEL = """
def build_wheel(folder, config_settings=None, metadata_directory=None):
    _note("build_wheel")
    print("building", config_settings)
    return _wheel(folder, {"demo.py": "x = 1\\n"})
"""
PREPARE = """
def prepare_metadata_for_build_wheel(folder, config_settings=None):
    _note("prepare_metadata_for_build_wheel")
    info = pathlib.Path(folder) / "demo-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\\nName: demo\\nVersion: 1.0\\nRequires-Dist: prepared\\n")
    return info.name
"""
REQUIRES = """
def get_requires_for_build_wheel(config_settings=None):
    _note("get_requires_for_build_wheel")
    return ["more>=1", "base"]
"""


# -- wheels ------------------------------------------------------------------------------------------------------------


def test_archive_is_built_once(tmp_path: Path, builder: SourceBuilder, environments: Environments) -> None:
    sdist = pack(make_tree(tmp_path / "tree", WHEEL), tmp_path / "demo-1.0.tar.gz")
    digest = hashlib.sha256(sdist.read_bytes()).hexdigest()
    assert builder.built_image(digest, project=DEMO) is None

    image = builder.archive_image(sdist, project=DEMO)

    assert (image.root("site") / "demo.py").read_text() == "x = 1\n"
    assert environments.hooks() == ["build_wheel"]
    again = builder.archive_image(sdist, project=DEMO, digest=digest)
    known = builder.built_image(digest, project=DEMO)
    assert known is not None
    assert again.path == known.path == image.path
    assert environments.hooks() == []


def test_zip_archive_is_built(tmp_path: Path, builder: SourceBuilder) -> None:
    tree = make_tree(tmp_path / "tree", WHEEL)
    with zipfile.ZipFile(tmp_path / "demo-1.0.zip", "w") as archive:
        for path in tree.iterdir():
            archive.write(path, f"demo-1.0/{path.name}")

    assert builder.archive_image(tmp_path / "demo-1.0.zip", project=DEMO).manifest.version == "1.0"


def test_other_interpreter_or_settings_mean_another_build(
    tmp_path: Path, cache: Cache, environments: Environments
) -> None:
    sdist = pack(make_tree(tmp_path / "tree", WHEEL), tmp_path / "demo-1.0.tar.gz")
    settings = BuildSettings(config_settings={"flag": ("a", "b")}, variables={"MORE": "1"})
    builders = [
        SourceBuilder(cache, environments, tag="cp311"),
        SourceBuilder(cache, environments, tag="cp312"),
        SourceBuilder(cache, environments, tag="cp311", settings=lambda _: settings),
    ]

    for builder in builders:
        builder.archive_image(sdist, project=DEMO)
        assert environments.hooks() == ["build_wheel"]


def test_requirements_of_the_hook_come_on_top(tmp_path: Path, cache: Cache, environments: Environments) -> None:
    tree = make_tree(tmp_path / "tree", WHEEL + REQUIRES)
    settings = BuildSettings(requires=(Requirement.parse("base"),))

    SourceBuilder(cache, environments, tag="t", settings=lambda _: settings).tree_image(tree, project=DEMO)

    assert environments.asked == [["base"], ["base", "more>=1"]]
    assert environments.hooks() == ["get_requires_for_build_wheel", "build_wheel"]


def test_settings_reach_the_backend(tmp_path: Path, cache: Cache, environments: Environments) -> None:
    hooks = """
    def build_wheel(folder, config_settings=None, metadata_directory=None):
        return _wheel(folder, {"seen.txt": repr((config_settings, os.environ["MORE"], os.getcwd()))})
    """
    tree = make_tree(tmp_path / "tree", hooks)
    settings = BuildSettings(config_settings={"one": "1", "two": ("a", "b")}, variables={"MORE": "yes"})

    image = SourceBuilder(cache, environments, tag="t", settings=lambda _: settings).tree_image(tree, project=DEMO)

    seen = (image.root("site") / "seen.txt").read_text()
    assert seen == repr(({"one": "1", "two": ["a", "b"]}, "yes", str(tree)))


def test_project_can_be_built_without_isolation(tmp_path: Path, cache: Cache, environments: Environments) -> None:
    own = Environments(tmp_path / "own")
    settings = BuildSettings(environments=own)
    tree = make_tree(tmp_path / "tree", WHEEL)

    SourceBuilder(cache, environments, tag="t", settings=lambda _: settings).tree_image(tree, project=DEMO)

    assert environments.asked == []
    assert own.hooks() == ["build_wheel"]


def test_tree_is_built_again_when_a_file_of_it_changed(
    tmp_path: Path, builder: SourceBuilder, environments: Environments
) -> None:
    tree = make_tree(tmp_path / "tree", WHEEL)
    builder.tree_image(tree, project=DEMO)
    environments.hooks()

    builder.tree_image(tree, project=DEMO)
    unchanged = environments.hooks()
    (tree / "build").mkdir()
    (tree / "build/left").write_text("behind")
    builder.tree_image(tree, project=DEMO)
    built = environments.hooks()
    (tree / "data.txt").write_text("new")
    builder.tree_image(tree, project=DEMO)

    assert unchanged == built == []
    assert environments.hooks() == ["build_wheel"]


def test_tree_with_cache_keys_is_built_again_when_what_they_name_changed(
    tmp_path: Path, builder: SourceBuilder, environments: Environments
) -> None:
    tree = make_tree(tmp_path / "tree", WHEEL)
    with (tree / "pyproject.toml").open("a") as file:
        file.write('[tool.uv]\ncache-keys = [{ file = "VERSION" }]\n')
    builder.tree_image(tree, project=DEMO)
    environments.hooks()

    (tree / "data.txt").write_text("new")
    builder.tree_image(tree, project=DEMO)
    other = environments.hooks()
    (tree / "VERSION").write_text("2")
    builder.tree_image(tree, project=DEMO)

    assert other == []
    assert environments.hooks() == ["build_wheel"]


EDITABLE = """
def build_editable(folder, config_settings=None, metadata_directory=None):
    _note("build_editable")
    return _wheel(folder, {"demo.pth": os.getcwd()})
"""


def test_editable_wheel_is_used_again_while_the_project_is_static_and_the_same(
    tmp_path: Path, builder: SourceBuilder, environments: Environments
) -> None:
    tree = make_tree(tmp_path / "tree", WHEEL + EDITABLE)
    system = (tree / "pyproject.toml").read_text()
    (tree / "pyproject.toml").write_text(f'{system}[project]\nname = "demo"\nversion = "1.0"\n')

    first = builder.tree_image(tree, project=DEMO, editable=True)
    builder.tree_image(tree, project=DEMO, editable=True)

    assert (first.root("site") / "demo.pth").read_text() == str(tree)
    assert environments.hooks() == ["build_editable"]
    (tree / "pyproject.toml").write_text(f'{system}[project]\nname = "demo"\ndynamic = ["version"]\n')
    for _ in range(2):
        builder.tree_image(tree, project=DEMO, editable=True)
    assert environments.hooks() == ["build_editable", "build_editable"]


def test_backend_without_editable_wheels_is_an_error(tmp_path: Path, builder: SourceBuilder) -> None:
    tree = make_tree(tmp_path / "tree", WHEEL)

    with pytest.raises(BackendError, match="PEP 660"):
        builder.tree_image(tree, project=DEMO, editable=True)


def test_subdirectory_of_an_archive_is_built(tmp_path: Path, builder: SourceBuilder) -> None:
    make_tree(tmp_path / "tree/deep/down", WHEEL)
    sdist = pack(tmp_path / "tree", tmp_path / "demo-1.0.tar.gz")

    assert builder.archive_image(sdist, project=DEMO, subdirectory="deep/down").manifest.name == "demo"
    for wrong in ("missing", "../..", "/"):
        with pytest.raises(InvalidMetadataError):
            builder.archive_image(sdist, project=DEMO, subdirectory=wrong)


class OneTree:
    """A repository that has one commit, whose files are those of a folder."""

    def __init__(self, tree: Path) -> None:
        self.tree = tree
        self.checkouts = 0

    def has(self, source: GitSource) -> bool:
        return source.commit is not None

    def exact(self, source: GitSource) -> GitSource:
        return replace(source, commit="c" * 40)

    @contextmanager
    def checkout(self, source: GitSource) -> Iterator[Path]:
        self.checkouts += 1
        yield self.tree


def test_repository_is_built_once_per_commit(tmp_path: Path, cache: Cache, environments: Environments) -> None:
    tree = make_tree(tmp_path / "tree", WHEEL)
    repositories = OneTree(tree)
    builder = SourceBuilder(cache, environments, tag="t", repositories=repositories)

    rows, exact = builder.repository(GitSource(repository="https://git.example/demo", reference="main"), project=DEMO)
    builder.repository_image(exact, project=DEMO)

    assert exact.commit == "c" * 40
    assert [row.project for row in rows.requires] == ["other"]
    assert environments.hooks() == ["build_wheel"]
    assert repositories.checkouts == 1


@pytest.mark.parametrize("kind", ["archive", "wheel"])
def test_file_inside_a_repository_serves(tmp_path: Path, cache: Cache, environments: Environments, kind: str) -> None:
    distribution = Distribution(name="demo", version="1.0", requires=("other",))
    made = (make_sdist if kind == "archive" else make_wheel)(tmp_path / "repository/files", distribution)
    builder = SourceBuilder(cache, environments, tag="t", repositories=OneTree(tmp_path / "repository"))
    source = GitSource(repository="https://git.example/demo", path=f"files/{made.name}")

    rows, exact = builder.repository(source, project=DEMO)

    assert [row.project for row in rows.requires] == ["other"]
    assert builder.repository_image(exact, project=DEMO).manifest.version == "1.0"
    for wrong in ("files/missing.tar.gz", f"../repository/files/{made.name}", str(made)):
        with pytest.raises(InvalidMetadataError):
            builder.repository(replace(source, path=wrong), project=DEMO)


def test_repository_without_a_way_to_fetch_it_is_refused(builder: SourceBuilder) -> None:
    with pytest.raises(BuildNotAllowedError):
        builder.repository_image(GitSource(repository="https://git.example/demo"), project=DEMO)


# -- metadata ----------------------------------------------------------------------------------------------------------


def test_metadata_is_prepared_without_building(
    tmp_path: Path, builder: SourceBuilder, environments: Environments
) -> None:
    sdist = pack(make_tree(tmp_path / "tree", WHEEL + PREPARE), tmp_path / "demo-1.0.tar.gz")

    rows = builder.archive(sdist, project=DEMO)

    assert [row.project for row in rows.requires] == ["prepared"]
    assert environments.hooks() == ["prepare_metadata_for_build_wheel"]
    assert builder.archive(sdist, project=DEMO) == rows
    assert environments.hooks() == []


def test_backend_that_cannot_prepare_builds_a_wheel_that_is_kept(
    tmp_path: Path, builder: SourceBuilder, environments: Environments
) -> None:
    sdist = pack(make_tree(tmp_path / "tree", WHEEL), tmp_path / "demo-1.0.tar.gz")

    rows = builder.archive(sdist, project=DEMO)
    builder.archive_image(sdist, project=DEMO)

    assert [row.project for row in rows.requires] == ["other"]
    assert environments.hooks() == ["build_wheel"]


def test_archive_that_speaks_for_itself_runs_nothing(
    tmp_path: Path, builder: SourceBuilder, environments: Environments
) -> None:
    distribution = Distribution(name="demo", version="1.0", requires=("other>=1",), extras={"x": ("third",)})
    sdist = make_sdist(tmp_path, distribution)

    rows = builder.archive(sdist, project=DEMO)

    assert [row.project for row in rows.requires] == ["other"]
    assert environments.asked == []


def test_tree_is_asked_once_until_it_changes(
    tmp_path: Path, builder: SourceBuilder, environments: Environments
) -> None:
    tree = make_tree(tmp_path / "tree", WHEEL + PREPARE)

    for _ in range(2):
        builder.tree(tree, project=DEMO)
    assert environments.hooks() == ["prepare_metadata_for_build_wheel"]

    (tree / "setup.cfg").write_text("[metadata]\n")
    builder.tree(tree, project=DEMO)
    assert environments.hooks() == ["prepare_metadata_for_build_wheel"]


def test_refreshing_view_asks_again(tmp_path: Path, cache: Cache, environments: Environments) -> None:
    tree = make_tree(tmp_path / "tree", WHEEL + PREPARE)
    SourceBuilder(cache, environments, tag="t").tree(tree, project=DEMO)
    environments.hooks()

    SourceBuilder(cache.refreshing("demo"), environments, tag="t").tree(tree, project=DEMO)

    assert environments.hooks() == ["prepare_metadata_for_build_wheel"]


# -- what goes wrong ---------------------------------------------------------------------------------------------------


def test_failing_hook_is_an_error_with_the_end_of_its_output(tmp_path: Path, builder: SourceBuilder) -> None:
    hooks = """
    def build_wheel(folder, config_settings=None, metadata_directory=None):
        print("line before")
        import module_that_is_not_there
    """
    sdist = pack(make_tree(tmp_path / "tree", hooks), tmp_path / "demo-1.0.tar.gz")

    with pytest.raises(BackendError) as caught:
        builder.archive_image(sdist, project=DEMO)

    error = caught.value
    assert (error.source, error.hook, error.returncode) == ("demo-1.0.tar.gz", "build_wheel", 1)
    assert "line before" in error.output
    assert "module_that_is_not_there" in str(error)
    assert any("module_that_is_not_there" in hint for hint in error.hints)


@pytest.mark.parametrize(
    ("hooks", "reason"),
    [
        ("raise ImportError('nope')", "cannot be imported"),
        ("", "build_wheel"),
        ("def build_wheel(*args, **options): return 'missing.whl'", "did not make"),
        ("def build_wheel(*args, **options): return '../x.whl'", "did not make"),
        ("def build_wheel(*args, **options): return None", "did not make"),
        ("def build_wheel(*args, **options): os._exit(0)", "left no answer"),
        ("def get_requires_for_build_wheel(*args, **options): return ['not valid!']", "did not return requirements"),
        ("def get_requires_for_build_wheel(*args, **options): return 3", "did not return requirements"),
    ],
)
def test_backend_that_misbehaves_is_a_backend_error(
    tmp_path: Path, builder: SourceBuilder, hooks: str, reason: str
) -> None:
    with pytest.raises(BackendError, match=reason):
        builder.tree_image(make_tree(tmp_path / "tree", hooks), project=DEMO)


def test_backend_path_outside_the_tree_is_refused(tmp_path: Path, builder: SourceBuilder) -> None:
    tree = make_tree(tmp_path / "tree", WHEEL)
    text = (tree / "pyproject.toml").read_text().replace('["."]', '["../.."]')
    (tree / "pyproject.toml").write_text(text)

    with pytest.raises(InvalidTableError):
        builder.tree_image(tree, project=DEMO)


def test_folder_that_is_no_project_is_an_error(tmp_path: Path, builder: SourceBuilder) -> None:
    with pytest.raises(BackendError, match="neither"):
        builder.tree_image(tmp_path, project=DEMO)


def test_wheel_of_another_project_is_refused(tmp_path: Path, builder: SourceBuilder) -> None:
    tree = make_tree(tmp_path / "tree", WHEEL)

    with pytest.raises(MetadataMismatchError):
        builder.tree_image(tree, project=project_name("other"))


def test_damaged_archive_is_refused_and_leaves_nothing(tmp_path: Path, builder: SourceBuilder, cache: Cache) -> None:
    (tmp_path / "demo-1.0.tar.gz").write_bytes(b"no archive")

    with pytest.raises(UnsafeArchiveError):
        builder.archive_image(tmp_path / "demo-1.0.tar.gz", project=DEMO)

    assert cache.usage().entries == 0
    assert len(list((cache.root / "staging").iterdir())) == 2


def test_missing_interpreter_is_a_backend_error(tmp_path: Path, cache: Cache) -> None:
    @contextmanager
    def environments(_: Sequence[Requirement]) -> Iterator[Environment]:
        yield Environment(tmp_path / "no-python", {})

    with pytest.raises(BackendError, match="cannot be started"):
        SourceBuilder(cache, environments, tag="t").tree_image(make_tree(tmp_path / "tree", WHEEL), project=DEMO)


def test_build_that_needs_itself_is_a_cycle(tmp_path: Path, cache: Cache) -> None:
    tree = make_tree(tmp_path / "tree", WHEEL)

    @contextmanager
    def environments(_: Sequence[Requirement]) -> Iterator[Environment]:
        looping.tree_image(tree, project=DEMO)
        yield Environment(Path(sys.executable), {})

    looping = SourceBuilder(cache, environments, tag="t")

    with pytest.raises(BuildCycleError) as caught:
        looping.tree_image(tree, project=DEMO)
    assert caught.value.chain == (str(tree), str(tree))


def test_cancelled_build_stops(tmp_path: Path, cache: Cache, environments: Environments) -> None:
    token = CancelToken()
    tree = make_tree(
        tmp_path / "tree", "def build_wheel(*args, **options):\n    print('ready', flush=True)\n    while True: pass"
    )

    def sink(event: Event) -> None:
        if isinstance(event, BuildOutput):
            token.cancel()

    class Direct(Emitter):
        def emit(self, event: Event) -> None:
            sink(event)

    builder = SourceBuilder(cache, environments, tag="t", emitter=Direct(sink), cancel=token)

    with pytest.raises(CancelledError):
        builder.tree_image(tree, project=DEMO)


# -- events ------------------------------------------------------------------------------------------------------------


def test_build_is_announced_with_its_output(tmp_path: Path, cache: Cache, environments: Environments) -> None:
    events: list[Event] = []
    emitter = Emitter(events.append)
    sdist = pack(make_tree(tmp_path / "tree", WHEEL), tmp_path / "demo-1.0.tar.gz")

    SourceBuilder(cache, environments, tag="t", emitter=emitter).archive_image(sdist, project=DEMO)
    emitter.deliver()

    started = [event for event in events if isinstance(event, TaskStarted)]
    assert [(event.kind, event.subject) for event in started] == [("build", "demo (demo-1.0.tar.gz)")]
    assert BuildOutput(started[0].task, "building None") in events
    assert events[-1] == TaskFinished(started[0].task, "done")


# -- setuptools --------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(
    find_spec("setuptools") is None or find_spec("wheel") is None, reason="needs setuptools beside the interpreter"
)
def test_legacy_tree_is_built_by_setuptools(tmp_path: Path, builder: SourceBuilder, environments: Environments) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "setup.py").write_text(
        "from setuptools import setup\n"
        "setup(name='demo', version='3.0', py_modules=['demo'], install_requires=['other'],\n"
        "      entry_points={'console_scripts': ['demo = demo:main']})\n"
    )
    (tree / "demo.py").write_text("def main():\n    print('hello')\n")
    sdist = pack(tree, tmp_path / "demo-3.0.tar.gz")

    rows = builder.archive(sdist, project=DEMO)

    assert (rows.version, [row.project for row in rows.requires]) == ("3.0", ["other"])
    assert environments.asked[0] == ["setuptools>=40.8.0"]


def test_source_distribution_is_built(tmp_path: Path, environments: Environments) -> None:
    hooks = """
    def build_sdist(folder, config_settings=None):
        name = "demo-1.0.tar.gz"
        (pathlib.Path(folder) / name).write_bytes(b"x")
        return name
    """
    tree = make_tree(tmp_path / "tree", hooks)
    (tmp_path / "out").mkdir()

    assert Frontend(tree, environments).sdist(tmp_path / "out") == tmp_path / "out/demo-1.0.tar.gz"
