"""Options of a command line on top of other settings."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from uvkit.errors import InvalidOptionError
from uvkit.project import IndexConfig
from uvkit.resolver import CutOff
from uvkit.settings import Settings

ROWS: list[tuple[str, Any, dict[str, Any]]] = [
    ("prerelease", "allow", {"resolver.prerelease": "allow"}),
    ("offline", True, {"network.offline": True}),
    ("exclude-newer-package", ["a=P3D", "B=false"], {
        "resolver.exclude_newer_by_project": {"a": CutOff(span="P3D", length=timedelta(days=3)), "b": False}
    }),
    ("config-settings", ["a=b", "c=d", "c=e"], {"build.config_settings": {"a": "b", "c": ("d", "e")}}),
    ("no-binary-package", ["A"], {"resolver.no_binary": {"a"}}),
    ("no-python-downloads", True, {"python_downloads": "never"}),
    ("inexact", True, {"install.exact": False}),
    ("exact", True, {"install.exact": True}),
    ("verify-hashes", True, {"verify_hashes": True}),
    ("extra", ["A", "b"], {"selection.extras": {"a", "b"}}),
    ("all-extras", True, {"selection.extras": "all"}),
    ("no-extra", ["a"], {"selection.exclude_extras": {"a"}}),
    ("group", ["A"], {"selection.extra_groups": {"a"}}),
    ("all-groups", True, {"selection.groups": "all"}),
    ("only-group", ["a"], {"selection.groups": {"a"}, "selection.parts": "groups"}),
    ("only-dev", True, {"selection.groups": {"dev"}, "selection.parts": "groups"}),
    ("package", ["A"], {"selection.members": {"a"}}),
    ("all-packages", True, {"selection.members": "all"}),
    ("no-install-package", ["A"], {"selection.exclude": {"a"}}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "fields"), ROWS)
def test_option_sets_its_fields(name: str, value: object, fields: dict[str, Any]) -> None:
    settings = Settings().with_arguments({name: value})

    assert dict(settings.explicit()) == fields
    assert {settings.origin(field) for field in fields} == {f"--{name}"}


def test_option_that_was_not_given_changes_nothing() -> None:
    settings = Settings.from_fields({"resolver.prerelease": "allow"})

    assert settings.with_arguments({"prerelease": None, "index": None, "offline": None}) == settings


def test_groups_left_out_are_united() -> None:
    settings = Settings().with_arguments({"no-dev": True, "no-group": ["a"]})

    assert settings.selection.exclude_groups == {"dev", "a"}


def test_indexes_come_before_known_ones_and_may_name_one() -> None:
    known = IndexConfig(url="https://known.example/", name="known", explicit=True)
    settings = Settings(indexes=(IndexConfig(url="https://first.example/"), known))

    indexes = settings.with_arguments({"index": ["known", "new=https://new.example/"]}).indexes

    assert [(index.name, index.explicit) for index in indexes] == [("known", False), ("new", False), (None, False)]


def test_unknown_name_of_an_index_gets_a_suggestion() -> None:
    settings = Settings(indexes=(IndexConfig(url="https://a.example/", name="in-house"),))

    with pytest.raises(InvalidOptionError, match=r"`--index`: `inhouse` is neither .*; did you mean `in-house`\?"):
        settings.with_arguments({"index": ["inhouse"]})


def test_folder_is_an_index(tmp_path: Path) -> None:
    settings = Settings(root=tmp_path)

    [index] = settings.with_arguments({"default-index": str(tmp_path / "wheels")}).indexes

    assert index.url == str(tmp_path / "wheels")


def test_unknown_option_gets_a_suggestion() -> None:
    with pytest.raises(
        InvalidOptionError, match=r"`--prerelese`: there is no such option; did you mean `prerelease`\?"
    ):
        Settings().with_arguments({"prerelese": "allow"})


def test_wrong_values_are_listed_at_once() -> None:
    with pytest.raises(InvalidOptionError) as caught:
        Settings().with_arguments({"resolution": "lowst", "link-mode": "clon", "exclude-newer-package": ["a=soon"]})

    assert [name for name, _ in caught.value.problems] == ["--resolution", "--link-mode", "--exclude-newer-package"]
