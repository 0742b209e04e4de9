"""Real servers on loopback: nginx in front of folders of files, pypiserver and devpi."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from uvkit.testing import Distribution, make_sdist, make_wheel

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
# What no lock, log, error or cache may ever hold.
TEAM = ("team", "s3cr3t-of-team")
ROBOT = ("robot", "s3cr3t-of-robot")


def htpasswd(path: Path, *users: tuple[str, str]) -> Path:
    """Write a file of users in a form that nginx and pypiserver read."""
    lines = (f"{name}:{{SHA}}{base64.b64encode(hashlib.sha1(word.encode()).digest()).decode()}" for name, word in users)
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def write_tree(folder: Path, distributions: Iterable[Distribution], *, sdists: frozenset[str] = frozenset()) -> Path:
    """Write an index of plain files: `simple/<project>/index.html`, `files/` and one page of links, `links.html`."""
    files = folder / "files"
    pages: dict[str, list[str]] = {}
    for one in distributions:
        make = make_sdist if one.name in sdists else make_wheel
        path = make(files, one)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        sidecar = ""
        if path.suffix == ".whl":
            path.with_name(f"{path.name}.metadata").write_bytes(one.metadata())
            sidecar = f' data-core-metadata="sha256={hashlib.sha256(one.metadata()).hexdigest()}"'
        pages.setdefault(one.name, []).append(
            f'<a href="../../files/{path.name}#sha256={digest}"{sidecar}>{path.name}</a>'
        )
    for name, links in pages.items():
        page = folder / "simple" / name / "index.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(f"<!DOCTYPE html><html><body>{'<br>'.join(links)}</body></html>")
    everything = "<br>".join(link.replace("../../files/", "files/") for links in pages.values() for link in links)
    (folder / "links.html").write_text(f"<!DOCTYPE html><html><body>{everything}</body></html>")
    return folder


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def wait_until_open(port: int, process: subprocess.Popen[bytes], *, seconds: float = 20.0) -> None:
    """Wait until something listens on a port."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.02)
    raise RuntimeError(f"the server on port {port} did not start")


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@dataclass
class Nginx:
    """A running nginx: two origins over HTTP and, with certificates, one over TLS."""

    folder: Path
    port: int = field(default_factory=free_port)
    other_port: int = field(default_factory=free_port)
    tls_port: int = field(default_factory=free_port)
    mutual_port: int = field(default_factory=free_port)
    _marks: int = 0

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def other(self) -> str:
        return f"http://127.0.0.1:{self.other_port}"

    @property
    def tls(self) -> str:
        return f"https://127.0.0.1:{self.tls_port}"

    @property
    def mutual(self) -> str:
        return f"https://127.0.0.1:{self.mutual_port}"

    def requests(self) -> list[tuple[str, str, str]]:
        """Return port, path and `Authorization` of every request so far."""
        # nginx writes a line after it has answered: once it has written this one, those before are there as well.
        self._marks += 1
        mark = f"/mark-{self._marks}"
        with suppress(urllib.error.HTTPError), urllib.request.urlopen(f"{self.root}{mark}", timeout=10):
            pass
        deadline = time.monotonic() + 20
        while True:
            lines = [line.split(" ", 2) for line in (self.folder / "access.log").read_text().splitlines()]
            if any(line[1] == mark for line in lines):
                break
            assert time.monotonic() < deadline, "nginx does not write its log"
            time.sleep(0.01)
        return [(port, path, who.strip('"')) for port, path, who in lines if not path.startswith("/mark-")]


_LOCATIONS = """
location /open/ {{ alias {tree}/; }}
location /basic/ {{ alias {tree}/; auth_basic team; auth_basic_user_file {users}/team; }}
location /robot/ {{ alias {tree}/; auth_basic robot; auth_basic_user_file {users}/robot; }}
location /pages/simple/ {{ alias {tree}/simple/; auth_basic team; auth_basic_user_file {users}/team; }}
location /pages/files/ {{ alias {tree}/files/; }}
location /noranges/ {{ alias {bare}/; max_ranges 0; }}
location /ranges/ {{ alias {bare}/; }}
location /slow/ {{ alias {tree}/; limit_rate 2k; }}
location /same/ {{ rewrite ^/same/(.*)$ /open/$1 redirect; }}
location /tobasic/ {{ rewrite ^/tobasic/(.*)$ /basic/$1 redirect; }}
location /cross/ {{ rewrite ^/cross/(.*)$ {other}/open/$1 redirect; }}
location /guarded/ {{ auth_basic team; auth_basic_user_file {users}/team; try_files /nowhere @away; }}
location @away {{ rewrite ^/guarded/(.*)$ {other}/open/$1 redirect; }}
location /guarded-to-guarded/ {{ auth_basic team; auth_basic_user_file {users}/team; try_files /nowhere @far; }}
location @far {{ rewrite ^/guarded-to-guarded/(.*)$ {other}/basic/$1 redirect; }}
location /loop/ {{ return 302 /loop/; }}
location /limited/ {{ add_header Retry-After 0 always; return 429; }}
location /teapot/ {{ return 418; }}
location /forbidden/ {{ return 403; }}
location /refused/ {{ return 401; }}
location /gone/ {{ return 410; }}
location /down/ {{ return 503; }}
location /nopage/ {{ default_type text/plain; return 200 "hello"; }}
"""

