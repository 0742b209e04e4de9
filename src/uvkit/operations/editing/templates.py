"""The texts that a new project begins with. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal, TypeAlias

Backend: TypeAlias = Literal["uv", "hatch", "flit", "pdm", "poetry", "setuptools", "maturin", "scikit"]
Kind: TypeAlias = Literal["app", "lib"]

_BACKENDS: dict[Backend, tuple[str, str]] = {
    "uv": ('"uv_build>=0.13.9,<0.14.0"', "uv_build"),
    "hatch": ('"hatchling"', "hatchling.build"),
    "flit": ('"flit_core>=3.2,<4"', "flit_core.buildapi"),
    "pdm": ('"pdm-backend"', "pdm.backend"),
    "poetry": ('"poetry-core>=2,<3"', "poetry.core.masonry.api"),
    "setuptools": ('"setuptools>=61"', "setuptools.build_meta"),
    "maturin": ('"maturin>=1.0,<2.0"', "maturin"),
    "scikit": ('"scikit-build-core>=0.12", "pybind11>=3"', "scikit_build_core.build"),
}
BACKENDS = tuple(_BACKENDS)
_COMPILED = frozenset({"maturin", "scikit"})

GITIGNORE = """\
# Python-generated files
__pycache__/
*.py[oc]
build/
dist/
wheels/
*.egg-info

# Virtual environments
.venv
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What is known of a new project; ``backend`` none is one that is not built."""

    name: str
    kind: Kind
    requires_python: str
    backend: Backend | None = None
    bare: bool = False
    description: str | None = None
    readme: bool = False
    author: tuple[str, str | None] | None = None  # name and address

    @property
    def module(self) -> str:
        """Return the name of the package that is imported."""
        module = self.name.replace("-", "_").replace(".", "_")
        return f"_{module}" if module[:1].isdigit() else module


def pyproject_text(begin: Beginning) -> str:
    """Return the `pyproject.toml` of a new project."""
    lines = ["[project]", f"name = {_quoted(begin.name)}", 'version = "0.1.0"']
    if begin.description is not None:
        lines.append(f"description = {_quoted(begin.description)}")
    if begin.readme:
        lines.append('readme = "README.md"')
    if begin.author is not None:
        name, address = begin.author
        email = f", email = {_quoted(address)}" if address else ""
        lines += ["authors = [", f"    {{ name = {_quoted(name)}{email} }}", "]"]
    lines += [f"requires-python = {_quoted(begin.requires_python)}", "dependencies = []"]
    if begin.backend is None:
        return "\n".join([*lines, ""])
    if begin.kind == "app" and not begin.bare:
        lines += ["", "[project.scripts]", f'{begin.name} = "{begin.module}:main"']
    requires, module = _BACKENDS[begin.backend]
    lines += [*_settings(begin), "", "[build-system]", f"requires = [{requires}]", f"build-backend = {_quoted(module)}"]
    return "\n".join([*lines, ""])


def source_files(begin: Beginning) -> dict[str, str]:
    """Return the modules that a new project begins with, by their paths."""
    if begin.bare:
        return {}
    if begin.backend is None:
        return {"main.py": main_text(begin.name)}
    compiled = begin.backend in _COMPILED
    folder = f"src/{begin.module}"
    files = {f"{folder}/__init__.py": _module_text(begin, compiled=compiled)}
    if begin.kind == "lib":
        files[f"{folder}/py.typed"] = ""
    if compiled:
        files[f"{folder}/_core.pyi"] = "def hello_from_bin() -> str: ...\n"
        files |= _rust_files(begin) if begin.backend == "maturin" else _cpp_files(begin)
    return files


def main_text(name: str) -> str:
    """Return a module that is run."""
    return f'def main():\n    print("Hello from {name}!")\n\n\nif __name__ == "__main__":\n    main()\n'


def script_text(name: str) -> str:
    """Return what a new script does, below its block."""
    return f'\n\ndef main() -> None:\n    print("Hello from {name}!")\n\n\nif __name__ == "__main__":\n    main()\n'


def _settings(begin: Beginning) -> list[str]:
    """Return the tables by which a backend finds the sources."""
    match begin.backend:
        case "uv" if begin.module.startswith("_"):
            return ["", "[tool.uv.build-backend]", f"module-name = {_quoted(begin.module)}"]
        case "maturin":
            keys = ("pyproject.toml", "src/**/*.rs", "Cargo.toml", "Cargo.lock")
            tables = [
                "", "[tool.maturin]", f'module-name = "{begin.module}._core"',
                f"python-packages = [{_quoted(begin.module)}]", 'python-source = "src"',
            ]  # fmt: skip
        case "scikit":
            keys = ("pyproject.toml", "src/**/*.{h,c,hpp,cpp}", "CMakeLists.txt", "")
            tables = [
                "", "[tool.scikit-build]", 'minimum-version = "build-system.requires"',
                'build-dir = "build/{wheel_tag}"',
            ]  # fmt: skip
        case _:
            return []
    rows = ", ".join(f"{{ file = {_quoted(key)} }}" for key in keys if key)
    return [*tables, "", "[tool.uv]", f"cache-keys = [{rows}]"]


def _module_text(begin: Beginning, *, compiled: bool) -> str:
    greeting = f'"Hello from {begin.name}!"'
    value = "hello_from_bin()" if compiled else greeting
    head = f"from {begin.module}._core import hello_from_bin\n\n\n" if compiled else ""
    if begin.kind == "lib":
        return f"{head}def hello() -> str:\n    return {value}\n"
    return f"{head}def main() -> None:\n    print({value})\n"


def _rust_files(begin: Beginning) -> dict[str, str]:
    return {
        "Cargo.toml": f"""\
[package]
name = "{begin.module}"
version = "0.1.0"
edition = "2024"

[lib]
name = "_core"
# "cdylib" is necessary to produce a shared library for Python to import from.
crate-type = ["cdylib"]

[dependencies]
# "extension-module" tells pyo3 we want to build an extension module (skips linking against libpython.so)
# "abi3-py39" tells pyo3 (and maturin) to build using the stable ABI with minimum Python version 3.9
pyo3 = {{ version = "0.28.2", features = ["extension-module", "abi3-py39"] }}
""",
        "src/lib.rs": f"""\
use pyo3::prelude::*;

/// A Python module implemented in Rust. The name of this module must match
/// the `lib.name` setting in the `Cargo.toml`, else Python will not be able to
/// import the module.
#[pymodule]
mod _core {{
    use pyo3::prelude::*;

    #[pyfunction]
    fn hello_from_bin() -> String {{
        "Hello from {begin.name}!".to_string()
    }}
}}
""",
    }


def _cpp_files(begin: Beginning) -> dict[str, str]:
    return {
        "CMakeLists.txt": """\
cmake_minimum_required(VERSION 3.15...4.0)
project(${SKBUILD_PROJECT_NAME} LANGUAGES CXX)

find_package(pybind11 CONFIG REQUIRED)

pybind11_add_module(_core MODULE src/main.cpp)
install(TARGETS _core DESTINATION ${SKBUILD_PROJECT_NAME})
""",
        "src/main.cpp": f"""\
#include <pybind11/pybind11.h>

std::string hello_from_bin() {{ return "Hello from {begin.name}!"; }}

namespace py = pybind11;

PYBIND11_MODULE(_core, m) {{
  m.doc() = "pybind11 hello module";

  m.def("hello_from_bin", &hello_from_bin, R"pbdoc(
      A function that returns a Hello string.
  )pbdoc");
}}
""",
    }


def _quoted(text: str) -> str:
    """Return a string in TOML, whose escapes are those of JSON, but for one character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
