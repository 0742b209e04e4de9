"""What the output of a build backend shows to be missing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_PACKAGES = {
    "Cython": "cython",
    "cv2": "opencv-python",
    "pkg_resources": "setuptools<81",
    "skbuild": "scikit-build",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
}
_OWN_PROGRAMS = {
    "cargo": "a Rust toolchain",
    "cmake": "CMake",
    "g++": "a C++ compiler",
    "gfortran": "a Fortran compiler",
    "llvm-config": "LLVM with its development files",
    "meson": "Meson",
    "mysql_config": "the development files of MySQL or MariaDB",
    "ninja": "Ninja",
    "pg_config": "the development files of PostgreSQL",
    "pkg-config": "pkg-config",
    "rustc": "a Rust toolchain",
    "swig": "SWIG",
}
_COMPILERS = frozenset({"gcc", "cc", "clang", "x86_64-linux-gnu-gcc", "aarch64-linux-gnu-gcc", "cl.exe"})
_MODULE = re.compile(r"""(?:ModuleNotFoundError|ImportError): No module named ['"]?([\w.]+)""")
_HEADER = re.compile(
    r"fatal error:? '?([\w./+-]+\.h(?:pp|xx)?)'?:? (?:No such file|file not found)|Cannot open include file: '([^']+)'"
)
_LIBRARY = re.compile(r"cannot find -l([\w.+-]+)|library not found for -l([\w.+-]+)")
_PROGRAM = re.compile(
    r"(?:command|unable to execute) '([^']+)'(?::? (?:failed: )?No such file or directory|.*not found)?"
    r"|No such file or directory: '([\w.+-]+)'"
    r"|(?:^|: |sh: \d+: )([\w+.-]+): (?:command )?not found"
    r"|(\w+) (?:executable|program) (?:was )?not found"
)
_PYTHON = re.compile(
    r"requires? (?:a different )?Python|Python version .*(?:not supported|is required)|only supports? Python"
    r"|Cannot install on Python version|requires Python",
    re.IGNORECASE,
)
_GONE = {
    "distutils": "`distutils` is gone since Python 3.12",
    "imp": "the module `imp` is gone since Python 3.12",
    "asyncore": "the module `asyncore` is gone since Python 3.12",
    "pipes": "the module `pipes` is gone since Python 3.13",
    "cgi": "the module `cgi` is gone since Python 3.13",
}
_REMOVED = (
    ("has no attribute 'ImpImporter'", "an old setuptools does not run on Python 3.12 or newer"),
    ("use_2to3 is invalid", "the project needs setuptools older than 58"),
    ("has no attribute 'SafeConfigParser'", "the project was made for Python before 3.12"),
    ("longintrepr.h", "the project was made for Python before 3.11"),
    ("Missing parentheses in call to 'print'", "the project was made for Python 2"),
)


def hints_of(output: str) -> tuple[str, ...]:
    """Return what to do about a failed build, most certain first; empty if the output shows nothing that is known."""
    found: list[str] = []
    for read in _READERS:
        found += read(output)
    return tuple(dict.fromkeys(found))


def _modules(output: str) -> Iterator[str]:
    for match in _MODULE.finditer(output):
        module = match[1].partition(".")[0]
        if module in _GONE:
            more = ", or add `setuptools` to its build requirements" if module == "distutils" else ""
            yield f"{_GONE[module]}: use an older Python or a newer version of the project{more}"
        else:
            package = _PACKAGES.get(module, module)
            yield (
                f"the build needs `{module}`, which its `build-system.requires` does not name; add `{package}` there,"
                " or to `extra-build-dependencies`"
            )


def _headers(output: str) -> Iterator[str]:
    for match in _HEADER.finditer(output):
        header = match[1] or match[2]
        if header == "Python.h":
            yield "the build needs Python's headers; install the development package of this interpreter"
        elif "longintrepr" not in header:
            yield f"the build needs the header `{header}`; install the development package of the library it belongs to"


def _libraries(output: str) -> Iterator[str]:
    for match in _LIBRARY.finditer(output):
        yield f"the build needs the library `{match[1] or match[2]}`; install its development package"


def _programs(output: str) -> Iterator[str]:
    for line in output.splitlines():
        for match in _PROGRAM.finditer(line):
            name = next(filter(None, match.groups()), "").rpartition("/")[2]
            if name.lower() in _COMPILERS:
                yield "the build needs a working C compiler; install one, or use a version that has a wheel"
            elif name.lower() in _OWN_PROGRAMS:
                yield f"the build needs {_OWN_PROGRAMS[name.lower()]}; install it, or use a version that has a wheel"
    if "Microsoft Visual C++" in output and "required" in output:
        yield "the build needs Microsoft's C++ build tools; install them, or use a version that has a wheel"


def _pythons(output: str) -> Iterator[str]:
    if _PYTHON.search(output):
        yield "the project does not support this Python; use another one, or another version of the project"
    for sign, reason in _REMOVED:
        if sign in output:
            yield f"{reason}; use another Python, or a newer version of the project"


_READERS: tuple[Callable[[str], Iterator[str]], ...] = (_modules, _headers, _libraries, _programs, _pythons)
