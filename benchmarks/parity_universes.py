"""Lock random universes with uv and with uvkit, and compare outcomes and bytes.

    python benchmarks/parity_universes.py [--count 200] [--seed 1] [--engine resolvelib,pubgrub] [--hard] [--rich]

A universe is a few projects with versions, requirements with markers and extras, cycles, yanked files, pre-releases,
wheels for some platforms only and bounds on Python. It is served on loopback as real files. Of the universes about
which the two disagree, the first few are made smaller as long as they still do, and printed.
"""

from __future__ import annotations

import argparse
import copy
import difflib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from rich_universes import enrich, tables

import uvkit
import uvkit.errors
import uvkit.resolver.driver
from uvkit.testing import Distribution, IndexServer

UV = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}") or "uv"
MARKERS = [
    "sys_platform == 'linux'",
    "sys_platform == 'win32'",
    "sys_platform != 'win32'",
    "sys_platform == 'darwin' and platform_machine == 'arm64'",
    "python_version < '3.12'",
    "python_version >= '3.12'",
    "python_full_version >= '3.13'",
    "platform_python_implementation == 'CPython'",
    "os_name == 'nt' or platform_machine == 'x86_64'",
]
# (marker, its complement): what makes a fork in real projects
HALVES = [
    ("python_version < '3.12'", "python_version >= '3.12'"),
    ("sys_platform == 'linux'", "sys_platform != 'linux'"),
    ("sys_platform == 'win32'", "sys_platform != 'win32'"),
]
PYTHONS = [">=3.11", ">=3.11", ">=3.9", ">=3.10,<3.14", ">=3.11,<3.13"]
VERSION_PYTHONS = [">=3.8", ">=3.9", ">=3.10", ">=3.12", ">=3.13", ">=3.8,<3.12"]
TAGS = [
    ["cp311-cp311-manylinux_2_17_x86_64", "cp312-cp312-manylinux_2_17_x86_64", "cp311-cp311-win_amd64"],
    ["py3-none-manylinux_2_17_x86_64"],
    ["py3-none-win_amd64", "py3-none-macosx_11_0_arm64"],
    ["cp39-abi3-manylinux_2_17_x86_64", "cp39-abi3-win_amd64", "cp39-abi3-macosx_11_0_arm64"],
]
EXTRAS = ["x", "y"]
_NAME = re.compile(r"p\d+")

Universe = dict[str, Any]


class Outcome(NamedTuple):
    """Whether locking succeeded, and the lock or what was said."""

    succeeded: bool
    text: str


def generate(seed: int, *, hard: bool, rich: bool = False) -> Universe:
    """Return a universe: what its project asks for, and `packages`; with `groups` and `tool` if rich."""
    dice = random.Random(seed)
    names = [f"p{number}" for number in range(dice.randint(3, 14 if hard else 10))]
    strictness = dice.choice([0.35, 0.6, 0.85] if hard else [0.15, 0.3, 0.5])
    versions = {name: _versions(dice, hard=hard) for name in names}
    packages = {
        name: {version: _version(dice, name, versions, strictness=strictness) for version in versions[name]}
        for name in names
    }
    for name in names:
        if dice.random() < 0.4:
            _make_alike(dice, packages[name])
    roots = dice.sample(names, k=min(len(names), dice.randint(1, 5)))
    requires = [_requirement(dice, name, versions, strictness=strictness * 0.6) for name in roots]
    requires += _halves(dice, names, versions) if dice.random() < 0.3 else []
    extras = {}
    if dice.random() < 0.2:
        extras["more"] = [_requirement(dice, dice.choice(names), versions, strictness=0.2)]
    environments = ["sys_platform == 'linux'", "sys_platform == 'win32'"] if dice.random() < 0.1 else []
    universe = {
        "requires-python": dice.choice(PYTHONS),
        "requires": requires,
        "extras": extras,
        "environments": environments,
        "packages": packages,
    }
    if rich:
        enrich(universe, dice, lambda name, strict: _requirement(dice, name, versions, strictness=strict))
    return universe


