"""The options of `pip download` and `pip wheel`, in pip's spelling."""

from __future__ import annotations

from .grammar import CommandParser
from .options import MANY, ON, add_index, add_python, add_refresh, add_resolver, off
from .pip_options import add_pip_formats


def fill_download(parser: CommandParser) -> None:
    """Add the options of `pip download`."""
    parser.set_defaults(handler="pip_download")
    _add_requirements(parser, "download")
    parser.add_argument(
        "-d", "--dest", "--destination-dir", "--destination-directory", dest="gather_folder", metavar="DIR",
        help="the folder for the files (here)",
    )  # fmt: skip
    group = parser.add_argument_group("Target options")
    group.add_argument(
        "--platform", dest="gather_platforms", metavar="TAG", **MANY,
        help="take wheels of this platform, such as `manylinux2014_x86_64`; may be repeated",
    )  # fmt: skip
    group.add_argument(
        "--python-version", metavar="VERSION", help="take wheels of this Python, such as `3.12` or `312`"
    )
    group.add_argument(
        "--implementation", dest="gather_implementation", metavar="NAME", choices=("cp", "pp", "py"),
        help="take wheels of `cp`, `pp`, or `py` for pure Python alone",
    )  # fmt: skip
    group.add_argument("--abi", dest="gather_abis", metavar="TAG", **MANY, help="take wheels of this ABI")
    _add_rest(parser)


def fill_wheel(parser: CommandParser) -> None:
    """Add the options of `pip wheel`."""
    parser.set_defaults(handler="pip_wheel")
    _add_requirements(parser, "make a wheel of")
    parser.add_argument(
        "-w", "--wheel-dir", dest="gather_folder", metavar="DIR", help="the folder for the wheels (here)"
    )
    _add_rest(parser)


def _add_requirements(parser: CommandParser, verb: str) -> None:
    parser.add_argument("names", nargs="*", metavar="REQUIREMENT", help="a requirement, a path or a URL")
    parser.add_argument(
        "-r", "--requirements", "--requirement", metavar="FILE", **MANY, help=f"{verb} what this file names"
    )
    parser.add_argument(
        "-c", "--constraints", "--constraint", metavar="FILE", **MANY, help="limit versions by this file"
    )
    parser.add_argument(
        "-b", "--build-constraints", "--build-constraint", metavar="FILE", **MANY,
        help="limit versions of build requirements by this file",
    )  # fmt: skip
    parser.add_argument("--group", metavar="[PATH:]NAME", **MANY, help=f"{verb} this dependency group of a project")
    parser.add_argument("--no-deps", "--no-dependencies", **ON, help=f"{verb} only what is named")
    off(parser, "--deps", dest="no_deps")
    parser.add_argument("--require-hashes", **ON, help="every requirement needs a hash")
    off(parser, "--no-require-hashes", dest="require_hashes")


def _add_rest(parser: CommandParser) -> None:
    add_python(parser, "the interpreter that files are for")
    add_index(parser)
    add_resolver(parser, upgrade=False)
    add_pip_formats(parser)
    add_refresh(parser)
