"""Every variable changes what it should; those that stand for a setting in a file too are in `test_settings`."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from uvkit.testing import Distribution, IndexServer, make_wheel

from .conftest import BACKEND, Cli
from .effects import names
from .test_settings import EFFECTS

# What a project, a script or a machine's setup relies on.
RELIED_ON = (
    "UV_BREAK_SYSTEM_PACKAGES", "UV_BUILD_CONSTRAINT", "UV_CACHE_DIR", "UV_COMPILE_BYTECODE",
    "UV_CONCURRENT_BUILDS", "UV_CONCURRENT_DOWNLOADS", "UV_CONCURRENT_INSTALLS", "UV_CONFIG_FILE",
    "UV_CONSTRAINT", "UV_DEFAULT_INDEX", "UV_DEV", "UV_EXCLUDE", "UV_EXCLUDE_NEWER", "UV_EXTRA_INDEX_URL",
    "UV_FIND_LINKS", "UV_FORK_STRATEGY", "UV_FROZEN", "UV_HTTP_CONNECT_TIMEOUT", "UV_HTTP_RETRIES",
    "UV_HTTP_TIMEOUT", "UV_INDEX", "UV_INDEX_STRATEGY", "UV_INDEX_URL", "UV_INSECURE_HOST",
    "UV_KEYRING_PROVIDER", "UV_LINK_MODE", "UV_LOCKED", "UV_LOCK_TIMEOUT", "UV_MANAGED_PYTHON", "UV_NATIVE_TLS",
    "UV_NO_BINARY", "UV_NO_BINARY_PACKAGE", "UV_NO_BUILD", "UV_NO_BUILD_ISOLATION", "UV_NO_BUILD_PACKAGE",
    "UV_NO_CACHE", "UV_NO_CONFIG", "UV_NO_DEFAULT_GROUPS", "UV_NO_DEV", "UV_NO_EDITABLE", "UV_NO_GROUP",
    "UV_NO_INSTALL_LOCAL", "UV_NO_INSTALL_PROJECT", "UV_NO_INSTALL_WORKSPACE", "UV_NO_MANAGED_PYTHON",
    "UV_NO_PROGRESS", "UV_NO_PROJECT", "UV_NO_SOURCES", "UV_NO_SYNC", "UV_NO_VERIFY_HASHES", "UV_OFFLINE",
    "UV_OVERRIDE", "UV_PRERELEASE", "UV_PROJECT", "UV_PROJECT_ENVIRONMENT", "UV_PYTHON", "UV_PYTHON_DOWNLOADS",
    "UV_PYTHON_INSTALL_DIR", "UV_PYTHON_PREFERENCE", "UV_REQUIRE_HASHES", "UV_RESOLUTION", "UV_SYSTEM_CERTS",
    "UV_SYSTEM_PYTHON", "UV_TORCH_BACKEND", "UV_WORKING_DIR",
)  # fmt: skip
# Seen in tests of the parts, where it takes certificates, graphics cards or machines of other kinds to see them.
ELSEWHERE = {
    "UV_INSECURE_HOST", "UV_NATIVE_TLS", "UV_SYSTEM_CERTS", "UV_TORCH_BACKEND",
}  # fmt: skip


@pytest.fixture
def env(cli: Cli) -> Path:
    cli("venv")
    return cli.folder / ".venv"


def pins(cli: Cli, requirement: str, *argv: str, status: int = 0) -> list[str]:
    cli.write("asked.in", requirement + "\n")
    done = cli("pip", "compile", "asked.in", "--no-header", "--no-annotate", *argv, status=status)
    return done.out.split()


# -- the cache, the folder, the files ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["UV_CACHE_DIR", "UVKIT_CACHE_DIR"])
def test_cache_is_where_it_is_told_to_be(cli: Cli, name: str) -> None:
    cli.unset("UVKIT_CACHE_DIR")
    cli.set(**{name: str(cli.root / "elsewhere")})

    done = cli("cache", "dir")

    assert done.out == "/ROOT/elsewhere\n"


def test_without_a_cache_nothing_is_kept(cli: Cli) -> None:
    cli.set(UV_NO_CACHE="1")

    pins(cli, "alpha")

    assert not (cli.root / "cache").exists()


def test_working_directory_is_changed_first(cli: Cli) -> None:
    (cli.folder / "below").mkdir()
    cli.set(UV_WORKING_DIR=str(cli.folder / "below"))

    cli("venv")

    assert (cli.folder / "below" / ".venv").is_dir()


def test_project_is_found_from_another_folder(cli: Cli) -> None:
    cli.write("there/pyproject.toml", '[project]\nname = "there"\nversion = "1"\n')
    cli.set(UV_PROJECT="there")

    cli("lock")

    assert (cli.folder / "there" / "uv.lock").exists()


def test_without_a_project_its_python_does_not_count(cli: Cli) -> None:
    cli.write("pyproject.toml", '[project]\nname = "demo"\nversion = "1"\nrequires-python = ">=3.99"\n')
    refused = cli.run("venv")

    cli.set(UV_NO_PROJECT="1")

    assert refused.status == 2
    cli("venv")


def test_a_named_settings_file_counts_alone(cli: Cli) -> None:
    cli.write("uv.toml", 'prerelease = "allow"')
    file = cli.write("other/my.toml", 'resolution = "lowest"')
    cli.set(UV_CONFIG_FILE=str(file))

    assert pins(cli, "alpha") == ["alpha==1.0"]


@pytest.mark.parametrize("name", ["UV_NO_CONFIG", "UV_ISOLATED"])
def test_settings_files_do_not_count(cli: Cli, name: str) -> None:
    cli.write("uv.toml", 'resolution = "lowest"')

    cli.set(**{name: "1"})

    assert pins(cli, "alpha") == ["alpha==1.1"]


def test_settings_of_the_system_do_not_count(cli: Cli) -> None:
    cli.write("etc/uv/uv.toml", 'resolution = "lowest"')
    cli.set(XDG_CONFIG_DIRS=str(cli.folder / "etc"))
    before = pins(cli, "alpha")

    cli.set(UV_NO_SYSTEM_CONFIG="1")

    assert (before, pins(cli, "alpha")) == (["alpha==1.0"], ["alpha==1.1"])


def test_the_closer_file_wins(cli: Cli) -> None:
    user = cli.root / "home" / ".config" / "uv" / "uv.toml"
    user.parent.mkdir(parents=True)
    user.write_text('resolution = "lowest"\nprerelease = "allow"\n')
    cli.write("pyproject.toml", '[tool.uv]\nresolution = "highest"\n[tool.uv.pip]\nprerelease = "disallow"\n')
    from_files = pins(cli, "alpha")
    cli.set(UV_PRERELEASE="allow")
    from_variable = pins(cli, "alpha")
    from_option = pins(cli, "alpha", "--prerelease", "disallow", "--resolution", "lowest")

    assert (from_files, from_variable, from_option) == (["alpha==1.1"], ["alpha==2.0a1"], ["alpha==1.0"])


# -- files of requirements ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("UV_CONSTRAINT", "alpha<1.1\n", ["alpha==1.0", "beta==2.0"]),
        ("UV_OVERRIDE", "alpha==1.0\n", ["alpha==1.0", "beta==2.0"]),
        ("UV_EXCLUDE", "alpha\n", ["beta==2.0"]),
    ],
)
def test_files_are_added(cli: Cli, name: str, text: str, expected: list[str]) -> None:
    cli.write("limits.txt", text)

    cli.set(**{name: "limits.txt"})

    assert pins(cli, "beta") == expected


def test_builds_are_limited(cli: Cli, env: Path) -> None:
    tree(cli, requires='"alpha"')
    cli.write("limits.txt", "alpha>5\n")
    cli.set(UV_BUILD_CONSTRAINT="limits.txt")

    done = cli("pip", "install", "./local", status=1)

    assert "alpha" in done.err


# -- interpreters and environments -------------------------------------------------------------------------------------


def test_the_interpreter_on_the_path_is_used(cli: Cli, env: Path) -> None:
    cli.set(UV_SYSTEM_PYTHON="1")

    done = cli("pip", "list")

    assert "Using Python" in done.err
    assert ".venv" not in done.err


def test_the_environment_is_named(cli: Cli) -> None:
    cli("venv", "other")
    cli.set(UV_PYTHON="other")

    done = cli("pip", "install", "alpha")

    assert "environment at: other" in done.err
    assert names(cli.folder / "other") == "alpha==1.1"


def test_a_managed_interpreter_is_demanded(cli: Cli) -> None:
    cli.set(UV_PYTHON_INSTALL_DIR=str(cli.root / "pythons"), UV_PYTHON_DOWNLOADS="never")

    for name, value in (("UV_MANAGED_PYTHON", "1"), ("UV_PYTHON_PREFERENCE", "only-managed")):
        cli.set(**{name: value})
        refused = cli("venv", status=2)
        cli.unset(name)

        assert "managed" in refused.err
    cli("venv")


@pytest.mark.parametrize(("name", "value"), [("UV_NO_MANAGED_PYTHON", "1"), ("UV_PYTHON_PREFERENCE", "only-system")])
def test_managed_interpreters_are_left_out(cli: Cli, name: str, value: str) -> None:
    managed = cli.root / "pythons" / "cpython-{}.{}.{}-linux-x86_64-gnu".format(*sys.version_info[:3])
    managed.parent.mkdir()
    managed.symlink_to(sys.base_prefix)
    cli.set(UV_PYTHON_INSTALL_DIR=str(managed.parent))
    before = cli.run("python", "find", "--no-project").out

    cli.set(**{name: value})
    after = cli.run("python", "find", "--no-project").out

    assert "/pythons/" in before
    assert "/pythons/" not in after


def test_a_claimed_installation_is_only_changed_on_request(cli: Cli) -> None:
    stdlib = subprocess.run(
        ["/usr/bin/python3", "-c", "import sysconfig; print(sysconfig.get_path('stdlib'))"],
        capture_output=True, text=True, check=False,
    ).stdout.strip()  # fmt: skip
    if not (Path(stdlib) / "EXTERNALLY-MANAGED").exists():
        pytest.skip("no externally managed interpreter here")
    arguments = ("pip", "install", "--dry-run", "-p", "/usr/bin/python3", "alpha")
    refused = cli(*arguments, status=2)

    cli.set(UV_BREAK_SYSTEM_PACKAGES="1")
    allowed = cli(*arguments)

    assert "is managed by another tool" in refused.err
    assert " + alpha==1.1" in allowed.err


def test_the_environment_of_a_project_can_be_elsewhere(cli: Cli) -> None:
    cli.project("alpha")
    cli.set(UV_PROJECT_ENVIRONMENT="elsewhere")

    cli("sync")

    assert names(cli.folder / "elsewhere") == "alpha==1.1"


# -- projects ----------------------------------------------------------------------------------------------------------


def tree(cli: Cli, name: str = "local", *, requires: str = "") -> Path:
    cli.write(f"{name}/backend.py", BACKEND)
    cli.write(f"{name}/module.py", "")
    return cli.write(
        f"{name}/pyproject.toml",
        f'[project]\nname = "{name}"\nversion = "3"\n'
        f'[build-system]\nrequires = [{requires}]\nbuild-backend = "backend"\nbackend-path = ["."]\n',
    ).parent


@pytest.fixture
def workspace(cli: Cli) -> None:
    tree(cli)
    tree(cli, "member")
    cli.write("backend.py", BACKEND)
    cli.write("module.py", "")
    cli.project(
        "alpha", "local", "member",
        extra='[tool.uv.sources]\nlocal = { path = "local" }\nmember = { workspace = true }\n'
        '[tool.uv.workspace]\nmembers = ["member"]\n'
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("UV_NO_EDITABLE", "alpha==1.1 demo==1 local==3 member==3"),
        ("UV_NO_INSTALL_PROJECT", "alpha==1.1 local==3 member==3+e"),
        ("UV_NO_INSTALL_WORKSPACE", "alpha==1.1 local==3"),
        ("UV_NO_INSTALL_LOCAL", "alpha==1.1"),
        ("UV_ONLY_INSTALL_PROJECT", "demo==1+e"),
        ("UV_ONLY_INSTALL_WORKSPACE", "demo==1+e member==3+e"),
        ("UV_ONLY_INSTALL_LOCAL", "demo==1+e local==3 member==3+e"),
    ],
)
def test_a_part_of_a_project_is_installed(cli: Cli, workspace: None, name: str, expected: str) -> None:
    cli.set(**{name: "1"})

    cli("sync")

    assert names(cli.folder / ".venv") == expected


def test_a_lock_must_be_up_to_date_or_is_taken_as_it_is(cli: Cli) -> None:
    cli.project("alpha")
    cli("lock")
    cli.project("alpha", "delta")

    cli.set(UV_LOCKED="1")
    refused = cli("sync", status=1)
    cli.unset("UV_LOCKED")
    cli.set(UV_FROZEN="1")
    cli("sync")

    assert "needs to be updated" in refused.err
    assert names(cli.folder / ".venv") == "alpha==1.1"


def test_a_change_of_the_project_leaves_the_environment_alone(cli: Cli) -> None:
    cli.project()
    cli.set(UV_NO_SYNC="1")

    done = cli.run("add", "alpha")
    if "unrecognized subcommand" in done.err:
        pytest.skip("there is no such command yet")

    assert (cli.folder / "uv.lock").exists()
    assert not (cli.folder / ".venv").exists()


# -- the network -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["UV_HTTP_TIMEOUT", "UV_REQUEST_TIMEOUT"])
def test_a_silent_server_is_given_up(cli: Cli, name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        cli.set(**{name: "1"}, UV_HTTP_RETRIES="0")

        done = cli.run("pip", "install", "--target", "x", "alpha", "--default-index", address(silent))

    assert done.status == 2


def test_a_host_that_does_not_answer_is_given_up(cli: Cli) -> None:
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        # Nobody accepts these, so there is no room for another.
        for one in (first, second):
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        cli.set(UV_HTTP_CONNECT_TIMEOUT="1", UV_HTTP_RETRIES="0")
        started = time.monotonic()

        cli("pip", "install", "--target", "x", "alpha", "--default-index", address(full), status=2)

    # Ten seconds is what it would have been.
    assert time.monotonic() - started < 8


def address(server: socket.socket) -> str:
    return f"http://127.0.0.1:{server.getsockname()[1]}/simple"


def test_a_failing_server_is_asked_as_often_as_wanted(cli: Cli, tmp_path: Path) -> None:
    with IndexServer(tmp_path / "index") as index:
        index.broken["/simple/alpha/"] = [503] * 9
        cli.set(UV_DEFAULT_INDEX=index.url, UV_HTTP_RETRIES="0")

        pins(cli, "alpha", status=2)

        assert index.requests["/simple/alpha/"] == 1


class Busy(IndexServer):
    """An index that keeps the first wheel back for a moment, and notes whether another one is asked for meanwhile."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.asked = False
        self.another = threading.Event()

    def _file(self, handler: Any, name: str) -> None:
        if name.endswith(".whl"):
            if self.asked:
                self.another.set()
            else:
                self.asked = True
                self.overlap = self.another.wait(0.3)
        super()._file(handler, name)


