"""What `uvkit migrate` prints: what became of every entry and of every version."""

from __future__ import annotations

from uvkit import MigratedVersion, MigrationResult
from uvkit.cli.printer import Printer, shown_path

_SIGNS = {"changed": "~", "gone": "-", "new": "+"}
_STYLES = {"changed": "yellow", "gone": "red", "new": "green"}


def show_migration(printer: Printer, result: MigrationResult) -> None:
    """Print the report; what was carried over as it was is counted only."""
    for notice in result.notices:
        printer.warn(notice.message)
    carried = len(result.of_fate("carried"))
    printer.info(f"Carried over {carried} entr{'y' if carried == 1 else 'ies'} of {result.tool}")
    for fate, title in (("changed", "Changed"), ("left-out", "Not carried over")):
        items = [item for item in result.items if item.fate == fate]
        if items:
            printer.info(f"{title}:")
        for item in items:
            printer.info(f"  {printer.style(item.what, 'bold')}: {item.detail}")
    _show_versions(printer, result)
    for path in result.backups:
        printer.info(f"Kept the original as `{shown_path(path)}`")
    printer.info(result.summary())


def _show_versions(printer: Printer, result: MigrationResult) -> None:
    had_lock = any(one.before for one in result.versions)
    differing = [one for one in result.versions if had_lock and one.fate != "kept"]
    if differing:
        printer.info("Versions that differ from the old lock:")
    for one in differing:
        sign = printer.style(_SIGNS[one.fate], _STYLES[one.fate])
        printer.info(f"  {sign} {_versions(one)}" + (f" ({one.reason})" if one.reason else ""))


def _versions(one: MigratedVersion) -> str:
    before, after = ", ".join(one.before), ", ".join(one.after)
    return f"{one.project} {' -> '.join(part for part in (before, after) if part)}"
