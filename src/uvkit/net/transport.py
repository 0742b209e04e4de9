"""The transports under the client: a lean one of our own, and httpx for what that does not do.

The lean transport has no pool lock: idle connections lie in one list per host, and taking or returning one is a single
list operation. Measured against a shared httpx pool on loopback it needs less than half the time for a burst of pages.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlsplit

from uvkit.runtime import new_lock, renew_after_fork

from .dialing import Dialer
from .options import Body, BodyCutShortError, ConnectionFailedError, HttpResponse, NetworkOptions
from .wire import Connection, WireResponse, describe, exchange, mark_idle, send_exchange

if TYPE_CHECKING:
    import ssl
    from pathlib import Path

    import httpx

# A server keeps idle connections for some seconds at least; younger ones are used without looking at the socket.
_TRUSTED_IDLE_SECONDS = 1.0
_PORTS = {"http": 80, "https": 443}
# A server may look at a large upload for minutes before it answers.
SEND_TIMEOUT_SECONDS = 900.0


class _Place(NamedTuple):
    """Where a request goes."""

    scheme: str
    host: str
    port: int


@lru_cache(maxsize=4096)
def _parse(url: str) -> tuple[_Place, bytes, bytes]:
    """Return where a URL points, its request target, and the value of its ``Host`` field.

    Raises:
        ConnectionFailedError: the URL cannot be requested.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
        host = parts.hostname or ""
        if not host.isascii():
            host = host.encode("idna").decode()
    except (ValueError, UnicodeError) as error:
        raise ConnectionFailedError(f"the URL is not valid: {error}", final=True) from error
    scheme = parts.scheme.lower()
    if scheme not in _PORTS or not host or any(character <= " " for character in host):
        raise ConnectionFailedError("the URL is not one of HTTP or HTTPS with a host", final=True)
    target = parts.path or "/"
    if parts.query:
        target += f"?{parts.query}"
    # What a URL already escapes stays as it is; only what may not stand in a request line is escaped here.
    target = quote(target, safe="/?:@!$&'()*+,;=-._~%#[]|")
    shown = f"[{host}]" if ":" in host else host
    if port is not None and port != _PORTS[scheme]:
        shown += f":{port}"
    return _Place(scheme, host, port or _PORTS[scheme]), target.encode("ascii"), shown.encode("ascii")


class LeanTransport:
    """Keep-alive HTTP/1.1 over the standard library's sockets and TLS, for direct connections."""

    def __init__(self, options: NetworkOptions) -> None:
        self._options = options
        self._dialer = Dialer(options.connect_timeout)
        self._idle: dict[_Place, list[Connection]] = {}
        self._contexts: dict[bool, ssl.SSLContext] = {}
        self._lock = new_lock()
        self._closed = False
        renew_after_fork(self)

    def renew_after_fork(self) -> None:
        """Leave the parent its connections: two processes on one would read each other's answers."""
        taken, self._idle = self._idle, {}
        for connections in taken.values():
            for connection in connections:
                connection.socket.close()

    def open(self, method: str, url: str, headers: Mapping[str, str]) -> WireResponse:
        """Send a request and return its answer once the header has arrived.

        Raises:
            ConnectionFailedError: the server cannot be reached, or the connection broke.
        """
        place, target, host = _parse(url)
        request = _request(method, target, host, headers=headers)
        while (idle := self._take(place)) is not None:
            try:
                return exchange(idle, request, method=method, url=url, release=lambda c: self._give(place, c))
            except ConnectionFailedError:
                # The server may have closed it in the meantime, which says nothing about a new connection.
                continue
        fresh = self._connect(place)
        return exchange(fresh, request, method=method, url=url, release=lambda c: self._give(place, c))

    def send(self, method: str, url: str, headers: Mapping[str, str], *, body: Body) -> WireResponse:
        """Send a request with a body on a connection of its own and return its answer.

        Raises:
            ConnectionFailedError: the server cannot be reached, or the connection broke.
        """
        place, target, host = _parse(url)
        request = _request(method, target, host, headers=headers)
        connection = self._connect(place)
        connection.socket.settimeout(max(self._options.timeout, SEND_TIMEOUT_SECONDS))
        return send_exchange(connection, request, body.chunks(), method=method, url=url)

    def close(self) -> None:
        """Close every idle connection; those in use close when their answer is left."""
        self._closed = True
        for connections in tuple(self._idle.values()):
            _close_all(connections)

    def _take(self, place: _Place) -> Connection | None:
        connections = self._idle.get(place)
        while connections:
            try:
                connection = connections.pop()
            except IndexError:
                return None
            if time.monotonic() - connection.idle_since < _TRUSTED_IDLE_SECONDS or not connection.is_stale():
                return connection
            connection.close()
        return None

    def _give(self, place: _Place, connection: Connection) -> None:
        connections = self._idle.setdefault(place, [])
        if self._closed or len(connections) >= self._options.connections or connection.buffer:
            connection.close()
            return
        mark_idle(connection)
        connections.append(connection)
        self._close_late(connections)

    def _close_late(self, connections: list[Connection]) -> None:
        """Close what was given back while somebody closed the transport, who may have been done with these."""
        if self._closed:
            _close_all(connections)

    def _connect(self, place: _Place) -> Connection:
        options = self._options
        try:
            raw = self._dialer.connect(place.host, place.port)
        except OSError as error:
            final = isinstance(error, socket.gaierror) and error.errno == socket.EAI_NONAME
            reason = f"could not connect to `{place.host}`: {describe(error)}"
            raise ConnectionFailedError(reason, final=final) from error
        try:
            if place.scheme == "https":
                raw = self._secured(raw, place)
            raw.settimeout(options.timeout)
        except BaseException:
            raw.close()
            raise
        return Connection(raw)

    def _secured(self, raw: socket.socket, place: _Place) -> socket.socket:
        import ssl

        try:
            return self._context(place).wrap_socket(raw, server_hostname=place.host)
        except (OSError, ValueError) as error:
            # A certificate that is not trusted, or a trust store that cannot be read, stays so.
            final = isinstance(error, (ssl.SSLCertVerificationError, FileNotFoundError, ValueError))
            text = getattr(error, "verify_message", "") or (
                describe(error) if isinstance(error, OSError) else str(error)
            )
            reason = f"could not secure the connection to `{place.host}`: {text}"
            raise ConnectionFailedError(reason, final=final) from error

    def _context(self, place: _Place) -> ssl.SSLContext:
        verified = not is_insecure(place.host, place.port, self._options)
        context = self._contexts.get(verified)
        if context is None:
            with self._lock:
                context = self._contexts.get(verified)
                if context is None:
                    context = self._contexts[verified] = tls_context(self._options, verified=verified)
        return context


