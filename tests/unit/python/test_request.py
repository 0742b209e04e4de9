from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest
from packaging.version import Version

from uvkit.python import Interpreter, PythonRequest


def said(text: str) -> dict[str, object]:
    """Return what a text says: the fields that differ from those of a request that says nothing."""
    request, silent = PythonRequest.parse(text), PythonRequest.parse("")
    return {
        field.name: getattr(request, field.name)
        for field in fields(PythonRequest)
        if field.compare and field.name != "text" and getattr(request, field.name) != getattr(silent, field.name)
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("default", {}),
        ("any", {"everything": True}),
        ("3", {"release": (3,)}),
        ("3.12", {"release": (3, 12)}),
        ("3.12 ", {"release": (3, 12)}),
        ("v3.12", {"release": (3, 12)}),
        ("3.12.4", {"release": (3, 12, 4)}),
        ("312", {"release": (3, 12)}),
        ("39", {"release": (3, 9)}),
        ("3124", {"release": (3, 124)}),
        ("3.14rc1", {"release": (3, 14), "phase": "rc1"}),
        ("3.13.0a1", {"release": (3, 13, 0), "phase": "a1"}),
        ("3.13.0-beta2", {"release": (3, 13, 0), "phase": "b2"}),
        ("3.13t", {"release": (3, 13), "free_threaded": True}),
        ("313t", {"release": (3, 13), "free_threaded": True}),
        ("3.13+freethreaded", {"release": (3, 13), "free_threaded": True}),
        ("3.13d", {"release": (3, 13), "debug": True}),
        ("3.13td", {"release": (3, 13), "free_threaded": True, "debug": True}),
        ("3.13+freethreaded+debug", {"release": (3, 13), "free_threaded": True, "debug": True}),
        ("3.13+gil", {"release": (3, 13), "free_threaded": False}),
        ("3.13.0rc1t", {"release": (3, 13, 0), "phase": "rc1", "free_threaded": True}),
        (">=3.10,<3.13", {"specifier": ">=3.10, <3.13"}),
        (">=3.10, <3.13", {"specifier": ">=3.10, <3.13"}),
        ("~=3.11", {"specifier": "~=3.11"}),
        ("==3.11.*", {"specifier": "==3.11.*"}),
        ("!=3.11.7", {"specifier": "!=3.11.7"}),
        (">=3.13+freethreaded", {"specifier": ">=3.13", "free_threaded": True}),
        ("python", {}),
        ("python3", {"release": (3,)}),
        ("python3.12", {"release": (3, 12)}),
        ("python311", {"release": (3, 11)}),
        ("python@3.11", {"release": (3, 11)}),
        ("cpython", {"implementation": "cpython"}),
        ("CPython", {"implementation": "cpython"}),
        ("cpython@3.12", {"implementation": "cpython", "release": (3, 12)}),
        ("cpython3.12", {"implementation": "cpython", "release": (3, 12)}),
        ("cp312", {"implementation": "cpython", "release": (3, 12)}),
        ("cpython>=3.11", {"implementation": "cpython", "specifier": ">=3.11"}),
        ("cpython@>=3.11", {"implementation": "cpython", "specifier": ">=3.11"}),
        ("pypy", {"implementation": "pypy"}),
        ("pypy@3.10", {"implementation": "pypy", "release": (3, 10)}),
        ("pypy3.10", {"implementation": "pypy", "release": (3, 10)}),
        ("pp310", {"implementation": "pypy", "release": (3, 10)}),
        ("graalpy@3.11", {"implementation": "graalpy", "release": (3, 11)}),
        (
            "cpython-3.12.3-linux-x86_64-gnu",
            {
                "implementation": "cpython",
                "release": (3, 12, 3),
                "system": "linux",
                "machine": "x86_64",
                "libc": "gnu",
            },
        ),
        (
            "cpython-3.13+freethreaded-macos-arm64-none",
            {
                "implementation": "cpython",
                "release": (3, 13),
                "free_threaded": True,
                "system": "macos",
                "machine": "aarch64",
                "libc": "none",
            },
        ),
        ("cpython-3.12", {"implementation": "cpython", "release": (3, 12)}),
        ("cpython-any-linux", {"implementation": "cpython", "system": "linux"}),
        ("any-3.12-any", {"release": (3, 12)}),
        ("linux-x86_64", {"system": "linux", "machine": "x86_64"}),
        ("x86_64", {"machine": "x86_64"}),
        ("foo", {"kind": "name"}),
        ("foo.exe", {"kind": "name"}),
        ("py311", {"kind": "name"}),
        ("3.x", {"kind": "name"}),
        ("3.11.*", {"kind": "name"}),
        ("3.11-dev", {"kind": "name"}),
        ("t", {"kind": "name"}),
        ("freethreaded", {"kind": "name"}),
        ("linux-cpython", {"kind": "name"}),
        ("cpython-3.12-linux-x86_64-gnu-more", {"kind": "name"}),
        ("./foo", {"kind": "path"}),
        ("foo/bar", {"kind": "path"}),
        ("~/env", {"kind": "path"}),
        ("/usr/bin", {"kind": "path"}),
    ],
)
def test_texts_are_understood_as_uv_does(text: str, expected: dict[str, object]) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "version", "expected"),
    [
        ("", "3.14.0rc1", True),
        ("3", "3.9.1", True),
        ("3", "2.7.18", False),
        ("3.1", "3.11.0", False),
        ("3.12", "3.12.9", True),
        ("3.12.4", "3.12.4", True),
        ("3.12.4", "3.12.40", False),
        ("3.14", "3.14.0rc1", True),
        ("3.14.0", "3.14.0rc1", False),
        ("3.14rc1", "3.14.0rc1", True),
        ("3.14rc1", "3.14.0rc2", False),
        ("3.14rc1", "3.14.0", False),
        (">=3.10,<3.13", "3.12.9", True),
        (">=3.10,<3.13", "3.13.0", False),
        (">=3.13", "3.14.0a1", True),
    ],
)
def test_versions_match(text: str, version: str, expected: bool) -> None:
    assert PythonRequest.parse(text).matches_version(Version(version)) is expected


