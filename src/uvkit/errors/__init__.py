"""Every exception uvkit raises on purpose: fields say what happened, ``__str__`` makes the sentence.

One root, families by what the caller can do about it, and leaves with fields. A leaf's ``code`` is a stable slug for
machines and documentation anchors; ``hints`` says what to do. Errors pickle through their fields, so they cross process
borders (Dask, Ray, multiprocessing) whole. Credentials are removed from URLs before they reach a field.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .access import AuthenticationError as AuthenticationError
    from .access import HttpStatusError as HttpStatusError
    from .access import IndexAccessError as IndexAccessError
    from .access import InvalidAdvisoriesError as InvalidAdvisoriesError
    from .access import InvalidResponseError as InvalidResponseError
    from .access import MissingCredentialsError as MissingCredentialsError
    from .access import NetworkError as NetworkError
    from .access import NoSuchProjectError as NoSuchProjectError
    from .access import OfflineError as OfflineError
    from .base import UvkitError as UvkitError
    from .building import BackendError as BackendError
    from .building import BuildCycleError as BuildCycleError
    from .building import BuildError as BuildError
    from .building import BuildNotAllowedError as BuildNotAllowedError
    from .building import BuildsFailedError as BuildsFailedError
    from .building import GitError as GitError
    from .building import GitReferenceNotFoundError as GitReferenceNotFoundError
    from .building import RuntimeVersionError as RuntimeVersionError
    from .building import SourceError as SourceError
    from .building import SourceNotFoundError as SourceNotFoundError
    from .configuration import ConfigurationError as ConfigurationError
    from .configuration import InvalidOptionError as InvalidOptionError
    from .configuration import InvalidRequirementError as InvalidRequirementError
    from .configuration import InvalidRequirementsFileError as InvalidRequirementsFileError
    from .configuration import InvalidTableError as InvalidTableError
    from .configuration import MissingLibraryError as MissingLibraryError
    from .configuration import NothingToMigrateError as NothingToMigrateError
    from .configuration import ProjectNotFoundError as ProjectNotFoundError
    from .configuration import SelectionError as SelectionError
    from .editing import EditRefusedError as EditRefusedError
    from .editing import RequirementNotFoundError as RequirementNotFoundError
    from .installing import EnvironmentNotFoundError as EnvironmentNotFoundError
    from .installing import EnvironmentOutdatedError as EnvironmentOutdatedError
    from .installing import ExternallyManagedError as ExternallyManagedError
    from .installing import FileConflictError as FileConflictError
    from .installing import InstallError as InstallError
    from .installing import InvalidEnvironmentError as InvalidEnvironmentError
    from .installing import NoCompatibleFileError as NoCompatibleFileError
    from .installing import PrepareError as PrepareError
    from .installing import TransactionError as TransactionError
    from .installing import UnsupportedEnvironmentError as UnsupportedEnvironmentError
    from .integrity import HashMismatchError as HashMismatchError
    from .integrity import IntegrityError as IntegrityError
    from .integrity import InvalidMetadataError as InvalidMetadataError
    from .integrity import MetadataError as MetadataError
    from .integrity import MetadataMismatchError as MetadataMismatchError
    from .integrity import MissingHashError as MissingHashError
    from .integrity import UnsafeArchiveError as UnsafeArchiveError
    from .interpreters import BrokenInterpreterError as BrokenInterpreterError
    from .interpreters import IncompatiblePythonError as IncompatiblePythonError
    from .interpreters import NoPythonDownloadError as NoPythonDownloadError
    from .interpreters import PythonError as PythonError
    from .interpreters import PythonInstallError as PythonInstallError
    from .interpreters import PythonNotFoundError as PythonNotFoundError
    from .lockfiles import InvalidLockfileError as InvalidLockfileError
    from .lockfiles import LockfileError as LockfileError
    from .lockfiles import LockfileMissingError as LockfileMissingError
    from .lockfiles import LockfileOutdatedError as LockfileOutdatedError
    from .lockfiles import UnrepresentableLockError as UnrepresentableLockError
    from .lockfiles import UnsupportedLockfileError as UnsupportedLockfileError
    from .publishing import DifferentFileError as DifferentFileError
    from .publishing import PublishError as PublishError
    from .publishing import TrustedPublishingError as TrustedPublishingError
    from .publishing import UploadRefusedError as UploadRefusedError
    from .resolving import Cause as Cause
    from .resolving import ResolutionError as ResolutionError
    from .resolving import ResolutionImpossibleError as ResolutionImpossibleError
    from .resolving import ResolutionLimitError as ResolutionLimitError
    from .resolving import UnusableVersions as UnusableVersions
    from .storage import CacheError as CacheError
    from .storage import CancelledError as CancelledError
    from .storage import CommandFailedError as CommandFailedError
    from .storage import CommandNotFoundError as CommandNotFoundError
    from .storage import CorruptCacheError as CorruptCacheError
    from .storage import StorageError as StorageError
    from .tools import ExecutableExistsError as ExecutableExistsError
    from .tools import ExecutableNotProvidedError as ExecutableNotProvidedError
    from .tools import InvalidToolRequestError as InvalidToolRequestError
    from .tools import ToolError as ToolError
    from .tools import ToolNotInstalledError as ToolNotInstalledError

# Making a class of each of fifty errors takes longer than finding nothing to do, so each loads when it is named.
_MODULES = {
    "access": (
        "AuthenticationError",
        "HttpStatusError",
        "IndexAccessError",
        "InvalidAdvisoriesError",
        "InvalidResponseError",
        "MissingCredentialsError",
        "NetworkError",
        "NoSuchProjectError",
        "OfflineError",
    ),
    "base": ("UvkitError",),
    "building": (
        "BackendError",
        "BuildCycleError",
        "BuildError",
        "BuildNotAllowedError",
        "BuildsFailedError",
        "GitError",
        "GitReferenceNotFoundError",
        "RuntimeVersionError",
        "SourceError",
        "SourceNotFoundError",
    ),
    "configuration": (
        "ConfigurationError",
        "InvalidOptionError",
        "InvalidRequirementError",
        "InvalidRequirementsFileError",
        "InvalidTableError",
        "MissingLibraryError",
        "NothingToMigrateError",
        "ProjectNotFoundError",
        "SelectionError",
    ),
    "editing": ("EditRefusedError", "RequirementNotFoundError"),
    "installing": (
        "EnvironmentNotFoundError",
        "EnvironmentOutdatedError",
        "ExternallyManagedError",
        "FileConflictError",
        "InstallError",
        "InvalidEnvironmentError",
        "NoCompatibleFileError",
        "PrepareError",
        "TransactionError",
        "UnsupportedEnvironmentError",
    ),
    "integrity": (
        "HashMismatchError",
        "IntegrityError",
        "InvalidMetadataError",
        "MetadataError",
        "MetadataMismatchError",
        "MissingHashError",
        "UnsafeArchiveError",
    ),
    "interpreters": (
        "BrokenInterpreterError",
        "IncompatiblePythonError",
        "NoPythonDownloadError",
        "PythonError",
        "PythonInstallError",
        "PythonNotFoundError",
    ),
    "lockfiles": (
        "InvalidLockfileError",
        "LockfileError",
        "LockfileMissingError",
        "LockfileOutdatedError",
        "UnrepresentableLockError",
        "UnsupportedLockfileError",
    ),
    "publishing": (
        "DifferentFileError",
        "PublishError",
        "TrustedPublishingError",
        "UploadRefusedError",
    ),
    "resolving": (
        "Cause",
        "ResolutionError",
        "ResolutionImpossibleError",
        "ResolutionLimitError",
        "UnusableVersions",
    ),
    "storage": (
        "CacheError",
        "CancelledError",
        "CommandFailedError",
        "CommandNotFoundError",
        "CorruptCacheError",
        "StorageError",
    ),
    "tools": (
        "ExecutableExistsError",
        "ExecutableNotProvidedError",
        "InvalidToolRequestError",
        "ToolError",
        "ToolNotInstalledError",
    ),
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "AuthenticationError",
    "BackendError",
    "BrokenInterpreterError",
    "BuildCycleError",
    "BuildError",
    "BuildNotAllowedError",
    "BuildsFailedError",
    "CacheError",
    "CancelledError",
    "Cause",
    "CommandFailedError",
    "CommandNotFoundError",
    "ConfigurationError",
    "CorruptCacheError",
    "DifferentFileError",
    "EditRefusedError",
    "EnvironmentNotFoundError",
    "EnvironmentOutdatedError",
    "ExecutableExistsError",
    "ExecutableNotProvidedError",
    "ExternallyManagedError",
    "FileConflictError",
    "GitError",
    "GitReferenceNotFoundError",
    "HashMismatchError",
    "HttpStatusError",
    "IncompatiblePythonError",
    "IndexAccessError",
    "InstallError",
    "IntegrityError",
    "InvalidAdvisoriesError",
    "InvalidEnvironmentError",
    "InvalidLockfileError",
    "InvalidMetadataError",
    "InvalidOptionError",
    "InvalidRequirementError",
    "InvalidRequirementsFileError",
    "InvalidResponseError",
    "InvalidTableError",
    "InvalidToolRequestError",
    "LockfileError",
    "LockfileMissingError",
    "LockfileOutdatedError",
    "MetadataError",
    "MetadataMismatchError",
    "MissingCredentialsError",
    "MissingHashError",
    "MissingLibraryError",
    "NetworkError",
    "NoCompatibleFileError",
    "NoPythonDownloadError",
    "NoSuchProjectError",
    "NothingToMigrateError",
    "OfflineError",
    "PrepareError",
    "ProjectNotFoundError",
    "PublishError",
    "PythonError",
    "PythonInstallError",
    "PythonNotFoundError",
    "RequirementNotFoundError",
    "ResolutionError",
    "ResolutionImpossibleError",
    "ResolutionLimitError",
    "RuntimeVersionError",
    "SelectionError",
    "SourceError",
    "StorageError",
    "ToolError",
    "ToolNotInstalledError",
    "TransactionError",
    "TrustedPublishingError",
    "UnrepresentableLockError",
    "UnsafeArchiveError",
    "UnsupportedEnvironmentError",
    "UnsupportedLockfileError",
    "UnusableVersions",
    "UploadRefusedError",
    "UvkitError",
]


def __getattr__(name: str) -> object:
    """Import the error ``name`` when it is first used (PEP 562)."""
    module = _HOMES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f".{module}", __name__), name)
    globals()[name] = value
    return value
