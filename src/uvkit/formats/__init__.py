"""Texts of the standards to values and back."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .direct_url import DirectUrl, direct_url_of, parse_direct_url
    from .entry_points import ScriptEntry, parse_entry_points, script_entries
    from .pyvenv_cfg import dump_pyvenv_cfg, parse_pyvenv_cfg
    from .record import RecordRow, dump_record, parse_record, record_digest
    from .uv_lock_document import (
        DefaultGroups,
        LockCutOff,
        LockDependency,
        LockDocument,
        LockExclusion,
        LockManifest,
        LockMetadata,
        LockOptions,
        LockOverride,
        LockPackage,
        LockRequirement,
        LockScope,
        LockStaticMetadata,
    )
    from .uv_lock_read import SUPPORTED_VERSIONS, read_uv_lock
    from .uv_lock_sources import (
        SourceKey,
        direct_row,
        git_of_text,
        git_text,
        path_text,
        source_entry,
        source_key,
        source_of_entry,
    )
    from .uv_lock_write import moment_text, write_uv_lock
    from .wheel_info import WheelInfo, header_fields, parse_wheel_info

# A hot path reads one small file; it must not pay for the parsers of all the others.
_MODULES = {
    "DefaultGroups": "uv_lock_document",
    "DirectUrl": "direct_url",
    "LockCutOff": "uv_lock_document",
    "LockDependency": "uv_lock_document",
    "LockDocument": "uv_lock_document",
    "LockExclusion": "uv_lock_document",
    "LockManifest": "uv_lock_document",
    "LockMetadata": "uv_lock_document",
    "LockOptions": "uv_lock_document",
    "LockOverride": "uv_lock_document",
    "LockPackage": "uv_lock_document",
    "LockRequirement": "uv_lock_document",
    "LockScope": "uv_lock_document",
    "LockStaticMetadata": "uv_lock_document",
    "RecordRow": "record",
    "SUPPORTED_VERSIONS": "uv_lock_read",
    "ScriptEntry": "entry_points",
    "SourceKey": "uv_lock_sources",
    "WheelInfo": "wheel_info",
    "direct_row": "uv_lock_sources",
    "direct_url_of": "direct_url",
    "dump_pyvenv_cfg": "pyvenv_cfg",
    "dump_record": "record",
    "git_of_text": "uv_lock_sources",
    "git_text": "uv_lock_sources",
    "header_fields": "wheel_info",
    "moment_text": "uv_lock_write",
    "parse_direct_url": "direct_url",
    "parse_entry_points": "entry_points",
    "parse_pyvenv_cfg": "pyvenv_cfg",
    "parse_record": "record",
    "parse_wheel_info": "wheel_info",
    "path_text": "uv_lock_sources",
    "read_uv_lock": "uv_lock_read",
    "record_digest": "record",
    "script_entries": "entry_points",
    "source_entry": "uv_lock_sources",
    "source_key": "uv_lock_sources",
    "source_of_entry": "uv_lock_sources",
    "write_uv_lock": "uv_lock_write",
}

__all__ = [
    "SUPPORTED_VERSIONS",
    "DefaultGroups",
    "DirectUrl",
    "LockCutOff",
    "LockDependency",
    "LockDocument",
    "LockExclusion",
    "LockManifest",
    "LockMetadata",
    "LockOptions",
    "LockOverride",
    "LockPackage",
    "LockRequirement",
    "LockScope",
    "LockStaticMetadata",
    "RecordRow",
    "ScriptEntry",
    "SourceKey",
    "WheelInfo",
    "direct_row",
    "direct_url_of",
    "dump_pyvenv_cfg",
    "dump_record",
    "git_of_text",
    "git_text",
    "header_fields",
    "moment_text",
    "parse_direct_url",
    "parse_entry_points",
    "parse_pyvenv_cfg",
    "parse_record",
    "parse_wheel_info",
    "path_text",
    "read_uv_lock",
    "record_digest",
    "script_entries",
    "source_entry",
    "source_key",
    "source_of_entry",
    "write_uv_lock",
]


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    return getattr(import_module(f".{module}", __name__), name)
