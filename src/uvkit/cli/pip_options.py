"""The options of the pip commands that have many."""

from __future__ import annotations

from .grammar import CommandParser
from .options import (
    HIDDEN,
    MANY,
    ON,
    Container,
    add_accelerator,
    add_build,
    add_environment,
    add_index,
    add_install,
    add_managed,
    add_refresh,
    add_resolver,
    off,
)


def pip_compile(parser: CommandParser) -> None:
    """Add the options of `pip compile`."""
    parser.set_defaults(handler="pip_compile")
    parser.add_argument("requirements", nargs="*", metavar="SRC_FILE", help="a requirements file or a project's file")
    _add_limits(parser)
    _add_project_parts(parser)
    parser.add_argument("--no-deps", "--no-dependencies", **ON, help="pin only what is named")
    off(parser, "--deps", dest="no_deps")
    parser.add_argument("-o", "--output-file", metavar="FILE", help="write here, and keep the versions that are there")
    parser.add_argument(
        "--format", metavar="FORMAT", choices=("requirements.txt", "pylock.toml"),
        help="write `requirements.txt` or `pylock.toml`",
    )  # fmt: skip
    parser.add_argument("--generate-hashes", **ON, help="write the digests of the files")
    off(parser, "--no-generate-hashes", dest="generate_hashes")
    _add_target(parser)
    _add_style(parser)
    add_index(parser)
    add_resolver(parser, groups=True)
    add_pip_formats(parser)
    add_accelerator(parser)
    add_install(parser, reinstall=False)
    add_refresh(parser)


def pip_sync(parser: CommandParser) -> None:
    """Add the options of `pip sync`."""
    parser.set_defaults(handler="pip_sync")
    parser.add_argument("requirements", nargs="+", metavar="SRC_FILE", help="a requirements file or a project's file")
    _add_limits(parser)
    _add_project_parts(parser)
    parser.add_argument("--require-hashes", **ON, help="every requirement needs a hash")
    off(parser, "--no-require-hashes", dest="require_hashes")
    parser.add_argument("--no-verify-hashes", **ON, help="ignore the hashes in requirements files")
    parser.add_argument("--allow-empty-requirements", **ON, help="remove everything if the files name nothing")
    off(parser, "--no-allow-empty-requirements", dest="allow_empty_requirements")
    add_outcome(parser)
    add_environment(parser)
    add_place(parser)
    add_managed(parser)
    add_machine(parser)
    add_report(parser)
    add_index(parser)
    add_resolver(parser, upgrade=False)
    add_pip_formats(parser)
    add_accelerator(parser)
    add_install(parser)
    add_refresh(parser)


def pip_show(parser: CommandParser) -> None:
    """Add the options of `pip show`."""
    parser.set_defaults(handler="pip_show")
    parser.add_argument("names", nargs="*", metavar="NAME", help="an installed project")
    parser.add_argument("-f", "--files", **ON, help="list the files too")
    parser.add_argument("--strict", **ON, help="warn about what does not fit together")
    add_environment(parser)
    add_place(parser)


def pip_check(parser: CommandParser) -> None:
    """Add the options of `pip check`."""
    parser.set_defaults(handler="pip_check")
    add_environment(parser)
    add_machine(parser)
    add_place(parser)


def pip_inspect(parser: CommandParser) -> None:
    """Add the options of `pip inspect`."""
    parser.set_defaults(handler="pip_inspect")
    add_environment(parser)
    add_place(parser)


def pip_tree(parser: CommandParser) -> None:
    """Add the options of `pip tree`."""
    parser.set_defaults(handler="pip_tree")
    parser.add_argument("-d", "--depth", metavar="NUMBER", type=int, help="how many levels to show")
    parser.add_argument("--prune", metavar="NAME", **MANY, help="leave out this project and what only it requires")
    parser.add_argument("--package", metavar="NAME", **MANY, help="show only what this project requires")
    parser.add_argument("--no-dedupe", **ON, help="show what a project requires wherever it comes")
    parser.add_argument("--invert", "--reverse", **ON, help="show who requires a project below it")
    parser.add_argument("--show-version-specifiers", **ON, help="show which versions are required")
    parser.add_argument("--outdated", **ON, help="show the newest version of each project")
    # Sizes are those of wheels, which an environment does not know; uv takes the option and shows nothing either.
    parser.add_argument("--show-sizes", **ON, help=HIDDEN)
    parser.add_argument("--strict", **ON, help="warn about what does not fit together")
    add_environment(parser)
    add_place(parser)
    add_index(parser)
    add_resolver(parser, upgrade=False)


