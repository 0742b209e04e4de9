"""Texts of the standards to values and back."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .core_metadata import parse_core_metadata, parse_metadata, split_metadata
    from .direct_url import DirectUrl, direct_url_of, parse_direct_url
    from .durations import Span, parse_cut_off
    from .entry_points import ScriptEntry, parse_entry_points, script_entries
    from .file_names import version_text
    from .groups import GroupInclude, GroupItem, expand_group, include_problems, included_groups
    from .listing_digest import DamagedDigestError, digest_json_page, digest_rows, open_digest
    from .pyproject import BuildSystem, ProjectTable, Pyproject, parse_pyproject
    from .pyvenv_cfg import dump_pyvenv_cfg, parse_pyvenv_cfg
    from .record import RecordRow, dump_record, parse_record, record_digest
    from .requirements_line import UnnamedRequirement
    from .requirements_txt import RequirementLine, RequirementsFiles, read_requirements
    from .script import ScriptTable, parse_script, script_block
    from .simple_html import HTML_TYPE, parse_html_page
    from .simple_json import JSON_TYPE, parse_json_page
    from .toml import did_you_mean, key_path, parse_toml
    from .tool_reader import parse_uv_toml, read_tool_table
    from .tool_schema import tool_json_schema
    from .tool_tables import (
        PROJECT_ONLY,
        ConfigSettings,
        ConflictItemTable,
        IndexTable,
        PipTable,
        ScopedTable,
        SourceTable,
        StaticMetadataTable,
        ToolTable,
    )
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
    "BuildSystem": "pyproject",
    "ConfigSettings": "tool_tables",
    "ConflictItemTable": "tool_tables",
    "DamagedDigestError": "listing_digest",
    "DefaultGroups": "uv_lock_document",
    "DirectUrl": "direct_url",
    "GroupInclude": "groups",
    "GroupItem": "groups",
    "HTML_TYPE": "simple_html",
    "IndexTable": "tool_tables",
    "JSON_TYPE": "simple_json",
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
    "PROJECT_ONLY": "tool_tables",
    "PipTable": "tool_tables",
    "ProjectTable": "pyproject",
    "Pyproject": "pyproject",
    "RecordRow": "record",
    "RequirementLine": "requirements_txt",
    "RequirementsFiles": "requirements_txt",
    "SUPPORTED_VERSIONS": "uv_lock_read",
    "ScopedTable": "tool_tables",
    "ScriptEntry": "entry_points",
    "ScriptTable": "script",
    "SourceKey": "uv_lock_sources",
    "SourceTable": "tool_tables",
    "Span": "durations",
    "StaticMetadataTable": "tool_tables",
    "ToolTable": "tool_tables",
    "UnnamedRequirement": "requirements_line",
    "WheelInfo": "wheel_info",
    "did_you_mean": "toml",
    "digest_json_page": "listing_digest",
    "digest_rows": "listing_digest",
    "direct_row": "uv_lock_sources",
    "direct_url_of": "direct_url",
    "dump_pyvenv_cfg": "pyvenv_cfg",
    "dump_record": "record",
    "expand_group": "groups",
    "git_of_text": "uv_lock_sources",
    "git_text": "uv_lock_sources",
    "header_fields": "wheel_info",
    "include_problems": "groups",
    "included_groups": "groups",
    "key_path": "toml",
    "moment_text": "uv_lock_write",
    "open_digest": "listing_digest",
    "parse_core_metadata": "core_metadata",
    "parse_cut_off": "durations",
    "parse_direct_url": "direct_url",
    "parse_entry_points": "entry_points",
    "parse_html_page": "simple_html",
    "parse_json_page": "simple_json",
    "parse_metadata": "core_metadata",
    "parse_pyproject": "pyproject",
    "parse_pyvenv_cfg": "pyvenv_cfg",
    "parse_record": "record",
    "parse_script": "script",
    "parse_toml": "toml",
    "parse_uv_toml": "tool_reader",
    "parse_wheel_info": "wheel_info",
    "path_text": "uv_lock_sources",
    "read_requirements": "requirements_txt",
    "read_tool_table": "tool_reader",
    "read_uv_lock": "uv_lock_read",
    "record_digest": "record",
    "script_block": "script",
    "script_entries": "entry_points",
    "source_entry": "uv_lock_sources",
    "source_key": "uv_lock_sources",
    "source_of_entry": "uv_lock_sources",
    "split_metadata": "core_metadata",
    "tool_json_schema": "tool_schema",
    "version_text": "file_names",
    "write_uv_lock": "uv_lock_write",
}

__all__ = [
    "HTML_TYPE",
    "JSON_TYPE",
    "PROJECT_ONLY",
    "SUPPORTED_VERSIONS",
    "BuildSystem",
    "ConfigSettings",
    "ConflictItemTable",
    "DamagedDigestError",
    "DefaultGroups",
    "DirectUrl",
    "GroupInclude",
    "GroupItem",
    "IndexTable",
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
    "PipTable",
    "ProjectTable",
    "Pyproject",
    "RecordRow",
    "RequirementLine",
    "RequirementsFiles",
    "ScopedTable",
    "ScriptEntry",
    "ScriptTable",
    "SourceKey",
    "SourceTable",
    "Span",
    "StaticMetadataTable",
    "ToolTable",
    "UnnamedRequirement",
    "WheelInfo",
    "did_you_mean",
    "digest_json_page",
    "digest_rows",
    "direct_row",
    "direct_url_of",
    "dump_pyvenv_cfg",
    "dump_record",
    "expand_group",
    "git_of_text",
    "git_text",
    "header_fields",
    "include_problems",
    "included_groups",
    "key_path",
    "moment_text",
    "open_digest",
    "parse_core_metadata",
    "parse_cut_off",
    "parse_direct_url",
    "parse_entry_points",
    "parse_html_page",
    "parse_json_page",
    "parse_metadata",
    "parse_pyproject",
    "parse_pyvenv_cfg",
    "parse_record",
    "parse_script",
    "parse_toml",
    "parse_uv_toml",
    "parse_wheel_info",
    "path_text",
    "read_requirements",
    "read_tool_table",
    "read_uv_lock",
    "record_digest",
    "script_block",
    "script_entries",
    "source_entry",
    "source_key",
    "source_of_entry",
    "split_metadata",
    "tool_json_schema",
    "version_text",
    "write_uv_lock",
]


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    return getattr(import_module(f".{module}", __name__), name)
