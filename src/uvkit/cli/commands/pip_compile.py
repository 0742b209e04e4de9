"""`uvkit pip compile`."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Literal

import uvkit
from uvkit import CompileStyle, TargetRequest
from uvkit.cli.printer import Printer
from uvkit.cli.render import duration, packages, show_notices
from uvkit.cli.requirements import asked
from uvkit.cli.session import opened, shown

_VERSION = re.compile(r"\d+(?:\.\d+){0,2}(?:(?:a|b|rc)\d+)?")
# Options that say nothing of the result, or that are told otherwise; with the number of their values.
_UNSAID = {
    "-q": 0, "--quiet": 0, "-v": 0, "--verbose": 0, "--no-progress": 0, "-U": 0, "--upgrade": 0, "-P": 1,
    "--upgrade-package": 1, "--color": 1, "--json": 0,
}  # fmt: skip
_INDEXES = ("-i", "--index-url", "--extra-index-url", "--index", "--default-index")
_LINKS = ("-f", "--find-links")


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Pin requirements."""
    if not (arguments.requirements or arguments.group):
        raise ValueError("name at least one source: a requirements file, a `pyproject.toml`, or `--group`")
    with opened(arguments, printer, variables, interface="pip") as session, shown(printer, session.settings) as events:
        target = _target(arguments, session.settings.python)
        found = session.with_settings(replace(session.settings, python=target.python))
        result = uvkit.compile(
            asked(arguments, found),
            target=target,
            file_format=arguments.format,
            hashes=bool(arguments.generate_hashes),
            dependencies=not arguments.no_deps,
            style=_style(arguments, variables),
            output=arguments.output_file,
            session=found,
            events=events,
        )
    if arguments.json:
        printer.json(result.to_dict())
        return 0
    number = len(result.resolution.distributions)
    what = f" {packages(number)}" if number else ""
    printer.info(printer.style(f"Resolved{what} in {duration(result.elapsed)}", "dim"))
    if result.text and (result.path is None or not printer.quiet):
        printer.out(result.text.removesuffix("\n"))
    show_notices(printer, result.notices)
    return 0


def _target(arguments: argparse.Namespace, python: str | None) -> TargetRequest:
    """Return the target; a version given as the interpreter stands for the version to pin for, as in pip-compile."""
    version = arguments.python_version
    if version is None and python is not None and _VERSION.fullmatch(python):
        version, python = python, None
    return TargetRequest(
        python=python,
        version=version,
        platform=arguments.python_platform,
        universal=bool(arguments.universal),
    )


def _style(arguments: argparse.Namespace, variables: Mapping[str, str]) -> CompileStyle:
    annotations: Literal["split", "line", "none"] = arguments.annotation_style or "split"
    return CompileStyle(
        header=not arguments.no_header,
        command=arguments.custom_compile_command or variables.get("UV_CUSTOM_COMPILE_COMMAND") or _called(arguments),
        annotations="none" if arguments.no_annotate else annotations,
        extras=bool(arguments.no_strip_extras),
        markers=bool(arguments.no_strip_markers),
        index_url=bool(arguments.emit_index_url),
        find_links=bool(arguments.emit_find_links),
        build_options=bool(arguments.emit_build_options),
        index_annotation=bool(arguments.emit_index_annotation),
        marker_expression=bool(arguments.emit_marker_expression),
        omit=tuple(map(uvkit.project_name, arguments.no_emit_package or ())),
    )


def _called(arguments: argparse.Namespace) -> str:
    """Return the command that was given, without what says nothing of the result."""
    unsaid = dict(_UNSAID)
    if not arguments.emit_index_url:
        unsaid |= dict.fromkeys(_INDEXES, 1)
    if not arguments.emit_find_links:
        unsaid |= dict.fromkeys(_LINKS, 1)
    return shlex.join(["uvkit", *_said(arguments.argv, unsaid)])


def _said(words: Iterable[str], unsaid: Mapping[str, int]) -> Iterator[str]:
    skip = 0
    for word in words:
        if skip:
            skip -= 1
            continue
        name, joined, _ = word.partition("=")
        if name in unsaid:
            skip = 0 if joined else unsaid[name]
            continue
        yield word