def _versions(dice: random.Random, *, hard: bool) -> list[str]:
    count = dice.randint(1, 12 if hard else 6)
    found = [f"{major}.{dice.randint(0, 3)}" for major in range(1, count + 1)]
    if dice.random() < 0.15:
        found.append(f"{count + 1}.0{dice.choice(['a1', 'rc1', '.dev1'])}")
    if dice.random() < 0.1:
        found.append(f"{found[0]}.post1")
    return found


def _version(dice: random.Random, name: str, versions: dict[str, list[str]], *, strictness: float) -> Universe:
    others = [other for other in versions if other != name]
    wanted = dice.sample(others, k=min(len(others), dice.choice([0, 0, 1, 1, 2, 3])))
    spec: Universe = {
        "requires": [_requirement(dice, other, versions, strictness=strictness) for other in sorted(wanted)]
    }
    if dice.random() < 0.06:
        spec["requires"] += _halves(dice, others, versions)
    if dice.random() < 0.2:
        spec["extras"] = {
            extra: [_requirement(dice, dice.choice(others), versions, strictness=strictness)]
            for extra in dice.sample(EXTRAS, k=dice.randint(1, 2))
        }
    if dice.random() < 0.12:
        spec["python"] = dice.choice(VERSION_PYTHONS)
    if dice.random() < 0.08:
        spec["yanked"] = True
    if dice.random() < 0.1:
        spec["tags"] = dice.choice(TAGS)
    return spec


def _make_alike(dice: random.Random, package: Universe) -> None:
    """Let most versions of a project ask for the same, as real ones do."""
    *rest, last = package.values()
    for spec in rest:
        if dice.random() < 0.8:
            spec["requires"] = list(last["requires"])


def _halves(dice: random.Random, names: list[str], versions: dict[str, list[str]]) -> list[str]:
    name = dice.choice(names)
    one, other = dice.choice(HALVES)
    bound = dice.choice(versions[name])
    return [f"{name}<={bound} ; {one}", f"{name}>={bound} ; {other}" if dice.random() < 0.7 else f"{name} ; {other}"]


def _requirement(dice: random.Random, name: str, versions: dict[str, list[str]], *, strictness: float) -> str:
    extra = f"[{dice.choice(EXTRAS)}]" if dice.random() < 0.1 else ""
    marker = f" ; {dice.choice(MARKERS)}" if dice.random() < 0.15 else ""
    return f"{name}{extra}{_specifier(dice, versions[name], strictness)}{marker}"


def _specifier(dice: random.Random, known: list[str], strictness: float) -> str:
    if dice.random() >= strictness:
        return dice.choice(["", "", f">={known[0]}"])
    version = dice.choice(known)
    operator = dice.choice([">=", ">=", "<=", "<", "<", "==", "!=", ">", "~="])
    if operator == ">=" and dice.random() < 0.3:
        return f">={version},<{int(float(version[0])) + 2}"
    return f"{operator}{version}"


# -- both tools --------------------------------------------------------------------------------------------------------


def outcomes(universe: Universe, engines: list[str], folder: Path) -> dict[str, Outcome]:
    """Return what uv and each engine make of a universe."""
    with IndexServer(folder / "files") as index:
        for name, versions in universe["packages"].items():
            for version, spec in versions.items():
                for tag in spec.get("tags", ["py3-none-any"]):
                    distribution = Distribution(
                        name=name,
                        version=version,
                        requires=tuple(spec["requires"]),
                        extras={extra: tuple(found) for extra, found in spec.get("extras", {}).items()},
                        requires_python=spec.get("python"),
                        tag=tag,
                    )
                    index.add(distribution, yanked="broken" if spec.get("yanked") else None)
                if spec.get("sdist"):
                    index.add(distribution, sdist=True, wheel=False, yanked="broken" if spec.get("yanked") else None)
        found = {"uv": _uv(_project(universe, folder / "uv"), index.url, folder)}
        for engine in engines:
            found[engine] = _uvkit(_project(universe, folder / engine), index.url, folder / f"cache-{engine}", engine)
    return found


