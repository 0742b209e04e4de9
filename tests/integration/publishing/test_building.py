"""`uvkit.build` with a real backend: what is built from what, and what a failure leaves."""

from __future__ import annotations

import os
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

import uvkit
from uvkit import errors, events
from uvkit.settings import BuildOptions, Concurrency
from uvkit.testing import IndexServer

from .conftest import BUILD_SYSTEM, MakeProject

BOTH = ["demo-1.0-py3-none-any.whl", "demo-1.0.tar.gz"]


def names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


def test_a_tree_gives_a_source_distribution_and_the_wheel_from_it(
    make_project: MakeProject, session: uvkit.Session
) -> None:
    root = make_project()
    happened: list[events.Event] = []

    result = uvkit.build(root, session=session, events=happened.append)

    assert names(root / "dist") == [".gitignore", *BOTH]
    assert (root / "dist" / ".gitignore").read_bytes() == b"*"
    assert [path.name for path in result.files] == [BOTH[1], BOTH[0]]
    assert result.builds[0].metadata.project == "demo"
    # The backend was in the unpacked archive, not in the tree.
    assert "building in demo-1.0" in [one.line for one in happened if isinstance(one, events.BuildOutput)]


def test_kinds_that_are_named_are_built_from_the_tree(make_project: MakeProject, session: uvkit.Session) -> None:
    root = make_project()
    happened: list[events.Event] = []

    uvkit.build(root, root / "out", kinds=("wheel", "sdist"), session=session, events=happened.append)

    assert names(root / "out") == [".gitignore", *BOTH]
    assert "building in demo" in [one.line for one in happened if isinstance(one, events.BuildOutput)]


def test_a_source_distribution_gives_a_wheel(make_project: MakeProject, session: uvkit.Session, tmp_path: Path) -> None:
    root = make_project()
    archive = uvkit.build(root, kinds=("sdist",), session=session).files[0]

    result = uvkit.build(archive, tmp_path / "wheels", kinds=("wheel",), gitignore=False, session=session)

    assert names(tmp_path / "wheels") == [BOTH[0]]
    assert result.builds[0].sdist is None
    with pytest.raises(errors.InvalidOptionError, match="explicitly"):
        uvkit.build(archive, session=session)


def test_a_wheel_shows_what_the_source_distribution_lacks(make_project: MakeProject, session: uvkit.Session) -> None:
    root = make_project()
    text = (root / "backend.py").read_text().replace('glob("*")', 'glob("[!m]*")')
    (root / "backend.py").write_text(text.replace('if os.path.exists("module.py"):', "if True:"))

    with pytest.raises(errors.BackendError) as failure:
        uvkit.build(root, session=session)

    assert "module.py" in failure.value.output
    assert names(root / "dist") == [".gitignore"]


def test_a_failed_build_leaves_no_half_file_and_keeps_what_was_there(
    make_project: MakeProject, session: uvkit.Session
) -> None:
    root = make_project()
    uvkit.build(root, kinds=("sdist",), session=session)
    before = (root / "dist" / "demo-1.0.tar.gz").read_bytes()
    failing = session.with_settings(replace(session.settings, build=BuildOptions(config_settings={"fail": "yes"})))

    with pytest.raises(errors.BackendError) as failure:
        uvkit.build(root, session=failing)

    assert "asked to fail" in failure.value.output
    assert names(root / "dist") == [".gitignore", "demo-1.0.tar.gz"]
    assert (root / "dist" / "demo-1.0.tar.gz").read_bytes() == before


def test_clear_empties_the_folder_first(make_project: MakeProject, session: uvkit.Session) -> None:
    root = make_project()
    (root / "dist" / "old").mkdir(parents=True)
    (root / "dist" / "demo-0.9.tar.gz").write_bytes(b"")

    uvkit.build(root, kinds=("wheel",), clear=True, session=session)

    assert names(root / "dist") == [".gitignore", BOTH[0]]


def _workspace(make_project: MakeProject, tmp_path: Path) -> Path:
    root = make_project("root", folder=tmp_path / "ws", extra='[tool.uv.workspace]\nmembers = ["packages/*"]\n')
    for name in ("one", "two"):
        make_project(name, folder=root / "packages" / name)
    plain = root / "packages" / "plain"
    plain.mkdir()
    (plain / "pyproject.toml").write_text('[project]\nname = "plain"\nversion = "1"\n')
    return root


def test_all_members_with_a_build_system_go_into_the_workspace_folder(
    make_project: MakeProject, session: uvkit.Session, tmp_path: Path
) -> None:
    root = _workspace(make_project, tmp_path)
    two = session.with_settings(replace(session.settings, concurrency=Concurrency(builds=2)))

    result = uvkit.build(root / "packages" / "one", members="all", kinds=("sdist",), session=two)

    assert names(root / "dist") == [".gitignore", "one-1.0.tar.gz", "root-1.0.tar.gz", "two-1.0.tar.gz"]
    assert [build.metadata.project for build in result.builds] == ["one", "root", "two"]


