from __future__ import annotations

import shutil
import ssl
from pathlib import Path

import pytest

import uvkit
from uvkit.errors import AuthenticationError, HttpStatusError, NetworkError, SourceNotFoundError
from uvkit.testing import Distribution

from .conftest import Place, index
from .servers import Certificates, Nginx, write_tree


def test_metadata_is_read_by_ranges_where_the_server_has_them(place: Place, web: Nginx) -> None:
    place.project("beta", more=index(f"{web.root}/ranges/simple/", default=True))

    assert place.lock_and_sync() == ["alpha==1.1", "beta==1.0"]


def test_metadata_is_read_from_the_file_where_the_server_has_no_ranges(place: Place, web: Nginx) -> None:
    place.project("beta", more=index(f"{web.root}/noranges/simple/", default=True))

    assert place.lock_and_sync() == ["alpha==1.1", "beta==1.0"]


@pytest.mark.parametrize("way", ["same", "cross"])
def test_pages_may_be_redirected(place: Place, web: Nginx, way: str) -> None:
    place.project("beta", more=index(f"{web.root}/{way}/simple/", default=True))

    assert place.lock_and_sync() == ["alpha==1.1", "beta==1.0"]


@pytest.mark.parametrize(("location", "requests"), [("limited", 3), ("down", 3), ("teapot", 1), ("gone", 1)])
def test_only_what_may_pass_is_tried_again(web: Nginx, location: str, requests: int) -> None:
    before = len(web.requests())

    with (
        uvkit.HttpClient(uvkit.NetworkOptions(retries=2), sleep=lambda _: None) as http,
        pytest.raises(HttpStatusError),
    ):
        uvkit.Index(f"{web.root}/{location}/simple/", http=http).files("alpha")

    assert len(web.requests()) - before == requests


def test_a_refused_index_ends_the_search_unless_its_answer_is_ignored(place: Place, web: Nginx) -> None:
    here = index(f"{web.root}/open/simple/", default=True)
    place.project("alpha", more=index(f"{web.root}/forbidden/simple/", name="first") + here)

    with place.session() as session, pytest.raises(AuthenticationError):
        uvkit.lock(place.root, session=session)

    codes = index(f"{web.root}/forbidden/simple/", name="first", **{"ignore-error-codes": [403]})
    place.project("alpha", more=codes + here)
    assert place.lock_and_sync() == ["alpha==1.1"]


# -- certificates ------------------------------------------------------------------------------------------------------


@pytest.fixture
def secured(place: Place, web: Nginx) -> Place:
    place.project("beta", more=index(f"{web.tls}/open/simple/", default=True))
    return place


def test_an_unknown_authority_is_refused(secured: Place) -> None:
    with secured.session() as session, pytest.raises(NetworkError, match="certificate"):
        uvkit.lock(secured.root, session=session)


def test_a_file_of_authorities_is_trusted(secured: Place, certificates: Certificates) -> None:
    assert secured.lock_and_sync(SSL_CERT_FILE=str(certificates.authority))


def test_a_folder_of_authorities_is_trusted(secured: Place, certificates: Certificates) -> None:
    folder = secured.root / "authorities"
    folder.mkdir()
    shutil.copy(certificates.authority, folder / "company.pem")

    assert secured.lock_and_sync(SSL_CERT_DIR=str(folder))


@pytest.mark.parametrize("name", ["UV_SYSTEM_CERTS", "UV_NATIVE_TLS"])
def test_authorities_of_the_system_are_trusted_or_not(
    secured: Place, certificates: Certificates, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    # OpenSSL itself takes this for the system's; the session is not told.
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))

    with secured.session(**{name: "0"}) as session, pytest.raises(NetworkError, match="certificate"):
        uvkit.lock(secured.root, session=session)
    assert secured.lock_and_sync(**{name: "1"})


def test_an_insecure_host_is_not_verified(secured: Place, web: Nginx) -> None:
    assert secured.lock_and_sync(UV_INSECURE_HOST=f"127.0.0.1:{web.tls_port}")


def test_a_client_certificate_is_shown(place: Place, web: Nginx, certificates: Certificates) -> None:
    place.project("beta", more=index(f"{web.mutual}/open/simple/", default=True))
    trusted = {"SSL_CERT_FILE": str(certificates.authority)}

    assert place.lock_and_sync(**trusted, SSL_CLIENT_CERT=str(certificates.client))
    shutil.rmtree(place.cache)
    (place.root / "uv.lock").unlink()
    with place.session(**trusted) as session, pytest.raises((HttpStatusError, NetworkError)):
        uvkit.lock(place.root, session=session)


def test_openssl_reads_what_the_tests_made(certificates: Certificates) -> None:
    context = ssl.create_default_context(cafile=str(certificates.authority))

    assert len(context.get_ca_certs()) == 1


# -- links -------------------------------------------------------------------------------------------------------------


def test_versions_of_links_compete_with_those_of_the_index(place: Place, web: Nginx) -> None:
    older = write_tree(place.root / "older", [Distribution(name="alpha", version="1.0")])
    newer = write_tree(place.root / "newer", [Distribution(name="alpha", version="9.0")])
    here = index(f"{web.root}/open/simple/", default=True)

    place.project("alpha", more=f"[tool.uv]\nfind-links = ['{older}/files']\n{here}")
    before = place.lock_and_sync()
    (place.root / "uv.lock").unlink()
    place.project("alpha", more=f"[tool.uv]\nfind-links = ['{newer}/files']\n{here}")
    after = place.lock_and_sync()

    assert (before, after) == (["alpha==1.1"], ["alpha==9.0"])


@pytest.mark.parametrize("form", ["{tree}/links.html", "file://{tree}/links.html", "{web}/open/links.html"])
def test_a_page_of_links_may_lie_anywhere(place: Place, web: Nginx, tree: Path, form: str) -> None:
    place.project("beta", more=index(form.format(tree=tree, web=web.root), format="flat", default=True))

    assert place.lock_and_sync() == ["alpha==1.1", "beta==1.0"]


def test_a_page_of_links_that_is_not_there_is_an_error(place: Place, web: Nginx) -> None:
    here = index(f"{web.root}/open/simple/", default=True)
    place.project("alpha", more=f"[tool.uv]\nfind-links = ['{web.root}/nowhere.html']\n{here}")

    with place.session() as session, pytest.raises(HttpStatusError) as raised:
        uvkit.lock(place.root, session=session)

    assert (raised.value.status, raised.value.url) == (404, f"{web.root}/nowhere.html")


def test_a_folder_of_links_that_is_not_there_is_an_error(place: Place, web: Nginx) -> None:
    place.project("alpha", more=index(str(place.root / "nowhere"), format="flat", default=True))

    with place.session() as session, pytest.raises(SourceNotFoundError):
        uvkit.lock(place.root, session=session)
