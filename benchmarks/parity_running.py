"""`run` and `tool` beside uv: the same command lines in twin worlds, compared by what they leave and print.

`python benchmarks/parity_running.py [-v] [WORDS]` serves an index on loopback, makes one world for each program, and
runs every case of the list (those with WORDS in their command lines) in both. Compared are the exit status, what the
program that was run printed on standard output, the receipts and links of tools, and what is in each environment.
Folders of the two worlds, addresses of environments in caches and durations count as equal. Differences that are meant
are in `MEANT`.
"""

from __future__ import annotations

import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from uvkit.testing import Distribution, IndexServer

BIN = Path(sys.executable).parent
UV = shutil.which("uv", path=f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}") or "uv"
CODE = "import sys; from uvkit.cli import main; sys.argv[0] = 'uvkit'; sys.exit(main())"
COMMANDS = {"uv": [UV], "uvkit": [sys.executable, "-c", CODE]}
PYTHON = shutil.which("python3", path="/usr/local/bin:/usr/bin:/bin") or sys.executable

_MAIN = b"""
import os, sys
def main():
    from importlib.metadata import version
    print(os.path.basename(sys.argv[0]), NAME, version(NAME), *sys.argv[1:], sys.prefix)
    return int(os.environ.get("STATUS", "0"))
def env():
    for name in sorted(os.environ):
        if not name.startswith(("LC_", "UV", "PYTHON")):
            print(f"{name}={os.environ[name]}")
"""
_SHOW = "import json, os, sys; print(json.dumps([sys.argv, sys.prefix, os.environ.get('VIRTUAL_ENV'), __name__]))\n"
_BLOCK = '# /// script\n# requires-python = ">=3.9"\n# dependencies = ["alpha<2"]\n# ///\n'
_BACKEND = """
import pathlib, zipfile
def _wheel(folder, editable):
    name = "tree-0.1-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(folder) / name, "w") as archive:
        if editable:
            archive.writestr("tree.pth", str(pathlib.Path.cwd()))
        else:
            archive.write("tree.py")
        info = "tree-0.1.dist-info"
        metadata = "Metadata-Version: 2.1\\nName: tree\\nVersion: 0.1\\nRequires-Dist: alpha\\n"
        archive.writestr(f"{info}/METADATA", metadata)
        wheel = "Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
        archive.writestr(f"{info}/WHEEL", wheel)
        archive.writestr(f"{info}/entry_points.txt", "[console_scripts]\\ntree-cmd = tree:main\\n")
        archive.writestr(f"{info}/RECORD", "".join(f"{one},,\\n" for one in [*archive.namelist(), f"{info}/RECORD"]))
    return name
def build_wheel(folder, settings=None, metadata=None):
    return _wheel(folder, False)
def build_editable(folder, settings=None, metadata=None):
    return _wheel(folder, True)
"""

