"""The values of packaging: requirements, files, metadata, targets and resolved distributions; immutable, no I/O."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .files import (
        DistributionFile,
        FileRow,
        ProjectFiles,
        SdistFile,
        WheelFile,
        WheelName,
        expand_tags,
        file_from_row,
        parse_time,
        row_from_file,
        specifier_or_none,
        split_wheel_name,
    )
    from .hashes import ALGORITHMS, Hash, hash_texts, strongest
    from .listing import Listing
    from .metadata import CoreMetadata, DependencyRow, MetadataRows
    from .names import ExtraName, GroupName, ProjectName, extra_name, group_name, is_valid_name, project_name
    from .platforms import platform_names
    from .requirements import Requirement, RequirementLike, is_archive_name, source_from_url
    from .resolved import (
        ConflictItem,
        DeclaredRequirement,
        InstallSet,
        LocalMetadata,
        PinnedDistribution,
        ResolvedDependency,
        ResolvedDistribution,
    )
    from .selection import Selection, Upgrade
    from .sources import ArchiveSource, DirectorySource, GitSource, IndexSource, Source
    from .target import MarkerEnvironment, Target, Universal
    from .urls import is_url, origin, redacted, with_path, without_credentials, without_fragment

# Settings name a few of these; what describes files and machines is loaded with its first use.
_MODULES = {
    "ALGORITHMS": "hashes",
    "ArchiveSource": "sources",
    "ConflictItem": "resolved",
    "CoreMetadata": "metadata",
    "DeclaredRequirement": "resolved",
    "DependencyRow": "metadata",
    "DirectorySource": "sources",
    "DistributionFile": "files",
    "ExtraName": "names",
    "FileRow": "files",
    "GitSource": "sources",
    "GroupName": "names",
    "Hash": "hashes",
    "IndexSource": "sources",
    "InstallSet": "resolved",
    "Listing": "listing",
    "LocalMetadata": "resolved",
    "MarkerEnvironment": "target",
    "MetadataRows": "metadata",
    "PinnedDistribution": "resolved",
    "ProjectFiles": "files",
    "ProjectName": "names",
    "Requirement": "requirements",
    "RequirementLike": "requirements",
    "ResolvedDependency": "resolved",
    "ResolvedDistribution": "resolved",
    "SdistFile": "files",
    "Selection": "selection",
    "Source": "sources",
    "Target": "target",
    "Universal": "target",
    "Upgrade": "selection",
    "WheelFile": "files",
    "WheelName": "files",
    "expand_tags": "files",
    "extra_name": "names",
    "file_from_row": "files",
    "group_name": "names",
    "hash_texts": "hashes",
    "is_archive_name": "requirements",
    "is_url": "urls",
    "is_valid_name": "names",
    "origin": "urls",
    "parse_time": "files",
    "platform_names": "platforms",
    "project_name": "names",
    "redacted": "urls",
    "row_from_file": "files",
    "source_from_url": "requirements",
    "specifier_or_none": "files",
    "split_wheel_name": "files",
    "strongest": "hashes",
    "with_path": "urls",
    "without_credentials": "urls",
    "without_fragment": "urls",
}

__all__ = [
    "ALGORITHMS",
    "ArchiveSource",
    "ConflictItem",
    "CoreMetadata",
    "DeclaredRequirement",
    "DependencyRow",
    "DirectorySource",
    "DistributionFile",
    "ExtraName",
    "FileRow",
    "GitSource",
    "GroupName",
    "Hash",
    "IndexSource",
    "InstallSet",
    "Listing",
    "LocalMetadata",
    "MarkerEnvironment",
    "MetadataRows",
    "PinnedDistribution",
    "ProjectFiles",
    "ProjectName",
    "Requirement",
    "RequirementLike",
    "ResolvedDependency",
    "ResolvedDistribution",
    "SdistFile",
    "Selection",
    "Source",
    "Target",
    "Universal",
    "Upgrade",
    "WheelFile",
    "WheelName",
    "expand_tags",
    "extra_name",
    "file_from_row",
    "group_name",
    "hash_texts",
    "is_archive_name",
    "is_url",
    "is_valid_name",
    "origin",
    "parse_time",
    "platform_names",
    "project_name",
    "redacted",
    "row_from_file",
    "source_from_url",
    "specifier_or_none",
    "split_wheel_name",
    "strongest",
    "with_path",
    "without_credentials",
    "without_fragment",
]


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    value: object = getattr(import_module(f".{module}", __name__), name)
    globals()[name] = value
    return value
