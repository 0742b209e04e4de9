"""What is set for pip, as far as it says where files come from, as fields of `Settings`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from uvkit.errors import InvalidOptionError
from uvkit.index import pip_options
from uvkit.model import is_url
from uvkit.project import IndexConfig, index_location

from .flags import flag

if TYPE_CHECKING:
    from uvkit.index import PipOption

    from .tables import Layer

Read = Callable[[str], Any]


def pip_fields(variables: Mapping[str, str], *, home: Path, prefix: Path | None, command: str) -> Layer:
    """Return the fields that pip's variables and files set, and the origin of each.

    pip takes the best version of all its indexes and links, so where it has several the strategy is that one.

    Raises:
        InvalidTableError: a file is not one of pip's.
        InvalidOptionError: values are not understood; all of them are listed.
    """
    options = pip_options(variables, home=home, prefix=prefix, command=command)
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    problems: list[tuple[str, str]] = []
    for name, (field, read) in _fields(home).items():
        option = options.get(name)
        if option is None:
            continue
        try:
            value = read(option.text)
        except ValueError as error:
            problems.append((option.origin, str(error)))
            continue
        if value is not None:
            values[field] = value
            origins[field] = option.origin
    if problems:
        raise InvalidOptionError(problems=tuple(problems))
    for field, found, origin in _places(options, home):
        values[field] = found
        origins[field] = origin
    return values, origins


def _places(options: Mapping[str, PipOption], home: Path) -> Iterator[tuple[str, Any, str]]:
    """Yield the indexes and links; without an index of its own, pip has the default one."""
    extra, default, links = (options.get(name) for name in ("extra-index-url", "index-url", "find-links"))
    indexes = [IndexConfig(url=_location(text, home)) for text in _words(extra)]
    if default is not None:
        indexes.append(IndexConfig(url=_location(default.text, home), default=True))
    if indexes:
        yield "indexes", tuple(indexes), " and ".join(one.origin for one in (default, extra) if one is not None)
    if links is not None:
        flat = (IndexConfig(url=_location(text, home), layout="flat", written=text) for text in _words(links))
        yield "find_links", tuple(flat), links.origin
    joined = extra or links
    if joined is not None:
        yield "resolver.index_strategy", "unsafe-best-match", joined.origin


def _words(option: PipOption | None) -> list[str]:
    return [] if option is None else option.text.split()


def _location(text: str, home: Path) -> str:
    folder = Path.cwd()
    return index_location(text if is_url(text) else str(_path(text, home)), folder=folder, root=folder)


def _path(text: str, home: Path) -> Path:
    expanded = home / text[2:] if text.startswith("~/") else Path(text)
    return Path(os.path.abspath(expanded))


def _fields(home: Path) -> dict[str, tuple[str, Read]]:
    def path(text: str) -> Path:
        return _path(text, home)

    return {
        "cert": ("network.trust_store", path),
        "client-cert": ("network.client_certificate", path),
        "keyring-provider": ("keyring", _keyring),
        "no-index": ("no_index", flag),
        "proxy": ("network.proxies", _proxies),
        "require-hashes": ("install.require_hashes", flag),
        "retries": ("network.retries", _count),
        "timeout": ("network.timeout", _seconds),
        "trusted-host": ("network.insecure_hosts", lambda text: frozenset(text.split())),
    }


def _proxies(text: str) -> dict[str, str]:
    return {"all": text if is_url(text) and urlsplit(text).netloc else f"http://{text}"}


def _keyring(text: str) -> str | None:
    """Return who asks the keyring; pip's `auto` is left to the other settings."""
    if text not in {"auto", "disabled", "import", "subprocess"}:
        raise ValueError(f"`{text}` is none of `auto`, `disabled`, `import`, `subprocess`")
    return {"auto": None, "import": "subprocess"}.get(text, text)


def _count(text: str) -> int:
    if not text.isdecimal():
        raise ValueError(f"`{text}` is not a whole number")
    return int(text)


def _seconds(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"`{text}` is not a number of seconds") from None
