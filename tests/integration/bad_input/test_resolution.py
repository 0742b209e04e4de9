"""What cannot be had: projects, versions, pages, networks."""

from __future__ import annotations

import socket

import pytest

import uvkit
from uvkit.errors import (
    AuthenticationError,
    HttpStatusError,
    InvalidResponseError,
    NetworkError,
    OfflineError,
    ResolutionImpossibleError,
)
from uvkit.testing import Distribution

from .conftest import World

JSON = "application/vnd.pypi.simple.v1+json"


def _closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_an_unknown_project_is_named_with_who_wants_it(world: World) -> None:
    world.project("nowhere")

    with pytest.raises(ResolutionImpossibleError) as caught:
        world.sync()
    status, message = world.cli("sync")

    assert "`demo` requires `nowhere`" in str(caught.value)
    assert caught.value.hints == ("check the spelling of `nowhere`, or add the index that serves it",)
    assert status == 1
    assert message == (
        "error: no solution found: `demo` requires `nowhere`, but `nowhere` is on none of the indexes\n\n"
        "hint: check the spelling of `nowhere`, or add the index that serves it\n"
    )
    assert world.names() == ["pyproject.toml"]


def test_a_version_that_does_not_exist_is_named_with_those_that_do(world: World) -> None:
    world.project("alpha>=3")

    with pytest.raises(ResolutionImpossibleError) as caught:
        world.lock()
    status, message = world.cli("lock")

    assert caught.value.code == "resolution-impossible"
    assert "`demo` requires `alpha>=3`, but `alpha` has the versions 1.0, 2.0" in message
    assert status == 1
    assert world.names() == ["pyproject.toml"]


def test_a_failed_lock_leaves_the_old_one(world: World) -> None:
    world.project("alpha")
    world.sync()
    lock, before = (world.root / "uv.lock").read_bytes(), world.picture()
    world.project("alpha", "nowhere")

    status, _ = world.cli("sync")

    assert status == 1
    assert (world.root / "uv.lock").read_bytes() == lock
    assert world.picture() == before


@pytest.mark.parametrize(
    ("kind", "body"),
    [("image/png", b"\x89PNG"), ("text/plain", b"hello"), (JSON, b"{nope"), (JSON, b'{"files": 3}')],
)
def test_a_page_that_is_not_of_an_index_is_shown_with_its_address(world: World, kind: str, body: bytes) -> None:
    world.index.bodies["/simple/odd/"] = (kind, body)
    world.project("odd")

    with pytest.raises(InvalidResponseError) as caught:
        world.lock()
    status, message = world.cli("lock")

    assert caught.value.url == f"{world.index.url}/odd/"
    assert caught.value.hints == (
        "an index URL points at its root of project pages, such as `https://index.example/simple`",
    )
    assert status == 1
    assert message.startswith(f"error: `{world.index.url}/odd/` ({kind}) is not a usable response: ")
    assert world.names() == ["pyproject.toml"]


def test_a_page_of_another_site_has_no_versions(world: World) -> None:
    world.index.bodies["/simple/odd/"] = ("text/html", b"<html><body>Please log in</body></html>")
    world.project("odd")

    with pytest.raises(ResolutionImpossibleError):
        world.lock()
    status, _ = world.cli("lock")

    assert status == 1


def test_a_server_in_trouble_is_not_taken_for_an_empty_one(world: World) -> None:
    world.index.broken["/simple/alpha/"] = [503, 503]
    world.project("alpha")

    with pytest.raises(HttpStatusError) as caught:
        world.lock()
    status, message = world.cli("lock")

    assert caught.value.status == 503
    assert status == 2
    assert "answered with HTTP status 503" in message


def test_without_a_network_the_address_is_named(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.project("alpha")
    url = f"http://127.0.0.1:{_closed_port()}/simple"
    settings = uvkit.Settings.from_fields({"network.retries": 0}).with_arguments({"default-index": url})

    with uvkit.Session(settings, cache=world.cache) as session, pytest.raises(NetworkError) as caught:
        uvkit.lock(world.root, session=session)
    monkeypatch.setenv("UV_DEFAULT_INDEX", url)
    status, message = world.cli("sync")

    assert caught.value.url == f"{url}/alpha/"
    assert status == 2
    assert message.endswith("\nhint: check the network connection, the proxy settings and the index address\n")
    assert world.names() == ["pyproject.toml"]


def test_offline_without_a_cache_says_what_is_missing(world: World) -> None:
    world.project("alpha")

    with pytest.raises(OfflineError) as caught:
        world.lock(offline=True)
    status, message = world.cli("lock", "--offline")

    assert caught.value.wanted == f"{world.index.url}/alpha/"
    assert status == 1
    assert message.endswith("\nhint: run once without offline mode to fill the cache\n")
    assert world.names() == ["pyproject.toml"]


def test_offline_with_a_cache_works(world: World) -> None:
    world.project("beta")
    world.sync()
    (world.root / "uv.lock").unlink()

    status, _ = world.cli("sync", "--offline")

    assert status == 0
    assert world.installed() == ["alpha==2.0", "beta==1.0"]


def test_offline_without_the_files_leaves_the_environment_alone(world: World) -> None:
    world.project("alpha==1.0")
    world.sync()
    before = world.picture()
    world.project("alpha==2.0")
    world.lock()

    status, message = world.cli("sync", "--offline")

    assert status == 1
    assert "alpha-2.0-py3-none-any.whl` is not in the cache and the network is switched off" in message
    assert world.picture() == before


@pytest.mark.parametrize("given", ["", "user:wrong@"])
def test_refused_credentials_are_never_shown(world: World, given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    world.index.credentials = ("user", "right")
    world.project("alpha")
    url = world.index.url.replace("http://", f"http://{given}")
    settings = uvkit.Settings.from_fields({"network.retries": 0}).with_arguments({"default-index": url})

    with uvkit.Session(settings, cache=world.cache) as session, pytest.raises(AuthenticationError) as caught:
        uvkit.lock(world.root, session=session)
    monkeypatch.setenv("UV_DEFAULT_INDEX", url)
    status, message = world.cli("lock")

    assert caught.value.status == 401
    assert "wrong" not in str(caught.value)
    assert status == 1
    assert "wrong" not in message
    assert "hint: give credentials in the URL, in a netrc file or through keyring" in message


def test_a_source_that_may_not_be_built_is_refused(world: World) -> None:
    world.index.add(Distribution(name="source", version="1.0"), wheel=False, sdist=True)
    world.project("source")

    status, message = world.cli("lock", "--no-build")

    assert status == 1
    assert "source" in message
    assert world.names() == ["pyproject.toml"]