@pytest.fixture
def busy(cli: Cli, tmp_path: Path) -> Iterator[Busy]:
    with Busy(tmp_path / "busy") as index:
        for number in range(4):
            index.add(Distribution(name=f"item{number}", version="1.0"))
        cli.set(UV_DEFAULT_INDEX=index.url)
        yield index


@pytest.mark.parametrize(("number", "overlap"), [("1", False), ("4", True)])
def test_files_come_so_many_at_a_time(cli: Cli, env: Path, busy: Busy, number: str, *, overlap: bool) -> None:
    cli.set(UV_CONCURRENT_DOWNLOADS=number)

    cli("pip", "install", *(f"item{number}" for number in range(4)))

    assert busy.overlap is overlap


def test_builds_come_one_after_the_other(cli: Cli, env: Path) -> None:
    log = cli.root / "log"
    for name in ("one", "two", "three"):
        folder = tree(cli, name)
        text = (folder / "backend.py").read_text()
        noted = f"open({str(log)!r}, 'a').write('{{}} ')\n"
        text = text.replace(
            "    return _wheel(folder, {f\"{PROJECT['name']}.py\"",
            f"    {noted.format('begin')}    pathlib.Path('module.py').read_text()\n    {noted.format('end')}"
            "    return _wheel(folder, {f\"{PROJECT['name']}.py\"",
        )
        (folder / "backend.py").write_text(text)
    cli.set(UV_CONCURRENT_BUILDS="1")

    cli("pip", "install", "./one", "./two", "./three")

    assert log.read_text().split() == ["begin", "end"] * 3


