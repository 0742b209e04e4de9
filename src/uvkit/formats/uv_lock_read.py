"""Read a `uv.lock` of version 1, whatever its revision and however it is laid out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from uvkit.errors import InvalidLockfileError, UnsupportedLockfileError

from .uv_lock_document import LockDependency, LockDocument, LockPackage
from .uv_lock_scan import SurpriseError, scan_uv_lock
from .uv_lock_tables import TableReader

SUPPORTED_VERSIONS = ("1",)


def read_uv_lock(text: str) -> LockDocument:
    """Return what a lock says.

    Versions are canonical, names normalized; markers, specifiers and default values stay as written. Rows of wheels may
    be decoded later, which cannot fail.

    Raises:
        UnsupportedLockfileError: the format version is not 1.
        InvalidLockfileError: the text is no TOML, or not a lock; every problem is listed.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    try:
        document = scan_uv_lock(text)
    except SurpriseError:
        return parse_uv_lock(text)
    problems = find_problems(document)
    if problems:
        raise InvalidLockfileError(problems=problems)
    return document


def parse_uv_lock(text: str) -> LockDocument:
    """Return the same as ``read_uv_lock`` by way of a TOML parser."""
    import tomllib

    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidLockfileError(problems=(str(error)[:1].lower() + str(error)[1:],)) from error
    _check_version(tables)
    reader = TableReader()
    rows = reader.tables(tables, "package" if "package" in tables else "distribution", "")
    packages = tuple(reader.package(row, number) for number, row in enumerate(rows, 1))
    document = reader.document(tables, packages)
    problems = tuple(reader.problems) or find_problems(document)
    if problems:
        raise InvalidLockfileError(problems=problems)
    return document


def _check_version(tables: dict[str, Any]) -> None:
    version = tables.get("version")
    if version is None:
        raise InvalidLockfileError(problems=("`version` is missing",))
    if type(version) is not int:
        raise InvalidLockfileError(problems=("`version` is not a number",))
    if version != 1:
        raise UnsupportedLockfileError(version=str(version), supported=SUPPORTED_VERSIONS)


def find_problems(document: LockDocument) -> tuple[str, ...]:
    """Return what is wrong between packages: duplicates, and edges that lead to none or to several of them."""
    known: dict[str, list[LockPackage]] = {}
    for package in document.packages:
        known.setdefault(package.name, []).append(package)
    problems = [
        f"package `{name}` is listed twice with the same version and source"
        for name, packages in known.items()
        if len(packages) > 1 and len({(package.version, package.source) for package in packages}) < len(packages)
    ]
    for package in document.packages:
        for edge in _edges(package):
            problem = _edge_problem(edge, known.get(edge.name, ()))
            if problem:
                problems.append(f"package `{package.name}`: {problem}")
    return tuple(dict.fromkeys(problems))


def _edges(package: LockPackage) -> Iterator[LockDependency]:
    yield from package.dependencies
    for tables in (package.optional_dependencies, package.dev_dependencies):
        for edges in tables.values():
            yield from edges


def _edge_problem(edge: LockDependency, packages: list[LockPackage] | tuple[()]) -> str | None:
    if len(packages) == 1 and edge.version is None and edge.source is None:
        return None
    if not packages:
        return f"the dependency `{edge.name}` has no package"
    matching = [
        package
        for package in packages
        if edge.version in {None, package.version} and edge.source in {None, package.source}
    ]
    if not matching:
        return f"no package has the version and source of the dependency `{edge.name}`"
    if len(matching) > 1 and not any(package.version is None for package in matching):
        return f"the dependency `{edge.name}` could be any of {len(matching)} packages"
    return None
