"""The options of `init` and `version`."""

from __future__ import annotations

from .editing_options import add_following, add_shared
from .grammar import CommandParser
from .options import MANY, ON, add_python, off

_BACKENDS = ("uv", "hatch", "flit", "pdm", "poetry", "setuptools", "maturin", "scikit")


def fill_init(parser: CommandParser) -> None:
    """Add the options of `init`."""
    parser.set_defaults(handler="init")
    parser.add_argument("path", nargs="?", metavar="PATH", help="where; the working directory without it")
    parser.add_argument("--name", metavar="NAME", help="the name of the project")
    parser.add_argument("--bare", **ON, help="only create a `pyproject.toml`")
    parser.add_argument("--package", dest="package_it", **ON, help="let a backend build the project")
    parser.add_argument("--no-package", "--virtual", dest="no_package", **ON, help="let no backend build it")
    parser.add_argument("--app", "--application", dest="app", **ON, help="begin an application")
    parser.add_argument("--lib", "--library", dest="lib", **ON, help="begin a library")
    parser.add_argument("--script", dest="is_script", **ON, help="begin a script")
    parser.add_argument("--description", metavar="DESCRIPTION", help="what the project is")
    parser.add_argument("--no-description", **ON, help="say nothing about what it is")
    parser.add_argument("--vcs", metavar="VCS", choices=("git", "none"), help="begin a repository: `git`, `none`")
    parser.add_argument(
        "--build-backend", metavar="BUILD_BACKEND", choices=_BACKENDS, help=f"build by {', '.join(_BACKENDS)}"
    )
    parser.add_argument("--no-readme", **ON, help="create no `README.md`")
    parser.add_argument(
        "--author-from", metavar="FROM", choices=("auto", "git", "none"), help="the author: `auto`, `git`, `none`"
    )
    parser.add_argument("--no-pin-python", **ON, help="create no `.python-version`")
    off(parser, "--pin-python", dest="no_pin_python")
    parser.add_argument("--no-workspace", **ON, help="ignore the workspace around")
    add_python(parser, "the interpreter whose version is the oldest that the project supports")
    parser.refuse_together("app", "lib", "is_script")
    parser.refuse_together("no_package", "lib", "build_backend")
    parser.refuse_together("is_script", "lib", "package_it", "no_package", "build_backend", "name", "description")
    parser.refuse_together("no_description", "description")


def fill_upgrade(parser: CommandParser) -> None:
    """Add the options of `upgrade`."""
    parser.set_defaults(handler="upgrade")
    parser.add_argument("names", nargs="*", metavar="PACKAGES", help="the name of a dependency; all of them without")
    parser.add_argument("--exclude", metavar="EXCLUDE", dest="left_out", **MANY, help="leave this one as it is")
    add_python(parser, "the interpreter whose version stands in for a missing `requires-python`")
    add_shared(parser, upgrade=False)


def fill_version(parser: CommandParser) -> None:
    """Add the options of `version`."""
    parser.set_defaults(handler="version")
    parser.add_argument("value", nargs="?", metavar="VALUE", help="the new version")
    parser.add_argument("--bump", metavar="BUMP[=VALUE]", **MANY, help="raise this part of the version")
    parser.add_argument("--dry-run", **ON, help="print the new version, write nothing")
    parser.add_argument("--short", **ON, help="print only the version")
    parser.add_argument("--output-format", metavar="FORMAT", choices=("text", "json"), help="print `text` or `json`")
    add_following(parser, script=False)
    add_python(parser, "the interpreter of the project's environment")
    add_shared(parser)
