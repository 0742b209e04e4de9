"""Delete folders."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from typing import TYPE_CHECKING, Any

from .atomic import storage_error

if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike
    from typing import TypeAlias

    StrPath: TypeAlias = str | PathLike[str]


def remove_tree(path: StrPath) -> None:
    """Delete a folder with all it holds, or a file or link itself; nothing happens if there is nothing.

    Links are never followed. Read-only folders and files are made writable first.

    Raises:
        StorageError: something could not be deleted; the rest may be gone.
    """
    try:
        if stat.S_ISDIR(os.lstat(path).st_mode) and not _is_junction(path):
            _remove_folder(path)
        else:
            os.unlink(path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise storage_error(error, error.filename or path) from error


def _remove_folder(path: StrPath) -> None:
    if sys.version_info >= (3, 12):
        shutil.rmtree(path, onexc=_retry_writable)
    else:
        shutil.rmtree(path, onerror=lambda function, name, info: _retry_writable(function, name, info[1]))


def _retry_writable(function: Callable[..., Any], path: str, error: BaseException) -> None:
    """Make the entry and its folder writable and try again; called by ``rmtree`` for whatever it cannot delete."""
    if isinstance(error, FileNotFoundError):
        return
    if not isinstance(error, PermissionError):
        raise error
    for name in (os.path.dirname(path), path):
        try:
            os.chmod(name, os.lstat(name).st_mode | stat.S_IRWXU)
        except OSError:
            # Somebody else's; the attempt below reports what matters.
            pass
    if function in {os.unlink, os.remove, os.rmdir}:
        function(path)
    else:
        _remove_folder(path)


def _is_junction(path: StrPath) -> bool:
    return sys.version_info >= (3, 12) and os.path.isjunction(path)
