"""The cases of `parity_pip.py`: command lines, the files they need, and the indexes that answer them."""

# ruff: noqa: E501  # one line for each small case

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from uvkit.testing import Distribution, IndexServer

BACKEND = """\
import pathlib, tomllib, zipfile

PROJECT = tomllib.loads(pathlib.Path("pyproject.toml").read_text())["project"]
STEM = f"{PROJECT['name']}-{PROJECT['version']}"


def _wheel(folder, files):
    needs = "".join(f"Requires-Dist: {one}\\n" for one in PROJECT.get("dependencies", ()))
    for extra, names in PROJECT.get("optional-dependencies", {}).items():
        needs += f"Provides-Extra: {extra}\\n" + "".join(f"Requires-Dist: {one}; extra == '{extra}'\\n" for one in names)
    info = {
        "METADATA": f"Metadata-Version: 2.1\\nName: {PROJECT['name']}\\nVersion: {PROJECT['version']}\\n{needs}",
        "WHEEL": "Wheel-Version: 1.0\\nGenerator: tests\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    }
    files |= {f"{STEM}.dist-info/{name}": text for name, text in info.items()}
    files[f"{STEM}.dist-info/RECORD"] = "".join(f"{name},,\\n" for name in [*files, f"{STEM}.dist-info/RECORD"])
    name = f"{STEM}-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(folder) / name, "w") as archive:
        for path, text in files.items():
            archive.writestr(zipfile.ZipInfo(path), text)
    return name


def build_wheel(folder, settings=None, metadata=None):
    return _wheel(folder, {f"{PROJECT['name']}.py": "x = 1\\n"})


def build_editable(folder, settings=None, metadata=None):
    return _wheel(folder, {f"{PROJECT['name']}.pth": str(pathlib.Path.cwd())})
"""
TREE = """\
[project]
name = "local"
version = "3"
requires-python = ">=3.9"
dependencies = ["alpha"]
[project.optional-dependencies]
more = ["delta"]
all = ["local[more]", "gamma"]
[dependency-groups]
dev = ["beta"]
docs = ["delta", { include-group = "dev" }]
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""
SCRIPT = """\
# /// script
# requires-python = ">=3.9"
# dependencies = ["beta", "delta"]
# ///
print(1)
"""
ALPHA_11 = "sha256:" + "0" * 64


@dataclass(frozen=True, kw_only=True)
class Case:
    """Command lines that follow each other in one folder, and what is compared after them."""

    name: str
    lines: tuple[str, ...]
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    writes: tuple[str, ...] = ()
    places: tuple[str, ...] = (".venv",)
    prints: bool = True
    needs_environment: bool = True
    real: bool = False
    known: str = ""  # why the two are meant to differ


def filled(text: str, texts: Mapping[str, str]) -> str:
    """Return a text with addresses and paths in their places."""
    for name, value in texts.items():
        text = text.replace(name, value)
    return text


def fill(index: IndexServer, other: IndexServer) -> None:
    """Put the projects of the cases on two indexes."""
    for version in ("1.0", "1.1", "2.0a1"):
        index.add(Distribution(name="alpha", version=version))
    index.add(Distribution(name="beta", version="1.0", requires=("alpha<1.1",)))
    index.add(Distribution(name="beta", version="2.0", requires=("alpha",)))
    index.add(Distribution(name="gamma", version="1.0", requires=("beta",), extras={"more": ("delta",)}))
    index.add(Distribution(name="delta", version="1.0"), sdist=True)
    index.add(Distribution(name="broken", version="1.0", requires=("alpha>=5",)))
    index.add(Distribution(name="Old_Name", version="1.5", requires=("alpha ; sys_platform == 'win32'",)))
    index.add(Distribution(name="pulled", version="1.0"))
    index.add(Distribution(name="pulled", version="2.0"), yanked="broken")
    index.add(Distribution(name="forky", version="1.0", requires_python=">=3.8"))
    index.add(Distribution(name="forky", version="2.0", requires_python=">=3.13"))
    index.add(Distribution(name="recent", version="1.0"), uploaded="2024-01-01T00:00:00Z")
    index.add(Distribution(name="recent", version="2.0"), uploaded="2025-01-01T00:00:00Z")
    tool = {"console_scripts": {"tool": "tool:main"}, "gui_scripts": {"tool-gui": "tool:main"}}
    index.add(Distribution(
        name="tool", version="1.0", entry_points=tool, executable=frozenset({"tool-1.0.data/scripts/helper"}),
        files={
            "tool/__init__.py": b"def main(): print('tool')\n",
            "tool/data.txt": b"data",
            "tool-1.0.data/scripts/helper": b"#!python\nprint('helper')\n",
            "tool-1.0.data/data/share/tool.txt": b"shared",
            "tool-1.0.data/headers/tool.h": b"// header\n",
        },
    ))  # fmt: skip
    other.add(Distribution(name="alpha", version="9.0"))
    other.add(Distribution(name="beta", version="0.5"))
    other.add(Distribution(name="inner", version="1.0", requires=("alpha",)))


def _tree(folder: str = "local") -> dict[str, str | bytes]:
    return {f"{folder}/pyproject.toml": TREE, f"{folder}/backend.py": BACKEND}


def _case(name: str, *lines: str, **options: object) -> Case:
    return Case(name=name, lines=lines, **options)  # type: ignore[arg-type]


def _compiled(name: str, asked: str, *options: str, **more: object) -> Case:
    """Return a case of `pip compile` with one file and each of some options."""
    lines = tuple(f"pip compile asked.in {option}".strip() for option in options)
    files = {"asked.in": asked, **more.pop("files", {})}  # type: ignore[dict-item]
    return Case(name=name, lines=lines, files=files, places=(), needs_environment=False, **more)  # type: ignore[arg-type]


INSTALLS = [
    _case("names", "pip install beta 'alpha<1.1'", "pip freeze", "pip list", "pip check"),
    _case("again", "pip install beta", "pip install beta", "pip install -U beta", "pip install --reinstall beta"),
    _case("upgrade", "pip install alpha==1.0 beta", "pip install -U beta", "pip freeze"),
    _case("upgrade one", "pip install alpha==1.0 beta==1.0", "pip install -P beta beta", "pip freeze"),
    _case("upgrade to", "pip install alpha==1.0", "pip install -P 'alpha<2' alpha", "pip freeze"),
    _case("reinstall one", "pip install beta", "pip install --reinstall-package alpha beta"),
    _case("extras", "pip install 'gamma[more]'", "pip freeze"),
    _case("unknown extra", "pip install 'gamma[nothing]'", "pip freeze"),
    _case("impossible", "pip install broken", "pip install 'alpha>5'", "pip install absent", "pip freeze"),
    _case("bad names", "pip install 'alpha>>1'", "pip install ./absent", "pip install 'alpha @ ./absent.whl'"),
    _case("yanked", "pip install pulled", "pip install pulled==2.0", "pip freeze"),
    _case("pre-releases", "pip install --pre alpha", "pip freeze", "pip install 'alpha>=2.0a0'"),
    _case("lowest", "pip install --resolution lowest beta alpha", "pip freeze"),
    _case("no deps", "pip install --no-deps beta", "pip freeze", "pip check", "pip tree"),
    _case("exact", "pip install beta delta", "pip install --exact alpha", "pip freeze"),
    _case("dry run", "pip install --dry-run beta", "pip freeze"),
    _case("check", "pip install --check beta", "pip install beta", "pip install --check beta"),
    _case("scripts and data", "pip install tool", "pip show -f tool", "pip uninstall tool"),
    _case("compiled", "pip install --compile-bytecode tool"),
    _case("copies", "pip install --link-mode copy tool"),
    _case("only binary", "pip install --only-binary :all: delta", "pip install --no-binary delta --reinstall delta"),
    _case("no binary of wheels alone", "pip install --no-binary :all: alpha"),
    _case("no build", "pip install --no-build ./local", files=_tree()),
    _case("tree", "pip install ./local", "pip freeze", "pip list", "pip show local", files=_tree()),
    _case("tree with extras", "pip install './local[all]'", "pip freeze", files=_tree()),
    _case(
        "editable",
        "pip install -e ./local",
        "pip freeze",
        "pip list",
        "pip list -e",
        "pip list --exclude-editable",
        files=_tree(),
    ),
    _case("editable then plain", "pip install -e ./local", "pip install ./local", "pip freeze", files=_tree()),
    _case("editable made plain", "pip install -e ./local --no-editable", "pip freeze", files=_tree()),
    _case(
        "project file",
        "pip install -r pyproject.toml",
        "pip freeze",
        files={name.removeprefix("local/"): text for name, text in _tree().items()},
    ),
    _case("project extras", "pip install -r local/pyproject.toml --extra more", "pip freeze", files=_tree()),
    _case("project all extras", "pip install -r local/pyproject.toml --all-extras", "pip freeze", files=_tree()),
    _case("project unknown extra", "pip install -r local/pyproject.toml --extra nothing", files=_tree()),
    _case("group", "pip install --group local/pyproject.toml:docs", "pip freeze", files=_tree()),
    _case("unknown group", "pip install --group local/pyproject.toml:nothing", files=_tree()),
    _case("script", "pip install -r script.py", "pip freeze", files={"script.py": SCRIPT}),
    _case("url", "pip install {files}/alpha/alpha-1.0-py3-none-any.whl", "pip freeze", "pip install alpha"),
    _case("named url", "pip install 'alpha @ {files}/alpha/alpha-1.0-py3-none-any.whl'", "pip list --format json"),
    _case("find links", "pip install --no-index --find-links {links} delta", "pip freeze"),
    _case("find links absent", "pip install --no-index --find-links ./absent delta"),
    _case("find links 404", "pip install --no-index --find-links {index}/absent-page/x delta"),
    _case("several indexes", "pip install --index {other} inner beta", "pip freeze"),
    _case("best match", "pip install --index {other} --index-strategy unsafe-best-match alpha beta", "pip freeze"),
    _case("first match", "pip install --index {other} --index-strategy unsafe-first-match 'alpha<2'", "pip freeze"),
    _case("extra index", "pip install --extra-index-url {other} inner", "pip freeze"),
    _case("exclude newer", "pip install --exclude-newer 2024-06-01 recent", "pip freeze"),
    _case("target", "pip install --target away tool beta", "pip freeze --path away", places=("away", ".venv")),
    _case(
        "target again",
        "pip install --target away beta==1.0",
        "pip install --target away beta==2.0",
        "pip list --target away",
        "pip uninstall --target away beta",
        places=("away",),
    ),
    _case("prefix", "pip install --prefix away tool beta", "pip list --prefix away", places=("away",)),
    _case("another python", "pip install --target away --python-version 3.13 forky", places=("away",)),
    _case("another platform", "pip install --target away --python-platform windows old-name", places=("away",)),
    _case("unknown platform", "pip install --target away --python-platform moon alpha"),
    _case("offline", "pip install alpha", "pip uninstall alpha", "pip install --offline alpha", "pip freeze"),
    _case("offline without cache", "pip install --offline alpha"),
    _case("usage", "pip install", "pip install --nothing", "pip nothing", "pip install -r", "pip install --extra more"),
    _case(
        "clashes",
        "pip install --target a --prefix b alpha",
        "pip install --extra a --all-extras -r x.txt",
        "pip compile --universal --python-platform linux x.in",
    ),
    _case("settings", "pip install alpha", "pip freeze", files={"uv.toml": "[pip]\nresolution = 'lowest'\n"}),
    _case("wrong settings", "pip install alpha", files={"uv.toml": "[pip]\nresolution = 'newest'\n"}),
    _case("unknown setting", "pip install alpha", files={"uv.toml": "resolutio = 'lowest'\n"}),
    _case(
        "json changes",
        "pip install beta --output-format json",
        "pip install alpha==1.0 --output-format json",
        "pip install --reinstall alpha==1.0 --output-format json",
        "pip install --check --output-format json alpha",
    ),
    _case("config settings", "pip install ./local -C a=b", "pip freeze", files=_tree()),
    _case("strict", "pip install --no-deps --strict beta"),
    _case(
        "no environment",
        "pip install alpha",
        "pip list",
        needs_environment=False,
        known="pip lists every folder that its Python looks in, and so do we",
    ),
]
FILES = [
    _case(
        "includes",
        "pip install -r one.txt",
        "pip freeze",
        files={
            "one.txt": "-r sub/two.txt\nbeta # why\n",
            "sub/two.txt": "-c limits.txt\ndelta\n",
            "sub/limits.txt": "alpha<1.1\n",
        },
    ),
    _case("constraints", "pip install -c limits.txt beta", "pip freeze", files={"limits.txt": "alpha==1.0\n"}),
    _case(
        "overrides",
        "pip install --overrides over.txt beta==1.0",
        "pip freeze",
        "pip check",
        files={"over.txt": "alpha==1.1\n"},
    ),
    _case("excludes", "pip install --excludes out.txt beta", "pip freeze", files={"out.txt": "alpha\n"}),
    _case(
        "markers",
        "pip install -r one.txt",
        "pip freeze",
        files={"one.txt": "alpha ; sys_platform == 'win32'\ndelta ; python_version >= '3'\n"},
    ),
    _case(
        "continuations and comments",
        "pip install -r one.txt",
        "pip freeze",
        files={"one.txt": "# top\nbeta \\\n  >=1 \\\n  ,<2\n\nalpha#not-a-comment\n"},
    ),
    _case(
        "comments", "pip install -r one.txt", "pip freeze", files={"one.txt": "beta  # one\n   # two\n\ndelta\t# x\n"}
    ),
    _case("variables", "pip install -r one.txt", files={"one.txt": "--index-url ${UV_DEFAULT_INDEX}\nalpha\n"}),
    _case("utf-16", "pip install -r one.txt", "pip freeze", files={"one.txt": "alpha\n".encode("utf-16")}),
    _case("utf-8 mark", "pip install -r one.txt", "pip freeze", files={"one.txt": b"\xef\xbb\xbfalpha\n"}),
    _case("index in a file", "pip install -r one.txt", "pip freeze", files={"one.txt": "--index-url {other}\ninner\n"}),
    _case(
        "extra index in a file",
        "pip install -r one.txt",
        "pip freeze",
        files={"one.txt": "--extra-index-url {other}\ninner\n"},
    ),
    _case("no index in a file", "pip install -r one.txt", files={"one.txt": "--no-index\n-f {links}\ndelta\n"}),
    _case("binary in a file", "pip install -r one.txt", files={"one.txt": "--no-binary alpha\nalpha\n"}),
    _case("hash", "pip install -r one.txt", files={"one.txt": f"alpha==1.1 --hash={ALPHA_11}\n"}),
    _case(
        "hash ignored",
        "pip install --no-verify-hashes -r one.txt",
        "pip freeze",
        files={"one.txt": f"alpha==1.1 --hash={ALPHA_11}\n"},
    ),
    _case(
        "hashes required",
        "pip install --require-hashes alpha==1.1",
        "pip install --require-hashes -r one.txt",
        files={"one.txt": "alpha\n"},
    ),
    _case(
        "editable in a file", "pip install -r one.txt", "pip freeze", files={"one.txt": "-e ./local[more]\n", **_tree()}
    ),
    _case("path in a file", "pip install -r sub/one.txt", "pip freeze", files={"sub/one.txt": "./local\n", **_tree()}),
    _case("absent file", "pip install -r absent.txt", "pip install -c absent.txt alpha"),
    _case("empty file", "pip install -r one.txt", "pip sync one.txt", files={"one.txt": "# nothing\n"}),
    _case("bad line", "pip install -r one.txt", files={"one.txt": "alpha==\n"}),
    _case("bad option", "pip install -r one.txt", files={"one.txt": "--nothing x\nalpha\n"}),
    _case(
        "include itself",
        "pip install -r one.txt",
        files={"one.txt": "-r one.txt\nalpha\n"},
        known="pip refuses it, and so do we",
    ),
    _case("twice", "pip install -r one.txt -r two.txt", files={"one.txt": "alpha>=1\n", "two.txt": "alpha<1.1\n"}),
    _case("contradiction", "pip install -r one.txt", files={"one.txt": "alpha==1.0\nalpha==1.1\n"}),
    _case(
        "config settings in a file",
        "pip install -r one.txt",
        "pip freeze",
        files={"one.txt": "./local --config-settings a=b\n", **_tree()},
        known="pip takes it, and so do we",
    ),
    _case(
        "file url",
        "pip install -r one.txt",
        "pip freeze",
        files={"one.txt": "delta @ file://{links}/delta-1.0-py3-none-any.whl\n"},
    ),
    _case(
        "uninstall files",
        "pip install beta delta",
        "pip uninstall -r one.txt",
        "pip freeze",
        files={"one.txt": "beta\ndelta>5\n"},
    ),
]
SYNCS = [
    _case(
        "sync",
        "pip install beta delta",
        "pip sync pins.txt",
        "pip freeze",
        "pip sync pins.txt",
        files={"pins.txt": "alpha==1.0\n"},
    ),
    _case(
        "sync several", "pip sync a.txt b.txt", "pip freeze", files={"a.txt": "alpha==1.0\n", "b.txt": "delta==1.0\n"}
    ),
    _case(
        "sync nothing",
        "pip install beta",
        "pip sync pins.txt",
        "pip sync --allow-empty-requirements pins.txt",
        "pip freeze",
        files={"pins.txt": "\n"},
    ),
    _case("sync editable", "pip sync pins.txt", "pip freeze", files={"pins.txt": "-e ./local\n", **_tree()}),
    _case(
        "sync dry run",
        "pip sync --dry-run pins.txt",
        "pip sync --check pins.txt",
        "pip freeze",
        files={"pins.txt": "alpha==1.0\n"},
    ),
    _case("sync strict", "pip sync --strict pins.txt", files={"pins.txt": "beta==2.0\n"}),
    _case(
        "sync compiled",
        "pip compile asked.in -o pins.txt -q --generate-hashes",
        "pip sync --require-hashes pins.txt",
        "pip freeze",
        files={"asked.in": "gamma[more]\n"},
        writes=("pins.txt",),
    ),
    _case(
        "sync a lock",
        "pip compile asked.in -o pylock.toml -q",
        "pip sync pylock.toml",
        "pip freeze",
        files={"asked.in": "gamma[more]\n"},
    ),
    _case(
        "install a lock",
        "pip compile asked.in -o pylock.toml -q",
        "pip install -r pylock.toml",
        "pip freeze",
        files={"asked.in": "beta\n"},
    ),
]
COMPILES = [
    _compiled(
        "compile",
        "beta\ngamma[more]\n",
        "",
        "--no-annotate",
        "--no-header",
        "--annotation-style line",
        "--no-strip-extras",
        "--generate-hashes",
        "--emit-index-url",
        "--emit-index-annotation",
        "--emit-build-options",
        "--emit-marker-expression",
        "--no-deps",
        "--resolution lowest",
        "--pre",
        "--no-emit-package beta",
        "--unsafe-package beta",
        "--only-binary :all: --emit-build-options",
        "--no-binary delta --emit-build-options",
        "--custom-compile-command 'make pins'",
    ),
    _compiled(
        "compile markers",
        "alpha ; sys_platform == 'win32'\ndelta ; python_version >= '3.10'\nforky\n",
        "",
        "--universal",
        "--no-strip-markers",
        "--universal --python-version 3.9",
        "--python-version 3.13",
        "--python-platform windows",
        "--python-platform macos --no-strip-markers",
        "--universal --annotation-style line",
    ),
    _compiled(
        "compile links",
        "delta\n",
        "--find-links {links}",
        "--find-links {links} --emit-find-links",
        "--no-index --find-links {links} --emit-find-links --emit-index-url",
    ),
    _compiled(
        "compile limits",
        "beta\n",
        "-c limits.txt",
        "--overrides limits.txt",
        "--excludes out.txt",
        "-c limits.txt -c out.txt",
        files={"limits.txt": "alpha<1.1\n", "out.txt": "alpha\n"},
    ),
    _compiled(
        "compile includes",
        "-r more.in\n-c limits.txt\nbeta\n",
        "",
        "--annotation-style line",
        files={"more.in": "delta\n", "limits.txt": "alpha==1.0\n"},
    ),
    _compiled(
        "compile direct", "alpha @ {files}/alpha/alpha-1.0-py3-none-any.whl\n./local\n-e ./local\n", "", files=_tree()
    ),
    _compiled("compile editable", "-e ./local[more]\n", "", "--generate-hashes", files=_tree()),
    _compiled("compile impossible", "broken\n", "", "--universal"),
    _compiled(
        "compile indexes", "--extra-index-url {other}\ninner\n", "", "--emit-index-url", "--emit-index-annotation"
    ),
    _case(
        "compile project",
        "pip compile local/pyproject.toml",
        "pip compile local/pyproject.toml --extra more",
        "pip compile local/pyproject.toml --all-extras",
        "pip compile --group local/pyproject.toml:docs",
        "pip compile local/pyproject.toml --extra nothing",
        files=_tree(),
        places=(),
    ),
    _case("compile script", "pip compile script.py", files={"script.py": SCRIPT}, places=()),
    _case(
        "compile again",
        "pip compile asked.in -o pins.txt",
        "pip compile asked.in -o pins.txt -U",
        "pip compile asked.in -o pins.txt -P 'alpha<1.1'",
        "pip compile asked.in -o pins.txt",
        files={"asked.in": "alpha\nbeta\n", "pins.txt": "alpha==1.0\n"},
        writes=("pins.txt",),
        places=(),
    ),
    _case(
        "compile keeps hashes",
        "pip compile asked.in -o pins.txt --generate-hashes",
        files={"asked.in": "alpha\n", "pins.txt": f"alpha==1.0 \\\n    --hash={ALPHA_11}\n"},
        writes=("pins.txt",),
        places=(),
    ),
    _case(
        "compile a lock",
        "pip compile asked.in -o pylock.toml",
        "pip compile asked.in --format pylock.toml",
        files={"asked.in": "gamma[more]\n"},
        writes=("pylock.toml",),
        places=(),
        prints=False,
    ),
    _case(
        "compile nothing",
        "pip compile",
        "pip compile absent.in",
        "pip compile empty.in",
        files={"empty.in": "\n"},
        places=(),
    ),
    _case("compile two", "pip compile a.in b.in", files={"a.in": "alpha\n", "b.in": "beta\n"}, places=()),
    _case(
        "compile settings",
        "pip compile pyproject.toml",
        files={
            "pyproject.toml": TREE + "[tool.uv]\nconstraint-dependencies = ['alpha<1.1']\n[tool.uv.pip]\n"
            "no-annotate = true\ngroup = ['dev']\n",
            "backend.py": BACKEND,
        },
        places=(),
    ),
]
VIEWS = [
    _case("freeze", "pip install old-name tool", "pip freeze", "pip freeze --exclude tool", "pip list --exclude tool"),
    _case(
        "list",
        "pip install beta tool",
        "pip list",
        "pip list --format freeze",
        "pip list --format json",
        "pip list --format columns",
    ),
    _case("outdated", "pip install alpha==1.0 delta", "pip list --outdated", "pip list --outdated --format json"),
    _case(
        "show",
        "pip install beta tool",
        "pip show beta",
        "pip show beta alpha",
        "pip show absent",
        "pip show absent beta",
        "pip show",
        "pip show -f alpha",
    ),
    _case(
        "tree view",
        "pip install 'gamma[more]' tool",
        "pip tree",
        "pip tree --depth 1",
        "pip tree --invert",
        "pip tree --package beta",
        "pip tree --prune beta",
        "pip tree --no-dedupe",
        "pip tree --show-version-specifiers",
        "pip tree --invert --package alpha",
        "pip tree --package absent",
        "pip tree --invert --show-version-specifiers",
    ),
    _case("check fine", "pip install beta", "pip check"),
    _case("check broken", "pip install --no-deps beta", "pip check", "pip check --python-platform windows"),
    _case("check versions", "pip install beta==1.0", "pip install --no-deps alpha==1.1", "pip check"),
    _case(
        "uninstall",
        "pip install beta tool",
        "pip uninstall beta",
        "pip uninstall -y absent",
        "pip uninstall tool absent",
        "pip freeze",
        "pip uninstall",
    ),
    _case("uninstall dry run", "pip install beta", "pip uninstall --dry-run beta", "pip freeze"),
]
REAL = [
    _case("real install", "pip install httpx rich", "pip freeze", "pip check", "pip tree", real=True),
    _case("real extras", "pip install 'fastapi[standard]'", "pip freeze", "pip check", real=True),
    _case("real scripts", "pip install black pytest", "pip freeze", real=True),
    Case(name="real compile", real=True, places=(), needs_environment=False,
         files={"a.in": "flask\nrequests\n", "b.in": "pandas\nscikit-learn\n"},
         lines=("pip compile a.in", "pip compile a.in --generate-hashes", "pip compile a.in --universal",
                "pip compile b.in --universal --python-version 3.11", "pip compile b.in --python-platform windows",
                "pip compile a.in b.in --universal --annotation-style line")),
]  # fmt: skip
CASES = [*INSTALLS, *FILES, *SYNCS, *COMPILES, *VIEWS, *REAL]
