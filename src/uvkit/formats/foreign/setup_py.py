"""The arguments of `setup()` in a `setup.py`, as far as they can be read without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_FINDERS = ("find_packages", "find_namespace_packages")
_FILE = "file: "
_METADATA = frozenset({
    "author", "author_email", "classifiers", "description", "download_url", "keywords", "license", "license_files",
    "long_description", "long_description_content_type", "maintainer", "maintainer_email", "name", "platforms",
    "project_urls", "url", "version",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class SetupCall:
    """The sections that a `setup.cfg` would have, and the arguments that cannot be read, with reasons."""

    sections: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unread: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Tell whether everything is said elsewhere."""
        return not (self.sections or self.unread)


def read_setup_call(text: str) -> SetupCall | None:
    """Return what a `setup.py` says, or none if it does not call `setup()` or does not parse."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return None
    call = next(_calls(tree), None)
    if call is None:
        return None
    values = _Values(tree)
    sections: dict[str, dict[str, str]] = {}
    unread: dict[str, str] = {}
    for keyword in call.keywords:
        if keyword.arg is None:
            unread["**"] = "it is computed when the file runs"
            continue
        try:
            _put(sections, keyword.arg, values.of(keyword.value))
        except ValueError as error:
            unread[keyword.arg] = str(error)
    return SetupCall(sections, unread)


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            if name == "setup":
                yield node


class _Find:
    """A call of `find_packages`, with its arguments."""

    def __init__(self, name: str, arguments: dict[str, Any]) -> None:
        self.name = name
        self.arguments = arguments


class _Values:
    """Values of expressions that are literals, names of such, or one of a few known calls."""

    def __init__(self, tree: ast.Module) -> None:
        self._names: dict[str, ast.expr | None] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                name = node.targets[0].id
                # What is assigned twice depends on what ran.
                self._names[name] = None if name in self._names else node.value

    def of(self, node: ast.expr) -> Any:
        """Return the value of an expression.

        Raises:
            ValueError: only running the file would tell.
        """
        match node:
            case ast.Constant():
                return node.value
            case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
                return [self.of(item) for item in items]
            case ast.Dict(keys=keys, values=values) if all(key is not None for key in keys):
                pairs = zip((key for key in keys if key is not None), values, strict=True)
                return {self.of(key): self.of(value) for key, value in pairs}
            case ast.Name(id=name) if self._names.get(name) is not None:
                return self.of(self._names.pop(name))  # type: ignore[arg-type]  # it is there
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return _sum(self.of(left), self.of(right))
            case ast.JoinedStr():
                raise ValueError("it is computed when the file runs")
            case ast.Call():
                return self._called(node)
        raise ValueError("it is computed when the file runs")

    def _called(self, node: ast.Call) -> Any:
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if name in _FINDERS:
            arguments = {one.arg: self.of(one.value) for one in node.keywords if one.arg is not None}
            if node.args:
                arguments["where"] = self.of(node.args[0])
            return _Find(name, arguments)
        if name in {"read", "read_text"} and (file := self._file(node)):
            return f"{_FILE}{file}"
        if name in {"strip", "rstrip"} and isinstance(function, ast.Attribute) and not node.args:
            return self.of(function.value)
        raise ValueError("it is computed when the file runs")

    def _file(self, node: ast.Call) -> str | None:
        """Return the file that `open("X").read()`, `Path("X").read_text()` or `read("X")` reads, if it says so."""
        opened = node.func.value if isinstance(node.func, ast.Attribute) else node
        arguments = opened.args if isinstance(opened, ast.Call) else []
        last = arguments[0] if arguments else None
        return last.value if isinstance(last, ast.Constant) and isinstance(last.value, str) else None


def _sum(one: Any, other: Any) -> Any:
    """Return the sum of two values; of the contents of files the list of those, texts between them left out.

    Raises:
        ValueError: it has none.
    """
    files = [text.removeprefix(_FILE) for text in (one, other) if isinstance(text, str) and text.startswith(_FILE)]
    if files:
        return _FILE + ", ".join(files)
    try:
        return one + other
    except TypeError as error:
        raise ValueError("it is computed when the file runs") from error


def _put(sections: dict[str, dict[str, str]], key: str, value: Any) -> None:
    """Write an argument as `setup.cfg` has it.

    Raises:
        ValueError: it has no form there.
    """
    if key == "extras_require" and isinstance(value, dict):
        sections["options.extras_require"] = {name: _lines(items) for name, items in value.items()}
    elif key == "entry_points" and isinstance(value, dict):
        sections["options.entry_points"] = {name: _lines(items) for name, items in value.items()}
    elif key == "entry_points":
        raise ValueError("entry points as one text are not read")
    elif key in {"package_data", "exclude_package_data"} and isinstance(value, dict):
        sections[f"options.{key}"] = {name or "*": _lines(items) for name, items in value.items()}
    elif key == "data_files":
        sections["options.data_files"] = {str(folder): _lines(items) for folder, items in value}
    elif isinstance(value, _Find):
        kind = "find_namespace:" if "namespace" in value.name else "find:"
        sections.setdefault("options", {})["packages"] = kind
        find = {name: _lines(items) for name, items in value.arguments.items()}
        if find:
            sections["options.packages.find"] = find
    elif isinstance(value, dict):
        rows = "\n".join(f"{name} = {item}" for name, item in value.items())
        sections.setdefault(_section(key), {})[key] = rows
    elif value is not None:
        sections.setdefault(_section(key), {})[key] = _lines(value)


def _section(key: str) -> str:
    return "metadata" if key in _METADATA else "options"


def _lines(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return str(value)
