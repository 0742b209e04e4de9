"""The options of `run`, and those that `tool` shares with it."""

from __future__ import annotations

from .grammar import CommandParser
from .options import (
    HIDDEN,
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
from .project_options import add_selection


def fill_run(parser: CommandParser) -> None:
    """Add the options of `run`."""
    parser.set_defaults(handler="run")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("-m", "--module", dest="run_module", **ON, help="run a module, as `python -m` does")
    kind.add_argument("-s", "--script", dest="run_script", **ON, help="run the file as a Python script")
    kind.add_argument("--gui-script", dest="run_gui_script", **ON, help="run the file without a console window")
    add_with(parser)
    add_env_files(parser)
    parser.add_argument("--isolated", dest="run_isolated", **ON, help="run in an environment for the moment")
    parser.add_argument("--active", **ON, help="use the active environment, not the project's")
    off(parser, "--no-active", dest="active")
    parser.add_argument("--no-sync", **ON, help="run without syncing the project's environment")
    parser.add_argument("--locked", **ON, help="fail if the lockfile is not up to date")
    parser.add_argument("--frozen", **ON, help="use the lockfile as it is")
    parser.refuse_together("locked", "frozen", "upgrade")
    parser.refuse_together("frozen", "upgrade")
    parser.add_argument("--exact", **ON, help="remove what is not in the lockfile")
    parser.add_argument("--inexact", action="store_const", const=False, dest="exact", help=HIDDEN)
    parser.add_argument("--no-project", "--no-workspace", dest="no_project", **ON, help="ignore the project around")
    parser.refuse_together("no_project", "package")
    parser.add_argument("--no-editable", **ON, help="install local projects as plain copies")
    off(parser, "--editable", dest="no_editable")
    parser.add_argument("--no-editable-package", metavar="NAME", **MANY, help="install this project as a plain copy")
    parser.add_argument("--python-platform", metavar="PLATFORM", help="install what this platform needs")
    add_python(parser, "the interpreter of the environment")
    add_selection(parser, script=False)
    add_index(parser)
    add_resolver(parser, groups=True)
    add_formats(parser)
    add_install(parser)
    add_refresh(parser)


def add_with(parser: Container) -> None:
    """Add what is to be there besides."""
    parser.add_argument("-w", "--with", dest="run_with", metavar="REQUIREMENT", **MANY, help="run with this as well")
    parser.add_argument(
        "--with-editable", dest="run_with_editable", metavar="PATH", **MANY, help="run with this source tree, editable"
    )
    parser.add_argument(
        "--with-requirements", dest="run_with_requirements", metavar="FILE", **MANY,
        help="run with what this file names as well",
    )  # fmt: skip


def add_env_files(parser: Container) -> None:
    """Add files of variables."""
    parser.add_argument(
        "--env-file", dest="run_env_file", metavar="FILE", **MANY, help="set the variables that this file sets"
    )
    parser.add_argument("--no-env-file", dest="run_no_env_file", **ON, help="read no file of variables")
