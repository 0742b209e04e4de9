"""Shapes of projects: workspaces, groups, sources, local trees, scripts; locked from empty and after changes."""

from __future__ import annotations

from .case import BACKEND, Case, Files, Run, Write, change, project, run, tree
from .lock_cases import tool

# fmt: off  # one case a line

WORKSPACE = '[tool.uv.workspace]\nmembers = ["packages/*"]\n'


def fresh(name: str, text: str, files: Files | None = None, *steps: str | Run | Write) -> Case:
    """Return the case of one project that is locked from empty, and then checked."""
    following = [run(step) if isinstance(step, str) else step for step in steps]
    return Case(
        f"model/{name}", {"pyproject.toml": text, **(files or {})}, (run("lock"), run("lock --check"), *following)
    )


def member(name: str, *dependencies: str, more: str = "", **options: object) -> str:
    return project(*dependencies, name=name, more=more, **options)  # type: ignore[arg-type]


def sources(*lines: str) -> str:
    return "[tool.uv.sources]\n" + "\n".join(lines) + "\n"


def root(*dependencies: str, more: str = "", pattern: str = "packages/*") -> str:
    return project(*dependencies, more=WORKSPACE.replace("packages/*", pattern) + more)


TWO = {"packages/a/pyproject.toml": member("a", "leaf-a"), "packages/b/pyproject.toml": member("b", "leaf-b")}
VIRTUAL = WORKSPACE
WORKSPACES = [
    fresh("ws/plain", root("alpha"), TWO),
    fresh("ws/none", root("alpha"), {"packages/readme.md": "x"}),
    fresh("ws/virtual-root", VIRTUAL, TWO),
    fresh(
        "ws/virtual-root-groups",
        VIRTUAL + '[dependency-groups]\ndev = ["leaf-c"]\nlint = [{ include-group = "dev" }, "leaf-d"]\n',
        TWO,
    ),
    fresh(
        "ws/virtual-root-sources",
        VIRTUAL + '[dependency-groups]\ndev = ["a"]\n' + sources("a = { workspace = true }"),
        TWO,
    ),
    fresh("ws/exclude", root("alpha", more='exclude = ["packages/b"]\n'), TWO),
    fresh("ws/exclude-pattern", root("alpha", more='exclude = ["packages/b*"]\n'), TWO),
    fresh("ws/exclude-deep", root("alpha", more='exclude = ["**/b"]\n'), TWO),
    fresh("ws/exclude-slash", root("alpha", more='exclude = ["./packages/b/"]\n'), TWO),
    fresh("ws/exclude-parent", root("alpha", pattern="packages/**", more='exclude = ["packages"]\n'), TWO),
    fresh("ws/deep", root("alpha", pattern="packages/**"), TWO | {"packages/x/y/c/pyproject.toml": member("c")}),
    fresh(
        "ws/deep-hidden",
        root("alpha", pattern="packages/*"),
        TWO | {"packages/.hidden/pyproject.toml": member("hidden")},
    ),
    fresh("ws/hidden-empty", root("alpha"), TWO | {"packages/.hidden/x.txt": "x"}),
    fresh("ws/not-a-project", root("alpha"), TWO | {"packages/c/x.txt": "x"}),
    fresh("ws/not-a-project-ignored", root("alpha"), TWO | {"packages/c/__pycache__/x.pyc": "x"}),
    fresh("ws/gitignored", root("alpha"), TWO | {"packages/c/x.txt": "x", ".gitignore": "packages/c\n"}),
    fresh("ws/explicit", root("alpha", pattern="packages/a"), TWO),
    fresh("ws/explicit-missing", root("alpha", pattern="packages/zz"), TWO),
    fresh("ws/explicit-dot", root("alpha", pattern="./packages/a"), TWO),
    fresh("ws/explicit-up", root("alpha", pattern="../outside"), TWO),
    fresh("ws/pattern-bad", root("alpha", pattern="packages/[*"), TWO),
    fresh("ws/pattern-class", root("alpha", pattern="packages/[ab]"), TWO),
    fresh("ws/pattern-question", root("alpha", pattern="packages/?"), TWO),
    fresh("ws/unknown-key", root("alpha", more="unknown = 1\n"), TWO),
    fresh("ws/members-text", project("alpha", more='[tool.uv.workspace]\nmembers = "packages/*"\n'), TWO),
    fresh("ws/empty", project("alpha", more="[tool.uv.workspace]\n"), TWO),
    fresh("ws/member-no-project", root("alpha"), TWO | {"packages/c/pyproject.toml": "[tool.uv]\n"}),
    fresh("ws/member-no-name", root("alpha"), TWO | {"packages/c/pyproject.toml": '[project]\nversion = "1"\n'}),
    fresh(
        "ws/member-unmanaged",
        root("alpha"),
        TWO | {"packages/c/pyproject.toml": member("c", "leaf-c", more=tool("managed = false"))},
    ),
    fresh("ws/member-same-name", root("alpha"), TWO | {"packages/c/pyproject.toml": member("a")}),
    fresh("ws/member-named-as-root", root("alpha"), TWO | {"packages/c/pyproject.toml": member("proj")}),
    fresh("ws/nested", root("alpha"), TWO | {"packages/c/pyproject.toml": root().replace('"proj"', '"c"')}),
    fresh(
        "ws/nested-excluded",
        root("alpha", more='exclude = ["packages/c"]\n'),
        TWO
        | {
            "packages/c/pyproject.toml": root("leaf-c").replace('"proj"', '"c"'),
            "packages/c/packages/d/pyproject.toml": member("d"),
        },
        Run(("lock",), "packages/c"),
        Run(("lock",), "packages/c/packages/d"),
    ),
    fresh(
        "ws/from-member",
        root("alpha"),
        TWO,
        Run(("lock", "--check"), "packages/a"),
        Write({"packages/a/pyproject.toml": member("a", "leaf-c")}),
        Run(("lock",), "packages/a"),
    ),
    fresh("ws/from-excluded", root("alpha", more='exclude = ["packages/b"]\n'), TWO, Run(("lock",), "packages/b")),
    fresh(
        "ws/from-subfolder",
        root("alpha"),
        TWO | {"packages/a/src/x.py": ""},
        Run(("lock", "--check"), "packages/a/src"),
    ),
    fresh("ws/workspace-source", root("a", more=sources("a = { workspace = true }")), TWO),
    fresh(
        "ws/workspace-source-build",
        root("a", more=sources("a = { workspace = true }")),
        TWO | tree("packages/a", member("a", "leaf-a", build=True)),
    ),
    fresh(
        "ws/workspace-source-not-editable",
        root("a", more=sources("a = { workspace = true, editable = false }")),
        TWO | tree("packages/a", member("a", "leaf-a", build=True)),
    ),
    fresh(
        "ws/workspace-source-disagree",
        root("a", more=sources("a = { workspace = true, editable = false }")),
        TWO
        | tree("packages/a", member("a", "leaf-a", build=True))
        | {"packages/b/pyproject.toml": member("b", "a", more=sources("a = { workspace = true, editable = true }"))},
    ),
    fresh(
        "ws/workspace-source-one-says",
        root("a", more=sources("a = { workspace = true }")),
        TWO
        | tree("packages/a", member("a", "leaf-a", build=True))
        | {"packages/b/pyproject.toml": member("b", "a", more=sources("a = { workspace = true, editable = false }"))},
    ),
    fresh(
        "ws/workspace-source-package-false",
        root("a", more=sources("a = { workspace = true }")),
        TWO | {"packages/a/pyproject.toml": member("a", more=tool("package = false"))},
    ),
    fresh("ws/workspace-source-false", root("a", more=sources("a = { workspace = false }")), TWO),
    fresh("ws/workspace-source-path", root("a", more=sources('a = { workspace = "packages/a" }')), TWO),
    fresh("ws/workspace-source-other", root("z", more=sources('z = { workspace = "../other" }')), TWO),
    fresh("ws/workspace-source-unknown", root("zz", more=sources("zz = { workspace = true }")), TWO),
    fresh(
        "ws/workspace-source-self",
        root(
            "proj[foo]",
            more=sources("proj = { workspace = true }") + '[project.optional-dependencies]\nfoo = ["leaf-a"]\n',
        ),
        TWO,
    ),
    fresh("ws/workspace-source-missing", root("a"), TWO),
    fresh(
        "ws/workspace-source-missing-in-member", root("alpha"), TWO | {"packages/b/pyproject.toml": member("b", "a")}
    ),
    fresh(
        "ws/workspace-source-in-member",
        root("alpha"),
        TWO | {"packages/b/pyproject.toml": member("b", "a", more=sources("a = { workspace = true }"))},
    ),
    fresh(
        "ws/workspace-source-marker",
        root("a", more=sources("a = { workspace = true, marker = \"sys_platform == 'linux'\" }")),
        TWO,
    ),
    fresh(
        "ws/workspace-source-extra",
        root(
            more='[project.optional-dependencies]\nfoo = ["a"]\n' + sources('a = { workspace = true, extra = "foo" }')
        ),
        TWO,
    ),
    fresh(
        "ws/root-by-member",
        root("alpha"),
        TWO | {"packages/b/pyproject.toml": member("b", "proj", more=sources("proj = { workspace = true }"))},
    ),
    fresh(
        "ws/cycle",
        root("a", more=sources("a = { workspace = true }")),
        TWO | {"packages/a/pyproject.toml": member("a", "proj", more=sources("proj = { workspace = true }"))},
    ),
    fresh(
        "ws/sources-of-root",
        root(
            "alpha",
            more=sources('elsewhere = { index = "o" }')
            + '[[tool.uv.index]]\nname = "o"\nurl = "{other}"\nexplicit = true\n',
        ),
        TWO | {"packages/b/pyproject.toml": member("b", "elsewhere")},
    ),
    fresh(
        "ws/sources-of-member-win",
        root(
            "leaf-a",
            more=sources('leaf-a = { index = "o" }')
            + '[[tool.uv.index]]\nname = "o"\nurl = "{other}"\nexplicit = true\n',
        ),
        TWO
        | {"packages/b/pyproject.toml": member("b", "leaf-b", more=sources('leaf-b = { path = "x" }'))}
        | tree("packages/b/x", member("leaf-b", build=True)),
    ),
    fresh(
        "ws/index-of-member",
        root("alpha"),
        TWO
        | {
            "packages/b/pyproject.toml": member(
                "b",
                "elsewhere",
                more=sources('elsewhere = { index = "o" }')
                + '[[tool.uv.index]]\nname = "o"\nurl = "{other}"\nexplicit = true\n',
            )
        },
    ),
    fresh(
        "ws/index-of-member-open",
        root("alpha"),
        TWO
        | {
            "packages/b/pyproject.toml": member(
                "b", "elsewhere", more='[[tool.uv.index]]\nname = "o"\nurl = "{other}"\n'
            )
        },
    ),
    fresh(
        "ws/index-of-member-by-path",
        root("alpha"),
        TWO
        | {
            "packages/b/pyproject.toml": member(
                "b",
                "leaf-z",
                more=sources('leaf-z = { index = "o" }')
                + '[[tool.uv.index]]\nname = "o"\nurl = "../../missing"\nformat = "flat"\nexplicit = true\n',
            )
        },
    ),
    fresh(
        "ws/settings-of-member",
        root("beta"),
        TWO
        | {
            "packages/b/pyproject.toml": member(
                "b",
                "leaf-b",
                more=tool(
                    'constraint-dependencies = ["alpha<2"]',
                    'resolution = "lowest"',
                    "environments = [\"sys_platform == 'linux'\"]",
                ),
            )
        },
        Run(("lock", "--check"), "packages/b"),
    ),
    fresh(
        "ws/dev-of-member",
        root("alpha", more=tool('dev-dependencies = ["leaf-c"]')),
        TWO | {"packages/b/pyproject.toml": member("b", more=tool('dev-dependencies = ["leaf-d"]'))},
    ),
    fresh("ws/conflicts-of-python", root("alpha"), TWO | {"packages/b/pyproject.toml": member("b", python="<3.10")}),
    fresh(
        "ws/python-joint",
        root("alpha"),
        TWO
        | {
            "packages/b/pyproject.toml": member("b", python=">=3.10,<3.15"),
            "packages/a/pyproject.toml": member("a", python="!=3.12.*"),
        },
    ),
    fresh("ws/python-none", VIRTUAL, {"packages/a/pyproject.toml": member("a", python=None)}),
    fresh("ws/uv-toml", root("beta"), TWO | {"uv.toml": 'resolution = "lowest"\n'}),
    fresh(
        "ws/uv-toml-wins",
        root("beta", more=tool('prerelease = "allow"', 'constraint-dependencies = ["alpha<2"]')),
        TWO | {"uv.toml": 'resolution = "lowest"\nconstraint-dependencies = ["alpha<1.1"]\n'},
    ),
    fresh(
        "ws/uv-toml-of-member",
        root("beta"),
        TWO | {"packages/a/uv.toml": 'resolution = "lowest"\n'},
        Run(("lock", "--check"), "packages/a"),
    ),
    fresh("ws/uv-toml-project-key", root("beta"), TWO | {"uv.toml": "environments = [\"sys_platform == 'linux'\"]\n"}),
    fresh("ws/uv-toml-empty", root("beta", more=tool('resolution = "lowest"')), TWO | {"uv.toml": ""}),
    change("model/ws/member-added", root("alpha"), {"packages/c/pyproject.toml": member("c", "leaf-c")}, files=TWO),
    change("model/ws/member-removed", root("alpha"), {"packages/b": None}, files=TWO),
    change("model/ws/member-renamed", root("alpha"), {"packages/b/pyproject.toml": member("bb", "leaf-b")}, files=TWO),
    change(
        "model/ws/member-moved",
        root("alpha"),
        {"packages/b": None, "packages/bb/pyproject.toml": member("b", "leaf-b")},
        files=TWO,
    ),
    change(
        "model/ws/member-changed",
        root("alpha"),
        {"packages/b/pyproject.toml": member("b", "leaf-b", "leaf-c")},
        files=TWO,
    ),
    change(
        "model/ws/member-groups",
        root("alpha"),
        {
            "packages/b/pyproject.toml": member(
                "b", "leaf-b", more=tool('default-groups = ["lint"]') + "[dependency-groups]\nlint = []\n"
            )
        },
        files=TWO,
    ),
    change("model/ws/becomes-one", project("alpha"), root("alpha"), files=TWO),
    change("model/ws/becomes-declared", project("alpha"), root("alpha")),
    change("model/ws/no-longer", root("alpha"), project("alpha"), files=TWO),
    change(
        "model/ws/member-becomes-package",
        root("alpha"),
        tree("packages/a", member("a", "leaf-a", build=True)),
        files=TWO,
    ),
    change(
        "model/ws/member-becomes-required",
        root("alpha"),
        root("alpha", "a", more=sources("a = { workspace = true }")),
        files=TWO,
    ),
    change("model/ws/root-loses-project", root("alpha"), VIRTUAL, files=TWO),
    change("model/ws/virtual-group", VIRTUAL, VIRTUAL + '[dependency-groups]\ndev = ["leaf-c"]\n', files=TWO),
    change(
        "model/ws/virtual-group-order",
        VIRTUAL + '[dependency-groups]\ndev = ["leaf-c", "leaf-d"]\n',
        VIRTUAL + '[dependency-groups]\ndev = ["leaf-d", "leaf-c"]\n',
        files=TWO,
    ),
    change(
        "model/ws/virtual-default-groups",
        VIRTUAL + '[dependency-groups]\ndev = ["leaf-c"]\n',
        VIRTUAL + tool("default-groups = []") + '[dependency-groups]\ndev = ["leaf-c"]\n',
        files=TWO,
    ),
    change(
        "model/ws/virtual-group-python",
        VIRTUAL + '[dependency-groups]\ndev = ["leaf-c"]\n',
        VIRTUAL
        + '[tool.uv.dependency-groups]\ndev = { requires-python = ">=3.12" }\n[dependency-groups]\ndev = ["leaf-c"]\n',
        files=TWO,
    ),
]
GROUPS = [
    fresh(
        "groups/python",
        project(
            "alpha",
            more='[dependency-groups]\ndev = ["leaf-a"]\nlint = ["gamma", { include-group = "dev" }]\n[tool.uv.dependency-groups]\nlint = { requires-python = ">=3.12" }\ndev = { requires-python = ">=3.11,<4" }\n',
        ),
    ),
    fresh(
        "groups/python-unknown",
        project(
            "alpha",
            more='[dependency-groups]\ndev = ["leaf-a"]\n[tool.uv.dependency-groups]\nlint = { requires-python = ">=3.12" }\n',
        ),
    ),
    fresh(
        "groups/python-gap",
        project(
            "alpha",
            more='[dependency-groups]\ndev = ["leaf-a"]\n[tool.uv.dependency-groups]\ndev = { requires-python = "!=3.12.*" }\n',
        ),
    ),
    fresh(
        "groups/python-outside",
        project(
            "alpha",
            more='[dependency-groups]\ndev = ["leaf-a"]\n[tool.uv.dependency-groups]\ndev = { requires-python = "<3.10" }\n',
        ),
    ),
    fresh(
        "groups/python-empty",
        project(
            "alpha",
            more='[dependency-groups]\ndev = []\n[tool.uv.dependency-groups]\ndev = { requires-python = ">=3.12" }\n',
        ),
    ),
    fresh(
        "groups/python-legacy",
        project(
            "alpha",
            more=tool('dev-dependencies = ["leaf-a"]')
            + '[tool.uv.dependency-groups]\ndev = { requires-python = ">=3.12" }\n',
        ),
    ),
    fresh(
        "groups/python-no-project-bound",
        project(
            "alpha",
            python=None,
            more='[dependency-groups]\ndev = ["leaf-a"]\n[tool.uv.dependency-groups]\ndev = { requires-python = ">=3.12" }\n',
        ),
    ),
    fresh(
        "groups/settings-empty",
        project("alpha", more='[dependency-groups]\ndev = ["leaf-a"]\n[tool.uv.dependency-groups]\ndev = {}\n'),
    ),
    fresh(
        "groups/settings-unknown-key",
        project(
            "alpha",
            more='[dependency-groups]\ndev = ["leaf-a"]\n[tool.uv.dependency-groups]\ndev = { python = ">=3.12" }\n',
        ),
    ),
    fresh(
        "groups/default",
        project(
            "alpha",
            more='[dependency-groups]\ndev = ["leaf-a"]\nlint = []\n' + tool('default-groups = ["lint", "dev"]'),
        ),
    ),
    fresh(
        "groups/default-all",
        project("alpha", more='[dependency-groups]\ndev = ["leaf-a"]\nlint = []\n' + tool('default-groups = "all"')),
    ),
    fresh(
        "groups/default-other-word",
        project("alpha", more='[dependency-groups]\ndev = ["leaf-a"]\n' + tool('default-groups = "some"')),
    ),
    fresh(
        "groups/default-unknown",
        project("alpha", more='[dependency-groups]\ndev = ["leaf-a"]\n' + tool('default-groups = ["nothere"]')),
    ),
    fresh("groups/default-dev-without-group", project("alpha", more=tool('default-groups = ["dev"]'))),
    fresh(
        "groups/default-spelling",
        project("alpha", more='[dependency-groups]\nMy_Group = ["leaf-a"]\n' + tool('default-groups = ["my-group"]')),
    ),
    fresh(
        "groups/default-twice",
        project("alpha", more='[dependency-groups]\nlint = ["leaf-a"]\n' + tool('default-groups = ["lint", "lint"]')),
    ),
    fresh(
        "groups/include-unknown", project("alpha", more='[dependency-groups]\ndev = [{ include-group = "nothere" }]\n')
    ),
    fresh(
        "groups/include-dev-legacy",
        project(
            "alpha",
            more='[dependency-groups]\nlint = [{ include-group = "dev" }]\n' + tool('dev-dependencies = ["leaf-a"]'),
        ),
    ),
    fresh(
        "groups/include-cycle",
        project("alpha", more='[dependency-groups]\na = [{ include-group = "b" }]\nb = [{ include-group = "a" }]\n'),
    ),
    fresh("groups/include-self", project("alpha", more='[dependency-groups]\na = [{ include-group = "a" }]\n')),
    fresh(
        "groups/include-twice",
        project(
            "alpha",
            more='[dependency-groups]\na = ["leaf-a"]\nb = [{ include-group = "a" }, { include-group = "a" }, "leaf-a"]\n',
        ),
    ),
    fresh(
        "groups/include-other-key",
        project("alpha", more='[dependency-groups]\na = ["leaf-a"]\nb = [{ include-group = "a", other = 1 }]\n'),
    ),
    fresh(
        "groups/include-wrong-key",
        project("alpha", more='[dependency-groups]\na = ["leaf-a"]\nb = [{ set-phasers-to = "stun" }]\n'),
    ),
    fresh("groups/name-clash", project("alpha", more='[dependency-groups]\na-b = ["leaf-a"]\na_b = ["leaf-b"]\n')),
    fresh("groups/name-bad", project("alpha", more='[dependency-groups]\n"a b" = ["leaf-a"]\n')),
    fresh("groups/bad-requirement", project("alpha", more='[dependency-groups]\na = ["leaf-a <"]\n')),
    fresh("groups/not-a-list", project("alpha", more='[dependency-groups]\na = "leaf-a"\n')),
    fresh(
        "groups/self",
        project(
            "alpha",
            more='[project.optional-dependencies]\nfoo = ["leaf-b"]\n[dependency-groups]\na = ["proj", "proj[foo]"]\n',
        ),
    ),
    fresh(
        "groups/source-in-group",
        project(
            "alpha",
            more='[dependency-groups]\na = ["elsewhere"]\n'
            + sources('elsewhere = { index = "o", group = "a" }')
            + '[[tool.uv.index]]\nname = "o"\nurl = "{other}"\nexplicit = true\n',
        ),
    ),
    fresh(
        "groups/source-in-included-group",
        project(
            "alpha",
            more='[dependency-groups]\na = ["elsewhere"]\nb = [{ include-group = "a" }]\n'
            + sources('elsewhere = { index = "o", group = "a" }')
            + '[[tool.uv.index]]\nname = "o"\nurl = "{other}"\n',
        ),
    ),
    fresh(
        "groups/source-of-unknown-group",
        project(
            "alpha",
            more=sources('alpha = { index = "o", group = "zz" }')
            + '[[tool.uv.index]]\nname = "o"\nurl = "{other}"\nexplicit = true\n',
        ),
    ),
    fresh(
        "groups/source-of-unknown-extra",
        project(
            "alpha",
            more=sources('alpha = { index = "o", extra = "zz" }')
            + '[[tool.uv.index]]\nname = "o"\nurl = "{other}"\nexplicit = true\n',
        ),
    ),
    fresh(
        "groups/legacy-both",
        project("alpha", more='[dependency-groups]\ndev = ["leaf-b"]\n' + tool('dev-dependencies = ["leaf-a"]')),
    ),
    fresh("groups/legacy-empty", project("alpha", more=tool("dev-dependencies = []"))),
    fresh(
        "groups/legacy-source",
        project(
            "alpha",
            more=tool('dev-dependencies = ["elsewhere"]')
            + sources('elsewhere = { index = "o", group = "dev" }')
            + '[[tool.uv.index]]\nname = "o"\nurl = "{other}"\n',
        ),
    ),
    change(
        "model/groups/default-all-later",
        project("alpha", more='[dependency-groups]\ndev = ["leaf-a"]\n'),
        project("alpha", more='[dependency-groups]\ndev = ["leaf-a"]\n' + tool('default-groups = "all"')),
    ),
    change(
        "model/groups/default-order",
        project(
            "alpha",
            more='[dependency-groups]\ndev = ["leaf-a"]\nlint = []\n' + tool('default-groups = ["lint", "dev"]'),
        ),
        project(
            "alpha",
            more='[dependency-groups]\ndev = ["leaf-a"]\nlint = []\n' + tool('default-groups = ["dev", "lint"]'),
        ),
    ),
    change(
        "model/groups/python-added",
        project("alpha", more='[dependency-groups]\ndev = ["leaf-a"]\n'),
        project(
            "alpha",
            more='[dependency-groups]\ndev = ["leaf-a"]\n[tool.uv.dependency-groups]\ndev = { requires-python = ">=3.12" }\n',
        ),
    ),
    change(
        "model/groups/python-implied",
        project("alpha", more='[dependency-groups]\ndev = ["leaf-a"]\n'),
        project(
            "alpha",
            more='[dependency-groups]\ndev = ["leaf-a"]\n[tool.uv.dependency-groups]\ndev = { requires-python = ">=3.8" }\n',
        ),
    ),
    change(
        "model/groups/python-spelling",
        project(
            "alpha",
            more='[dependency-groups]\ndev = ["leaf-a"]\n[tool.uv.dependency-groups]\ndev = { requires-python = ">=3.12,<4" }\n',
        ),
        project(
            "alpha",
            more='[dependency-groups]\ndev = ["leaf-a"]\n[tool.uv.dependency-groups]\ndev = { requires-python = "<4, >= 3.12" }\n',
        ),
    ),
    change(
        "model/groups/python-removed",
        project(
            "alpha",
            more='[dependency-groups]\ndev = ["leaf-a"]\n[tool.uv.dependency-groups]\ndev = { requires-python = ">=3.12" }\n',
        ),
        project("alpha", more='[dependency-groups]\ndev = ["leaf-a"]\n'),
    ),
]
LIB = tree("lib", member("lib", "leaf-a", build=True))
OTHER_INDEX = '[[tool.uv.index]]\nname = "o"\nurl = "{other}"\nexplicit = true\n'
SOURCES = [
    fresh("src/path", project("lib", more=sources('lib = { path = "lib" }')), LIB),
    fresh("src/path-editable", project("lib", more=sources('lib = { path = "lib", editable = true }')), LIB),
    fresh("src/path-not-editable", project("lib", more=sources('lib = { path = "lib", editable = false }')), LIB),
    fresh("src/path-virtual", project("lib", more=sources('lib = { path = "lib", package = false }')), LIB),
    fresh(
        "src/path-package",
        project("lib", more=sources('lib = { path = "lib", package = true }')),
        {"lib/pyproject.toml": member("lib", more=tool("package = false"))},
    ),
    fresh(
        "src/path-own-package-false",
        project("lib", more=sources('lib = { path = "lib" }')),
        {"lib/pyproject.toml": member("lib", "leaf-a", more=tool("package = false"))},
    ),
    fresh(
        "src/path-no-build-system",
        project("lib", more=sources('lib = { path = "lib" }')),
        {"lib/pyproject.toml": member("lib", "leaf-a")},
    ),
    fresh(
        "src/path-editable-virtual",
        project("lib", more=sources('lib = { path = "lib", editable = true, package = false }')),
        LIB,
    ),
    fresh("src/path-absolute", project("lib", more=sources('lib = { path = "{folder}/lib" }')), LIB),
    fresh("src/path-dot", project("lib", more=sources('lib = { path = "./x/../lib/" }')), LIB),
    fresh("src/path-missing", project("lib", more=sources('lib = { path = "nothere" }')), LIB),
    fresh("src/path-empty-folder", project("lib", more=sources('lib = { path = "empty" }')), LIB | {"empty/x.txt": ""}),
    fresh(
        "src/path-name-differs",
        project("lib", more=sources('lib = { path = "lib" }')),
        tree("lib", member("other", build=True)),
    ),
    fresh("src/path-self", project("proj", more=sources('proj = { path = "." }'))),
    fresh("src/path-other-file", project("lib", more=sources('lib = { path = "x.txt" }')), {"x.txt": ""}),
    fresh(
        "src/path-dynamic",
        project("lib", more=sources('lib = { path = "lib" }')),
        tree("lib", member("lib", "leaf-a", build=True, version=None)) | {"lib/VERSION": "7.0"},
    ),
    fresh(
        "src/path-dynamic-deps",
        project("lib", more=sources('lib = { path = "lib" }')),
        tree(
            "lib",
            '[project]\nname = "lib"\nversion = "1"\ndynamic = ["dependencies"]\n[build-system]\nrequires = []\nbuild-backend = "bk"\nbackend-path = ["."]\n',
        )
        | {"lib/REQUIRES": "leaf-a leaf-b"},
    ),
    fresh(
        "src/path-extras-groups",
        project("lib[foo]", more=sources('lib = { path = "lib" }')),
        tree(
            "lib",
            member(
                "lib",
                "leaf-a",
                build=True,
                more='[project.optional-dependencies]\nfoo = ["leaf-b"]\nbar = ["leaf-c"]\n[dependency-groups]\ndev = ["leaf-d"]\n',
            ),
        ),
    ),
    fresh(
        "src/path-python",
        project("lib", more=sources('lib = { path = "lib" }')),
        tree("lib", member("lib", "leaf-a", build=True, python=">=3.12")),
    ),
    fresh(
        "src/path-transitive",
        project("lib", more=sources('lib = { path = "lib" }')),
        tree("lib", member("lib", "sub", build=True, more=sources('sub = { path = "../sub" }')))
        | tree("sub", member("sub", "leaf-b", build=True)),
    ),
    fresh(
        "src/path-transitive-editable",
        project("lib", more=sources('lib = { path = "lib" }')),
        tree("lib", member("lib", "sub", build=True, more=sources('sub = { path = "../sub", editable = true }')))
        | tree("sub", member("sub", "leaf-b", build=True)),
    ),
    fresh(
        "src/path-transitive-both",
        project("lib", "sub", more=sources('lib = { path = "lib" }', 'sub = { path = "sub", editable = true }')),
        tree("lib", member("lib", "sub", build=True, more=sources('sub = { path = "../sub" }')))
        | tree("sub", member("sub", "leaf-b", build=True)),
    ),
    fresh(
        "src/path-transitive-unsourced",
        project("lib", "sub", more=sources('lib = { path = "lib" }', 'sub = { path = "sub" }')),
        tree("lib", member("lib", "sub>=0.1", build=True)) | tree("sub", member("sub", "leaf-b", build=True)),
    ),
    fresh(
        "src/path-transitive-index",
        project("lib", more=sources('lib = { path = "lib" }')),
        tree("lib", member("lib", "elsewhere", build=True, more=sources('elsewhere = { index = "o" }') + OTHER_INDEX)),
    ),
    fresh(
        "src/path-transitive-index-of-root",
        project("lib", more=sources('lib = { path = "lib" }') + OTHER_INDEX),
        tree("lib", member("lib", "elsewhere", build=True, more=sources('elsewhere = { index = "o" }'))),
    ),
    fresh(
        "src/path-transitive-url",
        project("lib", more=sources('lib = { path = "lib" }')),
        tree("lib", member("lib", "leaf-b @ {files}/leaf-b/leaf_b-1.0-py3-none-any.whl", build=True)),
    ),
    fresh(
        "src/path-of-workspace",
        project("lib", more=sources('lib = { path = "ws/packages/a" }')),
        {
            "ws/pyproject.toml": root(),
            **tree(
                "ws/packages/a",
                member("a", "b", build=True, more=sources("b = { workspace = true }")).replace('"a"', '"lib"'),
            ),
            **tree("ws/packages/b", member("b", "leaf-b", build=True)),
        },
    ),
    fresh(
        "src/path-groups-sources",
        project("lib", more=sources('lib = { path = "lib" }')),
        tree(
            "lib",
            member(
                "lib", build=True, more='[dependency-groups]\ndev = ["sub"]\n' + sources('sub = { path = "../sub" }')
            ),
        )
        | tree("sub", member("sub", build=True)),
    ),
    fresh("src/path-source-of-unrelated", project("alpha", more=sources('lib = { path = "lib" }')), LIB),
    fresh("src/path-source-unrelated-missing", project("alpha", more=sources('lib = { path = "nothere" }')), LIB),
    fresh(
        "src/path-conflict",
        project("lib", "sub", more=sources('lib = { path = "lib" }', 'sub = { path = "sub" }')),
        tree("lib", member("lib", "sub", build=True, more=sources('sub = { path = "../sub2" }')))
        | tree("sub", member("sub", build=True))
        | tree("sub2", member("sub", build=True, version="2")),
    ),
    fresh("src/url-pep508-path", project("lib @ file://{folder}/lib"), LIB),
    fresh("src/url-pep508-root", project("lib @ file:///${PROJECT_ROOT}/lib"), LIB),
    fresh("src/url-wheel", project("leaf-b @ {files}/leaf-b/leaf_b-1.0-py3-none-any.whl")),
    fresh("src/url-sdist", project("both @ {files}/both/both-1.0.0.tar.gz")),
    fresh(
        "src/url-source",
        project("leaf-b", more=sources('leaf-b = { url = "{files}/leaf-b/leaf_b-1.0-py3-none-any.whl" }')),
    ),
    fresh(
        "src/url-source-fragment",
        project("leaf-b", more=sources('leaf-b = { url = "{files}/leaf-b/leaf_b-1.0-py3-none-any.whl#egg=leaf-b" }')),
    ),
    fresh("src/url-not-archive", project("leaf-b", more=sources('leaf-b = { url = "{index}/leaf-b/" }'))),
    fresh(
        "src/url-and-source",
        project(
            "leaf-b @ {files}/leaf-b/leaf_b-1.0-py3-none-any.whl",
            more=sources('leaf-b = { index = "o" }') + OTHER_INDEX,
        ),
    ),
    fresh("src/index", project("leaf-a", more=sources('leaf-a = { index = "o" }') + OTHER_INDEX)),
    fresh(
        "src/index-open",
        project(
            "alpha", "leaf-a", more=sources('leaf-a = { index = "o" }') + OTHER_INDEX.replace("explicit = true", "")
        ),
    ),
    fresh("src/index-unknown", project("leaf-a", more=sources('leaf-a = { index = "zz" }') + OTHER_INDEX)),
    fresh(
        "src/index-of-user",
        project("leaf-a", more=sources('leaf-a = { index = "o" }')),
        {"uv.toml": '[[index]]\nname = "o"\nurl = "{other}"\n'},
    ),
    fresh(
        "src/index-by-argument",
        project("leaf-a", more=sources('leaf-a = { index = "o" }')),
        None,
        "lock --index o={other}",
        "lock --check --index o={other}",
    ),
    fresh(
        "src/index-default-explicit",
        project("leaf-a", more=sources('leaf-a = { index = "o" }') + OTHER_INDEX + "default = true\n"),
    ),
    fresh("src/index-same-name", project("leaf-a", more=OTHER_INDEX + OTHER_INDEX)),
    fresh(
        "src/index-two-default",
        project(
            "leaf-a", more=OTHER_INDEX + "default = true\n" + OTHER_INDEX.replace('"o"', '"p"') + "default = true\n"
        ),
    ),
    fresh("src/index-no-url", project("leaf-a", more='[[tool.uv.index]]\nname = "o"\n')),
    fresh(
        "src/index-no-name-explicit", project("leaf-a", more='[[tool.uv.index]]\nurl = "{other}"\nexplicit = true\n')
    ),
    fresh("src/index-bad-name", project("leaf-a", more=OTHER_INDEX.replace('"o"', '"o o"'))),
    fresh(
        "src/index-relative",
        project("leaf-z", more='[[tool.uv.index]]\nname = "o"\nurl = "nothere"\nformat = "flat"\n'),
    ),
    fresh("src/find-links-missing", project("leaf-a", more=tool('find-links = ["nothere"]'))),
    fresh("src/find-links-file", project("leaf-a", more=tool('find-links = ["x.html"]')), {"x.html": ""}),
    fresh("src/find-links-empty", project("leaf-a", more=tool('find-links = ["links"]')), {"links/x.txt": ""}),
    fresh(
        "src/find-links-missing-argument",
        project("leaf-a"),
        None,
        "lock --upgrade --find-links nothere",
        "lock --find-links nothere",
    ),
    fresh("src/find-links-only-missing", project("leaf-a", more=tool('find-links = ["nothere"]', "no-index = true"))),
    fresh("src/find-links-url-missing", project("leaf-a", more=tool('find-links = ["{files}/nothere"]'))),
    fresh("src/index-folder-missing", project("leaf-a", more='[[tool.uv.index]]\nname = "o"\nurl = "./nothere"\n')),
    fresh(
        "src/list-markers",
        project(
            "alpha",
            more='[tool.uv.sources]\nalpha = [{ index = "o", marker = "sys_platform == \'linux\'" }, { path = "lib", marker = "sys_platform == \'win32\'" }]\n'
            + OTHER_INDEX,
        ),
        tree("lib", member("alpha", build=True)),
    ),
    fresh(
        "src/list-overlap",
        project(
            "alpha",
            more='[tool.uv.sources]\nalpha = [{ index = "o", marker = "sys_platform == \'linux\'" }, { path = "lib", marker = "sys_platform != \'win32\'" }]\n'
            + OTHER_INDEX,
        ),
        tree("lib", member("alpha", build=True)),
    ),
    fresh(
        "src/list-no-marker",
        project("alpha", more='[tool.uv.sources]\nalpha = [{ index = "o" }, { path = "lib" }]\n' + OTHER_INDEX),
        tree("lib", member("alpha", build=True)),
    ),
    fresh("src/list-one", project("alpha", more='[tool.uv.sources]\nalpha = [{ index = "o" }]\n' + OTHER_INDEX)),
    fresh("src/list-empty", project("alpha", more="[tool.uv.sources]\nalpha = []\n")),
    fresh(
        "src/list-extras",
        project(
            more='[project.optional-dependencies]\ncpu = ["alpha"]\ngpu = ["alpha"]\n[tool.uv]\nconflicts = [[{ extra = "cpu" }, { extra = "gpu" }]]\n[tool.uv.sources]\nalpha = [{ index = "o", extra = "cpu" }, { index = "p", extra = "gpu" }]\n'
            + OTHER_INDEX
            + '[[tool.uv.index]]\nname = "p"\nurl = "{index}/"\nexplicit = true\n'
        ),
    ),
    fresh(
        "src/list-extra-no-conflict",
        project(
            more='[project.optional-dependencies]\ncpu = ["alpha"]\ngpu = ["alpha"]\n[tool.uv.sources]\nalpha = [{ index = "o", extra = "cpu" }, { index = "p", extra = "gpu" }]\n'
            + OTHER_INDEX
            + '[[tool.uv.index]]\nname = "p"\nurl = "{index}/"\nexplicit = true\n'
        ),
    ),
    fresh(
        "src/marker-of-requirement",
        project(
            "alpha ; sys_platform == 'linux'",
            more='[tool.uv.sources]\nalpha = { index = "o", marker = "python_version >= \'3.12\'" }\n' + OTHER_INDEX,
        ),
    ),
    fresh("src/two-kinds", project("alpha", more=sources('alpha = { index = "o", path = "x" }') + OTHER_INDEX)),
    fresh("src/no-kind", project("alpha", more=sources("alpha = { marker = \"sys_platform == 'linux'\" }"))),
    fresh("src/unknown-key", project("alpha", more=sources('alpha = { index = "o", unknown = true }') + OTHER_INDEX)),
    fresh(
        "src/extra-and-group",
        project("alpha", more=sources('alpha = { index = "o", extra = "a", group = "b" }') + OTHER_INDEX),
    ),
    fresh("src/name-bad", project("alpha", more=sources('"a b" = { index = "o" }') + OTHER_INDEX)),
    fresh("src/name-spelling", project("leaf-a", more=sources('Leaf_A = { index = "o" }') + OTHER_INDEX)),
    fresh(
        "src/name-twice",
        project("leaf-a", more=sources('Leaf_A = { index = "o" }', 'leaf-a = { path = "x" }') + OTHER_INDEX),
    ),
    fresh(
        "src/build-requires",
        project("lib", more=sources('lib = { path = "lib" }')),
        {
            "lib/pyproject.toml": '[project]\nname = "lib"\nversion = "1"\ndynamic = ["dependencies"]\n[build-system]\nrequires = ["helper"]\nbuild-backend = "bk"\nbackend-path = ["."]\n'
            + sources('helper = { path = "../helper" }'),
            "lib/bk.py": BACKEND,
            "lib/REQUIRES": "leaf-a",
            **tree("helper", member("helper", build=True)),
        },
    ),
    fresh(
        "src/constraint-source",
        project(
            "beta",
            more=tool('constraint-dependencies = ["leaf-a"]', 'override-dependencies = ["alpha"]')
            + sources('alpha = { index = "o" }')
            + OTHER_INDEX,
        ),
    ),
    change(
        "model/src/lib-changed",
        project("lib", more=sources('lib = { path = "lib" }')),
        {"lib/pyproject.toml": member("lib", "leaf-b", build=True)},
        files=LIB,
    ),
    change(
        "model/src/lib-version",
        project("lib", more=sources('lib = { path = "lib" }')),
        {"lib/pyproject.toml": member("lib", "leaf-a", build=True, version="2")},
        files=LIB,
    ),
    change(
        "model/src/lib-group",
        project("lib", more=sources('lib = { path = "lib" }')),
        {"lib/pyproject.toml": member("lib", "leaf-a", build=True, more='[dependency-groups]\ndev = ["leaf-b"]\n')},
        files=LIB,
    ),
    change(
        "model/src/lib-editable",
        project("lib", more=sources('lib = { path = "lib" }')),
        project("lib", more=sources('lib = { path = "lib", editable = true }')),
        files=LIB,
    ),
    change(
        "model/src/lib-virtual",
        project("lib", more=sources('lib = { path = "lib" }')),
        project("lib", more=sources('lib = { path = "lib", package = false }')),
        files=LIB,
    ),
    change(
        "model/src/lib-python",
        project("lib", more=sources('lib = { path = "lib" }')),
        {"lib/pyproject.toml": member("lib", "leaf-a", build=True, python=">=3.10")},
        files=LIB,
    ),
    change(
        "model/src/lib-comment",
        project("lib", more=sources('lib = { path = "lib" }')),
        {"lib/pyproject.toml": member("lib", "leaf-a", build=True) + "# x\n"},
        files=LIB,
    ),
    change("model/src/lib-gone", project("lib", more=sources('lib = { path = "lib" }')), {"lib": None}, files=LIB),
    change(
        "model/src/lib-dynamic-deps",
        project("lib", more=sources('lib = { path = "lib" }')),
        {"lib/REQUIRES": "leaf-b"},
        files=tree(
            "lib",
            '[project]\nname = "lib"\nversion = "1"\ndynamic = ["dependencies"]\n[build-system]\nrequires = []\nbuild-backend = "bk"\nbackend-path = ["."]\n',
        )
        | {"lib/REQUIRES": "leaf-a leaf-b"},
    ),
    change(
        "model/src/lib-dynamic-version",
        project("lib", more=sources('lib = { path = "lib" }')),
        {"lib/VERSION": "8.0"},
        files=tree("lib", member("lib", "leaf-a", build=True, version=None)) | {"lib/VERSION": "7.0"},
    ),
    change(
        "model/src/lib-sub-source",
        project("lib", more=sources('lib = { path = "lib" }')),
        {
            "lib/pyproject.toml": member(
                "lib", "sub", build=True, more=sources('sub = { path = "../sub", editable = true }')
            )
        },
        files=tree("lib", member("lib", "sub", build=True, more=sources('sub = { path = "../sub" }')))
        | tree("sub", member("sub", "leaf-b", build=True)),
    ),
    change(
        "model/src/index-moves",
        project("leaf-a", more=sources('leaf-a = { index = "o" }') + OTHER_INDEX),
        project("leaf-a", more=sources('leaf-a = { index = "o" }') + OTHER_INDEX.replace("{other}", "{index}/")),
    ),
    change(
        "model/src/index-renamed",
        project("leaf-a", more=sources('leaf-a = { index = "o" }') + OTHER_INDEX),
        project("leaf-a", more=sources('leaf-a = { index = "p" }') + OTHER_INDEX.replace('"o"', '"p"')),
    ),
    change(
        "model/src/source-gone",
        project("leaf-a", more=sources('leaf-a = { index = "o" }') + OTHER_INDEX),
        project("leaf-a"),
    ),
    change(
        "model/src/path-to-index", project("lib", more=sources('lib = { path = "lib" }')), project("leaf-a"), files=LIB
    ),
    change(
        "model/src/url-changes",
        project("leaf-b @ {files}/leaf-b/leaf_b-1.0-py3-none-any.whl"),
        project("leaf-b @ {files}/leaf-b/leaf_b-2.0-py3-none-any.whl"),
    ),
    change("model/src/url-to-index", project("leaf-b @ {files}/leaf-b/leaf_b-1.0-py3-none-any.whl"), project("leaf-b")),
    change(
        "model/src/path-spelling",
        project("lib", more=sources('lib = { path = "lib" }')),
        project("lib", more=sources('lib = { path = "./lib/" }')),
        files=LIB,
    ),
    change(
        "model/src/path-absolute-later",
        project("lib", more=sources('lib = { path = "lib" }')),
        project("lib", more=sources('lib = { path = "{folder}/lib" }')),
        files=LIB,
    ),
]
SHAPES = [
    fresh("shape/managed-false", project("alpha", more=tool("managed = false"))),
    fresh("shape/managed-false-sync", project("alpha", more=tool("managed = false")), None, "sync"),
    fresh("shape/no-tables", ""),
    fresh("shape/tool-only", tool("package = false")),
    fresh("shape/groups-only", '[dependency-groups]\ndev = ["leaf-a"]\n'),
    fresh(
        "shape/groups-only-python",
        '[dependency-groups]\ndev = ["leaf-a"]\n[tool.uv.dependency-groups]\ndev = { requires-python = ">=3.12" }\n',
    ),
    fresh("shape/no-name", '[project]\nversion = "1"\n'),
    fresh("shape/no-version", '[project]\nname = "proj"\n'),
    fresh("shape/bad-version", '[project]\nname = "proj"\nversion = "x.y"\n'),
    fresh("shape/bad-name", '[project]\nname = "-proj-"\nversion = "1"\n'),
    fresh("shape/bad-python", project("alpha", python="3.11")),
    fresh("shape/bad-requirement", project("alpha <<1")),
    fresh("shape/bad-toml", "[project\n"),
    fresh("shape/wrong-types", '[project]\nname = "proj"\nversion = 1\ndependencies = "alpha"\n'),
    fresh("shape/dynamic-both", '[project]\nname = "proj"\nversion = "1"\ndynamic = ["version"]\n'),
    fresh(
        "shape/dynamic-deps",
        '[project]\nname = "proj"\nversion = "1"\nrequires-python = ">=3.11"\ndynamic = ["dependencies"]\n[build-system]\nrequires = []\nbuild-backend = "bk"\nbackend-path = ["."]\n',
        {"bk.py": BACKEND, "REQUIRES": "leaf-a"},
        Write({"REQUIRES": "leaf-b"}),
        "lock --check",
        "lock",
    ),
    fresh(
        "shape/dynamic-extras",
        '[project]\nname = "proj"\nversion = "1"\nrequires-python = ">=3.11"\ndynamic = ["optional-dependencies"]\n[build-system]\nrequires = []\nbuild-backend = "bk"\nbackend-path = ["."]\n',
        {"bk.py": BACKEND},
    ),
    fresh(
        "shape/dynamic-python",
        '[project]\nname = "proj"\nversion = "1"\ndynamic = ["requires-python"]\n[build-system]\nrequires = []\nbuild-backend = "bk"\nbackend-path = ["."]\n',
        {"bk.py": BACKEND},
    ),
    fresh("shape/dynamic-version-unbuildable", project("alpha", version=None)),
    fresh("shape/unknown-tool-key", project("alpha", more=tool("unknown-key = true"))),
    fresh("shape/tool-wrong-type", project("alpha", more=tool('package = "no"'))),
    fresh("shape/two-wrong-keys", project("alpha", more=tool('package = "no"', 'resolution = "x"'))),
    fresh("shape/resolution-wrong", project("alpha", more=tool('resolution = "x"'))),
    fresh(
        "shape/environments-overlap",
        project("alpha", more=tool("environments = [\"sys_platform == 'linux'\", \"python_version >= '3.12'\"]")),
    ),
    fresh("shape/environments-bad", project("alpha", more=tool('environments = ["nonsense"]'))),
    fresh("shape/environments-outside", project("alpha", more=tool("environments = [\"python_version < '3.9'\"]"))),
    fresh(
        "shape/environments-partly-outside",
        project(
            "alpha", "gamma", more=tool("environments = [\"python_version < '3.9'\", \"python_version >= '3.9'\"]")
        ),
    ),
    fresh("shape/environments-extra", project("alpha", more=tool("environments = [\"extra == 'x'\"]"))),
    fresh(
        "shape/required-environments-outside",
        project("native", more=tool("required-environments = [\"python_version < '3.9'\"]")),
    ),
    fresh(
        "shape/required-environments-many",
        project(
            "native", more=tool("required-environments = [\"sys_platform == 'linux'\", \"sys_platform == 'win32'\"]")
        ),
    ),
    fresh("shape/required-version", project("alpha", more=tool('required-version = ">=99"'))),
    fresh("shape/required-version-ok", project("alpha", more=tool('required-version = ">=0.5"'))),
    fresh("shape/required-version-bad", project("alpha", more=tool('required-version = "x"'))),
    fresh("shape/requires-self", project("proj")),
    fresh("shape/requires-self-marker", project("proj ; sys_platform == 'win32'")),
    fresh("shape/bad-extra-name", project("alpha", more='[project.optional-dependencies]\n"a b" = ["leaf-a"]\n')),
    fresh(
        "shape/extra-clash",
        project("alpha", more='[project.optional-dependencies]\na-b = ["leaf-a"]\na_b = ["leaf-b"]\n'),
    ),
    fresh(
        "shape/requirement-in-all-forms",
        project(
            "extry[foo, bar]>=1,<3 ; python_version >= '3.12' and sys_platform != 'win32'",
            "leaf-a (>=1)",
            "leaf-b == 1.*",
            "leaf-c ~= 1.0",
            "leaf-d === 1.0",
            "leaf-e != 1.0",
        ),
    ),
    fresh(
        "shape/metadata-wrong",
        project("beta", more='[[tool.uv.dependency-metadata]]\nname = "beta"\nrequires-dist = "alpha"\n'),
    ),
    fresh(
        "shape/metadata-provides",
        project(
            "onlysdist",
            more='[[tool.uv.dependency-metadata]]\nname = "onlysdist"\nversion = "1.0.0"\nrequires-dist = ["leaf-a", "leaf-b ; extra == \'x\'"]\nprovides-extra = ["x"]\n',
        ),
    ),
    fresh(
        "shape/metadata-python",
        project(
            "onlysdist",
            more='[[tool.uv.dependency-metadata]]\nname = "onlysdist"\nversion = "1.0.0"\nrequires-python = ">=3.12"\n',
        ),
    ),
    fresh(
        "shape/metadata-url",
        project(
            "both @ {files}/both/both-1.0.0.tar.gz",
            more='[[tool.uv.dependency-metadata]]\nname = "both"\nversion = "1.0.0"\nrequires-dist = ["leaf-a"]\n',
        ),
    ),
    fresh(
        "shape/metadata-path",
        project(
            "lib",
            more=sources('lib = { path = "lib" }')
            + '[[tool.uv.dependency-metadata]]\nname = "lib"\nversion = "3.0"\nrequires-dist = ["leaf-b"]\n',
        ),
        LIB,
    ),
    fresh(
        "shape/metadata-member",
        project(
            "alpha",
            more='[[tool.uv.dependency-metadata]]\nname = "proj"\nversion = "0.1.0"\nrequires-dist = ["leaf-b"]\n',
        ),
    ),
    fresh(
        "shape/override-marker",
        project("beta", more=tool("override-dependencies = [\"alpha==2.0.0 ; sys_platform == 'linux'\"]")),
    ),
    fresh(
        "shape/override-two",
        project(
            "beta",
            more=tool(
                "override-dependencies = [\"alpha==2.0.0 ; sys_platform == 'linux'\", \"alpha==1.0.0 ; sys_platform != 'linux'\"]"
            ),
        ),
    ),
    fresh("shape/override-extra", project("extry", more=tool('override-dependencies = ["extry[foo]"]'))),
    fresh(
        "shape/override-url",
        project("beta", more=tool('override-dependencies = ["alpha @ {files}/alpha/alpha-1.0.0-py3-none-any.whl"]')),
    ),
    fresh("shape/override-of-project", project("alpha", more=tool('override-dependencies = ["proj==5"]'))),
    fresh(
        "shape/override-scoped-root",
        project(
            "alpha", more=tool('override-dependencies = [{ package = { name = "proj" }, dependencies = ["alpha<2"] }]')
        ),
    ),
    fresh(
        "shape/override-scoped-and-plain",
        project(
            "beta",
            "alpha",
            more=tool(
                'override-dependencies = ["alpha==2.0.0", { package = { name = "beta" }, dependencies = ["alpha==1.0.0"] }]'
            ),
        ),
    ),
    fresh(
        "shape/override-scoped-empty",
        project("beta", more=tool('override-dependencies = [{ package = { name = "beta" }, dependencies = [] }]')),
    ),
    fresh(
        "shape/override-scoped-wrong",
        project("beta", more=tool('override-dependencies = [{ package = "beta", dependencies = ["alpha"] }]')),
    ),
    fresh(
        "shape/override-scoped-unknown-key",
        project(
            "beta",
            more=tool('override-dependencies = [{ package = { name = "beta" }, dependencies = ["alpha"], x = 1 }]'),
        ),
    ),
    fresh(
        "shape/override-scoped-extra",
        project(
            "extry[foo]",
            more=tool('override-dependencies = [{ package = { name = "extry" }, dependencies = ["leaf-a==1.0"] }]'),
        ),
    ),
    fresh(
        "shape/override-scoped-new-dependency",
        project(
            "alpha", more=tool('override-dependencies = [{ package = { name = "alpha" }, dependencies = ["leaf-a"] }]')
        ),
    ),
    fresh(
        "shape/override-scoped-twice",
        project(
            "beta",
            more=tool(
                'override-dependencies = [{ package = { name = "beta" }, dependencies = ["alpha==2.0.0"] }, { package = { name = "beta" }, dependencies = ["leaf-a"] }]'
            ),
        ),
    ),
    fresh(
        "shape/override-scoped-source",
        project(
            "beta",
            more=tool('override-dependencies = [{ package = { name = "beta" }, dependencies = ["alpha"] }]')
            + sources('alpha = { index = "o" }')
            + OTHER_INDEX,
        ),
    ),
    fresh("shape/exclude-root", project("alpha", "beta", more=tool('exclude-dependencies = ["alpha"]'))),
    fresh(
        "shape/exclude-scoped-root",
        project(
            "alpha",
            "beta",
            more=tool('exclude-dependencies = [{ package = { name = "proj" }, dependencies = ["alpha"] }]'),
        ),
    ),
    fresh(
        "shape/exclude-scoped-version",
        project(
            "beta",
            more=tool(
                'exclude-dependencies = [{ package = { name = "beta", version = "1.0.0" }, dependencies = ["alpha"] }]'
            ),
        ),
    ),
    fresh(
        "shape/exclude-and-override",
        project("beta", more=tool('exclude-dependencies = ["alpha"]', 'override-dependencies = ["alpha==1.0.0"]')),
    ),
    fresh("shape/exclude-spelling", project("leaf-a", "alpha", more=tool('exclude-dependencies = ["Leaf_A"]'))),
    fresh("shape/exclude-requirement", project("leaf-a", more=tool('exclude-dependencies = ["leaf-a>1"]'))),
    fresh(
        "shape/constraint-url",
        project("beta", more=tool('constraint-dependencies = ["alpha @ {files}/alpha/alpha-2.0.0-py3-none-any.whl"]')),
    ),
    fresh("shape/constraint-extra", project("extry", more=tool('constraint-dependencies = ["extry[foo]<2"]'))),
    fresh("shape/conflict-items-wrong", project("alpha", more=tool('conflicts = [[{ extra = "a" }]]'))),
    fresh(
        "shape/conflict-unknown-extra", project("alpha", more=tool('conflicts = [[{ extra = "a" }, { extra = "b" }]]'))
    ),
]


