"""Publish to a real pypiserver, and install from it."""

from __future__ import annotations

import socket
import threading
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import uvkit
from uvkit import errors
from uvkit.settings import IndexConfig
from uvkit.testing import Distribution, make_sdist, make_wheel

from .conftest import MakeProject
from .servers import PASSWORD, USER, PypiServer

WHO = uvkit.Credentials(USER, PASSWORD)


def test_what_was_built_is_published_and_installed_from_there(
    make_project: MakeProject, session: uvkit.Session, server: PypiServer, tmp_path: Path
) -> None:
    root = make_project("walk")
    uvkit.build(root, session=session)

    result = uvkit.publish([root / "dist" / "*"], url=server.upload_url, credentials=WHO, session=session)

    assert [(one.path.name, one.outcome) for one in result.files] == [
        ("walk-1.0-py3-none-any.whl", "uploaded"),
        ("walk-1.0.tar.gz", "uploaded"),
    ]
    for path in (root / "dist").glob("walk*"):
        assert (server.folder / path.name).read_bytes() == path.read_bytes()
    settings = uvkit.Settings(indexes=(IndexConfig(url=server.index_url, default=True),))
    with uvkit.Session(settings, cache=tmp_path / "other") as other:
        installed = uvkit.install(["walk"], tmp_path / "environment", session=other)
    assert (installed.environment.scheme.purelib / "walk.py").read_text() == "VALUE = 1\n"


def test_wrong_credentials_are_refused(session: uvkit.Session, server: PypiServer, tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path, Distribution(name="locked-out", version="1"))

    with pytest.raises(errors.UploadRefusedError) as refused:
        uvkit.publish([wheel], url=server.upload_url, credentials=uvkit.Credentials(USER, "wrong"), session=session)

    assert refused.value.status == 403
    assert "token" in refused.value.hints[0]
    assert not (server.folder / wheel.name).exists()


def test_credentials_may_stand_in_the_address_or_in_netrc(
    session: uvkit.Session, server: PypiServer, tmp_path: Path
) -> None:
    one = make_wheel(tmp_path, Distribution(name="in-the-address", version="1"))
    two = make_wheel(tmp_path, Distribution(name="in-netrc", version="1"))
    with_secret = server.upload_url.replace("http://", f"http://{USER}:{PASSWORD}@")
    (tmp_path / "netrc").write_text(f"machine 127.0.0.1 login {USER} password {PASSWORD}\n")
    with uvkit.Session(cache=tmp_path / "other", variables={"NETRC": str(tmp_path / "netrc")}) as other:
        uvkit.publish([two], url=server.upload_url, session=other)

    result = uvkit.publish([one], url=with_secret, session=session)

    assert (server.folder / one.name).is_file()
    assert (server.folder / two.name).is_file()
    assert result.url == server.upload_url


def test_a_run_that_is_repeated_uploads_only_what_is_missing(
    session: uvkit.Session, server: PypiServer, tmp_path: Path
) -> None:
    release = Distribution(name="again", version="1")
    wheel, sdist = make_wheel(tmp_path, release), make_sdist(tmp_path, release)
    uvkit.publish([wheel], url=server.upload_url, credentials=WHO, session=session)

    with pytest.raises(errors.UploadRefusedError) as refused:
        uvkit.publish([wheel, sdist], url=server.upload_url, credentials=WHO, session=session)
    result = uvkit.publish(
        [wheel, sdist], url=server.upload_url, check_url=server.index_url, credentials=WHO, session=session
    )

    assert refused.value.status == 409
    assert [one.outcome for one in result.files] == ["present", "uploaded"]
    assert (server.folder / sdist.name).is_file()


def test_another_file_of_the_same_name_is_refused_before_anything_is_uploaded(
    session: uvkit.Session, server: PypiServer, tmp_path: Path
) -> None:
    first = make_wheel(tmp_path / "one", Distribution(name="changed", version="1"))
    second = make_wheel(tmp_path / "two", Distribution(name="changed", version="1", requires=("other",)))
    new = make_wheel(tmp_path / "two", Distribution(name="a-new-one", version="1"))
    uvkit.publish([first], url=server.upload_url, credentials=WHO, session=session)

    with pytest.raises(errors.DifferentFileError) as different:
        uvkit.publish(
            [new, second], url=server.upload_url, check_url=server.index_url, credentials=WHO, session=session
        )

    assert different.value.filename == second.name
    assert not (server.folder / new.name).exists()


def test_an_upload_that_broke_off_leaves_nothing_and_can_be_repeated(
    session: uvkit.Session, server: PypiServer, tmp_path: Path
) -> None:
    wheel = make_wheel(tmp_path, Distribution(name="interrupted", version="1", files={"big.bin": b"x" * 300_000}))
    once = uvkit.Settings(network=uvkit.NetworkOptions(retries=0))
    with (
        _Cut(server.root, after=wheel.stat().st_size) as address,
        uvkit.Session(once, cache=tmp_path / "other") as other,
        pytest.raises(errors.NetworkError),
    ):
        uvkit.publish([wheel], url=f"{address}/", credentials=WHO, session=other)

    result = uvkit.publish([wheel], url=server.upload_url, check_url=server.index_url, credentials=WHO, session=session)

    assert result.files[0].outcome == "uploaded"
    assert (server.folder / wheel.name).read_bytes() == wheel.read_bytes()


class _Cut:
    """A way to a server that breaks off after some bytes of a request."""

    def __init__(self, root: str, *, after: int) -> None:
        parts = urlsplit(root)
        self._there = (parts.hostname or "", parts.port or 0)
        self._left = after
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._pass_on)

    def __enter__(self) -> str:
        self._thread.start()
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def __exit__(self, *exc_info: object) -> None:
        self._thread.join()
        self._listening.close()

    def _pass_on(self) -> None:
        client, _ = self._listening.accept()
        with client, socket.create_connection(self._there) as server:
            while self._left > 0 and (data := client.recv(self._left)):
                server.sendall(data)
                self._left -= len(data)