_CONFIGURATION = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log warn;
events {{ worker_connections 512; }}
http {{
    log_format asked '$server_port $request_uri "$http_authorization"';
    access_log {folder}/access.log asked;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    types {{ text/html html; application/octet-stream whl gz zip; }}
    absolute_redirect off;
    server {{ listen 127.0.0.1:{port}; {locations} }}
    server {{ listen 127.0.0.1:{other_port}; {locations} }}
    {tls}
}}
"""

_TLS = """
server {{ listen 127.0.0.1:{tls_port} ssl; ssl_certificate {server}; ssl_certificate_key {server}; {locations} }}
server {{
    listen 127.0.0.1:{mutual_port} ssl; ssl_certificate {server}; ssl_certificate_key {server};
    ssl_client_certificate {authority}; ssl_verify_client on; {locations}
}}
"""


@contextmanager
def nginx(folder: Path, tree: Path, *, certificates: Certificates | None = None) -> Iterator[Nginx]:
    """Serve a tree under the locations above; `/ranges/` and `/noranges/` have pages without metadata files."""
    assert NGINX is not None
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "access.log").touch()
    users = folder / "users"
    users.mkdir(exist_ok=True)
    htpasswd(users / "team", TEAM)
    htpasswd(users / "robot", ROBOT)
    bare = _without_sidecars(tree, folder / "bare")
    server = Nginx(folder)
    locations = _LOCATIONS.format(tree=tree, bare=bare, users=users, other=server.other)
    tls = ""
    if certificates is not None:
        tls = _TLS.format(
            tls_port=server.tls_port, mutual_port=server.mutual_port, server=certificates.server,
            authority=certificates.authority, locations=locations,
        )  # fmt: skip
    configuration = folder / "nginx.conf"
    configuration.write_text(
        _CONFIGURATION.format(
            folder=folder, port=server.port, other_port=server.other_port, locations=locations, tls=tls
        )
    )
    process = subprocess.Popen(
        [NGINX, "-c", str(configuration), "-p", str(folder), "-e", str(folder / "error.log")],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_until_open(server.port, process)
        yield server
    finally:
        stop(process)


def _without_sidecars(tree: Path, folder: Path) -> Path:
    import re

    for page in (tree / "simple").glob("*/index.html"):
        target = folder / page.relative_to(tree)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(re.sub(r' data-core-metadata="[^"]*"', "", page.read_text()))
    shutil.copytree(tree / "files", folder / "files", ignore=lambda _, names: [n for n in names if "metadata" in n])
    return folder


@dataclass(frozen=True)
class Certificates:
    """An authority, a server's certificate for loopback with its key, and a client's with its key."""

    authority: Path
    server: Path
    client: Path


def make_certificates(folder: Path) -> Certificates:
    """Make certificates on the spot."""
    folder.mkdir(parents=True, exist_ok=True)

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    new = ("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    openssl(*new, "-x509", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=tests", "-days", "30",
            "-addext", "keyUsage=critical,keyCertSign,cRLSign")  # fmt: skip
    for name, extension in (
        ("server", "subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth"),
        ("client", "extendedKeyUsage=clientAuth"),
    ):
        openssl(*new, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
        (folder / f"{name}.ext").write_text(f"basicConstraints=CA:FALSE\n{extension}\n")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                "-out", f"{name}.crt", "-days", "30", "-extfile", f"{name}.ext")  # fmt: skip
        (folder / f"{name}.pem").write_text((folder / f"{name}.crt").read_text() + (folder / f"{name}.key").read_text())
    return Certificates(folder / "ca.pem", folder / "server.pem", folder / "client.pem")


@contextmanager
def pypiserver(folder: Path, files: Path, *users: tuple[str, str]) -> Iterator[str]:
    """Serve a folder of files by pypiserver, which asks for one of the users; yield its index URL."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    options = ["-a", "update,download,list", "-P", str(htpasswd(folder / "users", *users))] if users else ["-a", "."]
    options += [] if users else ["-P", "."]
    options += ["-i", "127.0.0.1", "-p", str(port), "--disable-fallback", str(files)]
    process = subprocess.Popen(
        [sys.executable, "-m", "pypiserver", "run", *options],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder,
    )  # fmt: skip
    try:
        wait_until_open(port, process)
        yield f"http://127.0.0.1:{port}/simple/"
    finally:
        stop(process)


@contextmanager
def devpi(folder: Path, files: Iterable[Path], *, bin_folder: Path, user: tuple[str, str] = TEAM) -> Iterator[str]:
    """Serve files by devpi, uploaded into an index of a user; yield its index URL."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    variables = {**os.environ, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}

    def call(program: str, *arguments: str) -> None:
        subprocess.run([bin_folder / program, *arguments], check=True, capture_output=True, env=variables, cwd=folder)

    call("devpi-init", "--serverdir", str(folder / "server"), "--no-root-pypi")
    options = ("--serverdir", str(folder / "server"), "--host", "127.0.0.1", "--port", str(port))
    process = subprocess.Popen(
        [bin_folder / "devpi-server", *options],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=variables, cwd=folder,
    )  # fmt: skip
    client = ("--clientdir", str(folder / "client"))
    try:
        wait_until_open(port, process, seconds=60)
        call("devpi", "use", *client, f"http://127.0.0.1:{port}/")
        call("devpi", "user", *client, "-c", user[0], f"password={user[1]}", "email=team@index.example")
        call("devpi", "login", *client, user[0], f"--password={user[1]}")
        call("devpi", "index", *client, "-c", f"{user[0]}/dev", "bases=", "volatile=True")
        call("devpi", "use", *client, f"{user[0]}/dev")
        call("devpi", "upload", *client, *map(str, files))
        yield f"http://127.0.0.1:{port}/{user[0]}/dev/+simple/"
    finally:
        stop(process)


def fetch(url: str, headers: Mapping[str, str] | None = None) -> int:
    """Return the status that a server gives for a URL."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=dict(headers or {})), timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
