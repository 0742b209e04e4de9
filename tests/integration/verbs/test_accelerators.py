"""PyTorch's projects out of the index of a backend, everything else from where it always comes."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest

import uvkit
from uvkit.errors import InvalidOptionError
from uvkit.settings import IndexConfig
from uvkit.testing import Distribution, IndexServer, make_wheel

from .conftest import World


@pytest.fixture
def torch_index(world: World, tmp_path: Path) -> str:
    """Serve builds of torch for some backends, and one without a backend on the usual index."""
    server: IndexServer = world.index
    for backend, version in (("cpu", "2.5+cpu"), ("cu124", "2.5+cu124"), ("cu118", "2.4+cu118")):
        made = make_wheel(tmp_path / backend, Distribution(name="torch", version=version, requires=("alpha",)))
        link = f'<a href="{quote(made.name)}">{made.name}</a>'
        server.bodies[f"/whl/{backend}/torch/"] = ("text/html", f"<!DOCTYPE html><html>{link}</html>".encode())
        server.bodies[f"/whl/{backend}/torch/{quote(made.name)}"] = ("application/zip", made.read_bytes())
    server.add(Distribution(name="torch", version="2.9"))
    return f"{server.root}/whl"


def session(world: World, **fields: object) -> uvkit.Session:
    variables = fields.pop("variables", {})
    values = {"indexes": (IndexConfig(url=world.index.url, default=True),), **fields}
    return uvkit.Session(
        uvkit.Settings.from_fields(values),
        cache=world.session.cache,
        variables=variables,  # type: ignore[arg-type]  # as given
    )


def test_backend_decides_where_torch_comes_from(world: World, torch_index: str) -> None:
    with session(world, torch_backend="cpu", torch_index=torch_index) as own:
        world.install(["torch", "beta"], own)

    assert "torch==2.5+cpu" in world.installed()
    assert any(one.startswith("alpha==") for one in world.installed())


def test_backend_may_be_that_of_a_variable(world: World, torch_index: str) -> None:
    variables = {
        "UV_DEFAULT_INDEX": world.index.url, "UVKIT_TORCH_INDEX": torch_index, "UV_TORCH_BACKEND": "cu124",
    }  # fmt: skip
    settings = uvkit.Settings.discover(variables=variables, interface="pip")

    with uvkit.Session(settings, cache=world.session.cache, variables=variables) as own:
        world.install(["torch"], own)

    assert "torch==2.5+cu124" in world.installed()


def test_found_driver_decides_where_nothing_is_chosen(world: World, torch_index: str) -> None:
    driver = {"UV_CUDA_DRIVER_VERSION": "535.54"}

    with session(world, torch_backend="auto", torch_index=torch_index, variables=driver) as own:
        world.install(["torch"], own)

    assert "torch==2.5+cu124" in world.installed()


def test_older_driver_leads_to_older_builds(world: World, torch_index: str) -> None:
    driver = {"UV_CUDA_DRIVER_VERSION": "470.57"}

    with session(world, torch_backend="auto", torch_index=torch_index, variables=driver) as own:
        world.install(["torch"], own)

    assert "torch==2.4+cu118" in world.installed()


def test_address_is_that_of_a_configured_index_of_a_backend(world: World, torch_index: str) -> None:
    named = IndexConfig(url=f"{torch_index}/cpu", name="pytorch-cpu", explicit=True)
    indexes = (named, IndexConfig(url=world.index.url, default=True))

    with session(world, torch_backend="cu124", indexes=indexes) as own:
        world.install(["torch"], own)

    assert "torch==2.5+cu124" in world.installed()


def test_backend_without_an_address_is_refused(world: World) -> None:
    with session(world, torch_backend="cpu") as own, pytest.raises(InvalidOptionError, match="UVKIT_TORCH_INDEX"):
        world.install(["torch"], own)


def test_lock_names_its_own_indexes_and_no_backend(world: World, torch_index: str) -> None:
    world.project("torch")

    with session(world, torch_backend="cpu", torch_index=torch_index) as own:
        result = uvkit.lock(session=own)

    assert {one.project: str(one.version) for one in result.lockfile.distributions}["torch"] == "2.9"
