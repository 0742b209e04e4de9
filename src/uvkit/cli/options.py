"""Groups of options that several commands share, in uv's spelling."""

from __future__ import annotations

import argparse


def add_global(parser: argparse.ArgumentParser) -> None:
    """Add what every command takes."""
    group = parser.add_argument_group("global options")
    group.add_argument("-q", "--quiet", action="count", default=0, help="print less; twice for nothing at all")
    group.add_argument("-v", "--verbose", action="count", default=0, help="print what is decided and fetched")
    group.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="when to use colours")
    group.add_argument("--offline", action="store_true", default=None, help="use the cache only, never the network")
    group.add_argument("--no-progress", action="store_true", default=None, help="show no progress display")
    group.add_argument("--cache-dir", metavar="DIR", help="where the cache is kept")
    group.add_argument("-n", "--no-cache", action="store_true", default=None, help="use a temporary cache for this run")
    group.add_argument("--directory", metavar="DIR", help="change to this directory first")
    group.add_argument("--project", metavar="DIR", help="the project's directory")
    group.add_argument("--config-file", metavar="FILE", help="read this `uv.toml` instead of the user's")
    group.add_argument("--no-config", action="store_true", default=None, help="read no configuration files")
    group.add_argument("--allow-insecure-host", metavar="HOST", action="append", help="do not verify this host's TLS")
    group.add_argument(
        "--native-tls", "--system-certs", action="store_true", default=None, help="use the system's certificates"
    )
    group.add_argument("--json", action="store_true", help="print the result as JSON")
    group.add_argument("--managed-python", action="store_true", default=None, help="use managed interpreters only")
    group.add_argument("--no-managed-python", action="store_true", default=None, help="use no managed interpreter")
    group.add_argument("--no-python-downloads", action="store_true", default=None, help="never download an interpreter")


def add_index(parser: argparse.ArgumentParser) -> None:
    """Add where files come from."""
    group = parser.add_argument_group("index options")
    group.add_argument("--index", metavar="[NAME=]URL", action="append", help="an index to search before the default")
    group.add_argument("--default-index", metavar="[NAME=]URL", help="the index to search last")
    group.add_argument("-i", "--index-url", metavar="URL", help="the default index (older spelling)")
    group.add_argument("--extra-index-url", metavar="URL", action="append", help="a further index (older spelling)")
    group.add_argument("-f", "--find-links", metavar="LOCATION", action="append", help="a folder or page of files")
    group.add_argument("--no-index", action="store_true", default=None, help="search no index, only `--find-links`")
    group.add_argument(
        "--index-strategy",
        choices=("first-index", "unsafe-first-match", "unsafe-best-match"),
        help="how several indexes are searched",
    )
    group.add_argument("--keyring-provider", choices=("disabled", "subprocess"), help="ask keyring for credentials")


def add_resolver(parser: argparse.ArgumentParser) -> None:
    """Add how versions are chosen."""
    group = parser.add_argument_group("resolver options")
    group.add_argument("-U", "--upgrade", action="store_true", default=None, help="give up all locked versions")
    group.add_argument(
        "-P", "--upgrade-package", metavar="REQUIREMENT", action="append", help="give up one locked version"
    )
    group.add_argument("--resolution", choices=("highest", "lowest", "lowest-direct"), help="which versions to prefer")
    group.add_argument(
        "--prerelease",
        choices=("disallow", "allow", "if-necessary", "explicit", "if-necessary-or-explicit"),
        help="when pre-releases are taken",
    )
    group.add_argument("--pre", action="store_const", const="allow", dest="prerelease", help=argparse.SUPPRESS)
    group.add_argument("--fork-strategy", choices=("requires-python", "fewest"), help="how forks are chosen")
    group.add_argument("--exclude-newer", metavar="DATE", help="ignore files uploaded after this moment or duration")
    group.add_argument(
        "--exclude-newer-package", metavar="NAME=DATE", action="append", help="the same, for one project"
    )
    group.add_argument("--no-sources", action="store_true", default=None, help="ignore `tool.uv.sources`")


def add_build(parser: argparse.ArgumentParser) -> None:
    """Add what may be built."""
    group = parser.add_argument_group("build options")
    group.add_argument("--no-build", action="store_true", default=None, help="build nothing from source")
    group.add_argument("--no-build-package", metavar="NAME", action="append", help="never build this project")
    group.add_argument("--no-binary", action="store_true", default=None, help="use no wheels")
    group.add_argument("--no-binary-package", metavar="NAME", action="append", help="use no wheels of this project")


def add_cache(parser: argparse.ArgumentParser) -> None:
    """Add when the cache is not trusted."""
    group = parser.add_argument_group("cache options")
    group.add_argument("--refresh", action="store_true", default=None, help="check everything cached with the index")
    group.add_argument("--refresh-package", metavar="NAME", action="append", help="the same, for one project")


def add_install(parser: argparse.ArgumentParser) -> None:
    """Add how files are put in place."""
    group = parser.add_argument_group("installer options")
    group.add_argument(
        "--link-mode", choices=("clone", "copy", "hardlink", "symlink"), help="how files come out of the cache"
    )
    group.add_argument(
        "--compile-bytecode", "--compile", action="store_true", default=None, help="compile after installing"
    )
    group.add_argument(
        "--reinstall", "--force-reinstall", action="store_true", default=None, help="install everything anew"
    )
    group.add_argument("--reinstall-package", metavar="NAME", action="append", help="install this project anew")


def add_python(parser: argparse.ArgumentParser) -> None:
    """Add which interpreter."""
    parser.add_argument(
        "-p", "--python", metavar="REQUEST", help="a version, an implementation, a path or an environment"
    )


def add_environment(parser: argparse.ArgumentParser) -> None:
    """Add which environment the pip commands work on."""
    group = parser.add_argument_group("environment options")
    group.add_argument("-p", "--python", metavar="REQUEST", help="the interpreter or environment to work on")
    group.add_argument("--system", action="store_true", default=None, help="work on the first Python on the path")
    group.add_argument(
        "--break-system-packages", action="store_true", default=None, help="change an externally managed installation"
    )
