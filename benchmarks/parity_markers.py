"""Compare canonical marker texts with those that uv writes, over random markers.

    python benchmarks/parity_markers.py [--count 3000] [--seed 1] [--mode text|bounds|edges|all] [--uv PATH]

Nothing is downloaded: the throw-away projects depend on nothing, or on source trees beside them.

* text: a constraint's marker comes back canonical in `[manifest]`;
* text, too: constraints are listed by the order of their diagrams;
* bounds: a required environment comes back shortened under `requires-python`;
* edges: a dependency's marker comes back shortened under what its parent and the supported environments imply.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

from uvkit.markers import MarkerSet, PythonBounds

BATCH = 250

# A minor version 0 is missing on purpose: uv keeps the zero or drops it by what it happened to read before.
PYTHONS = ["2.7", "3.1", "3.8", "3.9", "3.9.1", "3.10", "3.10.0", "3.11", "3.11.4", "3.12", "3.13", "4.1"]
BOUNDS = [*PYTHONS, "3", "3.0", "4", "4.0"]
STRINGS = {
    "os_name": ["nt", "posix", "java"],
    "sys_platform": ["linux", "win32", "darwin", "cygwin", "ios", "emscripten", "android", "aix"],
    "platform_system": ["Windows", "Linux", "Darwin", "Java", "FreeBSD", "iOS", "iPadOS", "Emscripten", "Zeta"],
    "platform_machine": ["x86_64", "AMD64", "aarch64", "arm64"],
    "platform_python_implementation": ["CPython", "PyPy", "it's"],
    "platform_release": ["20.1", "20.1.0", "21", "5.4-generic"],
    "platform_version": ["#1 SMP", "10.0", "9"],
    "implementation_name": ["cpython", "pypy", 'a"b'],
}
MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
ORDERED = ["==", "!=", "<", "<=", ">", ">="]


def quoted(value: str) -> str:
    return f'"{value}"' if "'" in value else f"'{value}'"


class Generator:
    """Random markers out of small worlds, so that their comparisons meet in many ways."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def comparison(self, worlds: list[Callable[[], str]]) -> str:
        return self.chance.choice(worlds)()

    def python(self) -> str:
        pick = self.chance.choice
        key = pick(["python_version", "python_version", "python_full_version", "implementation_version"])
        kind = self.chance.random()
        if kind < 0.08:
            values = " ".join(self.chance.sample(["3.8", "3.9", "3.10", "3.11", "3.12"], self.chance.randint(1, 3)))
            return f"{key} {pick(['in', 'not in'])} '{values}'"
        if kind < 0.14:
            return f"{key} ~= '{pick([p for p in PYTHONS if '.' in p])}'"
        if kind < 0.22:
            return f"{key} {pick(['==', '!='])} '{pick(['3.8', '3.9', '3.10', '3', '3.9.1'])}.*'"
        operator = pick(ORDERED)
        value = pick(BOUNDS if operator in {"<", ">="} else PYTHONS)
        return f"'{value}' {MIRRORED[operator]} {key}" if kind < 0.3 else f"{key} {operator} '{value}'"

    def string(self) -> str:
        return self._string(self.chance.choice(sorted(STRINGS)))

    def platform(self) -> str:
        return self._string(self.chance.choice(["os_name", "sys_platform", "platform_system"]))

    def _string(self, key: str) -> str:
        pick = self.chance.choice
        value = quoted(pick(STRINGS[key]))
        kind = self.chance.random()
        if kind < 0.08:
            return f"{key} {pick(['in', 'not in'])} '{' '.join(self.chance.sample(STRINGS['sys_platform'], 2))}'"
        if kind < 0.16:
            return f"{quoted(pick(['win', 'x', '86']))} {pick(['in', 'not in'])} {key}"
        if kind < 0.30:
            return f"{key} {pick(ORDERED)} {value}"
        if kind < 0.36:
            return f"{value} {pick(ORDERED)} {key}"
        return f"{key} {pick(['==', '==', '!='])} {value}"

    def plain(self) -> str:
        key = self.chance.choice(["sys_platform", "platform_machine", "implementation_name"])
        return f"{key} {self.chance.choice(['==', '!='])} {quoted(self.chance.choice(STRINGS[key]))}"

    def release(self) -> str:
        return self._string(self.chance.choice(["platform_release", "platform_version", "sys_platform"]))

    def extra(self) -> str:
        pick = self.chance.choice
        if self.chance.random() < 0.25:
            return f"'{pick('ab')}' {pick(['in', 'not in'])} {pick(['extras', 'dependency_groups'])}"
        return f"extra {pick(['==', '!='])} '{pick('abc')}'"

    def marker(self, *, extras: bool = True, lowest: PythonBounds | None = None) -> str:
        while True:
            marker = self._marker(extras)
            if lowest is None or MarkerSet.parse(marker).python_bounds().lower_at_most(lowest):
                return marker

    def _marker(self, extras: bool) -> str:
        worlds = [
            [self.python, self.string, self.platform],
            [self.platform],
            [self.platform, self.platform, self.python],
            [self.python],
            [self.python, self.plain],
            [self.string],
            [self.release, self.platform],
        ]
        if extras:
            worlds += [[self.extra, self.plain], [self.extra, self.python, self.platform, self.string]]
        return self.nested(self.chance.choice(worlds), self.chance.choice([1, 2, 2, 3, 3, 4, 5, 6, 8, 11]))

    def nested(self, worlds: list[Callable[[], str]], size: int) -> str:
        if size == 1:
            return self.comparison(worlds)
        if self.chance.random() < 0.4:
            joint = self.chance.choice([" and ", " or "])
            return joint.join(self.comparison(worlds) for _ in range(size))
        cut = self.chance.randint(1, size - 1)
        left, right = self.nested(worlds, cut), self.nested(worlds, size - cut)
        joint = self.chance.choice(["and", "or"])
        if joint == "and" or self.chance.random() < 0.5:
            left, right = f"({left})" if cut > 1 else left, f"({right})" if size - cut > 1 else right
        return f"{left} {joint} {right}"


