"""What an audit returns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from uvkit.events import Notice
from uvkit.operations.results import counted, milliseconds

from .vulnerability import Vulnerability


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditResult:
    """The vulnerabilities of some versions, sorted by project; ``ignored`` are those that the caller knows about."""

    audited: int
    vulnerabilities: tuple[Vulnerability, ...]
    ignored: tuple[Vulnerability, ...] = ()
    source: Path | None = None  # the lock, if that was audited
    elapsed: timedelta = timedelta()
    notices: tuple[Notice, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing was found that is not ignored."""
        return not self.vulnerabilities

    def summary(self) -> str:
        """Return one line for people."""
        number = len(self.vulnerabilities)
        found = f"{number or 'no'} known {'vulnerability' if number == 1 else 'vulnerabilities'}"
        more = f", {len(self.ignored)} ignored" if self.ignored else ""
        return f"Found {found}{more} in {counted(self.audited, 'package')} in {milliseconds(self.elapsed)}"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for machines, by the keys that uv has for it."""
        return {
            "schema": {"version": "preview"},
            "summary": {
                "audited_packages": self.audited,
                "vulnerabilities": len(self.vulnerabilities),
                "ignored": len(self.ignored),
            },
            "vulnerabilities": [_row(one) for one in self.vulnerabilities],
            "ignored": [_row(one) for one in self.ignored],
            "elapsed_seconds": self.elapsed.total_seconds(),
            "notices": [{"code": n.code, "message": n.message, "hint": n.hint} for n in self.notices],
        }

    def to_sarif(self) -> dict[str, Any]:
        """Return the vulnerabilities as a log for code scanners (SARIF 2.1.0)."""
        from .sarif import sarif_log

        return sarif_log(self.vulnerabilities, self.source)


def _row(one: Vulnerability) -> dict[str, Any]:
    return {
        "dependency": {"name": one.project, "version": one.version},
        "id": one.id,
        "display_id": one.display_id,
        "aliases": list(one.aliases),
        "summary": one.summary or None,
        "description": one.details or None,
        "severity": one.severity,
        "link": one.link,
        "fix_versions": list(one.fix_versions),
        "published": one.published,
        "modified": one.modified,
    }
