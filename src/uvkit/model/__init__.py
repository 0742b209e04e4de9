"""The values of packaging: requirements, files, metadata, targets and resolved distributions; immutable, no I/O."""

from __future__ import annotations

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
