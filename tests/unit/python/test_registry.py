from __future__ import annotations

import sys

import pytest

from uvkit.python.registry import registered_executables


class Keys:
    """A registry made of a dictionary from paths to values."""

    def __init__(self, keys: dict[str, dict[str, str]]) -> None:
        self._keys = keys

    def children(self, key: str) -> list[str]:
        prefix = f"{key}\\" if key else ""
        found = (name.removeprefix(prefix) for name in self._keys if name.startswith(prefix))
        return list(dict.fromkeys(name.partition("\\")[0] for name in found))

    def value(self, key: str, name: str) -> str | None:
        return self._keys.get(key, {}).get(name)


def test_registered_interpreters_come_newest_first_and_users_before_machines() -> None:
    user = Keys(
        {
            r"PythonCore\3.11\InstallPath": {"ExecutablePath": r"C:\311\python.exe", "": "C:\\311\\"},
            r"PythonCore\3.12\InstallPath": {"": "C:\\312\\"},
            r"PythonCore\3.10\Modules": {"": "nothing"},
        }
    )
    machine = Keys(
        {
            r"PyLauncher\x\InstallPath": {"ExecutablePath": r"C:\Windows\py.exe"},
            r"Astral\CPython3.13.1\InstallPath": {"ExecutablePath": r"C:\313\python.exe"},
        }
    )

    found = list(registered_executables([user, machine]))

    assert found == [r"C:\312\python.exe", r"C:\311\python.exe", r"C:\313\python.exe"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has a registry")
def test_other_systems_have_no_registry() -> None:
    assert list(registered_executables()) == []
