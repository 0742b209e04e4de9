"""Help as a person reads it, and what is said of a command line that is not understood."""

from __future__ import annotations

import subprocess
import sys

import pytest

from .conftest import Cli

ESCAPE = "\x1b["


def test_commands_come_first(cli: Cli) -> None:
    lines = cli("--help").out.splitlines()

    assert lines[2:5] == ["Usage: uvkit [OPTIONS] <COMMAND>", "", "Commands:"]


def test_an_option_names_its_variable(cli: Cli) -> None:
    text = " ".join(cli("pip", "install", "--help").out.split())

    assert "--constraints <FILE> limit versions by this file [env: UV_CONSTRAINT=]" in text
    assert "--system work on the first Python on the path, not a virtual environment [env: UV_SYSTEM_PYTHON=]" in text


def test_an_option_names_its_default_and_its_choices(cli: Cli) -> None:
    text = " ".join(cli("pip", "list", "--help").out.split())

    assert "--format <FORMAT> print `columns`, `freeze` or `json` [default: columns]" in text


@pytest.mark.parametrize("argv", [("--help",), ("pip", "--help"), ("pip", "install", "-h"), ("help", "pip", "tree")])
def test_help_is_painted_where_it_is_wanted(cli: Cli, argv: tuple[str, ...]) -> None:
    cli.unset("NO_COLOR")

    plain = cli(*argv)
    cli.set(FORCE_COLOR="1")
    painted = cli(*argv)

    assert ESCAPE not in plain.out
    assert f"{ESCAPE}32;1mUsage:{ESCAPE}0m" in painted.out
    assert f"{ESCAPE}36;1m--help{ESCAPE}0m" in painted.out


def test_what_is_wrong_is_painted_where_it_is_wanted(cli: Cli) -> None:
    cli.unset("NO_COLOR")
    cli.set(FORCE_COLOR="1")

    done = cli("pip", "lst", status=2)

    assert f"{ESCAPE}31;1merror{ESCAPE}0m: unrecognized subcommand '{ESCAPE}33mlst{ESCAPE}0m'" in done.err
    assert f"{ESCAPE}32mtip{ESCAPE}0m: a similar subcommand exists: '{ESCAPE}33mlist{ESCAPE}0m'" in done.err


def test_results_in_a_pipe_are_plain_even_if_messages_go_to_a_terminal(cli: Cli) -> None:
    done = cli("config", "explain", "offline", "--color", "auto")

    assert ESCAPE not in done.out


def test_help_loads_little() -> None:
    code = (
        "import sys; from uvkit.cli import main; main(['pip', 'install', '--help']);"
        "sys.exit(' '.join({'httpx', 'uvkit.net', 'uvkit.resolver', 'pydantic'} & set(sys.modules)))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.stderr.strip() == ""
