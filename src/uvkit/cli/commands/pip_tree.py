"""`uvkit pip tree`."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from uvkit import InstalledGraph, outdated, project_name
from uvkit.cli.environments import chosen
from uvkit.cli.render import show_problems
from uvkit.cli.session import opened

if TYPE_CHECKING:
    from uvkit import TreeNode
    from uvkit.cli.printer import Printer


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Print what requires what."""
    with opened(arguments, printer, variables, interface="pip") as session:
        environment = chosen(printer, session, changing=False, arguments=arguments, variables=variables)
        graph = InstalledGraph(environment)
        names = list(map(project_name, arguments.package or ()))
        for name in names:
            if name not in graph.distributions:
                printer.warn(f"Package(s) not found for: {name}")
        trees = graph.tree(
            [name for name in names if name in graph.distributions],
            invert=bool(arguments.invert),
            depth=arguments.depth,
            prune=arguments.prune or (),
            dedupe=not arguments.no_dedupe,
        )
        if names and all(name not in graph.distributions for name in names):
            trees = ()
        newer = outdated(environment, session=session) if arguments.outdated else ()
    notes: dict[str, str] = {one.distribution.project: f" (latest: v{one.latest})" for one in newer}
    if arguments.json:
        printer.json([tree.to_dict() for tree in trees])
    else:
        lines = list(_lines(trees, notes, arguments))
        for line in lines:
            printer.out(line)
        if any(line.endswith("(*)") for line in lines):
            printer.out("(*) Package tree already displayed")
    if arguments.strict:
        show_problems(printer, environment)
    return 0


def _lines(trees: Iterable[TreeNode], notes: Mapping[str, str], arguments: argparse.Namespace) -> Iterator[str]:
    """Yield the lines of all trees; a note stands where a project is shown first."""
    noted: set[str] = set()
    for tree in trees:
        above: list[TreeNode] = []
        for prefix, node in tree.lines():
            # Every level is drawn with four characters.
            del above[len(prefix) // 4 :]
            required = ""
            if arguments.show_version_specifiers and above:
                wanted = node.required or "*"
                required = (
                    f" [requires: {above[-1].project} {wanted}]" if arguments.invert else f" [required: {wanted}]"
                )
            note = "" if node.project in noted and not arguments.no_dedupe else notes.get(node.project, "")
            noted.add(node.project)
            above.append(node)
            yield f"{prefix}{node.project} v{node.version}{required}{note}{' (*)' if node.is_repeated else ''}"
