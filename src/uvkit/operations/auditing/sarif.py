"""Vulnerabilities as a log for code scanners (SARIF 2.1.0)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from uvkit.version import __version__

from .vulnerability import Vulnerability

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"


def sarif_log(vulnerabilities: Sequence[Vulnerability], lock: Path | None) -> dict[str, Any]:
    """Return the log of an audit, of a lock if there is one."""
    place = "uv.lock" if lock is None else os.path.relpath(lock)
    rules: dict[str, dict[str, Any]] = {}
    for one in vulnerabilities:
        rules.setdefault(one.id, _rule(one))
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "uvkit",
                        "version": __version__,
                        "semanticVersion": __version__,
                        "rules": [rules[name] for name in sorted(rules)],
                    }
                },
                "invocations": [{"executionSuccessful": True}],
                "results": [_result(one, place) for one in vulnerabilities],
            }
        ],
    }


def _rule(one: Vulnerability) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "id": one.id,
        "name": one.display_id,
        "help": {"text": one.details or one.summary or one.display_id},
        "properties": {"tags": ["security", "vulnerability"]},
    }
    if one.summary:
        rule["shortDescription"] = {"text": one.summary}
    if one.link:
        rule["helpUri"] = one.link
    if one.severity:
        rule["properties"]["severity"] = one.severity
    return rule


def _result(one: Vulnerability, place: str) -> dict[str, Any]:
    text = f"{one.project} {one.version} is vulnerable to {one.display_id}"
    properties = {
        "uvkit/id": one.id,
        "uvkit/displayId": one.display_id,
        "uvkit/aliases": list(one.aliases),
        "uvkit/package": one.project,
        "uvkit/version": one.version,
        "uvkit/fixVersions": list(one.fix_versions),
        **{f"uvkit/{key}": value for key, value in (("published", one.published), ("modified", one.modified)) if value},
    }
    return {
        "ruleId": one.id,
        "kind": "fail",
        "level": "error",
        "message": {"text": f"{text}: {one.summary}" if one.summary else text},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": {"uri": place}, "region": {"startLine": 1}},
                "logicalLocations": [
                    {
                        "name": one.project,
                        "fullyQualifiedName": f"{one.project}@{one.version}",
                        "kind": "package",
                    }
                ],
            }
        ],
        "partialFingerprints": {"uvkit/vulnerability": f"{one.id}:{one.project}:{one.version}"},
        "properties": properties,
    }
