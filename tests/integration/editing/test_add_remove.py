"""Adding and removing: files, lock and environment change together or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

import uvkit
from uvkit import errors

from .conftest import HEAD, Workshop


def test_bounds_come_from_the_version_that_was_locked(shop: Workshop) -> None:
    shop.write(HEAD)

    result = shop.add("alpha", "beta; sys_platform == 'win32'")

    assert shop.text() == (
        HEAD + 'dependencies = [\n    "alpha>=2.0.1",\n    "beta>=0.2.3 ; sys_platform == \'win32\'",\n]\n'
    )
    assert [one.after for one in result.added] == ["alpha>=2.0.1", "beta>=0.2.3 ; sys_platform == 'win32'"]
    assert result.lock is not None
    assert '{ name = "alpha", specifier = ">=2.0.1" }' in shop.text("uv.lock")


@pytest.mark.parametrize(
    ("kind", "bounds"), [("major", ">=2.0.1,<3.0.0"), ("minor", ">=2.0.1,<2.1.0"), ("exact", "==2.0.1"), ("none", "")]
)
def test_bounds_can_be_chosen(shop: Workshop, kind: str, bounds: str) -> None:
    shop.write(HEAD)

    shop.add("alpha", bounds=kind)

    assert f'    "alpha{bounds}",\n' in shop.text()


def test_project_says_which_bounds_it_wants(shop: Workshop) -> None:
    shop.write(HEAD + '\n[tool.uv]\nadd-bounds = "exact"\n')

    shop.add("alpha")

    assert '    "alpha==2.0.1",\n' in shop.text()


def test_constraints_limit_what_is_added_this_time(shop: Workshop) -> None:
    shop.write(HEAD)
    limits = shop.write("alpha<2\n", "limits.txt")

    shop.add("alpha", constraints=[limits])

    assert '    "alpha>=1.4.2",\n' in shop.text()


def test_requirements_files_are_added(shop: Workshop) -> None:
    shop.write(HEAD)
    file = shop.write("alpha==1.0\nbeta>0 # why\n", "r.txt")

    shop.add(files=[file], group="dev")

    assert shop.text() == HEAD + '\n[dependency-groups]\ndev = [\n    "alpha==1.0",\n    "beta>0",\n]\n'


def test_environment_gets_what_was_added_and_loses_what_was_removed(shop: Workshop) -> None:
    shop.write(HEAD)

    shop.add("alpha", synchronize=True)
    shop.add("beta", group="dev", synchronize=True)
    shop.remove("alpha", synchronize=True)

    environment = uvkit.Environment(shop.root / ".venv")
    assert [one.project for one in environment.installed()] == ["beta"]


def test_frozen_changes_only_the_file(shop: Workshop) -> None:
    shop.write(HEAD)

    result = shop.add("nobody-has-this", locking="frozen")

    assert result.lock is None
    assert shop.text() == HEAD + 'dependencies = [\n    "nobody-has-this",\n]\n'
    assert sorted(path.name for path in shop.root.iterdir()) == ["pyproject.toml"]


def test_everything_is_as_before_when_nothing_fits(shop: Workshop) -> None:
    shop.write(HEAD + "# mine\n")
    shop.add("beta")
    before = shop.text(), shop.text("uv.lock")

    with pytest.raises(errors.ResolutionImpossibleError) as caught:
        shop.add("alpha>9")

    assert (shop.text(), shop.text("uv.lock")) == before
    assert "`pyproject.toml` is as it was before" in caught.value.__notes__[0]


def test_everything_is_as_before_when_the_environment_cannot_follow(shop: Workshop) -> None:
    shop.write(HEAD)

    with pytest.raises(errors.UvkitError):
        shop.add("broken", synchronize=True)

    assert shop.text() == HEAD
    assert not (shop.root / "uv.lock").exists()


def test_everything_is_as_before_when_the_user_interrupts(shop: Workshop) -> None:
    shop.write(HEAD)

    def interrupt(event: uvkit.events.Event) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shop.add("alpha", events=interrupt)

    assert shop.text() == HEAD
    assert not (shop.root / "uv.lock").exists()


def test_trial_writes_nothing(shop: Workshop) -> None:
    shop.write(HEAD)

    result = shop.add("alpha", dry_run=True)

    assert '"alpha>=2.0.1"' in result.text
    assert shop.text() == HEAD
    assert not (shop.root / "uv.lock").exists()


def test_outdated_lock_is_refused_and_nothing_changes(shop: Workshop) -> None:
    shop.write(HEAD)
    shop.add("beta")
    before = shop.text()

    with pytest.raises(errors.LockfileOutdatedError):
        shop.add("alpha", locking="check")

    assert shop.text() == before


def test_source_tree_below_becomes_a_member(shop: Workshop) -> None:
    shop.write(HEAD)
    shop.write('[project]\nname = "lib"\nversion = "1"\nrequires-python = ">=3.9"\n', "libs/lib/pyproject.toml")

    result = uvkit.add(shop.root, [str(shop.root / "libs" / "lib")], session=shop.session, synchronize=False)

    assert result.members == (shop.root / "libs" / "lib",)
    workspace = '\n[tool.uv.workspace]\nmembers = [\n    "libs/lib",\n]\n'
    assert shop.text().endswith(f"{workspace}\n[tool.uv.sources]\nlib = {{ workspace = true }}\n")


def test_member_is_required_by_its_name(shop: Workshop) -> None:
    shop.write(HEAD + '\n[tool.uv.workspace]\nmembers = ["lib"]\n')
    shop.write('[project]\nname = "lib"\nversion = "1"\nrequires-python = ">=3.9"\n', "lib/pyproject.toml")

    shop.add("lib")

    assert "lib = { workspace = true }\n" in shop.text()


def test_places_become_sources(shop: Workshop) -> None:
    shop.write(HEAD)
    options = uvkit.AddOptions(tag="v1")

    shop.add("a @ git+https://git.example/a.git#subdirectory=x", options=options, locking="frozen")
    shop.add("b @ https://files.example/b-1.tar.gz", locking="frozen")

    assert 'a = { git = "https://git.example/a.git", subdirectory = "x", tag = "v1" }\n' in shop.text()
    assert 'b = { url = "https://files.example/b-1.tar.gz" }\n' in shop.text()


def test_another_reference_is_for_the_first_repository_and_keeps_its_conditions(shop: Workshop) -> None:
    repository = 'git = "https://git.example/a.git", subdirectory = "x"'
    rows = f"[{{ index = 'mine', marker = \"sys_platform == 'win32'\" }}, {{ {repository}, rev = 'abc', extra = 'y' }}]"
    shop.write(f"{HEAD}dependencies = ['a']\n\n[tool.uv.sources]\na = {rows}\n")

    shop.add("a", options=uvkit.AddOptions(tag="v2"), locking="frozen")

    assert shop.text().endswith(f'[tool.uv.sources]\na = {{ {repository}, tag = "v2", extra = "y" }}\n')


def test_raw_requirement_names_its_place(shop: Workshop) -> None:
    shop.write(HEAD)

    shop.add("b @ https://files.example/b-1.tar.gz", options=uvkit.AddOptions(raw=True), locking="frozen")

    assert shop.text() == HEAD + 'dependencies = [\n    "b @ https://files.example/b-1.tar.gz",\n]\n'


def test_named_index_is_written_and_pinned(shop: Workshop) -> None:
    shop.write(HEAD)
    index = uvkit.IndexConfig(url=shop.index.url, name="mine")

    shop.add("alpha", indexes=[index])

    source = '\n[tool.uv.sources]\nalpha = { index = "mine" }\n'
    assert shop.text().endswith(f'{source}\n[[tool.uv.index]]\nname = "mine"\nurl = "{shop.index.url}"\n')


def test_credentials_of_an_index_stay_out_of_the_file(shop: Workshop) -> None:
    shop.write(HEAD)
    index = uvkit.IndexConfig(url="https://user:secret@index.example/simple", name="mine")

    shop.add("alpha", indexes=[index], locking="frozen")

    assert 'url = "https://index.example/simple"\n' in shop.text()
    assert "secret" not in shop.text()


def test_folder_of_an_index_is_seen_from_the_file(shop: Workshop) -> None:
    shop.write(HEAD)

    shop.add("alpha", indexes=[uvkit.IndexConfig(url="wheels", name="mine")], locking="frozen")

    assert 'url = "wheels"\n' in shop.text()


def test_script_without_a_block_gets_one(shop: Workshop) -> None:
    path = shop.write("#!/usr/bin/env python\nprint(1)\n", "tool.py")

    uvkit.add(uvkit.Script.read(path), ["alpha"], session=shop.session, python=None)

    lines = shop.text("tool.py").splitlines()
    assert lines[:2] == ["#!/usr/bin/env python", "# /// script"]
    assert lines[2].startswith('# requires-python = ">=3.')
    assert lines[3:] == ["# dependencies = [", '#     "alpha>=2.0.1",', "# ]", "# ///", "print(1)"]
    assert not (shop.root / "tool.py.lock").exists()


def test_lock_of_a_script_follows(shop: Workshop) -> None:
    path = shop.write('# /// script\n# requires-python = ">=3.9"\n# dependencies = ["beta"]\n# ///\nx\n', "tool.py")
    uvkit.lock(uvkit.Script.read(path), session=shop.session)

    uvkit.remove(uvkit.Script.read(path), ["beta"], session=shop.session)

    assert "# dependencies = []\n" in shop.text("tool.py")
    assert "beta" not in shop.text("tool.py.lock")


@pytest.mark.parametrize(
    ("texts", "options", "message"),
    [
        (["demo"], {}, "self-dependencies are not permitted"),
        (["alpha"], {"options": uvkit.AddOptions(rev="x")}, "did not resolve to a Git repository"),
        (["alpha"], {"options": uvkit.AddOptions(editable=True)}, "did not resolve to a local directory"),
        (["./nowhere"], {}, "no distribution found"),
    ],
)
def test_what_makes_no_sense_is_refused(
    shop: Workshop, texts: list[str], options: dict[str, object], message: str
) -> None:
    shop.write(HEAD)

    with pytest.raises(errors.EditRefusedError, match=message):
        shop.add(*texts, **options)

    assert shop.text() == HEAD


def test_group_and_extra_exclude_each_other(shop: Workshop) -> None:
    shop.write(HEAD)

    with pytest.raises(errors.InvalidOptionError, match="extra"):
        shop.add("alpha", group="dev", extra="x")


def test_project_without_a_table_requires_nothing_itself(shop: Workshop) -> None:
    shop.write("[tool.x]\n")

    with pytest.raises(errors.EditRefusedError, match=r"missing a `\[project\]` table"):
        shop.add("alpha")


def test_error_says_where_the_requirement_is(shop: Workshop) -> None:
    shop.write(HEAD + '[dependency-groups]\ndocs = ["alpha"]\n')

    with pytest.raises(errors.RequirementNotFoundError) as caught:
        shop.remove("alpha")

    assert str(caught.value) == "the dependency `alpha` could not be found in `project.dependencies`"
    assert caught.value.hints == ("`alpha` is in the `docs` group (try: `uvkit remove alpha --group docs`)",)


def test_source_stays_while_something_requires_the_project(shop: Workshop) -> None:
    source = '[tool.uv.sources]\na = { path = "a" }\n'
    shop.write(f'{HEAD}dependencies = ["a"]\n\n[dependency-groups]\ndev = ["a"]\n\n{source}')

    shop.remove("a", locking="frozen")
    assert source in shop.text()
    shop.remove("a", locking="frozen", group="dev")

    assert shop.text() == f"{HEAD}dependencies = []\n\n[dependency-groups]\ndev = []\n"


def test_link_to_the_file_stays_a_link(shop: Workshop, tmp_path: Path) -> None:
    real = tmp_path / "real.toml"
    real.write_text(HEAD)
    (shop.root / "pyproject.toml").symlink_to(real)

    shop.add("alpha", locking="frozen")

    assert (shop.root / "pyproject.toml").is_symlink()
    assert '"alpha"' in real.read_text()
