"""Source trees on disk that are no members: what they require is what their own files make of it."""

from __future__ import annotations

import pytest

import uvkit
from uvkit.errors import InvalidTableError, ResolutionImpossibleError, SourceNotFoundError
from uvkit.testing import Distribution, IndexServer

from .conftest import World

BACKEND = """\
import pathlib, tomllib, zipfile

PROJECT = tomllib.loads(pathlib.Path("pyproject.toml").read_text())["project"]
STEM = f"{PROJECT['name']}-{PROJECT['version']}"
HELPED = False
try:
    import helper
    HELPED = True
except ImportError:
    pass


def build_wheel(folder, settings=None, metadata=None):
    needs = pathlib.Path("REQUIRES").read_text().split() if "dynamic" in PROJECT else PROJECT.get("dependencies", [])
    files = {f"{PROJECT['name']}.py": f"HELPED = {HELPED}\\n"}
    info = f"{STEM}.dist-info"
    rows = "".join(f"Requires-Dist: {one}\\n" for one in needs)
    head = f"Metadata-Version: 2.1\\nName: {PROJECT['name']}\\nVersion: {PROJECT['version']}\\n"
    files[f"{info}/METADATA"] = head + rows
    files[f"{info}/WHEEL"] = "Wheel-Version: 1.0\\nGenerator: t\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
    files[f"{info}/RECORD"] = "".join(f"{name},,\\n" for name in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(pathlib.Path(folder) / f"{STEM}-py3-none-any.whl", "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return f"{STEM}-py3-none-any.whl"


build_editable = build_wheel
"""


def tree(world: World, folder: str, name: str, *lines: str, requires: str = "[]", dynamic: bool = False) -> None:
    """Write a tree that can be built; ``lines`` stand behind `[project]` and the build system."""
    kind = 'dynamic = ["dependencies"]' if dynamic else f"dependencies = {requires}"
    head = f'[project]\nname = "{name}"\nversion = "1"\n{kind}\n'
    build = "" if any("build-system" in line for line in lines) else BUILD
    world.write(f"{folder}/pyproject.toml", "\n".join([head, build, *lines, ""]))
    world.write(f"{folder}/bk.py", BACKEND)


BUILD = '[build-system]\nrequires = []\nbuild-backend = "bk"\nbackend-path = ["."]\n'


def locked(world: World) -> dict[str, str]:
    """Return where every distribution of the lock comes from."""
    result = uvkit.lock(session=world.session)
    return {one.project: type(one.source).__name__ for one in result.lockfile.distributions}


def test_tree_requires_what_its_own_sources_say(world: World) -> None:
    world.project("lib", extra='[tool.uv.sources]\nlib = { path = "lib" }\n')
    tree(world, "lib", "lib", '[tool.uv.sources]\nsub = { path = "../sub", editable = true }', requires='["sub"]')
    tree(world, "sub", "sub", requires='["alpha"]')

    result = uvkit.lock(session=world.session)

    text = result.lockfile.dumps()
    assert 'source = { editable = "sub" }' in text
    assert 'requires-dist = [{ name = "sub", editable = "sub" }]' in text
    assert not uvkit.lock(session=world.session).changed


def test_groups_of_a_tree_are_recorded(world: World) -> None:
    world.project("lib", extra='[tool.uv.sources]\nlib = { path = "lib" }\n')
    tree(world, "lib", "lib", '[dependency-groups]\ndev = ["alpha"]')

    result = uvkit.lock(session=world.session)

    assert '[package.metadata.requires-dev]\ndev = [{ name = "alpha" }]' in result.lockfile.dumps()
    assert "alpha" not in {one.project for one in result.lockfile.distributions}


def test_changed_tree_outdates_the_lock(world: World) -> None:
    world.project("lib", extra='[tool.uv.sources]\nlib = { path = "lib" }\n')
    tree(world, "lib", "lib", requires='["alpha"]')
    uvkit.lock(session=world.session)
    tree(world, "lib", "lib", requires='["beta"]')

    result = uvkit.lock(session=world.session)

    assert set(result.diff.added) == {"beta"}


def test_tree_may_pin_an_index_of_its_own(world: World, tmp_path_factory: pytest.TempPathFactory) -> None:
    with IndexServer(tmp_path_factory.mktemp("other")) as other:
        other.add(Distribution(name="elsewhere", version="1.0"))
        world.project("lib", extra='[tool.uv.sources]\nlib = { path = "lib" }\n')
        index = f'[[tool.uv.index]]\nname = "o"\nurl = "{other.url}"\nexplicit = true'
        tree(world, "lib", "lib", '[tool.uv.sources]\nelsewhere = { index = "o" }', index, requires='["elsewhere"]')

        result = uvkit.lock(session=world.session)

    assert f'source = {{ registry = "{other.url}" }}' in result.lockfile.dumps()


