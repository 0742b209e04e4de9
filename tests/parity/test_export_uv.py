"""uv and uvkit export random locks alike: markers along every path, extras, groups, members, cycles, two versions."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from uvkit.lockfile import ExportOptions, Lockfile
from uvkit.model import Selection, project_name

UV = Path(sys.executable).with_name("uv")
INDEX = 'source = { registry = "https://index.example/simple" }'
MARKERS = (
    "sys_platform == 'linux'",
    "sys_platform != 'win32'",
    "python_full_version < '3.12'",
    "python_full_version >= '3.13'",
    "os_name == 'nt'",
    "platform_machine == 'x86_64'",
)
HALVES = {"1.0": "python_full_version < '3.12'", "2.0": "python_full_version >= '3.12'"}
CHOICES: tuple[tuple[tuple[str, ...], Selection, frozenset[str]], ...] = (
    ((), Selection(), frozenset()),
    (("--all-extras", "--all-groups"), Selection.of(extras="all", groups="all"), frozenset()),
    (("--extra", "a", "--no-dev"), Selection.of(extras=["a"], groups=()), frozenset()),
    (("--prune", "p0", "--no-emit-package", "p1"), Selection.of(exclude=["p1"]), frozenset({"p0"})),
)

pytestmark = [pytest.mark.oracle, pytest.mark.skipif(not UV.exists(), reason="uv is not installed")]


class Maker:
    """Makes one random lock."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.names = [f"p{number}" for number in range(self.random.randint(4, 9))]
        self.extras = {name: self.random.sample("xy", self.random.randint(0, 2)) for name in self.names}
        self.double = {name for name in self.names if self.random.random() < 0.2}

    def text(self) -> str:
        head = 'version = 1\nrevision = 5\nrequires-python = ">=3.11"\n'
        forks = "".join(f'    "{half}",\n' for half in reversed(HALVES.values()))
        head += f"resolution-markers = [\n{forks}]\n" if self.double else ""
        return head + "".join(self._package(name) for name in self.names) + self._project()

    def _package(self, name: str) -> str:
        text = ""
        for version in HALVES if name in self.double else ("1.0",):
            text += f'\n[[package]]\nname = "{name}"\nversion = "{version}"\n{INDEX}\n'
            text += f'resolution-markers = [\n    "{HALVES[version]}",\n]\n' if name in self.double else ""
            text += f"dependencies = [\n{self._edges(3)}]\n"
            digest = f"{self.random.getrandbits(256):064x}"
            text += f'wheels = [\n    {{ url = "https://files.example/{name}-{version}-py3-none-any.whl",'
            text += f' hash = "sha256:{digest}" }},\n]\n'
            if self.extras[name]:
                rows = [f"{extra} = [\n{self._edges(2)}]\n" for extra in sorted(self.extras[name])]
                text += "\n[package.optional-dependencies]\n" + "".join(rows)
        return text

    def _project(self) -> str:
        text = '\n[[package]]\nname = "proj"\nversion = "1"\nsource = { editable = "." }\n'
        text += f"dependencies = [\n{self._edges(3)}]\n\n[package.optional-dependencies]\n"
        text += "".join(f"{extra} = [\n{self._edges(2)}]\n" for extra in "ab")
        text += f"\n[package.dev-dependencies]\ndev = [\n{self._edges(2)}]\n"
        return f'{text}\n[package.metadata]\nprovides-extras = ["a", "b"]\n'

    def _edges(self, most: int) -> str:
        names = self.random.sample(self.names, min(len(self.names), self.random.randint(1, most)))
        return "".join(f"    {{ {edge} }},\n" for name in names for edge in self._edge(name))

    def _edge(self, name: str) -> list[str]:
        marker = self.random.choice(MARKERS) if self.random.random() < 0.5 else ""
        wants = bool(self.extras[name]) and self.random.random() < 0.5
        extra = f', extra = ["{self.extras[name][0]}"]' if wants else ""
        if name not in self.double:
            return [f'name = "{name}"{extra}' + (f', marker = "{marker}"' if marker else "")]
        rows = []
        for version, half in HALVES.items():
            both = f"{half} and {marker}" if marker else half
            rows.append(f'name = "{name}", version = "{version}", {INDEX}{extra}, marker = "{both}"')
        return rows


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("file_format", ["requirements.txt", "pylock.toml"])
def test_random_locks_are_exported_alike(tmp_path: Path, seed: int, file_format: str) -> None:
    (tmp_path / "uv.lock").write_text(Maker(seed).text())
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "proj"\nversion = "1"\nrequires-python = ">=3.11"\n'
        "[project.optional-dependencies]\na = []\nb = []\n[dependency-groups]\ndev = []\n"
    )
    lock = Lockfile.read(tmp_path / "uv.lock")

    for arguments, selection, prune in CHOICES:
        command = [str(UV), "export", "--frozen", "--offline", "--no-header", "--format", file_format, *arguments]
        done = subprocess.run(
            [*command, "--no-cache", "--python", sys.executable],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            env={"PATH": "/usr/bin:/bin"},
        )
        options = ExportOptions(prune=frozenset(map(project_name, prune)))
        ours = lock.export(file_format, selection=selection, options=options)  # type: ignore[arg-type] # of two literals

        assert done.returncode == 0, done.stderr
        # Who made it is the one thing that differs.
        assert ours == done.stdout.replace('created-by = "uv"', 'created-by = "uvkit"'), arguments
