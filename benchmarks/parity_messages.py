"""Compare what uv and uvkit say when there is no answer: is every package and bound that uv names in ours, too?

    python benchmarks/parity_messages.py [--scenarios FOLDER] [--count 200] [--seed 1] [--hard] [-k PART]
                                         [--engine pubgrub,resolvelib] [--show all|missing|none]

`FOLDER` holds the conformance scenarios with their runner (`run.py` and its `scenarios/`). To those that cannot be
solved come the random universes of `parity_universes.py` that cannot be. Of uv's text counts what is required (in
"depends on ..." and "you require ..."), with its bounds, and why versions cannot be used. What it concludes on the way
("we can conclude that ...") is made of that.
"""

from __future__ import annotations

import argparse
import importlib
import re
import shutil
import sys
import tempfile
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import parity_universes
from packaging.version import InvalidVersion, Version

_NAME = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*(?:\[[a-z0-9,-]+\]|:[a-z0-9-]+)?"
_TERM = re.compile(rf"(?<![\w.>=<`'-])`?({_NAME})(?:\{{[^}}]*\}})?((?:(?:[=!<>~]=?=?)[\w.+!*-]+,?)*)")
_BOUND = re.compile(r"([=!<>~]=?=?)([\w.+!]+)(\.\*)?")
# What uv says of versions or of the whole, and what ours must then hold.
_REASONS = {
    r"was yanked": r"yanked",
    r"was not found in the package registry": r"on none of the indexes",
    r"does not satisfy Python": r"Python",
    r"has no wheels with a matching": r"no wheel",
    r"has no usable wheels": r"building it is not allowed|no wheel",
    r"has no source distribution": r"no source distribution",
    r"for split \(": r"no solution found for",
    r"hint: Pre-releases are available": r"pre-release",
    r"hint: .*pre-release": r"pre-release",
    r"hint: The resolution failed for an environment that is not the current one": r"hint: .*`environments`",
    r"hint: While the active Python version is": r"hint: .*`requires-python`",
    r"hint: The `requires-python` value": r"hint: .*`requires-python`",
    r"hint: The `--python-version` value": r"hint: .*Python",
    r"hint: You require CPython": r"hint: .*wheels of",
    r"hint: Wheels are available for": r"hint: .*wheels of",
    r"hint: Wheels are required for": r"hint: .*built",
    r"hint: A source distribution is required": r"hint: .*allow wheels",
    r"hint: .*exclude-newer": r"hint: .*exclude-newer",
}
_OURS = """
import sys
import uvkit.resolver.driver
uvkit.resolver.driver.AUTO_ENGINE = {engine!r}
from uvkit.cli import main
sys.argv[0] = "uvkit"
sys.exit(main())
"""


class Text(NamedTuple):
    """What a tool named: distributions (with extras and groups), and the versions that requirements on them name."""

    names: frozenset[str]
    bounds: frozenset[tuple[str, str]]


def of_uv(text: str, known: frozenset[str]) -> Text:
    """Return what a text of uv's names; bounds count where something is required, not where versions are told."""
    # uv also tells that a project is asked for with all of its extras where none of them takes part.
    body = re.sub(r"(?:and )?your (?:project|workspace) requires \S+\[.*?\](?=,)", "", " ".join(text.split()))
    names, bounds = set[str](), set[tuple[str, str]]()
    for name, _ in _terms(body, known):
        names.add(name)
    facts = re.sub(r"we can conclude that.*?(?= And because | Because |$)", "", body)
    for part in re.findall(
        r"(?:depends? on|require) (.*?)(?=, we can|, and | and only| and all versions| and we know|$)", facts
    ):
        required = re.split(r"\bdepends?\b", part)[0]
        for name, specifier in _terms(required, known):
            bounds.update((_project(name), version) for version in _versions(specifier))
        bounds.update(_listed(required, known))
    return Text(frozenset(names), frozenset(bounds))


def of_ours(text: str, known: frozenset[str]) -> Text:
    """Return what a text of ours names; versions count wherever they stand."""
    body = " ".join(text.split())
    names, bounds = set[str](), set[tuple[str, str]]()
    for name, specifier in _terms(body, known):
        names.add(name)
        project, _, extras = name.rstrip("]").partition("[")
        names.update(f"{project}[{extra}]" for extra in extras.split(",") if extra)
        bounds.update((_project(name), version) for version in _versions(specifier))
    for name, versions in re.findall(
        rf"`({_NAME})` (?:has the versions |is )?((?:[\d][\w.+]*(?:, | and | to )?)+)", body
    ):
        bounds.update((_project(name), _normal(version)) for version in re.findall(r"\d[\w.+]*", versions))
    return Text(frozenset(names), frozenset(bounds))


def _terms(text: str, known: frozenset[str]) -> Iterator[tuple[str, str]]:
    for match in _TERM.finditer(text):
        if _project(match[1]) in known:
            yield match[1], match[2]


