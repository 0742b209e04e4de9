"""Read requirements files with pip's own parser and with uvkit's, and compare what they come to.

    python benchmarks/parity_requirements.py --pip PYTHON FILE...   # PYTHON has a current pip
    python benchmarks/parity_requirements.py --pip PYTHON --list FILE_OF_NAMES

Compared is each requirement: extras, versions, marker, place, hashes, whether it is a constraint or editable;
then the indexes and links. Where one refuses a file, so must the other.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from packaging.specifiers import SpecifierSet

from uvkit.errors import UvkitError
from uvkit.formats import RequirementLine, RequirementsFiles, UnnamedRequirement, read_requirements
from uvkit.markers import MarkerSet
from uvkit.model import ArchiveSource, DirectorySource, GitSource, Source, is_url, project_name

# Runs with the interpreter that has pip, and prints what its parser makes of each file.
_ORACLE = """\
import json, os, sys
from pip._internal.network.session import PipSession
from pip._internal.req.constructors import install_req_from_parsed_requirement
from pip._internal.req.req_file import parse_requirements
from pip._internal.commands.install import InstallCommand
from pip._internal.models.target_python import TargetPython

def read(name):
    command = InstallCommand("install", "x")
    options, _ = command.parse_args(["-r", name])
    session = PipSession()
    finder = command._build_package_finder(options, session, TargetPython())
    rows = []
    for parsed in parse_requirements(name, session=session, finder=finder, options=options):
        one = install_req_from_parsed_requirement(parsed, user_supplied=True)
        rows.append({
            "name": one.req.name if one.req else None,
            "extras": sorted(one.extras),
            "specifier": str(one.req.specifier) if one.req else "",
            "marker": str(one.markers) if one.markers else "",
            "link": one.link.url if one.link else None,
            "editable": one.editable,
            "constraint": one.constraint,
            "hashes": sorted(f"{kind}:{value}" for kind, values in one.hash_options.items() for value in values),
        })
    return {"rows": rows, "indexes": finder.index_urls, "links": finder.find_links}

for name in json.load(sys.stdin):
    os.chdir(os.path.dirname(os.path.abspath(name)))
    try:
        print(json.dumps(read(name)))
    except BaseException as error:
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}))
    sys.stdout.flush()
"""


def oracle(python: str, files: list[str]) -> list[dict[str, Any]]:
    """Return what pip makes of each file."""
    variables = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PIP_CONFIG_FILE": os.devnull}
    done = subprocess.run(
        [python, "-W", "ignore", "-c", _ORACLE],
        input=json.dumps(files), capture_output=True, text=True, check=True, env=variables,
    )  # fmt: skip
    return [json.loads(line) for line in done.stdout.splitlines()]


def ours(file: str) -> RequirementsFiles | str:
    """Return what uvkit makes of a file, or why it refuses it."""
    try:
        return read_requirements([file], read=lambda name: Path(name).read_bytes(), variables={})
    except UvkitError as error:
        return str(error)


def compare(theirs: dict[str, Any], found: RequirementsFiles | str) -> list[str]:
    """Return what differs."""
    if "error" in theirs or isinstance(found, str):
        # pip looks whether a folder is there while it reads; uvkit does when it needs it.
        if "is not installable" in theirs.get("error", ""):
            return []
        refused = ("error" in theirs, isinstance(found, str))
        return (
            [] if refused == (True, True) else [f"pip: {theirs.get('error', 'reads it')} | uvkit: {str(found)[:300]}"]
        )
    expected = sorted(_of_pip(row) for row in theirs["rows"])
    got = sorted(
        _of_line(line, constraint=constraint)
        for constraint, lines in ((False, found.requirements), (True, found.constraints))
        for line in lines
    )
    differences = [f"pip: {row}" for row in expected if row not in got]
    differences += [f"uvkit: {row}" for row in got if row not in expected]
    indexes = [*([found.index_url] if found.index_url else []), *found.extra_index_urls]
    given = [url for url in theirs["indexes"] if url in indexes or found.index_url]
    if not found.no_index and given != indexes:
        differences.append(f"indexes: {theirs['indexes']} | {indexes}")
    return differences


Row = tuple[str, str, str, str, str, bool, bool, str]


def _of_pip(row: dict[str, Any]) -> Row:
    return (
        project_name(row["name"]) if row["name"] else "",
        ",".join(sorted(map(project_name, row["extras"]))),
        str(SpecifierSet(row["specifier"])) if row["link"] is None else "",
        str(MarkerSet.parse(row["marker"])),
        "" if row["link"] is None else _place(row["link"]),
        # uvkit installs repositories as they are; that one was to be editable makes no difference there.
        row["editable"] and not row["link"].startswith("git+"),
        row["constraint"],
        " ".join(row["hashes"]),
    )


def _of_line(line: RequirementLine, *, constraint: bool) -> Row:
    asked = line.requirement
    unnamed = isinstance(asked, UnnamedRequirement)
    source = asked.source
    editable = line.origin and getattr(source, "editable", False)
    return (
        "" if unnamed else asked.project,  # type: ignore[union-attr]  # just looked
        ",".join(sorted(asked.extras)),
        "" if unnamed or source is not None else str(asked.specifier),  # type: ignore[union-attr]
        str(asked.marker),
        "" if source is None else _place(_url(source)),
        bool(editable),
        constraint,
        " ".join(sorted(map(str, line.hashes))),
    )


def _url(source: Source) -> str:
    match source:
        case DirectorySource(path=path):
            return str(path)
        case ArchiveSource(url=url, path=path):
            return url or str(path)
        case GitSource(repository=repository):
            return repository
        case _:
            return str(source)


def _place(url: str) -> str:
    """Return what is the same of a place in both: a file's path, or address and path without reference and fragment."""
    plain = url.removeprefix("git+").partition("#")[0]
    if not is_url(plain) or plain.startswith("file:"):
        return os.path.abspath(unquote(urlsplit(plain).path) if plain.startswith("file:") else plain)
    parts = urlsplit(plain)
    return f"{parts.netloc.rpartition('@')[2]}{parts.path.partition('@')[0]}"


def main() -> None:
    """Compare all files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pip", required=True)
    parser.add_argument("--list", type=Path)
    parser.add_argument("files", nargs="*")
    arguments = parser.parse_args()
    files = [*arguments.files, *(arguments.list.read_text().split("\n") if arguments.list else [])]
    files = [name for name in files if name and os.path.exists(name)]
    counts: Counter[str] = Counter()
    for name, theirs in zip(files, oracle(arguments.pip, files), strict=True):
        os.chdir(os.path.dirname(os.path.abspath(name)))
        differences = compare(theirs, ours(name))
        counts["files"] += 1
        counts["requirements"] += len(theirs.get("rows", ()))
        counts["refused by both"] += "error" in theirs and not differences
        counts["differ"] += bool(differences)
        for difference in differences[:6]:
            sys.stdout.write(f"{name}: {difference}\n")
    sys.stdout.write(f"{dict(counts)}\n")
    sys.exit(1 if counts["differ"] else 0)


if __name__ == "__main__":
    main()
