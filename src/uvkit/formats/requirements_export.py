"""Write what a lock exports as a requirements file, in uv's layout."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from uvkit.model import ALGORITHMS, ArchiveSource, DirectorySource, GitSource, IndexSource, ProjectName, Source

from .direct_url import file_url
from .requirements_write import place_text, requirement_block, requirement_text

_RANKS = {name: rank for rank, name in enumerate(ALGORITHMS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedRequirement:
    """One requirement of a file: a distribution, where it is wanted, and by whom.

    ``first`` ones stand before all others: what is editable in the lock, however it is written.
    """

    project: str
    version: str
    source: Source
    marker: str = ""
    hashes: tuple[str, ...] = ()
    via: tuple[str, ...] = ()
    editable: bool = False
    first: bool = False


def write_requirements(
    pins: Iterable[PinnedRequirement], *, header: str = "", options: Sequence[str] = (), annotate: bool = True
) -> str:
    """Return the text of a requirements file: editables first, then local paths, then names.

    ``options`` are lines such as ``--index-url …`` that stand before the requirements, with an empty line after them.
    """
    out = ["".join(f"# {line}\n" for line in header.splitlines())]
    if options:
        out.append("".join(f"{line}\n" for line in options) + "\n")
    for pin in sorted(pins, key=_order):
        hashes = sorted(set(pin.hashes), key=_hash_order)
        out.append(requirement_block(_line(pin), hashes=hashes, comments=_comments(pin) if annotate else ()))
    return "".join(out)


def _comments(pin: PinnedRequirement) -> Iterable[str]:
    names = sorted(set(pin.via))
    return [f"via {names[0]}"] if len(names) == 1 else ["via", *(f"  {name}" for name in names)] if names else []


def _line(pin: PinnedRequirement) -> str:
    path = _path(pin.source)
    if path is not None:
        text = f"-e {_local(path)}" if pin.editable else _local(path)
    else:
        source = None if isinstance(pin.source, IndexSource) else pin.source
        text = requirement_text(ProjectName(pin.project), version=pin.version, source=source, place=_place(pin.source))
    return f"{text} ; {pin.marker}" if pin.marker else text


def _place(source: Source) -> str:
    match source:
        case GitSource():
            return place_text(source)
        case ArchiveSource(url=str(url), subdirectory=subdirectory):
            return f"{url}{_fragment(subdirectory)}"
        case _:
            return ""


def _fragment(subdirectory: str | None) -> str:
    return f"#subdirectory={subdirectory}" if subdirectory else ""


def _local(path: PurePath) -> str:
    if path.is_absolute():
        return file_url(path)
    text = path.as_posix()
    return text if text == "." or text.startswith("../") or text == ".." else f"./{text}"


def _order(pin: PinnedRequirement) -> tuple[object, ...]:
    path = _path(pin.source)
    if path is None:
        return (2, pin.project)
    return (0 if pin.first else 1, [_part_order(part) for part in path.parts])


def _path(source: Source) -> PurePath | None:
    match source:
        case DirectorySource(path=path):
            return path
        case ArchiveSource(url=None, path=path):
            return path
        case _:
            return None


def _part_order(part: str) -> tuple[int, str]:
    # A path from the root stands before one that goes up, and that before one that goes down.
    return (0 if part.endswith(("/", "\\")) else 1 if part == ".." else 2, part)


def _hash_order(text: str) -> tuple[int, str]:
    algorithm, _, digest = text.partition(":")
    return _RANKS.get(algorithm, len(_RANKS)), digest
