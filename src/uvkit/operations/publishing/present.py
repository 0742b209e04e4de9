"""Which of some distributions an index has already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uvkit.errors import DifferentFileError
from uvkit.model import Hash

if TYPE_CHECKING:
    from uvkit.index import Index
    from uvkit.model import DistributionFile, ProjectName
    from uvkit.operations.session import Session
    from uvkit.settings import IndexConfig

    from .uploads import Upload


class PublishedFiles:
    """Looks up files on an index; without one nothing is there."""

    def __init__(self, index: Index | None) -> None:
        self._index = index
        self._known: dict[ProjectName, dict[str, DistributionFile]] = {}

    @classmethod
    def on(cls, url: str | None, config: IndexConfig | None, owner: Session) -> PublishedFiles:
        """Return what looks at an address, asked anew each time: what a cache remembers may be too old."""
        if url is None:
            return cls(None)
        from uvkit.index import Index
        from uvkit.net import Credentials

        credentials = None
        if config is not None and config.username:
            credentials = Credentials(config.username, config.password or "")
        return cls(Index(url, http=owner.http, credentials=credentials, explicit=True))

    def has(self, upload: Upload, *, anew: bool = False) -> bool:
        """Tell whether the index has the file.

        Raises:
            DifferentFileError: it has one of the same name and other content.
            IndexAccessError: it cannot be asked.
        """
        if self._index is None:
            return False
        if anew or upload.project not in self._known:
            files = self._index.files(upload.project).files
            self._known[upload.project] = {one.filename: one for one in files}
        there = self._known[upload.project].get(upload.filename)
        if there is None:
            return False
        hashes = there.hashes or (self._fetched(there),)
        local = Hash(hashes[0].algorithm, upload.digest(hashes[0].algorithm))
        if local in hashes:
            return True
        raise DifferentFileError(
            filename=upload.filename, url=self._index.url, published=tuple(map(str, hashes)), local=str(local)
        )

    def _fetched(self, file: DistributionFile) -> Hash:
        """Return the digest of a file whose index announces none."""
        from hashlib import sha256

        assert self._index is not None
        found = sha256()
        with self._index.open(file) as pieces:
            for piece in pieces:
                found.update(piece)
        return Hash("sha256", found.hexdigest())
