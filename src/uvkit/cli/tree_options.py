"""The options of `tree`."""

from __future__ import annotations

from .grammar import CommandParser
from .options import (
    MANY,
    ON,
    add_formats,
    add_index,
    add_install,
    add_python,
    add_refresh,
    add_resolver,
)


def fill_tree(parser: CommandParser) -> None:
    """Add the options of `tree`."""
    parser.set_defaults(handler="tree")
    parser.add_argument("--universal", **ON, help="show what any platform needs")
    parser.add_argument("-d", "--depth", metavar="DEPTH", type=int, help="how deep the tree is shown")
    parser.add_argument("--prune", metavar="PRUNE", **MANY, help="leave out this project and what only it needs")
    parser.add_argument("--package", metavar="PACKAGE", dest="tree_package", **MANY, help="show only this project")
    parser.add_argument("--no-dedupe", **ON, help="follow every project each time")
    parser.add_argument("--invert", "--reverse", dest="invert", **ON, help="show who requires each project")
    parser.add_argument("--outdated", **ON, help="show newer versions")
    parser.add_argument("--show-sizes", **ON, help="show the sizes of wheels")
    parser.add_argument("--locked", **ON, help="fail if the lockfile is not up to date")
    parser.add_argument("--frozen", **ON, help="use the lockfile as it is")
    parser.refuse_together("locked", "frozen", "upgrade")
    parser.refuse_together("frozen", "upgrade")
    parser.add_argument("--script", metavar="SCRIPT", help="show what this script needs")
    parser.add_argument("--python-version", metavar="VERSION", help="show what this Python needs")
    parser.add_argument("--python-platform", metavar="PLATFORM", help="show what this platform needs")
    parser.refuse_together("universal", "python_version", "python_platform")
    _add_groups(parser)
    add_python(parser, "the interpreter whose tree is shown")
    add_index(parser)
    add_resolver(parser, groups=True)
    add_formats(parser)
    add_install(parser, reinstall=False)
    add_refresh(parser)


def _add_groups(parser: CommandParser) -> None:
    group = parser.add_argument_group("Selection")
    group.add_argument("--group", metavar="GROUP", **MANY, help="include this dependency group")
    group.add_argument("--no-group", metavar="NO_GROUP", **MANY, help="leave out this dependency group")
    group.add_argument("--only-group", metavar="ONLY_GROUP", **MANY, help="show only this dependency group")
    group.add_argument("--all-groups", **ON, help="include every dependency group")
    group.add_argument("--no-default-groups", **ON, help="leave out the default groups")
    group.add_argument("--no-dev", **ON, help="leave out the group `dev`")
    group.add_argument("--only-dev", **ON, help="show only the group `dev`")
    parser.refuse_together("only_group", "group", "all_groups", "only_dev")
    parser.refuse_together("only_dev", "no_dev", "group", "all_groups")
    parser.refuse_together("script", "group", "no_group", "only_group", "all_groups", "no_dev", "only_dev")
