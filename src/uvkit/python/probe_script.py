"""What an interpreter knows about itself.

This file runs inside foreign interpreters as well as in this process, so it is written for Python 3.6 and newer and
PyPy, imports little, and says nothing about how its facts are used.
"""

import os
import sys
import sysconfig

TYPE_CHECKING = False  # the module `typing` costs more than everything below
if TYPE_CHECKING:
    from typing import Any

# Raised whenever the facts change their shape or meaning, so that remembered ones of another shape are not used.
FORMAT = 1
MARKER = "interpreter-facts:"


def describe() -> "dict[str, Any]":
    """Return the facts about the interpreter that runs this, as values that JSON can hold."""
    implementation = sys.implementation
    variables = sysconfig.get_config_vars()
    return {
        "format": FORMAT,
        "executable": sys.executable or "",
        "base_executable": getattr(sys, "_base_executable", None) or sys.executable or "",
        "prefix": sys.prefix,
        "base_prefix": sys.base_prefix,
        "implementation": implementation.name,
        "version": list(sys.version_info),
        "markers": markers(plain=os.name == "posix" and sys.platform in ("linux", "darwin")),
        "paths": paths(),
        "scheme": venv_scheme(),
        "site": site_folders(),
        "platform": sysconfig.get_platform(),
        "libc": libc(),
        "system": system_version(sys.platform),
        "debug": is_debug(variables),
        "free_threaded": bool(variables.get("Py_GIL_DISABLED")),
        "pymalloc": variables.get("WITH_PYMALLOC") is None or bool(variables["WITH_PYMALLOC"]),
        "extension_suffix": variables.get("EXT_SUFFIX") or variables.get("SO") or "",
        "framework": variables.get("PYTHONFRAMEWORK") or "",
        "emscripten": variables.get("PYEMSCRIPTEN_PLATFORM_VERSION") or "",
        "pointer_size": 8 if sys.maxsize > 2**32 else 4,
    }


def markers(*, plain: bool) -> "dict[str, str]":
    """Return the values of the environment markers (PEP 508).

    On ``plain`` systems the module `platform` says what `os.uname` says, at a third of the whole probe's time.
    """
    implementation = sys.implementation
    full_version = sys.version.split()[0]
    if plain and implementation.name in ("cpython", "pypy"):
        names = os.uname()
        system, release, version, machine = names.sysname, names.release, names.version, names.machine
        title = "PyPy" if implementation.name == "pypy" else "CPython"
    else:
        import platform

        system, release, version = platform.system(), platform.release(), platform.version()
        machine, title, full_version = platform.machine(), platform.python_implementation(), platform.python_version()
    number = implementation.version
    own_version = f"{number[0]}.{number[1]}.{number[2]}"
    if number[3] != "final":
        own_version += number[3][0] + str(number[4])
    return {
        "implementation_name": implementation.name,
        "implementation_version": own_version,
        "os_name": os.name,
        "platform_machine": machine,
        "platform_python_implementation": title,
        "platform_release": release,
        "platform_system": system,
        "platform_version": version,
        # A build from a checkout calls itself `3.13.0+`, which is no version; packaging completes it the same way.
        "python_full_version": full_version + ("local" if full_version.endswith("+") else ""),
        "python_version": ".".join(full_version.split(".")[:2]),
        "sys_platform": sys.platform,
    }


def venv_scheme() -> "dict[str, str]":
    """Return where a virtual environment of this interpreter keeps things, relative to its folder."""
    names = sysconfig.get_scheme_names()
    if "venv" in names:
        name = "venv"
    elif os.name == "nt":
        name = "nt"
    elif sys.implementation.name == "pypy" and sys.version_info < (3, 8) and "pypy" in names:
        name = "pypy"
    else:
        name = "posix_prefix"
    here = {"base": ".", "platbase": ".", "installed_base": ".", "installed_platbase": "."}
    found = sysconfig.get_paths(name, here)
    return {key: found[key].replace(os.sep, "/") for key in ("purelib", "platlib", "scripts", "data")}


def paths() -> "dict[str, str]":
    """Return where this interpreter itself installs things."""
    found = sysconfig.get_paths()
    result = {key: found[key] for key in ("purelib", "platlib", "scripts", "data", "include", "stdlib")}
    if sys.version_info < (3, 10) and sys.prefix == sys.base_prefix:
        result.update(distutils_paths())
    return result


def distutils_paths() -> "dict[str, str]":
    """Return the install paths of distutils, which distributors patched instead of sysconfig until Python 3.10."""
    try:
        from distutils.dist import Distribution
    except ImportError:
        return {}
    command = Distribution({"name": "name"}).get_command_obj("install")
    command.finalize_options()
    return {
        "purelib": command.install_purelib,
        "platlib": command.install_platlib,
        "scripts": command.install_scripts,
        "data": command.install_data,
        "include": os.path.dirname(command.install_headers),
    }


def site_folders() -> "list[str]":
    """Return the folders whose distributions this interpreter imports by default."""
    import site

    try:
        return list(site.getsitepackages())
    except AttributeError:  # the module `site` of old virtual environments
        return []


def libc() -> str:
    """Return the name and version of the C library if it is GNU's, otherwise an empty text."""
    try:
        text = os.confstr("CS_GNU_LIBC_VERSION")
    except (AttributeError, OSError, ValueError):
        text = gnu_libc()
    return text or ""


def gnu_libc() -> str:
    """Ask the C library itself: an implementation may lack `os.confstr`."""
    if sys.platform != "linux":
        return ""
    try:
        import ctypes

        function = ctypes.CDLL(None).gnu_get_libc_version
    except (ImportError, OSError, AttributeError):
        return ""
    function.restype = ctypes.c_char_p
    return "glibc " + str(function().decode("ascii"))


def system_version(system: str) -> "list[str]":
    """Return the version and architecture that compatibility tags of Apple's and Google's systems are made of."""
    if system == "darwin":
        import platform

        version, _, machine = platform.mac_ver()
        if version.startswith("10.16"):
            # An interpreter built against an older SDK is told this until it asks for the truth.
            import subprocess

            code = "import platform; print(platform.mac_ver()[0])"
            variables = {"SYSTEM_VERSION_COMPAT": "0"}
            version = subprocess.check_output([sys.executable, "-sSc", code], env=variables).decode().strip()
        return [version, machine]
    if system == "ios":
        import platform

        version = platform.ios_ver().release  # type: ignore[attr-defined]  # exists there only
        return [version, getattr(sys.implementation, "_multiarch", "")]
    if system == "android":
        import platform

        level = platform.android_ver().api_level  # type: ignore[attr-defined]  # exists there only
        return [str(level), sysconfig.get_platform().split("-")[-1]]
    return []


def is_debug(variables: "dict[str, Any]") -> bool:
    """Tell whether this is a debug build, also on Windows, which does not record it."""
    recorded = variables.get("Py_DEBUG")
    if recorded is not None:
        return bool(recorded)
    import _imp

    return hasattr(sys, "gettotalrefcount") or "_d.pyd" in _imp.extension_suffixes()


if __name__ == "__main__":
    import json

    sys.stdout.write("\n" + MARKER + json.dumps(describe()) + "\n")
