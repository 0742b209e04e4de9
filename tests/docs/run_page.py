"""Run the blocks of one page from top to bottom, as a reader would who types them in; a program of its own.

The working directory is a project. Blocks with a title are written to that file, `python` blocks share one namespace,
`console` blocks run `uvkit` and `python`. The example address of an index stands for a real index on loopback.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

from pages import ROOT, Block, blocks
from universe import PROJECT, fill

from uvkit.testing import IndexServer

EXAMPLE = "https://index.example/simple"
# How the pages call the folders of a run.
HOME = "/home/me"

# pytest repeats what takes longer than a minute in hours and minutes.
_DURATION = re.compile(r"\b\d+(?:\.\d+)?(?:ms|s)\b(?: \(\d+:\d\d:\d\d\))?")
_COMMANDS = {"uvkit": [sys.executable, "-m", "uvkit"], "python": [sys.executable]}


class WrongOutputError(Exception):
    """A page promises another output than there is."""


class Reader:
    """Somebody who does what a page says."""

    def __init__(self, page: Path, url: str) -> None:
        self.page = page
        self.url = url
        self.namespace: dict[str, object] = {"__name__": "__main__"}
        self.output = ""

    def follow(self) -> None:
        """Do it all."""
        for block in blocks(self.page):
            if block.skip is None:
                self._do(block)

    def _do(self, block: Block) -> None:
        text = block.text.replace(EXAMPLE, self.url)
        if block.title is not None and block.title != "message":
            target = Path(block.title)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text + "\n", encoding="utf-8")
        elif block.language == "python":
            self.output = self._run(text, block.line)
        elif block.language == "console":
            self._type(text, block)
        elif block.language == "text" and block.follows:
            self._compare(block.text.splitlines(), self.output, line=block.line)

    def _run(self, text: str, line: int) -> str:
        # Empty lines in front give the traceback the line numbers of the page.
        code = compile("\n" * (line - 1) + text, str(self.page), "exec", dont_inherit=True)
        captured = io.StringIO()
        with contextlib.redirect_stdout(captured):
            exec(code, self.namespace)  # that is what this program is for
        return captured.getvalue()

    def _type(self, text: str, block: Block) -> None:
        for command, promised in _commands(text):
            words = shlex.split(command, comments=True)
            variables = dict(os.environ)
            while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
                name, _, value = words.pop(0).partition("=")
                variables[name] = value
            if words[0] not in _COMMANDS:
                raise WrongOutputError(f"line {block.line}: `{words[0]}` is not run here; mark the block to be skipped")
            done = subprocess.run(
                [*_COMMANDS[words[0]], *words[1:]],
                env=variables,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            if done.returncode != block.status:
                raise WrongOutputError(f"line {block.line}: `{command}` ended with {done.returncode}:\n{done.stdout}")
            self.output = done.stdout
            if promised:
                self._compare(promised, done.stdout, line=block.line)

    def _compare(self, promised: list[str], actual: str, *, line: int) -> None:
        pattern = "\n".join(
            ".*" if text.strip() == "..." else re.escape(self._plain(text)).replace(re.escape("..."), "[^\n]*")
            for text in promised
        )
        found = self._plain(actual)
        if not re.fullmatch(pattern, found, re.DOTALL):
            shown = "\n".join(promised)
            raise WrongOutputError(f"line {line}: the page promises\n{shown}\nand there is\n{found}")

    def _plain(self, text: str) -> str:
        text = text.replace(self.url, EXAMPLE).replace(os.path.expanduser("~"), HOME)
        return _DURATION.sub("0ms", text).strip("\n")


def _commands(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each command with the output that the page shows."""
    command: str | None = None
    shown: list[str] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            if command is not None:
                yield command, shown
            command, shown = line[2:], []
        else:
            shown.append(line)
    if command is not None:
        yield command, shown


def main(page: Path) -> int:
    """Run a page below the home folder; the status tells whether all went as it says."""
    home = Path.home()
    project = home / "weather"
    project.mkdir()
    os.chdir(project)
    with IndexServer(home.parent / "files") as server:
        fill(server)
        # A call without settings asks the default index, which pip's configuration names.
        configuration = home / ".config" / "pip" / "pip.conf"
        configuration.parent.mkdir(parents=True)
        configuration.write_text(f"[global]\nindex-url = {server.url}\n")
        Path("pyproject.toml").write_text(PROJECT.replace(EXAMPLE, server.url))
        reader = Reader(page, server.url)
        try:
            reader.follow()
        except WrongOutputError as error:
            sys.stderr.write(f"{page.relative_to(ROOT)}: {error}\n")
            return 1
        except Exception:  # noqa: BLE001  # whatever the page's code raises is shown with its place in the page
            sys.stderr.write(traceback.format_exc() + f"\noutput so far:\n{reader.output}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
