r"""Files of environment variables (`.env`), with the rules that uv reads them by.

`NAME=value`, with or without `export`. A value is a run of bare text, `'literal'` and `"quoted"` pieces; bare text ends
at whitespace, after which only a comment may follow, and quoted pieces may span lines. `$NAME` and `${NAME}` stand for
variables outside of literals. Files by the rules of shells or of other readers can differ: there are no defaults
(`${NAME:-default}`), and of escapes only those of quotes, `$`, a backslash, a space and a line's end (`\n`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

_ESCAPES = {"\\": "\\", "'": "'", '"': '"', "$": "$", " ": " ", "n": "\n"}
_ASSIGNMENT = re.compile(r"(?:export\s+)?(?P<name>[A-Za-z_][A-Za-z0-9_.]*)\s*=\s*(?P<value>.*)", re.DOTALL)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*|")


class EnvFile(NamedTuple):
    """The variables of a file up to the first line that makes no sense, if there is one, and where that is."""

    values: dict[str, str]
    position: int | None = None
    line: str = ""


class _ProblemError(ValueError):
    """A line, or a value, that makes no sense at a position."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


def parse_env_file(text: str, variables: Mapping[str, str]) -> EnvFile:
    """Return the variables that a file sets; ``variables`` are those of the process, which substitutions prefer."""
    values: dict[str, str] = {}
    known = dict(variables)
    for line, is_whole in _logical_lines(text):
        if not line:
            continue
        match = _ASSIGNMENT.fullmatch(line)
        if not is_whole or match is None:
            return EnvFile(values, len(line) if not is_whole else _end_of_name(line), line)
        try:
            value = "" if match["value"].startswith("#") else _Value(match["value"], known).text()
        except _ProblemError as problem:
            return EnvFile(values, problem.position, match["value"])
        values[match["name"]] = value
        # The first definition is what later lines refer to, as with uv.
        known.setdefault(match["name"], value)
    return EnvFile(values)


def _end_of_name(line: str) -> int:
    start = re.match(r"export\s+", line)
    at = start.end() if start is not None else 0
    name = _NAME.match(line, at)
    end = name.end() if name is not None else at
    return end + 1 if line[end : end + 1].isspace() else end


def _logical_lines(text: str) -> Iterator[tuple[str, bool]]:
    """Yield lines without their comments, those of one value that spans several as one, and whether each is closed."""
    start = at = 0
    quote = ""
    size = len(text)
    while at < size:
        character = text[at]
        if quote:
            if character == "\\" and quote == '"':
                at += 1
            elif character == quote:
                quote = ""
        elif character == "\n":
            yield _trimmed(text[start:at]), True
            start = at + 1
        elif character == "#" and (not text[start:at].strip() or text[at - 1].isspace()):
            end = text.find("\n", at)
            yield text[start:at].strip(), True
            at = end if end >= 0 else size
            start = at + 1
        elif character in "'\"":
            quote = character
        elif character == "\\" and text[at + 1 : at + 2] != "\n":
            at += 1
        at += 1
    rest = text[start:]
    yield _trimmed(rest), not quote and not _ends_in_escape(rest)


def _trimmed(line: str) -> str:
    """Return a line without the whitespace around it; one that a backslash keeps stays, that at a line's end goes."""
    stripped = line.strip()
    if not _ends_in_escape(stripped):
        return stripped
    return f"{stripped} " if line.rstrip("\r\n")[len(line.rstrip()) :] else stripped[:-1]


def _ends_in_escape(line: str) -> bool:
    return (len(line) - len(line.rstrip("\\"))) % 2 == 1


class _Value:
    """Reads the text behind `=`."""

    def __init__(self, written: str, variables: Mapping[str, str]) -> None:
        self._written = written
        self._variables = variables
        self._at = 0
        self._out: list[str] = []

    def text(self) -> str:
        """Return the value.

        Raises:
            _ProblemError: the text makes no sense.
        """
        written = self._written
        while self._at < len(written):
            character = written[self._at]
            if character == "'":
                self._literal()
            elif character == '"':
                self._quoted()
            elif character in " \t\r\n\v\f":
                self._only_whitespace()
            else:
                self._plain(character, bare=True)
        return "".join(self._out)

    def _literal(self) -> None:
        end = self._written.find("'", self._at + 1)
        if end < 0:
            raise _ProblemError(len(self._written) - 1)
        self._out.append(self._written[self._at + 1 : end])
        self._at = end + 1

    def _quoted(self) -> None:
        self._at += 1
        while self._at < len(self._written):
            character = self._written[self._at]
            if character == '"':
                self._at += 1
                return
            self._plain(character, bare=False)
        raise _ProblemError(len(self._written) - 1)

    def _plain(self, character: str, *, bare: bool) -> None:
        if character == "\\":
            self._escape()
        elif character == "$":
            self._substitution(bare=bare)
        else:
            self._out.append(character)
            self._at += 1

    def _escape(self) -> None:
        escaped = _ESCAPES.get(self._written[self._at + 1 : self._at + 2])
        if escaped is None:
            raise _ProblemError(self._at + 1)
        self._out.append(escaped)
        self._at += 2

    def _substitution(self, *, bare: bool) -> None:
        begin = self._at + 1
        if self._written[begin : begin + 1] == "{":
            end = self._written.find("}", begin)
            if end < 0:
                raise _ProblemError(len(self._written) - 1)
            name, self._at = self._written[begin + 1 : end], end + 1
        else:
            end = begin
            while end < len(self._written) and self._written[end].isalnum():
                end += 1
            name, self._at = self._written[begin:end], end
            if bare and self._written[end : end + 1] in {" ", "\t"}:
                # uv keeps one space or tab behind an unquoted `$NAME`, and does not end the value there.
                self._out.append(self._variables.get(name, "") + self._written[end])
                self._at += 1
                return
        self._out.append(self._variables.get(name, ""))

    def _only_whitespace(self) -> None:
        rest = self._written[self._at :]
        text = rest.lstrip()
        if text:
            raise _ProblemError(self._at + len(rest) - len(text))
        self._at = len(self._written)
