"""Which credentials go with which request.

Owns the chain of providers, what was learnt from earlier answers, and the challenge flow: a generator that yields the
credentials to try and is sent the status they got, so that it runs without a socket.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Collection, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

from uvkit.errors import MissingCredentialsError
from uvkit.model import origin, without_credentials
from uvkit.runtime import OnceMap, new_lock

from .options import AuthenticationPolicy, ConnectionFailedError, CredentialProvider, Credentials

_REFUSED = frozenset({401, 403})

ChallengeFlow = Generator[Credentials | None, int, tuple[str, ...]]


def basic_authorization(credentials: Credentials) -> str:
    """Return the value of an ``Authorization`` field (RFC 7617)."""
    pair = f"{credentials.username}:{credentials.password}"
    return f"Basic {b64encode(pair.encode()).decode()}"


@lru_cache(maxsize=4096)
def origin_of(url: str) -> str:
    """Return what credentials may be sent to (RFC 6454).

    Raises:
        ConnectionFailedError: the URL is not valid.
    """
    try:
        return origin(url)
    except ValueError as error:
        raise ConnectionFailedError(f"the URL is not valid: {error}", final=True) from error


def split_credentials(url: str) -> tuple[str, Credentials | None, bool]:
    """Return the URL without user information, the credentials it carried, and whether they had a password."""
    plain = without_credentials(url)
    if plain == url:
        return url, None, False
    user = url.partition("://")[2].partition("/")[0].rpartition("@")[0]
    name, colon, password = user.partition(":")
    if not name and not password:
        return plain, None, False
    return plain, Credentials(unquote(name), unquote(password)), bool(colon)


# Of what worked at one place, so many are tried again: a provider whose tokens expire would else fill the list.
_REMEMBERED = 4


@dataclass(slots=True)
class _Realm:
    """What is known for URLs below a prefix; ``asked`` is the address that providers are asked for."""

    prefix: str
    asked: str
    policy: AuthenticationPolicy
    credentials: Credentials | None
    complete: bool
    learnt: list[Credentials] = field(default_factory=list)

    @property
    def always(self) -> bool:
        """Tell whether nobody is asked without credentials."""
        return self.policy == "always"


class CredentialStore:
    """Credentials by URL prefix and by origin, asked of the providers once, and again when refused.

    Safe for many threads.
    """

    def __init__(self, providers: Sequence[CredentialProvider] = ()) -> None:
        self._providers = tuple(providers)
        self._realms: dict[str, _Realm] = {}
        self._origins: dict[str, list[Credentials]] = {}
        self._answers: OnceMap[tuple[int, str, str, int], Credentials | None] = OnceMap()
        self._generations: dict[tuple[int, str, str], int] = {}
        self._lock = new_lock()

    def register(
        self,
        prefix: str,
        credentials: Credentials | None,
        *,
        policy: AuthenticationPolicy = "auto",
        complete: bool = True,
        asked: str | None = None,
    ) -> None:
        """Use these credentials and this policy for URLs that start with ``prefix``.

        Of two that cover one URL the longer one counts. Providers are asked for ``asked``, else for the prefix.
        """
        plain = prefix.rstrip("/")
        realm = _Realm(plain, asked or plain, policy, credentials, complete)
        with self._lock:
            # Anew, because others look through it meanwhile.
            self._realms = {**self._realms, plain: realm}

    def flow(self, url: str) -> ChallengeFlow:
        """Yield what to send with a request for ``url`` until an answer is not a refusal; return where was looked.

        Credentials in the URL or registered for it come first, then what worked on the origin before, then nobody's,
        and only after a refusal what is registered elsewhere on the origin, and the providers. What works is
        remembered for the origin.

        Raises:
            MissingCredentialsError: no request may be made without credentials, and there are none.
        """
        plain, inline, complete = split_credentials(url)
        realm = self._realm(plain)
        if realm is not None and realm.policy == "never":
            yield None
            return ()
        if inline is None and realm is not None and realm.credentials is not None:
            inline, complete = realm.credentials, realm.complete
        if inline is not None and complete:
            yield from self._offer(plain, realm, inline)
            return ("the URL",)
        username = inline.username if inline is not None else ""
        return (yield from self._negotiate(plain, realm, username))

    def _negotiate(self, plain: str, realm: _Realm | None, username: str) -> ChallengeFlow:
        place = origin_of(plain)
        always = realm is not None and realm.always
        refused: set[Credentials] = set()
        for known in self._known(place, realm, username):
            if (yield known) not in _REFUSED:
                return ()
            refused.add(known)
        if not username and not always and (yield None) not in _REFUSED:
            return ()
        for other in self._registered(place, username, refused):
            refused.add(other)
            if (yield from self._offer(plain, realm, other)):
                return ()
        tried = []
        for number, provider in enumerate(self._providers):
            tried.append(str(getattr(provider, "name", getattr(provider, "__name__", "a provider"))))
            found = self._ask(number, plain, username, refused=refused)
            if found is not None and (yield from self._offer(plain, realm, found)):
                return tuple(tried)
        if username:
            # Some indexes take a token as the user name, with an empty password.
            yield from self._offer(plain, realm, Credentials(username))
        elif always and not refused:
            raise MissingCredentialsError(url=plain, tried=tuple(tried))
        return tuple(tried)

    def _offer(
        self, plain: str, realm: _Realm | None, credentials: Credentials
    ) -> Generator[Credentials | None, int, bool]:
        if (yield credentials) in _REFUSED:
            return False
        with self._lock:
            learnt = self._origins.setdefault(origin_of(plain), [])
            for store in (learnt, realm.learnt if realm is not None else learnt):
                if credentials not in store:
                    # The newest first: a provider gives new ones when the old ones are refused.
                    store.insert(0, credentials)
                    del store[_REMEMBERED:]
        return True

    def _known(self, place: str, realm: _Realm | None, username: str) -> tuple[Credentials, ...]:
        with self._lock:
            known = (*(realm.learnt if realm is not None else ()), *self._origins.get(place, ()))
        return tuple(dict.fromkeys(c for c in known if not username or c.username == username))

    def _registered(self, place: str, username: str, refused: Collection[Credentials]) -> tuple[Credentials, ...]:
        """Return the credentials of all indexes on an origin: files may lie beside the index, under another prefix."""
        there = (
            realm.credentials
            for realm in self._realms.values()
            if realm.credentials is not None
            and realm.complete
            and realm.policy != "never"
            and (not username or realm.credentials.username == username)
            and origin_of(realm.prefix) == place
        )
        return tuple(credentials for credentials in dict.fromkeys(there) if credentials not in refused)

    def _ask(
        self, number: int, plain: str, username: str, *, refused: Collection[Credentials] = ()
    ) -> Credentials | None:
        """Return what a provider answers for a URL; of one whose answer was refused before, a new answer."""
        realm = self._realm(plain)
        asked = realm.asked if realm is not None else plain
        key = (number, realm.prefix if realm is not None else origin_of(plain), username)
        if username:
            scheme, _, rest = asked.partition("://")
            asked = f"{scheme}://{username}@{rest}"
        provider = self._providers[number]
        if realm is not None and realm.always:
            provider = getattr(provider, "eager", provider)
        with self._lock:
            generation = self._generations.get(key, 0)
        found = self._answers.get((*key, generation), lambda: provider(asked))
        if found is None or found not in refused:
            return found
        with self._lock:
            self._generations[key] = generation + 1
        again = self._answers.get((*key, generation + 1), lambda: provider(asked))
        return None if again in refused else again

    def _realm(self, plain: str) -> _Realm | None:
        best: _Realm | None = None
        for prefix, realm in self._realms.items():
            inside = plain == prefix or plain.startswith(f"{prefix}/")
            if inside and (best is None or len(prefix) > len(best.prefix)):
                best = realm
        return best


class NetrcProvider:
    """Credentials of a netrc file: the one that ``NETRC`` in the given variables names, else the home folder's.

    A file that cannot be read or parsed gives no credentials: it belongs to other programs as well.
    """

    name = "netrc"

    def __init__(self, variables: Mapping[str, str], *, home: Path | None = None) -> None:
        self._named = variables.get("NETRC")
        self._home = home
        self._hosts: dict[str, tuple[str, str | None, str | None]] | None = None
        self._lock = new_lock()

    def __call__(self, url: str) -> Credentials | None:
        """Return the entry for the URL's host (and user name, if the URL has one), or none."""
        from urllib.parse import urlsplit

        parts = urlsplit(url)
        with self._lock:
            if self._hosts is None:
                self._hosts = self._read()
        entry = self._hosts.get(parts.hostname or "") or self._hosts.get("default")
        if entry is None or (parts.username and entry[0] != unquote(parts.username)):
            return None
        return Credentials(entry[0], entry[2] or "")

    def _read(self) -> dict[str, tuple[str, str | None, str | None]]:
        from netrc import NetrcParseError, netrc

        home = self._home or Path.home()
        candidates = [Path(self._named)] if self._named else [home / ".netrc", home / "_netrc"]
        for path in candidates:
            try:
                return dict(netrc(str(path)).hosts)
            except FileNotFoundError:
                continue
            except (OSError, NetrcParseError, UnicodeDecodeError) as error:
                import logging

                logging.getLogger("uvkit.net").debug("netrc file `%s` is not usable: %s", path, type(error).__name__)
                return {}
        return {}
