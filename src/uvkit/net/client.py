"""The client that every part shares: redirects, credentials, retries, timeouts and offline mode over a transport."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING, NoReturn, Self, TypeVar
from urllib.parse import urljoin

from uvkit.errors import (
    AuthenticationError,
    HttpStatusError,
    InvalidResponseError,
    NetworkError,
    OfflineError,
)
from uvkit.model import redacted, without_credentials, without_fragment
from uvkit.runtime import new_lock

from .credentials import CredentialStore, basic_authorization, origin_of, split_credentials
from .interruption import current_interruption
from .options import (
    Answer,
    AuthenticationPolicy,
    Body,
    BodyCutShortError,
    ConnectionFailedError,
    CredentialProvider,
    Credentials,
    HttpResponse,
    NetworkOptions,
    Transport,
)
from .retry import LONGEST_REQUESTED_SECONDS, backoff, is_transient, requested_delay

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")

MAX_REDIRECTS = 10
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ACCEPTED = frozenset({304, 404})
_DEFAULT_HEADERS = {"user-agent": "uvkit", "accept": "*/*", "accept-encoding": "gzip, deflate"}
_DEFAULT_OPTIONS = NetworkOptions()


class HttpClient:
    """HTTP for indexes and files, safe for many threads.

    Redirects are followed and take no credentials to another origin. Credentials come from the URL, from ``register``,
    and, once a server refuses, from ``credentials`` in order. Broken connections, server errors and 429 are tried again
    with growing delays, as often as the options say. A plain client never imports httpx: it talks to a lean transport
    over the standard library. Give an ``httpx.Client``, an ``httpx.BaseTransport`` or any ``Transport`` to exchange it;
    with a proxy in the options httpx carries what goes through the proxy.
    """

    def __init__(
        self,
        options: NetworkOptions = _DEFAULT_OPTIONS,
        *,
        credentials: Sequence[CredentialProvider] = (),
        transport: Transport | httpx.Client | httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.options = options
        self._store = CredentialStore(credentials)
        self._given = transport
        self._direct: Transport | None = None
        self._proxied: Transport | None = None
        self._sleep = sleep
        self._lock = new_lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; the client may be used again and then opens new ones."""
        with self._lock:
            transports = (self._direct, self._proxied)
            self._direct = self._proxied = None
        for transport in transports:
            if transport is not None:
                transport.close()

    def register(
        self,
        prefix: str,
        credentials: Credentials | None = None,
        *,
        policy: AuthenticationPolicy = "auto",
        address: str | None = None,
    ) -> None:
        """Use credentials (those in the URL, if none are given) and a policy for URLs below ``prefix``.

        ``always`` asks the providers before the first request, ``never`` sends nobody's credentials. Providers are
        asked for ``address``, else for the prefix.
        """
        plain, inline, complete = split_credentials(prefix)
        if credentials is not None:
            inline, complete = credentials, True
        asked = None if address is None else without_credentials(address)
        self._store.register(plain, inline, policy=policy, complete=complete, asked=asked)

    def open(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        method: str = "GET",
        accept_statuses: frozenset[int] = _ACCEPTED,
    ) -> AbstractContextManager[HttpResponse]:
        """Return a context that gives the answer once its header has arrived, the body still unread.

        Attempts are repeated until there is a header; a body that breaks raises. ``fetch`` repeats those as well.

        Raises:
            AuthenticationError: the server answered 401 or 403 and no credentials helped.
            HttpStatusError: another status of 400 and above that is not in ``accept_statuses``.
            NetworkError: the server could not be reached, or the connection broke.
            InvalidResponseError: the body is cut short, or redirects lead nowhere.
            OfflineError: the options say that there is no network.
        """
        attempts = _Attempts(self, url)
        context, response = self._begin(attempts, method=method, headers=headers, accept=accept_statuses)
        return _Opened(context, response, attempts)

    def fetch(
        self,
        url: str,
        consume: Callable[[HttpResponse], T],
        *,
        headers: Mapping[str, str] | None = None,
        accept_statuses: frozenset[int] = _ACCEPTED,
    ) -> T:
        """Return what ``consume`` makes of the answer; it is called afresh when the body breaks and is tried again.

        Raises:
            IndexAccessError: as ``open``.
        """
        attempts = _Attempts(self, url)
        while True:
            context, response = self._begin(attempts, method="GET", headers=headers, accept=accept_statuses)
            try:
                with _Entered(context, response):
                    return consume(response)
            except (ConnectionFailedError, OSError) as error:
                if isinstance(error, OSError) and not _is_network(error):
                    raise
                attempts.failed(error)

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        accept_statuses: frozenset[int] = _ACCEPTED,
    ) -> Answer:
        """Return status, headers, whole body and final URL.

        Raises:
            IndexAccessError: as ``open``.
        """
        return self.fetch(url, _read, headers=headers, accept_statuses=accept_statuses)

    def send(
        self,
        url: str,
        body: Body,
        *,
        headers: Mapping[str, str] | None = None,
        method: str = "POST",
        on_retry: Callable[[], bool] | None = None,
    ) -> Answer:
        """Send something and return the answer, whatever its status; redirects are answers too.

        Broken connections and transient statuses are tried again; a server may then have what was sent before, so
        ``on_retry`` is asked first and may say, with false, that the answer is good enough. Credentials that are
        registered or in the URL are offered at once.

        Raises:
            NetworkError: the server could not be reached, or the connection broke.
            OfflineError: the options say that there is no network.
            TypeError: the transport that the client was given cannot send anything.
        """
        attempts = _Attempts(self, url)
        length = {"content-length": str(body.size)}
        fields = _DEFAULT_HEADERS | {name.lower(): value for name, value in (headers or {}).items()} | length
        while True:
            if (interruption := current_interruption()) is not None:
                interruption.check()
            try:
                context, response, _ = self._authorised(url, method=method, headers=fields, body=body)
                with _Entered(context, response):
                    answer = Answer(response.status, response.headers, response.read(), response.url)
            except (ConnectionFailedError, OSError) as error:
                if isinstance(error, OSError) and not _is_network(error):
                    raise
                attempts.failed(error)
                if on_retry is not None and not on_retry():
                    return Answer(200, {}, b"", without_credentials(url))
                continue
            if not is_transient(answer.status) or not attempts.may_wait(answer.headers):
                return answer
            attempts.wait()

    def _begin(
        self, attempts: _Attempts, *, method: str, headers: Mapping[str, str] | None, accept: frozenset[int]
    ) -> tuple[AbstractContextManager[HttpResponse], HttpResponse]:
        fields = _DEFAULT_HEADERS | {name.lower(): value for name, value in (headers or {}).items()}
        while True:
            if (interruption := current_interruption()) is not None:
                interruption.check()
            try:
                context, response, tried = self._follow(attempts.url, method=method, headers=fields)
            except (ConnectionFailedError, OSError) as error:
                attempts.failed(error)
                continue
            status = response.status
            if status < 400 or status in accept:
                return context, response
            if is_transient(status) and attempts.may_wait(response.headers):
                context.__exit__(None, None, None)
                attempts.wait()
                continue
            context.__exit__(None, None, None)
            shown = redacted(without_fragment(response.url))
            if status in {401, 403}:
                raise AuthenticationError(url=shown, status=status, tried=tried)
            raise HttpStatusError(url=shown, status=status)

    def _follow(
        self, url: str, *, method: str, headers: Mapping[str, str]
    ) -> tuple[AbstractContextManager[HttpResponse], HttpResponse, tuple[str, ...]]:
        fields = dict(headers)
        for _ in range(MAX_REDIRECTS + 1):
            context, response, tried = self._authorised(url, method=method, headers=fields)
            if response.status not in _REDIRECTS:
                return context, response, tried
            location = response.headers.get("location")
            context.__exit__(None, None, None)
            if not location:
                raise InvalidResponseError(url=redacted(url), reason="it redirects without saying where to")
            target = _redirected(url, location)
            if origin_of(target) != origin_of(without_credentials(url)):
                for name in ("authorization", "cookie", "proxy-authorization"):
                    fields.pop(name, None)
            url = target
        raise InvalidResponseError(url=redacted(url), reason=f"more than {MAX_REDIRECTS} redirects")

    def _authorised(
        self, url: str, *, method: str, headers: Mapping[str, str], body: Body | None = None
    ) -> tuple[AbstractContextManager[HttpResponse], HttpResponse, tuple[str, ...]]:
        transport = self._transport(url)
        plain = without_fragment(without_credentials(url))
        if "authorization" in headers:
            return *_enter(_sent(transport, method, plain, headers=headers, body=body)), ()
        flow = self._store.flow(without_fragment(url))
        offered = next(flow)
        while True:
            fields = headers if offered is None else {**headers, "authorization": basic_authorization(offered)}
            context, response = _enter(_sent(transport, method, plain, headers=fields, body=body))
            try:
                offered = flow.send(response.status)
            except StopIteration as end:
                return context, response, end.value
            except BaseException:
                context.__exit__(None, None, None)
                raise
            context.__exit__(None, None, None)

    def _transport(self, url: str) -> Transport:
        if self.options.offline:
            raise OfflineError(wanted=redacted(url))
        if self._given is None and self.options.proxies:
            from .transport import ProxyTransport, proxy_for

            if proxy_for(without_credentials(url), self.options) is not None:
                with self._lock:
                    self._proxied = self._proxied or ProxyTransport(self.options)
                    return self._proxied
        return self._direct or self._make_direct()

    def _make_direct(self) -> Transport:
        from .transport import HttpxTransport, LeanTransport

        with self._lock:
            if self._direct is None:
                given = self._given
                if given is None:
                    self._direct = LeanTransport(self.options)
                elif hasattr(given, "open"):
                    self._direct = given
                else:
                    self._direct = HttpxTransport(given, self.options)
            return self._direct

    def pause(self, seconds: float) -> None:
        """Wait between two attempts.

        Raises:
            CancelledError: the run was interrupted.
        """
        interruption = current_interruption()
        if interruption is None or self._sleep is not time.sleep:
            self._sleep(seconds)
        else:
            interruption.pause(seconds)


