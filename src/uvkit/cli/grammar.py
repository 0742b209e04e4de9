"""argparse with the manners of uv: options before or after the command, suggestions, one way to print help."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NoReturn

Fill = Callable[["CommandParser"], None]


class HelpWanted(SystemExit):
    """Somebody asks for help, which is the argument."""

    def __init__(self, text: str, *, color: str) -> None:
        super().__init__(0)
        self.text = text
        self.color = color


class UsageRefused(SystemExit):
    """A command line is not understood: why, and how the command is called."""

    def __init__(self, message: str, usage: str) -> None:
        super().__init__(2)
        self.message = message
        self.usage = usage


class Help(argparse.Action):
    """The option that asks for help."""

    def __call__(  # noqa: PLR0917  # argparse's signature
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,  # noqa: ARG002
        option_string: Any = None,  # noqa: ARG002
    ) -> NoReturn:
        """Leave with the help of the parser."""
        raise HelpWanted(parser.format_help(), color=getattr(namespace, "color", "auto"))


class CommandParser(argparse.ArgumentParser):
    """The parser of a command or of a group of commands, whose options are made when it is first used.

    There are some 250 options; a run looks at those of one command.
    """

    def __init__(
        self, *, fill: Fill | None = None, arguments: str = "", trailing: str | None = None, **options: Any
    ) -> None:
        # What argparse makes for each of the many commands is only made for those that are looked at.
        self._prepared: dict[str, Any] | None = options
        self._fill = fill
        self._arguments = arguments
        self._trailing = trailing
        self._clashes: list[tuple[str, str]] = []

    def __getattr__(self, name: str) -> Any:
        """Begin as argparse does with the first use of anything that it makes."""
        options = vars(self).get("_prepared")
        if options is None:
            raise AttributeError(name)
        self._prepared = None
        super().__init__(**{"allow_abbrev": False, "add_help": False, "formatter_class": HelpFormatter, **options})
        # From Python 3.14 on, argparse would paint by itself.
        self.color = False
        return getattr(self, name)

    def fill(self) -> None:
        """Make the options, once."""
        fill, self._fill = self._fill, None
        if fill is not None:
            fill(self)
        if self.usage is None:
            self.usage = f"{self.prog} [OPTIONS]{self._arguments}"

    def refuse_together(self, one: str, *others: str) -> None:
        """Refuse an option beside any of some others; those of argparse's groups would exclude each other as well."""
        self._clashes += [(one, other) for other in others]

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse; anything that is not understood is an error of this command, not of the one above."""
        self.fill()
        if self._trailing is not None:
            args, command = self._split(list(args))
        found, rest = super().parse_known_args(args, namespace)
        if self._trailing is not None:
            setattr(found, self._trailing, command)
        rest = self._with_later_words(found, rest)
        if rest:
            self.error(f"unexpected argument '{rest[0]}' found{_tip('argument', rest[0], self._option_names())}")
        for one, other in self._clashes:
            if getattr(found, one) and getattr(found, other):
                self.error(f"the argument '{self._shown(one)}' cannot be used with '{self._shown(other)}'")
        return found, rest

    def _with_later_words(self, found: argparse.Namespace, rest: list[str]) -> list[str]:
        """Take words that stand behind options into the list that the words before them are in; return what is left."""
        lists = [action for action in self._actions if not action.option_strings and action.nargs in {"*", "+"}]
        if not lists or any(word.startswith("-") and word != "-" for word in rest):
            return rest
        setattr(found, lists[-1].dest, [*(getattr(found, lists[-1].dest) or ()), *rest])
        return []

    def _split(self, args: list[str]) -> tuple[list[str], list[str]]:
        """Return the own options and the command line behind them, whose options are nobody's business here."""
        at = 0
        while at < len(args):
            word = args[at]
            if word == "--":
                return args[:at], args[at + 1 :]
            if word == "-" or not word.startswith("-"):
                break
            at += 2 if self._takes_next(word) else 1
        return args[:at], args[at:]

    def _takes_next(self, word: str) -> bool:
        """Tell whether the word behind an option is its value."""
        if word.startswith("--"):
            action = self._option_string_actions.get(word)
            return action is not None and action.nargs != 0
        for position, letter in enumerate(word[1:], 2):
            action = self._option_string_actions.get(f"-{letter}")
            if action is not None and action.nargs != 0:
                return position == len(word)
        return False

    def _shown(self, dest: str) -> str:
        action = next(one for one in self._actions if one.dest == dest and one.option_strings)
        name = next(name for name in action.option_strings if name.startswith("--"))
        return name if action.nargs == 0 else f"{name} <{action.metavar or dest.upper()}>"

    def _get_formatter(self) -> argparse.HelpFormatter:
        # With this argparse tries whether each option could be shown; asking how wide the terminal is would cost more.
        return HelpFormatter(self.prog, width=80)

    def format_help(self) -> str:
        """Return what `--help` prints: first what the command does, then how it is called."""
        self.fill()
        formatter = HelpFormatter(self.prog)
        formatter.add_text(self.description)
        formatter.add_usage(self.usage, [], [])
        for group in sorted(self._action_groups, key=lambda group: group.title != "Commands"):
            formatter.start_section(group.title)
            formatter.add_text(group.description)
            formatter.add_arguments(group._group_actions)  # noqa: SLF001  # as argparse does it
            formatter.end_section()
        formatter.add_text(self.epilog)
        return formatter.format_help()

    def error(self, message: str) -> NoReturn:
        """Leave with what is wrong with the command line, and how it should look."""
        clash = re.fullmatch(r"argument (\S+): not allowed with argument (\S+)", message)
        if clash is not None:
            one, other = (names.split("/")[-1] for names in clash.groups())
            message = f"the argument '{one}' cannot be used with '{other}'"
        valueless = re.fullmatch(r"argument (\S+): expected (?:one|at least one) argument", message)
        if valueless is not None:
            message = f"a value is required for '{valueless[1].split('/')[-1]}' but none was supplied"
        if message == "the following arguments are required: <COMMAND>":
            message = f"'{self.prog}' requires a subcommand but one was not provided"
        raise UsageRefused(message, self.usage or self.prog)

    def _option_names(self) -> list[str]:
        return [name for action in self._actions if action.help != argparse.SUPPRESS for name in action.option_strings]

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is None or value in action.choices:
            return
        choices = list(map(str, action.choices))
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001  # how argparse marks commands
            raise argparse.ArgumentError(None, f"unrecognized subcommand '{value}'{_tip('subcommand', value, choices)}")
        option = f"{'/'.join(action.option_strings[-1:])} <{action.metavar or action.dest.upper()}>"
        raise argparse.ArgumentError(
            None,
            f"invalid value '{value}' for '{option}'\n  [possible values: {', '.join(choices)}]"
            f"{_tip('value', str(value), choices)}",
        )


