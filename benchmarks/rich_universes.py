"""Make a random universe richer: what real projects use beyond requirements, extras and markers.

Local versions, source archives, pre-releases that are asked for, prefixes, requirements twice under two markers, a
project that asks for its own extras, dependency groups, constraints, overrides, exclusions, options and environments.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

Universe = dict[str, Any]
# Makes a requirement on a project, as strict as told.
Ask = Callable[[str, float], str]

MARKERS = [
    "python_version in '3.11 3.12'",
    "python_full_version < '3.12.4'",
    "python_version > '3.11' and sys_platform == 'linux'",
    "implementation_name == 'pypy'",
    "platform_system == 'Windows' or platform_system == 'Darwin'",
    "platform_machine not in 'arm64 aarch64'",
    "sys_platform == 'linux' and platform_machine == 'aarch64'",
    "python_version < '4'",
    "python_version >= '3.14'",
    "os_name != 'posix'",
]
LOCAL_TAGS = [
    ["cp311-cp311-manylinux_2_17_x86_64", "cp312-cp312-manylinux_2_17_x86_64"],
    ["py3-none-manylinux_2_17_x86_64", "py3-none-win_amd64"],
    ["cp39-abi3-macosx_11_0_arm64"],
    ["py3-none-any"],
]
ENVIRONMENTS = [
    ["sys_platform == 'darwin'"],
    ["sys_platform == 'linux'", "sys_platform == 'win32'"],
    ["python_version < '3.13'", "python_version >= '3.13' and sys_platform == 'linux'"],
    ["implementation_name == 'cpython' and sys_platform == 'linux' and platform_machine == 'x86_64'"],
]
REQUIRED = [
    ["sys_platform == 'win32' and platform_machine == 'AMD64'"],
    ["sys_platform == 'darwin' and platform_machine == 'arm64'", "sys_platform == 'linux'"],
]
OPTIONS = [
    ("prerelease", ["allow", "disallow", "explicit", "if-necessary-or-explicit"]),
    ("resolution", ["lowest", "lowest-direct"]),
    ("fork-strategy", ["fewest"]),
]


def enrich(universe: Universe, dice: random.Random, ask: Ask) -> Universe:
    """Return the universe with more of everything."""
    names = list(universe["packages"])
    for name, versions in universe["packages"].items():
        if dice.random() < 0.15:
            _add_local(dice, versions)
        for version, spec in versions.items():
            _enrich_version(dice, spec, [other for other in names if other != name], ask)
            if dice.random() < 0.3 and "+" not in version:
                spec["sdist"] = True
    universe["requires"] = [_remarked(dice, text) for text in universe["requires"]]
    if dice.random() < 0.25:
        universe["requires"].append(_exact(dice, universe))
    if dice.random() < 0.3:
        universe["extras"] = {"all": ["universe[more]"], "more": [_remarked(dice, ask(dice.choice(names), 0.3))]}
    universe["groups"] = _groups(dice, names, ask)
    universe["tool"] = _tool(dice, names, ask)
    universe["environments"] = dice.choice(ENVIRONMENTS) if dice.random() < 0.15 else []
    return universe


def _add_local(dice: random.Random, versions: Universe) -> None:
    version = dice.choice([one for one in versions if "+" not in one])
    local = {**versions[version], "tags": dice.choice(LOCAL_TAGS)}
    versions[f"{version}+cpu"] = local
    if dice.random() < 0.3:
        versions[f"{version}+cu1.2"] = {**local, "tags": dice.choice(LOCAL_TAGS)}
    if dice.random() < 0.3:
        del versions[version]


def _enrich_version(dice: random.Random, spec: Universe, others: list[str], ask: Ask) -> None:
    spec["requires"] = [_remarked(dice, text) for text in spec["requires"]]
    if spec["requires"] and dice.random() < 0.08:
        spec["requires"] = [*spec["requires"], _remarked(dice, ask(dice.choice(others), 0.3), always=True)]
    if spec.get("extras") and dice.random() < 0.3:
        extra = dice.choice(list(spec["extras"]))
        spec["extras"] = {**spec["extras"], extra: [*spec["extras"][extra], ask(dice.choice(others), 0.3)]}


def _remarked(dice: random.Random, text: str, *, always: bool = False) -> str:
    body, semicolon, _ = text.partition(" ;")
    if (semicolon and dice.random() < 0.5) or always or dice.random() < 0.04:
        return f"{body} ; {dice.choice(MARKERS)}"
    return text


def _exact(dice: random.Random, universe: Universe) -> str:
    name = dice.choice(list(universe["packages"]))
    version = dice.choice(list(universe["packages"][name]))
    public = version.partition("+")[0]
    kinds = [
        f"=={version}",
        f"=={public}",
        f"=={public.split('.')[0]}.*",
        f">={public}",
        f"!={public}",
        f"==={version}",
    ]
    return f"{name}{dice.choice(kinds)}"


def _groups(dice: random.Random, names: list[str], ask: Ask) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = {}
    if dice.random() < 0.3:
        groups["dev"] = [ask(dice.choice(names), 0.4)]
    if dice.random() < 0.2:
        groups["test"] = [
            _remarked(dice, ask(dice.choice(names), 0.4)),
            *([{"include-group": "dev"}] if groups else []),
        ]
    return groups


def _tool(dice: random.Random, names: list[str], ask: Ask) -> dict[str, Any]:
    tool: dict[str, Any] = {}
    for key, values in OPTIONS:
        if dice.random() < 0.1:
            tool[key] = dice.choice(values)
    if dice.random() < 0.2:
        tool["constraint-dependencies"] = [ask(name, 0.8) for name in dice.sample(names, k=min(2, len(names)))]
    if dice.random() < 0.1:
        tool["override-dependencies"] = [_remarked(dice, ask(dice.choice(names), 0.5).replace("[", "[")).strip()]
    if dice.random() < 0.05:
        tool["exclude-dependencies"] = [dice.choice(names)]
    if dice.random() < 0.1:
        tool["required-environments"] = dice.choice(REQUIRED)
    return tool


def tables(universe: Universe) -> list[str]:
    """Return the lines of `pyproject.toml` for what was added."""
    groups, tool = universe.get("groups", {}), universe.get("tool", {})
    lines = [f"{key} = {json.dumps(value)}" for key, value in tool.items()]
    if groups:
        lines.append("[dependency-groups]")
        for group, rows in groups.items():
            items = [
                json.dumps(row) if isinstance(row, str) else f'{{ include-group = "{row["include-group"]}" }}'
                for row in rows
            ]
            lines.append(f"{group} = [{', '.join(items)}]")
    return lines