class _Attempts:
    """Counts the attempts at one URL and waits between them."""

    __slots__ = ("_client", "_delay", "made", "url")

    def __init__(self, client: HttpClient, url: str) -> None:
        self._client = client
        self._delay = 0.0
        self.made = 1
        self.url = url

    def failed(self, error: Exception) -> None:
        """Wait for the next attempt after a broken connection, or raise if there is none left."""
        if self.made > self._client.options.retries or getattr(error, "final", False):
            self.give_up(error)
        self._delay = self._backoff()
        self.wait()

    def may_wait(self, headers: Mapping[str, str]) -> bool:
        """Tell whether another attempt is left after a transient status, and note how long to wait for it."""
        if self.made > self._client.options.retries:
            return False
        requested = requested_delay(headers, now=time.time())
        if requested is not None and requested > LONGEST_REQUESTED_SECONDS:
            return False
        self._delay = self._backoff() if requested is None else requested
        return True

    def wait(self) -> None:
        """Wait as noted and count one more attempt."""
        self._client.pause(self._delay)
        self.made += 1

    def give_up(self, error: Exception) -> NoReturn:
        """Raise our error for a broken exchange."""
        url = redacted(without_fragment(self.url))
        if isinstance(error, BodyCutShortError):
            raise InvalidResponseError(url=url, reason=str(error)) from error
        raise NetworkError(url=url, attempts=self.made, reason=str(error)) from error

    def _backoff(self) -> float:
        from random import random

        return backoff(self.made, random=random())  # noqa: S311  # spreads retries, keeps no secret