def _close_all(connections: list[Connection]) -> None:
    """Close idle connections that other threads may be taking or closing, too."""
    while connections:
        try:
            connection = connections.pop()
        except IndexError:
            return
        connection.close()


def is_insecure(host: str, port: int, options: NetworkOptions) -> bool:
    """Tell whether the host's certificate is not to be checked."""
    return host in options.insecure_hosts or f"{host}:{port}" in options.insecure_hosts


def tls_context(options: NetworkOptions, *, verified: bool) -> ssl.SSLContext:
    """Return a TLS context with the trust store and client certificate of the options; this takes about 25 ms."""
    import ssl

    store = options.trust_store
    if not verified:
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif store == "system":
        context = ssl.create_default_context()
    elif store == "bundled":
        import certifi

        context = ssl.create_default_context(cafile=certifi.where())
    elif store.is_dir():
        context = ssl.create_default_context(capath=str(store))
        _load_all(context, store)
    else:
        context = ssl.create_default_context(cafile=str(store))
    if options.client_certificate is not None:
        context.load_cert_chain(options.client_certificate)
    context.set_alpn_protocols(["http/1.1"])
    return context


def _load_all(context: ssl.SSLContext, folder: Path) -> None:
    """Trust every certificate in a folder: OpenSSL itself looks only at files that are named by a hash."""
    import ssl

    for path in sorted(folder.iterdir()):
        if path.is_file():
            try:
                context.load_verify_locations(cafile=str(path))
            except (ssl.SSLError, OSError):
                continue  # certificates lie beside keys and notes


def _request(method: str, target: bytes, host: bytes, *, headers: Mapping[str, str]) -> bytes:
    lines = [f"{name}: {value}" for name, value in headers.items()]
    fields = "\r\n".join(lines)
    if fields.count("\n") != len(lines) - 1 or fields.count("\r") != len(lines) - 1:
        raise ConnectionFailedError("a header field holds a line break")
    head = b"%b %b HTTP/1.1\r\nHost: %b\r\n" % (method.encode("ascii"), target, host)
    return head + fields.encode("latin-1", "replace") + b"\r\n\r\n"


class HttpxTransport:
    """An httpx client (or transport) behind the one-method port."""

    def __init__(self, client: httpx.Client | httpx.BaseTransport, options: NetworkOptions) -> None:
        import httpx

        self._owned = not isinstance(client, httpx.Client)
        if not isinstance(client, httpx.Client):
            timeout = httpx.Timeout(options.timeout, connect=options.connect_timeout)
            client = httpx.Client(transport=client, timeout=timeout, trust_env=False)
        self._client = client

    def open(self, method: str, url: str, headers: Mapping[str, str]) -> AbstractContextManager[HttpResponse]:
        """Send a request and give its answer once the header has arrived."""
        return self._exchange(method, url, headers)

    def send(
        self, method: str, url: str, headers: Mapping[str, str], *, body: Body
    ) -> AbstractContextManager[HttpResponse]:
        """Send a request with a body and give its answer once the header has arrived."""
        return self._exchange(method, url, headers, body=body)

    @contextmanager
    def _exchange(
        self, method: str, url: str, headers: Mapping[str, str], *, body: Body | None = None
    ) -> Iterator[HttpResponse]:
        import httpx

        content = None if body is None else iter(body.chunks())
        timeout: Any = httpx.USE_CLIENT_DEFAULT if body is None else httpx.Timeout(SEND_TIMEOUT_SECONDS)
        try:
            with self._client.stream(
                method, url, headers=dict(headers), content=content, timeout=timeout, follow_redirects=False
            ) as response:
                yield _HttpxResponse(response, url)
        except (httpx.TransportError, httpx.InvalidURL, httpx.DecodingError) as error:
            raise _translated(error) from error

    def close(self) -> None:
        """Close the client if it was made here; a client that the caller made stays open."""
        if self._owned:
            self._client.close()


