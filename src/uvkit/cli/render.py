"""Results as the lines that uv's users know."""

from __future__ import annotations

from datetime import timedelta

from uvkit import InstallPlan, LockResult, Notice, SyncResult

from .printer import Printer


def duration(elapsed: timedelta) -> str:
    """Return a duration: `12ms`, `1.25s`, `2m 05s`."""
    seconds = elapsed.total_seconds()
    if seconds >= 60:
        return f"{int(seconds // 60)}m {int(seconds % 60):02d}s"
    if seconds >= 1:
        return f"{seconds:.2f}s"
    return f"{seconds * 1000:.0f}ms" if seconds >= 0.001 else f"{seconds * 1000:.2f}ms"


def packages(number: int) -> str:
    """Return `1 package` or `3 packages`."""
    return "1 package" if number == 1 else f"{number} packages"


def show_notices(printer: Printer, notices: tuple[Notice, ...]) -> None:
    """Print what the caller may want to know."""
    for notice in notices:
        printer.warn(notice.message + (f" ({notice.hint})" if notice.hint else ""))


def resolved(result: LockResult) -> str:
    """Return how many distributions a lock has."""
    return f"Resolved {packages(len(result.lockfile.distributions))}"


def audited(result: SyncResult) -> str:
    """Return how many distributions an environment in sync has."""
    return f"Audited {packages(len(result.plan.wanted))}"


def show_resolved(printer: Printer, result: SyncResult) -> None:
    """Print how many distributions a resolution without a lock chose."""
    elapsed = result.phases.get("resolve")
    if result.resolved is not None and elapsed is not None:
        printer.info(printer.style(f"Resolved {packages(result.resolved)} in {duration(elapsed)}", "dim"))


def show_lock(printer: Printer, result: LockResult, *, changes: bool, dry_run: bool = False) -> None:
    """Print how a lock went, and what changed."""
    show_notices(printer, result.notices)
    printer.info(printer.style(f"{resolved(result)} in {duration(result.elapsed)}", "dim"))
    if changes:
        for line in result.diff.lines(dry_run=dry_run):
            printer.info(line)


def show_sync(printer: Printer, result: SyncResult, *, dry_run: bool = False) -> None:
    """Print what was done to an environment, or would be."""
    show_notices(printer, result.notices)
    plan = result.plan
    steps = [step for step in plan.steps if step.action != "keep"]
    if not steps:
        word = (
            "Would make no changes"
            if dry_run
            else f"Audited {packages(len(plan.wanted))} in {duration(result.elapsed)}"
        )
        printer.info(printer.style(word, "dim"))
        return
    prepared = sum(step.action in {"install", "replace"} for step in steps)
    removed = sum(step.action in {"remove", "replace"} for step in steps)
    if dry_run:
        _counts(printer, "Would install", prepared)
        _counts(printer, "Would uninstall", removed)
    else:
        fetched = result.phases.get("fetch")
        _counts(
            printer,
            "Prepared",
            prepared if fetched is not None else 0,
            rest=f" in {duration(fetched)}" if fetched else "",
        )
        _counts(printer, "Uninstalled", removed)
        installed = result.phases.get("install")
        _counts(printer, "Installed", prepared, rest=f" in {duration(installed)}" if installed else "")
    show_plan(printer, plan)
    if result.restart_needed:
        names = ", ".join(sorted(result.restart_needed))
        printer.warn(f"restart the interpreter to use what changed of already imported projects: {names}")


def _counts(printer: Printer, verb: str, number: int, *, rest: str = "") -> None:
    if number:
        printer.info(printer.style(f"{verb} {printer.style(packages(number), 'bold')}{rest}", "dim"))


def show_plan(printer: Printer, plan: InstallPlan) -> None:
    """Print one line for every distribution that came or went, by name."""
    rows: list[tuple[str, str, str]] = []
    for step in plan.steps:
        if step.action in {"remove", "replace"} and step.before is not None:
            rows.append((step.project, "-", str(step.before)))
        if step.action in {"install", "replace"}:
            rows.append((step.project, "+", "" if step.after is None else str(step.after)))
    for name, sign, version in sorted(rows):
        shown = printer.style(sign, "green" if sign == "+" else "red")
        printer.info(f" {shown} {printer.style(name, 'bold')}" + (f"=={version}" if version else ""))