def _listed(text: str, known: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield the bounds of "one of: a<2 a>3"."""
    for name, specifier in _terms(text.replace("one of:", ""), known):
        for version in _versions(specifier):
            yield _project(name), version


def _project(name: str) -> str:
    return re.split(r"[\[:]", name)[0]


def _versions(specifier: str) -> Iterator[str]:
    for operator, version, star in _BOUND.findall(specifier):
        yield _normal(version)
        if operator == "~=" or star:
            numbers = version.split(".")[: -1 if operator == "~=" else None]
            yield _normal(".".join([*numbers[:-1], str(int(numbers[-1]) + 1)]))
            if star:
                yield _normal(version)


def _normal(version: str) -> str:
    text = version.removesuffix(".dev0").rstrip(".")
    try:
        parsed = Version(text)
    except InvalidVersion:
        return text
    release = list(parsed.release)
    while len(release) > 1 and not release[-1]:
        release.pop()
    return str(parsed).replace(".".join(map(str, parsed.release)), ".".join(map(str, release)), 1)


def missing(theirs: str, ours: str, known: frozenset[str]) -> list[str]:
    """Return what uv tells and we do not."""
    one, other = of_uv(theirs, known), of_ours(ours, known)
    found = [f"name {name}" for name in sorted(one.names - other.names)]
    found += [f"bound {name} {version}" for name, version in sorted(one.bounds - other.bounds)]
    flat, mine = " ".join(theirs.split()), " ".join(ours.split())
    found += [
        f"reason {reason}"
        for reason, needed in _REASONS.items()
        if re.search(reason, flat) and not re.search(needed, mine)
    ]
    return found


# -- both tools --------------------------------------------------------------------------------------------------------


class Case(NamedTuple):
    """A question without answer: the names that mean something in it, and what each tool says."""

    name: str
    known: frozenset[str]
    said: dict[str, str]


def scenarios(folder: Path, engines: Sequence[str], part: str) -> Iterator[Case]:
    """Yield the conformance scenarios that cannot be solved."""
    sys.path.insert(0, str(folder))
    runner, builder = importlib.import_module("run"), importlib.import_module("build_index")
    with tempfile.TemporaryDirectory(prefix="uvkit-messages-") as temporary:
        work = Path(temporary)
        server, base = importlib.import_module("serve").serve(work / "index")
        for file in sorted((folder / "scenarios").rglob("*.toml")):
            scenario = builder.load(file)
            slug = "-".join(file.relative_to(folder / "scenarios").with_suffix("").parts)
            if scenario["expected"]["satisfiable"] or part not in slug:
                continue
            builder.build(scenario, work / "index" / slug)
            said = _play(runner, scenario, f"{base}/{slug}/simple", work / slug, engines)
            yield Case(slug, _known(scenario), {tool: text.replace(base, "") for tool, text in said.items()})
        server.shutdown()


def _play(runner: ModuleType, scenario: Any, index: str, work: Path, engines: Sequence[str]) -> dict[str, str]:
    tools = {"uv": [parity_universes.UV]}
    tools |= {engine: [sys.executable, "-c", _OURS.format(engine=engine)] for engine in engines}
    return {
        tool: runner.play(command, scenario, index, work / tool, work / f"cache-{tool}").output
        for tool, command in tools.items()
    }


def _known(scenario: Any) -> frozenset[str]:
    required = [*scenario.get("root", {}).get("requires", [])]
    for package in scenario.get("packages", {}).values():
        for version in package["versions"].values():
            required += version.get("requires", [])
            required += [one for extra in version.get("extras", {}).values() for one in extra]
    names = {re.split(r"[^\w.-]", text)[0] for text in required}
    return frozenset({"project", *scenario.get("packages", {}), *names})


def universes(seeds: Sequence[int], engines: list[str], *, hard: bool) -> Iterator[Case]:
    """Yield the random universes that uv cannot solve."""
    for seed in seeds:
        universe = parity_universes.generate(seed, hard=hard)
        found = parity_universes.ask(universe, engines)
        if not found["uv"].succeeded:
            said = {tool: outcome.text if not outcome.succeeded else "solved" for tool, outcome in found.items()}
            yield Case(f"universe {seed}", frozenset({"universe", *universe["packages"]}), said)


def main() -> int:
    """Compare, report, and print what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenarios", type=Path)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hard", action="store_true")
    parser.add_argument("--engine", default="pubgrub,resolvelib")
    parser.add_argument("--show", choices=("all", "missing", "none"), default="missing")
    parser.add_argument("-k", default="")
    given = parser.parse_args()
    engines = given.engine.split(",")
    cases = universes(range(given.seed, given.seed + given.count), engines, hard=given.hard)
    if given.scenarios:
        cases = scenarios(given.scenarios, engines, given.k)
    number, complete = 0, dict.fromkeys(engines, 0)
    for case in cases:
        number += 1
        lacking = {engine: missing(case.said["uv"], case.said[engine], case.known) for engine in engines}
        for engine in engines:
            complete[engine] += not lacking[engine]
        if given.show == "all" or (given.show == "missing" and any(lacking.values())):
            _show(case, lacking)
    print(f"{number} without answer; everything named: " + ", ".join(f"{tool} {n}" for tool, n in complete.items()))
    return 0 if all(one == number for one in complete.values()) else 1


def _show(case: Case, lacking: dict[str, list[str]]) -> None:
    width = shutil.get_terminal_size().columns
    print("=" * min(width, 100), case.name, sep="\n")
    for tool, text in case.said.items():
        print(f"[{tool}]{f' LACKS {lacking[tool]}' if lacking.get(tool) else ''}")
        print(textwrap.indent(text.strip(), "    "))


if __name__ == "__main__":
    raise SystemExit(main())
