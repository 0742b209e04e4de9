from __future__ import annotations

import logging
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest

import uvkit
from uvkit.errors import AuthenticationError, MissingCredentialsError, UvkitError

from .conftest import Place, index, with_user
from .servers import ROBOT, TEAM, Nginx, htpasswd


def asked(web: Nginx, before: int) -> Iterator[tuple[str, str, str]]:
    yield from web.requests()[before:]


def test_a_lock_is_synced_elsewhere_with_the_credentials_of_the_index(place: Place, web: Nginx) -> None:
    place.project("beta", more=index(with_user(f"{web.root}/basic/simple/", TEAM), default=True))

    assert place.lock_and_sync() == ["alpha==1.1", "beta==1.0"]


def test_pypiserver_is_asked_with_the_credentials_of_variables(place: Place, guarded: str) -> None:
    place.project("beta", more=index(guarded, name="my-corp.1", default=True))

    found = place.lock_and_sync(UV_INDEX_MY_CORP_1_USERNAME=TEAM[0], UV_INDEX_MY_CORP_1_PASSWORD=TEAM[1])

    assert found == ["alpha==1.1", "beta==1.0"]


def test_two_indexes_of_one_origin_have_their_own_credentials(place: Place, web: Nginx) -> None:
    first = index(with_user(f"{web.root}/basic/simple/", TEAM), name="one", explicit=True)
    second = index(with_user(f"{web.root}/robot/simple/", ROBOT), default=True)
    place.project("beta", "delta", more=f"{first}{second}[tool.uv.sources]\nbeta = {{ index = 'one' }}\n")

    assert place.lock_and_sync() == ["alpha==1.1", "beta==1.0", "delta==1.0"]


def test_netrc_gives_credentials(place: Place, web: Nginx) -> None:
    place.project("beta", more=index(f"{web.root}/basic/simple/", default=True))
    netrc = place.root / "netrc"
    netrc.write_text(f"machine 127.0.0.1\nlogin {TEAM[0]}\npassword {TEAM[1]}\n")

    assert place.lock_and_sync(NETRC=str(netrc)) == ["alpha==1.1", "beta==1.0"]


@pytest.mark.parametrize(("user", "authenticate"), [("team@", "auto"), ("", "always")])
def test_the_keyring_command_gives_credentials(
    place: Place, web: Nginx, monkeypatch: pytest.MonkeyPatch, user: str, authenticate: str
) -> None:
    programs = place.root / "bin"
    programs.mkdir()
    command = programs / "keyring"
    command.write_text(
        f'#!/bin/sh\necho "$@" >> "{place.root}/asked"\ncase "$*" in *creds*) echo {TEAM[0]};; esac\necho {TEAM[1]}\n'
    )
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    url = f"{web.root}/basic/simple/"
    place.project("beta", more=index(url.replace("://", f"://{user}"), default=True, authenticate=authenticate))

    found = place.lock_and_sync(UV_KEYRING_PROVIDER="subprocess")

    assert found == ["alpha==1.1", "beta==1.0"]
    ending = TEAM[0] if user else "--mode creds"
    assert set((place.root / "asked").read_text().splitlines()) == {f"get {url} {ending}"}


def test_always_and_no_credentials_asks_nothing(place: Place, web: Nginx) -> None:
    place.project("beta", more=index(f"{web.root}/open/simple/", default=True, authenticate="always"))
    before = len(web.requests())

    with place.session() as session, pytest.raises(MissingCredentialsError):
        uvkit.lock(place.root, session=session)

    assert not list(asked(web, before))


def test_never_sends_no_credentials(place: Place, web: Nginx) -> None:
    place.project("beta", more=index(f"{web.root}/basic/simple/", default=True, authenticate="never"))
    (place.root / "netrc").write_text(f"machine 127.0.0.1 login {TEAM[0]} password {TEAM[1]}\n")
    before = len(web.requests())

    with place.session(NETRC=str(place.root / "netrc")) as session, pytest.raises(AuthenticationError):
        uvkit.lock(place.root, session=session)

    assert {authorization for _, _, authorization in asked(web, before)} == {"-"}


