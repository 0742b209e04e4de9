"""Reports for machines in pip's formats: what is installed, and what an installation did or would do."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uvkit.formats import direct_url_of
from uvkit.model import IndexSource, Requirement, is_url
from uvkit.version import __version__

if TYPE_CHECKING:
    from uvkit.environment import Environment, InstalledDistribution
    from uvkit.model import PinnedDistribution, RequirementLike

    from .results import SyncResult

# Core metadata fields that may come more than once, as their JSON form has them (PEP 566).
_LISTS = frozenset({
    "classifier", "dynamic", "import_name", "import_namespace", "license_file", "obsoletes", "obsoletes_dist",
    "platform", "project_url", "provides", "provides_dist", "provides_extra", "requires", "requires_dist",
    "requires_external", "supported_platform",
})  # fmt: skip


def inspect(environment: Environment) -> dict[str, Any]:
    """Return what is installed, with its metadata, as `pip inspect` reports it (version 1 of that format)."""
    return {
        "version": "1",
        "pip_version": f"uvkit {__version__}",
        "installed": [_installed(one) for one in environment.installed()],
        "environment": dict(environment.target.markers),
    }


def installation_report(result: SyncResult, requested: Iterable[RequirementLike] = ()) -> dict[str, Any]:
    """Return what an installation installed, or would, as `pip install --report` does (version 1 of that format).

    ``requested`` is what the caller asked for, as requirements or by name. ``metadata`` is whole for what is installed
    now; of a dry run only name and version are known.
    """
    asked: dict[str, set[str]] = {}
    for one in requested:
        requirement = one if isinstance(one, Requirement) else Requirement.parse(one)
        asked.setdefault(requirement.project, set()).update(requirement.extras)
    changed = {step.project for step in result.plan.steps if step.action in {"install", "replace"}}
    present = {one.project: one for one in result.environment.installed()} if result.changed else {}
    return {
        "version": "1",
        "pip_version": f"uvkit {__version__}",
        "install": [
            {**_planned(pin, present.get(pin.project)), **_request(asked.get(pin.project))}
            for pin in result.plan.wanted
            if pin.project in changed
        ],
        "environment": dict(result.environment.target.markers),
    }


def _request(extras: Collection[str] | None) -> dict[str, Any]:
    """Return whether somebody asked for a project itself, and for which of its extras."""
    return {"requested": extras is not None} | ({"requested_extras": sorted(extras)} if extras else {})


def _installed(one: InstalledDistribution) -> dict[str, Any]:
    record: dict[str, Any] = {
        "metadata": metadata_json(one.metadata() or b""),
        "metadata_location": str(one.dist_info),
    }
    raw = one.read("direct_url.json")
    if raw is not None:
        import json

        try:
            record["direct_url"] = json.loads(raw)
        except ValueError:
            record["direct_url"] = None
    if one.installer is not None:
        record["installer"] = one.installer
    return {**record, "requested": one.requested}


def _planned(pin: PinnedDistribution, one: InstalledDistribution | None) -> dict[str, Any]:
    metadata = None if one is None else one.metadata()
    known: dict[str, Any] = {"name": pin.project, "version": None if pin.version is None else str(pin.version)}
    return {
        "download_info": _download(pin),
        "is_direct": not isinstance(pin.source, IndexSource),
        "is_yanked": pin.file is not None and pin.file.yanked is not None,
        "metadata": known if metadata is None else metadata_json(metadata),
    }


def _download(pin: PinnedDistribution) -> dict[str, Any]:
    """Return where a distribution comes from, in the form of a direct URL (PEP 610)."""
    file = pin.file
    if isinstance(pin.source, IndexSource) and file is not None:
        url = file.url if is_url(file.url) else Path(file.url).absolute().as_uri()
        hashes = {one.algorithm: one.digest for one in file.hashes}
        archive: dict[str, Any] = {"hashes": hashes}
        if file.hashes:
            # The older form of the same, which readers of direct URLs still look for.
            archive["hash"] = f"{file.hashes[0].algorithm}={file.hashes[0].digest}"
        return {"url": url, "archive_info": archive}
    direct = direct_url_of(pin.source, root=Path.cwd(), editable=pin.editable)
    if direct is None:
        return {}
    import json

    value: dict[str, Any] = json.loads(direct.dumps())
    return value


def metadata_json(raw: bytes) -> dict[str, Any]:
    """Return core metadata as JSON data (PEP 566): names in lower case, fields that may repeat as lists."""
    from email import message_from_bytes

    message = message_from_bytes(raw)
    result: dict[str, Any] = {}
    for name, value in message.items():
        key, text = name.lower().replace("-", "_"), str(value)
        if key in _LISTS:
            result.setdefault(key, []).append(text)
        elif key == "keywords":
            result[key] = [part for part in (text.split(",") if "," in text else text.split()) if part]
        else:
            result[key] = text
    body = message.get_payload()
    if isinstance(body, str) and body.strip() and "description" not in result:
        result["description"] = body
    return result
