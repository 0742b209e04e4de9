"""Completions for bash."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .tree import Command, Option

_BEGIN = """\
# bash completion for uvkit; `eval "$(uvkit generate-shell-completion bash)"` in ~/.bashrc
_uvkit() {
    local current="${COMP_WORDS[COMP_CWORD]}" previous="" path="" word options="" values="" index
    COMPREPLY=()
    if (( COMP_CWORD > 0 )); then previous="${COMP_WORDS[COMP_CWORD-1]}"; fi
    # The value of an option may be joined to it, which bash splits at the equals sign.
    if [[ $current == "=" ]]; then current="";
    elif [[ $previous == "=" ]]; then previous="${COMP_WORDS[COMP_CWORD-2]}"; fi
    for (( index = 1; index < COMP_CWORD; index++ )); do
        word="${COMP_WORDS[index]}"
        case "$path,$word" in
"""
_MIDDLE = """\
        esac
    done
    case "$path,$previous" in
"""
_LIST = """\
    esac
    case "$path" in
"""
_END = """\
    esac
    if [[ $current == -* ]]; then
        COMPREPLY=( $(compgen -W "$options" -- "$current") )
        return
    fi
    if [[ -n $values ]]; then COMPREPLY=( $(compgen -W "$values" -- "$current") ); else _uvkit_files "$current"; fi
}
_uvkit_files() {
    local IFS=$'\\n'
    compopt -o filenames 2>/dev/null
    COMPREPLY=( $(compgen -f -- "$1") )
}
_uvkit_folders() {
    local IFS=$'\\n'
    compopt -o filenames 2>/dev/null
    COMPREPLY=( $(compgen -d -- "$1") )
}
complete -F _uvkit uvkit
"""


def bash_script(commands: tuple[Command, ...]) -> str:
    """Return the script that completes in bash."""
    return "".join((
        _BEGIN,
        *(f'            "{_path(one.path[:-1])},{one.path[-1]}") path="{_path(one.path)}" ;;\n'
          for one in commands if one.path),
        _MIDDLE,
        *(line for one in commands for line in _values(one)),
        _LIST,
        *(line for one in commands for line in _words(one)),
        _END,
    ))  # fmt: skip


def _path(path: Iterable[str]) -> str:
    return " ".join(path)


def _values(command: Command) -> Iterator[str]:
    for option in command.options:
        if option.takes == "nothing":
            continue
        patterns = "|".join(f'"{_path(command.path)},{name}"' for name in option.names)
        yield f"        {patterns}) {_reply(option)}; return ;;\n"


def _reply(option: Option) -> str:
    match option.takes:
        case "choice":
            return f'COMPREPLY=( $(compgen -W "{" ".join(option.choices)}" -- "$current") )'
        case "folder":
            return '_uvkit_folders "$current"'
        case "file":
            return '_uvkit_files "$current"'
        case _:
            return ":"


def _words(command: Command) -> Iterator[str]:
    names = " ".join(name for option in command.options for name in option.names)
    inner = [name for name, _ in command.commands]
    inner += [choice for argument in command.arguments for choice in argument.choices]
    yield f'        "{_path(command.path)}") options="{names}"; values="{" ".join(inner)}" ;;\n'
