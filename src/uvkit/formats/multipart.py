"""Forms with a file in them, as browsers send them (RFC 7578)."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import NamedTuple


class MultipartForm(NamedTuple):
    """What comes before and after the bytes of the file, and what the request says the whole is."""

    head: bytes
    tail: bytes
    content_type: str


def multipart_form(
    fields: Iterable[tuple[str, str]],
    *,
    file_field: str,
    filename: str,
    last: Iterable[tuple[str, str]] = (),
    seed: bytes,
) -> MultipartForm:
    """Return a form with some fields, one file, and fields behind the file.

    ``seed`` is something that nobody can foresee from the content, such as a digest of it with random bytes: the line
    between the parts is made of it and must not occur in them.
    """
    boundary = sha256(seed).hexdigest()
    disposition = f'form-data; name="{_quoted(file_field)}"; filename="{_quoted(filename)}"'
    head = [_field(boundary, name, value) for name, value in fields]
    head.append(f"--{boundary}\r\nContent-Disposition: {disposition}\r\nContent-Type: application/octet-stream\r\n\r\n")
    tail = [_field(boundary, name, value) for name, value in last]
    return MultipartForm(
        head="".join(head).encode(),
        tail="".join(["\r\n", *tail, f"--{boundary}--\r\n"]).encode(),
        content_type=f"multipart/form-data; boundary={boundary}",
    )


def _field(boundary: str, name: str, value: str) -> str:
    return f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(name)}"\r\n\r\n{value}\r\n'


def _quoted(text: str) -> str:
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
