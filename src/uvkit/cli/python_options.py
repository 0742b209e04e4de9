"""The options of `python`."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from .grammar import CommandParser
from .options import HIDDEN, ON, off


def fill_python(
    commands: argparse._SubParsersAction[CommandParser],
    add: Callable[..., CommandParser],
    below: Callable[[CommandParser, str], argparse._SubParsersAction[CommandParser]],
) -> None:
    """Add the group `python` and its commands."""
    group = add(commands, "python", "Manage interpreters", arguments=" <COMMAND>")
    inner = below(group, "py_command")
    add(inner, "list", "List the interpreters there are", fill=fill_list, aliases=("ls",), arguments=" [REQUEST]")
    add(inner, "install", "Download and install interpreters", fill=fill_install, arguments=" [TARGETS]...")
    add(inner, "upgrade", "Install the newest patches", fill=fill_upgrade, arguments=" [TARGETS]...")
    add(inner, "find", "Print the interpreter that is used", fill=fill_find, arguments=" [REQUEST]")
    add(inner, "pin", "Pin a folder, or the user, to a Python", fill=fill_pin, arguments=" [REQUEST]")
    add(inner, "dir", "Print where interpreters are kept", fill=fill_dir)
    add(inner, "uninstall", "Uninstall interpreters", fill=fill_uninstall, arguments=" <TARGETS>...")
    add(inner, "update-shell", "Let the shell find installed executables", fill=fill_update_shell)


def fill_install(parser: CommandParser) -> None:
    """Add the options of `python install`."""
    parser.set_defaults(handler="python_install")
    parser.add_argument("py_targets", nargs="*", metavar="TARGETS", help="a version, an implementation or a key")
    _add_directory(parser)
    parser.add_argument("--no-bin", dest="py_bin", action="store_const", const=False, help="make no executables")
    parser.add_argument("--bin", dest="py_bin", **ON, help=HIDDEN)
    parser.add_argument(
        "--no-registry", dest="py_no_registry", **ON, help="do not register it with Windows (this is never done)"
    )
    off(parser, "--registry", dest="py_no_registry")
    _add_sources(parser)
    parser.add_argument("-r", "--reinstall", **ON, help="install again what is there")
    parser.add_argument("-f", "--force", **ON, help="replace executables that are not managed")
    parser.add_argument("-U", "--upgrade", **ON, help="install the newest patch, also where an older one is there")
    parser.add_argument("--default", dest="py_default", **ON, help="let `python` and `python3` start it")
    _add_bytecode(parser)


def fill_upgrade(parser: CommandParser) -> None:
    """Add the options of `python upgrade`."""
    parser.set_defaults(handler="python_upgrade")
    parser.add_argument(
        "py_targets", nargs="*", metavar="TARGETS", help="a minor version; all that are there without it"
    )
    _add_directory(parser)
    _add_sources(parser)
    parser.add_argument("-r", "--reinstall", **ON, help="install the newest patch again if it is there")
    _add_bytecode(parser)


def fill_uninstall(parser: CommandParser) -> None:
    """Add the options of `python uninstall`."""
    parser.set_defaults(handler="python_uninstall")
    parser.add_argument("py_targets", nargs="*", metavar="TARGETS", help="a version, an implementation or a key")
    _add_directory(parser)
    parser.add_argument("--all", dest="py_all", **ON, help="uninstall all that are there")


def fill_list(parser: CommandParser) -> None:
    """Add the options of `python list`."""
    parser.set_defaults(handler="python_list")
    parser.add_argument("py_request", nargs="?", metavar="REQUEST", help="list only what satisfies this")
    parser.add_argument(
        "--all-versions", dest="py_all_versions", **ON, help="list older patches that can be downloaded too"
    )
    parser.add_argument("--all-platforms", dest="py_all_platforms", **ON, help="list downloads for other systems too")
    parser.add_argument(
        "--all-arches", "--all-architectures", dest="py_all_arches", **ON, help="list downloads for other machines too"
    )
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--only-installed", dest="py_only_installed", **ON, help="list only what is installed")
    only.add_argument("--only-downloads", dest="py_only_downloads", **ON, help="list only what can be downloaded")
    parser.add_argument("--show-urls", dest="py_show_urls", **ON, help="show where downloads come from")
    parser.add_argument("--output-format", metavar="FORMAT", choices=("text", "json"), help="print `text` or `json`")
    _add_catalog(parser)


def fill_find(parser: CommandParser) -> None:
    """Add the options of `python find`."""
    parser.set_defaults(handler="python_find")
    parser.add_argument(
        "py_request", nargs="?", metavar="REQUEST", help="a version, an implementation, a key or a path"
    )
    parser.add_argument("--no-project", **ON, help="ignore the project around")
    parser.add_argument("--system", **ON, help="leave out virtual environments")
    off(parser, "--no-system", dest="system")
    parser.add_argument("--script", metavar="SCRIPT", help="find the one of this script")
    parser.add_argument("--show-version", dest="py_show_version", **ON, help="print the version, not the path")
    parser.add_argument("--resolve-links", dest="py_resolve_links", **ON, help="follow symbolic links")
    _add_catalog(parser)
    parser.refuse_together("script", "no_project", "system")


def fill_pin(parser: CommandParser) -> None:
    """Add the options of `python pin`."""
    parser.set_defaults(handler="python_pin")
    parser.add_argument(
        "py_request", nargs="?", metavar="REQUEST", help="what to pin; without it, print what is pinned"
    )
    parser.add_argument("--resolved", dest="py_resolved", **ON, help="write the path of the interpreter")
    off(parser, "--no-resolved", dest="py_resolved")
    parser.add_argument("--no-project", **ON, help="do not compare with the project's `requires-python`")
    parser.add_argument("--global", dest="py_global", **ON, help="pin for the user, where no folder says otherwise")
    parser.add_argument("--rm", dest="py_rm", **ON, help="remove the pin")
    _add_catalog(parser)


def fill_dir(parser: CommandParser) -> None:
    """Add the options of `python dir`."""
    parser.set_defaults(handler="python_dir")
    parser.add_argument("--bin", dest="py_bin", **ON, help="print where executables go")


def fill_update_shell(parser: CommandParser) -> None:
    """Add the options of `python update-shell`."""
    parser.set_defaults(handler="python_update_shell")


def _add_directory(parser: CommandParser) -> None:
    parser.add_argument(
        "-i", "--install-dir", dest="python_install_dir", metavar="DIR", help="where interpreters are kept"
    )


def _add_catalog(parser: CommandParser) -> None:
    parser.add_argument(
        "--python-downloads-json-url", metavar="URL", help="a list of downloads in place of the own one"
    )


def _add_sources(parser: CommandParser) -> None:
    parser.add_argument(
        "--mirror", dest="python_install_mirror", metavar="URL", help="where CPython is downloaded from"
    )
    for name, title in (("pypy", "PyPy"), ("graalpy", "GraalPy"), ("pyodide", "Pyodide")):
        parser.add_argument(
            f"--{name}-mirror", dest=f"{name}_install_mirror", metavar="URL", help=f"where {title} is downloaded from"
        )
    _add_catalog(parser)


def _add_bytecode(parser: CommandParser) -> None:
    parser.add_argument("--compile-bytecode", "--compile", **ON, help="compile the standard library afterwards")
    off(parser, "--no-compile-bytecode", "--no-compile", dest="compile_bytecode")
