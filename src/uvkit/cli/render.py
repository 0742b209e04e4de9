"""Results as the lines that uv's users know."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from .printer import shown_path

if TYPE_CHECKING:
    from uvkit import Environment, InstallPlan, Interpreter, LockResult, Notice, SyncResult

    from .printer import Printer

_OUTDATED = "lockfile-outdated"  # of the notice why a lock was not enough; uv prints it without "warning"


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


# What uv is silent about; a caller of the library may still want to know.
_UNSAID = frozenset({"unusable-metadata", "unused-source"})


def show_notices(printer: Printer, notices: tuple[Notice, ...]) -> None:
    """Print what the reader may want to know."""
    for notice in notices:
        if notice.code in _UNSAID and not printer.verbose:
            continue
        printer.warn(notice.message + (f" ({notice.hint})" if notice.hint else ""))


def show_problems(printer: Printer, environment: Environment) -> None:
    """Print what does not fit together in an environment."""
    show_notices(printer, environment.check())


def resolved(result: LockResult) -> str:
    """Return how many distributions a lock has."""
    return f"Resolved {packages(len(result.lockfile.distributions))}"


def checked(result: SyncResult) -> str:
    """Return how many distributions an environment in sync has."""
    return f"Checked {packages(result.checked)}"


def show_resolved(printer: Printer, result: SyncResult) -> None:
    """Print how many distributions a resolution without a lock chose."""
    elapsed = result.phases.get("resolve")
    if result.resolved is not None and elapsed is not None:
        printer.info(printer.style(f"Resolved {packages(result.resolved)} in {duration(elapsed)}", "dim"))


def show_lock(printer: Printer, result: LockResult, *, changes: bool, dry_run: bool = False) -> None:
    """Print how a lock went, and what changed against the one before."""
    for notice in (one for one in result.notices if one.code == _OUTDATED):
        printer.info(notice.message)
    show_notices(printer, tuple(one for one in result.notices if one.code != _OUTDATED))
    printer.info(printer.style(f"{resolved(result)} in {duration(result.elapsed)}", "dim"))
    if not changes:
        return
    if dry_run and not result.diff:
        printer.info("Lockfile changes detected" if result.changed else "No lockfile changes detected")
    # The first lock adds everything, which nobody reads.
    elif dry_run or not result.created:
        for line in result.diff.lines(dry_run=dry_run):
            printer.info(_styled_change(printer, line))


def using(interpreter: Interpreter) -> str:
    """Return the line that says which interpreter is used; of a managed one, nobody needs to know the place."""
    line = f"Using {interpreter.implementation_title} {interpreter.full_version}"
    place = interpreter.base_executable if interpreter.is_virtual else interpreter.executable
    return line if interpreter.is_managed else f"{line} interpreter at: {place}"


def show_place(printer: Printer, result: SyncResult, *, dry_run: bool, of_script: bool = False) -> None:
    """Print which environment a project's sync worked on, if that was made or if nothing was done to it.

    That of a script is always told: nobody would guess where it is.
    """
    path = shown_path(result.path or result.environment.path)
    if result.place != "found":
        printer.info(using(result.environment.interpreter))
    if dry_run:
        verb = {"found": "use", "created": "create", "replaced": "replace"}[result.place]
        printer.info(f"Would {verb} {'script' if of_script else 'project'} environment at: {path}")
        return
    if of_script:
        verb = {"found": "Using", "created": "Creating", "replaced": "Updating"}[result.place]
        printer.info(f"{verb} script environment at: {path}")
        return
    if result.place == "replaced":
        printer.info(f"Removed virtual environment at: {path}")
    if result.place != "found":
        printer.info(f"Creating virtual environment at: {path}")


def show_lockfile_plan(printer: Printer, result: LockResult) -> None:
    """Print what a dry run would do to the lockfile."""
    path = shown_path(result.path)
    if not result.changed:
        printer.info(f"Found up-to-date lockfile at: {path}")
    else:
        printer.info(f"Would {'create' if result.created else 'update'} lockfile at: {path}")


def show_sync(printer: Printer, result: SyncResult, *, dry_run: bool = False) -> None:
    """Print what was done to an environment, or would be."""
    show_notices(printer, result.notices)
    plan = result.plan
    steps = [step for step in plan.steps if step.action != "keep"]
    if not steps:
        printer.info(printer.style(f"{checked(result)} in {duration(result.elapsed)}", "dim"))
        if dry_run:
            printer.info("Would make no changes")
        return
    installed = sum(step.action in {"install", "replace"} for step in steps)
    removed = sum(step.action in {"remove", "replace"} for step in steps)
    if dry_run:
        _counts(printer, "Would download", len(result.fetched))
        _counts(printer, "Would uninstall", removed)
        _counts(printer, "Would install", installed)
    else:
        phases = result.phases
        _counts(printer, "Prepared", len(result.fetched), elapsed=phases.get("fetch"))
        _counts(printer, "Uninstalled", removed, elapsed=None if installed else phases.get("install"))
        _counts(printer, "Installed", installed, elapsed=phases.get("install"))
    show_plan(printer, plan, dry_run=dry_run)
    if result.restart_needed:
        names = ", ".join(sorted(result.restart_needed))
        printer.warn(f"restart the interpreter to use what changed of already imported projects: {names}")


def _counts(printer: Printer, verb: str, number: int, *, elapsed: timedelta | None = None) -> None:
    if number:
        took = "" if elapsed is None else f" in {duration(elapsed)}"
        printer.info(printer.style(f"{verb} {packages(number)}{took}", "dim"))


def show_plan(printer: Printer, plan: InstallPlan, *, dry_run: bool) -> None:
    """Print one line for every distribution that came or went, by name; `~` is one that was installed again."""
    rows: list[tuple[str, int, str, str]] = []
    for step in plan.steps:
        before, after = _shown(step.before, step.before_url), _shown(step.after, step.after_url)
        if step.action == "replace" and step.before == step.after and not dry_run:
            rows.append((step.project, 0, "~", after))
            continue
        if step.action in {"remove", "replace"}:
            rows.append((step.project, 0, "-", before))
        if step.action in {"install", "replace"}:
            rows.append((step.project, 1, "+", after))
    colors = {"+": "green", "-": "red", "~": "yellow"}
    for name, _, sign, version in sorted(rows):
        printer.info(
            f" {printer.style(sign, colors[sign])} {printer.style(name, 'bold')}{printer.style(version, 'dim')}"
        )


def _shown(version: object, url: str | None) -> str:
    if version is None:
        return f" @ {url}" if url else ""
    return f"=={version} (from {url})" if url else f"=={version}"


def _styled_change(printer: Printer, line: str) -> str:
    verb, _, rest = line.partition(" ")
    color = {"U": "cyan", "A": "green", "R": "red"}[verb[0]]
    return f"{printer.style(verb, color)} {rest}"
