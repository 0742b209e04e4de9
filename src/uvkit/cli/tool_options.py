"""The commands of `tool` and their options."""

from __future__ import annotations

from .grammar import CommandParser
from .options import (
    HIDDEN,
    MANY,
    ON,
    Container,
    add_accelerator,
    add_formats,
    add_index,
    add_install,
    add_python,
    add_refresh,
    add_resolver,
)
from .run_options import add_env_files, add_with


def fill_tool_run(parser: CommandParser) -> None:
    """Add the options of `tool run`."""
    parser.set_defaults(handler="tool_run")
    parser.add_argument("--from", dest="tool_from", metavar="PACKAGE", help="the package that has the command")
    add_with(parser)
    _add_limits(parser)
    parser.add_argument("--isolated", dest="run_isolated", **ON, help="use no tool that is installed")
    add_env_files(parser)
    parser.add_argument("--python-platform", metavar="PLATFORM", help="install what this platform needs")
    add_python(parser, "the interpreter of the environment")
    _add_choices(parser)


def fill_tool_install(parser: CommandParser) -> None:
    """Add the options of `tool install`."""
    parser.set_defaults(handler="tool_install")
    parser.add_argument("tool_package", metavar="PACKAGE", help="the package whose commands are installed")
    parser.add_argument("--from", dest="tool_from", metavar="PACKAGE", help=HIDDEN)
    add_with(parser)
    parser.add_argument("-e", "--editable", dest="tool_editable", **ON, help="install the source tree editable")
    parser.add_argument(
        "--with-executables-from", dest="tool_executables_from", metavar="PACKAGE", **MANY,
        help="install the commands of this package as well",
    )  # fmt: skip
    _add_limits(parser)
    parser.add_argument(
        "--excludes", "--exclude", metavar="FILE", **MANY, help="leave out what this file names, whoever requires it"
    )
    parser.add_argument("--force", dest="tool_force", **ON, help="install anew, and replace commands of others")
    parser.add_argument("--python-platform", metavar="PLATFORM", help="install what this platform needs")
    add_python(parser, "the interpreter of the environment")
    _add_choices(parser)


def fill_tool_upgrade(parser: CommandParser) -> None:
    """Add the options of `tool upgrade`."""
    parser.set_defaults(handler="tool_upgrade")
    parser.add_argument("tool_names", nargs="*", metavar="NAME", help="a tool")
    parser.add_argument("--all", dest="tool_all", **ON, help="upgrade all tools")
    add_python(parser, "the interpreter to go on with")
    add_index(parser)
    add_resolver(parser, upgrade=False)
    add_formats(parser)
    add_install(parser)


def fill_tool_list(parser: CommandParser) -> None:
    """Add the options of `tool list`."""
    parser.set_defaults(handler="tool_list")
    for name, summary in (
        ("paths", "where environments and commands are"),
        ("version-specifiers", "what was asked for"),
        ("with", "what came with it"),
        ("extras", "the extras that were asked for"),
        ("python", "the interpreter"),
    ):
        dest = f"tool_{name.replace('-', '_')}"
        parser.add_argument(f"--show-{name}", dest=dest, **ON, help=f"show {summary}")
    parser.add_argument("--outdated", dest="tool_outdated", **ON, help="only tools with newer versions, and these")
    parser.add_argument("--no-outdated", dest="tool_outdated", action="store_false", help=HIDDEN)
    add_index(parser)
    add_resolver(parser, upgrade=False)


def fill_tool_uninstall(parser: CommandParser) -> None:
    """Add the options of `tool uninstall`."""
    parser.set_defaults(handler="tool_uninstall")
    parser.add_argument("tool_names", nargs="*", metavar="NAME", help="a tool")
    parser.add_argument("--all", dest="tool_all", **ON, help="uninstall all tools")


def fill_tool_dir(parser: CommandParser) -> None:
    """Add the options of `tool dir`."""
    parser.set_defaults(handler="tool_dir")
    parser.add_argument("--bin", dest="tool_bin", **ON, help="print the folder of the commands instead")


def fill_tool_update_shell(parser: CommandParser) -> None:
    """Add the options of `tool update-shell`."""
    parser.set_defaults(handler="tool_update_shell")


def _add_limits(parser: Container) -> None:
    parser.add_argument(
        "-c", "--constraints", "--constraint", metavar="FILE", **MANY, help="limit versions by this file"
    )
    parser.add_argument(
        "--overrides", "--override", metavar="FILE", **MANY, help="replace all requirements on what this file names"
    )
    parser.add_argument(
        "-b", "--build-constraints", "--build-constraint", metavar="FILE", **MANY,
        help="limit versions of build requirements by this file",
    )  # fmt: skip


def _add_choices(parser: CommandParser) -> None:
    add_index(parser)
    add_resolver(parser)
    add_formats(parser)
    add_accelerator(parser)
    add_install(parser)
    add_refresh(parser)