def made_up(interpreter: Interpreter, version: str, **changes: object) -> Interpreter:
    major, minor, micro = (int(part) for part in version.split("."))
    markers = {**interpreter.facts["markers"], "python_full_version": version}
    facts = {**interpreter.facts, "markers": markers, "version": [major, minor, micro, "final", 0], **changes}
    return replace(interpreter, facts=facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "version", "free_threaded", "expected"),
    [
        ("3.13", "3.13.1", True, False),
        ("3.13t", "3.13.1", True, True),
        ("3.13t", "3.13.1", False, False),
        ("3.14", "3.14.1", True, True),
        ("3.14+gil", "3.14.1", True, False),
        ("any", "3.13.1", True, True),
    ],
)
def test_free_threaded_builds_wait_to_be_asked_for(
    text: str, version: str, free_threaded: bool, expected: bool, interpreter: Interpreter
) -> None:
    found = made_up(interpreter, version, free_threaded=free_threaded)

    assert PythonRequest.parse(text).matches(found) is expected


def test_implementation_and_platform_are_compared(interpreter: Interpreter) -> None:
    markers = {**interpreter.facts["markers"], "sys_platform": "linux", "platform_machine": "aarch64"}
    facts = {**interpreter.facts, "implementation": "pypy", "markers": markers, "libc": "musl 1.2"}
    found = replace(interpreter, facts=facts)  # type: ignore[arg-type]

    matches = [
        text
        for text in ("pypy", "cpython", "linux", "macos", "linux-arm64", "linux-x86_64", "linux-aarch64-musl")
        if PythonRequest.parse(text).matches(found)
    ]

    assert matches == ["pypy", "linux", "linux-arm64", "linux-aarch64-musl"]


def test_a_path_matches_the_interpreter_and_its_environment(interpreter: Interpreter, tmp_path: Path) -> None:
    paths = (interpreter.executable, interpreter.prefix, interpreter.base_executable, interpreter.base_prefix, tmp_path)

    assert [PythonRequest.of(path).matches(interpreter) for path in paths] == [True, True, True, True, False]


def test_a_name_matches_the_executable(interpreter: Interpreter) -> None:
    named = replace(interpreter, executable=Path("/tools/mypython"))

    assert PythonRequest.parse("mypython").matches(named)
    assert not PythonRequest.parse("other").matches(named)