def _project(universe: Universe, folder: Path) -> Path:
    folder.mkdir()
    lines = [
        "[project]",
        'name = "universe"',
        'version = "0.1.0"',
        f'requires-python = "{universe["requires-python"]}"',
        f"dependencies = {json.dumps(universe['requires'])}",
        "[project.optional-dependencies]",
        *(f"{extra} = {json.dumps(requires)}" for extra, requires in universe["extras"].items()),
        "[tool.uv]",
        f"environments = {json.dumps(universe['environments'])}" if universe["environments"] else "",
        *tables(universe),
    ]
    (folder / "pyproject.toml").write_text("\n".join([*lines, ""]))
    return folder


def _variables(index: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("UV_", "UVKIT_", "VIRTUAL_ENV"))}
    python = os.path.realpath(sys.executable)
    return kept | {"UV_DEFAULT_INDEX": index, "UV_PYTHON": python, "UV_PYTHON_DOWNLOADS": "never", "NO_COLOR": "1"}


def _uv(project: Path, index: str, folder: Path) -> Outcome:
    variables = _variables(index) | {"UV_CACHE_DIR": str(folder / "cache-uv")}
    done = subprocess.run([UV, "lock", "-q"], cwd=project, env=variables, capture_output=True, text=True)
    return _outcome(project, done.returncode == 0, done.stderr)


def _uvkit(project: Path, index: str, cache: Path, engine: str) -> Outcome:
    uvkit.resolver.driver.AUTO_ENGINE = engine  # type: ignore[assignment]
    variables = _variables(index)
    settings = uvkit.Settings.discover(variables=variables)
    with uvkit.Session(settings, cache=cache, variables=variables) as session:
        try:
            uvkit.lock(project, session=session)
        except uvkit.errors.UvkitError as error:
            return _outcome(project, False, "\n".join([str(error), *(f"hint: {hint}" for hint in error.hints)]))
    return _outcome(project, True, "")


def _outcome(project: Path, succeeded: bool, said: str) -> Outcome:
    return Outcome(succeeded, (project / "uv.lock").read_text() if succeeded else said)


