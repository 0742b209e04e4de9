"""Files that are put back as they were unless everything that follows from a change succeeds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from uvkit.fs import write_atomic


class Files:
    """What some files held before; ``keep`` remembers more of them."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._before: dict[Path, bytes | None] = {}
        for path in paths:
            self.keep(path)

    def keep(self, path: Path) -> None:
        """Remember a file as it is now, or that there is none."""
        if path not in self._before:
            try:
                self._before[path] = path.read_bytes()
            except FileNotFoundError:
                self._before[path] = None

    def write(self, path: Path, text: str) -> bool:
        """Write a file whole; tell whether that changed it.

        Raises:
            StorageError: it cannot be written.
        """
        self.keep(path)
        data = text.encode()
        if self._before[path] == data and path.exists() and path.read_bytes() == data:
            return False
        _write(path, data)
        return True

    def restore(self) -> None:
        """Make all files what they were."""
        for path, data in self._before.items():
            if data is None:
                path.unlink(missing_ok=True)
            elif not path.exists() or path.read_bytes() != data:
                _write(path, data)


def _write(path: Path, data: bytes) -> None:
    write_atomic(path, data, mode=path.stat().st_mode & 0o777 if path.exists() else 0o644)


@contextmanager
def kept(paths: Iterable[Path], *, always: bool = False) -> Iterator[Files]:
    """Provide files that are restored if the block fails or is interrupted, or in any case for a trial."""
    files = Files(paths)
    try:
        yield files
    except BaseException:
        files.restore()
        raise
    if always:
        files.restore()
