"""One page for each family of errors: code, meaning, message, fields, hints, what to do."""

# ruff: noqa: INP001  # mkdocs loads hooks by their path

from __future__ import annotations

import inspect
from dataclasses import fields
from typing import Any

from error_advice import ADVICE, SAMPLES

from uvkit import errors

_OTHERS = "others"


def families() -> dict[str, list[type[errors.UvkitError]]]:
    """Return the leaves of every family by the family's code; those without a family are in ``others``."""
    classes = [getattr(errors, name) for name in errors.__all__]
    known = [one for one in classes if isinstance(one, type) and issubclass(one, errors.UvkitError)]
    found: dict[str, list[type[errors.UvkitError]]] = {}
    for leaf in known:
        if not is_family(leaf, known):
            parent = leaf.__mro__[1]
            found.setdefault(_OTHERS if parent is errors.UvkitError else parent.code, []).append(leaf)
    return found


def is_family(one: type, known: list[type[errors.UvkitError]]) -> bool:
    """Tell whether other errors derive from this one."""
    return any(other is not one and issubclass(other, one) for other in known)


def error_pages() -> dict[str, str]:
    """Return the pages by their address."""
    return {f"errors/{family}.md": _page(family, leaves) for family, leaves in families().items()}


def error_table() -> str:
    """Return a table of all codes with links."""
    lines = ["| code | class | meaning |", "| --- | --- | --- |"]
    for family, leaves in families().items():
        for leaf in sorted(leaves, key=lambda one: one.code):
            meaning = _first_line(leaf)
            lines.append(f"| [`{leaf.code}`]({family}.md#{leaf.code}) | `{leaf.__name__}` | {meaning} |")
    return "\n".join(lines)


def sample(leaf: type[errors.UvkitError]) -> errors.UvkitError | None:
    """Return an error as a reader might meet it, or none while nobody has written one (a test asks for it)."""
    values: dict[str, Any] | None = SAMPLES.get(leaf.code)
    return None if values is None else leaf(**values)


def _page(family: str, leaves: list[type[errors.UvkitError]]) -> str:
    if family == _OTHERS:
        title = "# Other errors\n\nThese belong to no family; their base is `UvkitError` itself.\n"
    else:
        parent = leaves[0].__mro__[1]
        title = f"# `{parent.__name__}`\n\n{inspect.getdoc(parent)} Catch this class for the whole family.\n"
    return "\n".join([title, *(_section(leaf) for leaf in sorted(leaves, key=lambda one: one.code))])


def _section(leaf: type[errors.UvkitError]) -> str:
    parts = [
        f"## {leaf.code} {{#{leaf.code}}}",
        f"`uvkit.errors.{leaf.__name__}`: {inspect.getdoc(leaf)}",
    ]
    if (error := sample(leaf)) is not None:
        parts.append(f'```text title="message"\n{error}\n```')
        parts += [f"Hint: *{hint}*" for hint in error.hints]
    rows = [f"| `{one.name}` | `{one.type}` |" for one in fields(leaf)]  # type: ignore[arg-type]  # a dataclass
    if rows:
        parts.append("\n".join(["| field | type |", "| --- | --- |", *rows]))
    if leaf.code in ADVICE:
        parts.append(f"**What to do.** {ADVICE[leaf.code]}")
    return "\n\n".join(parts) + "\n"


def _first_line(leaf: type[errors.UvkitError]) -> str:
    return (inspect.getdoc(leaf) or "").partition("\n")[0].replace("|", "\\|")
