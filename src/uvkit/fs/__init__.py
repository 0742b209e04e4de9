"""Files: whole replacement, locks between processes, links, safe unpacking, removal.

Names load on first use, so that linking does not load what unpacking needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .atomic import replace, scratch_name, storage_error, write_all, write_atomic, write_new
    from .link import LinkChoice, Linker, LinkMode, link_tree, place_file
    from .locks import FileLock, file_lock, try_file_lock
    from .names import check_member_name
    from .remove import remove_tree
    from .tars import extract_archive
    from .zips import ZipArchive, ZipLimits, ZipMember

__all__ = [
    "FileLock",
    "LinkChoice",
    "LinkMode",
    "Linker",
    "ZipArchive",
    "ZipLimits",
    "ZipMember",
    "check_member_name",
    "extract_archive",
    "file_lock",
    "link_tree",
    "place_file",
    "remove_tree",
    "replace",
    "scratch_name",
    "storage_error",
    "try_file_lock",
    "write_all",
    "write_atomic",
    "write_new",
]

_HOME = {
    "FileLock": "locks",
    "LinkChoice": "link",
    "LinkMode": "link",
    "Linker": "link",
    "ZipArchive": "zips",
    "ZipLimits": "zips",
    "ZipMember": "zips",
    "check_member_name": "names",
    "extract_archive": "tars",
    "file_lock": "locks",
    "link_tree": "link",
    "place_file": "link",
    "remove_tree": "remove",
    "replace": "atomic",
    "scratch_name": "atomic",
    "storage_error": "atomic",
    "try_file_lock": "locks",
    "write_all": "atomic",
    "write_atomic": "atomic",
    "write_new": "atomic",
}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value
    return value