def test_member_of_another_workspace_is_required_by_its_path(world: World) -> None:
    world.project("inner", extra='[tool.uv.sources]\ninner = { workspace = "other" }\n')
    world.write("other/pyproject.toml", '[tool.uv.workspace]\nmembers = ["*"]\n')
    tree(world, "other/inner", "inner", "[tool.uv.sources]\nnext = { workspace = true }", requires='["next"]')
    tree(world, "other/next", "next")

    text = uvkit.lock(session=world.session).lockfile.dumps()

    assert 'source = { editable = "other/inner" }' in text
    assert 'source = { editable = "other/next" }' in text


def test_path_of_another_workspace_must_be_its_root(world: World) -> None:
    world.project("inner", extra='[tool.uv.sources]\ninner = { workspace = "other/inner" }\n')
    world.write("other/pyproject.toml", '[tool.uv.workspace]\nmembers = ["*"]\n')
    tree(world, "other/inner", "inner")

    with pytest.raises(InvalidTableError, match="not the root of a workspace"):
        uvkit.lock(session=world.session)


def test_build_requirements_follow_the_sources_of_their_tree(world: World) -> None:
    world.project("lib", extra='[tool.uv.sources]\nlib = { path = "lib" }\n')
    build = BUILD.replace("requires = []", 'requires = ["helper"]')
    tree(world, "lib", "lib", build, '[tool.uv.sources]\nhelper = { path = "../helper" }')
    tree(world, "helper", "helper")

    uvkit.sync(session=world.session)

    module = next((world.root / ".venv").rglob("site-packages/lib.py"))
    assert module.read_text() == "HELPED = True\n"


def test_member_with_dynamic_requirements_is_asked_for_them(world: World) -> None:
    tree(world, ".", "demo", dynamic=True)
    world.write("REQUIRES", "alpha")

    assert locked(world) == {"alpha": "IndexSource", "demo": "DirectorySource"}


def test_project_that_requires_itself_has_no_edge_to_itself(world: World) -> None:
    world.project("demo", "demo[more]", extra='[project.optional-dependencies]\nmore = ["alpha"]\n')

    root = next(one for one in uvkit.lock(session=world.session).lockfile.distributions if one.project == "demo")

    assert [edge.project for edge in root.dependencies if edge.extra is None] == ["alpha"]


def test_script_may_require_trees(world: World) -> None:
    tree(world, "lib", "lib", requires='["alpha"]')
    path = world.write(
        "main.py",
        '# /// script\n# requires-python = ">=3.9"\n# dependencies = ["lib"]\n'
        '# [tool.uv.sources]\n# lib = { path = "lib", editable = true }\n# ///\n',
    )

    uvkit.lock(uvkit.Script.read(path), session=world.session)

    assert not uvkit.lock(uvkit.Script.read(path), session=world.session, check=True).changed


def test_frozen_sync_says_which_tree_is_gone(world: World) -> None:
    world.project("lib", extra='[tool.uv.sources]\nlib = { path = "lib" }\n')
    tree(world, "lib", "lib")
    uvkit.lock(session=world.session)
    for path in (world.root / "lib").iterdir():
        path.unlink()
    (world.root / "lib").rmdir()

    with pytest.raises(SourceNotFoundError, match="source tree of `lib`"):
        uvkit.sync(locking="frozen", session=world.session)


def test_metadata_that_the_file_says_needs_no_backend(world: World) -> None:
    tree(world, "lib", "lib", '[project.optional-dependencies]\nx = ["delta"]', requires='["alpha<2"]')
    world.write("lib/bk.py", "raise SystemExit('this must not run')\n")

    metadata = world.session.builder().metadata(world.root / "lib")

    assert [str(one) for one in metadata.requires_dist] == ["alpha<2", "delta ; extra == 'x'"]
    assert metadata.provides_extra == ("x",)


def test_tree_for_later_pythons_only_is_refused(world: World) -> None:
    world.project("lib", extra='[tool.uv.sources]\nlib = { path = "lib" }\n')
    tree(world, "lib", "lib")
    path = world.root / "lib" / "pyproject.toml"
    path.write_text(path.read_text().replace('version = "1"', 'version = "1"\nrequires-python = ">=3.12"'))

    with pytest.raises(ResolutionImpossibleError) as caught:
        uvkit.lock(session=world.session)

    assert "3.12" in str(caught.value)
    assert "lib" in str(caught.value)
