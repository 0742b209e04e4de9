"""Tables of TOML described as `TypedDict`s: tell quickly whether a table fits, and explain when it does not.

A table that fits is used as it is, so the common case costs a walk. The explanation comes from frozen pydantic models
made of the same descriptions; importing pydantic takes about 110 ms, as long as ten small commands, so it happens only
for a table with a mistake in it, or for the JSON Schema.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, Required, TypeAlias, Union, get_args, get_origin, is_typeddict

from .toml import kind_of

Shape: TypeAlias = Any  # a TypedDict class, list[…], dict[str, …], Literal[…], a union, str, int, bool or Any
Path: TypeAlias = tuple[str | int, ...]
_NAMES: dict[Shape, str] = {str: "a string", int: "an integer", bool: "a boolean", Any: "a value"}


class Mistake(NamedTuple):
    """Where a value does not fit and why; ``unknown`` is the key if the table does not have it."""

    path: Path
    reason: str
    unknown: str | None = None


def origin_of(shape: Shape) -> Any:
    """Return what a generic shape is made from: `list`, `dict`, `Literal`, `Union` or a remark's form."""
    return get_origin(shape)


@cache
def fits(shape: Shape) -> Callable[[object], bool]:
    """Return the test whether a value has a shape, exactly as the models of `shape_models` decide it."""
    shape = bare(shape)
    if is_typeddict(shape):
        return _table_test(shape)
    arguments = get_args(shape)
    origin = origin_of(shape)
    if origin is list:
        item = fits(arguments[0])
        return lambda value: type(value) is list and all(map(item, value))
    if origin is dict:
        entry = fits(arguments[1])
        return lambda value: type(value) is dict and all(map(entry, value.values()))
    if origin is Literal:
        choices = frozenset((type(choice), choice) for choice in arguments)
        return lambda value: isinstance(value, str | bool | int) and (type(value), value) in choices
    if origin in {Union, UnionType}:
        tests = tuple(fits(argument) for argument in arguments)
        return lambda value: any(test(value) for test in tests)
    if shape is Any:
        return lambda _value: True
    return lambda value: type(value) is shape


def _table_test(shape: Shape) -> Callable[[object], bool]:
    fields: dict[str, Shape] = shape.__annotations__
    required: frozenset[str] = shape.__required_keys__

    def test(value: object) -> bool:
        return (
            type(value) is dict
            and required <= value.keys()
            and all(key in fields and fits(fields[key])(item) for key, item in value.items())
        )

    return test


def bare(shape: Shape) -> Shape:
    """Return the shape without its remarks."""
    while origin_of(shape) in {Annotated, Required}:
        shape = get_args(shape)[0]
    return shape


def remark(shape: Shape) -> str | None:
    """Return the sentence that goes with a shape, if any."""
    while origin_of(shape) is Required:
        shape = get_args(shape)[0]
    return str(shape.__metadata__[0]) if origin_of(shape) is Annotated else None


def describe(shape: Shape) -> str:
    """Return what a shape is, for messages: "an array of strings"."""
    shape = bare(shape)
    arguments = get_args(shape)
    origin = origin_of(shape)
    if origin is list:
        item = describe(arguments[0]).removeprefix("a ").removeprefix("an ")
        return "an array of tables" if item == "table" else f"an array of {item}s" if " " not in item else "an array"
    if origin is dict or is_typeddict(shape):
        return "a table"
    if origin is Literal:
        texts = [f"`{str(choice).lower() if isinstance(choice, bool) else choice}`" for choice in arguments]
        return texts[0] if len(texts) == 1 else f"one of {', '.join(texts)}"
    if origin in {Union, UnionType}:
        return " or ".join(describe(argument) for argument in arguments)
    return _NAMES.get(shape, "a value")


def shape_at(shape: Shape, value: object, path: Path) -> Shape:
    """Return the shape that belongs to a place in a value; of a union, the part that has the value's kind."""
    shape = _branch(bare(shape), value)
    if not path:
        return shape
    key, rest = path[0], path[1:]
    inner = value[key] if has(value, key) else None  # type: ignore[index]  # `has` looked
    if is_typeddict(shape):
        return shape_at(shape.__annotations__.get(key, Any), inner, rest)
    arguments = get_args(shape)
    return shape_at(arguments[-1] if arguments else Any, inner, rest)


def _branch(shape: Shape, value: object) -> Shape:
    if origin_of(shape) not in {Union, UnionType}:
        return shape
    if isinstance(value, dict):
        fitting = [part for part in map(bare, get_args(shape)) if is_typeddict(part) or origin_of(part) is dict]
    else:
        fitting = [part for part in map(bare, get_args(shape)) if origin_of(part) is list and isinstance(value, list)]
    return fitting[0] if len(fitting) == 1 else shape


def has(value: object, key: str | int) -> bool:
    """Tell whether a table or an array has an entry at a key or position."""
    if isinstance(value, dict):
        return key in value
    return isinstance(value, list) and isinstance(key, int) and key < len(value)


def without(value: Any, paths: Collection[Path]) -> Any:
    """Return a copy of nested tables and arrays in which the entries at some places are missing."""
    heads = {path[0] for path in paths if len(path) == 1}
    deeper: dict[str | int, list[Path]] = {}
    for path in paths:
        if len(path) > 1 and path[0] not in heads:
            deeper.setdefault(path[0], []).append(path[1:])
    if isinstance(value, dict):
        return {
            key: without(item, deeper[key]) if key in deeper else item
            for key, item in value.items()
            if key not in heads
        }
    return [
        without(item, deeper[position]) if position in deeper else item
        for position, item in enumerate(value)
        if position not in heads
    ]


def wrong_kind(shape: Shape, value: object) -> str:
    """Return the reason for a value of another kind."""
    return f"expected {describe(shape)}, got {kind_of(value)}"