@pytest.mark.parametrize("number", [1, 2])
def test_wheels_are_installed_so_many_at_a_time(cli: Cli, env: Path, tmp_path: Path, number: int) -> None:
    threads: set[str] = set()

    def note(*_: object) -> None:
        name = threading.current_thread().name
        if name.startswith("uvkit-link"):
            threads.add(name)

    with IndexServer(tmp_path / "large") as index:
        for name in ("one", "two", "three", "four"):
            files = {f"{name}/module{position}.py": b"" for position in range(100)}
            index.add(Distribution(name=name, version="1.0", files=files))
        cli.set(UV_DEFAULT_INDEX=index.url, UV_CONCURRENT_INSTALLS=str(number))
        threading.setprofile(note)
        try:
            cli("pip", "install", "one", "two", "three", "four")
        finally:
            threading.setprofile(None)

    assert len(threads) == (0 if number == 1 else number)


def test_compiling_is_given_up(cli: Cli, env: Path, tmp_path: Path) -> None:
    with IndexServer(tmp_path / "large") as index:
        index.add(Distribution(name="slow", version="1.0", files={"slow.py": b"x = 1\n" * 2_000_000}))
        cli.set(UV_DEFAULT_INDEX=index.url, UV_COMPILE_BYTECODE="1", UV_COMPILE_BYTECODE_TIMEOUT="1")

        done = cli("pip", "install", "slow")

    assert "took longer than 1 seconds" in done.err


