"""URLs without secrets: what may be shown, stored or locked."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

_SSH = ("ssh", "git+ssh")


def without_credentials(url: str) -> str:
    """Return the URL without user name and password, otherwise unchanged (a trailing slash stays).

    The user `git` of an SSH address is no secret but part of the place, and stays.
    """
    scheme, separator, rest = url.partition("://")
    if not separator:
        return url
    authority, slash, path = rest.partition("/")
    if "@" not in authority or (scheme in _SSH and authority.startswith("git@")):
        return url
    return f"{scheme}://{authority.rpartition('@')[2]}{slash}{path}"


def redacted(url: str) -> str:
    """Return the URL for messages: a password is replaced by ``****``."""
    scheme, separator, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    if not separator or "@" not in authority:
        return url
    user, _, host = authority.rpartition("@")
    name, colon, _ = user.partition(":")
    shown = f"{name}:****" if colon else "****"
    return f"{scheme}://{shown}@{host}{slash}{path}"


def without_fragment(url: str) -> str:
    """Return the URL without ``#fragment``."""
    return url.partition("#")[0]


def origin(url: str) -> str:
    """Return scheme, host and port in lower case: what credentials may be sent to (RFC 6454)."""
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme.lower(), 0)
    return f"{parts.scheme.lower()}://{(parts.hostname or '').lower()}:{port}"


def is_url(text: str) -> bool:
    """Tell whether the text is a URL rather than a path (a Windows drive letter is no scheme)."""
    scheme, separator, _ = text.partition("://")
    return bool(separator) and len(scheme) > 1 and scheme.replace("+", "").replace("-", "").replace(".", "").isalnum()


def with_path(url: str, path: str) -> str:
    """Return the URL with its path replaced and query and fragment dropped."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))
