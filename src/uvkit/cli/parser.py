"""The command line's grammar."""

from __future__ import annotations

import argparse

from .options import (
    add_build,
    add_cache,
    add_environment,
    add_global,
    add_index,
    add_install,
    add_python,
    add_resolver,
)

_DESCRIPTION = "Resolve, lock, sync and manage Python environments."


def build_parser(version: str) -> argparse.ArgumentParser:
    """Return the parser of every command."""
    parser = argparse.ArgumentParser(prog="uvkit", description=_DESCRIPTION, allow_abbrev=False)
    parser.add_argument("-V", "--version", action="version", version=f"uvkit {version}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _lock(commands)
    _sync(commands)
    _venv(commands)
    _pip(commands)
    _cache(commands)
    return parser


_Commands = "argparse._SubParsersAction[argparse.ArgumentParser]"


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, summary: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name, help=summary, description=summary[0].upper() + summary[1:] + ".", allow_abbrev=False
    )
    add_global(parser)
    return parser


def _lock(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "lock", "resolve the project's requirements and write `uv.lock`")
    parser.set_defaults(handler="lock")
    parser.add_argument("--check", "--locked", action="store_true", default=None, help="fail if the lock would change")
    parser.add_argument(
        "--check-exists", "--frozen", action="store_true", default=None, help="only check that a lock exists"
    )
    parser.add_argument("--dry-run", action="store_true", default=None, help="show what would change, write nothing")
    add_python(parser)
    for add in (add_index, add_resolver, add_build, add_cache, add_install):
        add(parser)


def _sync(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "sync", "make the project's environment hold exactly what the lock says")
    parser.set_defaults(handler="sync")
    parser.add_argument("--extra", metavar="NAME", action="append", help="include this extra")
    parser.add_argument("--all-extras", action="store_true", default=None, help="include every extra")
    parser.add_argument("--no-extra", metavar="NAME", action="append", help="leave out this extra of all")
    parser.add_argument("--group", metavar="NAME", action="append", help="include this dependency group")
    parser.add_argument("--no-group", metavar="NAME", action="append", help="leave out this dependency group")
    parser.add_argument("--only-group", metavar="NAME", action="append", help="install only this dependency group")
    parser.add_argument("--all-groups", action="store_true", default=None, help="include every dependency group")
    parser.add_argument("--no-default-groups", action="store_true", default=None, help="leave out the default groups")
    parser.add_argument("--dev", action="store_true", default=None, help="include the group `dev`")
    parser.add_argument("--no-dev", action="store_true", default=None, help="leave out the group `dev`")
    parser.add_argument("--only-dev", action="store_true", default=None, help="install only the group `dev`")
    parser.add_argument("--package", metavar="NAME", action="append", help="sync for this member of the workspace")
    parser.add_argument("--all-packages", action="store_true", default=None, help="sync for every member")
    parser.add_argument(
        "--no-editable", action="store_true", default=None, help="install local projects as plain copies"
    )
    parser.add_argument("--inexact", action="store_true", default=None, help="remove nothing that is not in the lock")
    parser.add_argument("--exact", action="store_true", default=None, help=argparse.SUPPRESS)
    parser.add_argument("--no-install-project", action="store_true", default=None, help="leave out the project itself")
    parser.add_argument("--no-install-workspace", action="store_true", default=None, help="leave out all members")
    parser.add_argument("--no-install-local", action="store_true", default=None, help="leave out everything local")
    parser.add_argument("--no-install-package", metavar="NAME", action="append", help="leave out this project")
    parser.add_argument("--locked", action="store_true", default=None, help="fail if the lock is not up to date")
    parser.add_argument("--frozen", action="store_true", default=None, help="use the lock as it is")
    parser.add_argument("--dry-run", action="store_true", default=None, help="show what would change, change nothing")
    parser.add_argument("--check", action="store_true", default=None, help="fail if the environment is not in sync")
    parser.add_argument("--active", action="store_true", default=None, help="use the active environment")
    add_python(parser)
    for add in (add_index, add_resolver, add_build, add_cache, add_install):
        add(parser)


