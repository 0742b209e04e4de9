"""Projects whose dependencies come from repositories: locked to a commit, built once, moved only on request."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import uvkit
from uvkit.errors import (
    GitReferenceNotFoundError,
    HashMismatchError,
    InvalidTableError,
    MetadataMismatchError,
    PrepareError,
)
from uvkit.events import Event, TaskStarted
from uvkit.model import GitSource
from uvkit.testing import Distribution, IndexServer, make_wheel

from .conftest import GitServer, Repository, make_repository

BACKEND = """\
import pathlib, zipfile

def build_wheel(folder, config_settings=None, metadata_directory=None):
    name = "dep-1.0-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(folder) / name, "w") as archive:
        archive.writestr("dep.py", pathlib.Path("dep.py").read_text())
        archive.writestr("dep-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: dep\\nVersion: 1.0\\n")
        archive.writestr("dep-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        archive.writestr("dep-1.0.dist-info/RECORD", "")
    return name
"""
DEPENDENCY = {
    "pyproject.toml": (
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        '[project]\nname = "dep"\nversion = "1.0"\n'
    ),
    "backend.py": BACKEND,
    "dep.py": "value = 1\n",
}
SIBLING = 'dependencies = ["other"]\n[tool.uv.sources]\nother = { path = "../other" }\n'


class Project:
    """A project that needs `dep` from a repository."""

    def __init__(self, root: Path, session: uvkit.Session, dependency: Repository) -> None:
        self.root = root
        self.session = session
        self.dependency = dependency
        self.events: list[Event] = []

    def source(self, *, more: str = "", **keys: str) -> None:
        table = ", ".join(f'{key} = "{value}"' for key, value in {"git": self.dependency.url, **keys}.items())
        self.root.mkdir(exist_ok=True)
        (self.root / "pyproject.toml").write_text(
            '[project]\nname = "demo"\nversion = "1"\nrequires-python = ">=3.9"\ndependencies = ["dep"]\n'
            f"{more}[tool.uv.sources]\ndep = {{ {table} }}\n"
        )

    def lock(self, **options: object) -> GitSource:
        result = uvkit.lock(self.root, session=self.session, events=self.events.append, **options)  # type: ignore[arg-type]  # as given
        (found,) = (one.source for one in result.lockfile.distributions if one.project == "dep")
        assert isinstance(found, GitSource)
        return found

    def sync(self) -> str:
        result = uvkit.sync(self.root, session=self.session, events=self.events.append)
        (module,) = result.environment.path.glob("lib/*/site-packages/dep.py")
        return module.read_text()

    def tasks(self, kind: str) -> int:
        count = sum(isinstance(event, TaskStarted) and event.kind == kind for event in self.events)
        self.events.clear()
        return count


def add_wheel(project: Project) -> Path:
    """Put a wheel into the repository and require that."""
    folder = project.dependency.path / "dist"
    folder.mkdir()
    wheel = make_wheel(folder, Distribution(name="dep", version="1.0", files={"dep.py": b"value = 3\n"}))
    project.dependency.commit({})
    project.source(path=f"dist/{wheel.name}")
    return wheel


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    dependency = make_repository(tmp_path / "dependency", DEPENDENCY)
    with IndexServer(tmp_path / "index") as server:
        settings = uvkit.Settings().with_arguments({"default-index": server.url})
        with uvkit.Session(settings, cache=tmp_path / "cache") as session:
            yield Project(tmp_path / "project", session, dependency)


def test_branch_is_locked_to_its_commit_until_it_is_upgraded(project: Project) -> None:
    first = project.dependency.git("rev-parse", "HEAD")
    project.source(branch="main")
    assert project.lock().commit == first

    second = project.dependency.commit({"dep.py": "value = 2\n"})

    assert project.lock().commit == first
    project.source(branch="main", more="[dependency-groups]\nnew = []\n[project.optional-dependencies]\nx = []\n")
    assert project.lock().commit == first
    assert project.lock(upgrade=uvkit.Upgrade.only("dep")).commit == second


def test_locked_commit_is_installed_and_built_once(project: Project, tmp_path: Path) -> None:
    project.source(branch="main")
    project.lock()
    project.dependency.commit({"dep.py": "value = 2\n"})
    project.tasks("build")

    assert project.sync() == "value = 1\n"
    assert project.tasks("build") == 1

    uvkit.sync(project.root, tmp_path / "other", session=project.session, events=project.events.append)
    assert project.tasks("build") == 0


def test_sync_again_has_nothing_to_do_and_asks_nobody(project: Project) -> None:
    project.source(branch="main")
    project.sync()
    project.dependency.path.rename(project.dependency.path.with_name("gone"))

    result = uvkit.sync(project.root, session=project.session)

    assert result.plan.is_empty


def test_new_reference_in_the_project_replaces_what_is_installed(project: Project) -> None:
    project.source(branch="main")
    project.sync()
    project.dependency.commit({"dep.py": "value = 2\n"})
    project.dependency.git("tag", "v2")

    project.source(tag="v2")

    assert project.sync() == "value = 2\n"


def test_wheel_in_a_repository_is_locked_with_its_digest(project: Project) -> None:
    wheel = add_wheel(project)

    source = project.lock()

    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    text = (project.root / "uv.lock").read_text()
    assert source.path == "dist/dep-1.0-py3-none-any.whl"
    assert f'{{ filename = "dep-1.0-py3-none-any.whl", hash = "sha256:{digest}" }}' in text
    assert not uvkit.lock(project.root, session=project.session, upgrade=uvkit.Upgrade(projects="all")).changed


def test_wheel_in_a_repository_is_recorded_with_its_place_and_stays(project: Project) -> None:
    add_wheel(project)

    project.sync()

    (recorded,) = project.root.glob(".venv/lib/*/site-packages/dep-1.0.dist-info/direct_url.json")
    assert json.loads(recorded.read_text())["path"] == "dist/dep-1.0-py3-none-any.whl"
    assert not recorded.with_name("uv_build.json").exists()
    assert uvkit.sync(project.root, session=project.session).plan.is_empty


def test_wheel_in_a_repository_is_no_repository_in_a_standard_lock(project: Project) -> None:
    add_wheel(project)
    project.lock()

    text = uvkit.export(project.root, file_format="pylock.toml", session=project.session).text

    assert "vcs" not in text
    assert 'name = "dep"\nversion = "1.0"\n' in text


def test_wheel_in_a_repository_with_another_digest_than_locked_is_refused(project: Project) -> None:
    wheel = add_wheel(project)
    project.lock()
    lock = project.root / "uv.lock"
    lock.write_text(lock.read_text().replace(hashlib.sha256(wheel.read_bytes()).hexdigest(), "0" * 64))

    with pytest.raises(PrepareError) as caught:
        project.sync()

    assert isinstance(caught.value.failures[0], HashMismatchError)


def test_large_files_by_a_setting_are_not_written_into_compiled_requirements(project: Project) -> None:
    try:
        project.dependency.git("lfs", "version")
    except subprocess.CalledProcessError:
        pytest.skip("git-lfs is not installed")
    commit = project.dependency.git("rev-parse", "HEAD")
    session = project.session.with_settings(replace(project.session.settings, large_files=True))
    asked = [f"dep @ git+{project.dependency.url}", f"dep @ git+{project.dependency.url}#lfs=true"]

    texts = [uvkit.compile([one], session=session).text for one in asked]

    assert [next(line for line in text.splitlines() if line.startswith("dep")) for text in texts] == [
        f"dep @ git+{project.dependency.url}@{commit}",
        f"dep @ git+{project.dependency.url}@{commit}#lfs=true",
    ]


def test_missing_tag_stops_the_lock_and_leaves_no_file(project: Project) -> None:
    project.source(tag="v9")

    with pytest.raises(GitReferenceNotFoundError, match="no tag `v9`"):
        project.lock()

    assert not (project.root / "uv.lock").exists()


def test_repository_of_another_project_is_refused(project: Project) -> None:
    project.dependency.commit({"pyproject.toml": DEPENDENCY["pyproject.toml"].replace('"dep"', '"other"')})
    project.source()

    with pytest.raises(MetadataMismatchError, match="other"):
        project.lock()


def test_requirement_without_a_name_is_asked_for_it(project: Project, tmp_path: Path) -> None:
    wanted = uvkit.read_requirements([f"git+{project.dependency.url}"], session=project.session)

    result = uvkit.install(wanted, uvkit.Environment.create(tmp_path / "env"), session=project.session)

    assert [f"{one.project}=={one.version_text}" for one in result.environment.installed()] == ["dep==1.0"]
    (direct,) = (one.direct_url for one in result.environment.installed())
    assert direct is not None
    assert direct.commit == project.dependency.git("rev-parse", "HEAD")


def test_sources_of_a_project_in_a_repository_stay_in_it(project: Project) -> None:
    files = {f"other/{name}": text.replace("dep", "other") for name, text in DEPENDENCY.items()}
    files["other/other.py"] = files.pop("other/dep.py")
    table = (
        DEPENDENCY["pyproject.toml"] + 'dependencies = ["other"]\n[tool.uv.sources]\nother = { path = "../other" }\n'
    )
    commit = project.dependency.commit(
        {**files, "sub/pyproject.toml": table, "sub/backend.py": BACKEND, "sub/dep.py": ""}
    )
    project.source(subdirectory="sub", branch="main")

    locked = uvkit.lock(project.root, session=project.session).lockfile

    (other,) = (one.source for one in locked.distributions if one.project == "other")
    assert other == GitSource(
        repository=project.dependency.url,
        reference="main",
        reference_kind="branch",
        commit=commit,
        subdirectory="other",
    )
    assert not uvkit.lock(project.root, session=project.session).changed


def test_source_that_leads_out_of_its_repository_is_refused(project: Project) -> None:
    table = (
        DEPENDENCY["pyproject.toml"] + 'dependencies = ["other"]\n[tool.uv.sources]\nother = { path = "../other" }\n'
    )
    project.dependency.commit({"pyproject.toml": table})
    project.source()

    with pytest.raises(InvalidTableError, match="other"):
        project.lock()


def test_sync_from_a_lock_uses_the_credentials_of_the_project(
    project: Project, git_server: GitServer, tmp_path: Path
) -> None:
    git_server.password = "secret-word"
    project.source(git=f"{git_server.with_password}/{project.dependency.path.name}")
    project.lock()

    with uvkit.Session(project.session.settings, cache=tmp_path / "empty cache") as session:
        result = uvkit.sync(project.root, session=session, locking="frozen")

    assert [one.project for one in result.environment.installed()] == ["dep"]
    assert "secret-word" not in (project.root / "uv.lock").read_text()
    (direct,) = result.environment.path.rglob("direct_url.json")
    assert "secret-word" not in direct.read_text()
