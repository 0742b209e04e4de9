"""Groups of options that several commands share, in uv's spelling.

What was not given has the value none, so that files and variables can fill it.
"""

from __future__ import annotations

import argparse
from typing import Any, Protocol

from .grammar import Help

ON: dict[str, Any] = {"action": "store_true", "default": None}
MANY: dict[str, Any] = {"action": "append"}
HIDDEN = argparse.SUPPRESS


class Container(Protocol):
    """A parser or a group of one."""

    def add_argument(self, *names: str, **options: Any) -> argparse.Action:
        """Add an argument."""
        ...


def off(container: Container, *names: str, dest: str) -> None:
    """Add hidden options that say the opposite of another one."""
    container.add_argument(*names, action="store_const", const=False, dest=dest, help=HIDDEN)


def add_global(parser: argparse.ArgumentParser) -> None:
    """Add what every command takes; absent ones leave no trace, so that they may stand before or after a command."""
    group = parser.add_argument_group("Global options", argument_default=argparse.SUPPRESS)

    def add(*names: str, **options: Any) -> None:
        group.add_argument(*names, **{"default": argparse.SUPPRESS, **options})

    add("-q", "--quiet", action="count", help="print less; twice for nothing at all")
    add("-v", "--verbose", action="count", help="print what is decided and fetched")
    add("--color", choices=("auto", "always", "never"), metavar="WHEN", help="use colours: `auto`, `always`, `never`")
    add("--no-color", action="store_const", const="never", dest="color", help=HIDDEN)
    add("--json", action="store_true", help="print the result as JSON")
    add("--no-progress", action="store_true", help="show no progress display")
    add("--offline", action="store_true", help="use the cache only, never the network")
    off(group, "--no-offline", dest="offline")
    add("--system-certs", "--native-tls", action="store_true", help="use the system's certificates")
    add("--cert", metavar="FILE", dest="trust_store", help=HIDDEN)
    off(group, "--no-system-certs", "--no-native-tls", dest="system_certs")
    add(
        "--allow-insecure-host", "--trusted-host", metavar="HOST", action="append",
        help="do not verify this host's certificate",
    )  # fmt: skip
    add("--directory", metavar="DIR", help="change to this directory first")
    add("--project", metavar="DIR", help="discover the project from this directory")
    add("--config-file", metavar="FILE", help="read this `uv.toml` and no other configuration")
    add("--no-config", action="store_true", help="read no configuration files")
    add("-h", "--help", action=Help, nargs=0, help="print this help")
    group = parser.add_argument_group("Cache options", argument_default=argparse.SUPPRESS)
    add("--cache-dir", metavar="DIR", help="where the cache is kept")
    add("-n", "--no-cache", "--no-cache-dir", action="store_true", help="use a temporary cache for this run")
    group = parser.add_argument_group("Python options", argument_default=argparse.SUPPRESS)
    add("--managed-python", action="store_true", help="use managed interpreters only")
    add("--no-managed-python", action="store_true", help="use no managed interpreter")
    add("--no-python-downloads", action="store_true", help="never download an interpreter")


def add_python(parser: argparse.ArgumentParser, summary: str) -> None:
    """Add which interpreter."""
    parser.add_argument("-p", "--python", metavar="REQUEST", help=summary)


def add_environment(parser: argparse.ArgumentParser) -> None:
    """Add which environment the pip commands work on."""
    add_python(parser, "the environment or interpreter to work on")
    parser.add_argument("--system", **ON, help="work on the first Python on the path, not a virtual environment")
    off(parser, "--no-system", dest="system")


def add_managed(parser: argparse.ArgumentParser) -> None:
    """Add the permission to change what another package manager claims."""
    parser.add_argument("--break-system-packages", **ON, help="change an externally managed installation")
    off(parser, "--no-break-system-packages", dest="break_system_packages")


def add_index(parser: argparse.ArgumentParser) -> None:
    """Add where files come from."""
    group = parser.add_argument_group("Index options")
    group.add_argument("--index", metavar="URL", **MANY, help="search this index first (`name=url` names it)")
    group.add_argument("--default-index", metavar="URL", help="search this index last")
    group.add_argument("-i", "--index-url", metavar="URL", help="the default index (older spelling)")
    group.add_argument("--extra-index-url", metavar="URL", **MANY, help="a further index (older spelling)")
    group.add_argument("-f", "--find-links", metavar="PLACE", **MANY, help="a folder or page of files")
    group.add_argument("--no-index", **ON, help="search no index, only `--find-links`")
    group.add_argument(
        "--index-strategy",
        metavar="HOW",
        choices=("first-index", "unsafe-any-match", "unsafe-first-match", "unsafe-best-match"),
        help="search several indexes by `first-index`, `unsafe-first-match` or `unsafe-best-match`",
    )
    group.add_argument(
        "--keyring-provider",
        metavar="HOW",
        choices=("disabled", "subprocess"),
        help="ask keyring for credentials: `disabled`, `subprocess`",
    )


