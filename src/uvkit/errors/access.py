"""An index or a file on it could not be reached or understood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .base import UvkitError


class IndexAccessError(UvkitError):
    """An index or a file on it could not be reached or understood."""

    code: ClassVar[str] = "index-access"


@dataclass(eq=False, kw_only=True)
class NoSuchProjectError(IndexAccessError):
    """None of the indexes has the project."""

    code: ClassVar[str] = "no-such-project"
    project: str
    indexes: tuple[str, ...]

    def __str__(self) -> str:
        where = ", ".join(f"`{index}`" for index in self.indexes) or "any configured index"
        return f"`{self.project}` was not found on {where}"

    @property
    def hints(self) -> tuple[str, ...]:
        """Return the usual causes."""
        return ("check the spelling, or add the index that serves it",)


@dataclass(eq=False, kw_only=True)
class AuthenticationError(IndexAccessError):
    """An index refused the request for want of valid credentials; ``links`` is the kind of a page of links."""

    code: ClassVar[str] = "authentication"
    url: str
    status: int
    tried: tuple[str, ...] = ()
    links: str | None = None

    def __str__(self) -> str:
        return f"access to `{self.url}` was refused (HTTP {self.status})"

    @property
    def hints(self) -> tuple[str, ...]:
        """Return where credentials were looked for."""
        tried = f"; tried: {', '.join(self.tried)}" if self.tried else "; none were found"
        return (f"give credentials in the URL, in a netrc file or through keyring{tried}",)


@dataclass(eq=False, kw_only=True)
class MissingCredentialsError(IndexAccessError):
    """An index is only to be asked with credentials, and there are none."""

    code: ClassVar[str] = "missing-credentials"
    url: str
    tried: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"there are no credentials for `{self.url}`, which is asked with credentials only"

    @property
    def hints(self) -> tuple[str, ...]:
        """Return where credentials were looked for."""
        tried = f"; tried: {', '.join(self.tried)}" if self.tried else ""
        return (f'give credentials, or leave `authenticate = "always"` away from the index{tried}',)


@dataclass(eq=False, kw_only=True)
class NetworkError(IndexAccessError):
    """The server could not be reached, or the connection broke, after all retries."""

    code: ClassVar[str] = "network"
    url: str
    attempts: int
    reason: str

    def __str__(self) -> str:
        tries = "1 attempt" if self.attempts == 1 else f"{self.attempts} attempts"
        return f"could not fetch `{self.url}` after {tries}: {self.reason}"

    @property
    def hints(self) -> tuple[str, ...]:
        """Return what to check."""
        return ("check the network connection, the proxy settings and the index address",)


@dataclass(eq=False, kw_only=True)
class HttpStatusError(IndexAccessError):
    """The server answered with a status that is not a success; ``links`` is the kind of a page of links."""

    code: ClassVar[str] = "http-status"
    url: str
    status: int
    links: str | None = None

    def __str__(self) -> str:
        return f"`{self.url}` answered with HTTP status {self.status}"


@dataclass(eq=False, kw_only=True)
class InvalidResponseError(IndexAccessError):
    """A page is not what an index serves (PEP 503, PEP 691), or a body is cut short."""

    code: ClassVar[str] = "invalid-response"
    url: str
    content_type: str | None = None
    reason: str

    def __str__(self) -> str:
        kind = f" ({self.content_type})" if self.content_type else ""
        return f"`{self.url}`{kind} is not a usable response: {self.reason}"

    @property
    def hints(self) -> tuple[str, ...]:
        """Return how an index URL looks, where a page was asked for."""
        if self.content_type is None:
            return ("try again; if it happens every time, something on the way cuts or changes answers",)
        return ("an index URL points at its root of project pages, such as `https://index.example/simple`",)


@dataclass(eq=False, kw_only=True)
class OfflineError(IndexAccessError):
    """Something is needed from the network, which is switched off."""

    code: ClassVar[str] = "offline"
    wanted: str

    def __str__(self) -> str:
        return f"`{self.wanted}` is not in the cache and the network is switched off"

    @property
    def hints(self) -> tuple[str, ...]:
        """Return how to get it."""
        return ("run once without offline mode to fill the cache",)


@dataclass(eq=False, kw_only=True)
class InvalidAdvisoriesError(IndexAccessError):
    """A service or a file does not have advisories in the format of OSV."""

    code: ClassVar[str] = "invalid-advisories"
    source: str
    reason: str

    def __str__(self) -> str:
        return f"`{self.source}` has no usable advisories: {self.reason}"
