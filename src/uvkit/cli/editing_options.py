"""The options of the commands that change a project's files."""

from __future__ import annotations

from .grammar import CommandParser
from .options import (
    MANY,
    ON,
    Container,
    add_formats,
    add_index,
    add_install,
    add_python,
    add_refresh,
    add_resolver,
    off,
)

_BOUNDS = ("lower", "major", "minor", "exact")


def fill_add(parser: CommandParser) -> None:
    """Add the options of `add`."""
    parser.set_defaults(handler="add")
    parser.add_argument("names", nargs="*", metavar="PACKAGES", help="a requirement, a path or a URL")
    parser.add_argument(
        "-r", "--requirements", "--requirement", metavar="FILE", **MANY, help="add what this file names"
    )
    parser.add_argument(
        "-c", "--constraints", "--constraint", metavar="FILE", **MANY, help="limit versions by this file"
    )
    parser.add_argument("-m", "--marker", metavar="MARKER", help="require all of them only where this marker holds")
    _add_place(parser, "add to")
    parser.add_argument("--editable", **ON, help="install the source trees in editable mode")
    off(parser, "--no-editable", dest="editable")
    parser.add_argument(
        "--raw", "--raw-sources", **ON, help="write requirements as given, without sources of their own"
    )
    parser.add_argument("--bounds", metavar="BOUNDS", choices=_BOUNDS, help="the bounds of what names no version")
    parser.add_argument("--rev", metavar="REV", help="the commit of the repository")
    parser.add_argument("--tag", metavar="TAG", help="the tag of the repository")
    parser.add_argument("--branch", metavar="BRANCH", help="the branch of the repository")
    parser.add_argument("--lfs", **ON, help="fetch the large files of the repository")
    off(parser, "--no-lfs", dest="lfs")
    parser.add_argument("--extra", metavar="EXTRA", dest="with_extra", **MANY, help="enable this extra of them")
    parser.add_argument("--workspace", **ON, help="make source trees members of the workspace")
    off(parser, "--no-workspace", dest="workspace")
    parser.refuse_together("rev", "tag", "branch")
    parser.refuse_together("tag", "branch")
    add_following(parser)
    _add_left_out(parser)
    add_python(parser, "the interpreter of the project's environment")
    add_shared(parser)


def fill_remove(parser: CommandParser) -> None:
    """Add the options of `remove`."""
    parser.set_defaults(handler="remove")
    parser.add_argument("names", nargs="+", metavar="PACKAGES", help="the name of a dependency")
    _add_place(parser, "remove from")
    add_following(parser)
    add_python(parser, "the interpreter of the project's environment")
    add_shared(parser)


def _add_place(parser: CommandParser, verb: str) -> None:
    parser.add_argument("--dev", dest="to_dev", **ON, help=f"{verb} the group `dev`")
    parser.add_argument("--optional", metavar="OPTIONAL", help=f"{verb} this extra of the project")
    parser.add_argument("--group", metavar="GROUP", dest="to_group", help=f"{verb} this dependency group")
    parser.refuse_together("to_dev", "optional", "to_group")
    parser.refuse_together("optional", "to_group")


def add_following(parser: CommandParser, *, script: bool = True) -> None:
    """Add what happens after the change."""
    parser.add_argument("--no-sync", **ON, help="leave the environment as it is")
    parser.add_argument("--locked", **ON, help="fail if the lockfile would change")
    parser.add_argument("--frozen", **ON, help="change the file without locking")
    parser.refuse_together("locked", "frozen", "upgrade")
    parser.refuse_together("frozen", "upgrade", "no_sync")
    parser.add_argument("--active", **ON, help="sync the active environment, not the project's")
    off(parser, "--no-active", dest="active")
    parser.add_argument("--package", metavar="PACKAGE", dest="member", help="change this member of the workspace")
    if not script:
        return
    parser.add_argument("--script", metavar="SCRIPT", help="change this script instead of a project")
    parser.refuse_together("script", "to_dev", "optional", "to_group", "member", "active")


def _add_left_out(container: Container) -> None:
    for part, what in (("project", "the project itself"), ("workspace", "any member"), ("local", "what is local")):
        container.add_argument(f"--no-install-{part}", **ON, help=f"do not install {what}")
    container.add_argument("--no-install-package", metavar="NAME", **MANY, help="do not install this project")


def add_shared(parser: CommandParser, *, upgrade: bool = True) -> None:
    """Add what says how to resolve, build and install."""
    add_index(parser)
    add_resolver(parser, upgrade=upgrade, groups=upgrade)
    add_formats(parser)
    add_install(parser)
    add_refresh(parser)
