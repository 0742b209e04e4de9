"""The file ``pyvenv.cfg`` that makes a folder a virtual environment (PEP 405)."""

from __future__ import annotations

from collections.abc import Mapping


def parse_pyvenv_cfg(text: str) -> dict[str, str]:
    """Return the keys, in lower case, and values of a ``pyvenv.cfg``; lines without ``=`` are ignored.

    Nothing is unquoted but the prompt, which the standard library alone writes as a Python literal.
    """
    values: dict[str, str] = {}
    for line in text.removeprefix("\ufeff").splitlines():
        key, separator, value = line.partition("=")
        if separator:
            values[key.strip().lower()] = value.strip()
    prompt = values.get("prompt", "")
    if len(prompt) >= 2 and prompt[0] == prompt[-1] and prompt[0] in "'\"":
        values["prompt"] = _unquoted(prompt)
    return values


def dump_pyvenv_cfg(values: Mapping[str, str]) -> str:
    """Return the text of a ``pyvenv.cfg``.

    Raises:
        ValueError: a value holds a line break, which the format cannot express.
    """
    for key, value in values.items():
        # The interpreter splits at line breaks before anything else, and there is no escape.
        if "\n" in value or "\r" in value:
            raise ValueError(f"`{key}` holds a line break")
    return "".join(f"{key} = {value}\n" for key, value in values.items())


def _unquoted(text: str) -> str:
    import ast

    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
    return value if isinstance(value, str) else text