def test_a_redirect_to_another_origin_takes_no_credentials_along(place: Place, web: Nginx) -> None:
    place.project("beta", more=index(with_user(f"{web.root}/guarded/simple/", TEAM), default=True))
    before = len(web.requests())

    found = place.lock_and_sync()

    sent = {port: authorization != "-" for port, _, authorization in asked(web, before)}
    assert found == ["alpha==1.1", "beta==1.0"]
    assert sent == {str(web.port): True, str(web.other_port): False}


def test_an_archive_is_fetched_with_the_credentials_in_its_url(place: Place, web: Nginx) -> None:
    url = with_user(f"{web.root}/basic/files/alpha-1.0-py3-none-any.whl", TEAM)
    place.project(f"alpha @ {url}", more=index(f"{web.root}/open/simple/", default=True))

    assert place.lock_and_sync() == ["alpha==1.0"]
    assert TEAM[1] not in (place.root / "uv.lock").read_text()


def test_an_archive_is_fetched_with_the_credentials_of_an_index_of_its_origin(place: Place, web: Nginx) -> None:
    place.project(
        f"alpha @ {web.root}/basic/files/alpha-1.0-py3-none-any.whl",
        more=index(with_user(f"{web.root}/basic/simple/", TEAM), default=True),
    )

    assert place.lock_and_sync() == ["alpha==1.0"]


def test_a_provider_gives_new_credentials_when_the_old_ones_expire(tmp_path: Path, web: Nginx) -> None:
    words = iter(("first", "second"))
    users = web.folder / "users" / "robot"
    given: list[str] = []

    def vault(url: str) -> uvkit.Credentials:
        given.append(url)
        return uvkit.Credentials("robot", next(words))

    with uvkit.HttpClient(uvkit.NetworkOptions(retries=0), credentials=[vault]) as http:
        private = uvkit.Index(f"{web.root}/robot/simple/", http=http)
        htpasswd(users, ("robot", "first"))
        before = private.files("alpha").versions()
        htpasswd(users, ("robot", "second"))
        after = private.files("beta").versions()
    htpasswd(users, ROBOT)

    assert (len(before), len(after), len(given)) == (2, 1, 2)


# -- secrets -----------------------------------------------------------------------------------------------------------


def all_files(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            yield path, path.read_bytes()


def test_no_secret_is_in_a_lock_a_cache_an_environment_a_result_an_event_or_a_log(
    place: Place, web: Nginx, caplog: pytest.LogCaptureFixture
) -> None:
    url = with_user(f"{web.root}/basic/files/delta-1.0.tar.gz", TEAM)
    place.project("beta", f"delta @ {url}", more=index(with_user(f"{web.root}/basic/simple/", TEAM), default=True))

    with caplog.at_level(logging.DEBUG):
        place.lock_and_sync()

    written = [path for path, data in all_files(place.root.parent) if TEAM[1].encode() in data]
    assert written == [place.root / "pyproject.toml"]
    assert TEAM[1] not in repr(place.seen)
    assert TEAM[1] not in str([getattr(one, "to_dict", dict)() for one in place.seen])
    assert TEAM[1] not in caplog.text


@pytest.mark.parametrize("location", ["refused", "forbidden", "teapot", "down", "loop", "nopage", "limited"])
def test_no_secret_is_in_an_error(place: Place, web: Nginx, location: str) -> None:
    place.project("beta", more=index(with_user(f"{web.root}/{location}/simple/", TEAM), default=True))

    with place.session() as session, pytest.raises(UvkitError) as raised:
        uvkit.lock(place.root, session=session)

    error = raised.value
    texts = [str(error), repr(error), *error.hints, *getattr(error, "__notes__", ()), repr(vars(error))]
    assert TEAM[1] not in "".join(texts)
    assert TEAM[1].encode() not in pickle.dumps(error)


def test_no_secret_is_in_what_settings_and_parts_show(place: Place, web: Nginx) -> None:
    place.project("beta", more=index(with_user(f"{web.root}/basic/simple/", TEAM), name="one", default=True))

    with place.session(UV_INDEX_ONE_PASSWORD=ROBOT[1], UV_INDEX_ONE_USERNAME="robot") as session:
        settings = session.settings_for(uvkit.Project.open(place.root))
        shown = f"{settings!r} {session.indexes_for(settings, place.root).indexes!r} {settings.origins}"

    assert TEAM[1] not in shown
    assert ROBOT[1] not in shown
