"""How a staged tree fits into an environment, also where the file system takes `a` for `A`."""

from __future__ import annotations

from pathlib import Path

import pytest

from uvkit.environment.conflicts import fit, ignores_case
from uvkit.errors import TransactionError


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tree(tmp_path / "root", "lib/Old/a.py", "lib/README", "lib/kept/x.py")


@pytest.fixture
def staged(tmp_path: Path) -> Path:
    return tree(tmp_path / "staged", "lib/old/b.py", "lib/readme", "lib/new/y.py", "lib/kept/z.py")


def tree(root: Path, *paths: str) -> Path:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(path)
    return root


def test_what_is_new_is_moved_in_whole_and_what_exists_is_entered(root: Path, staged: Path) -> None:
    found = fit(str(root), str(staged), going=())

    assert set(found.moved_in) == {"lib/old", "lib/readme", "lib/new", "lib/kept/z.py"}
    assert found.overwritten == ()


def test_without_case_a_file_of_another_spelling_is_moved_out_under_its_own(root: Path, staged: Path) -> None:
    found = fit(str(root), str(staged), going=(), ignores_case=True)

    assert set(found.moved_in) == {"lib/old/b.py", "lib/readme", "lib/new", "lib/kept/z.py"}
    assert found.overwritten == ("lib/README",)


def test_without_case_a_folder_that_goes_makes_room_for_one_of_another_spelling(root: Path, staged: Path) -> None:
    found = fit(str(root), str(staged), going=("lib/Old", "lib/ReadMe"), ignores_case=True)

    assert set(found.moved_in) == {"lib/old", "lib/readme", "lib/new", "lib/kept/z.py"}
    assert found.overwritten == ()


def test_a_folder_where_a_file_has_to_go_is_an_error(tmp_path: Path, staged: Path) -> None:
    root = tree(tmp_path / "root", "lib/readme/x")

    with pytest.raises(TransactionError, match="is a folder where a file has to go"):
        fit(str(root), str(staged), going=())


def test_case_is_told_by_the_configuration_file(tmp_path: Path) -> None:
    (tmp_path / "pyvenv.cfg").touch()
    assert not ignores_case(str(tmp_path))

    # What a file system without case shows under both names.
    (tmp_path / "PYVENV.CFG").touch()

    assert ignores_case(str(tmp_path))
