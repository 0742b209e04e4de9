"""The edits that `parity_edit.py` makes: files, and the command line that changes them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

INDEX = {
    "alpha": ("1.0", "1.4.2", "2.0.1"),
    "beta": ("0.1", "0.2.3", "0.5"),
    "gamma": ("0.0.3", "0.0.7"),
    "delta": ("2024.1", "2024.12.3"),
    "epsilon": ("1.0.0", "1.1.0a1"),
    "zeta": ("3.2.1.4", "3.2.1.post1"),
    "only-pre": ("0.3.0rc1",),
    "zope.interface": ("7.1",),
    "typing_extensions": ("4.12.2",),
}

HEAD = '[project]\nname = "demo"\nversion = "0.1.0"\nrequires-python = ">=3.11"\n'
LIST = """dependencies = [ # open
    # about beta
    "beta>=0.1",   # two

    # about zeta
    "zeta", # last
    # the end
]
"""
REAL = Path(__file__).parent / "projects" / "real"


@dataclass(frozen=True)
class Edit:
    """A command line of `uv` without its name, and the files it finds."""

    title: str
    argv: tuple[str, ...]
    files: dict[str, str]
    folder: str = "."
    variables: dict[str, str] = field(default_factory=dict)


def edit(text: str, *argv: str, locked: bool = True, folder: str = ".", **files: str) -> Edit:
    """Return an edit of a `pyproject.toml`; further files are named with `__` for a slash."""
    words = (*argv, "--no-sync") if locked else (*argv, "--frozen")
    shown = " ".join(argv) + f"  <- {' '.join(text.removeprefix(HEAD).split())[:70]}"
    more = {name.replace("__", "/").replace("_DOT_", "."): content for name, content in files.items()}
    return Edit(shown, words, {"pyproject.toml": text, **more}, folder=folder)


def tree(name: str, *, built: bool = False) -> str:
    """Return the file of a source tree."""
    system = '[build-system]\nrequires = []\nbuild-backend = "x"\n' if built else ""
    return f'[project]\nname = "{name}"\nversion = "1"\nrequires-python = ">=3.11"\n{system}'


def corpus() -> Iterator[Edit]:
    """Yield all edits."""
    yield from lists()
    yield from places()
    yield from updates()
    yield from sources()
    yield from indexes()
    yield from workspaces()
    yield from removals()
    yield from layouts()
    yield from scripts()
    yield from refusals()
    yield from real()


def lists() -> Iterator[Edit]:
    """Yield additions to lists of all shapes."""
    shapes = (
        "",
        "dependencies = []\n",
        'dependencies = ["beta"]\n',
        'dependencies = [ "beta", "zeta" ]\n',
        'dependencies = ["zeta", "beta"]\n',
        LIST,
        'dependencies = [\n\t"beta",\n\t# c\n\t"zeta"\n]\n',
        'dependencies = [\n  "beta" # no comma\n  , # after\n  "zeta" # last\n  # end\n]\n',
        "dependencies = [\n    # nothing\n]\n",
        "dependencies = ['beta', 'zeta>1',]\n",
        'dependencies = ["beta",\n                "zeta"]',
        'dependencies = [\r\n  "beta",\r\n  "zeta",\r\n]\r\n',
        'dependencies = ["Beta", "zeta"] # behind\n\n[tool.x]\ny = 1\n',
    )
    for shape in shapes:
        for name in ("alpha", "gamma", "zope.interface"):
            yield edit(HEAD + shape, "add", name)
    yield edit(HEAD + shapes[5], "add", "gamma", "alpha>1", "typing_extensions", "delta==2024.1")
    for text in ("alpha-x", "alpha[a]", "Zeta_b>1", "beta-1"):
        yield edit(HEAD + 'dependencies = ["alpha>1", "alpha-b", "Beta", "zeta"]\n', "add", text, locked=False)
    for kind in ("lower", "major", "minor", "exact"):
        yield edit(HEAD, "add", "alpha", "beta", "gamma", "delta", "zeta", "only-pre", "--bounds", kind)
    yield edit(HEAD + "[tool.uv]\nadd-bounds = 'minor'\n", "add", "alpha", "beta>0.1")


def places() -> Iterator[Edit]:
    """Yield additions to groups and extras."""
    groups = (
        "",
        "\n[dependency-groups]\nx = []\n",
        '\n[dependency-groups]\na = []\nb = [] # b\n# c\nz = [{ include-group = "a" }, "beta"]\n\n[tool.x]\n',
        "\n[dependency-groups]\nz = []\n\na = []\n",
        '\n[dependency-groups]\ndev = [\n  {include-group = "x"},\n  "beta",\n]\nx = []\n',
        '\n[tool.uv]\ndev-dependencies = ["beta"] # old\n',
        '\n[tool.uv]\ndev-dependencies = ["beta"]\n[dependency-groups]\ndev = ["zeta"]\n',
        "\n[tool.x]\ny = 1\n# the end\n",
        "\n\n[project.optional-dependencies]\nx = []\n",
    )
    for group in groups:
        yield edit(HEAD + group, "add", "--dev", "alpha")
        yield edit(HEAD + group, "add", "--group", "y", "alpha", "gamma")
    extras = (
        "",
        "\n[project.optional-dependencies]\nz = []\n\nx = ['beta']\n",
        "optional-dependencies.z = []\n",
        "optional-dependencies = {z=[]}\n",
        "\n[project.scripts]\na = 'b:c'\n\n[tool.x]\n",
    )
    for extra in extras:
        yield edit(HEAD + extra, "add", "--optional", "Y_y", "alpha")
        yield edit(HEAD + extra, "add", "--optional", "x", "gamma", locked=False)
    yield edit("dependency-groups = {z=[]}\n" + HEAD, "add", "--group", "y", "alpha")
    yield edit(HEAD + "\n[dependency-groups]\nFoo_Bar = []\n", "add", "--group", "foo-bar", "alpha")


def updates() -> Iterator[Edit]:
    """Yield changes of what is there, and requirements of all forms."""
    one = 'dependencies = [\n  "zeta", # z\n  "alpha[fast]>1", # a\n]\n'
    for text in ("alpha", "alpha[all]", "alpha<3", "alpha==1.*", "alpha ; sys_platform == 'win32'"):
        yield edit(HEAD + one, "add", text, locked=False)
    two = """dependencies = ["alpha>1 ; python_version<'3.12'", "alpha>1.2 ; python_version>='3.12'"]\n"""
    for text in ("alpha>1.3; python_version >= '3.12'", "alpha", "alpha; os_name=='nt'"):
        yield edit(HEAD + two, "add", text, locked=False)
    forms = (
        "beta<5,>0.1", "beta ~= 0.1 , != 0.3", "beta (>0)", "Beta[z,Y,b_c]", "beta>1.0.0a1", "beta==v1.0", "beta===1.0",
        "beta;python_version>='3.9' and sys_platform=='linux'", "beta; extra == 'x'",
        "beta; python_version in '3.8 3.9'",
        "beta; os_name=='nt' or os_name=='posix'", "beta; python_version < '3.9' or python_version >= '3.10'",
        "beta; '3.8' < python_version", "beta; python_version=='3.10'", "beta; platform_machine!='x86_64'",
    )  # fmt: skip
    for form in forms:
        yield edit(HEAD, "add", form, locked=False)
    yield edit(HEAD, "add", "beta", "-m", "python_version > '3.9'")
    yield edit(HEAD, "add", "beta; sys_platform=='win32' or os_name=='nt'", "-m", "python_version>'3.9'")
    yield edit(HEAD, "add", "beta", "--extra", "x", "--extra", "y", locked=False)
    yield edit(HEAD, "add", "A.b  >1 ,  <3;python_version>'3.9'", "--raw", locked=False)
    files = {"r_DOT_txt": "alpha==1.0\nbeta>0 # c\n", "c_DOT_txt": "beta<0.3\ngamma==0.0.3\n"}
    yield edit(HEAD, "add", "-r", "r.txt", **files)
    yield edit(HEAD, "add", "gamma", "-r", "r.txt", "-c", "c.txt", "--dev", **files)


def sources() -> Iterator[Edit]:
    """Yield requirements that come from somewhere else."""
    base = HEAD + 'dependencies = ["beta"]\n'
    git = "alpha @ git+https://git.example/a/alpha.git"
    for text in (
        git, f"{git}@v1", f"{git}@v1#subdirectory=x", "alpha[x] @ git+ssh://git@git.example/a.git",
        "alpha @ https://h.example/alpha-1.0-py3-none-any.whl", "alpha @ https://h.example/a.tar.gz#subdirectory=x",
    ):  # fmt: skip
        yield edit(base, "add", text, locked=False)
        yield edit(base, "add", text, "--raw", locked=False)
    for options in (("--tag", "v1"), ("--rev", "abc"), ("--branch", "main"), ("--tag", "v1", "--lfs")):
        yield edit(base, "add", git, *options, "--group", "g", locked=False)
    known = '[tool.uv.sources]\n# x\nalpha={git="https://git.example/a", rev="1"} # y\nbeta = { path = "b" }\n'
    yield edit(HEAD + 'dependencies = ["alpha"]\n' + known, "add", "alpha", "--tag", "v2", locked=False)
    yield edit(HEAD + 'dependencies = ["alpha"]\n' + known, "add", "alpha>1", locked=False)
    yield edit(HEAD + known, "add", "alpha @ https://h.example/alpha-1-py3-none-any.whl", locked=False)
    trees = {"lib__pyproject_DOT_toml": tree("lib"), "lib2__pyproject_DOT_toml": tree("lib2", built=True)}
    for options in ((), ("--editable",), ("--no-workspace",), ("--no-workspace", "--no-editable"), ("--workspace",)):
        yield edit(base, "add", "./lib2", *options, locked=False, **trees)
    yield edit(base, "add", "./lib", "./lib2", **trees)
    yield edit(base, "add", "lib @ ./lib", "--dev", "--no-workspace", **trees)
    wheel = {"wheels__alpha-1_DOT_0-py3-none-any_DOT_whl": ""}
    yield edit(base, "add", "./wheels/alpha-1.0-py3-none-any.whl", locked=False, **wheel)
    yield edit(base, "add", "alpha @ ./wheels/alpha-1.0-py3-none-any.whl", locked=False, **wheel)


def indexes() -> Iterator[Edit]:
    """Yield indexes that are written into the file."""
    two = (
        '\n[[tool.uv.index]]\nname = "foo"\nurl = "https://x.example/simple"\nexplicit = true\n'
        '\n[[tool.uv.index]]\nname="z"\nurl="https://z.example/simple"\n'
    )
    for index in ("foo=@INDEX@", "new=@INDEX@", "z=@INDEX@", "https://z.example/simple/", "w=https://z.example/simple"):
        yield edit(HEAD + two, "add", "alpha", "--index", index, locked=False)
    yield edit(HEAD, "add", "alpha", "--index", "foo=@INDEX@")
    yield edit(HEAD, "add", "alpha", "--index", "@INDEX@", "--dev")
    yield edit(HEAD, "add", "alpha", "--default-index", "@INDEX@")
    yield edit(HEAD + two + "\n[tool.z]\na = 1\n", "add", "alpha", "--default-index", "@INDEX@", locked=False)
    yield edit(HEAD + two, "add", "alpha", "--index", "new=@INDEX@", "--index", "new2=@INDEX@2", locked=False)
    yield edit(HEAD + "\n[project.optional-dependencies]\nz = []\n", "add", "alpha", "--index", "foo=@INDEX@")


def workspaces() -> Iterator[Edit]:
    """Yield edits in workspaces."""
    trees = {"lib__pyproject_DOT_toml": tree("lib"), "packages__x__pyproject_DOT_toml": tree("x")}
    root = HEAD + "\n[tool.uv.workspace]\nmembers = ['lib']\n"
    yield edit(root, "add", "lib", **trees)
    yield edit(root, "add", "lib>=1", "--optional", "foo", **trees)
    yield edit(root, "add", "alpha", "--package", "lib", **trees)
    yield edit(root, "add", "alpha", folder="lib", **trees)
    yield edit(root, "add", "./packages/x", **trees)
    yield edit(root, "add", "../packages/x", folder="lib", **trees)
    yield edit(root.replace("'lib'", "\n  'lib', # one\n"), "add", "./packages/x", **trees)
    yield edit(HEAD, "add", "demo", "--dev")
    yield edit("[tool.uv.workspace]\nmembers = ['lib']\n", "add", "alpha", "--dev", **trees)


def removals() -> Iterator[Edit]:
    """Yield removals."""
    for name in ("beta", "zeta"):
        yield edit(HEAD + LIST, "remove", name)
        yield edit(HEAD + 'dependencies = ["beta", "zeta"]\n', "remove", name)
        yield edit(HEAD + 'dependencies = [\n  # b\n  "beta", # x\n  # z\n  "zeta" # y\n]\n', "remove", name)
    yield edit(HEAD + LIST, "remove", "beta", "zeta")
    known = '\n[tool.uv.sources]\n# a\nalpha = { path = "a" }\n'
    yield edit(HEAD + 'dependencies = ["alpha"]\n' + known, "remove", "alpha", locked=False)
    yield edit(HEAD + 'dependencies = ["alpha"]\n' + known + 'beta = { path = "b" }\n', "remove", "alpha", locked=False)
    both = HEAD + 'dependencies = ["alpha"]\n[dependency-groups]\ndev = ["alpha"]\n' + known
    yield edit(both, "remove", "alpha", locked=False)
    yield edit(both, "remove", "alpha", "--dev", locked=False)
    twice = """dependencies = ["alpha", "Alpha[x]>1; python_version<'3'", "beta"]\n"""
    yield edit(HEAD + twice, "remove", "alpha")
    yield edit(HEAD + "\n[tool.uv]\ndev-dependencies = ['beta']\n", "remove", "beta", "--dev")
    yield edit(HEAD + "\n[dependency-groups]\nx = ['beta', 'zeta']\n", "remove", "beta", "--group", "x")
    yield edit(HEAD + "\n[project.optional-dependencies]\nx = ['beta']\n", "remove", "beta", "--optional", "x")
    table = '[tool.uv.sources.alpha]\npath = "a"\n\n[tool.x]\n'
    yield edit(HEAD + 'dependencies = ["alpha"]\n' + table, "remove", "alpha", locked=False)
    dotted = '[tool.uv]\nsources.alpha = { path = "a" }\nsources.beta = { path = "b" }\n'
    yield edit(HEAD + 'dependencies = ["alpha"]\n' + dotted, "remove", "alpha", locked=False)


def layouts() -> Iterator[Edit]:
    """Yield whole files of odd shapes."""
    shapes = (
        "[tool.x]\n" + HEAD,
        "[build-system]\nrequires = []\nbuild-backend = 'x'\n\n# about\n" + HEAD + "\n# tool\n[tool.x]\ny = 1\n# end\n",
        'project.name = "x"\nproject.version = "1"\nproject.requires-python = ">=3.11"\n',
        HEAD.replace("[project]\n", "[project]\ndependencies=[]\n"),
        HEAD.replace("\n", "\r\n"),
        HEAD.rstrip("\n"),
        HEAD.replace(" = ", "   =   ").replace("[project]", "  [ project ] # p"),
        HEAD + 'description = """\n  a\n  [b]\n"""\nkeywords = ["a",\n "b"]\n\n[project.urls]\nHome = "x"\n\n[tool.uv]',
        "# -*- toml -*-\n\n" + HEAD + "\n\n\n[tool.a]\n\n\n[tool.b.c]\nd = { e = 1 }\n\n\n# last\n",
        HEAD + "[tool.uv]\npackage = false\n[tool.a]\nx=1\n[tool.uv.pip]\nstrict=true\n",
    )
    for shape in shapes:
        yield edit(shape, "add", "alpha", locked=False)
        yield edit(shape, "add", "--dev", "alpha", locked=False)
        yield edit(shape, "add", "--optional", "x", "alpha @ https://h.example/a-1.tar.gz", locked=False)


def scripts() -> Iterator[Edit]:
    """Yield edits of scripts."""
    block = '# /// script\n# requires-python = ">=3.11"\n# dependencies = ["beta"]\n# ///\n'
    texts = (
        "", "print(1)\n", "print(1)", "#!/usr/bin/env python\nprint(1)\n", "# c\nprint(1)\n",
        '"""Doc."""\n\nimport x\n',
        block, block + "print(1)", f"#!/x\n# c\n{block}\n\nprint(1)\n\n", block.replace("\n", "\r\n") + "x = 1\r\n",
        "# /// script\n# ///\nx\n",
        'x\n# /// script\n# dependencies = [\n#   "beta", # t\n#\n#   # c\n# ]\n#\n# # tail\n# ///\nx\n',
        block.replace("# ///\n", '#\n# [tool.uv]\n# exclude-newer = "2030-01-01"\n# ///\n', 2)[15:],
    )  # fmt: skip
    for text in texts:
        for argv in (("add", "alpha"), ("add", "gamma", "--index", "foo=@INDEX@"), ("remove", "beta")):
            words = (*argv, "--script", "s.py")
            yield Edit(f"{' '.join(words)}  <- {text[:60]!r}", words, {"s.py": text})


def refusals() -> Iterator[Edit]:
    """Yield edits that fail, and leave everything as it was."""
    base = HEAD + 'dependencies = ["beta"]\n\n[dependency-groups]\nx = ["zeta"]\n'
    for argv in (
        ("add", "demo"), ("add", "alpha>"), ("add", "nonexistent-thing"), ("add", "alpha>9"), ("add", "./nope"),
        ("add", "alpha", "--rev", "x"), ("add", "alpha", "--editable"), ("add", "alpha", "--package", "nope"),
        ("add", "alpha", "--dev", "--group", "y"), ("add", "alpha", "--branch", "x", "--tag", "y"), ("add",),
        ("add", "alpha", "--locked"), ("remove", "alpha"), ("remove", "zeta"), ("remove", "beta", "--dev"),
        ("remove", "beta", "nope"), ("remove", "beta", "--group", "nope"), ("remove", "beta", "--optional", "nope"),
    ):  # fmt: skip
        yield edit(base, *argv)
    yield edit("[tool.x]\n", "add", "alpha")
    yield edit(HEAD + 'dependencies = "x"\n', "add", "alpha")
    yield edit(HEAD + "dependencies = [\n", "add", "alpha")


def real() -> Iterator[Edit]:
    """Yield edits of real projects."""
    for folder in sorted(REAL.iterdir()):
        text = (folder / "pyproject.toml").read_text()
        if "dynamic" in text and "tool.poetry" in text:
            continue
        for argv in (("add", "aardvark-x"), ("add", "--dev", "numpy-y>=1"), ("add", "--optional", "new-x", "mmm")):
            one = edit(text, *argv, locked=False)
            yield Edit(f"{' '.join(argv)}  <- {folder.name}", one.argv, one.files)
