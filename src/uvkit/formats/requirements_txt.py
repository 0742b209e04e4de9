"""Read requirements files as pip writes them: requirements, constraints, includes and the options between them.

There is no standard for this format; pip's documentation ("Requirements File Format") is followed. Paths of source
trees and archives stay as written (they are relative to the working folder), paths of included files are relative to
the file that names them.
"""

from __future__ import annotations

import codecs
import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal, NamedTuple, TypeAlias

from uvkit.errors import InvalidRequirementError, InvalidRequirementsFileError
from uvkit.model import Hash, ProjectName, Requirement, is_url, project_name

from .requirements_line import UnnamedRequirement, parse_requirement, written_place

# File names as they were given or written; contents as they are, so that byte order marks can be seen.
Reader: TypeAlias = Callable[[str], bytes]
Names: TypeAlias = "frozenset[ProjectName] | Literal['all']"

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_encoding_line = re.compile(rb"coding[:=]\s*([-\w.]+)")
_comment = re.compile(r"(?:^|\s)#.*$")
_variable = re.compile(r"\$\{([A-Z0-9_]+)\}")
_first_option = re.compile(r"(?:^|\s)(?=--?[A-Za-z])")

_editable = re.compile(r"(?:--editable(?:\s*=\s*|\s+|$)|-e\s*=?\s*)")

