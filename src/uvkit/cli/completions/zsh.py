"""Completions for zsh."""

from __future__ import annotations

from collections.abc import Iterator

from .tree import Command, Option

_BEGIN = """\
#compdef uvkit
# zsh completion for uvkit; `eval "$(uvkit generate-shell-completion zsh)"` in ~/.zshrc
_uvkit() {
    local word previous="${words[CURRENT-1]}" current="${words[CURRENT]}" where=""
    local -i at
    local -a inner options
    for (( at = 2; at < CURRENT; at++ )); do
        case "$where,${words[at]}" in
"""
_MIDDLE = """\
        esac
    done
    # The value of an option may be joined to it.
    if [[ $current == --*=* ]]; then previous="${current%%=*}"; compset -P 1 '*='; current="${current#*=}"; fi
    case "$where,$previous" in
"""
_LIST = """\
    esac
    case "$where" in
"""
_END = """\
    esac
    if [[ $current == -* ]]; then _describe -o option options; return; fi
    if (( $#inner )); then _describe command inner; else _files; fi
}
if [[ ${funcstack[1]} == _uvkit ]]; then _uvkit "$@"; elif (( $+functions[compdef] )); then compdef _uvkit uvkit; fi
"""


def zsh_script(commands: tuple[Command, ...]) -> str:
    """Return the script that completes in zsh."""
    return "".join((
        _BEGIN,
        *(f'            "{" ".join(one.path[:-1])},{one.path[-1]}") where="{" ".join(one.path)}" ;;\n'
          for one in commands if one.path),
        _MIDDLE,
        *(line for one in commands for line in _values(one)),
        _LIST,
        *map(_words, commands),
        _END,
    ))  # fmt: skip


def _values(command: Command) -> Iterator[str]:
    for option in command.options:
        if option.takes == "nothing":
            continue
        patterns = "|".join(f'"{" ".join(command.path)},{name}"' for name in option.names)
        yield f"        {patterns}) {_reply(option)}; return ;;\n"


def _reply(option: Option) -> str:
    match option.takes:
        case "choice":
            return f"compadd -- {' '.join(map(_quoted, option.choices))}"
        case "folder":
            return "_files -/"
        case "file":
            return "_files"
        case _:
            return "_message value"


def _words(command: Command) -> str:
    inner = [_item(name, summary) for name, summary in command.commands]
    inner += [_quoted(choice) for argument in command.arguments for choice in argument.choices]
    options = [_item(name, option.summary) for option in command.options for name in option.names]
    return f'        "{" ".join(command.path)}") inner=({" ".join(inner)}); options=({" ".join(options)}) ;;\n'


def _item(name: str, summary: str) -> str:
    return _quoted(f"{name.replace(':', chr(92) + ':')}:{summary}")


def _quoted(text: str) -> str:
    escaped = text.replace("'", "'\\''")
    return f"'{escaped}'"
