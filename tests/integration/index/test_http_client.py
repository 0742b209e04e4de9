from __future__ import annotations

import gzip
import json
import pickle
import socket
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from uvkit.errors import AuthenticationError, HttpStatusError, InvalidResponseError, NetworkError, OfflineError
from uvkit.net import Credentials, HttpClient, HttpResponse, NetrcProvider, NetworkOptions

from .conftest import Request, WireServer, response

TEXT = b"hello " * 1000


def chunked(body: bytes, *, size: int = 700, **headers: str) -> bytes:
    fields = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    encoded = b"".join(b"%x;ext=1\r\n%b\r\n" % (len(part), part) for part in parts)
    return (
        f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n{fields}\r\n".encode() + encoded + b"0\r\nTrailer: x\r\n\r\n"
    )


def script(*answers: bytes | None) -> Callable[[Request], bytes | None]:
    left = list(answers)
    return lambda _: left.pop(0)


# -- bodies ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        response(TEXT),
        chunked(TEXT),
        response(gzip.compress(TEXT), Content_Encoding="gzip"),
        response(gzip.compress(TEXT[:100]) + gzip.compress(TEXT[100:]), Content_Encoding="x-gzip"),
        response(zlib.compress(TEXT), Content_Encoding="deflate"),
        response(zlib.compress(TEXT)[2:-4], Content_Encoding="deflate"),
        chunked(gzip.compress(TEXT), Content_Encoding="gzip"),
        response(gzip.compress(gzip.compress(TEXT)), Content_Encoding="gzip, gzip"),
        response(TEXT, Content_Encoding="identity"),
        b"HTTP/1.1 100 Continue\r\n\r\n" + response(TEXT),
    ],
)
def test_a_body_arrives_whole_whatever_its_coding(wire: WireServer, client: HttpClient, answer: bytes) -> None:
    wire.answer = script(answer, answer)

    read = client.get(f"{wire.url}/a").body
    with client.open(f"{wire.url}/a") as streamed:
        pieces = list(streamed.chunks(512))

    assert read == TEXT
    assert b"".join(pieces) == TEXT
    assert max(map(len, pieces)) <= 512


def test_a_body_may_end_with_the_connection(wire: WireServer, client: HttpClient) -> None:
    wire.answer = script(b"HTTP/1.0 200 OK\r\n\r\n" + TEXT)
    wire.close_after = True

    assert client.get(f"{wire.url}/a").body == TEXT


def test_the_connection_is_used_again(wire: WireServer, client: HttpClient) -> None:
    wire.answer = lambda _: response(b"x")

    for _ in range(5):
        client.get(f"{wire.url}/a")

    assert wire.connections == 1


def test_a_body_left_unread_does_not_spoil_the_next_answer(wire: WireServer, client: HttpClient) -> None:
    wire.answer = lambda request: response(request.target.encode() * 100)

    with client.open(f"{wire.url}/one"):
        pass

    assert client.get(f"{wire.url}/two").body == b"/two" * 100


def test_an_idle_connection_that_the_server_closed_is_replaced_without_an_attempt(
    wire: WireServer, client: HttpClient, naps: list[float]
) -> None:
    wire.answer = lambda _: response(b"x")
    wire.close_after = True

    for _ in range(3):
        assert client.get(f"{wire.url}/a").body == b"x"

    assert naps == []


def test_many_threads_share_a_client(wire: WireServer, client: HttpClient) -> None:
    wire.answer = lambda request: response(request.target.encode())
    failures: list[str] = []

    def work(worker: int) -> None:
        for number in range(20):
            target = f"/{worker}/{number}"
            if client.get(f"{wire.url}{target}").body != target.encode():
                failures.append(target)

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert wire.connections <= 8


def test_a_url_is_requested_as_it_is_written(wire: WireServer, client: HttpClient) -> None:
    wire.answer = lambda _: response(b"")

    client.get(f"{wire.url}/a%2Fb/c+d!e/f g/é?x=1&y=%20#fragment")

    assert wire.targets() == ["/a%2Fb/c+d!e/f%20g/%C3%A9?x=1&y=%20"]


# -- failures ----------------------------------------------------------------------------------------------------------


def test_a_server_error_is_tried_again(wire: WireServer, client: HttpClient, naps: list[float]) -> None:
    wire.answer = script(response(status=500), response(status=503), response(b"ok"))

    assert client.get(f"{wire.url}/a").body == b"ok"
    assert len(naps) == 2
    assert naps[0] < naps[1] * 2


def test_a_server_error_that_stays_is_an_error(wire: WireServer, client: HttpClient, naps: list[float]) -> None:
    wire.answer = lambda _: response(status=502)

    with pytest.raises(HttpStatusError) as caught:
        client.get(f"{wire.url}/a")

    assert caught.value.status == 502
    assert len(wire.requests) == 4
    assert len(naps) == 3


