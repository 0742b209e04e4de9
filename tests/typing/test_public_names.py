"""Every public name exists, says what it is, and is used in the typed example."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import uvkit

MODULES = ("aio", "display", "errors", "events", "settings", "testing")
EXAMPLE = Path(__file__).with_name("public_api.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", uvkit.__all__)
def test_name_resolves(name: str) -> None:
    assert getattr(uvkit, name) is not None


@pytest.mark.parametrize("module", MODULES)
def test_names_of_public_modules_resolve(module: str) -> None:
    package = getattr(uvkit, module)

    assert isinstance(package, ModuleType)
    assert [name for name in package.__all__ if getattr(package, name, None) is None] == []


@pytest.mark.parametrize(
    "owner", [uvkit, *(getattr(uvkit, module) for module in MODULES)], ids=lambda one: one.__name__
)
def test_classes_and_functions_have_docstrings(owner: ModuleType) -> None:
    values = {name: getattr(owner, name) for name in owner.__all__}

    undocumented = [
        name
        for name, value in values.items()
        if isinstance(value, type | ModuleType) or inspect.isfunction(value)
        if not inspect.getdoc(value)
    ]

    assert undocumented == []


@pytest.mark.parametrize("name", uvkit.__all__)
def test_public_methods_have_docstrings(name: str) -> None:
    value = getattr(uvkit, name)
    if not isinstance(value, type):
        return

    undocumented = [
        key
        for key, member in vars(value).items()
        if not key.startswith("_") and (callable(member) or isinstance(member, property | classmethod))
        if not inspect.getdoc(member)
    ]

    assert undocumented == []


@pytest.mark.parametrize("name", uvkit.__all__)
def test_typed_example_uses_the_name(name: str) -> None:
    pattern = rf"from uvkit import [^\n]*\b{name}\b" if name in MODULES else rf"uvkit\.{name}\b"

    assert re.search(pattern, EXAMPLE)


def test_unknown_names_are_refused() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        getattr(uvkit, "no_such_name")  # noqa: B009  # type checkers know the names


def test_star_import_gives_what_all_names() -> None:
    program = "from uvkit import *; import uvkit; assert set(uvkit.__all__) <= set(globals()), 'names are missing'"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


def test_completion_offers_the_public_names() -> None:
    assert set(dir(uvkit)) == set(uvkit.__all__)
