"""``entry_points.txt``: the commands and plugins a distribution offers (entry points specification)."""

from __future__ import annotations

from typing import NamedTuple

from uvkit.errors import InvalidMetadataError

_SCRIPT_GROUPS = (("console_scripts", "console"), ("gui_scripts", "gui"))
# What no file name may hold on any platform that scripts are written on.
_NOT_IN_NAMES = frozenset('/\\:*?"<>|')


class ScriptEntry(NamedTuple):
    """A command to be made: its name, ``console`` or ``gui``, and ``module:attribute`` to call."""

    name: str
    kind: str
    target: str


def parse_entry_points(text: str) -> dict[str, dict[str, str]]:
    """Return the entries as written, by group and name; a name that occurs twice counts as its last occurrence."""
    groups: dict[str, dict[str, str]] = {}
    group: dict[str, str] | None = None
    for line in text.splitlines():
        entry = line.strip()
        if not entry or entry[0] in "#;":
            continue
        if entry[0] == "[" and entry[-1] == "]":
            group = groups.setdefault(entry[1:-1].strip(), {})
        elif group is not None:
            name, _, value = entry.partition("=")
            group[name.strip()] = value.strip()
    return groups


def script_entries(text: str, *, filename: str) -> list[ScriptEntry]:
    """Return the commands of an ``entry_points.txt``.

    Extras in brackets are ignored, as the specification asks of consumers.

    Raises:
        InvalidMetadataError: an entry cannot become a script: its name is no file name, or its object reference is
            not ``module:attribute`` (it would become source code).
    """
    groups = parse_entry_points(text)
    scripts = []
    problems = []
    for group, kind in _SCRIPT_GROUPS:
        for name, value in groups.get(group, {}).items():
            target = _object_reference(value)
            if target is None:
                problems.append(f"the entry point `{name} = {value}` does not name a `module:attribute`")
            elif not _is_file_name(name):
                problems.append(f"the entry point name `{name}` cannot be a file name")
            else:
                scripts.append(ScriptEntry(name, kind, target))
    if problems:
        raise InvalidMetadataError(filename=filename, problems=tuple(problems))
    return scripts


def _object_reference(value: str) -> str | None:
    module, colon, attribute = value.partition("[")[0].partition(":")
    module, attribute = module.strip(), attribute.strip()
    if not colon or not _is_dotted_name(module) or not _is_dotted_name(attribute):
        return None
    return f"{module}:{attribute}"


def _is_dotted_name(text: str) -> bool:
    return all(part.isidentifier() for part in text.split("."))


def _is_file_name(text: str) -> bool:
    return text not in {"", ".", ".."} and text.isprintable() and _NOT_IN_NAMES.isdisjoint(text)
