"""Completions, asked of the shells themselves where they are installed."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Cli

Ask = Callable[[str], list[str]]

# What a person has typed, and what the shell offers.
CASES = [
    ("uvkit pip in", ["inspect", "install"]),
    ("uvkit --quiet pip unins", ["uninstall"]),
    ("uvkit pip install --no-bin", ["--no-binary"]),
    ("uvkit pip install --link-mode ", ["clone", "copy", "hardlink", "symlink"]),
    ("uvkit pip install --link-mode c", ["clone", "copy"]),
    ("uvkit pip install alpha --link-mode c", ["clone", "copy"]),
    ("uvkit generate-shell-completion z", ["zsh"]),
    ("uvkit pip install -r fold", ["folder", "folder.txt"]),
    ("uvkit pip install --target fold", ["folder"]),
    ("uvkit --color al", ["always"]),
]


def script(cli: Cli, shell: str) -> Path:
    path = cli.root / f"completions.{shell}"
    path.write_text(cli("generate-shell-completion", shell).out)
    (cli.folder / "folder").mkdir()
    (cli.folder / "folder.txt").touch()
    return path


def run(cli: Cli, *argv: str) -> str:
    return subprocess.run(argv, cwd=cli.folder, capture_output=True, text=True, check=True).stdout


def needs(shell: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(shell) is None, reason=f"{shell} is not installed")


@needs("bash")
def test_bash_offers_what_fits(cli: Cli) -> None:
    path = script(cli, "bash")
    lines = [f"source {path}"]
    for typed, _ in CASES:
        words = re.split(r"[ ]", typed)
        lines.append(f"COMP_WORDS=({shlex.join(words)}); COMP_CWORD={len(words) - 1}; _uvkit; echo ${{COMPREPLY[*]}}")

    answers = run(cli, "bash", "-c", "\n".join(lines)).splitlines()

    offered = {typed: sorted(answer.split()) for (typed, _), answer in zip(CASES, answers, strict=True)}
    assert offered == dict(CASES)


@needs("fish")
def test_fish_offers_what_fits(cli: Cli) -> None:
    path = script(cli, "fish")
    lines = [f"source {path}"]
    lines += [f"echo (complete -C {shlex.quote(typed)} | string split -f1 \\t)" for typed, _ in CASES]

    answers = run(cli, "fish", "--no-config", "-c", "\n".join(lines)).splitlines()

    offered = {
        typed: sorted(answer.replace("/", "").split()) for (typed, _), answer in zip(CASES, answers, strict=True)
    }
    assert offered == dict(CASES)


@needs("zsh")
def test_zsh_offers_what_fits(cli: Cli) -> None:
    path = script(cli, "zsh")
    # The functions of its completion system, which only work while a line is edited.
    lines = [
        'offer() { local one; for one in "$@"; do [[ ${one%%:*} == $current* ]] && print -n -- "${one%%:*} "; done }',
        "_describe() { [[ $1 == -o ]] && shift; offer ${(P)2} }",
        "compadd() { [[ $1 == -- ]] && shift; offer $@ }",
        "_files() { if [[ $1 == -/ ]]; then offer *(/N); else offer *(N); fi }",
        f"source {path}",
    ]
    for typed, _ in CASES:
        words = typed.split(" ")
        lines.append(f"words=({shlex.join(words)}); CURRENT={len(words)}; _uvkit; print")

    answers = run(cli, "zsh", "-f", "-c", "\n".join(lines)).splitlines()

    offered = {typed: sorted(answer.split()) for (typed, _), answer in zip(CASES, answers, strict=True)}
    assert offered == dict(CASES)


def test_powershell_script_knows_commands_options_and_choices(cli: Cli) -> None:
    text = cli("generate-shell-completion", "powershell").out

    assert "'pip install' = @{" in text
    assert "@{ Name = '--no-binary'; Text = 'use no wheels of this project, or :all:' }" in text
    assert "'--link-mode' = @('clone', 'copy', 'hardlink', 'symlink')" in text
    assert text.count("{") == text.count("}")


def test_every_shell_knows_every_command(cli: Cli) -> None:
    for shell in ("bash", "fish", "powershell", "zsh"):
        text = cli("generate-shell-completion", shell).out

        assert all(command in text for command in ("pip compile", "cache prune", "config explain"))


def test_an_unknown_shell_is_refused_with_those_there_are(cli: Cli) -> None:
    done = cli("generate-shell-completion", "tcsh", status=2)

    assert "[possible values: bash, fish, powershell, zsh]" in done.err
