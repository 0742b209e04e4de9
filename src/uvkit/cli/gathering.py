"""For which machine `pip download` takes files."""

from __future__ import annotations

import argparse
import re

from uvkit import Session, Target


def check_something_named(arguments: argparse.Namespace) -> None:
    """Refuse a command that names nothing to gather.

    Raises:
        ValueError: it does.
    """
    if not (arguments.names or arguments.requirements or arguments.group):
        raise ValueError("name at least one requirement, or a file with `--requirements`")


def target_of(arguments: argparse.Namespace, session: Session) -> Target | None:
    """Return the machine that pip's options name, or none if they name none.

    Raises:
        ValueError: they name one for which nothing can be built, without saying that nothing is to be built.
    """
    platforms, abis = arguments.gather_platforms or [], arguments.gather_abis or []
    implementation, version = arguments.gather_implementation, arguments.python_version
    if not (platforms or abis or implementation or version):
        return None
    if not (arguments.no_deps or session.settings.resolver.no_build == "all"):
        raise ValueError(
            "with `--platform`, `--python-version`, `--implementation` or `--abi`, either `--no-deps` or "
            "`--only-binary=:all:` must be given: nothing can be built for another machine"
        )
    interpreter = session.pythons.find(session.settings.python)
    python = interpreter.full_version if version is None else _version(version)
    own = list(dict.fromkeys(tag.platform for tag in interpreter.target.tags if tag.platform != "any"))
    return Target.for_wheels(
        [one for one in platforms if one != "any"] or own,
        python=python,
        implementation=implementation or "cp",
        abis=abis,
    )


def _version(text: str) -> str:
    """Return a version of Python: pip also takes `312` for `3.12`.

    Raises:
        ValueError: it is none.
    """
    if re.fullmatch(r"\d{2,}", text):
        text = f"{text[0]}.{text[1:]}"
    if not re.fullmatch(r"\d+(\.\d+){0,2}", text):
        raise ValueError(f"`{text}` is not a version of Python, such as `3.12`")
    return text if "." in text else f"{text}.0"
