"""Every exception uvkit raises on purpose: fields say what happened, ``__str__`` makes the sentence.

One root, families by what the caller can do about it, and leaves with fields. A leaf's ``code`` is a stable slug for
machines and documentation anchors; ``hints`` says what to do. Errors pickle through their fields, so they cross process
borders (Dask, Ray, multiprocessing) whole. Credentials are removed from URLs before they reach a field.
"""

from __future__ import annotations

from .access import (
    AuthenticationError,
    HttpStatusError,
    IndexAccessError,
    InvalidResponseError,
    NetworkError,
    NoSuchProjectError,
    OfflineError,
)
from .base import UvkitError
from .building import BackendError, BuildCycleError, BuildError, BuildNotAllowedError, GitError, SourceError
from .configuration import (
    ConfigurationError,
    InvalidOptionError,
    InvalidRequirementError,
    InvalidTableError,
    ProjectNotFoundError,
    SelectionError,
)
from .installing import (
    EnvironmentOutdatedError,
    ExternallyManagedError,
    FileConflictError,
    InstallError,
    InvalidEnvironmentError,
    NoCompatibleFileError,
    PrepareError,
    TransactionError,
    UnsupportedEnvironmentError,
)
from .integrity import (
    HashMismatchError,
    IntegrityError,
    InvalidMetadataError,
    MetadataError,
    MetadataMismatchError,
    MissingHashError,
    UnsafeArchiveError,
)
from .interpreters import BrokenInterpreterError, IncompatiblePythonError, PythonError, PythonNotFoundError
from .lockfiles import (
    InvalidLockfileError,
    LockfileError,
    LockfileMissingError,
    LockfileOutdatedError,
    UnsupportedLockfileError,
)
from .resolving import Cause, ResolutionError, ResolutionImpossibleError, ResolutionLimitError
from .storage import CacheError, CancelledError, CommandFailedError, CorruptCacheError, StorageError

__all__ = [
    "AuthenticationError",
    "BackendError",
    "BrokenInterpreterError",
    "BuildCycleError",
    "BuildError",
    "BuildNotAllowedError",
    "CacheError",
    "CancelledError",
    "Cause",
    "CommandFailedError",
    "ConfigurationError",
    "CorruptCacheError",
    "EnvironmentOutdatedError",
    "ExternallyManagedError",
    "FileConflictError",
    "GitError",
    "HashMismatchError",
    "HttpStatusError",
    "IncompatiblePythonError",
    "IndexAccessError",
    "InstallError",
    "IntegrityError",
    "InvalidEnvironmentError",
    "InvalidLockfileError",
    "InvalidMetadataError",
    "InvalidOptionError",
    "InvalidRequirementError",
    "InvalidResponseError",
    "InvalidTableError",
    "LockfileError",
    "LockfileMissingError",
    "LockfileOutdatedError",
    "MetadataError",
    "MetadataMismatchError",
    "MissingHashError",
    "NetworkError",
    "NoCompatibleFileError",
    "NoSuchProjectError",
    "OfflineError",
    "PrepareError",
    "ProjectNotFoundError",
    "PythonError",
    "PythonNotFoundError",
    "ResolutionError",
    "ResolutionImpossibleError",
    "ResolutionLimitError",
    "SelectionError",
    "SourceError",
    "StorageError",
    "TransactionError",
    "UnsafeArchiveError",
    "UnsupportedEnvironmentError",
    "UnsupportedLockfileError",
    "UvkitError",
]
