"""Edit the same files with uv and uvkit, in twin folders, and compare every byte.

The corpus is `edits.py`: small files with odd formatting, edited against a loopback index, and the real projects of
`projects/real`, edited without locking. Prints `same` or `different` for each edit, and the difference.

    python benchmarks/parity_edit.py [--verbose] [WORD]...
"""

from __future__ import annotations

import difflib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import edits

from uvkit.testing import Distribution, IndexServer

BIN = Path(sys.executable).parent
TOOLS = {"uv": [str(BIN / "uv")], "uvkit": [sys.executable, "-m", "uvkit"]}


@dataclass
class Bench:
    """Where things are."""

    index: str
    work: Path
    variables: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        home = self.work / "home"
        settings = home / ".config" / "uv" / "uv.toml"
        settings.parent.mkdir(parents=True)
        settings.write_text(f'[[index]]\nurl = "{self.index}"\ndefault = true\n')
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("UV_", "UVKIT_", "PIP_", "VIRTUAL_ENV"))}
        self.variables = {
            **kept,
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / ".config"),
            "UV_PYTHON": _python(),
            "UV_PYTHON_DOWNLOADS": "never",
            "NO_COLOR": "1",
        }

    def edited(self, tool: str, number: int, edit: edits.Edit) -> tuple[int, dict[str, str], str]:
        """Return how one tool fared: its exit status, every text file afterwards, and what it printed."""
        # The two folders have one name, which some files hold.
        folder = self.work / tool / f"{number:04d}"
        for name, text in edit.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.replace("@INDEX@", self.index).encode())
        argv = [*TOOLS[tool], *(word.replace("@INDEX@", self.index) for word in edit.argv)]
        variables = {**self.variables, "UV_CACHE_DIR": str(self.work / f"cache-{tool}"), **edit.variables}
        ended = subprocess.run(
            argv, cwd=folder / edit.folder, env=variables, capture_output=True, text=True, timeout=120, check=False
        )
        # What a tool keeps for itself is not compared, nor is the lock: `parity_locks.py` does that.
        names = (path for path in sorted(folder.rglob("*")) if path.is_file() and ".venv" not in path.parts)
        texts = {
            path.relative_to(folder).as_posix(): path.read_bytes().decode().replace(str(folder), "@FOLDER@")
            for path in names
            if path.suffix in {".toml", ".py", ".md"} or path.name.startswith(".")
        }
        return ended.returncode, texts, ended.stderr


def _python() -> str:
    code = "import sys; print(getattr(sys, '_base_executable', sys.executable))"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def differences(expected: Mapping[str, str], got: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines in which files differ."""
    for name in sorted({*expected, *got}):
        one, other = (side.get(name, "").splitlines(keepends=True) for side in (expected, got))
        yield from (repr(line)[1:-1] for line in difflib.unified_diff(one, other, f"uv/{name}", f"uvkit/{name}"))


def main(argv: list[str]) -> int:
    """Run the corpus, or what matches all words."""
    verbose = "--verbose" in argv
    words = [word for word in argv if not word.startswith("--")]
    chosen = [one for one in edits.corpus() if all(word in one.title for word in words)]
    same = 0
    with tempfile.TemporaryDirectory() as scratch, IndexServer(Path(scratch) / "index") as server:
        for name, versions in edits.INDEX.items():
            for version in versions:
                server.add(Distribution(name=name, version=version))
        bench = Bench(server.url, Path(scratch))
        for number, edit in enumerate(chosen):
            code, expected, said = bench.edited("uv", number, edit)
            mine, got, answer = bench.edited("uvkit", number, edit)
            is_same = expected == got and code == mine
            same += is_same
            if not is_same or verbose:
                print(f"{'same' if is_same else 'different'}: {edit.title}")
            if not is_same:
                print(f"  exit {code}, uvkit {mine}", *differences(expected, got), sep="\n  ")
                print("  uv:", *said.splitlines()[-6:], sep="\n    ")
                print("  uvkit:", *answer.splitlines()[-6:], sep="\n    ")
    print(f"{same} of {len(chosen)} edits leave the same files")
    return same != len(chosen)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
