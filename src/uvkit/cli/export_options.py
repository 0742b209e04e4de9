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
from .project_options import add_selection

FORMATS = ("requirements.txt", "pylock.toml", "cyclonedx1.5")


def fill_export(parser: CommandParser) -> None:
    """Add the options of `export`."""
    parser.set_defaults(handler="export")
    parser.add_argument("--format", metavar="FORMAT", choices=FORMATS, help=f"write {', '.join(FORMATS)}")
    parser.add_argument("-o", "--output-file", metavar="FILE", help="write to this file too")
    parser.add_argument("--locked", **ON, help="fail if the lockfile is not up to date")
    parser.add_argument("--frozen", **ON, help="use the lockfile as it is")
    parser.refuse_together("locked", "frozen", "upgrade")
    parser.refuse_together("frozen", "upgrade")
    parser.add_argument("--script", metavar="PATH", help="export the lock of this script")
    parser.add_argument("--no-hashes", **ON, help="leave out hashes")
    parser.add_argument("--no-header", **ON, help="leave out the comment at the top")
    parser.add_argument("--no-annotate", **ON, help="leave out the comments that say who needs what")
    parser.add_argument("--emit-index-url", **ON, help="write `--index-url` and `--extra-index-url` lines")
    parser.add_argument("--emit-find-links", **ON, help="write `--find-links` lines")
    parser.add_argument("--header", "--annotate", "--hashes", action="store_true", help=HIDDEN)
    add_selection(parser)
    _add_left_out(parser)
    add_python(parser, "the interpreter whose version stands in for a missing `requires-python`")
    add_index(parser)
    add_resolver(parser, groups=True)
    add_formats(parser)
    add_install(parser, reinstall=False)
    add_refresh(parser)


def _add_left_out(parser: CommandParser) -> None:
    group = parser.add_argument_group("What is written of the selection")
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
