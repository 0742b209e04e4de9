"""`read_requirements`: texts, files, projects and places become one value."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

import uvkit
from uvkit.errors import (
    GitError,
    InvalidMetadataError,
    InvalidRequirementError,
    InvalidRequirementsFileError,
    NetworkError,
    SelectionError,
)
from uvkit.model import ArchiveSource, DirectorySource

from .conftest import World

DIGEST = "0" * 64


def texts(found: uvkit.RequirementSet) -> list[str]:
    return [str(one) for one in found.requirements]


def test_texts_are_requirements(world: World) -> None:
    found = world.read("alpha[x]>=1", "beta ; python_version < '3'")

    assert texts(found) == ["alpha[x]>=1", "beta ; python_full_version < '3'"]


def test_a_text_that_does_not_parse_is_shown(world: World) -> None:
    with pytest.raises(InvalidRequirementError) as caught:
        world.read("al pha")

    assert caught.value.text == "al pha"
    assert caught.value.origin is None


def test_files_are_read_with_variables_of_the_session(world: World) -> None:
    world.write("r.txt", "alpha==${WANTED}\n-r sub/more.txt\n")
    world.write("sub/more.txt", "beta\n-c limits.txt\n")
    world.write("sub/limits.txt", "gamma<2\n")

    found = world.read(files=["r.txt"])

    assert texts(found) == ["alpha==1.0", "beta"]
    assert [str(one) for one in found.constraints] == ["gamma<2"]
    assert [one.origin for one in found.requirements] == ["r.txt:1", "sub/more.txt:1"]


def test_contents_can_be_handed_over(world: World) -> None:
    found = world.read(files=["-"], contents={"-": b"\xff\xfea\x00l\x00p\x00h\x00a\x00"})

    assert texts(found) == ["alpha"]


def test_files_can_be_at_urls(world: World) -> None:
    world.index.bodies["/lists/r.txt"] = ("text/plain", b"-r more.txt\n")
    world.index.bodies["/lists/more.txt"] = ("text/plain", b"alpha\n")

    found = world.read(files=[f"{world.index.root}/lists/r.txt"])

    assert texts(found) == ["alpha"]


def test_files_can_be_at_file_urls(world: World) -> None:
    path = world.write("a b.txt", "alpha\n")

    found = world.read(files=[path.as_uri()])

    assert texts(found) == ["alpha"]


def test_a_url_that_cannot_be_read_is_named(world: World) -> None:
    url = f"{world.index.root}/nowhere.txt"

    with pytest.raises(InvalidRequirementsFileError) as caught:
        world.read(files=[url])

    assert caught.value.problems[0][0] == url


def test_hashes_stay_with_their_requirement(world: World) -> None:
    world.write(
        "r.txt", f"alpha==1.0 --hash=sha256:{DIGEST}\nlocal @ https://index.example/l-1.tar.gz#sha256={DIGEST}\n"
    )

    found = world.read(files=["r.txt"])

    assert [str(value) for value in found.requirements[0].hashes] == [f"sha256:{DIGEST}"]
    source = found.requirements[1].source
    assert isinstance(source, ArchiveSource)
    assert [str(value) for value in source.hashes] == [f"sha256:{DIGEST}"]
    assert found.requirements[1].hashes == ()


def test_options_of_files_become_settings_with_an_origin(world: World) -> None:
    world.write(
        "r.txt",
        "-i https://one.example/simple\n--extra-index-url https://two.example/simple\n-f ./links\n"
        "--no-binary alpha\n--only-binary beta,gamma\n--require-hashes\n",
    )

    found = world.read(files=["r.txt"]).settings

    assert [index.url for index in found.indexes] == ["https://two.example/simple", "https://one.example/simple"]
    assert [index.default for index in found.indexes] == [False, True]
    assert [link.layout for link in found.find_links] == ["flat"]
    assert sorted(found.resolver.no_binary) == ["alpha"]
    assert sorted(found.resolver.no_build) == ["beta", "gamma"]
    assert found.install.require_hashes
    assert found.origin("resolver.no_binary") == "--no-binary-package"


def test_settings_of_the_session_win_over_those_of_files(world: World) -> None:
    world.write("r.txt", "-i http://127.0.0.1:1/simple\nalpha\n")

    world.install(world.read(files=["r.txt"]))

    assert world.installed() == ["alpha==2.0"]


def test_settings_for_builds_belong_to_one_project(world: World) -> None:
    world.write("r.txt", "alpha --config-settings a=1 --config-settings a=2\nbeta\n")

    found = world.read(files=["r.txt"]).settings

    assert found.build.config_settings_by_project == {"alpha": {"a": ("1", "2")}}


@pytest.mark.parametrize("option", ["--pre", "--prefer-binary", "--trusted-host x", "--use-feature y"])
def test_options_without_effect_are_noticed(world: World, option: str) -> None:
    world.write("r.txt", f"{option}\nalpha\n")

    (notice,) = world.read(files=["r.txt"]).notices

    assert notice.code == "ignored-option"
    assert option.partition(" ")[0] in notice.message


def test_files_of_the_settings_come_first(world: World) -> None:
    world.write("c1.txt", "alpha<2\n")
    world.write("c2.txt", "beta<2\n")
    settings = world.session.settings.with_arguments({"constraint": ["c1.txt"]})
    session = world.session.with_settings(settings)

    found = uvkit.read_requirements(["gamma"], constraints=["c2.txt"], session=session)

    assert [str(one) for one in found.constraints] == ["alpha<2", "beta<2"]


def test_limits_need_a_name(world: World) -> None:
    world.write("c.txt", "./local\n")

    with pytest.raises(InvalidRequirementsFileError) as caught:
        world.read(constraints=["c.txt"])

    assert caught.value.problems == (("c.txt:1", "constraints need a name (`name @ url`)"),)


# -- places ------------------------------------------------------------------------------------------------------------


def test_a_tree_is_named_by_its_project(world: World) -> None:
    world.write("local/pyproject.toml", '[project]\nname = "Real.Name"\nversion = "1"\n')

    (found,) = world.read("./local[x]").requirements

    assert found.project == "real-name"
    assert found.extras == {"x"}
    assert found.source == DirectorySource(path=world.root / "local")


def test_a_tree_without_a_project_is_named_by_its_backend(world: World) -> None:
    delta = world.index.files["delta"]["delta-1.0.tar.gz"].path
    with tarfile.open(delta) as archive:
        archive.extractall(world.root, filter="data")
    tree = world.root / "delta-1.0"
    assert "[project]" not in (tree / "pyproject.toml").read_text()

    (found,) = world.read(editable=["delta-1.0"]).requirements

    assert found.project == "delta"
    assert found.source == DirectorySource(path=tree, editable=True)


def test_named_trees_are_to_be_installed_again(world: World) -> None:
    world.write("local/pyproject.toml", '[project]\nname = "local"\nversion = "1"\n')
    world.write("r.txt", "./local\n")

    named = world.read("./local")
    listed = world.read(files=["r.txt"])

    assert sorted(named.settings.install.reinstall) == ["local"]
    assert listed.settings.install.reinstall == frozenset()


def test_an_archive_is_named_by_what_is_in_it(world: World, tmp_path: Path) -> None:
    source = world.index.files["delta"]["delta-1.0.tar.gz"].path
    world.write("main.tar.gz", "")
    (world.root / "main.tar.gz").write_bytes(source.read_bytes())

    (found,) = world.read("./main.tar.gz").requirements

    assert found.project == "delta"


def test_an_archive_at_a_url_is_named_by_what_is_in_it(world: World) -> None:
    data = world.index.files["delta"]["delta-1.0.tar.gz"].path.read_bytes()
    world.index.bodies["/archives/main.tar.gz"] = ("application/gzip", data)

    (found,) = world.read(f"{world.index.root}/archives/main.tar.gz").requirements

    assert found.project == "delta"


@pytest.mark.parametrize("place", ["./nowhere", "./nowhere.tar.gz"])
def test_a_place_where_nothing_is_is_an_error(world: World, place: str) -> None:
    with pytest.raises(InvalidMetadataError, match="there is no such"):
        world.read(place)


def test_a_repository_that_cannot_be_read_is_an_error(world: World) -> None:
    with pytest.raises(GitError, match="missing"):
        world.read(f"git+{(world.root / 'missing').as_uri()}")


def test_a_url_that_cannot_be_reached_is_an_error(world: World) -> None:
    settings = uvkit.Settings.from_fields({"network.retries": 0})
    with uvkit.Session(settings, cache=world.session.cache) as session, pytest.raises(NetworkError):
        uvkit.read_requirements(["http://127.0.0.1:1/main.zip"], session=session)


# -- projects ----------------------------------------------------------------------------------------------------------


def test_a_project_gives_its_requirements(world: World) -> None:
    world.project("alpha", "demo[more]", extra='optional-dependencies = {more = ["delta"], other = ["gamma"]}\n')

    assert texts(world.read(files=["pyproject.toml"])) == ["alpha", "delta"]
    assert texts(world.read(files=["pyproject.toml"], extras=["other"])) == ["alpha", "delta", "gamma"]
    assert texts(world.read(files=["pyproject.toml"], extras="all")) == ["alpha", "delta", "gamma"]


def test_sources_of_a_project_are_looked_up(world: World) -> None:
    world.project("local", folder="sub", extra='[tool.uv.sources]\nlocal = { path = "../local", editable = true }\n')
    world.write("local/pyproject.toml", '[project]\nname = "local"\nversion = "1"\n[build-system]\nrequires = []\n')

    (found,) = world.read(files=["sub/pyproject.toml"]).requirements

    assert found.source == DirectorySource(path=world.root / "local", editable=True)


def test_groups_are_included(world: World) -> None:
    world.project(extra='[dependency-groups]\ndev = ["alpha", {include-group = "more"}]\nmore = ["beta"]\n')
    world.project(folder="sub", extra='[dependency-groups]\nmore = ["gamma"]\n')

    found = world.read(groups=["dev", "sub/pyproject.toml:more"])

    assert texts(found) == ["alpha", "beta", "gamma"]


def test_groups_of_a_root_without_a_project_are_included(world: World) -> None:
    world.write("pyproject.toml", '[dependency-groups]\ndev = ["alpha"]\n')

    assert texts(world.read(groups=["dev"])) == ["alpha"]


def test_what_a_project_leaves_to_its_backend_is_asked_of_it(world: World) -> None:
    world.write(
        "pyproject.toml",
        '[project]\nname = "demo"\nversion = "1"\ndynamic = ["dependencies", "optional-dependencies"]\n'
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
    )
    world.write(
        "backend.py",
        "import pathlib\n\n\ndef prepare_metadata_for_build_wheel(folder, settings=None):\n"
        "    info = pathlib.Path(folder) / 'demo-1.dist-info'\n    info.mkdir()\n"
        "    (info / 'METADATA').write_text('Metadata-Version: 2.1\\nName: demo\\nVersion: 1\\n'\n"
        "        'Requires-Dist: alpha\\nProvides-Extra: more\\nRequires-Dist: delta; extra == \"more\"\\n')\n"
        "    return info.name\n",
    )

    assert texts(world.read(files=["pyproject.toml"])) == ["alpha"]
    assert texts(world.read(files=["pyproject.toml"], extras=["more"])) == ["alpha", "delta"]


@pytest.mark.parametrize(
    "options",
    [
        {"groups": ["nope"]},
        {"files": ["pyproject.toml"], "extras": ["nope"]},
        {"extras": ["more"]},
    ],
)
def test_what_a_project_does_not_have_is_refused(world: World, options: dict[str, list[str]]) -> None:
    world.project("alpha")

    with pytest.raises(SelectionError):
        world.read(**options)
