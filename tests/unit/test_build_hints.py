"""What a failed build is said to need, from output as compilers and backends write it."""

from __future__ import annotations

import pytest

from uvkit.errors import BackendError


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("ModuleNotFoundError: No module named 'numpy'", "`numpy`"),
        ("ModuleNotFoundError: No module named 'Cython.Build'", "add `cython`"),
        ("ModuleNotFoundError: No module named 'distutils'", "gone since Python 3.12"),
        ("ModuleNotFoundError: No module named 'imp'", "gone since Python 3.12"),
        ("src/_fastmath.c:33:10: fatal error: longintrepr.h: No such file or directory", "before 3.11"),
        ("ModuleNotFoundError: No module named 'pkg_resources'", "setuptools<81"),
        ("x.c:1:10: fatal error: Python.h: No such file or directory", "Python's headers"),
        ("x.c:1:10: fatal error: libxml/xmlversion.h: No such file or directory", "`libxml/xmlversion.h`"),
        ("x.c:1:10: fatal error: 'ffi.h' file not found", "`ffi.h`"),
        ("x.c(1): fatal error C1083: Cannot open include file: 'zlib.h': No such file or directory", "`zlib.h`"),
        ("/usr/bin/ld: cannot find -lpq: No such file or directory", "library `pq`"),
        ("ld: library not found for -lssl", "library `ssl`"),
        ("error: command 'gcc' failed: No such file or directory", "C compiler"),
        ("error: command '/usr/bin/x86_64-linux-gnu-gcc' failed with exit code 1", "C compiler"),
        ("unable to execute 'cc': No such file or directory", "C compiler"),
        ("error: Microsoft Visual C++ 14.0 or greater is required.", "Microsoft"),
        ("error: command 'cargo' failed: No such file or directory", "Rust"),
        ("FileNotFoundError: [Errno 2] No such file or directory: 'cmake'", "CMake"),
        ("/bin/sh: 1: pkg-config: not found", "pkg-config"),
        ("Error: pg_config executable not found.", "PostgreSQL"),
        ("sh: gfortran: command not found", "Fortran"),
        ("RuntimeError: Cannot install on Python version 3.11.2; only versions <3.10 are supported.", "this Python"),
        ("demo requires Python '>=3.13' but the running Python is 3.11.2", "this Python"),
        ("AttributeError: module 'pkgutil' has no attribute 'ImpImporter'. Did you mean: 'zipimporter'?", "setuptools"),
        ("error in demo setup command: use_2to3 is invalid.", "older than 58"),
        ("SyntaxError: Missing parentheses in call to 'print'. Did you mean print(...)?", "Python 2"),
    ],
)  # fmt: skip
def test_output_leads_to_a_hint(output: str, words: str) -> None:
    error = BackendError(source="demo", hook="build_wheel", output=f"running build\n{output}\n")

    [hint] = error.hints

    assert words in hint


def test_output_that_says_nothing_known_has_no_hint() -> None:
    error = BackendError(source="demo", hook="build_wheel", output="Traceback\nValueError: no")

    assert error.hints == ()
