"""What `run` says before the program speaks: only what was changed."""

from __future__ import annotations

from uvkit import Environment, PreparedRun, SyncResult

from .printer import Printer, shown_path
from .render import duration, packages, show_notices, using

# Of a lock that was made on the way; `lock` says them.
_QUIET = frozenset({"environment-created"})


def show_preparation(printer: Printer, prepared: PreparedRun) -> None:
    """Print what was done to the environments."""
    for result in prepared.syncs:
        show_changes(printer, result)
    for notice in prepared.notices:
        if notice.code in _QUIET:
            _created(printer, prepared.environments[-1])
        else:
            show_notices(printer, (notice,))


def _created(printer: Printer, environment: Environment) -> None:
    printer.info(using(environment.interpreter))
    printer.info(f"Creating virtual environment at: {shown_path(environment.path)}")


def show_changes(printer: Printer, result: SyncResult, *, place: bool = True) -> None:
    """Print how many distributions came and went; uv says no more when it runs something."""
    if result.lock is not None:
        show_notices(printer, tuple(one for one in result.lock.notices if one.code != "requires-python-default"))
    own = result.notices[len(result.lock.notices) :] if result.lock is not None else result.notices
    show_notices(printer, own)
    if place and result.place != "found" and not _in_cache(result):
        printer.info(using(result.environment.interpreter))
        path = shown_path(result.path or result.environment.path)
        if result.place == "replaced":
            printer.info(f"Removed virtual environment at: {path}")
        printer.info(f"Creating virtual environment at: {path}")
    steps = [step for step in result.plan.steps if step.action != "keep"]
    removed = sum(step.action in {"remove", "replace"} for step in steps)
    installed = sum(step.action in {"install", "replace"} for step in steps)
    elapsed = result.phases.get("install") or result.elapsed
    if removed:
        took = "" if installed else f" in {duration(elapsed)}"
        printer.info(printer.style(f"Uninstalled {packages(removed)}{took}", "dim"))
    if installed:
        printer.info(printer.style(f"Installed {packages(installed)} in {duration(elapsed)}", "dim"))


def _in_cache(result: SyncResult) -> bool:
    """Tell whether an environment is one of the cache, of which uv does not speak."""
    return result.environment.path.parent.name in {"environments-v1", "overlays-v1"}
