"""The options of `audit`."""

from __future__ import annotations

from .grammar import CommandParser
from .options import MANY, ON, add_formats, add_index, add_install, add_python, add_refresh, add_resolver

FORMATS = ("text", "json", "sarif")


def fill_audit(parser: CommandParser) -> None:
    """Add the options of `audit`."""
    parser.set_defaults(handler="audit")
    parser.add_argument("--no-extra", metavar="NO_EXTRA", **MANY, help="leave out this extra")
    parser.add_argument("--no-dev", **ON, help="leave out the group `dev`")
    parser.add_argument("--no-group", metavar="NO_GROUP", **MANY, help="leave out this dependency group")
    parser.add_argument("--no-default-groups", **ON, help="leave out dependency groups")
    parser.add_argument("--only-group", metavar="ONLY_GROUP", **MANY, help="only this dependency group")
    parser.add_argument("--only-dev", **ON, help="only the group `dev`")
    parser.refuse_together("only_dev", "no_dev", "only_group")
    parser.add_argument("--locked", **ON, help="fail if the lockfile is not up to date")
    parser.add_argument("--frozen", **ON, help="use the lockfile as it is")
    parser.refuse_together("locked", "frozen", "upgrade")
    parser.refuse_together("frozen", "upgrade")
    parser.add_argument(
        "--output-format", metavar="FORMAT", choices=FORMATS, help=f"print {', '.join(f'`{one}`' for one in FORMATS)}"
    )
    parser.add_argument("--ignore", metavar="ID", **MANY, help="do not report this vulnerability")
    parser.add_argument(
        "--ignore-until-fixed", metavar="ID", **MANY, help="do not report this vulnerability while there is no fix"
    )
    parser.add_argument("--service-format", metavar="FORMAT", choices=("osv",), help="what the service is: `osv`")
    parser.add_argument(
        "--service-url", metavar="URL", help="the address of the service, or a path with records in its format"
    )
    parser.add_argument("--script", metavar="PATH", help="audit this script")
    parser.add_argument("--python-version", metavar="VERSION", help="audit what this version of Python needs")
    parser.add_argument("--python-platform", metavar="PLATFORM", help="audit what this platform needs")
    add_python(parser, "the interpreter whose version stands in for a missing `requires-python`")
    add_index(parser)
    add_resolver(parser, groups=True)
    add_formats(parser)
    add_install(parser, reinstall=False)
    add_refresh(parser)
