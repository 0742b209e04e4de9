"""Values of an object that are made when first asked for, by any number of threads."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["lazy_property"]

if TYPE_CHECKING:
    from functools import cached_property as lazy_property
else:

    class lazy_property:  # noqa: N801  # used as a decorator, like the one it stands in for
        """As ``functools.cached_property``, but nobody waits for another object, and all threads get one value.

        Python 3.11's holds a lock for all objects of the class while a value is made, so that one project that is
        built keeps every other thread from asking for its own; later ones give each of several threads its own value.
        Here threads that ask at the same moment may each make one, and all get the first.
        """

        def __init__(self, make):
            self._make = make
            self.__doc__ = make.__doc__

        def __set_name__(self, owner, name):
            self._name = name

        def __get__(self, instance, owner=None):
            if instance is None:
                return self
            return instance.__dict__.setdefault(self._name, self._make(instance))