class Uv:
    """Locks throw-away projects in one directory."""

    def __init__(self, command: str, directory: Path) -> None:
        self.command = command
        self.directory = directory

    def lock(self, project: str, *, beside: dict[str, str] | None = None) -> dict:
        shutil.rmtree(self.directory, ignore_errors=True)
        for name, text in {"": project, **(beside or {})}.items():
            folder = self.directory / name
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "pyproject.toml").write_text(text)
        arguments = [self.command, "lock", "--offline", "--directory", str(self.directory)]
        done = subprocess.run(arguments, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return tomllib.loads((self.directory / "uv.lock").read_text())


def header(name: str = "proj", requires_python: str = ">=3.8", dependencies: tuple[str, ...] = ()) -> str:
    return (
        f'[project]\nname = "{name}"\nversion = "1"\nrequires-python = "{requires_python}"\n'
        f"dependencies = {json.dumps(list(dependencies))}\n"
    )


class Tally:
    def __init__(self, name: str) -> None:
        self.name = name
        self.same = self.all = 0

    def compare(self, what: str, ours: object, theirs: object) -> None:
        self.all += 1
        if ours == theirs:
            self.same += 1
        elif self.all - self.same <= 10:
            print(f"{what}\n    uv:   {theirs}\n    ours: {ours}")

    def report(self) -> bool:
        print(f"{self.name}: {self.same} of {self.all}", flush=True)
        return self.same == self.all


def batches(count: int) -> Iterator[int]:
    while count > 0:
        yield min(count, BATCH)
        count -= BATCH


def check_text(uv: Uv, make: Generator, count: int) -> bool:
    texts, order = Tally("text"), Tally("order")
    for size in batches(count):
        markers = [make.marker() for _ in range(size)]
        constraints = [f"zzz<{number} ; {marker}" for number, marker in enumerate(markers, 1)]
        lock = uv.lock(f"{header()}[tool.uv]\nconstraint-dependencies = {json.dumps(constraints)}\n")
        listed = lock["manifest"]["constraints"]
        numbers = [int(entry["specifier"][1:]) - 1 for entry in listed]
        for number, entry in zip(numbers, listed, strict=True):
            texts.compare(markers[number], str(MarkerSet.parse(markers[number])), entry.get("marker", ""))
        ours = sorted(numbers, key=lambda number: (MarkerSet.parse(markers[number]).sort_key(), number))
        order.compare("order of a batch", [markers[number] for number in ours], [markers[number] for number in numbers])
    return texts.report() & order.report()


def check_bounds(uv: Uv, make: Generator, count: int) -> bool:
    tally = Tally("bounds")
    for size in batches(count):
        bounds = make.chance.choice(
            [">=3.8", ">=3.9,<4", ">=3.10,<3.12", ">=3.8,<3.13", ">3.10.2", "==3.11.*", "<3.13"]
        )
        limits = PythonBounds.from_specifiers(bounds)
        # Environments must not overlap, so each has a machine of its own.
        markers = [f"platform_machine == 'm{number:03}' and ({make.marker(extras=False)})" for number in range(size)]
        markers = [marker for marker in markers if not MarkerSet.parse(marker).is_empty()]
        project = f"{header(requires_python=bounds)}[tool.uv]\nrequired-environments = {json.dumps(markers)}\n"
        listed = uv.lock(project)["required-markers"]
        for marker, theirs in zip(markers, listed, strict=True):
            tally.compare(f"{marker}  [{bounds}]", str(MarkerSet.parse(marker).simplify_python(limits)), theirs)
    return tally.report()


def check_edges(uv: Uv, make: Generator, count: int) -> bool:
    tally = Tally("edges")
    worlds = [
        (">=3.8", []),
        (">=3.9,<3.13", ["sys_platform == 'linux'", "sys_platform == 'win32'"]),
        (">=3.10", ["os_name == 'nt'", "os_name == 'posix' and python_version >= '3.11'"]),
        (">=3.8", ["platform_machine == 'x86_64'", "platform_machine != 'x86_64' and sys_platform != 'linux'"]),
    ]
    for size in batches(count):
        bounds, environments = make.chance.choice(worlds)
        forks = [MarkerSet.parse(environment) for environment in environments] or [MarkerSet.everywhere()]
        world = World(bounds, forks)
        # A marker that raises the lowest Python makes the resolver fork, which is another subject.
        outer = [make.marker(extras=False, lowest=world.bounds) for _ in range(size)]
        inner = [make.marker(extras=False, lowest=world.bounds) for _ in range(size)]
        beside = {
            f"p{i}": header(f"p{i}", "", (f"leaf ; {marker}",)).replace('requires-python = ""\n', "")
            for i, marker in enumerate(inner)
        }
        beside["leaf"] = '[project]\nname = "leaf"\nversion = "1"\n'
        sources = "".join(f'{name} = {{ path = "{name}" }}\n' for name in beside)
        nested = '[tool.uv.sources]\nleaf = { path = "../leaf" }\n'
        beside = {name: text if name == "leaf" else text + nested for name, text in beside.items()}
        needs = tuple(f"p{i} ; {marker}" for i, marker in enumerate(outer))
        setting = f"[tool.uv]\nenvironments = {json.dumps(environments)}\n" if environments else ""
        lock = uv.lock(f"{header('proj', bounds, needs)}{setting}[tool.uv.sources]\n{sources}", beside=beside)
        packages = {package["name"]: package for package in lock["package"]}
        for i in range(size):
            first = world.edge(MarkerSet.everywhere(), outer[i])
            ours = world.text(MarkerSet.everywhere(), first)
            tally.compare(f"{outer[i]}  [{bounds}; {environments}]", ours, edge_text(packages["proj"], f"p{i}"))
            if f"p{i}" in packages:
                second = world.edge(first, inner[i])
                theirs = edge_text(packages[f"p{i}"], "leaf")
                tally.compare(
                    f"{inner[i]} below {outer[i]}  [{bounds}; {environments}]", world.text(first, second), theirs
                )
    return tally.report()


class World:
    """The Python versions and environments of one lock."""

    def __init__(self, requires_python: str, forks: list[MarkerSet]) -> None:
        self.bounds = PythonBounds.from_specifiers(requires_python)
        self.forks = forks
        self.reach = MarkerSet.nowhere()
        for fork in forks:
            self.reach |= fork.complexify_python(self.bounds)

    def edge(self, parent: MarkerSet, marker: str) -> MarkerSet:
        """Return where the edge is taken: its requirement in every fork, empty if there is none in any."""
        requirement = MarkerSet.parse(marker)
        result = MarkerSet.nowhere()
        if not requirement.is_disjoint(self.bounds.marker()):
            for fork in self.forks:
                # A fork in which the parent is not needed does not have the edge either.
                if not fork.is_disjoint(parent):
                    result |= requirement & fork
        return result

    def text(self, parent: MarkerSet, edge: MarkerSet) -> str | None:
        """Return the marker as a lock writes it, or none if there is no such edge."""
        if edge.is_empty():
            return None
        everywhere = self.forks == [MarkerSet.everywhere()]
        reach = MarkerSet.everywhere() if everywhere else self.reach.simplify_python(self.bounds)
        above = (MarkerSet.everywhere() if everywhere else self.reach) & parent
        inner = edge.simplify_python(self.bounds).simplify(within=above.simplify_python(self.bounds))
        inner = inner.simplify_python(self.bounds)
        return str((inner & reach).simplify(within=reach))


def edge_text(package: dict, name: str) -> str | None:
    return next((entry.get("marker", "") for entry in package.get("dependencies", []) if entry["name"] == name), None)


def main() -> int:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--count", type=int, default=3000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--mode", choices=["text", "bounds", "edges", "all"], default="all")
    options.add_argument("--uv", default=str(Path(sys.executable).with_name("uv")))
    chosen = options.parse_args()
    checks = {"text": check_text, "bounds": check_bounds, "edges": check_edges}
    wanted = checks if chosen.mode == "all" else [chosen.mode]
    fine = True
    with tempfile.TemporaryDirectory() as directory:
        uv = Uv(chosen.uv, Path(directory) / "project")
        for name in wanted:
            fine &= checks[name](uv, Generator(random.Random(chosen.seed)), chosen.count)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