def test_a_member_that_fails_does_not_keep_the_others_from_being_built(
    make_project: MakeProject, session: uvkit.Session, tmp_path: Path
) -> None:
    root = _workspace(make_project, tmp_path)
    (root / "packages" / "one" / "backend.py").write_text("raise SystemExit('no')\n")

    with pytest.raises(errors.BuildsFailedError) as failure:
        uvkit.build(root, members="all", kinds=("wheel",), session=session)

    assert failure.value.sources == ("one",)
    assert [Path(path).name for path in failure.value.built] == [
        "root-1.0-py3-none-any.whl",
        "two-1.0-py3-none-any.whl",
    ]
    assert names(root / "dist") == [".gitignore", "root-1.0-py3-none-any.whl", "two-1.0-py3-none-any.whl"]


def test_a_named_member_needs_to_exist_and_to_say_how_it_is_built(
    make_project: MakeProject, session: uvkit.Session, tmp_path: Path
) -> None:
    root = _workspace(make_project, tmp_path)

    with pytest.raises(errors.SelectionError) as unknown:
        uvkit.build(root, members=["three"], session=session)
    with pytest.raises(errors.InvalidTableError, match="build-system"):
        uvkit.build(root, members=["plain"], session=session)

    assert unknown.value.available == ("one", "plain", "root", "two")


def test_constraints_limit_build_requirements(make_project: MakeProject, session: uvkit.Session) -> None:
    root = make_project()
    table = BUILD_SYSTEM.replace("requires = []", 'requires = ["helper"]')
    (root / "pyproject.toml").write_text((root / "pyproject.toml").read_text().replace(BUILD_SYSTEM, table))
    (root / "backend.py").write_text(
        "import helper\nprint('helper', helper.__version__)\n" + (root / "backend.py").read_text()
    )
    happened: list[events.Event] = []

    uvkit.build(root, kinds=("sdist",), constraints=["helper<2"], session=session, events=happened.append)

    assert "helper 1.0" in [one.line for one in happened if isinstance(one, events.BuildOutput)]


def test_a_wheel_of_another_version_than_its_source_distribution_is_refused(
    make_project: MakeProject, session: uvkit.Session
) -> None:
    root = make_project()
    text = (root / "backend.py").read_text()
    (root / "backend.py").write_text(
        text.replace("def build_wheel", "INFO2 = INFO.replace('1.0', '2.0')\n\ndef build_wheel").replace(
            'METADATA": INFO,', 'METADATA": INFO2,'
        )
    )

    with pytest.raises(errors.MetadataMismatchError):
        uvkit.build(root, session=session)

    assert names(root / "dist") == [".gitignore"]


def test_what_was_built_can_be_opened(make_project: MakeProject, session: uvkit.Session) -> None:
    root = make_project()

    result = uvkit.build(root, session=session)

    sdist, wheel = result.files
    with tarfile.open(sdist) as archive:
        assert "demo-1.0/module.py" in archive.getnames()
    with zipfile.ZipFile(wheel) as packed:
        assert "demo.py" in packed.namelist()
    assert result.to_dict()["builds"][0]["wheel"] == wheel.name
    assert result.summary().startswith("Built 2 distributions in ")


def test_build_requirements_are_held_to_their_hashes(
    make_project: MakeProject, session: uvkit.Session, index: IndexServer
) -> None:
    root = make_project()
    table = BUILD_SYSTEM.replace("requires = []", 'requires = ["helper"]')
    (root / "pyproject.toml").write_text((root / "pyproject.toml").read_text().replace(BUILD_SYSTEM, table))
    digest = index.files["helper"]["helper-1.0-py3-none-any.whl"].hashes["sha256"]
    pinned = uvkit.Requirement.parse("helper==1.0")
    right = replace(pinned, hashes=(uvkit.Hash("sha256", digest),))
    wrong = replace(pinned, hashes=(uvkit.Hash("sha256", "0" * 64),))
    required = session.with_settings(
        replace(session.settings, install=replace(session.settings.install, require_hashes=True))
    )

    uvkit.build(root, kinds=("sdist",), constraints=[right], session=required)
    with pytest.raises(errors.PrepareError) as unknown:
        uvkit.build(root, kinds=("sdist",), session=required)
    with pytest.raises(errors.PrepareError) as other:
        uvkit.build(root, kinds=("sdist",), constraints=[wrong], session=session)

    assert isinstance(unknown.value.failures[0], errors.MissingHashError)
    assert isinstance(other.value.failures[0], errors.HashMismatchError)


def test_a_dry_run_says_what_would_be_in_the_files(make_project: MakeProject, session: uvkit.Session) -> None:
    root = make_project()

    result = uvkit.build(root, dry_run=True, clear=True, session=session)

    assert not (root / "dist").exists()
    assert result.files == ()
    assert result.written is False
    assert "demo-1.0/module.py" in result.builds[0].contents["demo-1.0.tar.gz"]
    assert result.builds[0].contents["demo-1.0-py3-none-any.whl"][-1] == "demo-1.0.dist-info/RECORD"
