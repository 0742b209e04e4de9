"""What `uvkit audit` prints, in the words of uv."""

from __future__ import annotations

from itertools import groupby

from uvkit import AuditResult, Vulnerability
from uvkit.cli.printer import Printer


def show_audit(printer: Printer, result: AuditResult) -> None:
    """Print how many vulnerabilities there are, and each of them."""
    for notice in result.notices:
        printer.warn(notice.message)
    printer.info(result.summary().rpartition(" in ")[0])
    if result.is_clean:
        return
    printer.out("\nVulnerabilities:\n")
    for (name, version), rows in groupby(result.vulnerabilities, key=lambda one: (one.project, one.version)):
        found = list(rows)
        number = f"{len(found)} known vulnerabilit{'y' if len(found) == 1 else 'ies'}"
        printer.out(f"{printer.style(f'{name} {version}', 'bold')} has {number}:\n")
        for one in found:
            _show(printer, one)


def _show(printer: Printer, one: Vulnerability) -> None:
    severity = f" ({one.severity})" if one.severity else ""
    printer.out(f"- {printer.style(one.display_id, 'bold')}{severity}: {one.summary or 'No summary provided'}\n")
    fixes = f"Fixed in: {', '.join(one.fix_versions)}" if one.fix_versions else "No fix versions available"
    printer.out(f"  {fixes}\n\n  Advisory information: {one.link}\n")
