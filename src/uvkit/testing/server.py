"""A real Simple API index on loopback, for tests of uvkit and of programs that use it."""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import json
import sys
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from uvkit.model import project_name

from .distributions import Distribution, make_sdist, make_wheel

_JSON = "application/vnd.pypi.simple.v1+json"
_HTML = "text/html; charset=utf-8"


@dataclass(kw_only=True)
class ServedFile:
    """A file on the index and what its page says of it."""

    path: Path
    requires_python: str | None = None
    yanked: str | None = None
    uploaded: str | None = "2024-01-02T03:04:05.678901Z"
    metadata: bytes | None = None  # served beside the file, as PEP 658 describes
    hashes: dict[str, str] = field(default_factory=dict)


class _Server(ThreadingHTTPServer):
    """A server whose queue holds a burst: a client that is refused waits a second before it tries again."""

    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay silent about clients that left."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class IndexServer:
    """An index that serves what ``add`` made.

    It speaks JSON (PEP 691, 700, 714) and HTML (PEP 503, 592, 658), sends ETags and answers 304, ranges if ``ranges``,
    gzip if asked. ``requests`` counts paths, ``broken`` maps a path to a list of statuses to answer first, ``username``
    and ``password`` demand basic authentication. Use it as a context manager.
    """

    def __init__(
        self,
        directory: Path,
        *,
        ranges: bool = True,
        json_pages: bool = True,
        sidecars: bool = True,
        max_age: int | None = 600,
        credentials: tuple[str, str] | None = None,
    ) -> None:
        self.directory = directory
        self.ranges = ranges
        self.json_pages = json_pages
        self.sidecars = sidecars
        self.max_age = max_age
        self.credentials = credentials
        self.files: dict[str, dict[str, ServedFile]] = {}
        self.requests: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()
        self.broken: dict[str, list[int]] = {}
        self.truncated: dict[str, int] = {}
        self.bodies: dict[str, tuple[str, bytes]] = {}
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def root(self) -> str:
        """Return the server's address without a path."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        """Return the index URL."""
        return f"{self.root}/simple"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def add(
        self,
        distribution: Distribution,
        *,
        sdist: bool = False,
        wheel: bool = True,
        yanked: str | None = None,
        uploaded: str | None = "2024-01-02T03:04:05.678901Z",
    ) -> list[Path]:
        """Make the distribution's files and list them."""
        made: list[Path] = []
        project = project_name(distribution.name)
        for wanted, maker in ((wheel, make_wheel), (sdist, make_sdist)):
            if not wanted:
                continue
            path = maker(self.directory / project, distribution)
            made.append(path)
            self.files.setdefault(project, {})[path.name] = ServedFile(
                path=path,
                requires_python=distribution.requires_python,
                yanked=yanked,
                uploaded=uploaded,
                metadata=distribution.metadata() if self.sidecars and path.suffix == ".whl" else None,
                hashes={"sha256": hashlib.sha256(path.read_bytes()).hexdigest()},
            )
        return made

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        index = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:  # the base class dispatches by this name
                index.answer(self)

            do_HEAD = do_GET  # noqa: N815  # likewise

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base class's parameter
                """Stay silent; ``requests`` counts."""

        return Handler

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Serve one request."""
        path = handler.path.partition("?")[0]
        with self._lock:
            self.requests[path] += 1
            queued = self.broken.get(path)
            status = queued.pop(0) if queued else 0
        if status:
            self._send(handler, status, headers={}, body=b"broken on purpose")
        elif not self._allowed(handler):
            self._send(handler, 401, headers={"WWW-Authenticate": 'Basic realm="index"'}, body=b"")
        elif path in self.bodies:
            kind, body = self.bodies[path]
            self._send(handler, 200, headers={"Content-Type": kind}, body=body)
        elif path.startswith("/simple/"):
            self._page(handler, path.removeprefix("/simple/").strip("/"))
        elif path.startswith("/files/"):
            self._file(handler, path.removeprefix("/files/"))
        else:
            self._send(handler, 404, headers={}, body=b"not found")

    def _allowed(self, handler: BaseHTTPRequestHandler) -> bool:
        if self.credentials is None:
            return True
        expected = base64.b64encode(":".join(self.credentials).encode()).decode()
        return handler.headers.get("Authorization") == f"Basic {expected}"

    def _page(self, handler: BaseHTTPRequestHandler, project: str) -> None:
        files = self.files.get(project)
        if files is None:
            self._send(handler, 404, headers={}, body=b"not found")
            return
        if self.json_pages and _JSON in handler.headers.get("Accept", ""):
            kind, body = _JSON, json.dumps(_json_page(project, files)).encode()
        else:
            kind, body = _HTML, _html_page(project, files).encode()
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        headers = {"Content-Type": kind, "ETag": tag}
        if self.max_age is not None:
            headers["Cache-Control"] = f"max-age={self.max_age}"
        if handler.headers.get("If-None-Match") == tag:
            self._send(handler, 304, headers=headers, body=b"")
            return
        if "gzip" in handler.headers.get("Accept-Encoding", ""):
            headers["Content-Encoding"] = "gzip"
            body = gzip.compress(body, 1)
        self._send(handler, 200, headers=headers, body=body)

    def _file(self, handler: BaseHTTPRequestHandler, name: str) -> None:
        project, _, filename = name.partition("/")
        files = self.files.get(project, {})
        if filename.endswith(".metadata") and (served := files.get(filename.removesuffix(".metadata"))):
            if served.metadata is None:
                self._send(handler, 404, headers={}, body=b"not found")
            else:
                self._send(handler, 200, headers={"Content-Type": "text/plain"}, body=served.metadata)
            return
        served = files.get(filename)
        if served is None:
            self._send(handler, 404, headers={}, body=b"not found")
            return
        body = served.path.read_bytes()
        headers = {"Content-Type": "application/octet-stream", "ETag": f'"{hashlib.sha256(body).hexdigest()[:16]}"'}
        if self.ranges:
            headers["Accept-Ranges"] = "bytes"
            wanted = handler.headers.get("Range", "")
            if wanted.startswith("bytes="):
                start, stop = _range(wanted.removeprefix("bytes="), len(body))
                headers["Content-Range"] = f"bytes {start}-{stop - 1}/{len(body)}"
                self._send(handler, 206, headers=headers, body=body[start:stop])
                return
        self._send(handler, 200, headers=headers, body=body)

    def _send(self, handler: BaseHTTPRequestHandler, status: int, *, headers: Mapping[str, str], body: bytes) -> None:
        with self._lock:
            self.statuses[status] += 1
        path = handler.path.partition("?")[0]
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        if handler.command == "HEAD" or status == 304:
            return
        cut = self.truncated.get(path)
        if cut is not None:
            handler.wfile.write(body[:cut])
            handler.close_connection = True
        else:
            handler.wfile.write(body)


def _range(text: str, size: int) -> tuple[int, int]:
    first, _, last = text.partition("-")
    if not first:
        return max(0, size - int(last)), size
    return int(first), min(size, int(last) + 1) if last else size


def _json_page(project: str, files: Mapping[str, ServedFile]) -> dict[str, Any]:
    rows = []
    for name, served in files.items():
        row: dict[str, Any] = {
            "filename": name,
            "url": f"../../files/{project}/{name}",
            "hashes": served.hashes,
            "size": served.path.stat().st_size,
        }
        if served.requires_python:
            row["requires-python"] = served.requires_python
        if served.uploaded:
            row["upload-time"] = served.uploaded
        if served.yanked is not None:
            row["yanked"] = served.yanked or True
        if served.metadata is not None:
            row["core-metadata"] = {"sha256": hashlib.sha256(served.metadata).hexdigest()}
        rows.append(row)
    return {"meta": {"api-version": "1.1"}, "name": project, "files": rows}


def _html_page(project: str, files: Mapping[str, ServedFile]) -> str:
    rows = []
    for name, served in files.items():
        digest = f"#sha256={served.hashes['sha256']}" if "sha256" in served.hashes else ""
        attributes = ""
        if served.requires_python:
            attributes += f' data-requires-python="{html.escape(served.requires_python)}"'
        if served.yanked is not None:
            attributes += f' data-yanked="{html.escape(served.yanked)}"'
        if served.metadata is not None:
            attributes += f' data-core-metadata="sha256={hashlib.sha256(served.metadata).hexdigest()}"'
        rows.append(f'<a href="../../files/{project}/{name}{digest}"{attributes}>{name}</a><br/>')
    return "<!DOCTYPE html><html><body>\n" + "\n".join(rows) + "\n</body></html>\n"
