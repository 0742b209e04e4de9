from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from uvkit.errors import NetworkError
from uvkit.net import HttpClient, NetworkOptions

from .certificates import CERTIFICATE, KEY


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = repr(self.connection.getpeercert()).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class names it
        pass


class Server(HTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Stay silent: clients here break the handshake on purpose."""


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    path = tmp_path / "certificate.pem"
    path.write_text(CERTIFICATE + KEY)
    return path


@pytest.fixture
def secure(certificate: Path) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.load_verify_locations(certificate)
    context.verify_mode = ssl.CERT_OPTIONAL
    with Server(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield f"https://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_a_certificate_of_the_trust_store_is_accepted(secure: str, certificate: Path) -> None:
    with HttpClient(NetworkOptions(trust_store=certificate)) as client:
        assert client.get(f"{secure}/a").status == 200
        assert client.get(f"{secure}/b").status == 200


@pytest.mark.parametrize("store", ["system", "bundled"])
def test_an_unknown_certificate_is_refused_at_once(secure: str, store: str) -> None:
    naps: list[float] = []
    options = NetworkOptions(trust_store=store)  # type: ignore[arg-type]  # both are allowed values

    with HttpClient(options, sleep=naps.append) as client, pytest.raises(NetworkError, match="could not secure"):
        client.get(f"{secure}/a")

    assert naps == []


def test_the_name_in_the_certificate_counts(secure: str, certificate: Path) -> None:
    url = secure.replace("127.0.0.1", "127.0.0.2")

    with HttpClient(NetworkOptions(trust_store=certificate, retries=0)) as client, pytest.raises(NetworkError):
        client.get(f"{url}/a")


def test_an_insecure_host_is_not_checked(secure: str) -> None:
    with HttpClient(NetworkOptions(insecure_hosts=frozenset({"127.0.0.1"}))) as client:
        assert client.get(f"{secure}/a").status == 200


def test_a_client_certificate_is_shown(secure: str, certificate: Path) -> None:
    with HttpClient(NetworkOptions(trust_store=certificate, client_certificate=certificate)) as client:
        assert b"uvkit test" in client.get(f"{secure}/a").body


def test_a_trust_store_that_is_not_there_is_a_network_error(secure: str, tmp_path: Path) -> None:
    options = NetworkOptions(trust_store=tmp_path / "missing.pem")

    with HttpClient(options) as client, pytest.raises(NetworkError, match="could not secure"):
        client.get(f"{secure}/a")


def test_a_server_that_does_not_speak_tls_is_a_network_error(secure: str, certificate: Path) -> None:
    options = NetworkOptions(trust_store=certificate, retries=0)

    with HttpClient(options) as client, pytest.raises(NetworkError):
        client.get(f"{secure.replace('https', 'http')}/a")
