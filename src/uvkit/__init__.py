"""Python packaging as a library: resolve, lock, sync and manage environments in process.

``uvkit.lock()`` resolves a project and writes ``uv.lock``; ``uvkit.sync()`` makes its environment hold exactly what the
lock says. Both are made of public parts (``Resolver``, ``Index``, ``Cache``, ``Environment``, ``Lockfile``) that
compose without them. Importing this module loads nothing: every name is resolved when it is first used.
"""

from __future__ import annotations

from uvkit.version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from uvkit import aio as aio
    from uvkit import display as display
    from uvkit import errors as errors
    from uvkit import events as events
    from uvkit import settings as settings
    from uvkit import testing as testing
    from uvkit.cache import Cache as Cache
    from uvkit.cache import CacheUsage as CacheUsage
    from uvkit.environment import Environment as Environment
    from uvkit.environment import InstalledDistribution as InstalledDistribution
    from uvkit.environment import InstallOptions as InstallOptions
    from uvkit.environment import InstallPlan as InstallPlan
    from uvkit.environment import Step as Step
    from uvkit.environment import Transaction as Transaction
    from uvkit.events import CancelToken as CancelToken
    from uvkit.events import EventSink as EventSink
    from uvkit.events import Notice as Notice
    from uvkit.index import Index as Index
    from uvkit.index import IndexSet as IndexSet
    from uvkit.index import PackageIndex as PackageIndex
    from uvkit.lockfile import ExportOptions as ExportOptions
    from uvkit.lockfile import Freshness as Freshness
    from uvkit.lockfile import LockDiff as LockDiff
    from uvkit.lockfile import Lockfile as Lockfile
    from uvkit.markers import MarkerSet as MarkerSet
    from uvkit.markers import RequiresPython as RequiresPython
    from uvkit.model import ArchiveSource as ArchiveSource
    from uvkit.model import ConflictItem as ConflictItem
    from uvkit.model import CoreMetadata as CoreMetadata
    from uvkit.model import DirectorySource as DirectorySource
    from uvkit.model import DistributionFile as DistributionFile
    from uvkit.model import ExtraName as ExtraName
    from uvkit.model import FileRow as FileRow
    from uvkit.model import GitSource as GitSource
    from uvkit.model import GroupName as GroupName
    from uvkit.model import Hash as Hash
    from uvkit.model import IndexSource as IndexSource
    from uvkit.model import InstallSet as InstallSet
    from uvkit.model import Listing as Listing
    from uvkit.model import MetadataRows as MetadataRows
    from uvkit.model import PinnedDistribution as PinnedDistribution
    from uvkit.model import ProjectFiles as ProjectFiles
    from uvkit.model import ProjectName as ProjectName
    from uvkit.model import Requirement as Requirement
    from uvkit.model import ResolvedDependency as ResolvedDependency
    from uvkit.model import ResolvedDistribution as ResolvedDistribution
    from uvkit.model import SdistFile as SdistFile
    from uvkit.model import Selection as Selection
    from uvkit.model import Source as Source
    from uvkit.model import Target as Target
    from uvkit.model import Universal as Universal
    from uvkit.model import Upgrade as Upgrade
    from uvkit.model import WheelFile as WheelFile
    from uvkit.model import project_name as project_name
    from uvkit.net import Credentials as Credentials
    from uvkit.net import HttpClient as HttpClient
    from uvkit.net import KeyringProvider as KeyringProvider
    from uvkit.net import NetrcProvider as NetrcProvider
    from uvkit.net import NetworkOptions as NetworkOptions
    from uvkit.operations import AddOptions as AddOptions
    from uvkit.operations import AdvisorySource as AdvisorySource
    from uvkit.operations import AuditResult as AuditResult
    from uvkit.operations import Builder as Builder
    from uvkit.operations import BuildResult as BuildResult
    from uvkit.operations import BuiltDistributions as BuiltDistributions
    from uvkit.operations import CompileResult as CompileResult
    from uvkit.operations import CompileStyle as CompileStyle
    from uvkit.operations import DownloadResult as DownloadResult
    from uvkit.operations import EditResult as EditResult
    from uvkit.operations import ExportResult as ExportResult
    from uvkit.operations import FoundPython as FoundPython
    from uvkit.operations import InitResult as InitResult
    from uvkit.operations import InstalledDetails as InstalledDetails
    from uvkit.operations import InstalledGraph as InstalledGraph
    from uvkit.operations import Installer as Installer
    from uvkit.operations import LockedNode as LockedNode
    from uvkit.operations import LockResult as LockResult
    from uvkit.operations import MigratedVersion as MigratedVersion
    from uvkit.operations import MigrationItem as MigrationItem
    from uvkit.operations import MigrationResult as MigrationResult
    from uvkit.operations import NewerVersion as NewerVersion
    from uvkit.operations import Outdated as Outdated
    from uvkit.operations import PinResult as PinResult
    from uvkit.operations import PreparedRun as PreparedRun
    from uvkit.operations import PreparedWheels as PreparedWheels
    from uvkit.operations import PublishedFile as PublishedFile
    from uvkit.operations import PublishResult as PublishResult
    from uvkit.operations import RequirementChange as RequirementChange
    from uvkit.operations import RequirementEdge as RequirementEdge
    from uvkit.operations import RequirementSet as RequirementSet
    from uvkit.operations import Resolver as Resolver
    from uvkit.operations import Result as Result
    from uvkit.operations import RunResult as RunResult
    from uvkit.operations import Session as Session
    from uvkit.operations import SyncResult as SyncResult
    from uvkit.operations import TargetRequest as TargetRequest
    from uvkit.operations import Tool as Tool
    from uvkit.operations import ToolResult as ToolResult
    from uvkit.operations import Tools as Tools
    from uvkit.operations import TreeNode as TreeNode
    from uvkit.operations import TreeResult as TreeResult
    from uvkit.operations import UpgradeResult as UpgradeResult
    from uvkit.operations import VersionResult as VersionResult
    from uvkit.operations import Vulnerability as Vulnerability
    from uvkit.operations import WantedPython as WantedPython
    from uvkit.operations import WheelsResult as WheelsResult
    from uvkit.operations import add as add
    from uvkit.operations import audit as audit
    from uvkit.operations import build as build
    from uvkit.operations import compile as compile  # noqa: A004  # pip-compile's name
    from uvkit.operations import download as download
    from uvkit.operations import download_requirements as download_requirements
    from uvkit.operations import export as export
    from uvkit.operations import find_python as find_python
    from uvkit.operations import init as init
    from uvkit.operations import init_script as init_script
    from uvkit.operations import inspect as inspect
    from uvkit.operations import install as install
    from uvkit.operations import install_pythons as install_pythons
    from uvkit.operations import installation_report as installation_report
    from uvkit.operations import installed_in as installed_in
    from uvkit.operations import lock as lock
    from uvkit.operations import make_wheels as make_wheels
    from uvkit.operations import migrate as migrate
    from uvkit.operations import outdated as outdated
    from uvkit.operations import outdated_locked as outdated_locked
    from uvkit.operations import pin_python as pin_python
    from uvkit.operations import pinned_python as pinned_python
    from uvkit.operations import prepare_run as prepare_run
    from uvkit.operations import project_version as project_version
    from uvkit.operations import publish as publish
    from uvkit.operations import read_requirements as read_requirements
    from uvkit.operations import remove as remove
    from uvkit.operations import run as run
    from uvkit.operations import sync as sync
    from uvkit.operations import tree as tree
    from uvkit.operations import uninstall as uninstall
    from uvkit.operations import unpin_python as unpin_python
    from uvkit.operations import upgrade as upgrade
    from uvkit.operations import upgrade_pythons as upgrade_pythons
    from uvkit.operations import wanted_python as wanted_python
    from uvkit.project import Project as Project
    from uvkit.project import Script as Script
    from uvkit.python import InstallChoices as InstallChoices
    from uvkit.python import Interpreter as Interpreter
    from uvkit.python import ListChoices as ListChoices
    from uvkit.python import ManagedPython as ManagedPython
    from uvkit.python import PythonChange as PythonChange
    from uvkit.python import PythonChanges as PythonChanges
    from uvkit.python import PythonDownload as PythonDownload
    from uvkit.python import PythonRequest as PythonRequest
    from uvkit.python import PythonRow as PythonRow
    from uvkit.python import Pythons as Pythons
    from uvkit.python import PythonSources as PythonSources
    from uvkit.python import ShellUpdate as ShellUpdate
    from uvkit.python import VersionFile as VersionFile
    from uvkit.python import bin_directory as bin_directory
    from uvkit.python import is_on_path as is_on_path
    from uvkit.python import update_shell as update_shell
    from uvkit.resolver import ChainLink as ChainLink
    from uvkit.resolver import Chains as Chains
    from uvkit.resolver import CutOff as CutOff
    from uvkit.resolver import Division as Division
    from uvkit.resolver import Exclusion as Exclusion
    from uvkit.resolver import Expectation as Expectation
    from uvkit.resolver import ForkTree as ForkTree
    from uvkit.resolver import Member as Member
    from uvkit.resolver import MetadataSource as MetadataSource
    from uvkit.resolver import Override as Override
    from uvkit.resolver import Preference as Preference
    from uvkit.resolver import Resolution as Resolution
    from uvkit.resolver import ResolveRequest as ResolveRequest
    from uvkit.resolver import ResolverOptions as ResolverOptions
    from uvkit.settings import BuildOptions as BuildOptions
    from uvkit.settings import Concurrency as Concurrency
    from uvkit.settings import IndexConfig as IndexConfig
    from uvkit.settings import Settings as Settings


