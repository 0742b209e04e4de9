"""A recorded index on loopback: what the default index served once, served again without it.

    python benchmarks/recorded.py record   # fills the folder by letting uv lock and sync every project
    python benchmarks/recorded.py serve    # serves it until interrupted
    python benchmarks/recorded.py fill     # serves it as well, and fetches what is asked for and missing

The folder is `benchmarks/.recorded` (ignored by git) or $UVKIT_RECORDED. Pages keep their files, addresses relative
to the page, so a lock made against the recording names loopback only. nginx serves it where it is installed, because a
server in Python would compete with what is measured; otherwise a threaded server does.

With $UVKIT_RECORDED_SIDECARS set, pages announce the metadata of every wheel, and a metadata file that was never served
is read from the wheel's end by range requests, so that only metadata is fetched. Under any first folder the same pages
are found as another index (`/torch/simple/`).
"""

from __future__ import annotations

import contextlib
import functools
import gzip
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from uvkit.net import HttpClient

HERE = Path(__file__).parent
FOLDER = Path(os.environ.get("UVKIT_RECORDED", HERE / ".recorded"))
PROJECTS = HERE / "projects"
JSON = "application/vnd.pypi.simple.v1+json"
PORT = 4388
SIDECARS = bool(os.environ.get("UVKIT_RECORDED_SIDECARS"))


def default_index() -> str:
    from uvkit.index import default_index_url

    return default_index_url(variables=os.environ).rstrip("/")


class Recorder(BaseHTTPRequestHandler):
    """Fetch what is asked for once, store it, and answer from the store."""

    protocol_version = "HTTP/1.1"
    upstream = ""
    locks: ClassVar[dict[str, threading.Lock]] = {}

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        parts = self.path.strip("/").split("/")
        with self.locks.setdefault(self.path, threading.Lock()):
            try:
                body = page(self.upstream, parts[1]) if parts[0] == "simple" else file(parts[1], parts[2])
            except urllib.error.HTTPError as error:
                self.send_error(error.code)
                return
        status = 200
        extra = []
        if (wanted := self.headers.get("Range", "")).startswith("bytes="):
            first, _, last = wanted.removeprefix("bytes=").partition("-")
            start = int(first) if first else max(0, len(body) - int(last))
            stop = min(len(body), int(last) + 1) if first and last else len(body)
            extra = [("Content-Range", f"bytes {start}-{stop - 1}/{len(body)}")]
            status, body = 206, body[start:stop]
        self.send_response(status)
        self.send_header("Content-Type", JSON if parts[0] == "simple" else "application/octet-stream")
        self.send_header("Accept-Ranges", "bytes")
        for name, value in extra:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_HEAD(self) -> None:
        parts = self.path.strip("/").split("/")
        size = len(file(parts[1], parts[2]))
        self.send_response(200)
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", str(size))
        self.end_headers()


class Filler(ThreadingHTTPServer):
    request_queue_size = 256


SLOTS = threading.Semaphore(8)
RANGE_SLOTS = threading.Semaphore(16)


def fetch(url: str, accept: str = "*/*") -> bytes:
    """Fetch politely: few at a time, and again after a hiccup of the name service or the connection."""
    request = urllib.request.Request(url, headers={"Accept": accept, "Accept-Encoding": "gzip"})
    for attempt in range(6):
        with SLOTS:
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    body = answer.read()
                    return gzip.decompress(body) if answer.headers.get("Content-Encoding") == "gzip" else body
            except urllib.error.HTTPError:
                raise
            except OSError:
                if attempt == 5:
                    raise
        time.sleep(0.5 * (attempt + 1))
    raise AssertionError


def page(upstream: str, project: str) -> bytes:
    stored = FOLDER / "simple" / project / "index.json"
    if not stored.exists():
        served = json.loads(fetch(f"{upstream}/{project}/", JSON))
        addresses = {}
        for row in served["files"]:
            addresses[row["filename"]] = (
                urllib.request.urljoin(f"{upstream}/{project}/", row["url"]) if "://" not in row["url"] else row["url"]
            )
            row["url"] = f"../../files/{project}/{row['filename']}"
            if SIDECARS and row["filename"].endswith(".whl"):
                row["core-metadata"] = True
        served.pop("project-status", None)
        body = json.dumps(served, separators=(",", ":")).encode()
        stored.parent.mkdir(parents=True, exist_ok=True)
        (stored.parent / "addresses").write_text(json.dumps(addresses))
        (stored.parent / "index.json.gz").write_bytes(gzip.compress(body, 6))
        stored.write_bytes(body)
    return stored.read_bytes()


