"""Truth values as variables spell them."""

from __future__ import annotations

from collections.abc import Mapping

from uvkit.errors import InvalidOptionError

_TRUE = frozenset({"1", "t", "true", "y", "yes", "on"})
_FALSE = frozenset({"0", "f", "false", "n", "no", "off"})


def flag(text: str) -> bool:
    """Return the truth that a text names.

    Raises:
        ValueError: it names none.
    """
    lowered = text.lower()
    if lowered in _TRUE:
        return True
    if lowered in _FALSE:
        return False
    raise ValueError(f"`{text}` is not a truth value; use `1` or `0`")


def flag_of(name: str, variables: Mapping[str, str]) -> bool:
    """Return the truth that a variable names, false if it is not set.

    Raises:
        InvalidOptionError: it names none.
    """
    text = variables.get(name, "").strip()
    try:
        return bool(text) and flag(text)
    except ValueError as error:
        raise InvalidOptionError(problems=((name, str(error)),)) from error
