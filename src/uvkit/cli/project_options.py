"""The options of `lock` and `sync`."""

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
    off,
)

# What a script cannot have: extras, groups, members and a project of its own.
_OF_PROJECTS = (
    "extra", "all_extras", "no_extra", "dev", "no_dev", "only_dev", "group", "no_group", "no_default_groups",
    "only_group", "all_groups", "no_install_project", "no_install_workspace", "no_install_local", "all_packages",
    "package",
)  # fmt: skip


def fill_lock(parser: CommandParser) -> None:
    """Add the options of `lock`."""
    parser.set_defaults(handler="lock")
    parser.add_argument("--check", "--locked", **ON, help="fail if the lockfile would change")
    parser.add_argument("--check-exists", "--frozen", **ON, help="only check that there is a lockfile")
    parser.add_argument("--script", metavar="PATH", help="lock this script, by the block of requirements in it")
    parser.add_argument("--dry-run", **ON, help="print what would change, write nothing")
    parser.refuse_together("check", "check_exists", "dry_run", "upgrade")
    parser.refuse_together("check_exists", "dry_run")
    add_python(parser, "the interpreter whose version stands in for a missing `requires-python`")
    add_index(parser)
    add_resolver(parser, groups=True)
    add_formats(parser)
    add_install(parser, reinstall=False)
    add_refresh(parser)


def fill_sync(parser: CommandParser) -> None:
    """Add the options of `sync`."""
    parser.set_defaults(handler="sync")
    parser.add_argument("--locked", **ON, help="fail if the lockfile is not up to date")
    parser.add_argument("--frozen", **ON, help="use the lockfile as it is")
    parser.refuse_together("locked", "frozen", "upgrade")
    parser.refuse_together("frozen", "upgrade")
    parser.add_argument("--dry-run", **ON, help="print what would change, change nothing")
    parser.add_argument("--check", **ON, help="fail if the environment is not in sync")
    parser.add_argument("--script", metavar="PATH", help="sync the environment of this script")
    parser.add_argument("--python-platform", metavar="PLATFORM", help="install what this platform needs")
    parser.add_argument("--output-format", metavar="FORMAT", choices=("text", "json"), help="print `text` or `json`")
    parser.add_argument("--inexact", **ON, help="remove nothing that is not in the lockfile")
    parser.add_argument("--exact", action="store_const", const=False, dest="inexact", help=HIDDEN)
    parser.add_argument("--active", **ON, help="sync the active environment, not the project's")
    off(parser, "--no-active", dest="active")
    add_python(parser, "the interpreter of the project's environment")
    add_selection(parser)
    _add_left_out(parser)
    add_index(parser)
    add_resolver(parser, groups=True)
    add_formats(parser)
    add_install(parser)
    add_refresh(parser)


def add_selection(parser: CommandParser, *, script: bool = True) -> None:
    """Add which extras, groups and members."""
    group = parser.add_argument_group("Selection")
    group.add_argument("--extra", metavar="EXTRA", **MANY, help="include this extra")
    group.add_argument("--all-extras", **ON, help="include every extra")
    group.add_argument("--no-extra", metavar="NO_EXTRA", **MANY, help="leave out this extra of all")
    group.add_argument("--group", metavar="GROUP", **MANY, help="include this dependency group")
    group.add_argument("--no-group", metavar="NO_GROUP", **MANY, help="leave out this dependency group")
    group.add_argument("--only-group", metavar="ONLY_GROUP", **MANY, help="install only this dependency group")
    group.add_argument("--all-groups", **ON, help="include every dependency group")
    group.add_argument("--no-default-groups", **ON, help="leave out the default groups")
    group.add_argument("--dev", **ON, help=HIDDEN)
    group.add_argument("--no-dev", **ON, help="leave out the group `dev`")
    group.add_argument("--only-dev", **ON, help="install only the group `dev`")
    group.add_argument("--package", metavar="PACKAGE", **MANY, help="sync for this member of the workspace")
    group.add_argument("--all-packages", **ON, help="sync for every member of the workspace")
    parser.refuse_together("extra", "all_extras", "only_group")
    parser.refuse_together("only_group", "all_extras", "dev", "group", "all_groups")
    parser.refuse_together("only_dev", "no_dev", "group", "all_groups")
    parser.refuse_together("all_packages", "package")
    if script:
        parser.refuse_together("script", *_OF_PROJECTS)


def _add_left_out(parser: CommandParser) -> None:
    group = parser.add_argument_group("What is installed of the selection")
    group.add_argument("--no-editable", **ON, help="install local projects as plain copies")
    off(group, "--editable", dest="no_editable")
    group.add_argument("--no-editable-package", metavar="NAME", **MANY, help="install this project as a plain copy")
    for part, what in (
        ("project", "the project itself"),
        ("workspace", "the members of the workspace"),
        ("local", "what is local"),
    ):
        group.add_argument(f"--no-install-{part}", **ON, help=f"leave out {what}")
        group.add_argument(f"--only-install-{part}", **ON, help=HIDDEN)
        parser.refuse_together(f"no_install_{part}", f"only_install_{part}")
    group.add_argument("--no-install-package", metavar="NO_INSTALL_PACKAGE", **MANY, help="leave out this project")
    group.add_argument("--only-install-package", metavar="ONLY_INSTALL_PACKAGE", **MANY, help=HIDDEN)
    parser.refuse_together("no_install_package", "only_install_package")
