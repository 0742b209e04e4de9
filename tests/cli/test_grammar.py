"""How command lines are understood, and what is said of those that are not."""

from __future__ import annotations

import argparse
import ast
import inspect
from importlib import import_module
from pathlib import Path

import pytest

import uvkit
from uvkit.cli import commands
from uvkit.cli.grammar import CommandParser, run_parser
from uvkit.cli.parser import all_commands, build_parser
from uvkit.cli.session import COMMANDS_OWN, setting_arguments

from .conftest import Cli

COMMANDS = {parser.prog: parser for parser in all_commands(build_parser("0"))}
HANDLERS = sorted({parser.get_default("handler") for parser in COMMANDS.values()})


def _shown(parser: CommandParser) -> list[argparse.Action]:
    return [action for action in parser._actions if action.help != argparse.SUPPRESS]


def test_version_is_printed(cli: Cli) -> None:
    done = cli("--version")

    assert done.out == f"uvkit {uvkit.__version__}\n"


def test_help_lists_the_commands(cli: Cli) -> None:
    done = cli("--help")

    assert done.out.startswith(
        "Resolve, lock, sync and manage Python environments.\n\nUsage: uvkit [OPTIONS] <COMMAND>\n"
    )
    for name in ("sync", "lock", "venv", "pip", "cache", "help"):
        assert f"\n    {name} " in done.out


def test_help_of_a_command_is_the_same_in_both_ways(cli: Cli) -> None:
    option = cli("pip", "install", "--help")
    command = cli("help", "pip", "install")

    assert option.out == command.out
    assert "  -r, --requirements <FILE>" in option.out
    assert "--requirement " not in option.out


def test_help_of_a_group_lists_its_commands(cli: Cli) -> None:
    done = cli("help", "cache")

    assert "Usage: uvkit cache [OPTIONS] <COMMAND>" in done.out
    assert "\n    prune " in done.out


def test_help_of_an_unknown_command_says_so(cli: Cli) -> None:
    done = cli("help", "snyc", status=2)

    assert "unrecognized subcommand 'snyc'" in done.err
    assert "tip: a similar subcommand exists: 'sync'" in done.err


@pytest.mark.parametrize("prog", COMMANDS)
def test_every_option_is_described(prog: str) -> None:
    undescribed = [action.option_strings for action in _shown(COMMANDS[prog]) if not action.help]

    assert undescribed == []