@pytest.mark.parametrize("status", [400, 410, 501])
def test_a_final_status_is_not_tried_again(wire: WireServer, client: HttpClient, status: int) -> None:
    wire.answer = lambda _: response(status=status)

    with pytest.raises(HttpStatusError):
        client.get(f"{wire.url}/a")

    assert len(wire.requests) == 1


def test_a_missing_page_is_an_answer(wire: WireServer, client: HttpClient) -> None:
    wire.answer = lambda _: response(b"no", status=404)

    assert client.get(f"{wire.url}/a").status == 404
    with pytest.raises(HttpStatusError):
        client.get(f"{wire.url}/a", accept_statuses=frozenset())


def test_too_many_requests_waits_as_long_as_the_server_asks(
    wire: WireServer, client: HttpClient, naps: list[float]
) -> None:
    wire.answer = script(response(status=429, Retry_After="7"), response(b"ok"))

    assert client.get(f"{wire.url}/a").body == b"ok"
    assert naps == [7.0]


def test_a_wait_longer_than_anyone_would_is_an_error_at_once(
    wire: WireServer, client: HttpClient, naps: list[float]
) -> None:
    wire.answer = lambda _: response(status=429, Retry_After="86400")

    with pytest.raises(HttpStatusError):
        client.get(f"{wire.url}/a")

    assert naps == []


def test_a_connection_that_breaks_before_the_answer_is_tried_again(
    wire: WireServer, client: HttpClient, naps: list[float]
) -> None:
    wire.answer = script(None, response(b"ok"))

    assert client.get(f"{wire.url}/a").body == b"ok"
    assert len(naps) == 1


def test_a_body_that_is_cut_short_is_tried_again(wire: WireServer, client: HttpClient) -> None:
    wire.answer = script(response(b"half", length=8), response(b"whole"))
    wire.close_after = True

    assert client.get(f"{wire.url}/a").body == b"whole"


@pytest.mark.parametrize(
    "answer",
    [
        response(b"half", length=8),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        response(gzip.compress(TEXT)[:-12], Content_Encoding="gzip"),
    ],
)
def test_a_body_that_is_always_cut_short_says_so(wire: WireServer, client: HttpClient, answer: bytes) -> None:
    wire.answer = lambda _: answer
    wire.close_after = True

    with pytest.raises(InvalidResponseError, match="cut short"):
        client.get(f"{wire.url}/a")
    with pytest.raises(InvalidResponseError, match="cut short"), client.open(f"{wire.url}/a") as streamed:
        list(streamed.chunks())

    assert len(wire.requests) == 5


@pytest.mark.parametrize(
    "answer",
    [
        b"not http\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
        response(b"x", Content_Encoding="br"),
        response(b"not gzip", Content_Encoding="gzip"),
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 60_000,
    ],
)
def test_an_answer_that_breaks_the_protocol_is_a_network_error(
    wire: WireServer, client: HttpClient, answer: bytes
) -> None:
    wire.answer = lambda _: answer
    wire.close_after = True

    with pytest.raises(NetworkError) as caught:
        client.get(f"{wire.url}/a")

    assert caught.value.attempts == 4


def test_a_length_larger_than_memory_is_not_believed(wire: WireServer, client: HttpClient) -> None:
    wire.answer = lambda _: response(b"x", length=1 << 60)
    wire.close_after = True

    with pytest.raises(InvalidResponseError, match="cut short"):
        client.get(f"{wire.url}/a")


def test_a_server_that_says_nothing_is_given_up(wire: WireServer, naps: list[float]) -> None:
    release = threading.Event()
    wire.answer = lambda _: response(b"late") if release.wait(5) else None
    options = NetworkOptions(timeout=0.05, retries=1)

    with HttpClient(options, sleep=naps.append) as client, pytest.raises(NetworkError, match="did not answer in time"):
        client.get(f"{wire.url}/a")

    release.set()
    assert len(naps) == 1


