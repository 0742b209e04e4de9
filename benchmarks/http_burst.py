"""Time a burst of small pages over loopback: the client's own cost per request, next to other clients.

    python benchmarks/http_burst.py [pages] [rounds]

Each row is a fresh process, since a user feels the first burst, imports included. nginx serves if it is installed.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import random
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

JSON = "application/vnd.pypi.simple.v1+json"
HEADERS = {"accept": JSON, "accept-encoding": "gzip"}
CONCURRENCY = (8, 16, 32)
CONFIG = """
{user}worker_processes 1; daemon off; pid {folder}/pid; error_log stderr crit;
events {{ worker_connections 256; }}
http {{
  access_log off; keepalive_requests 100000; default_type {json};
  client_body_temp_path {folder}/t; proxy_temp_path {folder}/t; fastcgi_temp_path {folder}/t;
  uwsgi_temp_path {folder}/t; scgi_temp_path {folder}/t;
  server {{ listen 127.0.0.1:{port}; root {folder}/pages; tcp_nodelay on; add_header Content-Encoding gzip; }}
}}
"""


def make_pages(folder: Path, count: int) -> None:
    """Write pages of the size that most projects have: some dozens of files, 20 KB."""
    source = random.Random(0)
    folder.mkdir(parents=True)
    for number in range(count):
        files = [
            {
                "filename": f"p{number}-{version}.0-py3-none-any.whl",
                "hashes": {"sha256": source.randbytes(32).hex()},
                "requires-python": ">=3.9",
                "size": 1000 + version,
                "upload-time": "2024-01-02T03:04:05.678901Z",
                "url": f"https://files.example/{source.randbytes(30).hex()}/p{number}-{version}.0-py3-none-any.whl",
                "yanked": False,
            }
            for version in range(60)
        ]
        page = {"files": files, "meta": {"api-version": "1.1"}, "name": f"p{number}"}
        (folder / f"p{number}").write_bytes(gzip.compress(json.dumps(page, separators=(",", ":")).encode(), 6))


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    if nginx := shutil.which("nginx"):
        config = folder / "nginx.conf"
        user = "user root; " if os.geteuid() == 0 else ""  # its workers would otherwise not see the folder
        config.write_text(CONFIG.format(folder=folder, port=port, json=JSON, user=user))
        with subprocess.Popen([nginx, "-p", str(folder), "-c", str(config)]) as process:
            try:
                wait_for(port)
                yield f"http://127.0.0.1:{port}"
            finally:
                process.terminate()
        return

    class Handler(SimpleHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def __init__(self, *args: object) -> None:
            super().__init__(*args, directory=str(folder / "pages"))  # type: ignore[arg-type]

        def end_headers(self) -> None:
            self.send_header("Content-Encoding", "gzip")
            super().end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{port}"
    server.shutdown()


def wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.02)
        else:
            return


def uvkit_lean() -> Callable[[str], int]:
    from uvkit.net import HttpClient

    client = HttpClient()
    return lambda url: len(client.get(url, headers=HEADERS).body)


def uvkit_over_httpx() -> Callable[[str], int]:
    import httpx

    from uvkit.net import HttpClient

    client = HttpClient(transport=httpx.Client(trust_env=False))
    return lambda url: len(client.get(url, headers=HEADERS).body)


def httpx_shared() -> Callable[[str], int]:
    import httpx

    client = httpx.Client(trust_env=False, headers=HEADERS)
    return lambda url: len(client.get(url).content)


def httpx_per_thread() -> Callable[[str], int]:
    import httpx

    local = threading.local()

    def get(url: str) -> int:
        if not hasattr(local, "client"):
            local.client = httpx.Client(trust_env=False, headers=HEADERS, verify=False)
        return len(local.client.get(url).content)

    return get


def standard_library() -> Callable[[str], int]:
    import zlib
    from http.client import HTTPConnection

    local = threading.local()

    def get(url: str) -> int:
        host, _, path = url.removeprefix("http://").partition("/")
        if not hasattr(local, "connection"):
            local.connection = HTTPConnection(host)
        local.connection.request("GET", f"/{path}", headers=HEADERS)
        return len(zlib.decompress(local.connection.getresponse().read(), 31))

    return get


CLIENTS = (uvkit_lean, uvkit_over_httpx, httpx_shared, httpx_per_thread, standard_library)


def burst(name: str, concurrency: int, pages: int, base: str) -> None:
    """Print import time, wall time of the first burst, best wall time and processor time, all in milliseconds."""
    began = time.perf_counter()
    get = next(client for client in CLIENTS if client.__name__ == name)()
    made = time.perf_counter() - began
    urls = [f"{base}/p{number}" for number in range(pages)]
    walls, works = [], []
    with ThreadPoolExecutor(concurrency) as pool:
        for _ in range(4):
            used = resource.getrusage(resource.RUSAGE_SELF)
            start = time.perf_counter()
            assert all(size > 10_000 for size in pool.map(get, urls))
            walls.append(time.perf_counter() - start)
            after = resource.getrusage(resource.RUSAGE_SELF)
            works.append(after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime)
    print(json.dumps([made * 1e3, walls[0] * 1e3, min(walls) * 1e3, min(works) * 1e3]))


def main() -> None:
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        make_pages(folder / "pages", pages)
        with serving(folder) as base:
            print(f"{pages} pages, medians of {rounds} fresh processes, ms")
            print(f"{'client':18}{'threads':>8}{'import':>8}{'first':>8}{'best':>8}{'cpu':>8}{'cpu/req':>9}")
            for client in CLIENTS:
                for concurrency in CONCURRENCY:
                    arguments = [sys.executable, __file__, "burst", client.__name__, str(concurrency), str(pages), base]
                    rows = [json.loads(subprocess.check_output(arguments)) for _ in range(rounds)]
                    made, first, best, work = (statistics.median(column) for column in zip(*rows, strict=True))
                    numbers = f"{made:8.0f}{first:8.0f}{best:8.0f}{work:8.0f}{work / pages:9.2f}"
                    print(f"{client.__name__:18}{concurrency:8}{numbers}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["burst"]:
        burst(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5])
    else:
        main()
