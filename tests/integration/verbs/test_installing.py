"""`install` and `uninstall`: what is installed stays, what is demanded is held to."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

import uvkit
from uvkit.errors import (
    HashMismatchError,
    InvalidRequirementError,
    MissingHashError,
    PrepareError,
    ResolutionImpossibleError,
)
from uvkit.model import Hash, Requirement
from uvkit.testing import Distribution, IndexServer, make_wheel

from .conftest import World


def direct(world: World, name: str, version: str = "1.0", *requires: str) -> Path:
    """Install a wheel from a place of its own, and return the place."""
    wheel = make_wheel(world.root / "wheels", Distribution(name=name, version=version, requires=requires))
    world.install(world.read(str(wheel)))
    return wheel


# -- what is installed -------------------------------------------------------------------------------------------------


def test_what_is_installed_satisfies_without_an_index(world: World) -> None:
    world.install(["beta", "alpha<2"])
    requests = world.index.requests.total()

    result = world.install(["alpha"])

    assert world.index.requests.total() == requests
    assert not result.changed
    assert result.checked == 1


def test_what_came_from_elsewhere_satisfies_too(world: World) -> None:
    direct(world, "local", "1.0", "alpha")

    result = world.install(["local>=1"])

    assert not result.changed
    assert result.checked == 1


def test_what_no_index_has_satisfies_those_who_need_it(world: World) -> None:
    direct(world, "local")
    direct(world, "other", "1.0", "local")

    world.install(["delta", "other"])

    assert world.installed() == ["delta==1.0", "local==1.0", "other==1.0"]
    (one,) = [found for found in world.environment.installed() if found.project == "local"]
    assert one.direct_url is not None


def test_what_came_from_elsewhere_is_not_replaced_by_an_index(world: World) -> None:
    direct(world, "alpha", "1.5")

    result = world.install(["gamma"])

    assert world.installed() == ["alpha==1.5", "beta==2.0", "gamma==1.0"]
    assert result.resolved == 3
    assert [step.project for step in result.plan.steps if step.action != "keep"] == ["beta", "gamma"]


def test_what_does_not_fit_is_replaced(world: World) -> None:
    direct(world, "alpha", "3.0")

    world.install(["beta==1.0"])

    assert world.installed() == ["alpha==1.1", "beta==1.0"]


def test_upgrading_replaces_what_came_from_elsewhere_by_something_newer(world: World) -> None:
    direct(world, "alpha", "1.5")

    world.install(["alpha"], upgrade=uvkit.Upgrade.everything())

    assert world.installed() == ["alpha==2.0"]


def test_upgrading_leaves_what_no_index_has(world: World) -> None:
    direct(world, "local")

    result = world.install(["local"], upgrade=uvkit.Upgrade.everything())

    assert not result.changed
    assert world.installed() == ["local==1.0"]


def test_an_exact_installation_keeps_what_is_needed_from_elsewhere(world: World) -> None:
    direct(world, "local")
    world.install(["delta", "alpha"])

    world.install(["local", "alpha"], exact=True)

    assert world.installed() == ["alpha==2.0", "local==1.0"]


def test_installing_again_asks_an_index(world: World) -> None:
    direct(world, "local")
    session = world.session.with_settings(world.session.settings.with_arguments({"reinstall": True}))

    with pytest.raises(ResolutionImpossibleError):
        world.install(["local"], session=session)


def test_offline_what_is_installed_is_known(world: World) -> None:
    world.install(["beta"])
    settings = world.session.settings.with_arguments({"offline": True})
    with uvkit.Session(settings, cache=world.root / "empty") as session:
        result = world.install(["beta", "alpha>1"], session=session, exact=True)

    assert not result.changed


def test_a_cut_off_does_not_count_for_what_is_installed(world: World) -> None:
    world.install(["alpha"])
    session = world.session.with_settings(world.session.settings.with_arguments({"exclude-newer": "2020-01-01"}))

    result = world.install(["alpha"], session=session, exact=True)

    assert not result.changed


@pytest.mark.parametrize("option", ["no-binary", "no-build"])
def test_formats_do_not_count_for_what_is_installed(world: World, option: str) -> None:
    world.install(["alpha"])
    session = world.session.with_settings(world.session.settings.with_arguments({option: True}))

    result = world.install(["alpha"], session=session, exact=True)

    assert not result.changed


def test_what_cannot_say_what_it_needs_is_installed_anew(world: World) -> None:
    world.install(["beta"])
    metadata = world.environment.site_packages / "beta-2.0.dist-info" / "METADATA"
    metadata.write_text("Name: beta\nVersion: 2.0\nRequires-Dist: al pha >\n")

    result = world.install(["beta"], exact=True)

    assert result.resolved == 2


def test_overrides_replace_and_excludes_leave_out(world: World) -> None:
    world.write("o.txt", "beta==1.0\n")
    world.write("x.txt", "alpha\n")

    world.install(world.read("gamma", overrides=["o.txt"], excludes=["x.txt"]))

    assert world.installed() == ["beta==1.0", "gamma==1.0"]


def test_several_overrides_of_one_project_hold_where_their_markers_do(world: World) -> None:
    overrides = ["alpha==1.0 ; python_version >= '3'", "alpha==1.1 ; python_version < '3'"]

    world.install(["beta"], overrides=overrides)

    assert world.installed() == ["alpha==1.0", "beta==2.0"]


def test_a_dry_run_tells_what_would_be_fetched(world: World) -> None:
    world.install(["alpha<2"])
    uvkit.uninstall(["alpha"], world.environment, session=world.session)

    result = world.install(["beta", "alpha<2"], dry_run=True)

    assert result.fetched == {"beta"}
    assert not result.changed
    assert world.installed() == []


def test_an_installation_tells_what_was_fetched(world: World) -> None:
    world.install(["alpha<2"])
    uvkit.uninstall(["alpha"], world.environment, session=world.session)

    result = world.install(["beta", "alpha<2"])

    assert result.fetched == {"beta"}


def test_steps_tell_where_each_version_comes_from(world: World) -> None:
    wheel = direct(world, "alpha", "1.5")

    result = world.install(["alpha==2.0"])

    (step,) = result.plan.steps
    assert (step.before_url, step.after_url) == (wheel.as_uri(), None)
    assert result.to_dict()["steps"][0]["before_url"] == wheel.as_uri()


def test_a_version_that_only_a_build_tells_is_told_afterwards(world: World) -> None:
    world.write("local/pyproject.toml", '[project]\nname = "local"\ndynamic = ["version"]\n[build-system]\n'
        'requires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n')  # fmt: skip
    world.write(
        "local/backend.py",
        "import pathlib, zipfile\n\n\ndef build_wheel(folder, settings=None, metadata=None):\n"
        "    name = 'local-7-py3-none-any.whl'\n"
        "    with zipfile.ZipFile(pathlib.Path(folder) / name, 'w') as archive:\n"
        "        metadata = 'Metadata-Version: 2.1\\nName: local\\nVersion: 7\\n'\n"
        "        archive.writestr('local-7.dist-info/METADATA', metadata)\n"
        "        archive.writestr('local-7.dist-info/WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\n')\n"
        "        archive.writestr('local-7.dist-info/RECORD', '')\n"
        "    return name\n",
    )

    result = world.install(world.read("./local"))

    assert [str(step.after) for step in result.plan.steps] == ["7"]


# -- hashes ------------------------------------------------------------------------------------------------------------


def pinned(text: str, *hashes: str) -> Requirement:
    return replace(Requirement.parse(text), hashes=tuple(map(Hash.parse, hashes)))


def digest(index: IndexServer, project: str, version: str) -> str:
    return "sha256:" + index.files[project][f"{project}-{version}-py3-none-any.whl"].hashes["sha256"]


def requiring(world: World) -> uvkit.Session:
    return world.session.with_settings(world.session.settings.with_arguments({"require-hashes": True}))


def test_a_demanded_hash_is_held_to(world: World) -> None:
    good, bad = digest(world.index, "alpha", "1.0"), f"sha256:{'0' * 64}"

    with pytest.raises(PrepareError) as caught:
        uvkit.install([pinned("alpha==1.0", bad)], world.environment, session=world.session)
    uvkit.install([pinned("alpha==1.0", bad, good)], world.environment, session=world.session)

    (failure,) = caught.value.failures
    assert isinstance(failure, HashMismatchError)
    assert (failure.expected, failure.actual) == ((bad,), good)
    assert world.installed() == ["alpha==1.0"]


def test_hashes_can_be_ignored(world: World) -> None:
    session = world.session.with_settings(world.session.settings.with_arguments({"no-verify-hashes": True}))

    uvkit.install([pinned("alpha==1.0", f"sha256:{'0' * 64}")], world.environment, session=session)

    assert world.installed() == ["alpha==1.0"]


def test_a_hash_without_a_pin_is_not_held_to(world: World) -> None:
    uvkit.install([pinned("alpha<2", f"sha256:{'0' * 64}")], world.environment, session=world.session)

    assert world.installed() == ["alpha==1.1"]


def test_constraints_may_name_the_hash(world: World) -> None:
    limits = [pinned("alpha==1.0", digest(world.index, "alpha", "1.0"))]

    uvkit.install(["alpha==1.0"], world.environment, constraints=limits, session=requiring(world))

    assert world.installed() == ["alpha==1.0"]


def test_an_index_without_hashes_is_held_to_them_too(tmp_path: Path, world: World) -> None:
    with IndexServer(tmp_path / "plain", sidecars=False) as server:
        server.add(Distribution(name="plain", version="1.0"))
        served = server.files["plain"]["plain-1.0-py3-none-any.whl"]
        good = f"sha256:{served.hashes.pop('sha256')}"
        settings = uvkit.Settings().with_arguments({"default-index": server.url, "require-hashes": True})
        with uvkit.Session(settings, cache=world.session.cache) as session:
            with pytest.raises(PrepareError) as caught:
                uvkit.install([pinned("plain==1.0", f"sha256:{'0' * 64}")], world.environment, session=session)
            uvkit.install([pinned("plain==1.0", good)], world.environment, session=session)

    assert isinstance(caught.value.failures[0], HashMismatchError)
    assert world.installed() == ["plain==1.0"]


def test_required_hashes_refuse_what_has_none(world: World) -> None:
    session = requiring(world)

    with pytest.raises(MissingHashError):
        uvkit.install(["alpha==1.0"], world.environment, session=session)
    with pytest.raises(InvalidRequirementError):
        uvkit.install([pinned("alpha", f"sha256:{'0' * 64}")], world.environment, session=session)
    with pytest.raises(PrepareError) as caught:
        uvkit.install([pinned("beta==2.0", digest(world.index, "beta", "2.0"))], world.environment, session=session)

    assert isinstance(caught.value.failures[0], MissingHashError)
    assert world.installed() == []


def test_required_hashes_refuse_source_trees(world: World) -> None:
    world.write("local/pyproject.toml", '[project]\nname = "local"\nversion = "1"\n')

    with pytest.raises(MissingHashError):
        world.install(world.read("./local"), session=requiring(world))


def test_required_hashes_accept_what_is_installed(world: World) -> None:
    world.install(["alpha==2.0"])

    world.install(
        uvkit.RequirementSet(requirements=(pinned("beta==2.0", digest(world.index, "beta", "2.0")),)),
        session=requiring(world),
    )

    assert world.installed() == ["alpha==2.0", "beta==2.0"]


# -- removing ----------------------------------------------------------------------------------------------------------


def test_uninstalling_tells_what_was_not_there(world: World) -> None:
    world.install(["alpha"])

    result = uvkit.uninstall(["Alpha", "beta", "alpha"], world.environment, session=world.session)

    assert [step.project for step in result.plan.steps] == ["alpha"]
    assert [(notice.code, notice.message) for notice in result.notices] == [
        ("not-installed", "`beta` is not installed")
    ]
    assert world.installed() == []


def test_the_result_can_be_stored_as_json(world: World) -> None:
    result = world.install(["gamma"])

    found = json.loads(json.dumps(result.to_dict()))

    assert found["fetched"] == ["alpha", "beta", "gamma"]
    assert found["place"] == "found"
