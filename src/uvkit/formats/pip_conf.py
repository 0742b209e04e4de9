"""Configuration files of pip: INI texts whose keys are long options."""

from __future__ import annotations

from pathlib import Path

from uvkit.errors import InvalidTableError


def parse_pip_conf(text: str, *, path: Path) -> dict[str, dict[str, str]]:
    """Return the values of each section by the option's name with dashes; empty values count as not set.

    Raises:
        InvalidTableError: it is not such a file, or names a key twice.
    """
    # Reading these files happens only where nobody else said which index is meant.
    from configparser import Error, RawConfigParser

    parser = RawConfigParser()
    try:
        parser.read_string(text, source=str(path))
    except Error as error:
        raise InvalidTableError(path=path, problems=(("", _reason(error)),)) from error
    return {
        section.lower(): {_option(key): value.strip() for key, value in parser.items(section) if value.strip()}
        for section in parser.sections()
    }


def _option(key: str) -> str:
    return key.lower().removeprefix("--").replace("_", "-")


def _reason(error: Exception) -> str:
    text = str(error).splitlines()[0].rstrip(".")
    return text[:1].lower() + text[1:]
