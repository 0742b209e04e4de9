"""Frozen pydantic models made of table descriptions: the explanation of mistakes, and the JSON Schema."""

from __future__ import annotations

from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, is_typeddict

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr, ValidationError, create_model
from pydantic_core import ErrorDetails

from .shapes import Mistake, Path, Shape, bare, describe, has, origin_of, remark, shape_at, wrong_kind
from .toml import did_you_mean

# TOML has types, so a number in quotes is a mistake and not a number.
_SCALARS: dict[Shape, Any] = {str: StrictStr, int: StrictInt, bool: StrictBool}
_CONFIG = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())


@cache
def model_of(shape: Shape) -> type[BaseModel]:
    """Return the model of a table description; its field names are the keys with `_` for `-`."""
    fields: dict[str, Any] = {}
    for key, kind in shape.__annotations__.items():
        default = ... if key in shape.__required_keys__ else None
        fields[key.replace("-", "_")] = (_field_type(kind), Field(default, alias=key, description=remark(kind)))
    model: type[BaseModel] = create_model(shape.__name__, __config__=_CONFIG, **fields)
    return model


def _field_type(shape: Shape) -> Any:
    shape = bare(shape)
    if is_typeddict(shape):
        return model_of(shape)
    arguments = get_args(shape)
    origin = origin_of(shape)
    if origin is list:
        return list[_field_type(arguments[0])]  # type: ignore[misc]  # a type made at run time
    if origin is dict:
        return dict[str, _field_type(arguments[1])]  # type: ignore[misc]
    if origin in {Union, UnionType}:
        return Union[tuple(_field_type(argument) for argument in arguments)]  # noqa: UP007  # made of a tuple
    return _SCALARS.get(shape, shape)


def json_schema(shape: Shape) -> dict[str, Any]:
    """Return the JSON Schema of a table description."""
    return model_of(shape).model_json_schema()


def mistakes(value: dict[str, Any], shape: Shape) -> list[Mistake]:
    """Return everything in a table that its model refuses; nothing exactly if `fits` says that it fits."""
    try:
        model_of(shape).model_validate(value)
    except ValidationError as error:
        found: dict[Path, Mistake] = {}
        for detail in error.errors(include_url=False, include_context=False):
            mistake = _mistake(detail, value, shape)
            found.setdefault(mistake.path, mistake)
        return [found[path] for path in found if not _is_explained(path, found)]
    return []


def _is_explained(path: Path, found: dict[Path, Mistake]) -> bool:
    """Tell whether a mistake is only that of a union, some part of which failed further inside."""
    return any(len(other) > len(path) and other[: len(path)] == path for other in found)


def _mistake(detail: ErrorDetails, value: dict[str, Any], shape: Shape) -> Mistake:
    path, inner = _place(detail["loc"], value)
    if detail["type"] == "missing":
        return Mistake((*path, str(detail["loc"][-1])), "is required")
    if detail["type"] == "extra_forbidden":
        table = shape_at(shape, value, path[:-1])
        known = list(table.__annotations__) if is_typeddict(table) else []
        return Mistake(path, f"unknown key{did_you_mean(str(path[-1]), known)}", unknown=str(path[-1]))
    wanted = shape_at(shape, value, path)
    choices = [choice for choice in get_args(wanted) if isinstance(choice, str)]
    if origin_of(wanted) is Literal and isinstance(inner, str) and choices:
        return Mistake(path, f"`{inner}` is not {describe(wanted)}{did_you_mean(inner, choices)}")
    return Mistake(path, wrong_kind(wanted, inner))


def _place(location: tuple[int | str, ...], value: Any) -> tuple[Path, Any]:
    """Return the place in the value, without the names of union parts that pydantic puts between, and what is there."""
    path: list[str | int] = []
    for step in location:
        if has(value, step):
            path.append(step)
            value = value[step]
    return tuple(path), value