_MODULES = ("aio", "display", "errors", "events", "settings", "testing")
_NAMES = {
    "cache": ("Cache", "CacheUsage"),
    "environment": ("Environment", "InstallOptions", "InstallPlan", "InstalledDistribution", "Step", "Transaction"),
    "events": ("CancelToken", "EventSink", "Notice"),
    "index": ("Index", "IndexSet", "PackageIndex"),
    "lockfile": ("ExportOptions", "Freshness", "LockDiff", "Lockfile"),
    "markers": ("MarkerSet", "RequiresPython"),
    "model": (
        "ArchiveSource", "ConflictItem", "CoreMetadata", "DirectorySource", "DistributionFile", "ExtraName",
        "FileRow", "GitSource", "GroupName", "Hash", "IndexSource", "InstallSet", "Listing", "MetadataRows",
        "PinnedDistribution", "ProjectFiles", "ProjectName", "Requirement", "ResolvedDependency",
        "ResolvedDistribution", "SdistFile", "Selection", "Source", "Target", "Universal", "Upgrade", "WheelFile",
        "project_name",
    ),
    "net": (
        "Credentials", "HttpClient", "KeyringProvider", "NetrcProvider", "NetworkOptions",
    ),
    "operations": (
        "AddOptions", "AdvisorySource", "AuditResult", "BuildResult", "Builder", "BuiltDistributions", "CompileResult",
        "CompileStyle", "DownloadResult", "EditResult", "ExportResult", "FoundPython", "InitResult", "InstalledDetails",
        "InstalledGraph", "Installer", "LockResult", "LockedNode", "MigratedVersion", "MigrationItem",
        "MigrationResult", "NewerVersion", "Outdated", "PinResult", "PreparedRun", "PreparedWheels", "PublishResult",
        "PublishedFile", "RequirementChange", "RequirementEdge", "RequirementSet", "Resolver", "Result", "RunResult",
        "Session", "SyncResult", "TargetRequest", "Tool", "ToolResult", "Tools", "TreeNode", "TreeResult",
        "UpgradeResult", "VersionResult", "Vulnerability", "WantedPython", "WheelsResult",
        "add", "audit", "build", "compile", "download", "download_requirements", "export", "find_python", "init",
        "init_script", "inspect", "install", "install_pythons", "installation_report", "installed_in", "lock",
        "make_wheels", "migrate", "outdated", "outdated_locked", "pin_python", "pinned_python", "prepare_run",
        "project_version", "publish", "read_requirements", "remove", "run", "sync", "tree", "uninstall", "unpin_python",
        "upgrade", "upgrade_pythons", "wanted_python",
    ),
    "project": ("Project", "Script"),
    "python": (
        "InstallChoices", "Interpreter", "ListChoices", "ManagedPython", "PythonChange", "PythonChanges",
        "PythonDownload", "PythonRequest", "PythonRow", "PythonSources", "Pythons", "ShellUpdate", "VersionFile",
        "bin_directory", "is_on_path", "update_shell",
    ),
    "resolver": (
        "ChainLink", "Chains", "CutOff", "Division", "Exclusion", "Expectation", "ForkTree", "Member",
        "MetadataSource", "Override", "Preference", "Resolution", "ResolveRequest", "ResolverOptions",
    ),
    "settings": ("BuildOptions", "Concurrency", "IndexConfig", "Settings"),
}  # fmt: skip
_HOMES = {name: package for package, names in _NAMES.items() for name in names}

__all__ = ["__version__", *_MODULES, *sorted(_HOMES)]  # noqa: PLE0604  # every item is a text


def __getattr__(name: str) -> object:
    """Import the public name ``name`` when it is first used (PEP 562)."""
    home = _HOMES.get(name)
    if home is None and name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    module = import_module(f"uvkit.{home or name}")
    value = getattr(module, name) if home else module
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names, for completion."""
    return list(__all__)
