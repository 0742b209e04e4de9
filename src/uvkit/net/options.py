"""How the network is used, and the two protocols on either side of the client."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple, Protocol, TypeAlias

AuthenticationPolicy: TypeAlias = Literal["auto", "always", "never"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkOptions:
    """How the network is used.

    ``connections`` bounds the connections kept open per host; ``proxies`` maps ``http``, ``https`` or ``all`` to a
    proxy's URL; ``no_proxy`` lists hosts (with their subdomains), host:port pairs and networks reached directly.
    ``trust_store`` is a file or folder of certificates, the system's store, or the one of the `certifi` package.
    """

    timeout: float = 30.0
    connect_timeout: float = 10.0
    retries: int = 3
    connections: int = 32
    offline: bool = False
    trust_store: Path | Literal["system", "bundled"] = "system"
    client_certificate: Path | None = None
    insecure_hosts: frozenset[str] = frozenset()
    proxies: Mapping[str, str] | None = None
    no_proxy: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user name and a password or token; the secret never shows in ``repr``."""

    username: str
    password: str = field(default="", repr=False)


CredentialProvider: TypeAlias = Callable[[str], Credentials | None]


class HttpResponse(Protocol):
    """An answer whose body has not been read yet; header names are in lower case."""

    @property
    def status(self) -> int:
        """Return the status code."""
        ...

    @property
    def url(self) -> str:
        """Return the URL that answered, after redirects, without credentials."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """Return the header fields by lower-case name."""
        ...

    def read(self) -> bytes:
        """Return the whole body with its content coding undone."""
        ...

    def chunks(self, size: int = 65536) -> Iterator[bytes]:
        """Return the body in pieces with its content coding undone."""
        ...


class Transport(Protocol):
    """One exchange at a time, no redirects, no retries; safe for many threads.

    A connection that breaks raises ``OSError`` (or ``ConnectionFailedError``); it may be tried again.
    """

    def open(self, method: str, url: str, headers: Mapping[str, str]) -> AbstractContextManager[HttpResponse]:
        """Send a request and return its answer once the header has arrived."""
        ...

    def close(self) -> None:
        """Close what is open."""
        ...


@dataclass(frozen=True, slots=True)
class Body:
    """What is sent: its size in bytes, and a function that gives it in pieces, from the start each time."""

    size: int
    chunks: Callable[[], Iterable[bytes]] = field(repr=False)


class SendingTransport(Transport, Protocol):
    """A transport that can also send something."""

    def send(
        self, method: str, url: str, headers: Mapping[str, str], *, body: Body
    ) -> AbstractContextManager[HttpResponse]:
        """Send a request with a body, whose length is in the headers, and return its answer."""
        ...


class Answer(NamedTuple):
    """An answer that was read whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


class ConnectionFailedError(Exception):
    """An exchange broke; the client tries again, unless ``final`` says that it would break again, and raises ours."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.final = final


class BodyCutShortError(ConnectionFailedError):
    """The connection ended before the body did."""
