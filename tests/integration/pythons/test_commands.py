"""`uvkit python`: what it prints and what it leaves on disk."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import PAIR, VERSION, Releases, Said, key_of

Run = Callable[..., Said]


@pytest.fixture
def work(tmp_path: Path) -> Path:
    return tmp_path / "work"


def test_install_says_what_was_installed(releases: Releases, uvkit: Run) -> None:
    key = releases.add(VERSION)

    done = uvkit("python", "install", PAIR)

    assert done.status == 0
    assert done.out == ""
    downloading, downloaded, installed, line = done.err.splitlines()
    assert downloading.startswith(f"Downloading {key} (download) (")
    assert downloaded == f" Downloaded {key} (download)"
    assert installed == f"Installed Python {VERSION} in T"
    assert line == f" + {key} (python{PAIR})"


def test_install_again_says_that_it_is_there(releases: Releases, uvkit: Run) -> None:
    releases.add(VERSION)
    uvkit("python", "install", PAIR)

    assert uvkit("python", "install", PAIR).err == f"Python {PAIR} is already installed\n"
    assert uvkit("python", "install").err.startswith(
        "Python is already installed. Use `uvkit python install <request>`"
    )


def test_install_takes_what_the_version_file_names(releases: Releases, uvkit: Run, work: Path) -> None:
    releases.add(VERSION)
    releases.add("3.99.1")
    (work / ".python-versions").write_text(f"{PAIR}\n3.99\n")

    done = uvkit("python", "install")

    assert done.err.splitlines()[-3:] == [
        "Installed 2 versions in T",
        f" + {key_of(VERSION)} (python{PAIR})",
        f" + {key_of('3.99.1')} (python3.99)",
    ]


def test_install_without_executables_when_told_so(releases: Releases, uvkit: Run, tmp_path: Path) -> None:
    releases.add(VERSION)

    uvkit("python", "install", PAIR, UV_PYTHON_INSTALL_BIN="0")

    assert not (tmp_path / "home" / ".local" / "bin").exists()


def test_install_warns_of_a_folder_that_no_shell_searches(releases: Releases, uvkit: Run) -> None:
    releases.add(VERSION)

    done = uvkit("python", "install", PAIR, PATH="/usr/bin")

    assert "warning: `/ROOT/home/.local/bin` is not on your PATH" in done.err


def test_install_of_a_damaged_archive_names_both_digests(releases: Releases, uvkit: Run) -> None:
    key = releases.add(VERSION, digest="ab" * 32)

    done = uvkit("python", "install", PAIR)

    assert done.status == 1
    assert f"error: failed to install {key}: " in done.err
    assert f"expected sha256:{'ab' * 32}" in done.err


def test_mirror_is_an_option_and_a_variable(releases: Releases, uvkit: Run) -> None:
    releases.add(VERSION)
    entry = next(iter(releases.entries.values()))
    entry["url"] = entry["url"].replace(releases.url, "https://releases.example")
    releases.write()
    mirror = (releases.folder / "releases" / "download").as_uri()

    one = uvkit("python", "install", PAIR, "--mirror", mirror)
    other = uvkit("python", "install", PAIR, "--reinstall", UV_PYTHON_INSTALL_MIRROR=mirror)

    assert (one.status, other.status) == (0, 0)
    assert f" ~ {key_of(VERSION)}" in other.err


def test_list_shows_what_is_there_and_what_could_be(releases: Releases, uvkit: Run) -> None:
    releases.add(VERSION)
    releases.add("3.99.1")
    releases.add("3.99.0", build="20230101")
    uvkit("python", "install", PAIR, "--no-bin")

    plain = uvkit("python", "list").out.splitlines()
    everything = uvkit("python", "list", "--all-versions", "--only-downloads", "3.99").out.splitlines()

    place = f"/ROOT/pythons/{key_of(VERSION).minor}/bin/python{PAIR}"
    width = max(len(str(key_of("3.99.1"))), len(str(key_of(VERSION))))
    assert plain == [
        f"{key_of('3.99.1')!s:{width}}    <download available>",
        f"{key_of(VERSION)!s:{width}}    {place}",
    ]
    assert [line.split()[0] for line in everything] == [str(key_of("3.99.1")), str(key_of("3.99.0"))]


def test_list_as_json_has_the_fields_that_scripts_read(releases: Releases, uvkit: Run) -> None:
    key = releases.add("3.99.1", variant="freethreaded")

    (row,) = json.loads(uvkit("python", "list", "--output-format", "json").out)

    assert row == {
        "key": str(key),
        "version": "3.99.1",
        "version_parts": {"major": 3, "minor": 99, "patch": 1},
        "path": None,
        "symlink": None,
        "url": releases.entries[str(key)]["url"],
        "os": key.system,
        "variant": "freethreaded",
        "implementation": "cpython",
        "arch": key.machine,
        "libc": key.libc,
    }


def test_list_shows_addresses_on_request(releases: Releases, uvkit: Run) -> None:
    key = releases.add("3.99.1")

    assert uvkit("python", "list", "--show-urls").out.split() == [str(key), releases.entries[str(key)]["url"]]


def test_find_prefers_the_environment_and_says_its_version(releases: Releases, uvkit: Run) -> None:
    releases.add(VERSION)
    uvkit("venv", "-p", PAIR)

    inside = uvkit("python", "find")
    outside = uvkit("python", "find", "--system")
    version = uvkit("python", "find", "--show-version")
    resolved = uvkit("python", "find", "--system", "--resolve-links")

    assert inside.out == "/ROOT/work/.venv/bin/python\n"
    assert outside.out == f"/ROOT/pythons/{key_of(VERSION).minor}/bin/python{PAIR}\n"
    assert version.out == f"{VERSION}\n"
    assert resolved.out == f"/ROOT/pythons/{key_of(VERSION)}/bin/python{PAIR}\n"


def test_find_downloads_nothing(releases: Releases, uvkit: Run) -> None:
    releases.add("3.99.1")

    done = uvkit("python", "find", "--system", "3.99")

    assert done.status == 2
    assert "no interpreter found for `3.99`" in done.err


def test_find_warns_of_a_pin_outside_of_the_projects_range(releases: Releases, uvkit: Run, work: Path) -> None:
    releases.add(VERSION)
    uvkit("python", "install", PAIR)
    (work / "pyproject.toml").write_text('[project]\nname = "a"\nversion = "1"\nrequires-python = ">=3.98"\n')
    (work / ".python-version").write_text(f"{PAIR}\n")

    done = uvkit("python", "find")

    assert done.out.endswith(f"python{PAIR}\n")
    assert "which is incompatible with the project's Python requirement: `>=3.98`" in done.err
    assert "uvkit python pin" in done.err


def test_a_project_looks_for_its_pin_in_its_own_folders_only(releases: Releases, uvkit: Run, work: Path) -> None:
    releases.add(VERSION)
    uvkit("python", "install", PAIR)
    project = work / "project"
    project.mkdir()
    (project / "pyproject.toml").write_text('[project]\nname = "a"\nversion = "1"\nrequires-python = ">=3.8"\n')
    (work / ".python-version").write_text("3.98\n")

    inside = uvkit("python", "find", folder=project)
    without = uvkit("python", "find", "--no-project", folder=project)

    assert inside.status == 0
    assert "`3.98`" in without.err


def test_pin_writes_reads_and_removes(releases: Releases, uvkit: Run, work: Path) -> None:
    releases.add(VERSION)
    uvkit("python", "install", PAIR)

    assert uvkit("python", "pin", "cp" + PAIR.replace(".", "")).out == f"Pinned `.python-version` to `cpython@{PAIR}`\n"
    assert uvkit("python", "pin").out == f"cpython@{PAIR}\n"
    assert uvkit("python", "pin", PAIR).out == f"Updated `.python-version` from `cpython@{PAIR}` -> `{PAIR}`\n"
    assert (work / ".python-version").read_text() == f"{PAIR}\n"
    assert uvkit("python", "pin", "--rm").out == "Removed Python version file at `.python-version`\n"
    assert uvkit("python", "pin").status == 2


def test_pin_of_the_user_holds_where_no_folder_says_otherwise(releases: Releases, uvkit: Run, work: Path) -> None:
    releases.add(VERSION)
    releases.add("3.99.1")
    uvkit("python", "install", PAIR)

    pinned = uvkit("python", "pin", "--global", PAIR)
    found = uvkit("python", "find", "--show-version")
    (work / ".python-version").write_text("3.98\n")
    elsewhere = uvkit("python", "find")
    removed = uvkit("python", "pin", "--global", "--rm")

    assert pinned.out == f"Pinned `/ROOT/home/.config/uv/.python-version` to `{PAIR}`\n"
    assert found.out == f"{VERSION}\n"
    assert "`3.98`" in elsewhere.err
    assert removed.out == "Removed global Python pin at `/ROOT/home/.config/uv/.python-version`\n"


def test_pin_refuses_what_the_project_cannot_have(releases: Releases, uvkit: Run, work: Path) -> None:
    (work / "pyproject.toml").write_text('[project]\nname = "a"\nversion = "1"\nrequires-python = ">=3.98"\n')

    done = uvkit("python", "pin", PAIR)

    assert done.status == 2
    assert ">=3.98" in done.err
    assert not (work / ".python-version").exists()


def test_pin_of_what_is_not_there_warns(releases: Releases, uvkit: Run, work: Path) -> None:
    releases.add(VERSION)

    done = uvkit("python", "pin", "3.97")

    assert "warning: no interpreter found for `3.97`" in done.err
    assert (work / ".python-version").read_text() == "3.97\n"


def test_pin_can_hold_the_path(releases: Releases, uvkit: Run, work: Path, tmp_path: Path) -> None:
    releases.add(VERSION)

    uvkit("python", "pin", "--resolved", PAIR)

    place = tmp_path / "pythons" / str(key_of(VERSION).minor) / "bin" / f"python{PAIR}"
    assert (work / ".python-version").read_text() == f"{place}\n"
    assert uvkit("python", "find", "--show-version").out == f"{VERSION}\n"


def test_a_name_cannot_be_pinned(uvkit: Run, work: Path) -> None:
    done = uvkit("python", "pin", "my-python")

    assert done.status == 2
    assert not (work / ".python-version").exists()


def test_uninstall_says_what_went_and_what_was_not_there(releases: Releases, uvkit: Run) -> None:
    releases.add(VERSION)
    uvkit("python", "install", PAIR)

    done = uvkit("python", "uninstall", PAIR, "3.97")
    again = uvkit("python", "uninstall", "--all")

    assert done.err.splitlines() == [
        f"Searching for Python versions matching: Python {PAIR}",
        "Searching for Python versions matching: Python 3.97",
        "No existing installations found for: Python 3.97",
        f"Uninstalled Python {VERSION} in T",
        f" - {key_of(VERSION)} (python{PAIR})",
    ]
    assert again.err.splitlines() == ["Searching for Python installations", "No Python installations found"]


def test_upgrade_takes_minor_versions_only(releases: Releases, uvkit: Run) -> None:
    releases.add(VERSION)
    uvkit("python", "install", PAIR)

    exact = uvkit("python", "upgrade", VERSION)
    fine = uvkit("python", "upgrade", PAIR)
    everything = uvkit("python", "upgrade")

    assert exact.status == 2
    assert fine.err == f"Python {PAIR} is already on the latest supported patch release\n"
    assert everything.err == "All versions already on latest supported patch release\n"


def test_environments_follow_an_upgrade(releases: Releases, uvkit: Run, work: Path, tmp_path: Path) -> None:
    releases.add(f"{PAIR}.0", build="20230101")
    uvkit("venv", "-p", PAIR)
    releases.add(VERSION)

    uvkit("python", "upgrade")

    python = (work / ".venv" / "bin" / "python").resolve()
    assert python == tmp_path / "pythons" / str(key_of(VERSION)) / "bin" / f"python{PAIR}"


def test_venv_and_sync_install_what_they_need(releases: Releases, uvkit: Run, work: Path) -> None:
    releases.add(VERSION)
    (work / "pyproject.toml").write_text(
        f'[project]\nname = "a"\nversion = "1"\nrequires-python = ">={PAIR}"\n[tool.uv]\npackage = false\n'
    )

    done = uvkit("sync", "--no-index")

    assert done.status == 0, done.err
    assert f" Downloaded {key_of(VERSION)} (download)\n" in done.err
    assert f"Using CPython {VERSION}\n" in done.err
    assert (work / ".venv" / "bin" / "python").resolve().parts[-3] == str(key_of(VERSION))


def test_dir_prints_both_folders(uvkit: Run) -> None:
    assert uvkit("python", "dir").out == "/ROOT/pythons\n"
    assert uvkit("python", "dir", "--bin").out == "/ROOT/home/.local/bin\n"


@pytest.mark.parametrize(
    ("shell", "files", "line"),
    [
        ("/bin/bash", [".bash_profile", ".bashrc"], 'export PATH="/ROOT/home/.local/bin:$PATH"'),
        ("/bin/zsh", [".zshenv"], 'export PATH="/ROOT/home/.local/bin:$PATH"'),
        ("/usr/bin/fish", [".config/fish/config.fish"], 'fish_add_path "/ROOT/home/.local/bin"'),
    ],
)
def test_update_shell_writes_what_the_shell_reads(
    uvkit: Run, tmp_path: Path, shell: str, files: list[str], line: str
) -> None:
    done = uvkit("python", "update-shell", SHELL=shell, PATH="/usr/bin")

    assert done.err.splitlines() == [
        *(f"Created configuration file: /ROOT/home/{name}" for name in files),
        "Restart your shell to apply changes",
    ]
    for name in files:
        text = (tmp_path / "home" / name).read_text().replace(str(tmp_path), "/ROOT")
        assert text == f"# uvkit\n{line}\n"


def test_update_shell_changes_nothing_twice(uvkit: Run, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / ".zshenv").write_text("alias a=b")

    first = uvkit("python", "update-shell", SHELL="/bin/zsh", PATH="/usr/bin")
    second = uvkit("python", "update-shell", SHELL="/bin/zsh", PATH="/usr/bin")
    found = uvkit("python", "update-shell", SHELL="/bin/zsh")

    assert first.err.startswith("Updated configuration file: ")
    assert second.status == 2
    assert found.err == "Executable directory /ROOT/home/.local/bin is already in PATH\n"
    assert (tmp_path / "home" / ".zshenv").read_text().startswith("alias a=b\n\n# uvkit\nexport PATH=")


def test_update_shell_does_not_guess(uvkit: Run) -> None:
    assert uvkit("python", "update-shell", SHELL="/bin/tcsh", PATH="/usr/bin").status == 2


def test_a_project_refuses_a_pin_outside_of_its_range(releases: Releases, uvkit: Run, work: Path) -> None:
    releases.add(VERSION)
    uvkit("python", "install", PAIR)
    (work / "pyproject.toml").write_text('[project]\nname = "a"\nversion = "1"\nrequires-python = ">=3.98"\n')
    (work / ".python-version").write_text(f"{PAIR}\n")

    done = uvkit("sync", "--no-index")

    assert done.status == 2
    assert f"`/ROOT/work/.python-version` asks for Python {VERSION}, but the project requires `>=3.98`" in done.err
    assert "`uvkit python pin`" in done.err


def test_a_project_follows_the_users_pin(releases: Releases, uvkit: Run, work: Path) -> None:
    releases.add(VERSION)
    releases.add("3.99.1")
    (work / "pyproject.toml").write_text(
        '[project]\nname = "a"\nversion = "1"\nrequires-python = ">=3.8"\n[tool.uv]\npackage = false\n'
    )
    uvkit("python", "pin", "--global", PAIR)

    uvkit("sync", "--no-index")

    assert (work / ".venv" / "bin" / "python").resolve().parts[-3] == str(key_of(VERSION))


def test_a_version_file_of_another_tool_holds_nobody_up(releases: Releases, uvkit: Run, work: Path) -> None:
    releases.add(VERSION)
    (work / ".python-version").write_text("my-virtualenv\n")

    done = uvkit("venv")

    assert done.status == 0
    assert "warning: `my-virtualenv` in `/ROOT/work/.python-version` is not a Python version" in done.err
    assert f"Using CPython {VERSION}\n" in done.err


def test_an_environment_of_a_link_records_no_patch(releases: Releases, uvkit: Run, work: Path) -> None:
    releases.add(VERSION)

    uvkit("venv", "-p", PAIR, "any-patch")
    uvkit("venv", "-p", VERSION, "one-patch")

    assert f"version_info = {PAIR}\n" in (work / "any-patch" / "pyvenv.cfg").read_text()
    assert f"version_info = {VERSION}\n" in (work / "one-patch" / "pyvenv.cfg").read_text()


def test_the_standard_library_is_compiled_on_request(releases: Releases, uvkit: Run, tmp_path: Path) -> None:
    releases.add(VERSION)
    stdlib = tmp_path / "pythons" / str(key_of(VERSION)) / "lib" / f"python{PAIR}"

    uvkit("python", "install", PAIR)
    before = list(stdlib.glob("json/__pycache__/*.pyc"))
    uvkit("python", "install", PAIR, "--reinstall", "--compile-bytecode")

    assert before == []
    assert list(stdlib.glob("json/__pycache__/decoder.*.pyc"))


def test_a_script_has_its_own_range_and_environment(releases: Releases, uvkit: Run, work: Path) -> None:
    releases.add(VERSION)
    uvkit("python", "install", PAIR, "--no-bin")
    (work / "script.py").write_text(f'# /// script\n# requires-python = ">={PAIR}"\n# dependencies = []\n# ///\n')
    (work / ".python-version").write_text("3.7\n")

    before = uvkit("python", "find", "--script", "script.py")
    uvkit("sync", "--script", "script.py", "--no-index")
    after = uvkit("python", "find", "--script", "script.py")
    both = uvkit("python", "find", "--script", "script.py", PAIR)

    # A version file that the script cannot have is somebody else's.
    assert before.out == f"/ROOT/pythons/{key_of(VERSION).minor}/bin/python{PAIR}\n"
    assert after.out.startswith("/ROOT/cache/environments-v")
    assert both.status == 2