# Every line of a case is a command line; `!` changes the world, `$` sets variables for the case.
CASES = """
run hello a b
run main.py a -b
run python main.py
run -m hello q
run hello
run
run nothere
run - q < main.py
run - < script.py
run python - x < main.py
run --with beta python main.py
run --with beta hello
run --with hello<2 hello
run --with alpha==2.0 python -c 'import alpha; alpha.main()'
run --with alpha,beta<2 python -c 'import alpha, beta; alpha.main(); beta.main()'
run --with nope hello
run --with-editable ../tree tree-cmd
run --with ../tree tree-cmd
run --with-requirements with.txt python -c 'import helper; helper.main()'
run --no-sync hello
run --frozen hello
run --locked hello
run --isolated python main.py
run --isolated --with beta python -c 'import beta, hello; beta.main()'
run --no-project python3 -c 'print(1)'
run --no-project --with beta python -c 'import beta; beta.main()'
run --extra x python -c 'import helper'
run --extra x hello | run --exact python -c 'import helper'
run --extra nope hello
run --group lint other
run --no-dev multi
run --only-dev multi
run --only-group lint other
run --all-groups other
run --all-extras python -c 'import helper'
run --package nope hello
run --package demo hello
run --all-packages hello
run script.py
run script.py 1 2
run --with beta script.py
run --script script2
run script2
run python script.py
lock --script script.py | run script.py | run --locked script.py | run --frozen script.py
run --extra x script.py
run --group dev script.py
run --isolated script.py
run --no-sync script.py
run --package demo script.py
run folder 1
run archive.pyz 2
run ./folder
run empty
run ./nothere.py
run nothere.py
run -s nothere
run --gui-script main.py
run -m
run -m nothere
run URL/script.py a
run URL/block.py b
run --env-file one.env hello-env
run --env-file one.env --env-file two.env hello-env
run --env-file missing hello-env
run --env-file bad.env hello-env
$UV_ENV_FILE=one.env run hello-env
$UV_ENV_FILE=one.env run --no-env-file hello-env
$UV_NO_ENV_FILE=1 run --env-file one.env hello-env
$STATUS=7 run hello
run sh -c 'exit 300'
run sh -c 'kill -9 $$'
run -- main.py -- x
run --quiet main.py --quiet
$UV_RUN_RECURSION_DEPTH=100 run main.py
$UV_RUN_RECURSION_DEPTH=101 run main.py
run ./noperm
run -p 3.99 hello
run -w helper -w beta python -c 'import helper, beta'
run --no-editable hello
run hello --help
run --frozen --locked hello
run --isolated --no-sync hello
run --script -
tool run hello a b
tool run hello@1.0 x
tool run --from hello==1.1 hello-env
tool run hello@latest
tool run --from multi hello
tool run multi
tool run silent
tool run nope
tool run hello-env
tool run --from hello nothere
tool run odd-name
tool run hello==1.0
tool run 'hello>=1,<2'
tool run --with helper==1.0 hello
tool run --isolated hello
tool run
tool install hello@1.0 | tool run hello | tool run hello@1.1 | tool run hello@latest | tool run --isolated hello
tool install hello@1.0 | tool run --with helper hello | tool run --from 'hello>1.0' hello | tool run
$STATUS=7 tool run hello
tool run 'hello[more]'
tool run 'hello[more]@1.0'
tool run helper
tool run python -c 'print(1)'
tool run --from hello python -c 'import hello; hello.main()'
tool run -m hello
tool run hello.py
tool run ../tree
tool run --from ../tree tree-cmd
tool run --with-editable ../tree hello
tool run hello -- x
tool run -- hello x
tool run Hello
tool run --env-file one.env hello-env
tool run --python 3.99 hello
tool install hello
tool install hello | tool install hello
tool install hello@1.0 | tool install hello
tool install hello@1.0 | tool install hello@latest
tool install 'hello==1.1' | tool install 'hello>=1'
tool install hello | tool install other
tool install hello | tool install other --force
tool install hello | tool install other --force | tool uninstall hello
tool install silent
tool install broken
tool install --from hello hello-env
tool install --from 'odd-name>=1' odd
tool install --from 'hello==1.0' hello
tool install --from 'hello==1.0' 'hello==1.1'
tool install --from hello@1.0 hello
tool install hello --with helper --with alpha,beta
tool install hello --with helper | tool install hello
tool install hello --with-requirements with.txt -c constraints.txt --overrides overrides.txt --excludes excludes.txt
tool install 'hello[more]' --with-executables-from multi,other --force
tool install multi --with-executables-from hello
tool install ../tree
tool install -e ../tree
tool install -e ../tree | tool install ../tree
tool install tree --from ../tree
tool install tree-cmd --from ../tree
tool install hello -b constraints.txt
tool install hello --prerelease allow --resolution lowest-direct --link-mode copy --no-build-package foo
tool install hello --index foo=SIMPLE --fork-strategy fewest --index-strategy unsafe-best-match --compile-bytecode
tool install hello --exclude-newer 2030-01-01 --config-setting a=b --config-settings-package 'a:b=c' --no-sources
tool install nope@1
tool install hello@9
tool install python
tool install --python 3.99 hello
tool install hello | !mine | tool install hello
!mine | tool install hello
!mine | tool install hello --force
tool install hello@1.0 | !widen | tool upgrade hello
tool install hello@1.0 | !widen | tool upgrade --all
tool install hello@1.0 | tool upgrade hello
tool install multi --with hello==1.0 | !widen | tool upgrade multi
tool install hello | tool upgrade hello
tool upgrade nope
tool upgrade
tool upgrade --all
tool install hello | tool uninstall hello
tool install hello | tool install multi | tool uninstall --all
tool uninstall nope
tool install hello | tool uninstall hello nope
tool uninstall
tool list
tool install hello@1.0 | tool install multi --with helper | tool list
tool install 'hello[more]<2' --with helper==1.0 | tool list --show-with --show-extras --show-version-specifiers
tool install hello@1.0 | tool list --outdated
tool install hello | tool list --outdated
tool install hello | tool list --show-paths
tool install hello | !receipt | tool list | tool uninstall hello
tool install hello | !python | tool list | tool upgrade hello
tool dir
tool dir --bin
""".strip().splitlines()

MEANT = {
    "tool install hello | tool uninstall hello nope": "nothing is removed if one name is unknown",
    "tool install hello | !receipt | tool list | tool uninstall hello": "a damaged tool can be removed",
    "tool install hello | tool install other --force | tool uninstall hello": "a link of another tool stays",
}


