"""The verbs through the library, on a real index on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import uvkit
from uvkit.errors import (
    EnvironmentOutdatedError,
    LockfileMissingError,
    LockfileOutdatedError,
    PrepareError,
    ProjectNotFoundError,
    ResolutionImpossibleError,
)
from uvkit.events import Event, PhaseFinished, PhaseStarted
from uvkit.testing import Distribution, IndexServer


@pytest.fixture
def index(tmp_path: Path) -> Iterator[IndexServer]:
    with IndexServer(tmp_path / "index") as server:
        for version in ("1.0", "2.0"):
            server.add(Distribution(name="alpha", version=version))
        server.add(Distribution(name="beta", version="1.0", requires=("alpha",), extras={"more": ("gamma",)}))
        server.add(Distribution(name="gamma", version="1.0"), wheel=False, sdist=True)
        yield server


@pytest.fixture
def session(tmp_path: Path) -> Iterator[uvkit.Session]:
    with uvkit.Session(cache=tmp_path / "cache") as opened:
        yield opened


def project(root: Path, index: IndexServer, *dependencies: str) -> Path:
    root.mkdir(exist_ok=True)
    rows = ", ".join(f'"{one}"' for one in dependencies)
    (root / "pyproject.toml").write_text(
        f'[project]\nname = "demo"\nversion = "1"\nrequires-python = ">=3.9"\ndependencies = [{rows}]\n'
        f'[[tool.uv.index]]\nurl = "{index.url}"\ndefault = true\n'
    )
    return root


def names(environment: uvkit.Environment) -> dict[str, str]:
    return {one.project: one.version_text for one in environment.installed()}


def test_a_second_lock_changes_nothing_and_says_so(tmp_path: Path, index: IndexServer, session: uvkit.Session) -> None:
    root = project(tmp_path / "demo", index, "beta")

    first = uvkit.lock(root, session=session)
    text = (root / "uv.lock").read_bytes()
    second = uvkit.lock(root, session=session)

    assert first.changed
    assert first.written
    assert not second.changed
    assert not second.diff
    assert (root / "uv.lock").read_bytes() == text


def test_a_dry_run_writes_nothing(tmp_path: Path, index: IndexServer, session: uvkit.Session) -> None:
    root = project(tmp_path / "demo", index, "beta")

    result = uvkit.lock(root, dry_run=True, session=session)

    assert sorted(result.diff.added) == ["alpha", "beta", "demo"]
    assert not (root / "uv.lock").exists()


def test_locked_versions_stay_until_they_are_released(
    tmp_path: Path, index: IndexServer, session: uvkit.Session
) -> None:
    root = project(tmp_path / "demo", index, "alpha<2")
    uvkit.lock(root, session=session)
    project(root, index, "alpha")

    kept = uvkit.lock(root, session=session)
    moved = uvkit.lock(root, upgrade=uvkit.Upgrade.only("alpha"), session=session)

    assert [str(version) for version in kept.lockfile.versions("alpha")] == ["1.0"]
    assert [str(version) for version in moved.lockfile.versions("alpha")] == ["2.0"]


def test_a_check_refuses_what_would_change_and_writes_nothing(
    tmp_path: Path, index: IndexServer, session: uvkit.Session
) -> None:
    root = project(tmp_path / "demo", index, "alpha")
    with pytest.raises(LockfileMissingError):
        uvkit.lock(root, check=True, session=session)
    uvkit.lock(root, session=session)
    text = (root / "uv.lock").read_bytes()
    project(root, index, "alpha", "beta")

    with pytest.raises(LockfileOutdatedError):
        uvkit.lock(root, check=True, session=session)

    assert (root / "uv.lock").read_bytes() == text


def test_a_resolvers_own_options_win(tmp_path: Path, index: IndexServer, session: uvkit.Session) -> None:
    root = project(tmp_path / "demo", index, "alpha")
    lowest = uvkit.Resolver(
        uvkit.Index(index.url, http=session.http, cache=session.cache), options=uvkit.ResolverOptions(strategy="lowest")
    )

    result = uvkit.lock(root, resolver=lowest, session=session)

    assert [str(version) for version in result.lockfile.versions("alpha")] == ["1.0"]
    assert 'resolution-mode = "lowest"' in (root / "uv.lock").read_text()


def test_sync_makes_the_environment_exactly_the_lock(
    tmp_path: Path, index: IndexServer, session: uvkit.Session
) -> None:
    root = project(tmp_path / "demo", index, "beta")
    first = uvkit.sync(root, session=session)
    project(root, index, "alpha<2")

    second = uvkit.sync(root, session=session)
    third = uvkit.sync(root, session=session)

    assert {step.project: step.action for step in first.plan.steps} == {"alpha": "install", "beta": "install"}
    assert {step.project: step.action for step in second.plan.steps} == {"alpha": "replace", "beta": "remove"}
    assert names(second.environment) == {"alpha": "1.0"}
    assert not third.changed


def test_an_extra_brings_what_must_be_built(tmp_path: Path, index: IndexServer, session: uvkit.Session) -> None:
    root = project(tmp_path / "demo", index, "beta[more]")

    result = uvkit.sync(root, session=session)

    assert names(result.environment) == {"alpha": "2.0", "beta": "1.0", "gamma": "1.0"}


def test_a_check_of_the_environment_changes_nothing(tmp_path: Path, index: IndexServer, session: uvkit.Session) -> None:
    root = project(tmp_path / "demo", index, "alpha")
    uvkit.sync(root, session=session)
    project(root, index, "beta")
    uvkit.lock(root, session=session)

    with pytest.raises(EnvironmentOutdatedError, match="beta"):
        uvkit.sync(root, check=True, session=session)

    assert names(uvkit.Environment(root / ".venv")) == {"alpha": "2.0"}


def test_a_failed_download_leaves_the_environment_as_it_was(
    tmp_path: Path, index: IndexServer, session: uvkit.Session
) -> None:
    root = project(tmp_path / "demo", index, "alpha")
    uvkit.sync(root, session=session)
    project(root, index, "beta", "alpha")
    uvkit.lock(root, session=session)
    wheel = next(path for path in index.files["beta"] if path.endswith(".whl"))
    path = index.files["beta"][wheel].path
    path.write_bytes(bytes(len(path.read_bytes())))

    with pytest.raises(PrepareError, match="digest"):
        uvkit.sync(root, session=session)

    assert names(uvkit.Environment(root / ".venv")) == {"alpha": "2.0"}


def test_a_phase_that_fails_is_ended_all_the_same(tmp_path: Path, index: IndexServer, session: uvkit.Session) -> None:
    root = project(tmp_path / "demo", index, "alpha>9")
    seen: list[Event] = []

    with pytest.raises(ResolutionImpossibleError, match="alpha>9"):
        uvkit.lock(root, session=session, events=seen.append)

    assert [event.phase for event in seen if isinstance(event, PhaseStarted)] == ["resolve"]
    assert [event.phase for event in seen if isinstance(event, PhaseFinished)] == ["resolve"]


def test_phases_of_a_sync_come_in_order(tmp_path: Path, index: IndexServer, session: uvkit.Session) -> None:
    root = project(tmp_path / "demo", index, "beta")
    seen: list[Event] = []

    result = uvkit.sync(root, session=session, events=seen.append)

    marks = [(type(event).__name__, event.phase) for event in seen if isinstance(event, PhaseStarted | PhaseFinished)]
    assert marks == [
        (kind, phase) for phase in ("resolve", "fetch", "install") for kind in ("PhaseStarted", "PhaseFinished")
    ]
    assert result.phases.keys() >= {"fetch", "install"}


def test_plain_requirements_are_installed_once(tmp_path: Path, index: IndexServer) -> None:
    settings = uvkit.Settings(indexes=(uvkit.IndexConfig(url=index.url, default=True),))
    with uvkit.Session(settings, cache=tmp_path / "cache") as session:
        first = uvkit.install(["beta"], tmp_path / "env", session=session)
        index.requests.clear()
        second = uvkit.install(["beta", "alpha>=1"], tmp_path / "env", session=session)
        third = uvkit.install(["alpha<2"], tmp_path / "env", session=session)
        gone = uvkit.uninstall(["beta", "nothing"], tmp_path / "env", session=session)

    assert first.changed
    assert not second.changed
    assert names(third.environment) == {"alpha": "1.0"}
    assert [(step.project, step.action) for step in third.plan.steps if step.action != "keep"] == [("alpha", "replace")]
    assert [notice.code for notice in gone.notices] == ["not-installed"]


def test_without_dependencies_only_what_is_named_is_installed(tmp_path: Path, index: IndexServer) -> None:
    settings = uvkit.Settings(indexes=(uvkit.IndexConfig(url=index.url, default=True),))
    with uvkit.Session(settings, cache=tmp_path / "cache") as session:
        result = uvkit.install(["beta"], tmp_path / "env", dependencies=False, session=session)

    assert names(result.environment) == {"beta": "1.0"}


def test_a_wheel_that_lost_files_in_the_cache_is_fetched_again(
    tmp_path: Path, index: IndexServer, session: uvkit.Session
) -> None:
    root = project(tmp_path / "demo", index, "alpha")
    uvkit.sync(root, session=session)
    other = project(tmp_path / "other", index, "alpha")
    lost = next((tmp_path / "cache").rglob("site/alpha/__init__.py"))
    lost.unlink()

    result = uvkit.sync(other, session=session)

    assert names(result.environment) == {"alpha": "2.0"}
    assert (result.environment.site_packages / "alpha" / "__init__.py").exists()


def test_a_script_is_locked_beside_itself(tmp_path: Path, index: IndexServer, session: uvkit.Session) -> None:
    path = tmp_path / "work.py"
    path.write_text(
        f'# /// script\n# requires-python = ">=3.11"\n# dependencies = ["beta"]\n'
        f'# [[tool.uv.index]]\n# url = "{index.url}"\n# default = true\n# ///\n'
    )

    first = uvkit.lock(uvkit.Script.read(path), session=session)
    second = uvkit.lock(uvkit.Script.read(path), check=True, session=session)

    assert first.path == tmp_path / "work.py.lock"
    assert {one.project for one in first.lockfile.distributions} == {"alpha", "beta"}
    assert 'requirements = [{ name = "beta" }]' in first.path.read_text()
    assert not second.changed


def test_a_script_has_no_environment_to_sync(tmp_path: Path, session: uvkit.Session) -> None:
    path = tmp_path / "work.py"
    path.write_text("print(1)\n")

    with pytest.raises(ProjectNotFoundError):
        uvkit.sync(path, session=session)
