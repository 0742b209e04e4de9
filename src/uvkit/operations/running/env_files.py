"""Variables from `.env` files for what is run."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from uvkit.errors import InvalidOptionError, SourceNotFoundError
from uvkit.events import Notice
from uvkit.formats import parse_env_file


def variables_of_files(
    files: Iterable[str | os.PathLike[str]], variables: Mapping[str, str]
) -> tuple[dict[str, str], tuple[Notice, ...]]:
    """Return what files set, later ones over earlier ones, and notices of lines that make no sense.

    A variable that ``variables`` has is not replaced. The rest of a file behind such a line is not read.

    Raises:
        SourceNotFoundError: a file is not there.
        InvalidOptionError: a file is not UTF-8.
    """
    from pathlib import Path

    values: dict[str, str] = {}
    notices: list[Notice] = []
    for name in files:
        path = Path(name)
        try:
            text = path.read_bytes().decode()
        except (FileNotFoundError, IsADirectoryError) as error:
            raise SourceNotFoundError(what="environment file", path=path) from error
        except UnicodeDecodeError as error:
            raise InvalidOptionError(problems=((str(path), "the environment file is not UTF-8"),)) from error
        found = parse_env_file(text, variables)
        if found.position is not None:
            message = f"failed to parse environment file `{path}` at position {found.position}: {found.line}"
            notices.append(Notice("env-file", message))
        values |= found.values
    return {name: value for name, value in values.items() if name not in variables}, tuple(notices)