def serve(index: IndexServer) -> None:
    def tool(name: str, version: str, commands: dict[str, str] | None = None, **options: object) -> None:
        module = name.replace("-", "_")
        scripts = {name: f"{module}:main"} if commands is None else commands
        files = {
            f"{module}/__init__.py": f"NAME = {name!r}\n".encode() + _MAIN,
            f"{module}/__main__.py": f"from {module} import main; main()\n".encode(),
        }
        points = {"console_scripts": scripts} if scripts else {}
        index.add(Distribution(name=name, version=version, entry_points=points, files=files, **options))  # type: ignore[arg-type]  # as given

    for version in ("1.0", "1.1", "2.0"):
        tool("hello", version, {"hello": "hello:main", "hello-env": "hello:env"}, extras={"more": ("helper",)})
    for name in ("alpha", "beta", "helper"):
        for version in ("1.0", "2.0"):
            tool(name, version, {})
    tool("multi", "1.0", requires=("hello",))
    tool("other", "1.0", {"hello": "other:main", "other": "other:main"})
    tool("silent", "1.0", {}, requires=("hello",))
    tool("odd-name", "1.0", {"odd": "odd_name:main"})
    tool("broken", "1.0", requires=("missing-thing",))
    index.bodies["/script.py"] = ("text/plain", b"import sys; print('from the web', sys.argv[1:])\n")
    index.bodies["/block.py"] = ("text/plain", f"{_BLOCK}import alpha; alpha.main()\n".encode())


def once_each(line: str) -> str:
    """Return a line of a receipt with each index once; an upgrade by uv writes those of the receipt again."""
    if not line.startswith("index = ["):
        return line
    return " ".join(dict.fromkeys(re.findall(r"\{[^}]*\}", line)))


