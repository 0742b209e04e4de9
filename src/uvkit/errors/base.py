"""The root of all errors."""

from __future__ import annotations

from typing import Any, ClassVar


def _restore(cls: type[UvkitError], fields: dict[str, Any]) -> UvkitError:
    error = cls.__new__(cls)
    error.__dict__.update(fields)
    return error


class UvkitError(Exception):
    """Base of every error uvkit raises on purpose."""

    code: ClassVar[str] = "error"

    @property
    def hints(self) -> tuple[str, ...]:
        """Return what the reader can do about it, most useful first."""
        return ()

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), dict(vars(self)))
