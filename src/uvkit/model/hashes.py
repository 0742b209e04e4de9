"""Digests of files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

# From weakest to strongest, the order in which one digest of several is chosen for a lockfile.
ALGORITHMS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "blake2b")
_RANK = {name: rank for rank, name in enumerate(ALGORITHMS)}


@dataclass(frozen=True, slots=True)
class Hash:
    """An algorithm and a lower-case hexadecimal digest."""

    algorithm: str
    digest: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the hash written as ``algorithm:digest`` (or ``algorithm=digest``, as in URL fragments).

        Raises:
            ValueError: the text has another form.
        """
        algorithm, separator, digest = text.partition(":" if ":" in text else "=")
        if not separator or not digest or algorithm.lower() not in _RANK:
            raise ValueError(f"`{text}` is not a hash of the form `sha256:<hex>`")
        return cls(algorithm.lower(), digest.lower())

    def __str__(self) -> str:
        return f"{self.algorithm}:{self.digest}"


def strongest(digests: Mapping[str, str]) -> str | None:
    """Return ``algorithm:digest`` for the strongest known algorithm, or none if there is none."""
    best = max((name for name in digests if name in _RANK), key=_RANK.__getitem__, default=None)
    return None if best is None else f"{best}:{digests[best].lower()}"


def hash_texts(hashes: Iterable[Hash]) -> tuple[str, ...]:
    """Return each hash as ``algorithm:digest``."""
    return tuple(str(value) for value in hashes)
