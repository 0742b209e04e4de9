"""Every error: one root, unique codes, fields that survive pickling, sentences in the house style."""

from __future__ import annotations

import dataclasses
import pickle
from pathlib import Path
from typing import Any

import pytest

from uvkit import errors

CLASSES = [value for name in errors.__all__ if isinstance(value := getattr(errors, name), type)]
ERRORS = [cls for cls in CLASSES if issubclass(cls, errors.UvkitError)]
SAMPLES: dict[str, Any] = {
    "Path": Path("some/where"),
    "Path | None": Path("some/where"),
    "str": "text",
    "str | None": "text",
    "int": 3,
    "int | None": 3,
    "float": 1.5,
    "bool": True,
    "tuple[str, ...]": ("one", "two"),
    "tuple[Path, ...]": (Path("one"), Path("two")),
    "tuple[tuple[str, str], ...]": (("key", "reason"),),
    "tuple[Cause, ...]": (errors.Cause(requirement="a>=1", required_by="b 2.0", rejected=("a 0.1",)),),
    "tuple[UnusableVersions, ...]": (errors.UnusableVersions(project="a", versions=("0.1",), reason="yanked"),),
    "tuple[UvkitError, ...]": (errors.OfflineError(wanted="a"),),
    "tuple[tuple[str, UvkitError], ...]": (("key", errors.OfflineError(wanted="a")),),
}


def make(cls: type[errors.UvkitError]) -> errors.UvkitError:
    fields = dataclasses.fields(cls) if dataclasses.is_dataclass(cls) else ()
    return cls(**{field.name: SAMPLES[str(field.type)] for field in fields})


def test_every_error_has_its_own_code() -> None:
    codes = [cls.code for cls in ERRORS]

    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("cls", ERRORS, ids=lambda cls: cls.__name__)
def test_an_error_survives_pickling_with_its_fields_and_notes(cls: type[errors.UvkitError]) -> None:
    error = make(cls)
    error.add_note("while locking")

    copy = pickle.loads(pickle.dumps(error))

    assert type(copy) is cls
    assert str(copy) == str(error)
    assert vars(copy).keys() >= vars(error).keys()
    assert copy.__notes__ == ["while locking"]


@pytest.mark.parametrize("cls", [c for c in ERRORS if dataclasses.is_dataclass(c)], ids=lambda cls: cls.__name__)
def test_a_message_is_a_sentence_without_a_full_stop(cls: type[errors.UvkitError]) -> None:
    text = str(make(cls))

    assert text
    assert not text.endswith(".")
    assert text[0] == "`" or text[0].islower()
    assert all(isinstance(hint, str) and hint for hint in make(cls).hints)
