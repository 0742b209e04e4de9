"""Bring a document into the form in which it would be written, so that two locks that say the same become equal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from uvkit.formats import (
    LockDependency,
    LockDocument,
    LockManifest,
    LockMetadata,
    LockOptions,
    LockPackage,
    LockRequirement,
    LockStaticMetadata,
    moment_text,
)
from uvkit.markers import MarkerSet, PythonBounds, RequiresPython
from uvkit.model import Requirement, parse_time

from .edges import Edge, EdgeWriter, Identity, identity_key
from .head import default_groups, group_specifiers, sorted_conflicts, sorted_exclusions, sorted_overrides
from .requirement_rows import canonical_marker, requirement_text, sorted_rows, specifier_text
from .targets import Targets


def normalized(document: LockDocument) -> LockDocument:
    """Return the document with canonical texts and in the order of a lock.

    Raises:
        ValueError: a marker, specifier or requirement does not parse.
    """
    requires_python = RequiresPython.parse(document.requires_python)
    bounds = requires_python.bounds
    return LockDocument(
        requires_python=str(requires_python),
        revision=document.revision,
        resolution_markers=_markers(document.resolution_markers, bounds),
        supported_markers=_markers(document.supported_markers, bounds),
        required_markers=_markers(document.required_markers, bounds),
        conflicts=sorted_conflicts(document.conflicts),
        options=normalized_options(document.options),
        manifest=normalized_manifest(document.manifest),
        packages=_packages(document, bounds),
    )


def _markers(texts: Iterable[str], bounds: PythonBounds) -> tuple[str, ...]:
    return tuple(str(MarkerSet.parse(text).simplify_python(bounds)) for text in texts)


def normalized_options(options: LockOptions) -> LockOptions:
    """Return options without values that are the defaults."""
    cut_off = options.exclude_newer
    if cut_off is not None and not cut_off.span:
        cut_off = cut_off._replace(timestamp=_moment(cut_off.timestamp))
    return LockOptions(
        resolution_mode=options.resolution_mode.removeprefix("highest"),
        prerelease_mode="" if options.prerelease_mode.startswith("if-necessary") else options.prerelease_mode,
        fork_strategy=options.fork_strategy.removeprefix("requires-python"),
        minimum_libc=dict(sorted(options.minimum_libc.items())),
        exclude_newer=cut_off,
        prerelease_package=dict(sorted(options.prerelease_package.items())),
        exclude_newer_package={
            name: value._replace(timestamp=_moment(value.timestamp)) if value and not value.span else value
            for name, value in sorted(options.exclude_newer_package.items())
        },
    )


def _moment(text: str) -> str:
    moment = parse_time(text)
    return text if moment is None else moment_text(moment)


def normalized_manifest(manifest: LockManifest) -> LockManifest:
    """Return a manifest in the order of a lock.

    Raises:
        ValueError: a marker, specifier or requirement does not parse.
    """
    return LockManifest(
        members=tuple(sorted(manifest.members)),
        default_groups=default_groups(manifest.default_groups),
        requirements=_rows(manifest.requirements),
        constraints=_rows(manifest.constraints),
        overrides=sorted_overrides(
            one._replace(requirements=tuple(_row(row) for row in one.requirements)) for one in manifest.overrides
        ),
        excludes=sorted_exclusions(manifest.excludes),
        build_constraints=_rows(manifest.build_constraints),
        dependency_groups={name: _rows(rows) for name, rows in sorted(manifest.dependency_groups.items())},
        group_requires_python=group_specifiers(manifest.group_requires_python),
        dependency_metadata=tuple(sorted({_static(one) for one in manifest.dependency_metadata})),
    )


def _static(metadata: LockStaticMetadata) -> LockStaticMetadata:
    return metadata._replace(
        requires_dist=tuple(requirement_text(Requirement.parse(text)) for text in metadata.requires_dist),
        requires_python=specifier_text(metadata.requires_python, ", "),
    )


def _rows(rows: Iterable[LockRequirement]) -> tuple[LockRequirement, ...]:
    return sorted_rows(_row(row) for row in rows)


def _row(row: LockRequirement) -> LockRequirement:
    return row._replace(marker=canonical_marker(row.marker), specifier=specifier_text(row.specifier))


def normalized_metadata(metadata: LockMetadata) -> LockMetadata:
    """Return a metadata table in the order of a lock.

    Raises:
        ValueError: a marker or specifier does not parse.
    """
    return LockMetadata(
        requires_dist=_rows(metadata.requires_dist),
        provides_extras=metadata.provides_extras,
        requires_dev={name: _rows(rows) for name, rows in sorted(metadata.requires_dev.items())},
    )


# -- packages ----------------------------------------------------------------------------------------------------------


def _packages(document: LockDocument, bounds: PythonBounds) -> tuple[LockPackage, ...]:
    packages = sorted(document.packages, key=lambda one: identity_key(Identity(one.name, one.version, one.source)))
    identities = [Identity(package.name, package.version, package.source) for package in packages]
    targets = Targets(packages)
    writer = EdgeWriter(identities, [package.optional_dependencies for package in packages])

    def entries(edges: Iterable[LockDependency]) -> tuple[LockDependency, ...]:
        return writer.entries(
            Edge(targets.position(edge), frozenset(edge.extras), MarkerSet.parse(edge.marker).simplify_python(bounds))
            for edge in edges
        )

    def tables(edges: Mapping[str, tuple[LockDependency, ...]]) -> dict[str, tuple[LockDependency, ...]]:
        return {name: entries(rows) for name, rows in sorted(edges.items()) if rows}

    return tuple(
        replace(
            package,
            default_groups=default_groups(package.default_groups),
            resolution_markers=_markers(package.resolution_markers, bounds)
            if writer.is_ambiguous(package.name)
            else (),
            dependencies=entries(package.dependencies),
            wheels=tuple(sorted(package.wheels, key=lambda row: row.filename)),
            optional_dependencies=tables(package.optional_dependencies),
            dev_dependencies=tables(package.dev_dependencies),
            group_requires_python=group_specifiers(package.group_requires_python),
            metadata=None if package.metadata is None else normalized_metadata(package.metadata),
        )
        for package in packages
    )