def test_nothing_says_who_installed_it(cli: Cli, env: Path, index: IndexServer) -> None:
    cli.set(UV_NO_INSTALLER_METADATA="1")

    cli("pip", "install", f"alpha @ {index.root}/files/alpha/alpha-1.0-py3-none-any.whl")

    (info,) = env.glob("lib/python*/site-packages/alpha-1.0.dist-info")
    assert sorted(path.name for path in info.iterdir()) == ["METADATA", "RECORD", "WHEEL"]
    assert "INSTALLER" not in (info / "RECORD").read_text()


def test_a_wheel_may_be_another_than_its_name_says(cli: Cli, env: Path) -> None:
    wheel = make_wheel(cli.root, Distribution(name="alpha", version="1.0"))
    renamed = wheel.rename(cli.folder / "alpha-3.0-py3-none-any.whl")
    cli("pip", "install", "--no-cache", str(renamed), status=1)

    cli.set(UV_SKIP_WHEEL_FILENAME_CHECK="1")
    cli("pip", "install", "--no-cache", str(renamed))

    assert names(env) == "alpha==1.0"


# -- the rest ----------------------------------------------------------------------------------------------------------


def test_somebody_else_who_changes_the_environment_is_not_waited_for_longer(cli: Cli, env: Path) -> None:
    code = (
        "import sys, uvkit\n"
        f"with uvkit.Environment({str(env)!r}).locked():\n"
        "    print('locked', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=variables
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        cli.set(UV_LOCK_TIMEOUT="0")

        done = cli("pip", "install", "alpha", status=2)

        assert other.stdin is not None
        other.stdin.close()
    assert "another process has been changing it for 0 seconds" in done.err


def test_progress_is_not_shown(cli: Cli, env: Path) -> None:
    tree(cli)
    shown = cli("pip", "install", "./local")

    cli.set(UV_NO_PROGRESS="1")
    hidden = cli("pip", "install", "--reinstall", "./local")

    assert "Building local" in shown.err
    assert "Building local" not in hidden.err


def test_the_header_names_another_command(cli: Cli) -> None:
    cli.write("asked.in", "alpha\n")
    cli.set(UV_CUSTOM_COMPILE_COMMAND="make pins")

    done = cli("pip", "compile", "asked.in")

    assert "#    make pins\n" in done.out


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("UV_VENV_CLEAR", ("venv",)),
        ("UV_VENV_SEED", ("venv", "--clear")),
        ("UV_VENV_RELOCATABLE", ("venv", "--clear")),
    ],
)
def test_environments_are_made_as_wanted(cli: Cli, env: Path, name: str, words: tuple[str, ...]) -> None:
    cli.set(**{name: "1"})

    cli(*words)

    if name == "UV_VENV_SEED":
        assert "pip==" in names(env)
    if name == "UV_VENV_RELOCATABLE":
        assert re.search(r"relocatable\s*=\s*true", (env / "pyvenv.cfg").read_text())


def test_every_variable_that_is_relied_on_is_seen() -> None:
    text = Path(__file__).read_text().partition("# Seen in tests of the parts")[2]
    seen = {one.variable[0] for one in EFFECTS if one.variable}

    unseen = {name for name in RELIED_ON if name not in seen and f'"{name}"' not in text and f"{name}=" not in text}

    assert unseen == set()


def test_json_is_not_mixed_with_messages(cli: Cli, env: Path) -> None:
    cli.set(UV_NO_PROGRESS="0")

    done = cli("pip", "install", "alpha", "--json")

    assert json.loads(done.out)["changed"] is True