class ProxyTransport:
    """One httpx client per thread, with the proxies of the options: a pool that many threads share is slow."""

    def __init__(self, options: NetworkOptions) -> None:
        self._options = options
        self._local = threading.local()
        self._all: list[HttpxTransport] = []
        self._lock = new_lock()
        self._contexts: dict[bool, ssl.SSLContext] = {}
        renew_after_fork(self)

    def renew_after_fork(self) -> None:
        """Leave the parent its clients and their connections."""
        self._local = threading.local()
        self._all = []

    def open(self, method: str, url: str, headers: Mapping[str, str]) -> AbstractContextManager[HttpResponse]:
        """Send a request through the proxy for its scheme."""
        return self._for(url).open(method, url, headers)

    def send(
        self, method: str, url: str, headers: Mapping[str, str], *, body: Body
    ) -> AbstractContextManager[HttpResponse]:
        """Send a request with a body through the proxy for its scheme."""
        return self._for(url).send(method, url, headers, body=body)

    def _for(self, url: str) -> HttpxTransport:
        place = _parse(url)[0]
        proxy = proxy_for(url, self._options)
        verified = not is_insecure(place.host, place.port, self._options)
        clients: dict[tuple[str | None, bool], HttpxTransport] = self._local.__dict__.setdefault("clients", {})
        transport = clients.get((proxy, verified))
        if transport is None:
            transport = clients[proxy, verified] = self._make(proxy, verified=verified)
        return transport

    def _make(self, proxy: str | None, *, verified: bool) -> HttpxTransport:
        import httpx

        with self._lock:
            context = self._contexts.get(verified)
            if context is None:
                context = self._contexts[verified] = tls_context(self._options, verified=verified)
        try:
            made = HttpxTransport(httpx.HTTPTransport(verify=context, proxy=proxy, trust_env=False), self._options)
        except (ValueError, ImportError) as error:
            raise ConnectionFailedError(f"the proxy cannot be used: {error}") from error
        with self._lock:
            self._all.append(made)
        return made

    def close(self) -> None:
        """Close the clients of all threads."""
        with self._lock:
            for transport in self._all:
                transport.close()


def proxy_for(url: str, options: NetworkOptions) -> str | None:
    """Return the proxy through which the URL is reached, or none for a direct connection."""
    if not options.proxies:
        return None
    place = _parse(url)[0]
    proxy = options.proxies.get(place.scheme) or options.proxies.get("all")
    if not proxy or any(_excludes(rule, place) for rule in options.no_proxy):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _excludes(rule: str, place: _Place) -> bool:
    rule = rule.strip().lower()
    if not rule:
        return False
    if rule == "*":
        return True
    if "/" in rule or rule.count(":") > 1:
        return _in_network(rule, place.host)
    name, _, port = rule.partition(":")
    if port and port != str(place.port):
        return False
    name = name.removeprefix("*").removeprefix(".")
    return place.host == name or place.host.endswith(f".{name}")


def _in_network(rule: str, host: str) -> bool:
    import ipaddress

    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(rule.strip("[]"), strict=False)
    except ValueError:
        return False


class _HttpxResponse:
    """An httpx response as the port describes it."""

    __slots__ = ("_response", "headers", "status", "url")

    def __init__(self, response: httpx.Response, url: str) -> None:
        self._response = response
        self.status = response.status_code
        self.url = url
        self.headers: Mapping[str, str] = {name.lower(): value for name, value in response.headers.items()}

    def read(self) -> bytes:
        """Return the whole body with its content coding undone."""
        return self._response.read()

    def chunks(self, size: int = 65536) -> Iterator[bytes]:
        """Return the body in pieces with its content coding undone."""
        return self._response.iter_bytes(size)


def _translated(error: Exception) -> ConnectionFailedError:
    import httpx

    text = str(error) or type(error).__name__
    if isinstance(error, httpx.TimeoutException):
        return ConnectionFailedError("the server did not answer in time")
    if isinstance(error, httpx.RemoteProtocolError) and "complete" in text:
        return BodyCutShortError(f"the body is cut short: {text}")
    return ConnectionFailedError(text)
