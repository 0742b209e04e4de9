"""The verbs, and the public parts that join the layers for them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .builder import Builder
    from .compiled_text import CompileStyle
    from .compiling import CompileResult, compile  # noqa: A004  # pip-compile's name
    from .compiling_target import TargetRequest
    from .downloading import DownloadResult, download
    from .exporting import ExportResult, export
    from .inspecting import inspect, installation_report
    from .installed_graph import InstalledDetails, InstalledGraph, RequirementEdge, installed_in
    from .installer import Installer, PreparedWheels
    from .installing import install, uninstall
    from .locking import lock
    from .newer_versions import Outdated, outdated
    from .publishing import BuildResult, BuiltDistributions, PublishedFile, PublishResult, build, publish
    from .requirement_files import RequirementSet, read_requirements
    from .resolver import Resolver
    from .results import LockResult, Result, SyncResult
    from .running import PreparedRun, RunResult, prepare_run, run
    from .session import Session
    from .syncing import sync
    from .tools import Tool, ToolResult, Tools
    from .trees import TreeNode

_MODULES = {
    "BuildResult": "publishing",
    "Builder": "builder",
    "BuiltDistributions": "publishing",
    "CompileResult": "compiling",
    "CompileStyle": "compiled_text",
    "DownloadResult": "downloading",
    "ExportResult": "exporting",
    "InstalledDetails": "installed_graph",
    "InstalledGraph": "installed_graph",
    "Installer": "installer",
    "LockResult": "results",
    "Outdated": "newer_versions",
    "PreparedRun": "running",
    "PreparedWheels": "installer",
    "PublishResult": "publishing",
    "PublishedFile": "publishing",
    "RequirementEdge": "installed_graph",
    "RequirementSet": "requirement_files",
    "Resolver": "resolver",
    "Result": "results",
    "RunResult": "running",
    "Session": "session",
    "SyncResult": "results",
    "TargetRequest": "compiling_target",
    "Tool": "tools",
    "ToolResult": "tools",
    "Tools": "tools",
    "TreeNode": "trees",
    "build": "publishing",
    "compile": "compiling",
    "download": "downloading",
    "export": "exporting",
    "inspect": "inspecting",
    "install": "installing",
    "installation_report": "inspecting",
    "installed_in": "installed_graph",
    "lock": "locking",
    "outdated": "newer_versions",
    "prepare_run": "running",
    "publish": "publishing",
    "read_requirements": "requirement_files",
    "run": "running",
    "sync": "syncing",
    "uninstall": "installing",
}

__all__ = [
    "BuildResult",
    "Builder",
    "BuiltDistributions",
    "CompileResult",
    "CompileStyle",
    "DownloadResult",
    "ExportResult",
    "InstalledDetails",
    "InstalledGraph",
    "Installer",
    "LockResult",
    "Outdated",
    "PreparedRun",
    "PreparedWheels",
    "PublishResult",
    "PublishedFile",
    "RequirementEdge",
    "RequirementSet",
    "Resolver",
    "Result",
    "RunResult",
    "Session",
    "SyncResult",
    "TargetRequest",
    "Tool",
    "ToolResult",
    "Tools",
    "TreeNode",
    "build",
    "compile",
    "download",
    "export",
    "inspect",
    "install",
    "installation_report",
    "installed_in",
    "lock",
    "outdated",
    "prepare_run",
    "publish",
    "read_requirements",
    "run",
    "sync",
    "uninstall",
]


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    value = getattr(import_module(f".{module}", __name__), name)
    globals()[name] = value
    return value
