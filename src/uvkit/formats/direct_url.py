"""Where an installed distribution came from: ``direct_url.json`` (PEP 610)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from uvkit.model import ArchiveSource, DirectorySource, GitSource, Hash, Source, without_credentials

# What uv leaves as it is in the path of a file URL; the same text makes both tools accept each other's environments.
_SAFE_IN_PATHS = "/+@~()[]^|&=;,!$*:'"


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectUrl:
    """The content of one ``direct_url.json``.

    ``kind`` says which of the three tables is there: ``archive``, ``directory`` or ``vcs``. ``revision`` is what was
    asked for, ``commit`` what it was; ``path`` is that of an archive inside a repository.
    """

    url: str
    kind: str
    editable: bool = False
    vcs: str | None = None
    commit: str | None = None
    revision: str | None = None
    subdirectory: str | None = None
    hashes: tuple[Hash, ...] = ()
    lfs: bool = False
    path: str | None = None

    @property
    def location(self) -> str:
        """Return the place as a direct reference has it: with the kind of repository, the commit, the folder inside."""
        url = f"{self.vcs or 'git'}+{self.url}@{self.commit}" if self.kind == "vcs" else self.url
        inside = (
            f"{key}={value}" for key, value in (("path", self.path), ("subdirectory", self.subdirectory)) if value
        )
        fragment = "&".join((*inside, *(("lfs=true",) if self.lfs else ())))
        return f"{url}#{fragment}" if fragment else url

    def dumps(self) -> str:
        """Return the compact text that uv writes; hashes are left out as uv does."""
        import json

        table: dict[str, Any] = {"url": self.url}
        if self.kind == "vcs":
            table["vcs_info"] = {"vcs": self.vcs or "git", "commit_id": self.commit}
            if self.revision is not None:
                table["vcs_info"]["requested_revision"] = self.revision
            if self.lfs:
                table["vcs_info"]["git_lfs"] = True
        elif self.kind == "directory":
            table["dir_info"] = {"editable": self.editable}
        else:
            table["archive_info"] = {}
        if self.subdirectory is not None:
            table["subdirectory"] = self.subdirectory
        if self.path is not None:
            table["path"] = self.path
        return json.dumps(table, separators=(",", ":"), ensure_ascii=False)

    def same_place(self, other: DirectUrl) -> bool:
        """Tell whether both lead to the same content: how a URL is written and what was asked for do not matter."""
        return (
            self.kind == other.kind
            and self.editable == other.editable
            and self.commit == other.commit
            and self.lfs == other.lfs
            and self.path == other.path
            and (self.subdirectory or "") == (other.subdirectory or "")
            and canonical_url(self.url) == canonical_url(other.url)
        )

    def source(self) -> Source:
        """Return the source that this describes."""
        if self.kind == "vcs":
            return GitSource(
                repository=self.url,
                reference=self.revision,
                reference_kind="rev" if self.revision else None,
                commit=self.commit,
                subdirectory=self.subdirectory,
                path=self.path,
                lfs=self.lfs,
            )
        path = path_of(self.url)
        if self.kind == "directory":
            return DirectorySource(path=path or Path(self.url), editable=self.editable)
        if path is not None:
            return ArchiveSource(path=path, hashes=self.hashes, subdirectory=self.subdirectory)
        return ArchiveSource(url=self.url, hashes=self.hashes, subdirectory=self.subdirectory)


def parse_direct_url(text: str | bytes) -> DirectUrl | None:
    """Return the content of a ``direct_url.json``, or none if it is not one (PEP 610).

    What is not understood must not stop an installation: it reads as "from elsewhere" and is replaced.
    """
    import json

    try:
        table = json.loads(text)
    except ValueError:
        return None
    if not isinstance(table, dict) or not isinstance(table.get("url"), str):
        return None
    url, subdirectory = table["url"], _text(table.get("subdirectory"))
    match table:
        case {"vcs_info": {"vcs": str(vcs), "commit_id": str(commit), **rest}}:
            return DirectUrl(
                url=url,
                kind="vcs",
                vcs=vcs,
                commit=commit,
                revision=_text(rest.get("requested_revision")),
                subdirectory=subdirectory,
                path=_text(table.get("path")),
                lfs=rest.get("git_lfs") is True,
            )
        case {"dir_info": dict(info)}:
            return DirectUrl(
                url=url, kind="directory", editable=info.get("editable") is True, subdirectory=subdirectory
            )
        case {"archive_info": dict(info)}:
            return DirectUrl(url=url, kind="archive", subdirectory=subdirectory, hashes=_hashes(info))
    return None


def direct_url_of(source: Source, *, root: PurePath, editable: bool = False) -> DirectUrl | None:
    """Return what to record for a distribution from ``source``, or none if it comes from an index.

    Relative paths are taken from ``root``; credentials are never recorded.
    """
    match source:
        case GitSource():
            return DirectUrl(
                url=without_credentials(source.repository),
                kind="vcs",
                vcs="git",
                commit=source.commit,
                revision=source.reference,
                subdirectory=source.subdirectory,
                path=source.path,
                lfs=source.lfs,
            )
        case DirectorySource():
            return DirectUrl(url=file_url(root / source.path), kind="directory", editable=editable or source.editable)
        case ArchiveSource(url=str(url)):
            return DirectUrl(
                url=without_credentials(url), kind="archive", subdirectory=source.subdirectory, hashes=source.hashes
            )
        case ArchiveSource(path=path) if path is not None:
            return DirectUrl(
                url=file_url(root / path), kind="archive", subdirectory=source.subdirectory, hashes=source.hashes
            )
    return None


def file_url(path: PurePath) -> str:
    """Return the URL of an absolute path, ``.`` and ``..`` folded without looking at the disk."""
    parts: list[str] = []
    for part in path.as_posix().split("/"):
        if part == ".." and parts:
            parts.pop()
        elif part not in ("", ".", ".."):
            parts.append(part)
    text = "/".join(parts)
    return f"file:///{quote(text, safe=_SAFE_IN_PATHS)}"


def path_of(url: str) -> Path | None:
    """Return the path a ``file`` URL names, or none for another URL."""
    if not url.startswith("file:"):
        return None
    path = unquote(urlsplit(url).path)
    # `file:///C:/folder` has a slash before the drive that is no part of the path.
    return Path(path[1:] if path[2:3] == ":" else path)


def canonical_url(url: str) -> str:
    """Return the URL in the form that equal places share: no credentials, no closing slash or ``.git``, unescaped."""
    scheme, separator, rest = without_credentials(url.partition("#")[0]).partition("://")
    host, slash, path = rest.partition("/")
    path = unquote(path).rstrip("/").removesuffix(".git")
    return f"{scheme.lower().removeprefix('git+')}{separator}{host.lower()}{slash}{path}"


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _hashes(info: dict[str, Any]) -> tuple[Hash, ...]:
    found = info.get("hashes")
    texts = [f"{k}:{v}" for k, v in found.items()] if isinstance(found, dict) else []
    if not texts and isinstance(info.get("hash"), str):
        texts = [info["hash"].replace("=", ":", 1)]
    hashes = []
    for text in texts:
        try:
            hashes.append(Hash.parse(text))
        except ValueError:
            # An algorithm nobody knows proves nothing; the URL still does.
            continue
    return tuple(hashes)
