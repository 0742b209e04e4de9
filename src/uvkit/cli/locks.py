"""A `pylock.toml` where the pip commands take requirements files."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import uvkit

_NAME = re.compile(r"pylock(\.[^.]+)?\.toml")


def named_lock(arguments: argparse.Namespace, files: Sequence[str]) -> Path | None:
    """Return the one `pylock.toml` (PEP 751) among files, or none.

    Raises:
        ValueError: there is more beside it than a lock can be combined with.
    """
    locks = [name for name in files if _NAME.fullmatch(Path(name).name)]
    if not locks:
        return None
    if len(locks) > 1:
        raise ValueError(f"only one `pylock.toml` can be installed at once, not `{locks[0]}` and `{locks[1]}`")
    given = vars(arguments)
    if len(files) > 1 or any(given.get(name) for name in ("names", "editable")):
        raise ValueError("no requirements can be named beside a `pylock.toml`, which has all of them")
    for name in ("constraints", "overrides", "excludes"):
        if given.get(name):
            raise ValueError(f"no `--{name}` can be given beside a `pylock.toml`, whose versions are fixed")
    return Path(locks[0])


def chosen_parts(arguments: argparse.Namespace) -> uvkit.Selection:
    """Return which extras and dependency groups of a lock are meant."""
    given = vars(arguments)
    extras: Sequence[str] | Literal["all"] = "all" if given.get("all_extras") else given.get("extra") or ()
    groups: Sequence[str] | Literal["default"] = given.get("group") or "default"
    return uvkit.Selection.of(extras=extras, groups=groups)