def _venv(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "venv", "create a virtual environment")
    parser.set_defaults(handler="venv")
    parser.add_argument("path", nargs="?", metavar="PATH", help="where; `.venv` without it")
    parser.add_argument("--prompt", metavar="NAME", help="the name shown when the environment is active")
    parser.add_argument(
        "--system-site-packages", action="store_true", help="see what is installed for the base interpreter"
    )
    parser.add_argument("--relocatable", action="store_true", help="make scripts that survive moving the environment")
    parser.add_argument("--seed", action="store_true", help="install pip into it")
    parser.add_argument("-c", "--clear", action="store_true", help="replace what is there")
    parser.add_argument("--allow-existing", action="store_true", help="keep what is there and write over it")
    parser.add_argument(
        "--force", action="store_true", help="with `--clear`, empty even a folder that is no environment"
    )
    parser.add_argument("--no-project", action="store_true", default=None, help="ignore the project around")
    add_python(parser)
    for add in (add_index, add_resolver, add_cache, add_install):
        add(parser)


def _pip(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    group = commands.add_parser("pip", help="work on an environment as pip does", allow_abbrev=False)
    inner = group.add_subparsers(dest="pip_command", metavar="COMMAND", required=True)
    _pip_install(inner)
    parser = _command(inner, "uninstall", "remove projects from an environment")
    parser.set_defaults(handler="pip_uninstall")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("-r", "--requirements", metavar="FILE", action="append", help="remove what this file names")
    parser.add_argument("-y", "--yes", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--dry-run", action="store_true", default=None, help="show what would be removed")
    add_environment(parser)
    parser = _command(inner, "freeze", "list what is installed, as requirements")
    parser.set_defaults(handler="pip_freeze")
    parser.add_argument("--exclude-editable", action="store_true", help="leave out editable projects")
    parser.add_argument("--exclude", metavar="NAME", action="append", help="leave out this project")
    parser.add_argument("--strict", action="store_true", help="warn about what does not fit together")
    add_environment(parser)
    parser = _command(inner, "list", "list what is installed")
    parser.set_defaults(handler="pip_list")
    parser.add_argument("-e", "--editable", action="store_true", help="only editable projects")
    parser.add_argument("--exclude-editable", action="store_true", help="leave out editable projects")
    parser.add_argument("--exclude", metavar="NAME", action="append", help="leave out this project")
    parser.add_argument("--format", choices=("columns", "freeze", "json"), default="columns", help="how to print")
    add_environment(parser)


def _pip_install(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "install", "install into an environment")
    parser.set_defaults(handler="pip_install")
    parser.add_argument("names", nargs="*", metavar="REQUIREMENT")
    parser.add_argument(
        "-r", "--requirements", "--requirement", metavar="FILE", action="append", help="install what this file names"
    )
    parser.add_argument(
        "-c", "--constraints", "--constraint", metavar="FILE", action="append", help="limit versions by this file"
    )
    parser.add_argument(
        "--overrides", "--override", metavar="FILE", action="append", help="replace requirements by this file's"
    )
    parser.add_argument("-e", "--editable", metavar="PATH", action="append", help="install this source tree editable")
    parser.add_argument("--no-deps", action="store_true", default=None, help="install only what is named")
    parser.add_argument("--require-hashes", action="store_true", default=None, help="every requirement needs a hash")
    parser.add_argument(
        "--only-binary", metavar="NAME", action="append", help="use only wheels of this project, or `:all:`"
    )
    parser.add_argument("--exact", action="store_true", default=None, help="remove what is not asked for")
    parser.add_argument("--dry-run", action="store_true", default=None, help="show what would change, change nothing")
    add_environment(parser)
    for add in (add_index, add_resolver, add_cache, add_install):
        add(parser)
    group = parser.add_argument_group("build options")
    group.add_argument("--no-build", action="store_true", default=None, help="build nothing from source")
    group.add_argument("--no-binary", metavar="NAME", action="append", help="use no wheels of this project, or `:all:`")


def _cache(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    group = commands.add_parser("cache", help="look after the cache", allow_abbrev=False)
    inner = group.add_subparsers(dest="cache_command", metavar="COMMAND", required=True)
    parser = _command(inner, "clean", "remove everything, or what belongs to some projects")
    parser.set_defaults(handler="cache_clean")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser = _command(inner, "prune", "remove what is no longer of use")
    parser.set_defaults(handler="cache_prune")
    parser.add_argument("--ci", action="store_true", help="also remove what is cheap to download again")
    parser = _command(inner, "dir", "print where the cache is")
    parser.set_defaults(handler="cache_dir")
    parser = _command(inner, "size", "print how large the cache is")
    parser.set_defaults(handler="cache_size")
    parser.add_argument("-H", "--human", action="store_true", help="print a rounded size with a unit")
