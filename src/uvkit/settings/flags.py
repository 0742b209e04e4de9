"""Truth values as variables spell them."""

from __future__ import annotations

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
