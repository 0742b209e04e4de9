"""What settings and variables change, each seen through a command.

An effect is one setting with a value and something to look at. The tests look once without it, and once for each place
where it can be set: a variable, `uv.toml`, `[tool.uv]`, `[tool.uv.pip]`.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import uvkit
from uvkit.testing import IndexServer

from .conftest import Cli, Output

# Says which settings and variables it was given; the version of its project is what the setting `v` says.
RECORDING = """\
import os, pathlib, zipfile

def _wheel(folder, settings):
    version = (settings or {}).get("v") or os.environ.get("RECORDED") or "1"
    try:
        import alpha
    except ImportError:
        pass
    else:
        version = "77"
    name = f"recorder-{version}-py3-none-any.whl"
    info = f"recorder-{version}.dist-info"
    with zipfile.ZipFile(pathlib.Path(folder) / name, "w") as archive:
        archive.writestr("recorder.py", "")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\\nName: recorder\\nVersion: {version}\\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        archive.writestr(f"{info}/RECORD", "")
    return name

def build_wheel(folder, settings=None, metadata=None):
    return _wheel(folder, settings)
"""


@dataclass(frozen=True)
class World:
    """A command line, the index it uses, another one, and one that wants a password."""

    cli: Cli
    index: IndexServer
    other: IndexServer
    closed: IndexServer

    @property
    def text(self) -> dict[str, str]:
        """Return what stands for addresses and folders in the values of effects."""
        return {
            "{index}": self.index.url,
            "{other}": self.other.url,
            "{closed}": self.closed.url,
            "{keyed}": self.closed.url.replace("//", "//user@"),
            "{root}": str(self.cli.root),
        }

    def neutral(self, text: str) -> str:
        """Return a text with names for addresses and folders."""
        for name, value in self.text.items():
            text = text.replace(value, name)
        return text.replace("/ROOT", "{root}")

    def run(self, *argv: str) -> Output:
        """Run a command line in which addresses and folders may stand."""
        return self.cli.run(*map(self.filled, argv))

    def must(self, *argv: str) -> Output:
        """Run a command line that prepares something, which no file of settings and no variable changes."""
        return self.cli(*argv, "--no-config", *(("--default-index", self.index.url) if "pip" in argv else ()))

    def filled(self, text: str) -> str:
        """Return a value with addresses and folders in their places."""
        for name, value in self.text.items():
            text = text.replace(name, value)
        return text


See = Callable[[World], str]


def pins(requirements: str, *argv: str) -> See:
    """Look at what `pip compile` chooses, or why it does not."""

    def see(world: World) -> str:
        world.cli.write("asked.in", requirements.replace(", ", "\n") + "\n")
        done = world.run("pip", "compile", "asked.in", "--no-header", "--no-annotate", *argv)
        return world.neutral(" ".join(done.out.split())) if done.status == 0 else "refused"

    return see


def text(requirements: str, *argv: str) -> See:
    """Look at all that `pip compile` writes."""

    def see(world: World) -> str:
        world.cli.write("asked.in", requirements.replace(", ", "\n") + "\n")
        done = world.run("pip", "compile", "asked.in", "--custom-compile-command", "x", *argv)
        lines = [line for line in done.out.splitlines() if not line.startswith("# This file was")]
        return world.neutral(" / ".join(line.strip() for line in lines))

    return see


def counts(part: str, requirements: str, *argv: str) -> See:
    """Count how often something stands in what `pip compile` writes."""
    whole = text(requirements, *argv)
    return lambda world: str(whole(world).count(part))


def mentions(part: str, requirements: str) -> See:
    """Look for a part in all that `pip compile` writes, the header among it."""

    def see(world: World) -> str:
        world.cli.write("asked.in", requirements + "\n")
        return "yes" if part in world.run("pip", "compile", "asked.in").out else "no"

    return see


def compiles_project(*argv: str) -> See:
    """Look at what `pip compile pyproject.toml` chooses."""

    def see(world: World) -> str:
        done = world.run("pip", "compile", "pyproject.toml", "--no-header", "--no-annotate", *argv)
        return " ".join(done.out.split()) if done.status == 0 else "refused"

    return see


def written(name: str, requirements: str) -> See:
    """Look at a file that `pip compile` may write."""

    def see(world: World) -> str:
        pins(requirements)(world)
        path = world.cli.folder / name
        return path.read_text().strip() if path.exists() else "absent"

    return see


def locked(*argv: str) -> See:
    """Look at what `lock` chooses for the project."""

    def see(world: World) -> str:
        done = world.run("lock", *argv)
        if done.status:
            return "refused"
        packages = tomllib.loads((world.cli.folder / "uv.lock").read_text())["package"]
        return " ".join(f"{one['name']}=={one.get('version', '')}" for one in packages if one["name"] != "demo")

    return see


def installs(*argv: str, look: Callable[[Path], str] | None = None) -> See:
    """Look at what is installed by `pip install`, or at a property of that."""

    def see(world: World) -> str:
        environment = _environment(world)
        done = world.run("pip", "install", *argv)
        if done.status:
            return "refused"
        return names(environment) if look is None else look(environment)

    return see


def syncs(*argv: str) -> See:
    """Look at what `sync` installs for the project."""

    def see(world: World) -> str:
        done = world.run("sync", *argv)
        return names(world.cli.folder / ".venv") if done.status == 0 else "refused"

    return see


def again(name: str) -> See:
    """Look at whether what is installed is installed once more."""

    def see(world: World) -> str:
        _environment(world)
        world.must("pip", "install", name)
        return "again" if " ~ " in world.cli("pip", "install", name).err else "left alone"

    return see


def prints(pattern: str, *argv: str, status: int | None = None) -> See:
    """Look for a pattern in what a command prints; the first group of it, or the whole, is seen."""

    def see(world: World) -> str:
        done = world.run(*argv)
        if status is not None:
            return str(done.status)
        found = re.search(pattern, done.out + done.err)
        return "-" if found is None else found[found.lastindex or 0]

    return see


def names(environment: Path) -> str:
    """Return what is installed, editable distributions marked."""
    return " ".join(
        f"{one.project}=={one.version_text}{'+e' if one.editable else ''}"
        for one in uvkit.Environment(environment).installed()
    )


def site(environment: Path) -> Path:
    """Return where modules are."""
    return next(environment.glob("lib/python*/site-packages"))


def linked(environment: Path) -> str:
    """Tell how the file of a module got there."""
    module = site(environment) / "alpha" / "__init__.py"
    if module.is_symlink():
        return "symlink"
    return "hardlink" if module.stat().st_nlink > 1 else "copy"


def compiled(environment: Path) -> str:
    """Tell whether modules are compiled."""
    return "compiled" if list(site(environment).glob("alpha/__pycache__/*.pyc")) else "plain"


def with_keyring(world: World) -> None:
    """Put a keyring on the path that knows the password."""
    program = world.cli.root / "bin" / "keyring"
    program.parent.mkdir(exist_ok=True)
    program.write_text("#!/bin/sh\necho secret\n")
    program.chmod(0o755)
    world.cli.set(PATH=f"{program.parent}{os.pathsep}{os.environ['PATH']}")


def wheels(world: World) -> None:
    """Lay a wheel that no index has into a folder."""
    from uvkit.testing import Distribution
    from uvkit.testing.distributions import make_wheel

    make_wheel(world.cli.root / "links", Distribution(name="linked", version="5.0"))


def recorder(world: World, requires: str = "") -> None:
    """Write a source tree whose version tells how it was built."""
    world.cli.write("recorder/backend.py", RECORDING)
    world.cli.write(
        "recorder/pyproject.toml",
        '[project]\nname = "recorder"\ndynamic = ["version"]\n'
        f'[build-system]\nrequires = [{requires}]\nbuild-backend = "backend"\nbackend-path = ["."]\n',
    )


def _environment(world: World) -> Path:
    path = world.cli.folder / ".venv"
    if not path.exists():
        world.must("venv", "--clear")
    return path


def lock_at(world: World, requirement: str) -> None:
    """Lock the project with an older version first."""
    file = world.cli.folder / "pyproject.toml"
    now = file.read_text()
    world.cli.project(requirement)
    world.must("lock", "--default-index", world.index.url)
    file.write_text(now)


def local_alpha(world: World) -> None:
    """Write a source tree of `alpha` whose metadata is static."""
    world.cli.write("tree/pyproject.toml", '[project]\nname = "alpha"\nversion = "7"\n')


def wrong_hash(world: World) -> None:
    """Write a requirements file with a digest that no file has."""
    world.cli.write("wrong.txt", f"alpha==1.1 --hash=sha256:{'0' * 64}\n")
