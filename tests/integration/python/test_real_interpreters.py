from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import packaging
import pytest
from packaging.tags import Tag, parse_tag

from uvkit.cache import Cache
from uvkit.environment import Environment
from uvkit.python import Interpreter, probe


def installed_interpreters() -> list[str]:
    """Return the interpreters of this machine that this suite can be run against, each version once."""
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    found = sorted(root.glob("versions/3.*/bin/python"), key=lambda path: [int(n) for n in path.parts[-3].split(".")])
    named = [shutil.which(f"python3.{minor}", path="/usr/bin:/usr/local/bin") for minor in range(6, 16)]
    return [str(path) for path in found] + [path for path in named if path is not None]


INTERPRETERS = installed_interpreters()
each_interpreter = pytest.mark.parametrize("executable", INTERPRETERS or [sys.executable])

# Where the packaging library of this process lies: it is imported by the foreign interpreters too.
PACKAGING = str(Path(packaging.__file__).parents[1] / "packaging")

WHERE = "import sys, sysconfig; print(sys.prefix, sys.base_prefix, sysconfig.get_path('purelib'), sep='\\n')"


def ask(executable: str | Path, code: str, *, isolated: bool = True) -> str:
    flags = ["-I"] if isolated else []
    done = subprocess.run([executable, *flags, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def ask_packaging(interpreter: Interpreter, code: str, tmp_path: Path) -> str:
    if interpreter.pair < (3, 9):
        pytest.skip("the packaging library is for newer interpreters")
    folder = tmp_path / "library"
    folder.mkdir()
    (folder / "packaging").symlink_to(PACKAGING)
    return ask(
        interpreter.executable,
        f"import sys; sys.path.insert(0, {str(folder)!r}); sys.dont_write_bytecode = True; {code}",
    )


def split(tags: list[Tag]) -> tuple[list[Tag], list[Tag]]:
    """Return the tags for this system alone and the others; packaging and uv disagree which come first."""
    local = [tag for tag in tags if tag.platform.startswith("linux_")]
    return local, [tag for tag in tags if not tag.platform.startswith("linux_")]


def one_tag(text: str) -> Tag:
    (tag,) = parse_tag(text)
    return tag


@each_interpreter
def test_tags_are_those_packaging_finds_inside(executable: str, cache: Cache, tmp_path: Path) -> None:
    interpreter = probe(executable, cache)
    code = "from packaging.tags import sys_tags; print('\\n'.join(map(str, sys_tags())))"

    theirs = [one_tag(line) for line in ask_packaging(interpreter, code, tmp_path).split()]

    assert split(list(interpreter.target.tags)) == split(theirs)


@each_interpreter
def test_tags_are_those_pip_accepts(executable: str, cache: Cache) -> None:
    interpreter = probe(executable, cache)
    done = subprocess.run([executable, "-I", "-m", "pip", "debug", "--verbose"], capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip("this interpreter has no pip that shows its tags")

    _, _, listing = done.stdout.partition("Compatible tags:")
    theirs = {one_tag(line.strip()) for line in listing.splitlines()[1:] if line.strip()}

    ours = set(interpreter.target.tags)
    # Old pips know only the named manylinux tags, and name tags of Python 2.
    known = {
        tag for tag in ours if "manylinux_2_" not in tag.platform or any("manylinux_2_" in t.platform for t in theirs)
    }
    assert known <= theirs
    assert {tag for tag in theirs if not tag.interpreter.startswith("py2")} <= ours


@each_interpreter
def test_marker_values_are_those_packaging_finds_inside(executable: str, cache: Cache, tmp_path: Path) -> None:
    interpreter = probe(executable, cache)
    code = "import json; from packaging.markers import default_environment; print(json.dumps(default_environment()))"

    theirs = json.loads(ask_packaging(interpreter, code, tmp_path))

    assert dict(interpreter.target.markers) == theirs


@each_interpreter
def test_paths_are_those_the_interpreter_installs_to(executable: str, cache: Cache) -> None:
    interpreter = probe(executable, cache)
    keys = ("purelib", "platlib", "scripts", "data", "include")
    code = (
        "import json, sysconfig, site; "
        f"print(json.dumps([[sysconfig.get_path(key) for key in {keys!r}], site.getsitepackages()]))"
    )

    paths, folders = json.loads(ask(executable, code))

    assert [interpreter.paths[key] for key in keys] == paths
    assert set(folders) <= set(interpreter.site_folders)


@each_interpreter
def test_an_environment_of_any_version_works(executable: str, cache: Cache, tmp_path: Path) -> None:
    environment = Environment.create(tmp_path / "env", python=probe(executable, cache), cache=cache)
    (environment.site_packages / "only_there.py").write_text("", encoding="utf-8")
    code = f"import only_there; {WHERE}"

    answers = [ask(path, code).splitlines() for path in sorted((tmp_path / "env" / "bin").glob("python*"))]

    expected = [str(tmp_path / "env"), str(environment.interpreter.base_prefix), str(environment.site_packages)]
    assert answers == [expected] * 3


@each_interpreter
def test_an_environment_is_described_as_it_describes_itself(executable: str, cache: Cache, tmp_path: Path) -> None:
    environment = Environment.create(tmp_path / "env", python=probe(executable, cache), cache=cache)

    opened = Environment(tmp_path / "env", cache=cache)

    assert opened == environment
    assert opened.target == environment.target
    assert opened.interpreter.base_executable == environment.interpreter.base_executable


@each_interpreter
def test_an_environment_of_the_standard_library_is_understood(executable: str, cache: Cache, tmp_path: Path) -> None:
    done = subprocess.run([executable, "-I", "-m", "venv", "--without-pip", tmp_path / "env"], capture_output=True)
    if done.returncode != 0:
        pytest.skip("this interpreter has no module `venv`")

    environment = Environment(tmp_path / "env", cache=cache)

    prefix, base_prefix, purelib = ask(environment.python, WHERE).splitlines()
    assert str(environment.path) == prefix
    assert str(environment.interpreter.base_prefix) == base_prefix
    assert str(environment.site_packages) == purelib


@each_interpreter
def test_our_configuration_has_the_keys_of_the_standard_one(executable: str, cache: Cache, tmp_path: Path) -> None:
    done = subprocess.run([executable, "-I", "-m", "venv", "--without-pip", tmp_path / "theirs"], capture_output=True)
    if done.returncode != 0:
        pytest.skip("this interpreter has no module `venv`")
    theirs = Environment(tmp_path / "theirs", cache=cache).config

    ours = Environment.create(tmp_path / "ours", python=probe(executable, cache), cache=cache).config

    assert theirs.keys() - {"version", "command", "executable"} <= ours.keys()
    assert ours["include-system-site-packages"] == theirs["include-system-site-packages"]
    assert ours["version_info"] == theirs["version"]
    assert Path(ours["home"]).samefile(theirs["home"])


def test_an_environment_of_virtualenv_is_understood(cache: Cache, tmp_path: Path) -> None:
    pytest.importorskip("virtualenv")
    subprocess.run(
        [sys.executable, "-m", "virtualenv", "--quiet", "--no-seed", "--no-periodic-update", tmp_path / "env"],
        check=True,
    )

    environment = Environment(tmp_path / "env", cache=cache)

    assert environment.is_virtual
    assert environment.interpreter.base_prefix == Path(sys.base_prefix)
    assert ask(environment.python, "import sys; print(sys.prefix)").strip() == str(tmp_path / "env")


def test_a_distribution_s_own_python_says_who_manages_it(cache: Cache) -> None:
    claimed = [path for path in INTERPRETERS if list(Path("/usr/lib").glob(f"{Path(path).name}/EXTERNALLY-MANAGED"))]
    if not claimed:
        pytest.skip("no interpreter here is claimed by a package manager")

    message = probe(claimed[0], cache).externally_managed

    assert message
    assert "\n" in message
