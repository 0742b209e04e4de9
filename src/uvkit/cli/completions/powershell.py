"""Completions for PowerShell."""

from __future__ import annotations

from collections.abc import Iterator

from .tree import Command

_BEGIN = """\
# PowerShell completion for uvkit; `uvkit generate-shell-completion powershell | Out-String | Invoke-Expression`
$script:UvkitCommands = @{
"""
_END = """\
}
Register-ArgumentCompleter -Native -CommandName 'uvkit' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $path = ''
    $previous = ''
    foreach ($element in $commandAst.CommandElements | Select-Object -Skip 1) {
        if ($element.Extent.EndOffset -ge $cursorPosition -and $wordToComplete) { break }
        $previous = $element.ToString()
        $longer = if ($path) { "$path $previous" } else { $previous }
        if ($script:UvkitCommands.ContainsKey($longer)) { $path = $longer }
    }
    $command = $script:UvkitCommands[$path]
    if ($command.Values.ContainsKey($previous)) {
        $found = $command.Values[$previous] | ForEach-Object { @{ Name = $_; Text = $_ } }
    } else {
        $found = $command.Words
    }
    $found | Where-Object { $_.Name -clike "$wordToComplete*" } | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new($_.Name, $_.Name, 'ParameterValue', $_.Text)
    }
}
"""


def powershell_script(commands: tuple[Command, ...]) -> str:
    """Return the script that completes in PowerShell."""
    return "".join((_BEGIN, *(line for one in commands for line in _lines(one)), _END))


def _lines(command: Command) -> Iterator[str]:
    yield f"    {_quoted(' '.join(command.path))} = @{{\n        Words = @(\n"
    for name, summary in _words(command):
        yield f"            @{{ Name = {_quoted(name)}; Text = {_quoted(summary or name)} }}\n"
    yield "        )\n        Values = @{\n"
    for option in command.options:
        # Keys of a table are the same in both cases, which short options are not.
        for name in (name for name in option.names if option.takes == "choice" and name.startswith("--")):
            yield f"            {_quoted(name)} = @({', '.join(map(_quoted, option.choices))})\n"
    yield "        }\n    }\n"


def _words(command: Command) -> Iterator[tuple[str, str]]:
    yield from command.commands
    for argument in command.arguments:
        yield from ((choice, argument.summary) for choice in argument.choices)
    for option in command.options:
        yield from ((name, option.summary) for name in option.names)


def _quoted(text: str) -> str:
    escaped = text.replace("'", "''")
    return f"'{escaped}'"
