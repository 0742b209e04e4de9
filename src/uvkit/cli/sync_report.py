"""A sync as uv's `--output-format json` tells it."""

from __future__ import annotations

from typing import Any

from uvkit import LockResult, Project, Script, SyncResult

_PLACES = {"found": "check", "created": "create", "replaced": "replace"}
_STEPS = {"install": ("installed",), "replace": ("uninstalled", "installed"), "remove": ("uninstalled",)}


def sync_report(project: Project | Script, result: SyncResult, *, dry_run: bool) -> dict[str, Any]:
    """Return what was done, or would be."""
    interpreter = result.environment.interpreter
    report: dict[str, Any] = {"schema": {"version": "preview"}}
    if isinstance(project, Script):
        report |= {"target": "script", "script": {"path": str(project.path)}}
    else:
        workspace = {"path": str(project.lockfile_path.parent)}
        report |= {"target": "project", "project": {"path": str(project.root), "workspace": workspace}}
    place = _PLACES[result.place]
    report["sync"] = {
        "environment": {
            "path": str(result.path or result.environment.path),
            "python": {
                "path": str(result.environment.python),
                "version": interpreter.full_version,
                "implementation": interpreter.implementation,
            },
        },
        "action": "update" if place == "check" and result.changed else place,
        "changes": _changes(result),
    }
    report["lock"] = None if result.lock is None else _lock(result.lock)
    return report | {"dry_run": dry_run}


def _changes(result: SyncResult) -> list[dict[str, Any]]:
    rows = []
    for step in result.plan.steps:
        for action in _STEPS.get(step.action, ()):
            version = step.before if action == "uninstalled" else step.after
            rows.append({"name": step.project, "version": None if version is None else str(version), "action": action})
    return rows


def _lock(result: LockResult) -> dict[str, str]:
    action = "check" if not result.changed else "create" if result.created else "update"
    return {"path": str(result.path), "action": action}
