from __future__ import annotations

import os
import platform
import sys
import sysconfig

import pytest

from uvkit.python import probe_script

posix_only = pytest.mark.skipif(os.name != "posix", reason="other systems always ask the module `platform`")


@posix_only
def test_the_short_way_to_the_marker_values_gives_what_the_long_one_gives() -> None:
    assert probe_script.markers(plain=True) == probe_script.markers(plain=False)


@pytest.mark.skipif(sys.platform != "linux", reason="the C library of Linux")
def test_the_c_library_says_itself_what_the_system_says_of_it() -> None:
    name, version = platform.libc_ver()

    assert probe_script.libc() == probe_script.gnu_libc() == (f"{name} {version}" if name == "glibc" else "")


@pytest.mark.parametrize(("recorded", "expected"), [(1, True), (0, False), ("", False)])
def test_a_recorded_debug_flag_is_believed(recorded: object, expected: bool) -> None:
    assert probe_script.is_debug({"Py_DEBUG": recorded}) is expected


def test_a_debug_build_without_a_flag_shows_by_what_it_offers() -> None:
    assert probe_script.is_debug({}) is hasattr(sys, "gettotalrefcount")


def test_the_scheme_is_relative_and_the_one_of_environments() -> None:
    scheme = probe_script.venv_scheme()

    expected = sysconfig.get_path("purelib", "venv", {"base": "/env", "platbase": "/env"})
    assert os.path.normpath(f"/env/{scheme['purelib']}") == os.path.normpath(expected)
    assert scheme["data"] == "."


@pytest.mark.skipif(sys.platform == "darwin", reason="a Mac has such a version")
def test_the_version_of_the_system_matters_on_macs_and_phones_only() -> None:
    assert probe_script.system_version(sys.platform) == []
    assert probe_script.system_version("darwin") == ["", ""]
