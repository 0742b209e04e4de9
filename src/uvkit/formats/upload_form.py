"""The fields of an upload to an index: core metadata by the names that the upload protocol has for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from uvkit.errors import InvalidMetadataError

# By the attributes of packaging's raw metadata; what is not here keeps its name.
_NAMES = {
    "license_files": "license_file",
    "platforms": "platform",
    "supported_platforms": "supported_platform",
}


def upload_fields(metadata: bytes, *, filename: str) -> list[tuple[str, str]]:
    """Return core metadata as fields of an upload form, in the order of the file.

    Raises:
        InvalidMetadataError: the metadata has no name or version, or cannot be read.
    """
    from packaging.metadata import parse_email

    try:
        raw, unread = parse_email(metadata)
    except (ValueError, UnicodeDecodeError) as error:
        raise InvalidMetadataError(filename=filename, problems=(str(error),)) from error
    problems = [f"`{name}` is missing" for name in ("metadata_version", "name", "version") if name not in raw]
    problems += [f"`{name}` cannot be read" for name in unread if name.replace("-", "_") in {"name", "version"}]
    if problems:
        raise InvalidMetadataError(filename=filename, problems=tuple(problems))
    return [(_NAMES.get(name, name), text) for name, value in raw.items() for text in _texts(name, value)]


def _texts(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif name == "keywords":
        yield ",".join(value)
    elif isinstance(value, dict):
        yield from (f"{label}, {url}" for label, url in value.items())
    else:
        yield from map(str, value)
