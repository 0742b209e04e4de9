"""An unpacked interpreter in a folder that it was not built for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from uvkit.python import PythonKey
from uvkit.python.relocation import read_configuration, relocate, relocated

HOME = "/home/me/pythons/cpython-3.12.3-linux-x86_64-gnu"


def key(text: str = "cpython-3.12.3-linux-x86_64-gnu") -> PythonKey:
    found = PythonKey.parse(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("prefix", "/install", HOME),
        ("LIBDIR", "/install/lib", f"{HOME}/lib"),
        ("LDFLAGS", "-L/install/lib -Wl,-rpath,/install/lib", f"-L{HOME}/lib -Wl,-rpath,{HOME}/lib"),
        ("OTHER", "/installed /opt/install x/install", "/installed /opt/install x/install"),
        ("PATHS", "/install:/install/lib", f"{HOME}:{HOME}/lib"),
        ("CONFIG_ARGS", "'--prefix=/install'  '--with-x'", "'--prefix=/install'  '--with-x'"),
        ("CC", "clang -pthread", "cc -pthread"),
        ("CXX", "/tools/llvm/bin/clang++ -pthread", "c++ -pthread"),
        ("LDSHARED", "/tools/llvm/bin/clang -shared -L/install/lib", f"cc -shared -L{HOME}/lib"),
        ("AR", "/tools/llvm/bin/llvm-ar", "ar"),
        ("ARFLAGS", "rcs", "rcs"),
        ("CFLAGS", "-isysroot /Applications/Xcode.app/MacOSX.sdk -O3", "-O3"),
        ("Py_DEBUG", 0, 0),
    ],
)
def test_the_build_configuration_moves_along(name: str, before: object, after: object) -> None:
    assert relocated({"prefix": "/install", name: before}, HOME)[name] == after


def test_a_configuration_is_read_without_running_it() -> None:
    assert read_configuration("# written\nbuild_time_vars = {'A': 'b', 'C': 1}\n") == {"A": "b", "C": 1}
    assert read_configuration("import os\nbuild_time_vars = dict(os.environ)\n") is None


def test_an_installation_is_claimed_named_and_moved(tmp_path: Path) -> None:
    stdlib = tmp_path / "lib" / "python3.12"
    stdlib.mkdir(parents=True)
    (stdlib / "os.py").touch()
    (stdlib / "_sysconfigdata__linux_.py").write_text("build_time_vars = {'prefix': '/install'}\n")
    (tmp_path / "lib" / "pkgconfig").mkdir()
    (tmp_path / "lib" / "pkgconfig" / "python-3.12.pc").write_text("prefix=/install\nlibdir=${prefix}/lib\n")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python3.12").touch()

    relocate(tmp_path, Path(HOME), key())

    assert (stdlib / "EXTERNALLY-MANAGED").read_text().startswith("[externally-managed]\nError=")
    assert read_configuration((stdlib / "_sysconfigdata__linux_.py").read_text()) == {
        "prefix": HOME,
        "PYTHON_BUILD_STANDALONE": 1,
    }
    assert "prefix=${pcfiledir}/../..\n" in (tmp_path / "lib" / "pkgconfig" / "python-3.12.pc").read_text()
    assert sorted(os.listdir(tmp_path / "bin")) == ["python", "python3", "python3.12"]


def test_pypy_answers_to_the_usual_names(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "pypy3.10").touch()

    relocate(tmp_path, Path(HOME), key("pypy-3.10.16-linux-x86_64-gnu"))

    assert os.readlink(tmp_path / "bin" / "python3.10") == "pypy3.10"
    assert (tmp_path / "bin" / "python").is_symlink()
