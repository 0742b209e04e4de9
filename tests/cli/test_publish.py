"""`uvkit publish`: where it takes addresses and credentials from, what it prints and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from base64 import b64decode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from uvkit.testing import Distribution, IndexServer, make_wheel

from .conftest import Cli


class Uploads:
    """Takes every upload and notes the path and who sent it, until told to refuse."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []
        self.status = 200
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                who = self.headers.get("Authorization", "").removeprefix("Basic ")
                outer.seen.append((self.path, b64decode(who).decode()))
                body = b"because I say so"
                self.send_response(outer.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's parameter
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def uploads() -> Iterator[Uploads]:
    made = Uploads()
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def test_files_in_dist_are_uploaded_with_a_token_of_a_variable(cli: Cli, uploads: Uploads) -> None:
    wheel = make_wheel(cli.folder / "dist", Distribution(name="demo", version="1"))
    cli.set(UV_PUBLISH_TOKEN="tok", UV_PUBLISH_URL=f"{uploads.url}/up")

    done = cli("publish")

    assert uploads.seen == [("/up", "__token__:tok")]
    assert done.err == f"Publishing 1 file\nUploading demo-1-py3-none-any.whl ({wheel.stat().st_size}B)\n"


def test_options_win_over_variables(cli: Cli, uploads: Uploads) -> None:
    make_wheel(cli.folder / "out", Distribution(name="demo", version="1"))
    cli.set(UV_PUBLISH_TOKEN="tok", UV_PUBLISH_URL=f"{uploads.url}/up", UV_PUBLISH_INDEX="nowhere")

    cli("publish", "out/*", "--publish-url", f"{uploads.url}/other", "-u", "joe", "-p", "pw")

    assert uploads.seen == [("/other", "joe:pw")]


def test_a_named_index_has_its_own_addresses_and_credentials(cli: Cli, uploads: Uploads, index: IndexServer) -> None:
    make_wheel(cli.folder / "dist", Distribution(name="demo", version="1"))
    table = f'[[index]]\nname = "mine"\nurl = "{index.url}"\npublish-url = "{uploads.url}/mine"\n'
    cli.write("uv.toml", table)
    cli.set(UV_INDEX_MINE_USERNAME="joe", UV_INDEX_MINE_PASSWORD="pw", UV_PUBLISH_INDEX="mine")

    cli("publish")

    assert uploads.seen == [("/mine", "joe:pw")]


def test_a_refusal_ends_with_status_two_and_the_reason(cli: Cli, uploads: Uploads) -> None:
    make_wheel(cli.folder / "dist", Distribution(name="demo", version="1"))
    uploads.status = 403

    done = cli("publish", "--publish-url", uploads.url, "-t", "tok", status=2)

    assert "HTTP status 403: because I say so" in done.err
    assert "hint: the credentials may not upload this project" in done.err


def test_what_the_index_has_is_skipped(cli: Cli, uploads: Uploads, index: IndexServer) -> None:
    make_wheel(cli.folder / "dist", Distribution(name="alpha", version="1.0"))

    done = cli("publish", "--publish-url", uploads.url, "--check-url", index.url, "-t", "tok")

    assert uploads.seen == []
    assert done.err == "Publishing 1 file\nFile alpha-1.0-py3-none-any.whl already exists, skipping\n"


def test_a_dry_run_says_what_it_would_do_as_json(cli: Cli, uploads: Uploads) -> None:
    make_wheel(cli.folder / "dist", Distribution(name="demo", version="1"))

    done = cli("publish", "--publish-url", uploads.url, "-t", "tok", "--dry-run", "--json")

    assert json.loads(done.out)["files"][0]["outcome"] == "checked"
    assert uploads.seen == []


def test_nothing_to_publish_is_an_error(cli: Cli) -> None:
    done = cli("publish", "--publish-url", "http://127.0.0.1:1/", status=2)

    assert "no wheels or source distributions were found to publish" in done.err


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_a_person_at_a_terminal_is_asked_for_credentials(cli: Cli, uploads: Uploads) -> None:
    import pty

    make_wheel(cli.folder / "dist", Distribution(name="demo", version="1"))
    ours, theirs = pty.openpty()
    argv = [sys.executable, "-W", "ignore", "-m", "uvkit", "publish", "--publish-url", uploads.url]
    with subprocess.Popen(argv, cwd=cli.folder, stdin=theirs, stderr=subprocess.PIPE, start_new_session=True) as run:
        os.close(theirs)
        assert run.stderr is not None
        printed = ""
        # What is typed before the question is thrown away.
        for question, answer in (("token): ", b"joe\n"), ("password: ", b"pw\n")):
            while not printed.endswith(question) and (piece := os.read(run.stderr.fileno(), 1)):
                printed += piece.decode()
            os.write(ours, answer)
        printed += run.stderr.read().decode()
    os.close(ours)

    assert uploads.seen == [("/", "joe:pw")]
    assert "Enter username ('__token__' if using a token): " in printed


@pytest.mark.parametrize("other", [("-u", "joe"), ("-p", "pw")])
def test_a_token_excludes_a_user(cli: Cli, other: tuple[str, str]) -> None:
    done = cli("publish", "-t", "tok", *other, status=2)

    assert "cannot be used with" in done.err