@pytest.mark.parametrize("prog", COMMANDS)
def test_no_line_of_help_is_wider_than_the_terminal(prog: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")

    lines = COMMANDS[prog].format_help().splitlines()

    assert [line for line in lines if len(line) > 100] == []


def test_an_unknown_command_is_answered_with_a_similar_one(cli: Cli) -> None:
    done = cli("snyc", status=2)

    assert done.out == ""
    assert done.err == (
        "error: unrecognized subcommand 'snyc'\n\n  tip: a similar subcommand exists: 'sync'\n\n"
        "Usage: uvkit [OPTIONS] <COMMAND>\n\nFor more information, try '--help'.\n"
    )


def test_an_unknown_command_without_likeness_is_answered_plainly(cli: Cli) -> None:
    done = cli("pip", "xyzzy", status=2)

    assert "unrecognized subcommand 'xyzzy'" in done.err
    assert "tip" not in done.err
    assert "Usage: uvkit pip [OPTIONS] <COMMAND>" in done.err


def test_an_unknown_option_is_an_error_of_its_command(cli: Cli) -> None:
    done = cli("sync", "--al-extras", status=2)

    assert done.err.startswith("error: unexpected argument '--al-extras' found\n")
    assert "tip: a similar argument exists: '--all-extras'" in done.err
    assert "Usage: uvkit sync [OPTIONS]\n" in done.err


def test_options_are_never_abbreviated(cli: Cli) -> None:
    done = cli("sync", "--all-ext", status=2)

    assert "unexpected argument '--all-ext' found" in done.err


def test_a_superfluous_word_is_an_error(cli: Cli) -> None:
    done = cli("lock", "extra", status=2)

    assert "unexpected argument 'extra' found" in done.err


def test_a_missing_command_is_an_error(cli: Cli) -> None:
    done = cli("cache", status=2)

    assert done.err.startswith("error: 'uvkit cache' requires a subcommand but one was not provided\n")


def test_a_missing_value_is_an_error(cli: Cli) -> None:
    done = cli("sync", "--extra", status=2)

    assert done.err.startswith("error: a value is required for '--extra' but none was supplied\n")


def test_a_wrong_value_lists_the_right_ones(cli: Cli) -> None:
    done = cli("lock", "--resolution", "best", status=2)

    assert done.err.startswith(
        "error: invalid value 'best' for '--resolution <HOW>'\n  [possible values: highest, lowest, lowest-direct]\n"
    )


@pytest.mark.parametrize(
    "argv",
    [
        ("lock", "--check", "--check-exists"),
        ("sync", "--locked", "--frozen"),
        ("sync", "--extra", "a", "--all-extras"),
        ("sync", "--no-dev", "--only-dev"),
        ("sync", "--package", "a", "--all-packages"),
        ("pip", "install", "--extra", "a", "--all-extras"),
    ],
)
def test_options_that_exclude_each_other_are_refused(cli: Cli, argv: tuple[str, ...]) -> None:
    done = cli(*argv, status=2)

    assert "cannot be used with" in done.err


@pytest.mark.parametrize("argv", [("-q", "pip", "list"), ("pip", "-q", "list"), ("pip", "list", "-q")])
def test_shared_options_may_stand_anywhere(argv: tuple[str, ...]) -> None:
    arguments = run_parser(build_parser("0"), argv)

    assert arguments.quiet == 1
    assert arguments.handler == "pip_list"


def test_counted_options_count() -> None:
    arguments = run_parser(build_parser("0"), ["sync", "-qq"])

    assert arguments.quiet == 2


def test_aliases_are_the_same_command() -> None:
    handlers = [run_parser(build_parser("0"), [name]).handler for name in ("venv", "virtualenv", "v")]

    assert handlers == ["venv"] * 3


def test_what_was_not_given_leaves_settings_alone() -> None:
    arguments = run_parser(build_parser("0"), ["sync"])

    assert setting_arguments(arguments) == {}


@pytest.mark.parametrize("prog", COMMANDS)
def test_every_option_is_read_by_its_command_or_is_a_setting(prog: str) -> None:
    parser = COMMANDS[prog]
    arguments = argparse.Namespace(handler=parser.get_default("handler"))
    for action in parser._actions:
        if action.dest not in COMMANDS_OWN and action.dest != argparse.SUPPRESS:
            setattr(arguments, action.dest, _example(action))

    settings = uvkit.Settings().with_arguments(setting_arguments(arguments))

    assert isinstance(settings, uvkit.Settings)


def _example(action: argparse.Action) -> object:
    special = {
        "exclude_newer": "2024-01-01",
        "exclude_newer_package": ["a=2024-01-01"],
        "config_settings": ["a=b"],
        "config_settings_package": ["a:b=c"],
        "prerelease_package": ["a=allow"],
    }
    if action.dest in special:
        return special[action.dest]
    if action.nargs == 0:
        return True if action.const is None else action.const
    value = next(iter(action.choices)) if action.choices else "https://index.example/simple"
    if "package" in action.dest or action.dest in {"extra", "no_extra", "group", "no_group", "only_group"}:
        value = "alpha"
    if action.dest in {"no_binary", "only_binary"}:
        value = ":all:"
    return [value] if isinstance(action, argparse._AppendAction) else value


@pytest.mark.parametrize("handler", HANDLERS)
def test_every_handler_has_a_module_with_a_command(handler: str) -> None:
    module = import_module(f"uvkit.cli.commands.{handler}")

    assert list(inspect.signature(module.command).parameters) == ["arguments", "printer", "variables"]


def test_every_module_of_commands_is_reachable() -> None:
    folder = Path(commands.__path__[0])
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__"}

    assert modules == set(HANDLERS)


def test_every_name_that_commands_use_is_public() -> None:
    folder = Path(commands.__path__[0]).parent
    used = {
        (node.module, alias.name)
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.level == 0 and (node.module or "").startswith("uvkit")
        for alias in node.names
        if not (node.module or "").startswith("uvkit.cli")
    }
    roots = {f"uvkit.{name}" for name in ("display", "errors", "events", "settings")} | {"uvkit", "uvkit.version"}

    assert {module for module, _ in used} <= roots
    assert [name for module, name in sorted(used) if module == "uvkit" and name not in uvkit.__all__] == []


def test_commands_stay_short() -> None:
    folder = Path(commands.__path__[0])
    long = {
        path.stem: node.end_lineno - node.lineno
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.end_lineno is not None and node.end_lineno - node.lineno >= 60
    }

    assert long == {}


def test_names_may_stand_on_both_sides_of_options() -> None:
    parsed = run_parser(build_parser("1"), ["pip", "install", "a", "--upgrade-package", "x", "b", "--no-deps", "c"])

    assert parsed.names == ["a", "b", "c"]
    assert parsed.upgrade_package == ["x"]
