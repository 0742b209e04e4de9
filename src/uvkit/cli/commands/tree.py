"""`uvkit tree`."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import uvkit
from uvkit.cli.commands.cache_size import human
from uvkit.cli.printer import Printer
from uvkit.cli.render import show_lock
from uvkit.cli.session import opened, shown


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Print what the project around the working directory, or a script, requires as a tree."""
    project: uvkit.Project | uvkit.Script
    if arguments.script:
        project = uvkit.Script.read(arguments.script)
    else:
        project = uvkit.Project.discover(arguments.project or Path.cwd())
    with opened(arguments, printer, variables, project=project) as session:
        settings = session.settings
        with shown(printer, settings) as events:
            result = uvkit.tree(
                project,
                packages=arguments.tree_package or (),
                invert=bool(arguments.invert),
                depth=arguments.depth,
                prune=arguments.prune or (),
                dedupe=not arguments.no_dedupe,
                outdated=bool(arguments.outdated),
                universal=bool(arguments.universal),
                platform=arguments.python_platform,
                version=arguments.python_version,
                selection=settings.selection,
                locking=settings.locking,
                session=session,
                events=events,
            )
    if arguments.json:
        printer.json(result.to_dict())
        return 0
    if settings.locking != "frozen":
        show_lock(printer, result.lock, changes=False)
    nodes = [node for tree in result.trees for _, node in tree.lines()]
    for line in _lines(result.trees, sizes=bool(arguments.show_sizes)):
        printer.out(line)
    if any(node.is_repeated for node in nodes):
        printer.out(
            "(*) Package tree is a cycle and cannot be shown"
            if arguments.no_dedupe
            else "(*) Package tree already displayed"
        )
    return 0


def _lines(trees: Iterable[uvkit.LockedNode], *, sizes: bool) -> Iterator[str]:
    for tree in trees:
        for prefix, node in tree.lines():
            assert isinstance(node, uvkit.LockedNode)
            extras = f"[{','.join(node.extras)}]" if node.extras else ""
            text = f"{prefix}{node.project}{extras}" + (f" v{node.version}" if node.version else "")
            if node.extra is not None:
                text += f" (extra: {node.extra})"
            if node.group is not None:
                text += f" (group: {node.group})"
            if sizes and node.size is not None:
                text += f" ({human(node.size)})"
            if node.latest is not None:
                text += f" (latest: v{node.latest})"
            yield f"{text} (*)" if node.is_repeated else text
