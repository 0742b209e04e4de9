"""Project pages in JSON (PEP 691, 700, 714) to rows of files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from uvkit.errors import InvalidResponseError
from uvkit.model import FileRow, redacted, strongest, without_credentials

from .file_names import version_text

JSON_TYPE = "application/vnd.pypi.simple.v1+json"


def parse_json_page(body: bytes, *, url: str, project: str) -> dict[str, list[FileRow]]:
    """Return the files of a project by version as their names spell it; other files are left out.

    Raises:
        InvalidResponseError: it is not a project page, or one of a newer major version of the format.
    """
    rows: dict[str, list[FileRow]] = {}
    for file in page_files(body, url=url):
        version = version_text(file["filename"], project)
        if version is not None:
            rows.setdefault(version, []).append(row_of(file, base=url))
    return rows


def page_files(body: bytes, *, url: str) -> list[dict[str, Any]]:
    """Return the file objects of a page.

    Raises:
        InvalidResponseError: as ``parse_json_page``.
    """
    try:
        page = json.loads(body)
    except ValueError as error:
        raise _invalid(url, "it is not JSON") from error
    check_envelope(page, url=url)
    files = page["files"]
    if not all(isinstance(file, dict) and isinstance(file.get("filename"), str) for file in files):
        raise _invalid(url, "a file has no `filename`")
    return list(files)


def check_envelope(page: object, *, url: str) -> None:
    """Refuse what is not a project page of version 1.

    Raises:
        InvalidResponseError: as ``parse_json_page``.
    """
    if not isinstance(page, dict) or not isinstance(page.get("files"), list):
        raise _invalid(url, "it has no list of `files`")
    meta = page.get("meta")
    version = meta.get("api-version") if isinstance(meta, dict) else None
    # Without a version it is taken for 1.0, as some indexes leave it out.
    if isinstance(version, str) and version.partition(".")[0] not in {"1", ""}:
        raise _invalid(url, f"version {version} of the index format is not supported")


def row_of(file: Mapping[str, Any], *, base: str) -> FileRow:
    """Return the row of a file object.

    Raises:
        InvalidResponseError: it has no name or URL.
    """
    return FileRow._make(values_of(file, base))


def values_of(file: Mapping[str, Any], base: str) -> tuple[Any, ...]:
    """Return the values of a file object in the order of a row; a warm run does this some thousand times.

    Raises:
        InvalidResponseError: it has no name or URL.
    """
    get = file.get
    filename, url, hashes, size = get("filename"), get("url"), get("hashes"), get("size")
    if type(filename) is not str or type(url) is not str:
        raise _invalid(base, "a file has no `filename` or `url`")
    requires_python, uploaded, yanked, metadata = (
        get("requires-python"), get("upload-time"), get("yanked"), get("core-metadata")
    )  # fmt: skip
    if metadata is None:
        metadata = get("dist-info-metadata")
    return (
        filename,
        url if url[:8] == "https://" and "#" not in url and "@" not in url else file_url(url, base=base),
        _digest(hashes) if hashes else None,
        size if type(size) is int else None,
        requires_python if requires_python and type(requires_python) is str else None,
        uploaded if uploaded and type(uploaded) is str else None,
        None if yanked is False or yanked is None else yanked if type(yanked) is str else "",
        (_digest(metadata) or "") if metadata else None,
    )


def _digest(hashes: object) -> str | None:
    """Return the strongest of the hashes that a page gives, or none."""
    if type(hashes) is not dict:
        return None
    digest = hashes.get("sha256")
    if type(digest) is str and len(hashes) == 1:
        return "sha256:" + digest.lower()
    return strongest({name: digest for name, digest in hashes.items() if type(digest) is str})


def file_url(url: str, *, base: str) -> str:
    """Return the absolute URL of a file without fragment and credentials, or the path of a local one."""
    if url[:8] != "https://" and url[:7] != "http://":
        folder, slash, name = url.rpartition("/")
        # The files of a page share few folders, and joining costs more than all else done for a file.
        url = (
            _folder_url(base, folder + slash) + name if slash and name[:1] not in {"", "?", "."} else urljoin(base, url)
        )
    if "#" in url:
        url = url.partition("#")[0]
    if url.startswith("file:"):
        return _local_path(url)
    return without_credentials(url) if "@" in url else url


@lru_cache(maxsize=4096)
def _folder_url(base: str, folder: str) -> str:
    return urljoin(base, folder)


def _local_path(url: str) -> str:
    path = unquote(urlsplit(url).path)
    # On Windows a file URL spells a drive as `/C:/`.
    return path[1:] if len(path) > 2 and path[0] == "/" and path[2] == ":" else path


def _invalid(url: str, reason: str) -> InvalidResponseError:
    return InvalidResponseError(url=redacted(url), content_type=JSON_TYPE, reason=reason)