def ask(universe: Universe, engines: list[str]) -> dict[str, Outcome]:
    """Return the outcomes in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="uvkit-universe-") as folder:
        found = outcomes(universe, engines, Path(folder))
    return {tool: Outcome(one.succeeded, _without_port(one.text)) for tool, one in found.items()}


def _without_port(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if "127.0.0.1" not in line or "source" in line)


def differs(found: dict[str, Outcome], engine: str) -> bool:
    """Tell whether an engine disagrees with uv."""
    mine, theirs = found[engine], found["uv"]
    return mine.succeeded != theirs.succeeded or (mine.succeeded and mine.text != theirs.text)


# -- smaller examples --------------------------------------------------------------------------------------------------


def shrink(universe: Universe, engine: str, budget: int = 400) -> Universe:
    """Return a universe about which the tools still disagree and from which nothing can be left out."""
    progress = True
    while progress and budget > 0:
        progress = False
        for smaller in _smaller(universe):
            budget -= 1
            if budget <= 0:
                break
            if differs(ask(smaller, [engine]), engine):
                universe, progress = smaller, True
                break
    return universe


def _smaller(universe: Universe) -> Iterator[Universe]:
    for name in universe["packages"]:
        other = copy.deepcopy(universe)
        del other["packages"][name]
        _forget(other, name)
        yield other
    for place in ("extras", "environments", "groups", "tool"):
        if universe.get(place):
            yield {**copy.deepcopy(universe), place: type(universe[place])()}
    for place in ("extras", "groups", "tool"):
        for key in universe.get(place, {}):
            yield {**copy.deepcopy(universe), place: {k: v for k, v in universe[place].items() if k != key}}
    for name, versions in universe["packages"].items():
        for version in versions:
            if len(versions) > 1:
                other = copy.deepcopy(universe)
                del other["packages"][name][version]
                yield other
    for number, text in enumerate(universe["requires"]):
        for replaced in _simpler(text):
            other = copy.deepcopy(universe)
            other["requires"][number : number + 1] = replaced
            yield other
    for name, versions in universe["packages"].items():
        for version, spec in versions.items():
            for key in spec.keys() - {"requires"}:
                other = copy.deepcopy(universe)
                del other["packages"][name][version][key]
                yield other
            for number, text in enumerate(spec["requires"]):
                for replaced in _simpler(text):
                    other = copy.deepcopy(universe)
                    other["packages"][name][version]["requires"][number : number + 1] = replaced
                    yield other


def _simpler(text: str) -> Iterator[list[str]]:
    yield []
    body, semicolon, _ = text.partition(" ;")
    if semicolon:
        yield [body]


def _forget(universe: Universe, name: str) -> None:
    def kept(texts: list[str]) -> list[str]:
        return [text for text in texts if (found := _NAME.match(text)) is None or found[0] != name]

    universe["requires"] = kept(universe["requires"])
    universe["extras"] = {extra: kept(texts) for extra, texts in universe["extras"].items()}
    if "tool" in universe:
        universe["tool"] = {
            key: kept(value) if key.endswith("-dependencies") else value for key, value in universe["tool"].items()
        }
        universe["groups"] = {
            group: kept([row for row in rows if isinstance(row, str)]) for group, rows in universe["groups"].items()
        }
    for versions in universe["packages"].values():
        for spec in versions.values():
            spec["requires"] = kept(spec["requires"])
            spec["extras"] = {extra: kept(texts) for extra, texts in spec.get("extras", {}).items()}


def show(universe: Universe, found: dict[str, Outcome], engine: str) -> None:
    """Print an example and what the tools say."""
    print(json.dumps({key: value for key, value in universe.items() if key != "packages"}))
    for name, versions in universe["packages"].items():
        for version, spec in versions.items():
            print(f"  {name} {version}: {json.dumps(spec)}")
    theirs, mine = found["uv"], found[engine]
    if theirs.succeeded and mine.succeeded:
        for line in difflib.unified_diff(
            theirs.text.splitlines(), mine.text.splitlines(), "uv", engine, lineterm="", n=1
        ):
            print(f"    {line}")
    else:
        print(f"  uv: {theirs.succeeded} {'' if theirs.succeeded else theirs.text}")
        print(f"  {engine}: {mine.succeeded} {'' if mine.succeeded else mine.text}")


def main() -> int:
    """Compare, report, and print the smallest examples found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", default="resolvelib,pubgrub")
    parser.add_argument("--hard", action="store_true", help="more projects and versions, tighter requirements")
    parser.add_argument("--rich", action="store_true", help="local versions, archives, groups, constraints, options")
    parser.add_argument("--show", type=int, default=1, help="how many disagreements of each engine to make small")
    given = parser.parse_args()
    engines = given.engine.split(",")
    same = dict.fromkeys(engines, 0)
    identical = dict.fromkeys(engines, 0)
    disagreed: dict[str, list[int]] = {engine: [] for engine in engines}
    satisfiable = 0
    for seed in range(given.seed, given.seed + given.count):
        found = ask(generate(seed, hard=given.hard, rich=given.rich), engines)
        satisfiable += found["uv"].succeeded
        for engine in engines:
            same[engine] += found[engine].succeeded == found["uv"].succeeded
            identical[engine] += found["uv"].succeeded and found[engine] == found["uv"]
            if differs(found, engine):
                disagreed[engine].append(seed)
    for engine in engines:
        print(
            f"{engine}: same outcome {same[engine]}/{given.count}, identical locks {identical[engine]}/{satisfiable}"
            f" of satisfiable; seeds that differ: {disagreed[engine]}",
            flush=True,
        )
    for engine in engines:
        for seed in disagreed[engine][: given.show]:
            universe = shrink(generate(seed, hard=given.hard, rich=given.rich), engine)
            print(f"-- {engine}, seed {seed}")
            show(universe, ask(universe, [engine]), engine)
    return 0 if not any(disagreed.values()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
