"""Is a diagram true in one environment?"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping

from .comparisons import normalized_name
from .diagram import (
    CONTAINS,
    EXTRA,
    IN,
    LIST,
    PYTHON,
    STRING,
    STRING_KEYS,
    TRUE,
    VERSION,
    VERSION_KEYS,
    VERSION_OF_STRING,
    Node,
    Variable,
)
from .releases import environment_release

__all__ = ["evaluate"]


def evaluate(node: Node, environment: Mapping[str, str], active: tuple[Collection[str], Collection[str]]) -> bool:
    """Follow the diagram from its root; ``active`` holds the extras and the dependency groups that are asked for."""
    while node.children:
        if node.variable[0] <= VERSION:
            # A cut just before the value has the value on its right, a cut just after it does not.
            node = node.children[bisect_right(node.cuts, (_value(node.variable, environment), 0))]
        else:
            node = node.children[0 if _holds(node.variable, environment, active) else 1]
    return node is TRUE


def _value(variable: Variable, environment: Mapping[str, str]) -> object:
    kind, number, _ = variable
    if kind == STRING:
        return environment.get(STRING_KEYS[number], "")
    if kind == VERSION_OF_STRING:
        return environment_release(environment.get(STRING_KEYS[number], ""))
    text = environment.get(VERSION_KEYS[number], "")
    if not text and variable == PYTHON:
        text = environment.get("python_version", "")
    return environment_release(text)


def _holds(variable: Variable, environment: Mapping[str, str], active: tuple[Collection[str], Collection[str]]) -> bool:
    kind, number, text = variable
    if kind == EXTRA:
        return _is_among(text, active[0])
    if kind == LIST:
        return _is_among(text, active[number])
    value = environment.get(STRING_KEYS[number], "")
    assert kind in {IN, CONTAINS}
    return value in text if kind == IN else text in value


def _is_among(name: str, names: Collection[str]) -> bool:
    return name in names or any(normalized_name(other) == name for other in names)
