"""Metadata inside a script (PEP 723): a block of comments that holds TOML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from uvkit.errors import InvalidTableError
from uvkit.events import Notice
from uvkit.model import Requirement

from .table_reader import TableReader
from .toml import parse_toml

if TYPE_CHECKING:
    from .tool_tables import ToolTable

# The expression that PEP 723 gives, but for a block without any line.
_BLOCK = re.compile(r"(?m)^# /// (?P<type>[a-zA-Z0-9-]+)$\s(?P<content>(^#(| .*)$\s)*)^# ///$")
_OPENING = re.compile(r"(?m)^# /// script$")
# A script is no workspace and has no groups; but it has sources.
_REFUSED = (
    "build-backend", "conflicts", "default-groups", "dependency-groups", "dev-dependencies", "environments", "managed",
    "minimum-libc-version", "package", "required-environments", "workspace",
)  # fmt: skip
_KEYS = ("dependencies", "requires-python", "tool")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptTable:
    """What the block of a script says; ``tool`` is its `[tool.uv]` table."""

    path: Path
    requires_python: str | None = None
    dependencies: tuple[Requirement, ...] = ()
    tool: ToolTable | None = None
    notices: tuple[Notice, ...] = ()
    is_there: bool = True  # false for a script without a block


def script_block(text: str, *, path: Path) -> str | None:
    """Return the TOML of a script's block, or none if it has no block.

    Raises:
        InvalidTableError: there is more than one block, or one that does not end.
    """
    text = text.replace("\r\n", "\n")
    blocks = [found for found in _BLOCK.finditer(text) if found["type"] == "script"]
    if not blocks and _OPENING.search(text):
        reason = "a `# /// script` block is not closed by `# ///`; every line between must begin with `#` (PEP 723)"
        raise InvalidTableError(path=path, problems=(("", reason),))
    if len(blocks) > 1:
        raise InvalidTableError(path=path, problems=(("", "there is more than one `# /// script` block (PEP 723)"),))
    if not blocks:
        return None
    lines = blocks[0]["content"].splitlines(keepends=True)
    return "".join(line[2:] if line.startswith("# ") else line[1:] for line in lines)


def parse_script(text: str, path: Path) -> ScriptTable:
    """Return what the block of a script says; a script without one requires nothing.

    Raises:
        InvalidTableError: there is more than one block, it is not TOML, or keys are wrong; all of them are listed.
    """
    block = script_block(text, path=path)
    document = parse_toml(block or "", path=path)
    reader = TableReader(path)
    reader.unknown_keys(document, _KEYS, within="")
    requires_python = reader.requires_python(document, within="")
    dependencies = reader.requirements(document.get("dependencies", []), "dependencies")
    tool = reader.tool(document.get("tool", {}), strict=True, refused=_REFUSED)
    return ScriptTable(
        path=path,
        requires_python=requires_python,
        dependencies=dependencies,
        tool=tool,
        notices=reader.finish(),
        is_there=block is not None,
    )


def with_block(text: str, block: str, *, path: Path) -> str:
    """Return a script with another block, or with its first one, below the line that names its interpreter.

    What stands before an existing block stays as it is; what follows it gets the line ends of Unix, also a last one.

    Raises:
        InvalidTableError: there is more than one block, or one that does not end.
    """
    lines = [f"# {line}" if line else "#" for line in block.split("\n")[:-1]]
    written = "\n".join(["# /// script", *lines, "# ///", ""])
    if script_block(text, path=path) is None:
        first, _, rest = text.partition("\n")
        before, after = (first.removesuffix("\r") + "\n", rest) if first.startswith("#!") else ("", text)
        # A comment that follows at once would look like a part of the block.
        return before + written + ("\n" if after.startswith("#") else "") + after
    unix = text.replace("\r\n", "\n")
    found = next(one for one in _BLOCK.finditer(unix) if one["type"] == "script")
    before = "".join(text.splitlines(keepends=True)[: unix.count("\n", 0, found.start())])
    return before + written + "\n".join(unix[found.end() :].removeprefix("\n").splitlines()) + "\n"