class _Entered:
    """A context that was entered before, to be left once."""

    __slots__ = ("_context", "_response")

    def __init__(self, context: AbstractContextManager[HttpResponse], response: HttpResponse) -> None:
        self._context = context
        self._response = response

    def __enter__(self) -> HttpResponse:
        return self._response

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool | None:
        return self._context.__exit__(kind, error, traceback)


class _Opened(_Entered):
    """The context that ``open`` returns: it turns what breaks inside into our errors."""

    __slots__ = ("_attempts",)

    def __init__(
        self, context: AbstractContextManager[HttpResponse], response: HttpResponse, attempts: _Attempts
    ) -> None:
        super().__init__(context, response)
        self._attempts = attempts

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool | None:
        try:
            handled = super().__exit__(kind, error, traceback)
        except ConnectionFailedError as translated:
            self._attempts.give_up(translated)
        if isinstance(error, ConnectionFailedError):
            self._attempts.give_up(error)
        return handled


def _sent(
    transport: Transport, method: str, url: str, *, headers: Mapping[str, str], body: Body | None
) -> AbstractContextManager[HttpResponse]:
    if body is None:
        return transport.open(method, url, headers)
    send = getattr(transport, "send", None)
    if send is None:
        raise TypeError(f"the transport {type(transport).__name__} has no method `send`, so it cannot upload")
    context: AbstractContextManager[HttpResponse] = send(method, url, headers, body=body)
    return context


def _enter(context: AbstractContextManager[HttpResponse]) -> tuple[AbstractContextManager[HttpResponse], HttpResponse]:
    return context, context.__enter__()


def _read(response: HttpResponse) -> Answer:
    return Answer(response.status, response.headers, response.read(), response.url)


def _redirected(url: str, location: str) -> str:
    try:
        target = urljoin(without_credentials(url), location)
    except ValueError as error:
        raise InvalidResponseError(url=redacted(url), reason=f"it redirects to an invalid URL: {error}") from error
    if not target.startswith(("http://", "https://")):
        raise InvalidResponseError(url=redacted(url), reason="it redirects to something that is not HTTP")
    return target


def _is_network(error: OSError) -> bool:
    """Tell whether an error of the operating system came from the network rather than from a file being written."""
    import socket

    return isinstance(error, (ConnectionError, TimeoutError, socket.gaierror))
