"""The WHEEL file of a wheel, and the two fields of METADATA that must agree with its name (PEP 427, 491)."""

from __future__ import annotations

from dataclasses import dataclass

from uvkit.errors import InvalidMetadataError

_SUPPORTED_MAJOR = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelInfo:
    """What a wheel says of its own format."""

    version: tuple[int, ...]
    purelib: bool
    tags: tuple[str, ...] = ()
    generator: str | None = None


def parse_wheel_info(text: str, *, filename: str) -> WheelInfo:
    """Return the content of a WHEEL file.

    Raises:
        InvalidMetadataError: a field is missing or wrong, or the major version is one that this release must not
            install.
    """
    fields = header_fields(text)
    problems = []
    written = fields.get("wheel-version", [""])[0]
    version = tuple(int(part) for part in written.split(".") if part.isdigit())
    if not version:
        problems.append("WHEEL has no `Wheel-Version`")
    elif version[0] > _SUPPORTED_MAJOR:
        problems.append(f"its wheel version {written} is newer than {_SUPPORTED_MAJOR}.x, which this release installs")
    purelib = fields.get("root-is-purelib", [""])[0].lower()
    if purelib not in {"true", "false"}:
        problems.append("WHEEL has no `Root-Is-Purelib` that is `true` or `false`")
    if problems:
        raise InvalidMetadataError(filename=filename, problems=tuple(problems))
    return WheelInfo(
        version=version,
        purelib=purelib == "true",
        tags=tuple(fields.get("tag", ())),
        generator=fields.get("generator", [None])[0],
    )


def header_fields(text: str) -> dict[str, list[str]]:
    """Return the header fields of an email-like file by lower-case name, up to the first empty line.

    Continuation lines are dropped: no field that uvkit needs from here has any.
    """
    fields: dict[str, list[str]] = {}
    for line in text.splitlines():
        if not line:
            break
        name, colon, value = line.partition(":")
        if colon and not line[0].isspace():
            fields.setdefault(name.strip().lower(), []).append(value.strip())
    return fields
