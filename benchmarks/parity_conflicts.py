"""Lock random projects with conflict sets and forks with uv and with uvkit, and compare outcomes, bytes and selections.

    python benchmarks/parity_conflicts.py [--count 200] [--seed 1] [--engine resolvelib,pubgrub] [--kind conflicts]

Kinds: `conflicts` (extras, groups and members of a workspace that exclude each other, extras that include each other,
sources that are bound to an extra or a group), and `forks` (`environments`, `required-environments`, fork strategies,
groups with their own Python). Every project is served on loopback. Besides locking from empty, uv has to accept
uvkit's lock and uvkit uv's, and random selections of extras and groups must name the same distributions. Of the
projects about which the two disagree, the first few are made smaller as long as they still do, and printed.
"""

from __future__ import annotations

import argparse
import copy
import difflib
import json
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from parity_universes import HALVES, MARKERS, UV, Outcome, Universe
from parity_universes import _requirement as requirement_on
from parity_universes import _variables as variables_for
from parity_universes import _version as version_of
from parity_universes import _versions as versions_of

import uvkit
import uvkit.errors
import uvkit.resolver.driver
from uvkit.testing import Distribution, IndexServer

ROOT = "root"
EXTRAS = ["a", "b", "c", "d"]
GROUPS = ["dev", "g", "h"]
ENVIRONMENTS = [
    ["sys_platform == 'linux'", "sys_platform == 'win32'"],
    ["sys_platform == 'darwin'"],
    ["sys_platform == 'linux' and platform_machine == 'x86_64'", "sys_platform == 'darwin'"],
    ["python_version < '3.12'", "python_version >= '3.12' and sys_platform == 'linux'"],
    ["implementation_name == 'cpython'"],
]
REQUIRED = [
    ["sys_platform == 'win32' and platform_machine == 'AMD64'"],
    ["sys_platform == 'darwin' and platform_machine == 'arm64'", "sys_platform == 'linux'"],
    ["sys_platform == 'win32' and platform_machine == 'ARM64'"],
]
GROUP_PYTHONS = [">=3.12", ">=3.11,<4", "<3.13", ">=3.13", ">=3.12,<3.14"]
_NAME = re.compile(r"[a-z]+\d*")


class Answer(NamedTuple):
    """What a tool makes of a project: its lock, whether the other tool takes it, and what selections install."""

    outcome: Outcome
    is_accepted: bool = True
    selections: tuple[str, ...] = ()


# -- random projects ---------------------------------------------------------------------------------------------------


def generate(seed: int, kind: str) -> Universe:
    """Return a project: its members, settings of the root, packages, and selections to try."""
    dice = random.Random(f"{kind}-{seed}")
    names = [f"p{number}" for number in range(dice.randint(2, 6))]
    versions = {name: versions_of(dice, hard=False)[:4] for name in names}
    strictness = dice.choice([0.05, 0.1, 0.2, 0.4])
    packages = {
        name: {version: version_of(dice, name, versions, strictness=strictness) for version in versions[name]}
        for name in names
    }
    members = [ROOT]
    if kind == "conflicts" and dice.random() < 0.3:
        members += ["ma", "mb"][: dice.randint(1, 2)]
    universe: Universe = {"members": {}, "packages": packages, "settings": {}, "conflicts": [], "sources": {}}
    for member in members:
        universe["members"][member] = _member(dice, member, versions, is_forking=kind == "forks")
    if len(members) > 1:
        _connect(dice, universe["members"])
    if kind == "conflicts":
        _declare_conflicts(dice, universe)
        if dice.random() < 0.25:
            _bind_sources(dice, universe)
    if kind == "forks" or dice.random() < 0.1:
        _add_settings(dice, universe["settings"])
    universe["selections"] = [_selection(dice, universe) for _ in range(4)]
    return universe


