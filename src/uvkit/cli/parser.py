"""The commands and their own options."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from .audit_options import fill_audit
from .config_options import fill_completion, fill_explain, fill_schema
from .editing_options import fill_add, fill_remove
from .export_options import fill_export
from .gathering_options import fill_download, fill_wheel
from .grammar import CommandParser, Fill
from .init_options import fill_init, fill_upgrade, fill_version
from .migrate_options import fill_migrate
from .options import (
    HIDDEN,
    MANY,
    ON,
    add_accelerator,
    add_build,
    add_environment,
    add_global,
    add_index,
    add_install,
    add_managed,
    add_python,
    add_refresh,
    add_resolver,
    off,
)
from .pip_options import (
    add_machine,
    add_outcome,
    add_place,
    add_report,
    pip_check,
    pip_compile,
    pip_inspect,
    pip_show,
    pip_sync,
    pip_tree,
)
from .project_options import fill_lock, fill_sync
from .publishing_options import fill_build, fill_publish
from .python_options import fill_python
from .run_options import fill_run
from .tool_commands import fill_tool
from .tree_options import fill_tree

_Commands = argparse._SubParsersAction  # noqa: SLF001  # argparse has no public name for it


def build_parser(version: str) -> CommandParser:
    """Return the parser of every command."""
    parser = CommandParser(
        prog="uvkit",
        description="Resolve, lock, sync and manage Python environments.",
        epilog="Use `uvkit help <COMMAND>` for the options of a command.",
        arguments=" <COMMAND>",
        fill=add_global,
    )
    parser.add_argument(
        "-V", "--version", action="version", version=f"uvkit {version}", help="print the version of uvkit"
    )
    commands = _commands(parser, "command")
    _add(commands, "run", "Run a command or script", fill=fill_run, arguments=" [COMMAND]", trailing="run_command")
    _add(commands, "add", "Add dependencies to the project", fill=fill_add, arguments=" <PACKAGES>...")
    _add(commands, "remove", "Remove dependencies from the project", fill=fill_remove, arguments=" <PACKAGES>...")
    _add(commands, "init", "Create a new project", fill=fill_init, arguments=" [PATH]")
    _add(commands, "version", "Read or update the project's version", fill=fill_version, arguments=" [VALUE]")
    _add(commands, "tree", "Display the project's dependency tree", fill=fill_tree)
    _add(commands, "upgrade", "Raise the bounds of dependencies", fill=fill_upgrade, arguments=" [PACKAGES]...")
    _add(commands, "sync", "Update the project's environment", fill=fill_sync)
    _add(commands, "lock", "Update the project's lockfile", fill=fill_lock)
    _add(commands, "export", "Write the project's lockfile in another format", fill=fill_export)
    _add(commands, "publish", "Upload distributions to an index", fill=fill_publish, arguments=" [FILES]...")
    _add(commands, "build", "Build source distributions and wheels", fill=fill_build, arguments=" [SRC]")
    _add(commands, "migrate", "Make a standard project of one of another tool", fill=fill_migrate, arguments=" [PATH]")
    _add(commands, "audit", "Look for known vulnerabilities of what is locked", fill=fill_audit)
    _add(commands, "venv", "Create a virtual environment", fill=_venv, aliases=("virtualenv", "v"), arguments=" [PATH]")
    fill_tool(commands, _add, _commands)
    fill_python(commands, _add, _commands)
    _pip(commands)
    _cache(commands)
    _config(commands)
    _add(
        commands, "generate-shell-completion", "Print the completions for a shell",
        fill=fill_completion, arguments=" <SHELL>",
    )  # fmt: skip
    _add(commands, "help", "Print the help of a command", fill=_help, arguments=" [COMMAND]...")
    return parser


def all_commands(parser: CommandParser) -> Iterator[CommandParser]:
    """Yield the parsers of all commands that do something."""
    for action in parser._actions:  # noqa: SLF001  # argparse has no public way to its commands
        if isinstance(action, _Commands):
            for inner in dict.fromkeys(action.choices.values()):
                yield from all_commands(inner)
            return
    parser.fill()
    yield parser


def named_command(parser: CommandParser, names: list[str]) -> CommandParser:
    """Return the parser of a command by its name, of a command in a group by both names."""
    for name in names:
        for action in parser._actions:  # noqa: SLF001  # argparse has no public way to its commands
            if isinstance(action, _Commands):
                parser._check_value(action, name)  # noqa: SLF001  # the same message as for an unknown command
                parser = action.choices[name]
                break
        else:
            break
    return parser


def _commands(parser: CommandParser, dest: str) -> argparse._SubParsersAction[CommandParser]:
    # With the program's name given, argparse does not format a usage to find it.
    return parser.add_subparsers(dest=dest, metavar="<COMMAND>", required=True, title="Commands", prog=parser.prog)


def _add(
    commands: argparse._SubParsersAction[CommandParser],
    name: str,
    summary: str,
    *,
    fill: Fill | None = None,
    aliases: tuple[str, ...] = (),
    arguments: str = "",
    trailing: str | None = None,
) -> CommandParser:
    def complete(parser: CommandParser) -> None:
        if fill is not None:
            fill(parser)
        add_global(parser)

    return commands.add_parser(
        name,
        help=summary,
        description=f"{summary}.",
        aliases=aliases,
        arguments=arguments,
        trailing=trailing,
        fill=complete,
    )


# -- environments ------------------------------------------------------------------------------------------------------


def _venv(parser: CommandParser) -> None:
    parser.set_defaults(handler="venv")
    parser.add_argument("path", nargs="?", metavar="PATH", help="where; `.venv` without it")
    parser.add_argument("-c", "--clear", **ON, help="replace what is there")
    off(parser, "--no-clear", dest="clear")
    parser.add_argument("--allow-existing", **ON, help="keep what is there and write over it, also with `--clear`")
    parser.add_argument("--force", **ON, help="with `--clear`, empty even a folder that is no environment")
    parser.add_argument("--prompt", metavar="NAME", help="the name shown while the environment is active")
    parser.add_argument("--system-site-packages", **ON, help="see what is installed for the base interpreter")
    parser.add_argument("--relocatable", **ON, help="make scripts that survive moving the environment")
    parser.add_argument("--seed", **ON, help="install pip into it (and setuptools and wheel before Python 3.12)")
    parser.add_argument("--no-project", **ON, help="ignore the project around")
    add_python(parser, "the interpreter to make it with")
    add_index(parser)
    add_resolver(parser, upgrade=False)
    add_install(parser, reinstall=False)
    add_refresh(parser)


# -- pip ---------------------------------------------------------------------------------------------------------------


def _pip(commands: argparse._SubParsersAction[CommandParser]) -> None:
    group = _add(commands, "pip", "Manage an environment as pip does", arguments=" <COMMAND>")
    inner = _commands(group, "pip_command")
    _add(inner, "compile", "Pin requirements in a file", fill=pip_compile, arguments=" <SRC_FILE>...")
    _add(inner, "sync", "Make an environment hold exactly what files name", fill=pip_sync, arguments=" <SRC_FILE>...")
    _add(inner, "install", "Install into an environment", fill=_pip_install, arguments=" [REQUIREMENT]...")
    _add(inner, "uninstall", "Remove projects from an environment", fill=_pip_uninstall, arguments=" [NAME]...")
    _add(inner, "freeze", "List what is installed, as requirements", fill=_pip_freeze)
    _add(inner, "list", "List what is installed", fill=_pip_list, aliases=("ls",))
    _add(inner, "show", "Show what is known of installed projects", fill=pip_show, arguments=" [NAME]...")
    _add(inner, "tree", "Show what requires what", fill=pip_tree)
    _add(inner, "download", "Bring files of requirements here", fill=fill_download, arguments=" [REQUIREMENT]...")
    _add(inner, "wheel", "Bring wheels of requirements here", fill=fill_wheel, arguments=" [REQUIREMENT]...")
    _add(inner, "check", "Check that installed projects have what they require", fill=pip_check)
    _add(inner, "inspect", "List what is installed with its metadata, as JSON", fill=pip_inspect)


def _pip_install(parser: CommandParser) -> None:
    parser.set_defaults(handler="pip_install")
    parser.add_argument("names", nargs="*", metavar="REQUIREMENT", help="a requirement, a path or a URL")
    parser.add_argument(
        "-r", "--requirements", "--requirement", metavar="FILE", **MANY, help="install what this file names"
    )
    parser.add_argument("-e", "--editable", metavar="PATH", **MANY, help="install this source tree editable")
    parser.add_argument(
        "-c", "--constraints", "--constraint", metavar="FILE", **MANY, help="limit versions by this file"
    )
    parser.add_argument(
        "--overrides", "--override", metavar="FILE", **MANY, help="replace all requirements on what this file names"
    )
    parser.add_argument(
        "--excludes", "--exclude", metavar="FILE", **MANY, help="leave out what this file names, whoever requires it"
    )
    parser.add_argument(
        "-b", "--build-constraints", "--build-constraint", metavar="FILE", **MANY,
        help="limit versions of build requirements by this file",
    )  # fmt: skip
    one = parser.add_mutually_exclusive_group()
    one.add_argument("--extra", metavar="NAME", **MANY, help="include this extra of a `pyproject.toml`")
    one.add_argument("--all-extras", **ON, help="include all extras of a `pyproject.toml`")
    parser.add_argument(
        "--group", metavar="[PATH:]NAME", **MANY, help="install this dependency group of a `pyproject.toml`"
    )
    parser.add_argument("--no-deps", "--no-dependencies", **ON, help="install only what is named")
    off(parser, "--deps", dest="no_deps")
    parser.add_argument("--require-hashes", **ON, help="every requirement needs a hash")
    off(parser, "--no-require-hashes", dest="require_hashes")
    parser.add_argument("--no-verify-hashes", **ON, help="ignore the hashes in requirements files")
    parser.add_argument("--exact", **ON, help="remove what is not asked for")
    parser.add_argument("--inexact", action="store_const", const=False, dest="exact", help=HIDDEN)
    parser.add_argument("--no-editable", **ON, help="install local projects as plain copies")
    parser.add_argument("--no-editable-package", metavar="NAME", **MANY, help="install this project as a plain copy")
    add_outcome(parser)
    add_environment(parser)
    add_place(parser, user=True)
    add_machine(parser)
    add_report(parser)
    add_managed(parser)
    add_index(parser)
    add_resolver(parser, groups=True)
    add_accelerator(parser)
    group = add_build(parser)
    group.add_argument("--no-build", **ON, help="build nothing from source")
    off(group, "--build", dest="no_build")
    group.add_argument("--no-binary", metavar="NAME", **MANY, help="use no wheels of this project, or `:all:`")
    group.add_argument("--only-binary", metavar="NAME", **MANY, help="use only wheels of this project, or `:all:`")
    add_install(parser)
    add_refresh(parser)


def _pip_uninstall(parser: CommandParser) -> None:
    parser.set_defaults(handler="pip_uninstall")
    parser.add_argument("names", nargs="*", metavar="NAME", help="a project")
    parser.add_argument(
        "-r", "--requirements", "--requirement", metavar="FILE", **MANY, help="remove what this file names"
    )
    parser.add_argument("-y", "--yes", **ON, help=HIDDEN)
    parser.add_argument("--dry-run", **ON, help="print what would be removed, remove nothing")
    parser.add_argument("--keyring-provider", metavar="HOW", choices=("disabled", "subprocess"), help=HIDDEN)
    add_environment(parser)
    add_place(parser)
    add_managed(parser)


def _pip_freeze(parser: CommandParser) -> None:
    parser.set_defaults(handler="pip_freeze")
    parser.add_argument("--exclude-editable", **ON, help="leave out editable projects")
    parser.add_argument("--exclude", metavar="NAME", dest="leave_out", **MANY, help="leave out this project")
    parser.add_argument("--strict", **ON, help="warn about what does not fit together")
    parser.add_argument("--path", metavar="PATH", dest="paths", **MANY, help="list what is in this folder instead")
    add_environment(parser)
    add_place(parser)


def _pip_list(parser: CommandParser) -> None:
    parser.set_defaults(handler="pip_list")
    parser.add_argument("-e", "--editable", **ON, help="only editable projects")
    parser.add_argument("--exclude-editable", **ON, help="leave out editable projects")
    parser.add_argument("--exclude", metavar="NAME", dest="leave_out", **MANY, help="leave out this project")
    parser.add_argument(
        "--format", metavar="FORMAT", choices=("columns", "freeze", "json"), default="columns",
        help="print `columns`, `freeze` or `json`",
    )  # fmt: skip
    parser.add_argument("--outdated", **ON, help="only projects with newer versions")
    off(parser, "--no-outdated", dest="outdated")
    parser.add_argument("--strict", **ON, help="warn about what does not fit together")
    add_environment(parser)
    add_place(parser)
    add_index(parser)
    add_resolver(parser, upgrade=False)


# -- cache -------------------------------------------------------------------------------------------------------------


def _cache(commands: argparse._SubParsersAction[CommandParser]) -> None:
    group = _add(commands, "cache", "Look after the cache", arguments=" <COMMAND>")
    inner = _commands(group, "cache_command")
    _add(
        inner, "clean", "Remove everything, or what belongs to some projects", fill=_cache_clean, arguments=" [NAME]..."
    )
    _add(inner, "prune", "Remove what is no longer of use", fill=_cache_prune)
    _add(inner, "dir", "Print where the cache is", fill=_cache_dir)
    _add(inner, "size", "Print how large the cache is", fill=_cache_size)


def _cache_clean(parser: CommandParser) -> None:
    parser.set_defaults(handler="cache_clean")
    parser.add_argument("names", nargs="*", metavar="NAME", help="a project")


def _cache_prune(parser: CommandParser) -> None:
    parser.set_defaults(handler="cache_prune")
    parser.add_argument("--ci", **ON, help="also remove what is cheap to download again, keep what was built")


def _cache_dir(parser: CommandParser) -> None:
    parser.set_defaults(handler="cache_dir")


def _cache_size(parser: CommandParser) -> None:
    parser.set_defaults(handler="cache_size")
    parser.add_argument("-H", "--human", **ON, help="print a rounded size with a unit")


# -- settings ----------------------------------------------------------------------------------------------------------


def _config(commands: argparse._SubParsersAction[CommandParser]) -> None:
    group = _add(commands, "config", "Show the settings that apply", arguments=" <COMMAND>")
    inner = _commands(group, "config_command")
    _add(inner, "explain", "Print what is set, to what, and where", fill=fill_explain, arguments=" [KEY]")
    _add(inner, "schema", "Print the JSON Schema of the settings", fill=fill_schema)


def _help(parser: CommandParser) -> None:
    parser.set_defaults(handler="help")
    parser.add_argument("names", nargs="*", metavar="COMMAND", help="a command, or a group and a command")
