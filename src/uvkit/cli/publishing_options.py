"""The options of `build` and `publish`."""

from __future__ import annotations

from .grammar import CommandParser
from .options import (
    HIDDEN,
    MANY,
    ON,
    add_formats,
    add_index,
    add_install,
    add_python,
    add_refresh,
    add_resolver,
    off,
)


def fill_build(parser: CommandParser) -> None:
    """Add the options of `build`."""
    parser.set_defaults(handler="build")
    parser.add_argument("source", nargs="?", metavar="SRC", help="a source tree, or a source distribution")
    parser.add_argument("--package", dest="build_package", metavar="PACKAGE", help="build this member of the workspace")
    parser.add_argument(
        "--all-packages", "--all", dest="build_all", **ON, help="build every member of the workspace that can be built"
    )
    parser.refuse_together("build_package", "build_all")
    parser.add_argument("-o", "--out-dir", metavar="OUT_DIR", help="write here; `dist` in the workspace without it")
    parser.add_argument("--sdist", **ON, help="build a source distribution")
    parser.add_argument("--wheel", **ON, help="build a wheel")
    parser.add_argument("--list", dest="list_files", **ON, help="keep nothing, print what would be in the files")
    parser.add_argument("--no-build-logs", **ON, help="do not print what build backends print")
    off(parser, "--build-logs", dest="no_build_logs")
    parser.add_argument("--force-pep517", **ON, help=HIDDEN)
    parser.add_argument("--clear", dest="clear_folder", **ON, help="empty the folder first")
    off(parser, "--no-clear", dest="clear_folder")
    parser.add_argument("--no-create-gitignore", **ON, help="make no `.gitignore` in the folder")
    off(parser, "--create-gitignore", dest="no_create_gitignore")
    parser.add_argument(
        "-b", "--build-constraints", "--build-constraint", metavar="FILE", **MANY,
        help="limit versions of build requirements by this file",
    )  # fmt: skip
    parser.add_argument("--require-hashes", **ON, help="every build requirement needs a hash")
    off(parser, "--no-require-hashes", dest="require_hashes")
    parser.add_argument("--no-verify-hashes", **ON, help="ignore the hashes in files of constraints")
    add_python(parser, "the interpreter to build with")
    add_index(parser)
    add_resolver(parser, groups=True)
    add_formats(parser)
    add_install(parser, reinstall=False)
    add_refresh(parser)


def fill_publish(parser: CommandParser) -> None:
    """Add the options of `publish`."""
    parser.set_defaults(handler="publish")
    parser.add_argument("files", nargs="*", metavar="FILES", help="files and patterns; `dist/*` without any")
    parser.add_argument("--index", dest="publish_index", metavar="INDEX", help="publish to this configured index")
    parser.add_argument("-u", "--username", metavar="USERNAME", help="the user name for the upload")
    parser.add_argument("-p", "--password", metavar="PASSWORD", help="the password for the upload")
    parser.add_argument("-t", "--token", metavar="TOKEN", help="a token in place of a user name and a password")
    parser.refuse_together("token", "username", "password")
    parser.add_argument(
        "--trusted-publishing", metavar="WHEN", choices=("automatic", "always", "never"),
        help="let the service that runs this vouch for it: `automatic`, `always`, `never`",
    )  # fmt: skip
    parser.add_argument(
        "--keyring-provider", metavar="HOW", choices=("disabled", "subprocess"),
        help="ask keyring for credentials: `disabled`, `subprocess`",
    )  # fmt: skip
    parser.add_argument("--publish-url", metavar="URL", help="the address for uploads, not that of the index")
    parser.add_argument("--check-url", metavar="URL", help="skip what this index has already")
    parser.refuse_together("publish_index", "publish_url", "check_url")
    parser.add_argument("--dry-run", **ON, help="read and compare the files, upload nothing")
    parser.add_argument("--no-attestations", **ON, help="do not upload the attestations beside the files")
