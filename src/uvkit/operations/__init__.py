"""The verbs, and the public parts that join the layers for them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .auditing import AdvisorySource, AuditResult, Vulnerability, audit
    from .builder import Builder
    from .compiled_text import CompileStyle
    from .compiling import CompileResult, compile  # noqa: A004  # pip-compile's name
    from .compiling_target import TargetRequest
    from .downloading import DownloadResult, download
    from .editing import (
        AddOptions,
        EditResult,
        InitResult,
        RequirementChange,
        UpgradeResult,
        VersionResult,
        add,
        init,
        init_script,
        project_version,
        remove,
        upgrade,
    )
    from .exporting import ExportResult, export
    from .gathering import WheelsResult, download_requirements, make_wheels
    from .inspecting import inspect, installation_report
    from .installed_graph import InstalledDetails, InstalledGraph, RequirementEdge, installed_in
    from .installer import Installer, PreparedWheels
    from .installing import install, uninstall
    from .interpreters import (
        FoundPython,
        PinResult,
        find_python,
        install_pythons,
        pin_python,
        pinned_python,
        unpin_python,
        upgrade_pythons,
    )
    from .locked_graph import LockedNode
    from .locked_tree import NewerVersion, TreeResult, outdated_locked, tree
    from .locking import lock
    from .migrating import MigratedVersion, MigrationItem, MigrationResult, migrate
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
    from .wanted_pythons import WantedPython, wanted_python

_MODULES = {
    "AddOptions": "editing",
    "AdvisorySource": "auditing",
    "AuditResult": "auditing",
    "BuildResult": "publishing",
    "Builder": "builder",
    "BuiltDistributions": "publishing",
    "CompileResult": "compiling",
    "CompileStyle": "compiled_text",
    "DownloadResult": "downloading",
    "EditResult": "editing",
    "ExportResult": "exporting",
    "FoundPython": "interpreters",
    "InitResult": "editing",
    "InstalledDetails": "installed_graph",
    "InstalledGraph": "installed_graph",
    "Installer": "installer",
    "LockResult": "results",
    "LockedNode": "locked_graph",
    "MigratedVersion": "migrating",
    "MigrationItem": "migrating",
    "MigrationResult": "migrating",
    "NewerVersion": "locked_tree",
    "Outdated": "newer_versions",
    "PinResult": "interpreters",
    "PreparedRun": "running",
    "PreparedWheels": "installer",
    "PublishResult": "publishing",
    "PublishedFile": "publishing",
    "RequirementChange": "editing",
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
    "TreeResult": "locked_tree",
    "UpgradeResult": "editing",
    "VersionResult": "editing",
    "Vulnerability": "auditing",
    "WantedPython": "wanted_pythons",
    "WheelsResult": "gathering",
    "add": "editing",
    "audit": "auditing",
    "build": "publishing",
    "compile": "compiling",
    "download": "downloading",
    "download_requirements": "gathering",
    "export": "exporting",
    "find_python": "interpreters",
    "init": "editing",
    "init_script": "editing",
    "inspect": "inspecting",
    "install": "installing",
    "install_pythons": "interpreters",
    "installation_report": "inspecting",
    "installed_in": "installed_graph",
    "lock": "locking",
    "make_wheels": "gathering",
    "migrate": "migrating",
    "outdated": "newer_versions",
    "outdated_locked": "locked_tree",
    "pin_python": "interpreters",
    "pinned_python": "interpreters",
    "prepare_run": "running",
    "project_version": "editing",
    "publish": "publishing",
    "read_requirements": "requirement_files",
    "remove": "editing",
    "run": "running",
    "sync": "syncing",
    "tree": "locked_tree",
    "uninstall": "installing",
    "unpin_python": "interpreters",
    "upgrade": "editing",
    "upgrade_pythons": "interpreters",
    "wanted_python": "wanted_pythons",
}

__all__ = [
    "AddOptions",
    "AdvisorySource",
    "AuditResult",
    "BuildResult",
    "Builder",
    "BuiltDistributions",
    "CompileResult",
    "CompileStyle",
    "DownloadResult",
    "EditResult",
    "ExportResult",
    "FoundPython",
    "InitResult",
    "InstalledDetails",
    "InstalledGraph",
    "Installer",
    "LockResult",
    "LockedNode",
    "MigratedVersion",
    "MigrationItem",
    "MigrationResult",
    "NewerVersion",
    "Outdated",
    "PinResult",
    "PreparedRun",
    "PreparedWheels",
    "PublishResult",
    "PublishedFile",
    "RequirementChange",
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
    "TreeResult",
    "UpgradeResult",
    "VersionResult",
    "Vulnerability",
    "WantedPython",
    "WheelsResult",
    "add",
    "audit",
    "build",
    "compile",
    "download",
    "download_requirements",
    "export",
    "find_python",
    "init",
    "init_script",
    "inspect",
    "install",
    "install_pythons",
    "installation_report",
    "installed_in",
    "lock",
    "make_wheels",
    "migrate",
    "outdated",
    "outdated_locked",
    "pin_python",
    "pinned_python",
    "prepare_run",
    "project_version",
    "publish",
    "read_requirements",
    "remove",
    "run",
    "sync",
    "tree",
    "uninstall",
    "unpin_python",
    "upgrade",
    "upgrade_pythons",
    "wanted_python",
]


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    value = getattr(import_module(f".{module}", __name__), name)
    globals()[name] = value
    return value
