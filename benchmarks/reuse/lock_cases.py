"""Locks that were made, and what each change of the project does to them."""

from __future__ import annotations

from .case import BACKEND, Case, Run, Write, change, project, run, tree

# fmt: off  # one case a line

TOOL = "[tool.uv]\n"
FULL = """\
[project.optional-dependencies]
foo = ["leaf-a"]
bar = ["leaf-b", "extry[bar]"]

[dependency-groups]
dev = ["leaf-c"]
lint = [{ include-group = "dev" }, "leaf-d"]
"""
FORKED = ("alpha<2 ; sys_platform == 'win32'", "alpha>=2 ; sys_platform != 'win32'")


def tool(*lines: str) -> str:
    return TOOL + "\n".join(lines) + "\n"


def options(
    key: str, before: str | None, after: str | None, *steps: str, deps: tuple[str, ...] = ("beta", "prey")
) -> Case:
    """Return the case of one setting: a line before, another one after, none where it is not set."""
    texts = [project(*deps, more=tool(line) if line else "") for line in (before, after)]
    return change(f"options/{key}", texts[0], texts[1], *steps)


REQUIREMENTS = [
    change("req/spelling", project("alpha<2", "leaf-a"), project("leaf_A", "Alpha < 2.0")),
    change("req/spelling-zero", project("alpha<2"), project("alpha<2.0.0")),
    change("req/implied-marker", project("alpha"), project("alpha ; python_version >= '3.8'")),
    change("req/implied-marker-removed", project("alpha ; python_version >= '3.8'"), project("alpha")),
    change("req/real-marker", project("alpha", "leaf-a"), project("alpha", "leaf-a ; sys_platform == 'win32'")),
    change("req/version", project("alpha"), project("alpha", version="0.2.0")),
    change("req/name", project("alpha"), project("alpha", name="other")),
    change("req/added", project("alpha<2"), project("alpha<2", "leaf-a")),
    change("req/removed", project("alpha", "leaf-a"), project("alpha")),
    change("req/loosened", project("alpha<2"), project("alpha")),
    change("req/tightened-still-fits", project("alpha"), project("alpha>=1")),
    change("req/tightened", project("alpha"), project("alpha<2")),
    change("req/extra-of-dependency", project("extry"), project("extry[foo]")),
    change("req/extra-of-dependency-gone", project("extry[foo]"), project("extry")),
    change("req/extra-order", project("extry[foo,bar]"), project("extry[bar,foo]")),
    change("req/duplicate", project("alpha"), project("alpha", "alpha>=1")),
    change("req/new-fork", project("alpha"), project(*FORKED)),
    change("req/fork-stays", project("marky"), project("alpha")),
    change("req/fork-stays-upgrade", project("marky"), project("alpha"), "lock --upgrade"),
    change("req/fork-moves", project(*FORKED), project(*(text.replace("win32", "linux") for text in FORKED))),
    change(
        "req/new-extra", project("alpha"), project("alpha", more='[project.optional-dependencies]\nfoo = ["leaf-a"]\n')
    ),
    change(
        "req/new-empty-extra", project("alpha"), project("alpha", more="[project.optional-dependencies]\nfoo = []\n")
    ),
    change(
        "req/extra-order-of-own",
        project(more=FULL),
        project(
            more=FULL.replace(
                'foo = ["leaf-a"]\nbar = ["leaf-b", "extry[bar]"]', 'bar = ["leaf-b", "extry[bar]"]\nfoo = ["leaf-a"]'
            )
        ),
    ),
    change(
        "req/extra-requirement",
        project(more=FULL),
        project(more=FULL.replace('foo = ["leaf-a"]', 'foo = ["leaf-a", "leaf-f"]')),
    ),
    change("req/new-group", project("alpha"), project("alpha", more='[dependency-groups]\nlint = ["leaf-a"]\n')),
    change("req/new-empty-group", project("alpha"), project("alpha", more="[dependency-groups]\nlint = []\n")),
    change(
        "req/emptied-group",
        project("alpha", more='[dependency-groups]\nlint = ["leaf-a"]\n'),
        project("alpha", more="[dependency-groups]\nlint = []\n"),
    ),
    change("req/group-removed", project(more=FULL), project()),
    change("req/group-include", project(more=FULL), project(more=FULL.replace('{ include-group = "dev" }, ', ""))),
    change(
        "req/group-include-same",
        project(more=FULL),
        project(more=FULL.replace('{ include-group = "dev" }', '"leaf-c"')),
    ),
    change("req/build-system", project("alpha"), {"pyproject.toml": project("alpha", build=True), "bk.py": BACKEND}),
    change("req/build-system-removed", project("alpha", build=True), project("alpha"), files={"bk.py": BACKEND}),
    change("req/package-false-virtual", project("alpha"), project("alpha", more=tool("package = false"))),
    change("req/package-true-virtual", project("alpha"), project("alpha", more=tool("package = true"))),
    change(
        "req/package-false",
        project("alpha", build=True),
        project("alpha", build=True, more=tool("package = false")),
        files={"bk.py": BACKEND},
    ),
    change(
        "req/dynamic-version",
        project("alpha", build=True),
        project("alpha", build=True, version=None),
        files={"bk.py": BACKEND, "VERSION": "0.1.0"},
    ),
    change(
        "req/dynamic-version-fixed",
        project("alpha", build=True, version=None),
        project("alpha", build=True),
        files={"bk.py": BACKEND, "VERSION": "0.1.0"},
    ),
    change(
        "req/dynamic-version-moves",
        project("alpha", build=True, version=None),
        {"VERSION": "0.5.0"},
        files={"bk.py": BACKEND, "VERSION": "0.1.0"},
    ),
    change("req/comment", project("alpha"), project("alpha") + "# a comment\n"),
    change("req/description", project("alpha"), project("alpha", head='description = "text"')),
    change(
        "req/script-entry",
        project("alpha", build=True),
        project("alpha", build=True, more='[project.scripts]\nx = "y:z"\n'),
        files={"bk.py": BACKEND},
    ),
    change("req/python-raised", project("gamma", python=">=3.9"), project("gamma", python=">=3.11")),
    change(
        "req/python-raised-all",
        project("gamma", python=">=3.9"),
        project("gamma", python=">=3.12"),
        Run(("lock",), ".", {"UV_PYTHON": "{python312}"}),
    ),
    change("req/python-lowered", project("gamma", python=">=3.11"), project("gamma", python=">=3.9")),
    change("req/python-upper", project("gamma", python=">=3.11"), project("gamma", python=">=3.11,<3.14")),
    change("req/python-gap", project("gamma", python=">=3.9"), project("gamma", python=">=3.9,!=3.12.*")),
    change("req/python-same-meaning", project("alpha", python=">=3.11"), project("alpha", python=">=3.11.0")),
    change("req/python-tilde", project("alpha", python=">=3.11,<4"), project("alpha", python="~=3.11")),
    change("req/python-removed", project("alpha", python=">=3.11"), project("alpha", python=None)),
    change("req/python-removed-other", project("alpha", python=">=3.9"), project("alpha", python=None)),
    change(
        "req/self-extra",
        project(more=FULL),
        project(more=FULL.replace('foo = ["leaf-a"]', 'foo = ["leaf-a"]\nall = ["proj[foo,bar]"]')),
    ),
    change("req/legacy-dev", project("alpha"), project("alpha", more=tool('dev-dependencies = ["leaf-a"]'))),
    change(
        "req/legacy-dev-to-group",
        project("alpha", more=tool('dev-dependencies = ["leaf-a"]')),
        project("alpha", more='[dependency-groups]\ndev = ["leaf-a"]\n'),
    ),
    change("req/yanked-stays", project("yanky==1.1.0"), project("yanky")),
    change("req/yanked-stays-until-upgraded", project("yanky==1.1.0"), project("yanky"), "lock", "lock --upgrade"),
    change("req/unsatisfiable", project("alpha"), project("alpha>=5"), "lock --check", "lock", "lock --dry-run"),
    change("req/unknown", project("alpha"), project("nothere"), "lock --check", "lock"),
    change("req/sdist", project("alpha"), project("alpha", "onlysdist", "both")),
]
SETTINGS = [
    options("resolution", None, 'resolution = "lowest"', deps=("beta", "alpha>=1")),
    options("resolution-direct", None, 'resolution = "lowest-direct"', deps=("beta",)),
    options("resolution-back", 'resolution = "lowest"', None, deps=("beta",)),
    options("fork-strategy", None, 'fork-strategy = "fewest"', deps=("gamma", "alpha")),
    options("fork-strategy-back", 'fork-strategy = "fewest"', None, deps=("gamma", "alpha")),
    options("prerelease-allow", None, 'prerelease = "allow"'),
    options("prerelease-allow-upgrade", None, 'prerelease = "allow"', "lock", "lock --upgrade"),
    options("prerelease-back", 'prerelease = "allow"', None),
    options("prerelease-disallow-after-allow", 'prerelease = "allow"', 'prerelease = "disallow"'),
    options("prerelease-old-name", None, 'prerelease = "if-necessary-or-explicit"'),
    options("prerelease-explicit", None, 'prerelease = "explicit"'),
    options("prerelease-package", None, 'prerelease-package = { prey = "allow" }'),
    options("prerelease-package-other", None, 'prerelease-package = { unknown = "allow" }'),
    options("prerelease-package-removed", 'prerelease-package = { prey = "allow" }', None),
    options("minimum-libc", None, 'minimum-libc-version = { glibc = "2.28" }'),
    options("minimum-libc-removed", 'minimum-libc-version = { glibc = "2.28" }', None),
    options("cutoff-added", None, 'exclude-newer = "2024-07-01T00:00:00Z"', deps=("timey",)),
    options("cutoff-removed", 'exclude-newer = "2024-07-01T00:00:00Z"', None, deps=("timey",)),
    options(
        "cutoff-later",
        'exclude-newer = "2024-07-01T00:00:00Z"',
        'exclude-newer = "2025-07-01T00:00:00Z"',
        deps=("timey",),
    ),
    options(
        "cutoff-earlier",
        'exclude-newer = "2024-07-01T00:00:00Z"',
        'exclude-newer = "2023-07-01T00:00:00Z"',
        deps=("timey",),
    ),
    options(
        "cutoff-date-form", 'exclude-newer = "2024-07-01T00:00:00Z"', 'exclude-newer = "2024-06-30"', deps=("timey",)
    ),
    options("cutoff-to-span", 'exclude-newer = "2024-07-01T00:00:00Z"', 'exclude-newer = "30 days"', deps=("timey",)),
    options("cutoff-span", 'exclude-newer = "30 days"', 'exclude-newer = "P30D"', deps=("timey",)),
    options("cutoff-span-changed", 'exclude-newer = "30 days"', 'exclude-newer = "20 days"', deps=("timey",)),
    options("cutoff-span-week", 'exclude-newer = "14 days"', 'exclude-newer = "2 weeks"', deps=("timey",)),
    options("cutoff-false", 'exclude-newer = "2024-07-01T00:00:00Z"', "exclude-newer = false", deps=("timey",)),
    options(
        "package-cutoff-added", None, 'exclude-newer-package = { timey = "2024-07-01T00:00:00Z" }', deps=("timey",)
    ),
    options(
        "package-cutoff-unknown", None, 'exclude-newer-package = { nope = "2024-07-01T00:00:00Z" }', deps=("timey",)
    ),
    options(
        "package-cutoff-later",
        'exclude-newer-package = { timey = "2024-07-01T00:00:00Z" }',
        'exclude-newer-package = { timey = "2025-07-01T00:00:00Z" }',
        deps=("timey",),
    ),
    options(
        "package-cutoff-earlier",
        'exclude-newer-package = { timey = "2024-07-01T00:00:00Z" }',
        'exclude-newer-package = { timey = "2023-07-01T00:00:00Z" }',
        deps=("timey",),
    ),
    options(
        "package-cutoff-removed", 'exclude-newer-package = { timey = "2024-07-01T00:00:00Z" }', None, deps=("timey",)
    ),
    options(
        "package-cutoff-false",
        'exclude-newer-package = { timey = "2024-07-01T00:00:00Z" }',
        "exclude-newer-package = { timey = false }",
        deps=("timey",),
    ),
    options(
        "package-cutoff-from-false",
        "exclude-newer-package = { timey = false }",
        'exclude-newer-package = { timey = "2024-07-01T00:00:00Z" }',
        deps=("timey",),
    ),
    options("package-cutoff-false-added", None, "exclude-newer-package = { timey = false }", deps=("timey",)),
    options(
        "package-cutoff-false-over-all",
        'exclude-newer = "2024-07-01T00:00:00Z"',
        'exclude-newer = "2024-07-01T00:00:00Z"\nexclude-newer-package = { timey = false }',
        deps=("timey",),
    ),
    options("package-cutoff-span", None, 'exclude-newer-package = { timey = "3 days" }', deps=("timey",)),
    options("environments-added", None, "environments = [\"sys_platform == 'linux'\"]"),
    options("environments-removed", "environments = [\"sys_platform == 'linux'\"]", None),
    options(
        "environments-order",
        "environments = [\"sys_platform == 'linux'\", \"sys_platform == 'darwin'\"]",
        "environments = [\"sys_platform == 'darwin'\", \"sys_platform == 'linux'\"]",
    ),
    options(
        "environments-spelling",
        "environments = [\"sys_platform == 'linux'\"]",
        "environments = \"platform_system == 'Linux'\"",
    ),
    options("environments-implied", None, "environments = [\"python_version >= '3.8'\"]"),
    options(
        "environments-wider",
        "environments = [\"sys_platform == 'linux'\"]",
        "environments = [\"sys_platform != 'win32'\"]",
        deps=("marky",),
    ),
    options("environments-narrow-forks", None, "environments = [\"sys_platform == 'linux'\"]", deps=("marky",)),
    options("required-added", None, "required-environments = [\"sys_platform == 'linux'\"]"),
    options("required-native", None, "required-environments = [\"sys_platform == 'linux'\"]", deps=("native",)),
    options("required-removed", "required-environments = [\"sys_platform == 'win32'\"]", None, deps=("native",)),
    options("constraint-unknown", None, 'constraint-dependencies = ["zzz<3"]'),
    options("constraint-known", None, 'constraint-dependencies = ["alpha<2"]'),
    options("constraint-removed", 'constraint-dependencies = ["alpha<2"]', None),
    options("constraint-unknown-removed", 'constraint-dependencies = ["zzz<3"]', None),
    options("constraint-changed", 'constraint-dependencies = ["zzz<3"]', 'constraint-dependencies = ["zzz<4"]'),
    options(
        "constraint-spelling", 'constraint-dependencies = ["alpha<2"]', 'constraint-dependencies = ["Alpha < 2.0"]'
    ),
    options(
        "constraint-marker",
        'constraint-dependencies = ["alpha<2"]',
        "constraint-dependencies = [\"alpha<2 ; python_version >= '3.8'\"]",
    ),
    options("override-unknown", None, 'override-dependencies = ["zzz<3"]'),
    options("override-known", None, 'override-dependencies = ["alpha==1.0.0"]'),
    options("override-removed", 'override-dependencies = ["alpha==1.0.0"]', None),
    options(
        "override-scoped",
        None,
        'override-dependencies = [{ package = { name = "beta" }, dependencies = ["alpha==2.0.0", "leaf-a"] }]',
    ),
    options(
        "override-scoped-unknown",
        None,
        'override-dependencies = [{ package = { name = "zed" }, dependencies = ["alpha==1.0.0"] }]',
    ),
    options(
        "override-scoped-unknown-both",
        None,
        'override-dependencies = [{ package = { name = "zed" }, dependencies = ["zoo==1.0.0"] }]',
    ),
    options(
        "override-scoped-order",
        'override-dependencies = [{ package = { name = "beta" }, dependencies = ["leaf-a", "alpha"] }]',
        'override-dependencies = [{ package = { name = "beta" }, dependencies = ["alpha", "leaf-a"] }]',
    ),
    options(
        "override-scoped-version",
        'override-dependencies = [{ package = { name = "beta" }, dependencies = ["leaf-a"] }]',
        'override-dependencies = [{ package = { name = "beta", version = "2.0.0" }, dependencies = ["leaf-a"] }]',
    ),
    options(
        "override-scoped-removed",
        'override-dependencies = [{ package = { name = "beta" }, dependencies = ["leaf-a"] }]',
        None,
    ),
    options("exclude-unknown", None, 'exclude-dependencies = ["zzz"]'),
    options("exclude-known", None, 'exclude-dependencies = ["alpha"]'),
    options("exclude-removed", 'exclude-dependencies = ["alpha"]', None),
    options(
        "exclude-scoped", None, 'exclude-dependencies = [{ package = { name = "beta" }, dependencies = ["alpha"] }]'
    ),
    options(
        "exclude-scoped-unknown",
        None,
        'exclude-dependencies = [{ package = { name = "zed" }, dependencies = ["alpha"] }]',
    ),
    options(
        "exclude-scoped-unknown-dependency",
        None,
        'exclude-dependencies = [{ package = { name = "beta" }, dependencies = ["zoo"] }]',
    ),
    options(
        "exclude-scoped-removed",
        'exclude-dependencies = [{ package = { name = "beta" }, dependencies = ["alpha"] }]',
        None,
    ),
    options("build-constraint", None, 'build-constraint-dependencies = ["setuptools<80"]'),
    options("build-constraint-removed", 'build-constraint-dependencies = ["setuptools<80"]', None),
    options(
        "metadata-unknown",
        None,
        '[[tool.uv.dependency-metadata]]\nname = "zzz"\nversion = "1"\nrequires-dist = ["leaf-a"]',
    ),
    options(
        "metadata-known",
        None,
        '[[tool.uv.dependency-metadata]]\nname = "beta"\nversion = "2.0.0"\nrequires-dist = ["leaf-a"]',
    ),
    options("metadata-no-version", None, '[[tool.uv.dependency-metadata]]\nname = "beta"\nrequires-dist = ["leaf-a"]'),
    options("metadata-removed", '[[tool.uv.dependency-metadata]]\nname = "beta"\nrequires-dist = ["leaf-a"]', None),
    options(
        "metadata-order",
        '[[tool.uv.dependency-metadata]]\nname = "beta"\nrequires-dist = ["leaf-a", "leaf-b"]',
        '[[tool.uv.dependency-metadata]]\nname = "beta"\nrequires-dist = ["leaf-b", "leaf-a"]',
    ),
    options(
        "metadata-spelling",
        '[[tool.uv.dependency-metadata]]\nname = "beta"\nrequires-dist = ["leaf-a<2"]',
        '[[tool.uv.dependency-metadata]]\nname = "Beta"\nrequires-dist = ["Leaf_A < 2"]',
    ),
    options("default-groups-empty", None, "default-groups = []"),
    options("default-groups-dev", None, 'default-groups = ["dev"]'),
    options("no-build", None, "no-build = true"),
    options("no-build-sdist", None, "no-build = true", deps=("onlysdist",)),
    options("no-binary", None, 'no-binary-package = ["both"]', deps=("both",)),
    options("no-sources", None, "no-sources = true"),
    options("index-slash", None, '[[tool.uv.index]]\nname = "x"\nurl = "{index}/"\ndefault = true'),
    options("index-same", None, '[[tool.uv.index]]\nname = "x"\nurl = "{index}"\ndefault = true'),
    options("index-first", None, '[[tool.uv.index]]\nname = "x"\nurl = "{other}"'),
    options("index-explicit", None, '[[tool.uv.index]]\nname = "x"\nurl = "{other}"\nexplicit = true'),
    options("index-removed", '[[tool.uv.index]]\nname = "x"\nurl = "{other}"', None),
    options(
        "index-cutoff",
        '[[tool.uv.index]]\nname = "x"\nurl = "{other}"',
        '[[tool.uv.index]]\nname = "x"\nurl = "{other}"\nexclude-newer = "2024-07-01T00:00:00Z"',
        "lock --check",
        "lock",
        "lock --upgrade",
        deps=("timey",),
    ),
    options(
        "index-cutoff-false",
        'exclude-newer = "2024-07-01T00:00:00Z"\n[[tool.uv.index]]\nname = "x"\nurl = "{other}"',
        'exclude-newer = "2024-07-01T00:00:00Z"\n[[tool.uv.index]]\nname = "x"\nurl = "{other}"\nexclude-newer = false',
        "lock --check",
        "lock",
        "lock --upgrade",
        deps=("timey",),
    ),
    options(
        "index-cutoff-span",
        '[[tool.uv.index]]\nname = "x"\nurl = "{other}"',
        '[[tool.uv.index]]\nname = "x"\nurl = "{other}"\nexclude-newer = "30 days"',
        "lock --check",
        "lock",
        "lock --upgrade",
        deps=("timey",),
    ),
    options(
        "index-cutoff-package-wins",
        None,
        'exclude-newer-package = { timey = "2023-07-01T00:00:00Z" }\n[[tool.uv.index]]\nname = "x"\nurl = "{other}"\nexclude-newer = "2024-07-01T00:00:00Z"',
        "lock --check",
        "lock",
        "lock --upgrade",
        deps=("timey",),
    ),
    options(
        "index-cache-control",
        None,
        '[[tool.uv.index]]\nname = "x"\nurl = "{other}"\ncache-control = { api = "max-age=0", files = "max-age=60" }',
        deps=("elsewhere", "prey"),
    ),
    options(
        "index-cache-control-bad",
        None,
        '[[tool.uv.index]]\nname = "x"\nurl = "{other}"\ncache-control = { api = "=;" }',
        deps=("elsewhere", "prey"),
    ),
    options(
        "index-cache-control-key",
        None,
        '[[tool.uv.index]]\nname = "x"\nurl = "{other}"\ncache-control = { pages = "max-age=0" }',
        deps=("elsewhere", "prey"),
    ),
]
UPGRADES = [
    change("upgrade/all", project("alpha<2", "leaf-a<2"), project("alpha", "leaf-a"), "lock", "lock --upgrade"),
    change("upgrade/one", project("alpha<2", "leaf-a<2"), project("alpha", "leaf-a"), "lock --upgrade-package alpha"),
    change(
        "upgrade/spec", project("alpha<1.1", "leaf-a<2"), project("alpha", "leaf-a"), "lock --upgrade-package alpha<2"
    ),
    change(
        "upgrade/spec-kept",
        project("alpha<1.1"),
        project("alpha"),
        "lock --upgrade-package alpha<2",
        "lock",
        "lock --check",
    ),
    change(
        "upgrade/unfitting",
        project("beta<2"),
        project("beta"),
        "lock --upgrade-package beta",
        "lock --upgrade-package beta --upgrade-package alpha",
    ),
    change("upgrade/unknown", project("alpha<2"), project("alpha"), "lock --upgrade-package nothere"),
    change("upgrade/spec-impossible", project("alpha<2"), project("alpha"), "lock --upgrade-package alpha>5"),
    change(
        "upgrade/spec-marker",
        project("alpha<2"),
        project("alpha"),
        "lock --upgrade-package alpha<2~;~sys_platform=='win32'",
    ),
    change("upgrade/spec-extra", project("extry<2"), project("extry"), "lock --upgrade-package extry[foo]"),
    change(
        "upgrade/url",
        project("alpha<2"),
        project("alpha"),
        "lock --upgrade-package alpha~@~{files}/alpha/alpha-1.0.0-py3-none-any.whl",
    ),
    change(
        "upgrade/bad-name",
        project("alpha<2"),
        project("alpha"),
        "lock --upgrade-package -x-",
        "lock --upgrade-package a~b",
    ),
    change(
        "upgrade/group",
        project(more='[dependency-groups]\nlint = ["leaf-a<2"]\ndev = ["leaf-b<2"]\n'),
        project(more='[dependency-groups]\nlint = ["leaf-a"]\ndev = ["leaf-b"]\n'),
        "lock --upgrade-group lint",
        "lock",
    ),
    change(
        "upgrade/group-include",
        project(more='[dependency-groups]\nlint = ["leaf-a<2", { include-group = "dev" }]\ndev = ["leaf-b<2"]\n'),
        project(more='[dependency-groups]\nlint = ["leaf-a", { include-group = "dev" }]\ndev = ["leaf-b"]\n'),
        "lock --upgrade-group lint",
    ),
    change(
        "upgrade/group-transitive",
        project(more='[dependency-groups]\nlint = ["beta<2"]\n'),
        project(more='[dependency-groups]\nlint = ["beta"]\n'),
        "lock --upgrade-group lint",
    ),
    change(
        "upgrade/group-unknown",
        project(more='[dependency-groups]\nlint = ["leaf-a<2"]\n'),
        project(more='[dependency-groups]\nlint = ["leaf-a"]\n'),
        "lock --upgrade-group nothere",
        "lock --check --upgrade-group nothere",
    ),
    change(
        "upgrade/group-two",
        project("leaf-c<2", more='[dependency-groups]\nlint = ["leaf-a<2"]\ndev = ["leaf-b<2"]\n'),
        project("leaf-c", more='[dependency-groups]\nlint = ["leaf-a"]\ndev = ["leaf-b"]\n'),
        "lock --upgrade-group lint --upgrade-group dev",
    ),
    change(
        "upgrade/group-check",
        project(more='[dependency-groups]\nlint = ["leaf-a"]\n'),
        {},
        "lock --check --upgrade-group lint",
        "lock --dry-run --upgrade-group lint",
    ),
    change("upgrade/group-bad-name", project("alpha"), {}, "lock --upgrade-group a~b"),
    change(
        "upgrade/check-same",
        project("alpha"),
        {},
        "lock --check --upgrade",
        "lock --check --upgrade-package alpha",
        "lock --upgrade --dry-run",
    ),
    change(
        "upgrade/check-differs",
        project("alpha<2"),
        project("alpha"),
        "lock",
        "lock --check --upgrade",
        "lock --check --upgrade-package alpha",
        "lock --dry-run --upgrade",
    ),
    change("upgrade/setting", project("alpha<2"), project("alpha", more=tool("upgrade = true")), "lock"),
    change(
        "upgrade/setting-package",
        project("alpha<2", "leaf-a<2"),
        project("alpha", "leaf-a", more=tool('upgrade-package = ["leaf-a"]')),
        "lock",
    ),
    change(
        "upgrade/setting-switched-off",
        project("alpha<2"),
        project("alpha", more=tool("upgrade = true")),
        "lock --no-upgrade",
    ),
    change("upgrade/fork", project("gamma", python=">=3.9"), {}, "lock --upgrade-package gamma", "lock --upgrade"),
    change("upgrade/both", project("alpha<2"), project("alpha"), "lock --upgrade --upgrade-package leaf-a"),
]
MODES = [
    Case(
        "mode/no-lock",
        {"pyproject.toml": project("alpha")},
        (
            run("lock --check"),
            run("lock --locked"),
            run("lock --check-exists"),
            run("lock --frozen"),
            run("lock --dry-run"),
            run("lock"),
        ),
    ),
    Case(
        "mode/satisfied",
        {"pyproject.toml": project("alpha")},
        (
            run("lock"),
            run("lock --check"),
            run("lock --locked"),
            run("lock --check-exists"),
            run("lock --frozen"),
            run("lock --dry-run"),
            run("lock"),
        ),
    ),
    Case(
        "mode/twice",
        {"pyproject.toml": project("alpha")},
        (
            run("lock"),
            run("lock --check --frozen"),
            run("lock --check --locked"),
            run("lock --check --dry-run"),
            run("lock --frozen --dry-run"),
            run("lock --upgrade --frozen"),
        ),
    ),
    change(
        "mode/outdated",
        project("alpha"),
        project("alpha", "leaf-a"),
        "lock --check",
        "lock --locked",
        "lock --frozen",
        "lock --dry-run",
        "lock --check --dry-run",
        "lock",
    ),
    Case(
        "mode/variables",
        {"pyproject.toml": project("alpha")},
        (
            run("lock"),
            Write({"pyproject.toml": project("leaf-a")}),
            run("lock", UV_LOCKED="1"),
            run("lock", UV_FROZEN="1"),
            run("lock", UV_LOCKED="true", UV_FROZEN="0"),
            run("lock", UV_LOCKED="maybe"),
            run("lock"),
        ),
    ),
    Case(
        "mode/broken",
        {"pyproject.toml": project("alpha"), "uv.lock": "version = 1\n[["},
        (run("lock --check"), run("lock --frozen"), run("lock")),
    ),
    Case(
        "mode/empty",
        {"pyproject.toml": project("alpha"), "uv.lock": ""},
        (run("lock --check"), run("lock --frozen"), run("lock")),
    ),
    Case(
        "mode/future",
        {"pyproject.toml": project("alpha"), "uv.lock": 'version = 2\nrequires-python = ">=3.11"\n'},
        (run("lock --check"), run("lock --frozen"), run("lock")),
    ),
    Case(
        "mode/no-python",
        {"pyproject.toml": project("alpha"), "uv.lock": "version = 1\n"},
        (run("lock --check"), run("lock")),
    ),
    Case(
        "mode/no-packages",
        {"pyproject.toml": project("alpha"), "uv.lock": 'version = 1\nrequires-python = ">=3.11"\n'},
        (run("lock --check"), run("lock")),
    ),
    Case(
        "mode/dangling",
        {
            "pyproject.toml": project("alpha"),
            "uv.lock": 'version = 1\nrequires-python = ">=3.11"\n[[package]]\nname = "proj"\nversion = "0.1.0"\nsource = { virtual = "." }\ndependencies = [{ name = "alpha" }]\n',
        },
        (run("lock --check"), run("lock --frozen"), run("lock")),
    ),
    Case(
        "mode/lock-is-folder",
        {"pyproject.toml": project("alpha"), "uv.lock/x": ""},
        (run("lock --check"), run("lock --frozen"), run("lock")),
    ),
    change(
        "mode/offline", project("alpha"), {}, "lock --offline", "lock --check --offline", "lock --offline --upgrade"
    ),
    change("mode/offline-outdated", project("alpha"), project("alpha", "leaf-a"), "lock --offline --check"),
    change(
        "mode/refresh",
        project("alpha"),
        {},
        "lock --refresh",
        "lock --refresh-package alpha",
        "lock --check --refresh",
        "lock --refresh --dry-run",
    ),
    change(
        "mode/options-by-argument",
        project("beta"),
        {},
        "lock --resolution lowest",
        "lock",
        "lock --prerelease allow",
        "lock --check",
        "lock --exclude-newer 2024-07-01",
        "lock --check",
        "lock --fork-strategy fewest",
        "lock --check",
    ),
    change(
        "mode/index-by-argument",
        project("leaf-a"),
        {},
        "lock --index {other}",
        "lock --check",
        "lock",
        "lock --check --index {other}",
        "lock --default-index {other}",
        "lock",
    ),
    change(
        "mode/prerelease-package",
        project("prey"),
        {},
        "lock --prerelease-package prey=allow",
        "lock --check",
        "lock --upgrade --prerelease-package prey=allow",
        "lock --prerelease-package prey=maybe",
        "lock --prerelease-package prey",
    ),
    change(
        "mode/exclude-newer-package",
        project("timey"),
        {},
        "lock --exclude-newer-package timey=2024-07-01",
        "lock --check",
        "lock --exclude-newer-package timey=false",
        "lock --exclude-newer-package timey",
        "lock --exclude-newer-package timey=never",
    ),
    change(
        "mode/no-sources",
        project("leaf-a", more='[tool.uv.sources]\nleaf-a = { path = "leaf-a" }\n'),
        {},
        "lock --no-sources",
        "lock --check",
        "lock --no-sources-package leaf-a",
        "lock",
        files=tree("leaf-a", project("leaf-b", name="leaf-a")),
    ),
    Case("mode/no-project", {"readme.txt": ""}, (run("lock"), run("lock --check"), run("sync"))),
    Case(
        "mode/python",
        {"pyproject.toml": project("alpha", python=None)},
        (run("lock", UV_PYTHON="{python312}"), run("lock --check"), run("lock"), run("lock -p 3.99")),
    ),
    Case(
        "mode/python-version-file",
        {"pyproject.toml": project("alpha", python=None), ".python-version": "3.12\n"},
        (
            run("lock", UV_PYTHON="", PATH="{bin312}:/usr/bin:/bin"),
            run("lock --check", UV_PYTHON="", PATH="{bin312}:/usr/bin:/bin"),
        ),
    ),
    Case(
        "mode/python-too-old", {"pyproject.toml": project("alpha", python=">=3.13")}, (run("lock"), run("lock --check"))
    ),
    Case(
        "mode/python-none-at-all",
        {"pyproject.toml": project("alpha")},
        (run("lock -p nosuch"), run("lock -p /nonexistent/python")),
    ),
]
CASES = [*REQUIREMENTS, *SETTINGS, *UPGRADES, *MODES]
