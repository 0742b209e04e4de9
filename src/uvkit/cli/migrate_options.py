"""The options of `migrate`."""

from __future__ import annotations

from .grammar import CommandParser
from .options import ON, add_formats, add_index, add_install, add_python, add_refresh, add_resolver


def fill_migrate(parser: CommandParser) -> None:
    """Add the options of `migrate`."""
    parser.set_defaults(handler="migrate")
    parser.add_argument("path", nargs="?", metavar="PATH", help="the project; the working directory without it")
    parser.add_argument(
        "--from", dest="tool", metavar="TOOL", choices=("poetry", "pdm", "pipenv", "setuptools", "requirements"),
        help="the tool that the project is of: `poetry`, `pdm`, `pipenv`, `setuptools`, `requirements`",
    )  # fmt: skip
    parser.add_argument("--no-lock", **ON, help="make `pyproject.toml` only")
    parser.add_argument("--dry-run", **ON, help="print what would be made, write nothing")
    add_python(parser, "the interpreter whose version stands in for Python versions that the files do not say")
    add_index(parser)
    add_resolver(parser, upgrade=False)
    add_formats(parser)
    add_install(parser, reinstall=False)
    add_refresh(parser)