def _member(dice: random.Random, name: str, versions: dict[str, list[str]], *, is_forking: bool) -> Universe:
    def some(most: int) -> list[str]:
        count = dice.randint(0, most)
        return [
            requirement_on(dice, dice.choice(list(versions)), versions, strictness=dice.choice([0.1, 0.4, 0.8]))
            for _ in range(count)
        ]

    extras = {extra: some(2) for extra in EXTRAS[: dice.randint(0 if name != ROOT else 1, 4)]}
    groups: dict[str, list[Any]] = {group: some(2) for group in dice.sample(GROUPS, k=dice.randint(0, 3))}
    for requires in extras.values():
        if dice.random() < 0.15:
            requires.append(f"{name}[{dice.choice(list(extras))}]")
    for entries in groups.values():
        if extras and dice.random() < 0.1:
            entries.append(f"{name}[{dice.choice(list(extras))}]")
    ordered = list(groups)
    for place, group in enumerate(ordered[1:], 1):
        if dice.random() < 0.25:
            groups[group].append({"include-group": dice.choice(ordered[:place])})
    table: Universe = {"requires": some(2), "extras": extras, "groups": groups, "python": ">=3.11"}
    if is_forking:
        table["python"] = dice.choice([">=3.11", ">=3.9", ">=3.10,<3.14", ">=3.11,<3.13"])
        if dice.random() < 0.4:
            one, other = dice.choice(HALVES)
            target = dice.choice(list(versions))
            bound = dice.choice(versions[target])
            table["requires"] += [f"{target}<={bound} ; {one}", f"{target} ; {other}"]
        if groups and dice.random() < 0.4:
            chosen = dice.sample(ordered, k=dice.randint(1, len(ordered)))
            table["group-python"] = {group: dice.choice(GROUP_PYTHONS) for group in chosen}
    if groups and dice.random() < 0.2:
        table["default-groups"] = dice.choice(["all", [], dice.sample(ordered, k=1)])
    return table


def _connect(dice: random.Random, members: dict[str, Universe]) -> None:
    """Let members require each other, with extras and from extras and groups."""
    for name, table in members.items():
        for other in members:
            if other == name or dice.random() < 0.4:
                continue
            extras = list(members[other]["extras"])
            extra = f"[{dice.choice(extras)}]" if extras and dice.random() < 0.6 else ""
            marker = f" ; {dice.choice(MARKERS)}" if dice.random() < 0.2 else ""
            places = [table["requires"], *table["extras"].values(), *table["groups"].values()]
            dice.choice(places).append(f"{other}{extra}{marker}")


def _declare_conflicts(dice: random.Random, universe: Universe) -> None:
    items: list[dict[str, str]] = []
    for name, table in universe["members"].items():
        items += [{"package": name, "extra": extra} for extra in table["extras"]]
        items += [{"package": name, "group": group} for group in table["groups"]]
    if dice.random() < 0.3:
        items += [{"package": name} for name in universe["members"]]
    for _ in range(dice.choice([1, 1, 1, 2, 3])):
        size = dice.choice([2, 2, 2, 3, 4])
        if len(items) >= size:
            found = dice.sample(items, k=size)
            if len({item["package"] for item in found}) == 1 and dice.random() < 0.5:
                for item in found:
                    if len(item) > 1 and item["package"] == ROOT:
                        item.pop("package")
            universe["conflicts"].append(copy.deepcopy(found))
            for item in items:
                item.setdefault("package", ROOT)


def _bind_sources(dice: random.Random, universe: Universe) -> None:
    """Bind sources of a project to an extra or a group, as those of accelerators are."""
    table = universe["members"][ROOT]
    project = dice.choice(list(universe["packages"]))
    bindings = [{"extra": extra} for extra in table["extras"]] + [{"group": group} for group in table["groups"]]
    indexes = ["one", "two"]
    for binding, index in zip(dice.sample(bindings, k=min(len(bindings), dice.randint(1, 2))), indexes, strict=False):
        universe["sources"].setdefault(project, []).append({"index": index, **binding})
        ((kind, name),) = binding.items()
        table[f"{kind}s"][name].append(project)
    if len(bindings) > 1 and dice.random() < 0.8 and len(universe["sources"].get(project, ())) > 1:
        universe["conflicts"].append(
            [{key: value for key, value in source.items() if key != "index"} for source in universe["sources"][project]]
        )


def _add_settings(dice: random.Random, settings: Universe) -> None:
    if dice.random() < 0.4:
        settings["environments"] = dice.choice(ENVIRONMENTS)
    if dice.random() < 0.4:
        settings["required-environments"] = dice.choice(REQUIRED)
    if dice.random() < 0.4:
        settings["fork-strategy"] = dice.choice(["fewest", "requires-python"])
    if dice.random() < 0.15:
        settings["resolution"] = dice.choice(["lowest", "lowest-direct"])


def _selection(dice: random.Random, universe: Universe) -> list[str]:
    table = universe["members"][ROOT]
    found: list[str] = []
    for extra in table["extras"]:
        found += ["--extra", extra] if dice.random() < 0.3 else []
    for group in table["groups"]:
        found += ["--group", group] if dice.random() < 0.3 else []
    if dice.random() < 0.3:
        found.append("--no-default-groups")
    if dice.random() < 0.05:
        found.append("--all-extras")
    if dice.random() < 0.05:
        found.append("--all-groups")
    if len(universe["members"]) > 1 and dice.random() < 0.3:
        found.append("--all-packages")
    return found


