"""Credentials for named indexes out of variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uvkit.project import IndexConfig


def with_credentials(index: IndexConfig, variables: Mapping[str, str]) -> IndexConfig:
    """Return an index with what `UV_INDEX_<NAME>_USERNAME` and `UV_INDEX_<NAME>_PASSWORD` say.

    The name is in upper case, with `_` for everything that is neither a letter nor a digit. A password in the URL
    wins over them.
    """
    if index.name is None or _has_password(index.url):
        return index
    key = "".join(character if character.isalnum() else "_" for character in index.name.upper())
    username = variables.get(f"UV_INDEX_{key}_USERNAME")
    password = variables.get(f"UV_INDEX_{key}_PASSWORD")
    if username is None and password is None:
        return index
    return replace(index, username=username or "", password=password)


def _has_password(url: str) -> bool:
    authority = url.partition("://")[2].partition("/")[0]
    return ":" in authority.rpartition("@")[0]
