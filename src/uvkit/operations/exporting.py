"""The verb that writes a project's lock in another format."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from uvkit.errors import InvalidOptionError, UnrepresentableLockError
from uvkit.events import CancelToken, EventSink, Notice
from uvkit.formats import is_pylock_name
from uvkit.lockfile import ExportFormat, ExportOptions, Lockfile
from uvkit.model import Selection, Target, Upgrade
from uvkit.project import Project, Script

from .locking import lock_project, read_lock
from .results import LockResult
from .session import borrowed
from .syncing import Locking, of_member, with_defaults
from .work import ProjectLike, Work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from uvkit.settings import Settings

    from .parts import Owner
    from .session import Session

_DEFAULT_SELECTION = Selection()
_DEFAULT_OPTIONS = ExportOptions()
_NO_UPGRADE = Upgrade()
_CHUNK = 1 << 18


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportResult:
    """The text of an export, and the file it was written to if one was named."""

    text: str
    file_format: ExportFormat
    path: Path | None = None
    changed: bool = False
    lock: LockResult | None = None
    elapsed: timedelta = timedelta()
    notices: tuple[Notice, ...] = ()

    def summary(self) -> str:
        """Return one line for people."""
        if self.path is None:
            return f"Exported the lock as {self.file_format}"
        return f"{'Wrote' if self.changed else 'Kept'} `{self.path}`"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for machines."""
        return {
            "format": self.file_format,
            "text": self.text,
            "path": None if self.path is None else str(self.path),
            "changed": self.changed,
            "elapsed_seconds": self.elapsed.total_seconds(),
            "notices": [{"code": n.code, "message": n.message, "hint": n.hint} for n in self.notices],
        }


def export(  # noqa: PLR0913  # a verb: one keyword for each thing a caller may choose
    source: ProjectLike | Script | Lockfile | None = None,
    file_format: ExportFormat | None = None,
    *,
    selection: Selection = _DEFAULT_SELECTION,
    target: Target | None = None,
    options: ExportOptions = _DEFAULT_OPTIONS,
    index_urls: bool = False,
    find_links: bool = False,
    output: str | os.PathLike[str] | None = None,
    locking: Locking = "update",
    upgrade: Upgrade = _NO_UPGRADE,
    python: str | None = None,
    session: Session | None = None,
    events: EventSink | None = None,
    cancel: CancelToken | None = None,
) -> ExportResult:
    """Write what a lock installs in another format, locking the project first where needed.

    ``file_format`` none is ``pylock.toml`` for an ``output`` of such a name, else ``requirements.txt``. The output is
    replaced whole, and only if it changes. ``index_urls`` and ``find_links`` put the configured ones at the top of a
    requirements file, with the credentials in them. Files without a hash in the lock are read or downloaded where the
    format needs one.

    Raises:
        SelectionError: the selection names something unknown, or items that conflict.
        UnrepresentableLockError: the format cannot say what the lock says.
        MissingLibraryError: the library for the format is not installed.
        LockfileOutdatedError, LockfileMissingError: ``locking`` does not allow to make the lock.
        UvkitError: as ``lock`` raises.
    """
    started = perf_counter()
    written = None if output is None else Path(output)
    chosen = format_of(written, file_format)
    folder = options.folder or (None if written is None else written.absolute().parent)
    options = replace(options, folder=folder)
    if isinstance(source, Lockfile):
        with borrowed(session) as owner:
            options = _completed(options, owner, chosen)
            text = source.export(chosen, selection=selection, target=target, options=options)
        return _written(ExportResult(text=text, file_format=chosen, path=written), started)
    with Work.on(source, session=session, python=python) as work:
        if isinstance(work.project, Project):
            selection = of_member(work.project, selection)
        if locking == "frozen":
            locked = read_lock(work)
            selection = with_defaults(work, selection)
        else:
            locked = lock_project(work, upgrade=upgrade, check=locking == "check", events=events, cancel=cancel)
        options = replace(
            options,
            options=(*options.options, *_emitted(work, index_urls=index_urls, find_links=find_links)),
            root=options.root or work.root,
        )
        options = _completed(options, work.session, chosen)
        text = locked.lockfile.export(chosen, selection=selection, target=target, options=options)
        result = ExportResult(text=text, file_format=chosen, path=written, lock=locked, notices=locked.notices)
        return _written(result, started)


def _completed(options: ExportOptions, session: Owner, file_format: ExportFormat) -> ExportOptions:
    """Return the options with what only a session can find out."""
    if file_format == "cyclonedx1.5" and options.public_index is None:
        from uvkit.index import default_index_url

        # The one that everybody assumes, not the one that this machine is set to.
        public = default_index_url({"PIP_CONFIG_FILE": os.devnull}, cache=session.cache)
        return replace(options, public_index=public)
    return replace(options, digest=options.digest or _digests(session))


def format_of(output: Path | None, file_format: ExportFormat | None) -> ExportFormat:
    """Return the format to write, by its name or that of the file.

    Raises:
        InvalidOptionError: the file may not have that name (PEP 751).
    """
    is_pylock = output is not None and is_pylock_name(output.name)
    if file_format == "pylock.toml" and output is not None and not is_pylock:
        reason = f"a lock of this format is called `pylock.toml` or `pylock.<name>.toml`, not `{output.name}`"
        raise InvalidOptionError(problems=(("output", reason),))
    return file_format or ("pylock.toml" if is_pylock else "requirements.txt")


def _written(result: ExportResult, started: float) -> ExportResult:
    changed = False
    if result.path is not None:
        from uvkit.fs import write_atomic

        data = result.text.encode()
        changed = not result.path.is_file() or result.path.read_bytes() != data
        if changed:
            result.path.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(result.path, data)
    return replace(result, changed=changed, elapsed=timedelta(seconds=perf_counter() - started))


def _emitted(work: Work, *, index_urls: bool, find_links: bool) -> Iterator[str]:
    settings: Settings = work.settings
    if index_urls and not settings.no_index:
        default = [one.url for one in settings.indexes if one.default] or [one.url for one in work.indexes.indexes[-1:]]
        yield from (f"--index-url {url}" for url in default)
        for one in settings.indexes:
            if not (one.default or one.explicit):
                yield f"--extra-index-url {one.url}"
    if find_links:
        yield from (f"--find-links {one.url}" for one in settings.find_links)


def _digests(session: Owner) -> Callable[[str], str | None]:
    """Return what gives the hash of a file, by reading it or downloading it."""
    from uvkit.formats import path_of

    def digest(url: str) -> str | None:
        path = path_of(url)
        found = sha256()
        if path is not None:
            try:
                with path.open("rb") as file:
                    while chunk := file.read(_CHUNK):
                        found.update(chunk)
            except OSError as error:
                raise UnrepresentableLockError(
                    file_format="pylock.toml", problems=(f"`{path}` has no hash in the lock and cannot be read",)
                ) from error
        else:
            with session.http.open(url) as response:
                for chunk in response.chunks(_CHUNK):
                    found.update(chunk)
        return f"sha256:{found.hexdigest()}"

    return digest