# -- as files ----------------------------------------------------------------------------------------------------------


def write(universe: Universe, folder: Path, index: str) -> Path:
    """Write the project and its members, and return its folder."""
    folder.mkdir()
    for name, table in universe["members"].items():
        place = folder if name == ROOT else folder / name
        place.mkdir(exist_ok=True)
        lines = ["[project]", f'name = "{name}"', 'version = "0.1.0"', f'requires-python = "{table["python"]}"']
        lines += [f"dependencies = {json.dumps(table['requires'])}", "[project.optional-dependencies]"]
        lines += [f"{extra} = {json.dumps(requires)}" for extra, requires in table["extras"].items()]
        lines.append("[dependency-groups]")
        lines += [f"{group} = {_inline(requires)}" for group, requires in table["groups"].items()]
        lines.append("[tool.uv]")
        if "default-groups" in table:
            lines.append(f"default-groups = {json.dumps(table['default-groups'])}")
        if name == ROOT:
            lines += [f"{key} = {json.dumps(value)}" for key, value in universe["settings"].items()]
            if universe["conflicts"]:
                lines.append(f"conflicts = {_inline(universe['conflicts'])}")
        if "group-python" in table:
            lines.append("[tool.uv.dependency-groups]")
            lines += [f'{group} = {{ requires-python = "{text}" }}' for group, text in table["group-python"].items()]
        if name == ROOT:
            lines += _workspace(universe, index)
        else:
            lines.append("[tool.uv.sources]")
            lines += [f"{other} = {{ workspace = true }}" for other in universe["members"] if other != name]
        (place / "pyproject.toml").write_text("\n".join([*lines, ""]))
    return folder


