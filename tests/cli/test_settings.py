"""Every setting and every variable that stands for an option changes what it should, wherever it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from uvkit.testing import Distribution, IndexServer

from .conftest import Cli
from .effects import (
    See,
    World,
    again,
    compiled,
    compiles_project,
    counts,
    installs,
    linked,
    local_alpha,
    lock_at,
    locked,
    mentions,
    pins,
    recorder,
    syncs,
    text,
    wheels,
    with_keyring,
    written,
    wrong_hash,
)

LOCAL = '[tool.uv.sources]\nalpha = { path = "tree" }\n'
HEADER = "#    x / "
EXTRAS = '[project.optional-dependencies]\nmore = ["delta"]\nmany = ["beta"]\n'
GROUPS = '[dependency-groups]\ndev = ["alpha"]\nmore = ["delta"]\n'


@dataclass(frozen=True)
class Effect:
    """A setting in TOML and as a variable, and what is seen without and with it.

    ``places`` are `file` (`uv.toml`), `project` (`[tool.uv]`) and `pip` (`[tool.uv.pip]`).
    """

    name: str
    see: See
    before: str
    after: str
    toml: str = ""
    variable: tuple[str, str] | None = None
    places: str = "file project"
    prepare: Callable[[World], None] | None = None
    dependencies: tuple[str, ...] = ()
    tables: str = ""


ALL = "file project pip"
# Building takes a while; that `[tool.uv]` is read as `uv.toml` is, the others show.
BUILT = "file pip"
EFFECTS = [
    # -- which files are seen
    Effect("index", pins("alpha"), "alpha==1.1", "alpha==9.0",
           '[[{tool}index]]\nurl = "{other}"\n', ("UV_INDEX", "{other}")),
    Effect("default-index", pins("alpha"), "alpha==1.1", "alpha==9.0",
           '[[{tool}index]]\nurl = "{other}"\ndefault = true\n', None),
    Effect("default-index variable", pins("alpha"), "alpha==1.1", "alpha==9.0",
           variable=("UV_DEFAULT_INDEX", "named={other}"), places=""),
    Effect("index-url", pins("alpha"), "alpha==1.1", "alpha==9.0",
           'index-url = "{other}"', ("UV_INDEX_URL", "{other}"), places=ALL),
    Effect("extra-index-url", pins("alpha"), "alpha==1.1", "alpha==9.0",
           'extra-index-url = ["{other}"]', ("UV_EXTRA_INDEX_URL", "{other}"), places=ALL),
    Effect("no-index", pins("alpha"), "alpha==1.1", "refused", "no-index = true", places=ALL),
    Effect("find-links", pins("linked"), "refused", "linked==5.0",
           'find-links = ["{root}/links"]', ("UV_FIND_LINKS", "{root}/links"), places=ALL, prepare=wheels),
    Effect("index-strategy", pins("beta", "--index", "{other}"), "beta==0.5", "alpha==9.0 beta==2.0",
           'index-strategy = "unsafe-best-match"', ("UV_INDEX_STRATEGY", "unsafe-best-match"), places=ALL),
    Effect("keyring-provider", pins("sealed", "--index", "{keyed}"), "refused", "sealed==1.0",
           'keyring-provider = "subprocess"', ("UV_KEYRING_PROVIDER", "subprocess"), places=ALL, prepare=with_keyring),
    Effect("named credentials", pins("sealed", "--index", "closed={closed}"), "refused", "sealed==1.0",
           variable=("UV_INDEX_CLOSED_PASSWORD", "secret"), places="",
           prepare=lambda world: world.cli.set(UV_INDEX_CLOSED_USERNAME="user")),
    Effect("offline", pins("alpha", "--no-cache"), "alpha==1.1", "refused", "offline = true", ("UV_OFFLINE", "1")),
    Effect("http-proxy", pins("alpha"), "alpha==1.1", "refused",
           'http-proxy = "http://127.0.0.1:9"', ("HTTP_PROXY", "http://127.0.0.1:9"),
           prepare=lambda world: world.cli.set(UV_HTTP_RETRIES="0")),
    Effect("exclude-newer", pins("recent"), "recent==2.0", "recent==1.0",
           'exclude-newer = "2024-06-01"', ("UV_EXCLUDE_NEWER", "2024-06-01"), places=ALL),
    Effect("exclude-newer-package", pins("recent"), "recent==2.0", "recent==1.0",
           'exclude-newer-package = { recent = "2024-06-01" }', places=ALL),
    Effect("exclude-newer of an index", pins("recent"), "recent==2.0", "recent==1.0",
           '[[{tool}index]]\nurl = "{index}"\nexclude-newer = "2024-06-01"\n'),
    # -- which versions are chosen
    Effect("resolution", pins("alpha"), "alpha==1.1", "alpha==1.0",
           'resolution = "lowest"', ("UV_RESOLUTION", "lowest"), places=ALL),
    Effect("prerelease", pins("alpha"), "alpha==1.1", "alpha==2.0a1",
           'prerelease = "allow"', ("UV_PRERELEASE", "allow"), places=ALL),
    Effect("prerelease-package", pins("alpha"), "alpha==1.1", "alpha==2.0a1",
           'prerelease-package = { alpha = "allow" }'),
    Effect("fork-strategy", locked(), "forky==1.0 forky==2.0", "forky==1.0",
           'fork-strategy = "fewest"', ("UV_FORK_STRATEGY", "fewest"), dependencies=("forky",)),
    Effect("dependency-metadata", pins("beta"), "alpha==1.1 beta==2.0", "beta==2.0 delta==1.0",
           '[[{tool}dependency-metadata]]\nname = "beta"\nversion = "2.0"\nrequires-dist = ["delta"]\n', places=ALL),
    Effect("override-dependencies", pins("beta==1.0"), "alpha==1.0 beta==1.0", "alpha==1.1 beta==1.0",
           'override-dependencies = ["alpha==1.1"]'),
    Effect("constraint-dependencies", pins("alpha"), "alpha==1.1", "alpha==1.0",
           'constraint-dependencies = ["alpha<1.1"]'),
    Effect("exclude-dependencies", pins("beta"), "alpha==1.1 beta==2.0", "beta==2.0",
           'exclude-dependencies = ["alpha"]'),
    Effect("upgrade", locked(), "alpha==1.0", "alpha==1.1", "upgrade = true", dependencies=("alpha",),
           prepare=lambda world: lock_at(world, "alpha<1.1")),
    Effect("upgrade-package", locked(), "alpha==1.0", "alpha==1.1", 'upgrade-package = ["alpha"]',
           dependencies=("alpha",), prepare=lambda world: lock_at(world, "alpha<1.1")),
    Effect("no-sources", locked(), "alpha==7", "alpha==1.1", "no-sources = true", ("UV_NO_SOURCES", "1"),
           dependencies=("alpha",), tables=LOCAL, prepare=local_alpha),
    Effect("no-sources-package", locked(), "alpha==7", "alpha==1.1", 'no-sources-package = ["alpha"]',
           ("UV_NO_SOURCES_PACKAGE", "alpha"), dependencies=("alpha",), tables=LOCAL,
           prepare=local_alpha),
    # -- what is built and how
    Effect("no-build", installs("./recorder"), "recorder==1", "refused", "no-build = true", ("UV_NO_BUILD", "1"),
           places=BUILT, prepare=recorder),
    Effect("no-build-package", installs("./recorder"), "recorder==1", "refused", 'no-build-package = ["recorder"]',
           ("UV_NO_BUILD_PACKAGE", "recorder"), places="file", prepare=recorder),
    Effect("only-binary", installs("./recorder"), "recorder==1", "refused", 'only-binary = [":all:"]', places="pip",
           prepare=recorder),
    Effect("no-binary", pins("alpha"), "alpha==1.1", "refused", "no-binary = true", ("UV_NO_BINARY", "1")),
    Effect("no-binary of pip", pins("alpha"), "alpha==1.1", "refused", 'no-binary = [":all:"]', places="pip"),
    Effect("no-binary-package", pins("alpha"), "alpha==1.1", "refused", 'no-binary-package = ["alpha"]',
           ("UV_NO_BINARY_PACKAGE", "alpha")),
    Effect("config-settings", installs("./recorder"), "recorder==1", "recorder==5", 'config-settings = { v = "5" }',
           places=BUILT, prepare=recorder),
    Effect("config-settings-package", installs("./recorder"), "recorder==1", "recorder==5",
           'config-settings-package = { recorder = { v = "5" } }', places=BUILT, prepare=recorder),
    Effect("no-build-isolation", installs("./recorder"), "refused", "recorder==1", "no-build-isolation = true",
           ("UV_NO_BUILD_ISOLATION", "1"), places=BUILT,
           prepare=lambda world: recorder(world, '"nowhere-to-be-found"')),
    Effect("no-build-isolation-package", installs("./recorder"), "refused", "recorder==1",
           'no-build-isolation-package = ["recorder"]', places=BUILT,
           prepare=lambda world: recorder(world, '"nowhere-to-be-found"')),
    Effect("extra-build-dependencies", installs("./recorder"), "recorder==1", "recorder==77",
           'extra-build-dependencies = { recorder = ["alpha"] }', places=BUILT, prepare=recorder),
    Effect("extra-build-variables", installs("./recorder"), "recorder==1", "recorder==6",
           'extra-build-variables = { recorder = { RECORDED = "6" } }', places=BUILT, prepare=recorder),
    Effect("build-constraint-dependencies", installs("./recorder"), "recorder==77", "refused",
           'build-constraint-dependencies = ["alpha>5"]', places="file",
           prepare=lambda world: recorder(world, '"alpha"')),
    # -- how it is installed
    Effect("link-mode", installs("alpha", look=linked), "hardlink", "copy",
           'link-mode = "copy"', ("UV_LINK_MODE", "copy"), places=ALL),
    Effect("symlinks", installs("alpha", look=linked), "hardlink", "symlink",
           'link-mode = "symlink"', ("UV_LINK_MODE", "symlink"), places=ALL),
    Effect("compile-bytecode", installs("alpha", look=compiled), "plain", "compiled",
           "compile-bytecode = true", ("UV_COMPILE_BYTECODE", "1"), places=ALL),
    Effect("reinstall", again("alpha"), "left alone", "again", "reinstall = true", places=ALL),
    Effect("reinstall-package", again("alpha"), "left alone", "again", 'reinstall-package = ["alpha"]', places=ALL),
    Effect("require-hashes", installs("alpha"), "alpha==1.1", "refused", "require-hashes = true",
           ("UV_REQUIRE_HASHES", "1"), places="pip"),
    Effect("verify-hashes", installs("-r", "wrong.txt"), "refused", "alpha==1.1", "verify-hashes = false",
           ("UV_NO_VERIFY_HASHES", "1"), places="pip",
           prepare=wrong_hash),
    Effect("no-deps", installs("beta"), "alpha==1.1 beta==2.0", "beta==2.0", "no-deps = true", places="pip"),
    # -- what `pip compile` writes
    Effect("no-annotate", text("beta"), f"{HEADER}alpha==1.1 / # via beta / beta==2.0 / # via -r asked.in",
           f"{HEADER}alpha==1.1 / beta==2.0", "no-annotate = true", places="pip"),
    Effect("no-header", text("alpha", "--no-annotate"), f"{HEADER}alpha==1.1", "alpha==1.1", "no-header = true",
           places="pip"),
    Effect("custom-compile-command", mentions("make pins", "alpha"), "no", "yes",
           'custom-compile-command = "make pins"', ("UV_CUSTOM_COMPILE_COMMAND", "make pins"), places="pip"),
    Effect("annotation-style", text("alpha", "--no-header"), "alpha==1.1 / # via -r asked.in",
           "alpha==1.1                # via -r asked.in", 'annotation-style = "line"', places="pip"),
    Effect("no-strip-extras", pins("gamma[more]"), "alpha==1.1 beta==2.0 delta==1.0 gamma==1.0",
           "alpha==1.1 beta==2.0 delta==1.0 gamma[more]==1.0", "no-strip-extras = true", places="pip"),
    Effect("no-strip-markers", pins("alpha ; sys_platform != 'win32'"), "alpha==1.1",
           "alpha==1.1 ; sys_platform != 'win32'", "no-strip-markers = true", places="pip"),
    Effect("no-emit-package", text("beta", "--no-header", "--no-annotate"), "alpha==1.1 / beta==2.0",
           "beta==2.0 /  / # The following packages were excluded from the output: / # alpha",
           'no-emit-package = ["alpha"]', places="pip"),
    Effect("emit-index-url", pins("alpha"), "alpha==1.1", "--index-url {index} alpha==1.1", "emit-index-url = true",
           places="pip"),
    Effect("emit-find-links", pins("linked", "--find-links", "{root}/links"), "linked==5.0",
           "--find-links {root}/links linked==5.0", "emit-find-links = true", places="pip", prepare=wheels),
    Effect("emit-index-annotation", text("alpha", "--no-header", "--no-annotate"), "alpha==1.1",
           "alpha==1.1 / # from {index}", "emit-index-annotation = true", places="pip"),
    Effect("emit-build-options", pins("alpha", "--only-binary", "alpha"), "alpha==1.1",
           "--only-binary alpha alpha==1.1", "emit-build-options = true", places="pip"),
    Effect("generate-hashes", counts("--hash=sha256:", "delta"), "0", "2", "generate-hashes = true", places="pip"),
    Effect("python-version", pins("forky"), "forky==1.0", "forky==2.0", 'python-version = "3.14"', places="pip"),
    Effect("python-platform", pins("alpha ; sys_platform == 'win32'"), "", "alpha==1.1",
           'python-platform = "windows"', places="pip"),
    Effect("universal", pins("alpha ; sys_platform == 'win32'"), "", "alpha==1.1 ; sys_platform == 'win32'",
           "universal = true", places="pip"),
    Effect("output-file", written("pinned.txt", "alpha"), "absent", "alpha==1.1", 'output-file = "pinned.txt"',
           places="pip"),
    Effect("extra", compiles_project(), "alpha==1.1", "alpha==1.1 delta==1.0", 'extra = ["more"]', places="pip",
           tables=EXTRAS, dependencies=("alpha",)),
    Effect("all-extras", compiles_project(), "alpha==1.1", "alpha==1.1 beta==2.0 delta==1.0", "all-extras = true",
           places="pip", tables=EXTRAS, dependencies=("alpha",)),
    Effect("no-extra", compiles_project("--all-extras"), "alpha==1.1 beta==2.0 delta==1.0",
           "alpha==1.1 beta==2.0", 'no-extra = ["more"]', places="pip", tables=EXTRAS, dependencies=("alpha",)),
    Effect("group", compiles_project(), "alpha==1.1", "alpha==1.1 delta==1.0", 'group = ["more"]',
           places="pip", tables=GROUPS, dependencies=("alpha",)),
    # -- what is selected of a project
    Effect("default-groups", syncs(), "alpha==1.1", "delta==1.0", 'default-groups = ["more"]', places="project",
           tables=GROUPS),
    Effect("UV_DEV", syncs(), "delta==1.0", "alpha==1.1 delta==1.0", variable=("UV_DEV", "1"), places="",
           tables=GROUPS + '[tool.uv]\ndefault-groups = ["more"]\n'),
    Effect("UV_NO_DEV", syncs(), "alpha==1.1", "", variable=("UV_NO_DEV", "1"), places="", tables=GROUPS),
    Effect("UV_NO_GROUP", syncs("--all-groups"), "alpha==1.1 delta==1.0", "alpha==1.1",
           variable=("UV_NO_GROUP", "more"), places="", tables=GROUPS),
    Effect("UV_NO_DEFAULT_GROUPS", syncs(), "alpha==1.1", "", variable=("UV_NO_DEFAULT_GROUPS", "1"), places="",
           tables=GROUPS),
    Effect("dev-dependencies", syncs(), "", "alpha==1.1", 'dev-dependencies = ["alpha"]', places="project"),
]  # fmt: skip


@pytest.fixture(scope="module")
def indexes(tmp_path_factory: pytest.TempPathFactory, index: IndexServer) -> Iterator[tuple[IndexServer, IndexServer]]:
    """Serve another index, and one that wants a password."""
    for version, uploaded in (("1.0", "2024-01-01T00:00:00Z"), ("2.0", "2025-01-01T00:00:00Z")):
        index.add(Distribution(name="recent", version=version), uploaded=uploaded)
        python = ">=3.9" if version == "1.0" else ">=3.13"
        index.add(Distribution(name="forky", version=version, requires_python=python))
    with (
        IndexServer(tmp_path_factory.mktemp("other")) as other,
        IndexServer(tmp_path_factory.mktemp("closed"), credentials=("user", "secret")) as closed,
    ):
        other.add(Distribution(name="alpha", version="9.0"))
        other.add(Distribution(name="beta", version="0.5"))
        closed.add(Distribution(name="sealed", version="1.0"))
        yield other, closed


@pytest.fixture
def world(cli: Cli, index: IndexServer, indexes: tuple[IndexServer, IndexServer]) -> World:
    # Variables come before files, so the index is one of the least important file here.
    cli.unset("UV_DEFAULT_INDEX")
    user = cli.root / "home" / ".config" / "uv" / "uv.toml"
    user.parent.mkdir(parents=True)
    user.write_text(f'index-url = "{index.url}"\n')
    return World(cli, index, *indexes)


def arrange(effect: Effect, world: World) -> None:
    """Write the project that an effect is seen in, and what it needs beside."""
    world.cli.project(*effect.dependencies, extra=effect.tables)
    if effect.prepare is not None:
        effect.prepare(world)


def write(effect: Effect, place: str, world: World) -> None:
    """Write the setting where it is to be found."""
    if place == "variable":
        assert effect.variable is not None
        world.cli.set(**{effect.variable[0]: world.filled(effect.variable[1])})
        return
    within = {"file": "", "project": "tool.uv.", "pip": "tool.uv.pip."}[place]
    text = world.filled(effect.toml.replace("{tool}", within))
    table = f"[{within.removesuffix('.')}]\n" if within and "{tool}" not in effect.toml else ""
    if place == "file":
        world.cli.write("uv.toml", text)
    else:
        file = world.cli.folder / "pyproject.toml"
        now = file.read_text()
        file.write_text(
            now.replace(table, table + text + "\n") if table and table in now else f"{now}\n{table}{text}\n"
        )


@pytest.mark.parametrize("effect", EFFECTS, ids=[one.name for one in EFFECTS])
def test_without_it(effect: Effect, world: World) -> None:
    arrange(effect, world)

    assert effect.see(world) == effect.before


@pytest.mark.parametrize(
    ("effect", "place"),
    [
        pytest.param(one, place, id=f"{one.name}-{place}")
        for one in EFFECTS
        for place in (*one.places.split(), *(("variable",) if one.variable else ()))
    ],
)
def test_with_it(effect: Effect, place: str, world: World) -> None:
    arrange(effect, world)

    write(effect, place, world)

    assert effect.see(world) == effect.after
