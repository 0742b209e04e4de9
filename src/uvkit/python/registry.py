"""Interpreters that are registered with Windows (PEP 514)."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Protocol


class Registry(Protocol):
    r"""One view of ``Software\Python`` in the registry; keys are paths below it."""

    def children(self, key: str) -> list[str]:
        """Return the names of the keys below a key; none if it does not exist."""
        ...

    def value(self, key: str, name: str) -> str | None:
        """Return a value of a key, or none; an empty name is the key's default value."""
        ...


def registered_executables(views: Iterable[Registry] | None = None) -> Iterator[str]:
    """Return the executables in the registry, the user's before the machine's; none on other systems."""
    for registry in _views() if views is None else views:
        for company in registry.children(""):
            if company == "PyLauncher":  # PEP 514 reserves it: no interpreters below
                continue
            for tag in sorted(registry.children(company), reverse=True):
                key = f"{company}\\{tag}\\InstallPath"
                executable = registry.value(key, "ExecutablePath")
                folder = registry.value(key, "")
                if executable:
                    yield executable
                elif folder:
                    # Older installers wrote the folder only.
                    yield folder.rstrip("\\") + "\\python.exe"


if sys.platform == "win32":
    import winreg

    class _View:
        def __init__(self, root: int, access: int) -> None:
            self._root = root
            self._access = winreg.KEY_READ | access

        def children(self, key: str) -> list[str]:
            try:
                with winreg.OpenKey(self._root, rf"Software\Python\{key}".rstrip("\\"), 0, self._access) as opened:
                    return [winreg.EnumKey(opened, index) for index in range(winreg.QueryInfoKey(opened)[0])]
            except OSError:
                return []

        def value(self, key: str, name: str) -> str | None:
            try:
                with winreg.OpenKey(self._root, rf"Software\Python\{key}", 0, self._access) as opened:
                    found = winreg.QueryValueEx(opened, name)[0]
            except OSError:
                return None
            return found if isinstance(found, str) else None

    def _views() -> tuple[Registry, ...]:
        return (
            _View(winreg.HKEY_CURRENT_USER, 0),
            _View(winreg.HKEY_LOCAL_MACHINE, winreg.KEY_WOW64_64KEY),
            _View(winreg.HKEY_LOCAL_MACHINE, winreg.KEY_WOW64_32KEY),
        )

else:

    def _views() -> tuple[Registry, ...]:
        return ()
