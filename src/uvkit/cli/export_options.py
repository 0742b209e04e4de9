"""The options of `export`."""

from __future__ import annotations

from .grammar import CommandParser
from .options import (
    HIDDEN,
    MANY,
    ON,
    add_formats,
    add_index,
    add_install,
    add_python,
    add_refresh,
    add_resolver,
)

FORMATS = ("requirements.txt", "pylock.toml", "cyclonedx1.5")


def fill_export(parser: CommandParser) -> None:
    """Add the options of `export`."""
    parser.set_defaults(handler="export")
    parser.add_argument("--format", metavar="FORMAT", choices=FORMATS, help=f"write {', '.join(FORMATS)}")
    parser.add_argument("-o", "--output-file", metavar="FILE", help="write to this file too")
    one = parser.add_mutually_exclusive_group()
    one.add_argument("--locked", **ON, help="fail if the lockfile is not up to date")
    one.add_argument("--frozen", **ON, help="use the lockfile as it is")
    parser.add_argument("--script", metavar="PATH", help="export the lock of this script")
    parser.add_argument("--no-hashes", **ON, help="leave out hashes")
    parser.add_argument("--no-header", **ON, help="leave out the comment at the top")
    parser.add_argument("--no-annotate", **ON, help="leave out the comments that say who needs what")
    parser.add_argument("--emit-index-url", **ON, help="write `--index-url` and `--extra-index-url` lines")
    parser.add_argument("--emit-find-links", **ON, help="write `--find-links` lines")
    parser.add_argument("--header", "--annotate", "--hashes", action="store_true", help=HIDDEN)
    _selection(parser)
    add_python(parser, "the interpreter whose version stands in for a missing `requires-python`")
    add_index(parser)
    add_resolver(parser)
    add_formats(parser)
    add_install(parser, reinstall=False)
    add_refresh(parser)


def _selection(parser: CommandParser) -> None:
    group = parser.add_argument_group("Selection")
    one = group.add_mutually_exclusive_group()
    one.add_argument("--extra", metavar="NAME", **MANY, help="include this extra")
    one.add_argument("--all-extras", **ON, help="include every extra")
    group.add_argument("--no-extra", metavar="NAME", **MANY, help="leave out this extra of all")
    group.add_argument("--group", metavar="NAME", **MANY, help="include this dependency group")
    group.add_argument("--no-group", metavar="NAME", **MANY, help="leave out this dependency group")
    group.add_argument("--only-group", metavar="NAME", **MANY, help="write only this dependency group")
    group.add_argument("--all-groups", **ON, help="include every dependency group")
    group.add_argument("--no-default-groups", **ON, help="leave out the default groups")
    group.add_argument("--dev", **ON, help=HIDDEN)
    one = group.add_mutually_exclusive_group()
    one.add_argument("--no-dev", **ON, help="leave out the group `dev`")
    one.add_argument("--only-dev", **ON, help="write only the group `dev`")
    one = group.add_mutually_exclusive_group()
    one.add_argument("--package", metavar="NAME", **MANY, help="export for this member of the workspace")
    one.add_argument("--all-packages", **ON, help="export for every member of the workspace")
    group.add_argument("--prune", metavar="NAME", **MANY, help="leave out this project and what only it needs")
    group.add_argument("--no-editable", **ON, help="write local projects as plain ones")
    group.add_argument("--no-editable-package", metavar="NAME", **MANY, help="write this local project as a plain one")
    # The setting knows one of the three; the last that is given here is the one that leaves out most.
    for name, what in (
        ("project", "the project itself"),
        ("workspace", "all members of the workspace"),
        ("local", "everything that is local"),
    ):
        group.add_argument(
            f"--no-emit-{name}", f"--no-install-{name}", dest=f"no_install_{name}", **ON, help=f"leave out {what}"
        )
    group.add_argument(
        "--no-emit-package", "--no-install-package", dest="no_install_package", metavar="NAME", **MANY,
        help="leave out this project",
    )  # fmt: skip
