"""Completions for fish."""

from __future__ import annotations

from collections.abc import Iterator

from .tree import Command, Option

_BEGIN = """\
# fish completion for uvkit; `uvkit generate-shell-completion fish > ~/.config/fish/completions/uvkit.fish`
function __uvkit_at
    # Tell whether the words so far name exactly this command.
    set -l path ''
    for word in (commandline -opc)[2..-1]
        set -l longer (string trim -- "$path $word")
        if contains -- $longer $__uvkit_paths
            set path $longer
        end
    end
    test "$argv[1]" = "$path"
end
"""


def fish_script(commands: tuple[Command, ...]) -> str:
    """Return the script that completes in fish."""
    paths = " ".join(_quoted(" ".join(one.path)) for one in commands if one.path)
    return "".join((
        _BEGIN,
        f"set -g __uvkit_paths {paths}\n",
        "complete -c uvkit -f\n",
        *(line for one in commands for line in _lines(one)),
    ))  # fmt: skip


def _lines(command: Command) -> Iterator[str]:
    condition = f"__uvkit_at {_quoted(' '.join(command.path))}"
    start = f"complete -c uvkit -n {_quoted(condition)}"
    for name, summary in command.commands:
        yield f"{start} -a {_quoted(name)} -d {_quoted(summary)}\n"
    for option in command.options:
        names = " ".join(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names)
        yield f"{start} {names} -d {_quoted(option.summary)}{_value(option)}\n"
    for argument in command.arguments:
        if argument.choices:
            yield f"{start} -a {_quoted(' '.join(argument.choices))}\n"
        elif argument.takes in {"file", "folder"}:
            yield f"{start} -F\n"


def _value(option: Option) -> str:
    match option.takes:
        case "nothing":
            return ""
        case "choice":
            return f" -x -a {_quoted(' '.join(option.choices))}"
        case "file":
            return " -r -F"
        case "folder":
            return " -x -a '(__fish_complete_directories)'"
        case _:
            return " -x"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