def file(project: str, name: str) -> bytes:
    stored = FOLDER / "files" / project / name
    if not stored.exists():
        addresses = json.loads((FOLDER / "simple" / project / "addresses").read_text())
        plain = name.removesuffix(".metadata")
        body = fetch(addresses[plain]) if plain == name else sidecar(addresses[plain])
        stored.parent.mkdir(parents=True, exist_ok=True)
        partial = stored.with_suffix(f".{threading.get_ident()}")
        partial.write_bytes(body)
        partial.replace(stored)
    return stored.read_bytes()


def sidecar(wheel: str) -> bytes:
    """Return the metadata at the end of a wheel, or the one beside it where ranges are not served."""
    from uvkit.net import read_remote_metadata

    with RANGE_SLOTS:
        read = read_remote_metadata(range_client(), wheel)
    return fetch(wheel + ".metadata") if read is None else read


@functools.cache
def range_client() -> HttpClient:
    from uvkit.net import HttpClient

    return HttpClient()


def record() -> None:
    Recorder.upstream = default_index()
    server = ThreadingHTTPServer(("127.0.0.1", PORT), Recorder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("UV_", "UVKIT_", "PIP_"))}
    # Both look ahead differently, so both say what they may ask for; a new cache makes them ask for all of it.
    run = FOLDER / "work" / str(time.time_ns())
    for project in sorted(path.parent for path in PROJECTS.glob("*/pyproject.toml")):
        for tool in ("uv", "uvkit"):
            work = run / project.name / tool
            shutil.copytree(project, work)
            variables = environment | {
                "UV_DEFAULT_INDEX": f"http://127.0.0.1:{PORT}/simple",
                "UV_CACHE_DIR": str(work / "cache"),
                "UVKIT_CACHE_DIR": str(work / "cache"),
            }
            for command in (["lock"], ["sync", "--no-install-project"]):
                argv = [str(Path(sys.executable).parent / tool), *command, "-p", sys.executable]
                done = subprocess.run(argv, cwd=work, env=variables, capture_output=True, text=True)
                print(
                    project.name, tool, command[0], done.returncode, done.stderr.strip().splitlines()[-1:], flush=True
                )
    server.shutdown()


CONFIG = """
worker_processes 1; daemon off; pid {work}/nginx.pid; error_log stderr crit;
events {{ worker_connections 512; }}
http {{
  access_log off; sendfile on; tcp_nodelay on; keepalive_requests 100000; client_body_temp_path {work}/body;
  proxy_temp_path {work}/proxy;
  fastcgi_temp_path {work}/fastcgi; uwsgi_temp_path {work}/uwsgi; scgi_temp_path {work}/scgi;
  server {{
    listen 127.0.0.1:{port}; root {folder}; etag on; gzip_static on; default_type application/octet-stream;
    location /simple/ {{
      types {{ }} default_type "{kind}"; add_header Cache-Control "max-age=600"; try_files ${{uri}}index.json {missing};
    }}
    location /files/ {{ add_header Cache-Control "max-age=31536000, immutable"; try_files $uri {missing}; }}
    location @fill {{ proxy_pass http://127.0.0.1:{fallback}; proxy_http_version 1.1; proxy_read_timeout 600; }}
    location ~ ^/[^/]+/(simple|files)/ {{ rewrite ^/[^/]+(/(simple|files)/.*)$ $1 last; }}
  }}
}}
"""


@contextlib.contextmanager
def serving(port: int = PORT, *, fill: bool = False) -> Iterator[str]:
    """Serve the recording and give the index URL; with ``fill``, fetch and keep what is missing."""
    if fill:
        Recorder.upstream = default_index()
        threading.Thread(target=Filler(("127.0.0.1", port + 1), Recorder).serve_forever, daemon=True).start()
    nginx = shutil.which("nginx")
    if nginx is None:
        Recorder.upstream = Recorder.upstream or "http://127.0.0.1:9"
        server = ThreadingHTTPServer(("127.0.0.1", port), Recorder)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{port}/simple"
        server.shutdown()
        return
    work = FOLDER / "nginx"
    work.mkdir(parents=True, exist_ok=True)
    missing = "@fill" if fill else "=404"
    text = CONFIG.format(work=work, port=port, folder=FOLDER, kind=JSON, missing=missing, fallback=port + 1)
    (work / "nginx.conf").write_text(text)
    process = subprocess.Popen([nginx, "-c", str(work / "nginx.conf"), "-p", str(work)])
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
                break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/simple"
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    if sys.argv[1:] == ["record"]:
        record()
    else:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with serving(int(os.environ.get("UVKIT_RECORDED_PORT", PORT)), fill=sys.argv[1:] == ["fill"]) as address:
            print(address, flush=True)
            with contextlib.suppress(KeyboardInterrupt):
                threading.Event().wait()
