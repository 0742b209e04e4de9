"""Texts of the standards to values and back."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .direct_url import DirectUrl, direct_url_of, parse_direct_url
    from .entry_points import ScriptEntry, parse_entry_points, script_entries
    from .pyvenv_cfg import dump_pyvenv_cfg, parse_pyvenv_cfg
    from .record import RecordRow, dump_record, parse_record, record_digest
    from .wheel_info import WheelInfo, header_fields, parse_wheel_info

# A hot path reads one small file; it must not pay for the parsers of all the others.
_MODULES = {
    "DirectUrl": "direct_url",
    "RecordRow": "record",
    "ScriptEntry": "entry_points",
    "WheelInfo": "wheel_info",
    "direct_url_of": "direct_url",
    "dump_pyvenv_cfg": "pyvenv_cfg",
    "dump_record": "record",
    "header_fields": "wheel_info",
    "parse_direct_url": "direct_url",
    "parse_entry_points": "entry_points",
    "parse_pyvenv_cfg": "pyvenv_cfg",
    "parse_record": "record",
    "parse_wheel_info": "wheel_info",
    "record_digest": "record",
    "script_entries": "entry_points",
}

__all__ = [
    "DirectUrl",
    "RecordRow",
    "ScriptEntry",
    "WheelInfo",
    "direct_url_of",
    "dump_pyvenv_cfg",
    "dump_record",
    "header_fields",
    "parse_direct_url",
    "parse_entry_points",
    "parse_pyvenv_cfg",
    "parse_record",
    "parse_wheel_info",
    "record_digest",
    "script_entries",
]


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    return getattr(import_module(f".{module}", __name__), name)