_SHORT: Final = {
    "-i": "--index-url",
    "-f": "--find-links",
    "-r": "--requirement",
    "-c": "--constraint",
    "-e": "--editable",
    "-C": "--config-settings",
}
_ALIASES: Final = {
    "--pypi-url": "--index-url",
    "--config-setting": "--config-settings",
    "--requirements": "--requirement",
}
_FLAGS: Final = frozenset({"--no-index", "--prefer-binary", "--require-hashes", "--no-require-hashes", "--pre"})
# Options that say how to build or how pip itself works: taken note of, without effect here.
_IGNORED: Final = frozenset(
    {"--use-feature", "--global-option", "--install-option", "--build-option", "--all-releases", "--only-final"}
)
_VALUED: Final = frozenset(
    {
        "--index-url",
        "--extra-index-url",
        "--find-links",
        "--requirement",
        "--constraint",
        "--editable",
        "--no-binary",
        "--only-binary",
        "--trusted-host",
        "--hash",
        "--config-settings",
        *_IGNORED,
    }
)
_OF_A_REQUIREMENT: Final = frozenset({"--hash", "--config-settings", "--global-option", "--install-option"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementLine:
    """One requirement of a file, with what is said of it alone."""

    requirement: Requirement | UnnamedRequirement
    hashes: tuple[Hash, ...] = ()
    config_settings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    origin: str = ""  # file and line


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementsFiles:
    """What a set of requirements files asks for, everything they include among it."""

    requirements: tuple[RequirementLine, ...] = ()
    constraints: tuple[RequirementLine, ...] = ()
    index_url: str | None = None
    extra_index_urls: tuple[str, ...] = ()
    no_index: bool = False
    find_links: tuple[str, ...] = ()
    trusted_hosts: tuple[str, ...] = ()
    no_binary: Names = frozenset()
    only_binary: Names = frozenset()
    prefer_binary: bool = False
    prereleases: bool = False
    require_hashes: bool = False
    ignored: tuple[str, ...] = ()  # options without effect, each with its place


def read_requirements(
    files: Iterable[str], *, read: Reader, variables: Mapping[str, str], constraints: Iterable[str] = ()
) -> RequirementsFiles:
    """Return what requirements files, and constraints files, ask for.

    ``read`` gives the content of a file or URL. ``${NAME}`` is replaced by what ``variables`` holds, and left as it is
    where they hold nothing.

    Raises:
        InvalidRequirementsFileError: a file cannot be read, or lines in it are wrong; all of them are listed.
    """
    collector = _Collector(read, variables)
    for name in files:
        collector.file(name, limits=False, above=())
    for name in constraints:
        collector.file(name, limits=True, above=())
    if collector.problems:
        raise InvalidRequirementsFileError(problems=tuple(collector.problems))
    return collector.result()


class _Line(NamedTuple):
    """A logical line: comments gone, continuations joined, variables replaced in ``text`` and kept in ``written``."""

    file: str
    number: int
    text: str
    written: str

    @property
    def origin(self) -> str:
        return f"{self.file}:{self.number}"


class _Option(NamedTuple):
    name: str
    value: str


class _Collector:
    """Gathers what all files say."""

    def __init__(self, read: Reader, variables: Mapping[str, str]) -> None:
        self.problems: list[tuple[str, str]] = []
        self._read = read
        self._variables = variables
        self._lines: dict[bool, list[RequirementLine]] = {False: [], True: []}
        self._index_url: str | None = None
        self._lists: dict[str, list[str]] = {"--extra-index-url": [], "--find-links": [], "--trusted-host": []}
        self._formats: dict[str, set[str]] = {"--no-binary": set(), "--only-binary": set()}
        self._flags: set[str] = set()
        self._ignored: list[str] = []

    def result(self) -> RequirementsFiles:
        return RequirementsFiles(
            requirements=tuple(self._lines[False]),
            constraints=tuple(self._lines[True]),
            index_url=self._index_url,
            extra_index_urls=tuple(self._lists["--extra-index-url"]),
            no_index="--no-index" in self._flags,
            find_links=tuple(self._lists["--find-links"]),
            trusted_hosts=tuple(self._lists["--trusted-host"]),
            no_binary=_names(self._formats["--no-binary"]),
            only_binary=_names(self._formats["--only-binary"]),
            prefer_binary="--prefer-binary" in self._flags,
            prereleases="--pre" in self._flags,
            require_hashes="--require-hashes" in self._flags,
            ignored=tuple(self._ignored),
        )

    def file(self, name: str, *, limits: bool, above: tuple[str, ...], line: _Line | None = None) -> None:
        """Take in a file; ``above`` are the files that include it, ``line`` the line that does."""
        if name in above:
            chain = " -> ".join((*above[above.index(name) :], name))
            self._note(line, name, f"files include each other: {chain}")
            return
        try:
            text = decoded(self._read(name))
        except OSError as error:
            self._note(line, name, f"`{name}` cannot be read: {error.strerror or error}")
            return
        except (UnicodeDecodeError, LookupError) as error:
            self._note(line, name, f"`{name}` cannot be decoded: {error}")
            return
        for inner in _logical_lines(name, text, self._variables):
            self._line(inner, limits=limits, above=(*above, name))

    def _note(self, line: _Line | None, name: str, reason: str) -> None:
        self.problems.append((name if line is None else line.origin, reason))

    def _line(self, line: _Line, *, limits: bool, above: tuple[str, ...]) -> None:
        start = _first_option.search(line.text)
        requirement = (line.text if start is None else line.text[: start.start()]).strip()
        try:
            options = list(_options("" if start is None else line.text[start.end() :]))
            editable = next((option.value for option in options if option.name == "--editable"), None)
            if requirement and editable is not None:
                self._note(line, line.file, f"`{requirement}` stands before an option that begins a line")
            elif requirement or editable is not None:
                self._requirement(line, requirement or editable or "", options, limits=limits)
            else:
                self._file_options(line, options, limits=limits, above=above)
        except InvalidRequirementError as error:
            self._note(line, line.file, f"`{error.text}` is not a valid requirement: {error.reason}")
        except ValueError as error:
            self._note(line, line.file, str(error))

    def _requirement(self, line: _Line, text: str, options: list[_Option], *, limits: bool) -> None:
        hashes: list[Hash] = []
        settings: dict[str, tuple[str, ...]] = {}
        for name, value in options:
            if name == "--hash":
                hashes.append(Hash.parse(value))
            elif name == "--config-settings":
                key, separator, setting = value.partition("=")
                if not separator:
                    raise ValueError(f"`{value}` is not of the form `key=value`")
                settings[key] = (*settings.get(key, ()), setting)
            elif name in _IGNORED:
                self._ignored.append(f"{name} ({line.origin})")
            elif name != "--editable":
                raise ValueError(f"`{name}` stands on a line of its own, not after a requirement")
        editable = any(name == "--editable" for name, _ in options)
        requirement, found = parse_requirement(text, origin=line.origin, editable=editable)
        if found is not None:
            hashes = _with_fragment(found, hashes)
        if requirement.source is not None:
            requirement = replace(requirement, written_place=written_place(line.written))
        self._lines[limits].append(
            RequirementLine(requirement=requirement, hashes=tuple(hashes), config_settings=settings, origin=line.origin)
        )

    def _file_options(self, line: _Line, options: list[_Option], *, limits: bool, above: tuple[str, ...]) -> None:
        for name, value in options:
            if name in {"--requirement", "--constraint"}:
                self.file(_beside(value, line.file), limits=limits or name == "--constraint", above=above, line=line)
            elif name == "--no-require-hashes":
                self._flags.discard("--require-hashes")
            elif name in _FLAGS:
                self._flags.add(name)
            elif name == "--index-url":
                self._index_url = value
            elif name in self._lists:
                if value not in self._lists[name]:
                    self._lists[name].append(value)
            elif name in self._formats:
                self._set_format(name, value)
            elif name in _OF_A_REQUIREMENT:
                raise ValueError(f"`{name}` stands after a requirement, not on a line of its own")
            else:
                self._ignored.append(f"{name} ({line.origin})")

    def _set_format(self, name: str, value: str) -> None:
        """Add projects to one of the two sets of formats; what was said last of a project counts."""
        chosen = self._formats[name]
        other = self._formats["--only-binary" if name == "--no-binary" else "--no-binary"]
        for part in filter(None, (part.strip() for part in value.split(","))):
            if part == ":none:":
                chosen.clear()
            elif part == ":all:":
                other.clear()
                chosen.clear()
                chosen.add(part)
            else:
                project = project_name(part)
                other.discard(project)
                chosen.add(project)


def _names(texts: set[str]) -> Names:
    return "all" if ":all:" in texts else frozenset(map(project_name, texts))


def _beside(name: str, file: str) -> str:
    """Return the name of a file that another one names."""
    if is_url(name):
        return name
    if is_url(file):
        from urllib.parse import urljoin

        return urljoin(file, name)
    if name.startswith(("/", "~")) or re.match(r"[A-Za-z]:[\\/]", name):
        return name
    folder = re.match(r".*[/\\]", file)
    return f"{folder[0]}{name}" if folder else name


# -- lines -------------------------------------------------------------------------------------------------------------


def decoded(data: bytes) -> str:
    """Return the text of a file: by its byte order mark, else by a coding line (PEP 263), else as UTF-8.

    Raises:
        UnicodeDecodeError: the bytes do not fit the encoding.
        LookupError: the encoding is unknown.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding)
    for line in data.split(b"\n", 2)[:2]:
        found = _encoding_line.search(line) if line.startswith(b"#") else None
        if found is not None:
            return data.decode(found[1].decode("ascii"))
    return data.decode()


def _logical_lines(file: str, text: str, variables: Mapping[str, str]) -> Iterator[_Line]:
    """Yield lines that say something, numbered by where they begin."""
    parts: list[str] = []
    start = 0
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        if not parts:
            start = number
        is_comment = line.lstrip().startswith("#")
        if line.endswith("\\") and not is_comment and number < len(lines):
            parts.append(line[:-1])
            continue
        # A comment ends a line that was to be continued.
        parts.append(f" {line}" if is_comment else line.removesuffix("\\"))
        joined = _comment.sub("", "".join(parts)).strip()
        parts.clear()
        if joined:
            yield _Line(file, start, _expanded(joined, variables), joined)


def _expanded(text: str, variables: Mapping[str, str]) -> str:
    return _variable.sub(lambda found: variables.get(found[1]) or found[0], text)


def _options(text: str) -> Iterator[_Option]:
    """Yield the options of a line.

    Raises:
        ValueError: one is unknown, or lacks its value.
    """
    editable = _editable.match(text)
    if editable is not None:
        place, text = _place(text[editable.end() :])
        yield _Option("--editable", place)
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise ValueError(f"`{text}` cannot be split into words: {str(error).lower()}") from error
    while words:
        name, equals, value = _option_name(words.pop(0))
        if name in _FLAGS:
            if equals:
                raise ValueError(f"`{name}` takes no value")
            yield _Option(name, "")
            continue
        if name not in _VALUED:
            raise ValueError(f"`{name}` is not an option of requirements files")
        if not equals:
            if not words:
                raise ValueError(f"`{name}` needs a value")
            value = words.pop(0)
        yield _Option(name, value)


def _place(text: str) -> tuple[str, str]:
    """Return the place after `--editable` with the marker that may follow it, quotes kept, and what comes after."""
    if text[:1] in {'"', "'"}:
        place, _, rest = text[1:].partition(text[0])
        return place, rest
    following = _first_option.search(text)
    if not text.strip() or (following is not None and not text[: following.start()].strip()):
        raise ValueError("`--editable` needs a value")
    return (text.strip(), "") if following is None else (text[: following.start()].strip(), text[following.end() :])


def _option_name(word: str) -> tuple[str, bool, str]:
    """Return the long name of an option, whether a value is joined to it, and that value."""
    if word.startswith("--"):
        name, equals, value = word.partition("=")
        return _ALIASES.get(name, name), bool(equals), value
    name = _SHORT.get(word[:2], word)
    value = word[2:].removeprefix("=")
    return name, bool(value) and name is not word, value


def _with_fragment(found: Hash, hashes: list[Hash]) -> list[Hash]:
    """Return the digests that a file must have one of, given the one in its URL and those of `--hash`.

    Raises:
        ValueError: no file can have both.
    """
    alike = [one for one in hashes if one.algorithm == found.algorithm]
    if alike and found not in alike:
        raise ValueError(f"the digest in the URL, {found}, is none of those that `--hash` names")
    return [found, *(one for one in hashes if one.algorithm != found.algorithm)]