def script(*dependencies: str, python: str | None = ">=3.11", more: str = "") -> str:
    lines = [f'requires-python = "{python}"'] if python else []
    lines += ["dependencies = [" + ", ".join(f'"{one}"' for one in dependencies) + "]", *more.splitlines()]
    return "# /// script\n" + "".join(f"# {line}\n" if line else "#\n" for line in lines) + "# ///\nprint('here')\n"


def scripted(name: str, text: str, *steps: str | Write, files: Files | None = None) -> Case:
    """Return the case of a script: locked, then checked, then the steps."""
    following = [run(step) if isinstance(step, str) else step for step in steps]
    first = {"main.py": text, **(files or {})}
    return Case(
        f"model/script/{name}", first, (run("lock --script main.py"), run("lock --script main.py --check"), *following)
    )


LOCK, CHECK = "lock --script main.py", "lock --script main.py --check"
SCRIPTS = [
    scripted("plain", script("alpha", "extry[foo]>=1 ; sys_platform == 'linux'")),
    scripted("no-python", script("alpha", python=None)),
    scripted("no-dependencies", script()),
    scripted("no-block", "print('here')\n"),
    scripted("bad-block", "# /// script\n# dependencies = [\n# ///\n"),
    scripted("unclosed-block", "# /// script\n# dependencies = []\nprint()\n"),
    scripted("two-blocks", script("alpha") + script("beta")),
    scripted("wrong-key", script("alpha", more="unknown = 1")),
    scripted("changed", script("alpha"), Write({"main.py": script("alpha", "leaf-a")}), CHECK, LOCK),
    scripted("body-changed", script("alpha"), Write({"main.py": script("alpha") + "print(1)\n"}), CHECK, LOCK),
    scripted("python-changed", script("gamma", python=">=3.9"), Write({"main.py": script("gamma")}), CHECK, LOCK),
    scripted("loosened", script("alpha<2"), Write({"main.py": script("alpha")}), CHECK, LOCK, f"{LOCK} --upgrade"),
    scripted(
        "upgrade-package",
        script("alpha<2", "leaf-a<2"),
        Write({"main.py": script("alpha", "leaf-a")}),
        f"{LOCK} --upgrade-package alpha",
    ),
    scripted("options", script("beta", more='[tool.uv]\nresolution = "lowest"')),
    scripted(
        "constraints",
        script(
            "beta",
            more='[tool.uv]\nconstraint-dependencies = ["alpha<2"]\noverride-dependencies = ["leaf-a"]\nexclude-dependencies = ["zed"]\nbuild-constraint-dependencies = ["setuptools<80"]',
        ),
    ),
    scripted("environments", script("marky", more="[tool.uv]\nenvironments = [\"sys_platform == 'linux'\"]")),
    scripted(
        "required-environments",
        script("native", more="[tool.uv]\nrequired-environments = [\"sys_platform == 'linux'\"]"),
    ),
    scripted("conflicts", script("native", more='[tool.uv]\nconflicts = [[{ extra = "a" }, { extra = "b" }]]')),
    scripted("exclude-newer", script("timey", more='[tool.uv]\nexclude-newer = "2024-07-01T00:00:00Z"')),
    scripted("source-path", script("lib", more='[tool.uv.sources]\nlib = { path = "lib" }'), files=LIB),
    scripted(
        "source-editable",
        script("lib", more='[tool.uv.sources]\nlib = { path = "lib", editable = true }'),
        Write({"lib/pyproject.toml": member("lib", "leaf-b", build=True)}),
        CHECK,
        LOCK,
        files=LIB,
    ),
    scripted(
        "source-index",
        script(
            "leaf-a",
            more='[tool.uv.sources]\nleaf-a = { index = "o" }\n[[tool.uv.index]]\nname = "o"\nurl = "{other}"\nexplicit = true',
        ),
    ),
    scripted(
        "source-workspace",
        script("lib", more="[tool.uv.sources]\nlib = { workspace = true }"),
        files={"pyproject.toml": project("alpha")},
    ),
    scripted(
        "beside-project",
        script("beta"),
        files={
            "pyproject.toml": project(
                "alpha",
                more=tool('resolution = "lowest"', 'constraint-dependencies = ["alpha<2"]')
                + sources('alpha = { index = "o" }')
                + OTHER_INDEX,
            )
        },
    ),
    scripted("beside-project-broken", script("beta"), files={"pyproject.toml": "[project\n"}),
    scripted("beside-uv-toml", script("beta"), files={"uv.toml": 'resolution = "lowest"\n'}),
    scripted("exclude", script("beta", more='[tool.uv]\nexclude-dependencies = ["alpha"]')),
    scripted(
        "metadata",
        script(
            "onlysdist",
            more='[[tool.uv.dependency-metadata]]\nname = "onlysdist"\nversion = "1.0.0"\nrequires-dist = ["leaf-a"]',
        ),
    ),
    scripted(
        "frozen",
        script("alpha"),
        f"{LOCK} --frozen",
        f"{LOCK} --dry-run",
        Write({"main.py": script("leaf-a")}),
        f"{LOCK} --frozen",
        f"{LOCK} --dry-run",
        f"{LOCK} --locked",
    ),
    scripted("outdated-dynamic", script("alpha"), Write({"main.py": "print()\n"}), CHECK, LOCK),
    Case(
        "model/script/missing", {"x.py": ""}, (run("lock --script nothere.py"), run("lock --script nothere.py --check"))
    ),
    Case(
        "model/script/no-lock",
        {"main.py": script("alpha")},
        (
            run("lock --script main.py --check"),
            run("lock --script main.py --frozen"),
            run("lock --script main.py --dry-run"),
        ),
    ),
    Case(
        "model/script/fork",
        {"main.py": script("marky", "gamma", python=">=3.9")},
        (
            run("lock --script main.py"),
            Write({"main.py": script("alpha", "gamma", python=">=3.9")}),
            run("lock --script main.py"),
        ),
    ),
    Case(
        "model/script/folder",
        {"sub/main.py": script("lib", more='[tool.uv.sources]\nlib = { path = "../lib" }'), **LIB},
        (run("lock --script sub/main.py"), run("lock --script sub/main.py --check")),
    ),
]
CASES = [*WORKSPACES, *GROUPS, *SOURCES, *SHAPES, *SCRIPTS]