def _workspace(universe: Universe, index: str) -> list[str]:
    others = [name for name in universe["members"] if name != ROOT]
    lines = ["[tool.uv.sources]", *(f"{other} = {{ workspace = true }}" for other in others)]
    lines += [f"{project} = {_inline(sources)}" for project, sources in universe["sources"].items()]
    if others:
        lines += ["[tool.uv.workspace]", f"members = {json.dumps(others)}"]
    for name, url in (("one", f"{index}/"), ("two", index.replace("127.0.0.1", "localhost"))):
        if universe["sources"]:
            lines += ["[[tool.uv.index]]", f'name = "{name}"', f'url = "{url}"', "explicit = true"]
    return lines


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_inline(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    return json.dumps(value)


# -- both tools --------------------------------------------------------------------------------------------------------


def ask(universe: Universe, engines: list[str]) -> dict[str, Answer]:
    """Return the answers of uv and of each engine, in a folder of their own."""
    with tempfile.TemporaryDirectory(prefix="uvkit-conflicts-") as name:
        folder = Path(name)
        with IndexServer(folder / "files") as index:
            _fill(index, universe)
            found = {"uv": _uv(universe, write(universe, folder / "uv", index.url), index.url)}
            for engine in engines:
                found[engine] = _uvkit(universe, write(universe, folder / engine, index.url), index.url, engine)
                if found["uv"].outcome.succeeded:
                    accepted = _is_kept_by_uvkit(folder / "uv", index.url, engine)
                    found[engine] = found[engine]._replace(is_accepted=found[engine].is_accepted and accepted)
    return found


def _fill(index: IndexServer, universe: Universe) -> None:
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


def _run_uv(args: list[str], project: Path, index: str) -> subprocess.CompletedProcess[str]:
    variables = variables_for(index) | {"UV_CACHE_DIR": str(project.parent / "cache-uv")}
    return subprocess.run([UV, *args], cwd=project, env=variables, capture_output=True, text=True)


def _uv(universe: Universe, project: Path, index: str) -> Answer:
    done = _run_uv(["lock", "-q"], project, index)
    if done.returncode:
        return Answer(Outcome(False, done.stderr))
    selections = []
    for selection in universe["selections"]:
        shown = _run_uv(["sync", "--frozen", "--dry-run", *selection], project, index)
        lines = [line[3:] for line in shown.stderr.splitlines() if line.startswith(" + ")]
        selections.append(_installed(lines) if shown.returncode == 0 else "refused")
    return Answer(Outcome(True, _without_port(project)), True, tuple(selections))


def _uvkit(universe: Universe, project: Path, index: str, engine: str) -> Answer:
    try:
        _lock(project, index, engine)
    except uvkit.errors.UvkitError as error:
        return Answer(Outcome(False, str(error)))
    is_accepted = _run_uv(["lock", "--check"], project, index).returncode == 0
    selections = tuple(_select(project, selection) for selection in universe["selections"])
    return Answer(Outcome(True, _without_port(project)), is_accepted, selections)


def _lock(project: Path, index: str, engine: str) -> Any:
    uvkit.resolver.driver.AUTO_ENGINE = engine  # type: ignore[assignment]
    variables = variables_for(index)
    settings = uvkit.Settings.discover(variables=variables)
    with uvkit.Session(settings, cache=project.parent / f"cache-{engine}", variables=variables) as session:
        return uvkit.lock(project, session=session)


def _is_kept_by_uvkit(project: Path, index: str, engine: str) -> bool:
    before = (project / "uv.lock").read_bytes()
    try:
        _lock(project, index, engine)
    except uvkit.errors.UvkitError:
        return False
    return (project / "uv.lock").read_bytes() == before


def _select(project: Path, selection: list[str]) -> str:
    """Return what uvkit would install, through the command line as a user would."""
    done = subprocess.run(
        [sys.executable, "-m", "uvkit", "sync", "--frozen", "--dry-run", *selection],
        cwd=project,
        env=variables_for("http://127.0.0.1:9/simple") | {"UVKIT_CACHE_DIR": str(project.parent / "cache-select")},
        capture_output=True,
        text=True,
    )
    lines = [line[3:] for line in (done.stdout + done.stderr).splitlines() if line.startswith(" + ")]
    return _installed(lines) if done.returncode == 0 else "refused"


def _installed(lines: list[str]) -> str:
    return " ".join(sorted(re.sub(r"^(root|ma|mb)==.*", r"\1", line.split(" ")[0]) for line in lines))


def _without_port(project: Path) -> str:
    text = (project / "uv.lock").read_text()
    return re.sub(r":\d{4,5}/", ":PORT/", text)


def reasons(found: dict[str, Answer], engine: str) -> list[str]:
    """Return in which respects an engine disagrees with uv."""
    mine, theirs = found[engine], found["uv"]
    if mine.outcome.succeeded != theirs.outcome.succeeded:
        return ["outcome"]
    if not theirs.outcome.succeeded:
        return []
    result = [] if mine.outcome.text == theirs.outcome.text else ["lock"]
    result += [] if mine.is_accepted else ["acceptance"]
    result += [] if mine.selections == theirs.selections else ["selection"]
    return result


# -- smaller examples --------------------------------------------------------------------------------------------------


def shrink(universe: Universe, engine: str, budget: int) -> Universe:
    """Return a project about which the tools still disagree and from which nothing can be left out."""
    wanted = reasons(ask(universe, [engine]), engine)[:1]
    if wanted != ["selection"]:
        universe = {**universe, "selections": []}
    progress = True
    while progress and budget > 0:
        progress = False
        for smaller in _smaller(universe):
            budget -= 1
            if budget <= 0:
                break
            if reasons(ask(smaller, [engine]), engine)[:1] == wanted:
                universe, progress = smaller, True
                break
    return universe


def _smaller(universe: Universe) -> Iterator[Universe]:
    for path, value in list(_parts(universe, ())):
        for number in range(len(value)) if isinstance(value, list) else list(value):
            other = copy.deepcopy(universe)
            place: Any = other
            for key in path:
                place = place[key]
            gone = place.pop(number)
            if path == ("packages",):
                _forget(other, str(number))
            if path == ("members",):
                if number == ROOT:
                    continue
                _forget(other, str(number))
            if path and path[0] == "conflicts" and len(place) < 2 and len(path) == 2:
                continue
            if path[-1:] in (("extras",), ("groups",)) and path[0] == "members":
                _forget_part(other, path[1], path[-1][:-1], str(number))
            del gone
            yield other
    for path, value in list(_parts(universe, ())):
        if isinstance(value, list):
            for number, text in enumerate(value):
                if isinstance(text, str) and " ; " in text:
                    other = copy.deepcopy(universe)
                    place = other
                    for key in path:
                        place = place[key]
                    place[number] = text.partition(" ;")[0]
                    yield other


def _parts(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(value, dict):
        if path and not (path[0] == "members" and len(path) == 2) and not (path[0] == "packages" and len(path) == 3):
            yield path, value
        for key, inner in value.items():
            yield from _parts(inner, (*path, key))
        if path[:1] == ("packages",) and len(path) == 3:
            yield path, {key: None for key in value if key != "requires"}
    elif isinstance(value, list) and path[0] != "settings" and path[0] != "sources":
        yield path, value
        for number, inner in enumerate(value):
            if isinstance(inner, list):
                yield from _parts(inner, (*path, number))


def _forget(universe: Universe, name: str) -> None:
    def kept(texts: list[Any]) -> list[Any]:
        return [text for text in texts if not isinstance(text, str) or _NAME.match(text)[0] != name]  # type: ignore[index]

    universe["sources"].pop(name, None)
    universe["conflicts"] = [
        left
        for one in universe["conflicts"]
        if len(left := [item for item in one if item.get("package", ROOT) != name]) > 1
    ]
    tables = [*universe["members"].values(), *(spec for one in universe["packages"].values() for spec in one.values())]
    for table in tables:
        table["requires"] = kept(table["requires"])
        for kind in ("extras", "groups"):
            if kind in table:
                table[kind] = {key: kept(texts) for key, texts in table[kind].items()}


def _forget_part(universe: Universe, member: str, kind: str, name: str) -> None:
    universe["conflicts"] = [
        left
        for one in universe["conflicts"]
        if len(left := [i for i in one if i.get(kind) != name or i.get("package", ROOT) != member]) > 1
    ]
    universe["sources"] = {
        project: left
        for project, sources in universe["sources"].items()
        if (left := [source for source in sources if source.get(kind) != name])
    }
    universe["selections"] = [[] if name in selection else selection for selection in universe["selections"]]
    for table in universe["members"].values():
        for texts in table["groups"].values():
            texts[:] = [one for one in texts if not (kind == "group" and one == {"include-group": name})]
        for texts in (table["requires"], *table["extras"].values(), *table["groups"].values()):
            texts[:] = [one for one in texts if kind != "extra" or one != f"{member}[{name}]"]


def show(universe: Universe, found: dict[str, Answer], engine: str) -> None:
    """Print an example and what the tools say."""
    for key, value in universe.items():
        if key not in ("packages", "members"):
            print(f"  {key}: {json.dumps(value)}")
    for name, table in universe["members"].items():
        print(f"  {name}: {json.dumps(table)}")
    for name, versions in universe["packages"].items():
        for version, spec in versions.items():
            print(f"  {name} {version}: {json.dumps(spec)}")
    theirs, mine = found["uv"], found[engine]
    if theirs.outcome.succeeded and mine.outcome.succeeded:
        diff = difflib.unified_diff(
            theirs.outcome.text.splitlines(), mine.outcome.text.splitlines(), "uv", engine, lineterm="", n=1
        )
        for line in diff:
            print(f"    {line}")
        for selection, one, other in zip(universe["selections"], theirs.selections, mine.selections, strict=True):
            if one != other:
                print(f"    {' '.join(selection)}\n      uv: {one}\n      {engine}: {other}")
    else:
        print(f"  uv: {theirs.outcome.succeeded} {'' if theirs.outcome.succeeded else theirs.outcome.text}")
        print(f"  {engine}: {mine.outcome.succeeded} {'' if mine.outcome.succeeded else mine.outcome.text}")


def main() -> int:
    """Compare, report, and print the smallest examples found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", default="resolvelib,pubgrub")
    parser.add_argument("--kind", default="conflicts", choices=["conflicts", "forks"])
    parser.add_argument("--show", type=int, default=1, help="how many disagreements of each engine to make small")
    parser.add_argument("--budget", type=int, default=250, help="how many smaller projects to try for each")
    given = parser.parse_args()
    engines = given.engine.split(",")
    counts: dict[str, dict[str, list[int]]] = {engine: {} for engine in engines}
    satisfiable = 0
    for seed in range(given.seed, given.seed + given.count):
        found = ask(generate(seed, given.kind), engines)
        satisfiable += found["uv"].outcome.succeeded
        for engine in engines:
            for reason in reasons(found, engine):
                counts[engine].setdefault(reason, []).append(seed)
    for engine, differing in counts.items():
        outcome, locks = len(differing.get("outcome", ())), len(differing.get("lock", ()))
        both = satisfiable - locks
        print(f"{engine}: same outcome {given.count - outcome}/{given.count}, identical locks {both} of {satisfiable}")
        for reason, seeds in differing.items():
            print(f"  {reason} differs: {len(seeds)} {seeds}", flush=True)
    for engine, differing in counts.items():
        for seed in sorted({seed for seeds in differing.values() for seed in seeds})[: given.show]:
            universe = shrink(generate(seed, given.kind), engine, given.budget)
            print(f"-- {engine}, seed {seed}")
            show(universe, ask(universe, [engine]), engine)
    return 0 if not any(counts.values()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
