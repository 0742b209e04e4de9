"""The options of `config` and of completions."""

from __future__ import annotations

from .grammar import CommandParser
from .options import ON

SHELLS = ("bash", "fish", "powershell", "zsh")


def fill_completion(parser: CommandParser) -> None:
    """Add the options of `generate-shell-completion`."""
    parser.set_defaults(handler="generate_shell_completion")
    parser.add_argument("shell", metavar="SHELL", choices=SHELLS, help=f"one of {', '.join(SHELLS)}")


def fill_explain(parser: CommandParser) -> None:
    """Add the options of `config explain`."""
    parser.set_defaults(handler="config_explain")
    parser.add_argument(
        "key", nargs="?", metavar="KEY", help="a setting (`link-mode`), a variable (`UV_LINK_MODE`) or a field"
    )
    parser.add_argument("--pip", **ON, help="explain what holds for the pip commands, with `[tool.uv.pip]`")


def fill_schema(parser: CommandParser) -> None:
    """Add the options of `config schema`."""
    parser.set_defaults(handler="config_schema")
    parser.add_argument(
        "--file", metavar="FILE", choices=("pyproject.toml", "uv.toml"), default="pyproject.toml",
        help="the schema of `[tool.uv]` in `pyproject.toml`, or of `uv.toml`",
    )  # fmt: skip