def add_place(parser: CommandParser, *, user: bool = False) -> None:
    """Add the folders that take the place of an environment's own."""
    one = parser.add_mutually_exclusive_group()
    one.add_argument("-t", "--target", metavar="DIR", help="work on this plain folder of modules")
    one.add_argument("--prefix", metavar="DIR", help="work on the `lib` and `bin` below this folder")
    if user:
        one.add_argument("--user", **ON, help="work on the folder of your own projects")


def add_machine(parser: CommandParser) -> None:
    """Add the machine that files are for, where it is not the environment's own."""
    group = parser.add_argument_group("Target options")
    group.add_argument("--python-version", metavar="VERSION", help="choose files for this version of Python")
    group.add_argument("--python-platform", metavar="PLATFORM", help="choose files for this platform")


def add_outcome(parser: CommandParser) -> None:
    """Add what is done with the plan, and how the result is told."""
    parser.add_argument("--strict", **ON, help="warn about what does not fit together afterwards")
    off(parser, "--no-strict", dest="strict")
    parser.add_argument("--dry-run", **ON, help="print what would change, change nothing")
    parser.add_argument("--check", **ON, help="fail if something would change, change nothing")
    parser.add_argument(
        "--output-format", metavar="FORMAT", choices=("text", "json"), help="print changes as `text` or `json`"
    )


def add_report(parser: CommandParser) -> None:
    """Add the report in pip's format."""
    parser.add_argument("--report", metavar="FILE", help="write what is installed as JSON in pip's format (`-`: print)")


def add_pip_formats(parser: CommandParser) -> None:
    """Add what may be built and whether wheels are used, in pip's spelling."""
    group = add_build(parser)
    group.add_argument("--no-build", **ON, help="build nothing from source")
    off(group, "--build", dest="no_build")
    group.add_argument("--no-binary", metavar="NAME", **MANY, help="use no wheels of this project, or `:all:`")
    group.add_argument("--only-binary", metavar="NAME", **MANY, help="use only wheels of this project, or `:all:`")


def _add_limits(parser: Container) -> None:
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


def _add_project_parts(parser: CommandParser) -> None:
    one = parser.add_mutually_exclusive_group()
    one.add_argument("--extra", metavar="NAME", **MANY, help="include this extra of a project")
    one.add_argument("--all-extras", **ON, help="include all extras of a project")
    parser.add_argument("--group", metavar="[PATH:]NAME", **MANY, help="include this dependency group of a project")


def _add_target(parser: CommandParser) -> None:
    group = parser.add_argument_group("Target options")
    one = group.add_mutually_exclusive_group()
    one.add_argument("--python-platform", metavar="PLATFORM", help="pin for this platform")
    one.add_argument("--universal", **ON, help="pin for all platforms at once")
    off(group, "--no-universal", dest="universal")
    group.add_argument("--python-version", metavar="VERSION", help="pin for this version of Python")
    add_environment(parser)


def _add_style(parser: CommandParser) -> None:
    group = parser.add_argument_group("Output options")
    for name, summary in (
        ("strip-extras", "keep the extras of what is pinned"),
        ("strip-markers", "keep the markers of what is pinned"),
        ("annotate", "do not say who needs what"),
        ("header", "do not write how the file was made"),
    ):
        dest = f"no_{name.replace('-', '_')}"
        group.add_argument(f"--no-{name}", **ON, dest=dest, help=summary)
        off(group, f"--{name}", dest=dest)
    group.add_argument(
        "--annotation-style", metavar="STYLE", choices=("line", "split"), help="say who needs what by `line` or `split`"
    )
    group.add_argument("--custom-compile-command", metavar="COMMAND", help="the command that the header names")
    group.add_argument(
        "--no-emit-package", "--unsafe-package", metavar="NAME", **MANY, help="leave this project out of the file"
    )
    for name, summary in (
        ("index-url", "write the indexes"),
        ("find-links", "write the folders and pages of files"),
        ("build-options", "write what may be built"),
        ("index-annotation", "write which index each project is from"),
    ):
        dest = f"emit_{name.replace('-', '_')}"
        group.add_argument(f"--emit-{name}", **ON, help=summary)
        off(group, f"--no-emit-{name}", dest=dest)
    group.add_argument("--emit-marker-expression", **ON, help=HIDDEN)
    off(group, "--no-emit-marker-expression", dest="emit_marker_expression")
