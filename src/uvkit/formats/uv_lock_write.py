"""Write a lock in uv's layout, byte for byte (revision 5, as uv 0.13.9 prints it).

The document is written in the order in which it is; whoever makes it sorts it. Bulk lines are single f-strings: a lock
of two hundred packages has five thousand lines of files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal

from uvkit.model import ConflictItem, FileRow, IndexSource, Source, is_url

from .uv_lock_document import (
    DefaultGroups,
    LockCutOff,
    LockDependency,
    LockDocument,
    LockExclusion,
    LockManifest,
    LockMetadata,
    LockOptions,
    LockOverride,
    LockPackage,
    LockRequirement,
    LockScope,
    LockStaticMetadata,
)
from .uv_lock_sources import is_local_file, source_entry

# What uv writes beside a relative cut-off, for readers that know only timestamps.
_NO_MOMENT = "0001-01-01T00:00:00Z"
_NO_MOMENT_COMMENT = (
    "# This has no effect and is included for backwards compatibility when using relative exclude-newer values."
)


def write_uv_lock(document: LockDocument) -> str:
    """Return the text of a lock."""
    out = ["version = 1\n"]
    if document.revision:
        out.append(f"revision = {document.revision}\n")
    out.append(f"requires-python = {_text(document.requires_python)}\n")
    for key, markers in (
        ("resolution-markers", document.resolution_markers),
        ("supported-markers", document.supported_markers),
        ("required-markers", document.required_markers),
    ):
        if markers:
            # One that holds everywhere leaves no text, but the array stays.
            out.append(f"{key} = {_lines(_text(marker) for marker in markers if marker)}\n")
    if document.conflicts:
        sets = ["".join([f"    {_conflict_item(item)},\n" for item in items]) for items in document.conflicts]
        out.append("conflicts = [[\n" + "], [\n".join(sets) + "]]\n")
    _options(out, document.options)
    _manifest(out, document.manifest)
    sources: dict[Source, str] = {}
    for package in document.packages:
        _package(out, package, sources)
    return "".join(out)


# -- options and manifest ----------------------------------------------------------------------------------------------


def _options(out: list[str], options: LockOptions) -> None:
    lines = [
        f"{key} = {_text(value)}\n"
        for key, value in (
            ("resolution-mode", options.resolution_mode),
            ("prerelease-mode", options.prerelease_mode),
            ("fork-strategy", options.fork_strategy),
        )
        if value
    ]
    if options.minimum_libc:
        lines.append(f"minimum-libc-version = {_table(options.minimum_libc)}\n")
    if options.exclude_newer is not None:
        timestamp, span = options.exclude_newer
        if span:
            lines.append(f'exclude-newer = "{_NO_MOMENT}" {_NO_MOMENT_COMMENT}\nexclude-newer-span = {_text(span)}\n')
        else:
            lines.append(f"exclude-newer = {_text(timestamp)}\n")
    if not (lines or options.prerelease_package or options.exclude_newer_package):
        return
    out += ["\n[options]\n", *lines]
    if options.prerelease_package:
        out.append("\n[options.prerelease-package]\n")
        out += [f"{_key(name)} = {_text(mode)}\n" for name, mode in options.prerelease_package.items()]
    if options.exclude_newer_package:
        out.append("\n[options.exclude-newer-package]\n")
        out += [f"{_key(name)} = {_cut_off(value)}\n" for name, value in options.exclude_newer_package.items()]


def _cut_off(value: LockCutOff | Literal[False]) -> str:
    if not isinstance(value, LockCutOff):
        return "false"
    if value.span:
        return f'{{ timestamp = "{_NO_MOMENT}", span = {_text(value.span)} }}'
    return _text(value.timestamp)


def _manifest(out: list[str], manifest: LockManifest) -> None:
    lines: list[str] = []
    if manifest.members:
        lines.append(f"members = {_lines(_text(name) for name in manifest.members)}\n")
    _default_groups(lines, manifest.default_groups)
    for key, entries in (
        ("requirements", [_requirement(row) for row in manifest.requirements]),
        ("constraints", [_requirement(row) for row in manifest.constraints]),
        ("overrides", [_override(override) for override in manifest.overrides]),
        ("excludes", [_exclusion(exclusion) for exclusion in manifest.excludes]),
        ("build-constraints", [_requirement(row) for row in manifest.build_constraints]),
    ):
        if entries:
            lines.append(f"{key} = {_counted(entries)}\n")
    if lines:
        out += ["\n[manifest]\n", *lines]
    _groups(out, "manifest.dependency-groups", manifest.dependency_groups)
    _texts(out, "manifest.group-requires-python", manifest.group_requires_python)
    for metadata in manifest.dependency_metadata:
        _static_metadata(out, metadata)


def _static_metadata(out: list[str], metadata: LockStaticMetadata) -> None:
    out.append(f"\n[[manifest.dependency-metadata]]\nname = {_text(metadata.name)}\n")
    if metadata.version:
        out.append(f"version = {_text(metadata.version)}\n")
    if metadata.requires_dist:
        out.append(f"requires-dist = {_array(metadata.requires_dist)}\n")
    if metadata.requires_python:
        out.append(f"requires-python = {_text(metadata.requires_python)}\n")
    if metadata.provides_extras:
        out.append(f"provides-extras = {_array(metadata.provides_extras)}\n")


def _override(override: LockOverride) -> str:
    rows = ", ".join(_requirement(row) for row in override.requirements)
    return f"{{ package = {_scope(override.scope)}, dependencies = [{rows}] }}" if override.scope else rows


def _exclusion(exclusion: LockExclusion) -> str:
    if exclusion.scope is None:
        return _text(exclusion.names[0])
    return f"{{ package = {_scope(exclusion.scope)}, dependencies = {_array(exclusion.names)} }}"


def _scope(scope: LockScope) -> str:
    version = f", version = {_text(scope.version)}" if scope.version else ""
    return f"{{ name = {_text(scope.name)}{version} }}"


# -- packages ----------------------------------------------------------------------------------------------------------


def _package(out: list[str], package: LockPackage, sources: dict[Source, str]) -> None:
    version = "" if package.version is None else f'version = "{package.version}"\n'
    source = package.source
    out.append(f'\n[[package]]\nname = "{package.name}"\n{version}source = {_source(source, sources)}\n')
    _default_groups(out, package.default_groups)
    if package.resolution_markers:
        out.append(f"resolution-markers = {_lines(_text(marker) for marker in package.resolution_markers)}\n")
    if package.dependencies:
        out.append(f"dependencies = {_dependencies(package.dependencies, sources)}\n")
    remote = isinstance(source, IndexSource) and is_url(source.index)
    if package.sdist is not None:
        out.append(f"sdist = {_archive(package.sdist, source, remote=remote)}\n")
    if package.wheels:
        lines = _plain_files(package.wheels) if remote else None
        if lines is None:
            line = _local_file_row if is_local_file(source) else _file_row
            lines = "".join([f"    {line(row)},\n" for row in package.wheels])
        out.append(f"wheels = [\n{lines}]\n")
    for name, tables in (
        ("optional-dependencies", package.optional_dependencies),
        ("dev-dependencies", package.dev_dependencies),
    ):
        if tables:
            out.append(f"\n[package.{name}]\n")
            out += [f"{_key(key)} = {_dependencies(edges, sources)}\n" for key, edges in tables.items()]
    _texts(out, "package.group-requires-python", package.group_requires_python)
    if package.metadata is not None and not package.metadata.is_empty():
        _metadata(out, package.metadata)


def _metadata(out: list[str], metadata: LockMetadata) -> None:
    out.append("\n[package.metadata]\n")
    if metadata.requires_dist:
        out.append(f"requires-dist = {_counted([_requirement(row) for row in metadata.requires_dist])}\n")
    if metadata.provides_extras:
        out.append(f"provides-extras = {_array(metadata.provides_extras)}\n")
    _groups(out, "package.metadata.requires-dev", metadata.requires_dev)


def _dependencies(edges: Iterable[LockDependency], sources: dict[Source, str]) -> str:
    lines = ["[\n"]
    for name, version, source, extras, marker in edges:
        line = f'    {{ name = "{name}"'
        if version is not None:
            line += f', version = "{version}"'
        if source is not None:
            line += f", source = {_source(source, sources)}"
        if extras:
            line += f", extra = {_array(extras)}"
        if marker:
            line += f", marker = {_text(marker)}"
        lines.append(f"{line} }},\n")
    lines.append("]")
    return "".join(lines)


def _archive(row: FileRow, source: Source, *, remote: bool) -> str:
    plain = _plain_files((row,)) if remote else None
    if plain is not None:
        return plain.strip(" ,\n")
    return _file_row(row) if isinstance(source, IndexSource) else _direct_row(row)


def _plain_files(rows: Sequence[FileRow]) -> str | None:
    """Return the lines of files that an index describes in full, or none if a row lacks something or needs care.

    One check of all lines together costs less than one for each text.
    """
    lines = []
    for _, url, digest, size, _, uploaded, _, _ in rows:
        if uploaded is None or size is None or digest is None:
            return None
        if len(uploaded) == 27 and uploaded[19] == "." and uploaded[22] != "0" and uploaded[26] == "Z":
            uploaded = f"{uploaded[:23]}Z"  # noqa: PLW2901 - microseconds, as most indexes give them
        elif uploaded[-1] != "Z" or len(uploaded) > 24 or uploaded[-2] == "0":
            uploaded = upload_time(uploaded)  # noqa: PLW2901 - the rare forms
        lines.append(f'    {{ url = "{url}", hash = "{digest}", size = {size}, upload-time = "{uploaded}" }},\n')
    text = "".join(lines)
    harmless = text.count('"') == 6 * len(lines) and "\\" not in text and not _has_control(text, len(lines))
    return text if harmless else None


def _file_row(row: FileRow) -> str:
    key = "url" if is_url(row.url) else "path"
    return f"{{ {key} = {_text(row.url)}{_file_facts(row)}"


def _local_file_row(row: FileRow) -> str:
    return f"{{ filename = {_text(row.filename)}{_file_facts(row)}"


def _direct_row(row: FileRow) -> str:
    facts = _file_facts(row).removeprefix(", ")
    return f"{{ {facts}" if facts != " }" else "{}"


def _file_facts(row: FileRow) -> str:
    text = f", hash = {_text(row.hash)}" if row.hash else ""
    if row.size is not None:
        text += f", size = {row.size}"
    if row.uploaded:
        text += f", upload-time = {_text(upload_time(row.uploaded))}"
    return text + " }"


def upload_time(text: str) -> str:
    """Return a moment as locks hold it: UTC, cut to milliseconds, without trailing zeros of the fraction."""
    head, dot, fraction = text.partition(".")
    if text[-1:] == "Z" and (not dot or fraction[:-1].isdigit()):
        fraction = fraction[:-1][:3].rstrip("0")
        return f"{head}.{fraction}Z" if fraction else f"{head.removesuffix('Z')}Z"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment_text(moment.replace(microsecond=moment.microsecond // 1000 * 1000))


def moment_text(moment: datetime) -> str:
    """Return a moment in UTC with no more digits than it needs (RFC 3339)."""
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    fraction = f".{moment.microsecond:06d}".rstrip("0").rstrip(".")
    return f"{moment:%Y-%m-%dT%H:%M:%S}{fraction}Z"


# -- pieces ------------------------------------------------------------------------------------------------------------


def _requirement(row: LockRequirement) -> str:
    parts = [f"name = {_text(row.name)}"]
    if row.extras:
        parts.append(f"extras = {_array(row.extras)}")
    if row.groups:
        parts.append(f"groups = {_array(row.groups)}")
    if row.marker:
        parts.append(f"marker = {_text(row.marker)}")
    if row.kind != "registry":
        parts.append(f"{row.kind} = {_text(row.location)}")
    if row.subdirectory:
        parts.append(f"subdirectory = {_text(row.subdirectory)}")
    if row.specifier:
        parts.append(f"specifier = {_text(row.specifier)}")
    if row.index:
        parts.append(f"index = {_text(row.index)}")
    if row.conflict is not None:
        parts.append(f"conflict = {_conflict_item(row.conflict)}")
    return f"{{ {', '.join(parts)} }}"


def _conflict_item(item: ConflictItem) -> str:
    part = ""
    if item.extra is not None:
        part = f", extra = {_text(item.extra)}"
    elif item.group is not None:
        part = f", group = {_text(item.group)}"
    return f"{{ package = {_text(item.project)}{part} }}"


def _source(source: Source, known: dict[Source, str]) -> str:
    text = known.get(source)
    if text is None:
        kind, value, subdirectory = source_entry(source)
        inside = f", subdirectory = {_text(subdirectory)}" if subdirectory else ""
        text = known[source] = f"{{ {kind} = {_text(value)}{inside} }}"
    return text


def _default_groups(out: list[str], groups: DefaultGroups) -> None:
    if groups is not None:
        out.append(f"default-groups = {_text(groups) if groups == 'all' else _array(groups)}\n")


def _groups(out: list[str], header: str, groups: Mapping[str, Iterable[LockRequirement]]) -> None:
    if groups:
        out.append(f"\n[{header}]\n")
        out += [f"{_key(name)} = {_counted([_requirement(row) for row in rows])}\n" for name, rows in groups.items()]


def _texts(out: list[str], header: str, texts: Mapping[str, str]) -> None:
    if texts:
        out.append(f"\n[{header}]\n")
        out += [f"{_key(name)} = {_text(text)}\n" for name, text in texts.items()]


def _counted(entries: list[str]) -> str:
    """Return an array: on one line with at most one entry, else one line each."""
    return _lines(entries) if len(entries) > 1 else f"[{''.join(entries)}]"


def _lines(entries: Iterable[str]) -> str:
    return "[\n" + "".join([f"    {entry},\n" for entry in entries]) + "]"


def _array(texts: Iterable[str]) -> str:
    return f"[{', '.join([_text(text) for text in texts])}]"


def _table(texts: Mapping[str, str]) -> str:
    return f"{{ {', '.join(f'{_key(key)} = {_text(text)}' for key, text in texts.items())} }}"


def _key(name: str) -> str:
    return name if name.isascii() and name.replace("-", "").replace("_", "").isalnum() else _text(name)


def _text(value: str) -> str:
    if '"' not in value and "\\" not in value and not _has_control(value):
        return f'"{value}"'
    return _quoted(value)


def _quoted(value: str) -> str:
    """Return a string with quotes, backslashes or control characters in the first form that needs no escapes."""
    if not _has_control(value):
        if "'" not in value:
            return f"'{value}'"
        if "\\" not in value and '"""' not in value:
            return f'"""{value}"""'
        if "'''" not in value:
            return f"'''{value}'''"
    return '"' + "".join(_ESCAPES.get(c) or (f"\\u{ord(c):04X}" if _has_control(c) else c) for c in value) + '"'


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f"}


_CONTROLS = bytes(range(32)) + b"\x7f"


def _has_control(value: str, newlines: int = 0) -> bool:
    """Tell whether a text holds characters that TOML wants escaped, beside a number of newlines."""
    if value.isprintable():
        return False
    data = value.encode()
    return len(data) - len(data.translate(None, _CONTROLS)) != newlines or value.count("\n") != newlines
