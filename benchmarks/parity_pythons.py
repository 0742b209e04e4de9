"""Manage interpreters with uv and uvkit, in twin homes, and compare status, output and what is on disk.

Both download the same archives from loopback: the Python that runs this, and pyenv's 3.12.1 and 3.13.0, packed as
releases. Each story is a list of commands in one home. Prints `same` or
`different` for each command; messages are compared only with `--messages`.

    python benchmarks/parity_pythons.py [--messages] [WORD]...
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "integration"))

from pythons.conftest import PAIR, VERSION, QuietHandler, Releases, pack

BIN = Path(sys.executable).parent
TOOLS = {"uv": [str(BIN / "uv")], "uvkit": [sys.executable, "-m", "uvkit"]}
# The other minor versions; the older patch of 3.12 is the newer one by another name.
PYENV = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"

# `=` writes a file, `!` sets variables, everything else is a command.
STORIES: dict[str, list[str]] = {
    "list": [
        "python list", "python list --only-downloads", "python list 3.13", "python list --all-versions 3.13",
        "python list --show-urls 3.13", "python list --output-format json", "python list pypy", "python list any",
        "python list --all-platforms", "python list --all-arches", "python list 3.13t", f"python list {VERSION}",
        "python list --no-managed-python", "python list --managed-python", "python list --no-python-downloads",
        "python list --offline", "python list foo", "python list --only-installed --only-downloads",
    ],
    "install": [
        f"python install {PAIR}", f"python install {PAIR}", "python install", "python install 3.97",
        "python install foo",
        "python install 3.13 3.12", "python list", "python list --only-installed", "python find",
        "python find 3.13",
        f"python find =={PAIR}.*", f"python install {PAIR} --reinstall", "python install -r",
        "python install --default 3.12",
        "python install 3.13t", "python install 3.13+freethreaded", "python list --all-versions",
        "python uninstall 3.12 3.97", "python list --only-installed", "python uninstall --all",
        "python uninstall --all",
        "python uninstall 3.13", "python uninstall", "python list --only-installed", "python install any",
        "python install --no-bin 3.12", "python install cpython-3.13", "python install >=3.12,<3.13",
        "python install pypy", "python install 3.13 3.97", "python install --default 3.12 3.13",
    ],
    "upgrade": [
        "python upgrade", "python install 3.12.0", "python upgrade 3.12.0", "python upgrade 3.12", "python upgrade",
        "python upgrade 3.13", "python list --only-installed", "python find 3.12", "python find 3.12.0",
        "python uninstall 3.12.1", "python find 3.12", "python install -U 3.12",
    ],
    "files": [
        f"=.python-versions {PAIR} 3.12", "python install", "python find", "python pin", "python pin --rm",
        "python pin",
        "python pin --global 3.12", "python pin --global", "python pin", "python find --show-version",
        f"python pin {PAIR}",
        "python pin", "python pin --resolved", f"python pin --resolved {PAIR}", "python pin cp312",
        "python pin 3.12t",
        "python pin >=3.8", "python pin cpython-3.12", "python pin 3.97", "python pin my-env", "python pin --rm",
        "python pin --rm", "python pin --global --rm", "python pin --global --rm", "python pin ./here",
    ],
    "project": [
        f"python install {PAIR} 3.12", "=pyproject.toml [project] name='a' version='1' requires-python='>=3.12'",
        "python find", f"python find {PAIR}", f"python pin {PAIR}", "python pin 3.12", "python find",
        "python find --system",
        "python find --no-project", "venv", "python find", "python find --system", "python find --resolve-links",
        f"=.python-version {PAIR}", "python find", "venv --clear", "lock", "sync", "python pin",
    ],
    "venv": [
        # The Python that runs uvkit would do as well.
        "!UV_PYTHON_PREFERENCE=only-managed",
        f"venv -p {PAIR}", "venv", "venv --clear", f"venv -p {VERSION} exact", "venv -p 3.97 none",
        "venv -p pypy none",
        "venv --no-python-downloads -p 3.13 none", "venv --offline -p 3.13 none", "!UV_PYTHON_DOWNLOADS=manual",
        "venv -p 3.13 none", "!UV_PYTHON_DOWNLOADS=auto", "venv -p 3.13 one", "venv -p one two",
        "venv --prompt . three",
        "venv --relocatable --system-site-packages --prompt name four", "venv -p foo none",
        "venv -p ./nowhere none",
        "!UV_VENV_CLEAR=1", "venv one", "=plain/file x", "venv plain", "venv plain --force", "!UV_VENV_CLEAR=0",
        "venv plain", "venv --allow-existing plain", "venv pyproject.toml",
    ],
    "dirs": [
        "python dir", "python dir --bin", "!XDG_DATA_HOME=@HOME@/data", "python dir --bin",
        "!UV_PYTHON_BIN_DIR=@HOME@/b",
        "python dir --bin", "python update-shell", "!SHELL=/bin/bash", "!PATH=/usr/bin", "python update-shell",
        "python update-shell", "!SHELL=/usr/bin/zsh", "python update-shell", "!SHELL=/usr/bin/fish",
        "python update-shell",
        "!SHELL=/bin/tcsh", "python update-shell",
    ],
}  # fmt: skip


@dataclass
class Home:
    """The home of one tool."""

    tool: str
    root: Path
    variables: dict[str, str]

    @property
    def work(self) -> Path:
        return self.root / "work"

    def take(self, line: str) -> tuple[int, str, str, list[str]] | None:
        """Do one line of a story; return what a command came to."""
        if line.startswith("!"):
            name, _, value = line[1:].partition("=")
            self.variables[name] = value.replace("@HOME@", str(self.root / "home"))
            return None
        if line.startswith("="):
            name, *rows = line[1:].split()
            path = self.work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n".join(rows).replace("[project]", "[project]") + "\n")
            return None
        done = subprocess.run(
            [*TOOLS[self.tool], *line.split()], cwd=self.work, env=self.variables, capture_output=True, text=True
        )
        return done.returncode, self.neutral(done.stdout), self.neutral(done.stderr), sorted(self.tree())

    def neutral(self, text: str) -> str:
        if text.startswith(("[{", "[\n")):
            text = json.dumps(json.loads(text))
        text = text.replace(str(self.root), "/ROOT").replace("uvkit", "uv").replace("/data/../", "/")
        return re.sub(r"\bin \d+(\.\d+)?m?s\b", "in T", text)

    def tree(self) -> Iterator[str]:
        """Return what is on disk as far as the tools decide it: names, links, and the small files."""
        for folder in ("home", "pythons", "work"):
            for path in sorted((self.root / folder).glob("**/*")):
                name = path.relative_to(self.root).as_posix()
                if re.search(
                    r"/(lib|include|share|\.temp|cache|bin/activate|bin/[dp][ey]\w+\.bat)(/|\b)|\.lock$", name
                ):
                    continue
                if path.is_symlink():
                    yield f"{name} -> {self.neutral(os.readlink(path))}"
                elif path.is_file() and path.stat().st_size < 1000:
                    text = self.neutral(path.read_text(errors="replace"))
                    yield f"{name}: {re.sub(r'uv = .*', 'uv = V', text)!r}"


def main(words: list[str]) -> int:
    messages = "--messages" in words
    chosen = [word for word in words if not word.startswith("-")] or list(STORIES)
    differences = total = 0
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "mirror").mkdir()
        pack(work / "python.tar.gz")
        requested: list[str] = []
        handler = type("_Handler", (QuietHandler,), {"requested": requested})
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(work / "mirror")))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        releases = Releases(
            work / "mirror", f"http://127.0.0.1:{server.server_port}", work / "python.tar.gz", requested
        )
        releases.add(VERSION)
        for version in ("3.12.1", "3.13.0"):
            pack(work / version, str(PYENV / version / "bin" / "python"))
            releases.add(version, content=(work / version).read_bytes())
        releases.add("3.12.0", content=(work / "3.12.1").read_bytes(), build="20230101")
        for story in chosen:
            homes = [_home(work / story / tool, tool, releases) for tool in TOOLS]
            for line in STORIES[story]:
                answers = [home.take(line) for home in homes]
                if answers[0] is None or answers[1] is None:
                    continue
                total += 1
                parts = ("status", "output", "messages", "disk")
                wrong = [
                    part
                    for part, mine, theirs in zip(parts, *answers, strict=True)
                    if mine != theirs and (part != "messages" or messages)
                ]
                differences += bool(wrong)
                print(
                    f"{'different' if wrong else 'same':9} {story}: {line}"
                    + (f" ({', '.join(wrong)})" if wrong else "")
                )
                for part, mine, theirs in zip(parts, *answers, strict=True):
                    if part in wrong or (wrong and part == "messages"):
                        _show(part, mine, theirs)
        server.shutdown()
    print(f"{total - differences} of {total} the same")
    return 1 if differences else 0


def _show(part: str, theirs: object, ours: object) -> None:
    if isinstance(theirs, list) and isinstance(ours, list):
        for row in theirs:
            if row not in ours:
                print(f"    uv only: {row[:200]}")
        for row in ours:
            if row not in theirs:
                print(f"    uvkit only: {row[:200]}")
        return
    for tool, value in (("uv", theirs), ("uvkit", ours)):
        print(f"    {part} of {tool}: {str(value).rstrip()!r}")


def _home(root: Path, tool: str, releases: Releases) -> Home:
    for name in ("home", "work"):
        (root / name).mkdir(parents=True)
    home = str(root / "home")
    variables = {
        "HOME": home,
        "PATH": f"{home}/.local/bin",
        "UV_CACHE_DIR": str(root / "cache"),
        "UV_PYTHON_INSTALL_DIR": str(root / "pythons"),
        "UV_PYTHON_DOWNLOADS_JSON_URL": (releases.folder / "downloads.json").as_uri(),
        "NO_COLOR": "1",
        "LANG": "C.UTF-8",
    }
    return Home(tool, root, variables)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