def add_accelerator(parser: argparse.ArgumentParser) -> None:
    """Add whose builds of PyTorch are taken, and where they are."""
    from uvkit.settings import TORCH_BACKENDS

    group = parser.add_argument_group("Accelerator options")
    group.add_argument(
        "--torch-backend",
        metavar="BACKEND",
        choices=TORCH_BACKENDS,
        help="take PyTorch's projects built for `cpu`, `cu128`, `rocm6.4`, `xpu`, …, or for what is found (`auto`)",
    )
    group.add_argument("--torch-index", metavar="URL", help="the address below which each backend has an index")


def add_resolver(parser: argparse.ArgumentParser, *, upgrade: bool = True, groups: bool = False) -> None:
    """Add how versions are chosen."""
    group = parser.add_argument_group("Resolver options")
    if upgrade:
        group.add_argument("-U", "--upgrade", **ON, help="give up all locked or installed versions")
        off(group, "--no-upgrade", dest="upgrade")
        group.add_argument("-P", "--upgrade-package", metavar="REQUIREMENT", **MANY, help="give up one of them")
    if groups:
        group.add_argument("--upgrade-group", metavar="GROUP", **MANY, help="give up what this group requires")
    group.add_argument(
        "--resolution",
        metavar="HOW",
        choices=("highest", "lowest", "lowest-direct"),
        help="prefer versions `highest`, `lowest` or `lowest-direct`",
    )
    group.add_argument(
        "--prerelease",
        metavar="WHEN",
        choices=("disallow", "allow", "if-necessary", "explicit", "if-necessary-or-explicit"),
        help="take pre-releases: `disallow`, `allow`, `if-necessary`, `explicit`",
    )
    group.add_argument("--prerelease-package", metavar="NAME=WHEN", **MANY, help="the same, for one project")
    group.add_argument("--pre", action="store_const", const="allow", dest="prerelease", help=HIDDEN)
    group.add_argument(
        "--fork-strategy",
        metavar="HOW",
        choices=("requires-python", "fewest"),
        help="prefer the best versions for each Python (`requires-python`) or the `fewest`",
    )
    group.add_argument("--exclude-newer", metavar="DATE", help="ignore files uploaded after a moment or duration")
    group.add_argument("--exclude-newer-package", metavar="NAME=DATE", **MANY, help="the same, for one project")
    group.add_argument("--no-sources", **ON, help="ignore `tool.uv.sources`")
    group.add_argument("--no-sources-package", metavar="NAME", **MANY, help="ignore the sources of one project")


def add_build(parser: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    """Add how source distributions are built."""
    group = parser.add_argument_group("Build options")
    group.add_argument(
        "-C", "--config-setting", "--config-settings", dest="config_settings", metavar="KEY=VALUE", **MANY,
        help="a setting for build backends",
    )  # fmt: skip
    group.add_argument(
        "--config-settings-package", "--config-setting-package", metavar="NAME:KEY=VALUE", **MANY,
        help="the same, for one project",
    )  # fmt: skip
    group.add_argument("--no-build-isolation", **ON, help="build in the environment itself")
    off(group, "--build-isolation", dest="no_build_isolation")
    group.add_argument("--no-build-isolation-package", metavar="NAME", **MANY, help="the same, for one project")
    group.add_argument("--require-build-hashes", **ON, help="every build requirement needs a hash")
    off(group, "--no-require-build-hashes", dest="require_build_hashes")
    return group


def add_formats(parser: argparse.ArgumentParser) -> None:
    """Add what may be built, and whether wheels are used."""
    group = add_build(parser)
    group.add_argument("--no-build", **ON, help="build nothing from source")
    off(group, "--build", dest="no_build")
    group.add_argument("--no-build-package", metavar="NAME", **MANY, help="never build this project")
    group.add_argument("--no-binary", **ON, help="use no wheels")
    off(group, "--binary", dest="no_binary")
    group.add_argument("--no-binary-package", metavar="NAME", **MANY, help="use no wheels of this project")


def add_refresh(parser: argparse.ArgumentParser) -> None:
    """Add when the cache is not trusted."""
    group = parser.add_argument_group("Refresh options")
    group.add_argument("--refresh", **ON, help="check everything cached with the index")
    off(group, "--no-refresh", dest="refresh")
    group.add_argument("--refresh-package", metavar="NAME", **MANY, help="the same, for one project")


def add_install(parser: argparse.ArgumentParser, *, reinstall: bool = True) -> None:
    """Add how files are put in place."""
    group = parser.add_argument_group("Installer options")
    group.add_argument(
        "--link-mode",
        metavar="HOW",
        choices=("clone", "copy", "hardlink", "symlink"),
        help="get files from the cache by `clone`, `copy`, `hardlink` or `symlink`",
    )
    if not reinstall:
        return
    group.add_argument("--compile-bytecode", "--compile", **ON, help="compile after installing")
    off(group, "--no-compile-bytecode", "--no-compile", dest="compile_bytecode")
    group.add_argument("--reinstall", "--force-reinstall", **ON, help="install everything anew")
    off(group, "--no-reinstall", "--no-force-reinstall", dest="reinstall")
    group.add_argument("--reinstall-package", metavar="NAME", **MANY, help="install this project anew")