def test_a_server_that_is_not_there_is_a_network_error_without_secrets(naps: list[float]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    with HttpClient(NetworkOptions(retries=2), sleep=naps.append) as client, pytest.raises(NetworkError) as caught:
        client.get(f"http://user:secret@127.0.0.1:{port}/a")

    assert caught.value.attempts == 3
    assert "secret" not in str(caught.value)
    assert "secret" not in repr(pickle.loads(pickle.dumps(caught.value)))


@pytest.mark.parametrize("url", ["ftp://index.example/a", "http://", "http://index.example:port/", "nonsense"])
def test_a_url_that_cannot_be_requested_is_not_tried_again(client: HttpClient, naps: list[float], url: str) -> None:
    with pytest.raises(NetworkError):
        client.get(url)

    assert naps == []


def test_offline_asks_nobody(wire: WireServer) -> None:
    with HttpClient(NetworkOptions(offline=True)) as client, pytest.raises(OfflineError) as caught:
        client.get(f"{wire.url}/a")

    assert wire.requests == []
    assert caught.value.wanted == f"{wire.url}/a"


def test_fetch_begins_afresh_when_a_body_breaks(wire: WireServer, client: HttpClient, tmp_path: Path) -> None:
    wire.answer = script(response(b"half", length=8), response(b"complete"))
    wire.close_after = True
    target = tmp_path / "file"

    def consume(answer: HttpResponse) -> int:
        with target.open("wb") as file:
            return sum(file.write(piece) for piece in answer.chunks())

    assert client.fetch(f"{wire.url}/a", consume) == 8
    assert target.read_bytes() == b"complete"


def test_an_error_of_the_callers_own_files_is_not_taken_for_the_networks(wire: WireServer, client: HttpClient) -> None:
    wire.answer = lambda _: response(b"x")

    def consume(answer: HttpResponse) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        client.fetch(f"{wire.url}/a", consume)

    assert len(wire.requests) == 1


def test_a_header_cannot_smuggle_another(wire: WireServer, client: HttpClient) -> None:
    with pytest.raises(NetworkError, match="line break"):
        client.get(f"{wire.url}/a", headers={"x": "1\r\nevil: 2"})

    assert wire.requests == []


# -- redirects ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(wire: WireServer, client: HttpClient, status: int) -> None:
    wire.answer = script(response(status=status, Location="../b?x=1"), response(b"ok"))

    answer = client.get(f"{wire.url}/a/b")

    assert answer.body == b"ok"
    assert answer.url == f"{wire.url}/b?x=1"


def test_credentials_stay_with_their_origin_on_a_redirect(
    wire: WireServer, other_wire: WireServer, client: HttpClient
) -> None:
    wire.answer = lambda request: response(status=302, Location=f"{other_wire.url}/file")
    other_wire.answer = lambda _: response(b"ok")

    client.get(f"http://user:secret@127.0.0.1:{wire.port}/a")
    client.get(f"{wire.url}/a", headers={"Authorization": "Bearer token", "Cookie": "a=b"})

    assert ["authorization" in request.headers for request in wire.requests] == [True, True]
    assert [request.headers.keys() & {"authorization", "cookie"} for request in other_wire.requests] == [set(), set()]


def test_credentials_go_along_on_a_redirect_within_the_origin(wire: WireServer, client: HttpClient) -> None:
    wire.answer = lambda r: response(b"ok") if r.target == "/b" else response(status=302, Location="/b")

    client.get(f"http://user:secret@127.0.0.1:{wire.port}/a")

    assert all("authorization" in request.headers for request in wire.requests)


def test_a_circle_of_redirects_ends(wire: WireServer, client: HttpClient) -> None:
    wire.answer = lambda _: response(status=302, Location="/a")

    with pytest.raises(InvalidResponseError, match="more than 10 redirects"):
        client.get(f"{wire.url}/a")


def test_a_redirect_to_nowhere_is_no_answer(wire: WireServer, client: HttpClient) -> None:
    wire.answer = lambda _: response(b"<html>moved</html>", status=302, Content_Type="text/html")

    with pytest.raises(InvalidResponseError, match="without saying where to"):
        client.get(f"{wire.url}/a")


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://index.example/a"])
def test_a_redirect_does_not_leave_http(wire: WireServer, client: HttpClient, location: str) -> None:
    wire.answer = lambda _: response(status=302, Location=location)

    with pytest.raises(InvalidResponseError, match="not HTTP"):
        client.get(f"{wire.url}/a")


# -- credentials -------------------------------------------------------------------------------------------------------


def guarded(request: Request) -> bytes:
    if request.headers.get("authorization") == "Basic YWxpY2U6c2VjcmV0":
        return response(b"ok")
    return response(status=401, WWW_Authenticate='Basic realm="index"')


def test_a_challenge_is_answered_from_netrc_and_then_known(wire: WireServer, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login alice password secret\n")
    wire.answer = guarded

    with HttpClient(credentials=[NetrcProvider({}, home=tmp_path)]) as client:
        bodies = [client.get(f"{wire.url}/{name}").body for name in "abc"]

    assert bodies == [b"ok"] * 3
    assert len(wire.requests) == 4


def test_a_refusal_says_where_was_looked_and_keeps_the_secret(wire: WireServer, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login alice password wrongsecret\n")
    wire.answer = guarded

    with HttpClient(credentials=[NetrcProvider({}, home=tmp_path)]) as client, pytest.raises(AuthenticationError) as e:
        client.get(f"{wire.url}/a")

    assert e.value.status == 401
    assert e.value.tried == ("netrc",)
    assert "wrongsecret" not in f"{e.value} {e.value.hints} {client!r}"


def test_wrong_credentials_in_the_url_are_refused_without_showing(wire: WireServer, client: HttpClient) -> None:
    wire.answer = guarded

    with pytest.raises(AuthenticationError) as caught:
        client.get(f"http://bob:hush@127.0.0.1:{wire.port}/a")

    assert "hush" not in str(caught.value)


def test_registered_credentials_are_sent_at_once(wire: WireServer, client: HttpClient) -> None:
    wire.answer = guarded
    client.register(f"{wire.url}/simple", Credentials("alice", "secret"))

    client.get(f"{wire.url}/simple/a/")

    assert len(wire.requests) == 1


# -- other transports --------------------------------------------------------------------------------------------------


def test_an_httpx_client_can_take_over(wire: WireServer, naps: list[float]) -> None:
    wire.answer = script(response(status=503), response(gzip.compress(TEXT), Content_Encoding="gzip"))

    with httpx.Client(headers={"x-own": "1"}) as own, HttpClient(transport=own, sleep=naps.append) as client:
        answer = client.get(f"{wire.url}/a")

    assert answer.body == TEXT
    assert len(naps) == 1
    assert wire.requests[1].headers["x-own"] == "1"


def test_an_httpx_client_of_the_callers_stays_open(wire: WireServer) -> None:
    wire.answer = lambda _: response(b"x")

    with httpx.Client() as own:
        with HttpClient(transport=own) as client:
            client.get(f"{wire.url}/a")

        assert not own.is_closed


def test_an_httpx_transport_needs_no_socket() -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"path": request.url.path, "accept": request.headers["accept"]})

    with HttpClient(transport=httpx.MockTransport(handle)) as client:
        answer = client.get("https://index.example/simple/a/", headers={"accept": "text/html"})

    assert json.loads(answer.body) == {"path": "/simple/a/", "accept": "text/html"}


def test_a_broken_body_over_httpx_is_tried_again(wire: WireServer, naps: list[float]) -> None:
    wire.answer = script(response(b"half", length=8), response(b"whole"))
    wire.close_after = True

    with httpx.Client() as own, HttpClient(transport=own, sleep=naps.append) as client:
        assert client.get(f"{wire.url}/a").body == b"whole"

    assert len(naps) == 1


def test_a_connection_that_cannot_be_made_over_httpx_is_a_network_error(naps: list[float]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    with httpx.Client() as own, HttpClient(transport=own, sleep=naps.append) as client, pytest.raises(NetworkError):
        client.get(f"http://127.0.0.1:{port}/a")


# -- proxies -----------------------------------------------------------------------------------------------------------


def test_a_proxy_carries_what_is_not_excluded(wire: WireServer, other_wire: WireServer) -> None:
    wire.answer = lambda _: response(b"proxied")
    other_wire.answer = lambda _: response(b"direct")
    options = NetworkOptions(
        proxies={"http": f"http://u:p@127.0.0.1:{wire.port}"}, no_proxy=(f"127.0.0.1:{other_wire.port}",)
    )

    with HttpClient(options) as client:
        proxied = client.get("http://index.example/simple/a/")
        direct = client.get(f"{other_wire.url}/a")

    assert (proxied.body, direct.body) == (b"proxied", b"direct")
    assert wire.targets() == ["http://index.example/simple/a/"]
    assert "proxy-authorization" in wire.requests[0].headers


def test_a_proxy_is_asked_to_connect_for_https(wire: WireServer, naps: list[float]) -> None:
    wire.answer = lambda _: response(status=403)
    options = NetworkOptions(proxies={"all": f"127.0.0.1:{wire.port}"}, retries=0)

    with HttpClient(options, sleep=naps.append) as client, pytest.raises(NetworkError):
        client.get("https://index.example/simple/a/")

    assert [(request.method, request.target) for request in wire.requests] == [("CONNECT", "index.example:443")]


# -- TLS ---------------------------------------------------------------------------------------------------------------


def test_a_plain_run_imports_neither_httpx_nor_tls(wire: WireServer) -> None:
    wire.answer = lambda _: response(b"x")
    code = (
        "import sys; from uvkit.net import HttpClient\n"
        f"client = HttpClient(); client.get({wire.url!r} + '/a'); client.close()\n"
        "print([name for name in ('httpx', 'ssl', 'asyncio', 'http.client', 'urllib.request') if name in sys.modules])"
    )

    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert shown.strip() == "[]"