class HelpFormatter(argparse.HelpFormatter):
    """Prints help as uv does: `-i, --index-url <URL>`, titles with capitals."""

    def __init__(self, prog: str, **options: Any) -> None:
        super().__init__(prog, **{"max_help_position": 34, **options})

    def add_usage(  # noqa: PLR0917  # argparse's signature
        self, usage: str | None, actions: Iterable[Any], groups: Iterable[Any], prefix: str | None = None
    ) -> None:
        """Add the line of how the command is called."""
        super().add_usage(usage, actions, groups, "Usage: " if prefix is None else prefix)

    def start_section(self, heading: str | None) -> None:
        """Begin a section."""
        super().start_section({"options": "Options", "positional arguments": "Arguments"}.get(heading or "", heading))

    def _format_action_invocation(self, action: argparse.Action) -> str:
        if not action.option_strings:
            return super()._format_action_invocation(action)
        value = "" if action.nargs == 0 else f" <{action.metavar or action.dest.upper()}>"
        short = next((f"{name}, " for name in action.option_strings if len(name) == 2), "    ")
        long = next((name for name in action.option_strings if len(name) > 2), "")
        return f"{short}{long}{value}"

    def _get_help_string(self, action: argparse.Action) -> str | None:
        if not action.help:
            return action.help
        from .help_texts import notes

        return action.help + notes(action).replace("%", "%%")

    def _format_action(self, action: argparse.Action) -> str:
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001  # how argparse marks commands
            return "".join(map(self._format_action, self._iter_indented_subactions(action)))
        return super()._format_action(action)


def run_parser(parser: CommandParser, argv: Sequence[str]) -> argparse.Namespace:
    """Return the arguments of a command line, the options that all commands share with their defaults."""
    return parser.parse_args(argv, argparse.Namespace(quiet=0, verbose=0, color="auto", json=False))


def _tip(kind: str, given: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(given.partition("=")[0], known, n=1)
    return f"\n\n  tip: a similar {kind} exists: '{close[0]}'" if close else ""