class Twin:
    """One program and its world."""

    def __init__(self, name: str, root: Path, index: IndexServer) -> None:
        self.name = name
        self.root = root / name
        self.index = index
        self.home = self.root / "home"
        self.variables = {
            "HOME": str(self.home),
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "UV_CACHE_DIR": str(root / f"{name}-cache"),
            "UV_TOOL_DIR": str(self.root / "tools"),
            "UV_TOOL_BIN_DIR": str(self.root / "bin"),
            "UV_DEFAULT_INDEX": index.url,
            "UV_PYTHON_DOWNLOADS": "never",
            "UV_PYTHON_PREFERENCE": "only-system",
        }
        if name == "uvkit":
            self.variables["PYTHONPATH"] = str(Path(__file__).parents[1] / "src")

    def build(self) -> None:
        """Make the world anew."""
        shutil.rmtree(self.root, ignore_errors=True)
        project, tree = self.root / "project", self.root / "tree"
        for folder in (self.home, project / "folder", project / "empty", tree):
            folder.mkdir(parents=True)
        texts = {
            "pyproject.toml": '[project]\nname = "demo"\nversion = "0.1"\nrequires-python = ">=3.9"\n'
            'dependencies = ["alpha<2", "hello"]\n[project.optional-dependencies]\nx = ["helper==1.0"]\n'
            '[dependency-groups]\ndev = ["multi"]\nlint = ["other"]\n',
            "main.py": _SHOW, "script.py": f"{_BLOCK}import alpha\nalpha.main()\n", "folder/__main__.py": _SHOW,
            "script2": f"{_BLOCK}import alpha\nalpha.main()\n", "with.txt": "helper<2\n", "noperm": "",
            "constraints.txt": "alpha<2\n", "overrides.txt": "beta==1.0\n", "excludes.txt": "gamma\n",
            "one.env": "A=1\nB='two words' # c\nHOME=other\n", "two.env": "A=2\nC=$A-${B}\n",
            "bad.env": "A=1\nno line\nB=2\n",
        }  # fmt: skip
        for name, text in texts.items():
            (project / name).write_text(text)
        subprocess.run([PYTHON, "-m", "zipapp", "folder", "-o", "archive.pyz"], cwd=project, check=True)
        (tree / "tree.py").write_text("def main():\n    print('tree')\n")
        (tree / "backend.py").write_text(_BACKEND)
        (tree / "pyproject.toml").write_text(
            '[project]\nname = "tree"\nversion = "0.1"\nrequires-python = ">=3.9"\ndependencies = ["alpha"]\n'
            '[project.scripts]\ntree-cmd = "tree:main"\n'
            '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        )

    def change(self, what: str) -> None:
        """Do what somebody else may do between two commands."""
        tools, links = self.root / "tools", self.root / "bin"
        match what:
            case "mine":
                links.mkdir(exist_ok=True)
                (links / "hello").unlink(missing_ok=True)
                (links / "hello").write_text("mine")
            case "widen":
                for path in tools.glob("*/uv-receipt.toml"):
                    path.write_text(path.read_text().replace('"==1.0"', '">=1.0"'))
            case "receipt":
                (tools / "hello" / "uv-receipt.toml").write_text("junk")
            case "python":
                (tools / "hello" / "bin" / "python").unlink()

    def follow(self, case: str) -> list[str]:
        """Run the command lines of a case and return what there is to compare, line by line."""
        self.build()
        variables = dict(self.variables)
        while case.startswith("$"):
            setting, _, case = case.partition(" ")
            name, _, value = setting[1:].partition("=")
            variables[name] = value
        report: list[str] = []
        for step in case.split(" | "):
            if step.startswith("!"):
                self.change(step[1:])
                continue
            done = subprocess.run(
                ["sh", "-c", f"{self.command} {self.words(step)}"],
                env=variables,
                cwd=self.root / "project",
                capture_output=True,
                text=True,
                check=False,
                stdin=subprocess.DEVNULL,
            )
            report += [f"status {done.returncode}", *self.neutral(done.stdout).splitlines()]
            self.errors = self.neutral(done.stderr)
        return [*report, *self.state()]

    @property
    def command(self) -> str:
        return " ".join(f'"{one}"' for one in COMMANDS[self.name])

    def words(self, step: str) -> str:
        """Return a command line for the shell; what looks like a redirection may be a version."""
        line = step.replace("URL", self.index.root).replace("SIMPLE", self.index.url)
        if "<" not in line or " < " in line or "'" in line:
            return line
        return " ".join(f"'{word}'" for word in line.split(" "))

    def state(self) -> list[str]:
        """Return what there is on the disk."""
        rows = []
        for receipt in sorted((self.root / "tools").glob("*/uv-receipt.toml")):
            rows += [f"-- {receipt.parent.name}", *map(once_each, self.neutral(receipt.read_text()).splitlines())]
        for link in sorted((self.root / "bin").glob("*")):
            rows.append(f"bin/{link.name} {self.neutral(os.readlink(link)) if link.is_symlink() else 'a file'}")
        places = [self.root / "project" / ".venv", *sorted((self.root / "tools").glob("[a-z]*"))]
        for place in places:
            found = sorted(one.name for one in place.glob("lib/*/site-packages/*.dist-info"))
            rows.append(f"{place.name}: {' '.join(found)}")
        rows += [f"{name}: {(self.root / 'project' / name).exists()}" for name in ("uv.lock", "script.py.lock")]
        return rows

    def neutral(self, text: str) -> str:
        """Return a text without what must differ."""
        text = re.sub(rf"{re.escape(self.variables['UV_CACHE_DIR'])}/[^\s'\":,]*?(?=/bin|[\s'\":,\]]|$)", "CACHE", text)
        text = text.replace(str(self.root), "ROOT").replace(self.index.root, "URL")
        # The first is said on standard output by uv; the second has a random part.
        text = re.sub(r"No executables are provided by package `.*`; removing tool\n", "", text)
        text = re.sub(r"\bblock\w{6}\.py", "block.py", text)
        text = re.sub(r"PATH=(CACHE/bin:)+", "PATH=CACHE/bin:", text)
        return re.sub(r"\buvkit\b", "uv", text)


def main(words: list[str], *, verbose: bool) -> int:
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="uvkit-parity-") as folder, IndexServer(Path(folder) / "index") as index:
        serve(index)
        twins = [Twin(name, Path(folder), index) for name in COMMANDS]
        cases = [case for case in CASES if all(word in case for word in words)]
        for case in cases:
            theirs, ours = (twin.follow(case) for twin in twins)
            same = theirs == ours
            if verbose or not same:
                print(f"{'same' if same else 'MEANT' if case in MEANT else 'DIFFERENT'}  {case}", flush=True)
            if not same:
                wrong += case not in MEANT
                print(
                    "\n".join(
                        f"    {one}" for one in difflib.unified_diff(theirs, ours, "uv", "uvkit", lineterm="", n=0)
                    )
                )
                for twin in twins:
                    print("".join(f"    {twin.name} said: {one}\n" for one in twin.errors.splitlines()[-3:]), end="")
    print(f"{len(cases)} cases, {wrong} different")
    return 1 if wrong else 0


if __name__ == "__main__":
    arguments = sys.argv[1:]
    sys.exit(main([one for one in arguments if one != "-v"], verbose="-v" in arguments))
