"""Raising bounds to the newest versions."""

from __future__ import annotations

import pytest

import uvkit
from uvkit import errors

from .conftest import HEAD, Workshop


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<2", "<3"),
        ("<2.0", "<2.1"),
        ("<1.5.0", "<2.0.2"),
        ("<1.9.9.9", "<2.0.1.1"),
        ("<=1.4.2", "<=2.0.1"),
        ("==1.*", "==2.*"),
        ("==1.4.*", "==2.0.*"),
        ("~=1.4", "~=2.0"),
        ("~=1.4.2", "~=2.0.1"),
        ("===1.4.2", "===2.0.1"),
        ("==1.4.2", "==2.0.1"),
        (">=1,<1.9,!=1.6", ">=1,!=1.6,<2.1"),
        ("[x]<2", "[x]<3"),
        (">=1.0", ">=1.0"),
        ("<3", "<3"),
        ("", ""),
        ("!=2.0.1", "!=2.0.1"),
    ],
)
def test_bounds_are_raised_as_precisely_as_they_were(shop: Workshop, before: str, after: str) -> None:
    shop.write(f'{HEAD}dependencies = ["alpha{before}"] # mine\n')

    uvkit.upgrade(shop.root, session=shop.session)

    assert shop.text() == f'{HEAD}dependencies = ["alpha{after}"] # mine\n'


def test_only_what_is_named_moves(shop: Workshop) -> None:
    shop.write(f'{HEAD}dependencies = ["alpha<2", "beta<0.2"]\n')
    uvkit.lock(shop.root, session=shop.session)

    result = uvkit.upgrade(shop.root, ["alpha"], session=shop.session)

    assert shop.text() == f'{HEAD}dependencies = ["alpha<3", "beta<0.2"]\n'
    assert {name: tuple(map(str, pair)) for name, pair in result.versions.items()} == {"alpha": ("1.4.2", "2.0.1")}
    assert [(one.before, one.after) for one in result.requirements] == [(("alpha<2",), "alpha<3")]
    assert '{ name = "alpha", specifier = "<3" }' in shop.text("uv.lock")


def test_excluded_and_sourced_requirements_stay(shop: Workshop) -> None:
    text = f'{HEAD}dependencies = ["alpha<2", "lib<2"]\n[tool.uv.sources]\nlib = {{ path = "lib" }}\n'
    shop.write(text)
    shop.write('[project]\nname = "lib"\nversion = "1"\nrequires-python = ">=3.9"\n', "lib/pyproject.toml")

    result = uvkit.upgrade(shop.root, exclude=["alpha"], session=shop.session)

    assert (result.changed, shop.text()) == (False, text)


def test_unknown_package_is_refused(shop: Workshop) -> None:
    shop.write(HEAD)

    with pytest.raises(errors.RequirementNotFoundError):
        uvkit.upgrade(shop.root, ["alpha"], session=shop.session)


def test_trial_of_an_upgrade_changes_nothing(shop: Workshop) -> None:
    text = f'{HEAD}dependencies = ["alpha<2"]\n'
    shop.write(text)

    result = uvkit.upgrade(shop.root, dry_run=True, session=shop.session)

    assert '"alpha<3"' in result.text
    assert shop.text() == text
    assert not (shop.root / "uv.lock").exists()


def test_newer_versions_are_told_whatever_the_bounds(shop: Workshop) -> None:
    shop.write(f'{HEAD}dependencies = ["alpha<2"]\n')

    found = uvkit.outdated_locked(shop.root, session=shop.session)

    assert [one.to_dict() for one in found] == [{"name": "alpha", "version": "1.4.2", "latest_version": "2.0.1"}]
