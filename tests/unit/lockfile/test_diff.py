"""What changed between two locks, in the words that uv 0.13.9 uses."""

from __future__ import annotations

from packaging.version import Version

from uvkit.lockfile import LockDiff, Lockfile
from uvkit.model import project_name


def lock(*packages: tuple[str, str | None]) -> Lockfile:
    text = 'version = 1\nrequires-python = ">=3.11"\n'
    for number, (name, version) in enumerate(packages):
        line = f'version = "{version}"\n' if version else ""
        text += f'\n[[package]]\nname = "{name}"\n{line}source = {{ directory = "{number}" }}\n'
    return Lockfile.parse(text)


def test_nothing_changed() -> None:
    diff = lock(("alpha", "1.0")).diff(lock(("alpha", "1.0")))

    assert not diff
    assert diff.lines() == ()


def test_everything_is_added_to_no_lock() -> None:
    diff = lock(("alpha", "1.0"), ("dynlib", None)).diff(None)

    assert diff == LockDiff(added={project_name("alpha"): (Version("1.0"),), project_name("dynlib"): (None,)})
    assert diff.lines() == ("Added alpha v1.0", "Added dynlib (dynamic)")


def test_changes_and_additions_come_by_name_and_removals_last() -> None:
    before = lock(("alpha", "1.1.0"), ("beta", "1.0.0"), ("aaa", "3.0.0"), ("proj", None))
    after = lock(("alpha", "1.1.0"), ("alpha", "2.0.0"), ("beta", "2.0.0"), ("azure", "1"), ("proj", "2"))

    diff = after.diff(before)

    assert diff
    assert diff.changed[project_name("alpha")] == ((Version("1.1.0"),), (Version("1.1.0"), Version("2.0.0")))
    assert diff.lines() == (
        "Updated alpha v1.1.0 -> v1.1.0, v2.0.0",
        "Added azure v1",
        "Updated beta v1.0.0 -> v2.0.0",
        "Updated proj (dynamic) -> v2",
        "Removed aaa v3.0.0",
    )


def test_a_dry_run_speaks_of_what_would_be_done() -> None:
    diff = lock(("alpha", "2.0"), ("new", "1")).diff(lock(("alpha", "1.0"), ("old", "1")))

    assert diff.lines(dry_run=True) == ("Update alpha v1.0 -> v2.0", "Add new v1", "Remove old v1")


def test_versions_are_listed_in_their_own_order() -> None:
    diff = lock(("alpha", "10.0"), ("alpha", "9.0")).diff(None)

    assert diff.lines() == ("Added alpha v9.0, v10.0",)
