"""The digests that a compiled file names for each pin."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from uvkit.model import ArchiveSource, FileRow, GitSource, IndexSource, ResolvedDistribution, is_url

from .known_pins import KnownPin
from .seen_metadata import Seen

if TYPE_CHECKING:
    from uvkit.net import HttpResponse

    from .session import Session

_CHUNK = 1 << 17


class CompiledHashes:
    """Digests of every file of a version, whatever machine it is for; what a file had before is kept.

    A file whose index names no digest is downloaded to work it out. Source trees and repositories have none, but
    for an archive inside a repository.
    """

    def __init__(self, known: Iterable[KnownPin], seen: Seen, session: Session) -> None:
        self._known = {(one.project, one.version): one.hashes for one in known if one.hashes}
        self._seen = seen
        self._session = session

    def __call__(self, one: ResolvedDistribution) -> Sequence[str]:
        """Return the digests of a distribution as `algorithm:hex`, sorted."""
        match one.source:
            case IndexSource(index=index) if one.version is not None:
                known = self._known.get((one.project, one.version))
                if known:
                    return sorted(known)
                rows = self._seen.files(one.project, one.version, index=index) or one.rows
                return sorted({self._digest(row) for row in rows if not _is_legacy(row.filename)})
            case ArchiveSource(hashes=hashes) | GitSource(hashes=hashes):
                return sorted(map(str, hashes))
            case _:
                return ()

    def _digest(self, row: FileRow) -> str:
        return row.hash or f"sha256:{self._computed(row.url)}"

    def _computed(self, place: str) -> str:
        digest = sha256()
        if not is_url(place):
            digest.update(Path(place).read_bytes())
            return digest.hexdigest()

        def consume(response: HttpResponse) -> None:
            for piece in response.chunks(_CHUNK):
                digest.update(piece)

        self._session.http.fetch(place, consume, accept_statuses=frozenset())
        return digest.hexdigest()


def _is_legacy(filename: str) -> bool:
    """Tell whether a file is of a kind that no tool installs any more."""
    return not filename.endswith((".whl", ".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz", ".tar", ".tbz", ".tar.zst"))
