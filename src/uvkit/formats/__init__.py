"""Texts of the standards to values and back."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .direct_url import DirectUrl, direct_url_of, parse_direct_url
    from .pyvenv_cfg import dump_pyvenv_cfg, parse_pyvenv_cfg

# A hot path reads one small file; it must not pay for the parsers of all the others.
_MODULES = {
    "DirectUrl": "direct_url",
    "direct_url_of": "direct_url",
    "parse_direct_url": "direct_url",
    "dump_pyvenv_cfg": "pyvenv_cfg",
    "parse_pyvenv_cfg": "pyvenv_cfg",
}

__all__ = [
    "DirectUrl",
    "direct_url_of",
    "dump_pyvenv_cfg",
    "parse_direct_url",
    "parse_pyvenv_cfg",
]


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    return getattr(import_module(f".{module}", __name__), name)
