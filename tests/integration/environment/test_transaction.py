"""Changing a real environment: what results, who wins, and what stays as it was."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from packaging.version import Version

from uvkit.environment import InstallOptions, Transaction, apply, plan, read_installed
from uvkit.environment.journal import FOLDER
from uvkit.errors import CancelledError, FileConflictError, InvalidMetadataError, TransactionError
from uvkit.events import CancelToken, Event, TaskFinished, TaskStarted
from uvkit.formats import DirectUrl
from uvkit.model import (
    ArchiveSource,
    DirectorySource,
    IndexSource,
    InstallSet,
    PinnedDistribution,
    Source,
    project_name,
)
from uvkit.runtime import Emitter

World: TypeAlias = Any  # the fixture's class lives in conftest, which cannot be imported

INDEX = IndexSource(index="https://index.example/simple")


def test_installed_modules_can_be_imported_and_scripts_run(world: World) -> None:
    code = b"def main():\n    print('hello')\n"
    world.install(world.image("tool", files={"tool/__init__.py": code}, scripts={"greet": "tool:main"}))

    script = subprocess.run([world.root / "bin/greet"], capture_output=True, text=True, check=True).stdout
    module = subprocess.run(
        [world.environment.python, "-c", "import tool; tool.main()"], capture_output=True, text=True, check=True
    ).stdout

    assert script == module == "hello\n"


def test_nothing_of_the_transaction_is_left(world: World) -> None:
    world.install(world.image("a"))

    assert FOLDER not in os.listdir(world.root)


def test_upgrade_leaves_exactly_what_a_fresh_installation_gives(world: World, tmp_path: Path) -> None:
    old = world.image("a", "1", {"a/__init__.py": b"1", "a/old.py": b"", "b.py": b""}, {"a-old": "a:x"})
    new = world.image("a", "2", {"a/__init__.py": b"2", "a/new/x.py": b""}, {"a-new": "a:x"})
    before = world.picture()
    world.install(new)
    fresh = world.picture()
    with world.environment.transaction() as transaction:
        transaction.remove("a")
    assert world.picture() == before

    world.install(old)
    world.install(new)

    assert world.picture() == fresh
    assert world.installed() == ["a==2"]


def test_removal_undoes_an_installation_exactly(world: World) -> None:
    before = world.picture()
    world.install(
        world.image("a", files={"ns/a/x.py": b"", "a-1.0.data/data/share/a/x": b""}, scripts={"a": "ns.a.x:y"}),
        world.image("b", files={"ns/b/x.py": b"", "b.py": b""}),
    )

    with world.environment.transaction() as transaction:
        transaction.remove("a")
        transaction.remove("b")

    assert world.picture() == before


def test_removal_of_one_namespace_portion_leaves_the_other(world: World) -> None:
    a, b = world.image("a", files={"ns/a.py": b""}), world.image("b", files={"ns/b.py": b""})
    world.install(b)
    only_b = world.picture()
    world.install(a)

    with world.environment.transaction() as transaction:
        transaction.remove("a")

    assert world.picture() == only_b


def test_user_files_among_the_modules_survive_an_upgrade(world: World) -> None:
    world.install(world.image("a", "1", {"a/__init__.py": b"1", "a/gone.py": b""}))
    (world.site / "a/mine.txt").write_text("precious")

    world.install(world.image("a", "2", {"a/__init__.py": b"2", "a/sub/x.py": b""}))

    assert sorted(path.name for path in (world.site / "a").iterdir()) == ["__init__.py", "mine.txt", "sub"]
    assert (world.site / "a/__init__.py").read_bytes() == b"2"
    assert (world.site / "a/mine.txt").read_text() == "precious"


def test_all_distributions_of_a_project_make_way_for_one(world: World) -> None:
    world.install(world.image("a", "1", {"a.py": b"1"}))
    (world.site / "A-0.9.dist-info").mkdir()
    (world.site / "A-0.9.dist-info/RECORD").write_text("A-0.9.dist-info/RECORD,,\n")

    world.install(world.image("a", "2", {"a.py": b"2"}))

    assert world.installed() == ["a==2"]


def test_same_file_from_two_new_wheels_is_no_news(world: World) -> None:
    shared = {"ns/__init__.py": b"same"}

    with world.environment.transaction() as transaction:
        transaction.install(world.image("a", files={**shared, "ns/a.py": b""}))
        transaction.install(world.image("b", files={**shared, "ns/b.py": b""}))

    assert transaction.applied.notices == ()
    assert sorted(os.listdir(world.site / "ns")) == ["__init__.py", "a.py", "b.py"]


def test_last_of_two_new_wheels_wins_and_one_notice_says_so(world: World) -> None:
    def shared(content: bytes) -> dict[str, bytes]:
        return {"tests/__init__.py": content, "tests/x.py": content}

    with world.environment.transaction() as transaction:
        transaction.install(world.image("b", files={**shared(b"of b"), "b.py": b""}))
        transaction.install(world.image("a", files={**shared(b"of a"), "a.py": b""}))

    (notice,) = transaction.applied.notices
    assert notice.code == "file-conflict"
    assert notice.message.endswith("tests/__init__.py` and 1 more of `a` gave way to the version of `b`")
    assert (world.site / "tests/x.py").read_bytes() == b"of b"


def test_scripts_of_the_same_name_follow_the_same_rule(world: World) -> None:
    with world.environment.transaction() as transaction:
        transaction.install(world.image("a", scripts={"tool": "a:main"}))
        transaction.install(world.image("b", scripts={"tool": "b:main"}))

    assert [notice.code for notice in transaction.applied.notices] == ["file-conflict"]
    assert b"from b import main" in (world.root / "bin/tool").read_bytes()


def test_file_of_an_installed_project_gives_way_with_a_notice(world: World) -> None:
    world.install(world.image("old", files={"shared.txt": b"old", "old.py": b""}))

    with world.environment.transaction() as transaction:
        transaction.install(world.image("new", files={"shared.txt": b"new", "new.py": b""}))

    (notice,) = transaction.applied.notices
    assert "`lib" in notice.message
    assert notice.message.endswith("shared.txt` of `old` gave way to the version of `new`")
    assert (world.site / "shared.txt").read_bytes() == b"new"


def test_equal_file_of_an_installed_project_is_no_news(world: World) -> None:
    world.install(world.image("old", files={"shared.txt": b"same", "old.py": b""}))

    with world.environment.transaction() as transaction:
        transaction.install(world.image("new", files={"shared.txt": b"same", "new.py": b""}))

    assert transaction.applied.notices == ()


def test_file_of_nobody_is_replaced_with_a_notice(world: World) -> None:
    (world.site / "a.py").write_text("mine")
    (world.site / "pkg").symlink_to(world.path)

    with world.environment.transaction() as transaction:
        transaction.install(world.image("a", files={"a.py": b"theirs", "pkg/x.py": b""}))

    assert [notice.code for notice in transaction.applied.notices] == ["file-conflict"]
    assert "that no project owned" in transaction.applied.notices[0].message
    assert (world.site / "a.py").read_bytes() == b"theirs"
    assert not (world.site / "pkg").is_symlink()
    assert (world.path / "cache").exists()


def test_folder_where_a_file_has_to_go_is_refused_untouched(world: World) -> None:
    (world.site / "a.py").mkdir()
    before = world.picture()

    with pytest.raises(TransactionError, match="is a folder where a file has to go; nothing was changed"):
        world.install(world.image("a", files={"a.py": b""}))

    assert world.picture() == before


@pytest.mark.parametrize("path", ["data/pyvenv.cfg", "data/bin/python", "scripts/python3"])
def test_wheel_that_would_replace_the_interpreter_or_its_configuration_is_refused(world: World, path: str) -> None:
    before = world.picture()

    with pytest.raises(TransactionError, match="would replace that of the environment; nothing was changed"):
        world.install(world.image("evil", files={"evil.py": b"", f"evil-1.0.data/{path}": b"#!/bin/sh\n"}))

    assert world.picture() == before


def test_record_that_claims_the_interpreter_does_not_take_it_away(world: World) -> None:
    world.install(world.image("a"))
    with (world.site / "a-1.0.dist-info/RECORD").open("a") as record:
        record.write("../../../bin/python,,\n../../../pyvenv.cfg,,\n")

    with world.environment.transaction() as transaction:
        transaction.remove("a")

    assert world.environment.python.exists()
    assert (world.root / "pyvenv.cfg").exists()


@pytest.mark.parametrize("big", [False, True])
def test_file_and_folder_of_two_new_wheels_exclude_each_other(world: World, big: bool) -> None:
    before = world.picture()
    more = {f"b/m{number}.py": b"" for number in range(300 if big else 1)}
    images = [world.image("a", files={"b": b"", "a.py": b""}), world.image("b", files=more)]

    with pytest.raises(FileConflictError) as caught:
        world.install(*images)

    assert caught.value.projects == ("a", "b")
    assert world.picture() == before


def test_exception_in_the_block_drops_everything(world: World) -> None:
    before = world.picture()

    def fail_inside() -> None:
        with world.environment.transaction() as transaction:
            transaction.install(world.image("a"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_inside()

    assert world.picture() == before


def test_transaction_given_up_does_nothing(world: World) -> None:
    before = world.picture()

    with world.environment.transaction() as transaction:
        transaction.install(world.image("a"))
        transaction.rollback()

    assert world.picture() == before


def test_empty_transaction_and_empty_plan_touch_nothing(world: World) -> None:
    before = world.picture()
    wanted = InstallSet((), world.environment.target)

    with world.environment.transaction():
        pass
    applied = apply(world.environment, plan(world.environment.installed(), wanted), {})

    assert (applied.notices, applied.restart_needed) == ((), frozenset())
    assert not (world.root / ".lock").exists()
    assert world.picture() == before


def test_finished_transaction_takes_nothing_more(world: World) -> None:
    with world.environment.transaction() as transaction:
        transaction.install(world.image("a"))

    with pytest.raises(RuntimeError, match="committed"):
        transaction.remove("a")


def test_wheel_with_a_bad_script_is_refused_when_it_is_added(world: World) -> None:
    before = world.picture()

    with pytest.raises(InvalidMetadataError), world.environment.transaction() as transaction:
        transaction.install(world.image("a", scripts={"python": "a:main"}))

    assert world.picture() == before


def test_removing_what_is_not_there_is_a_notice(world: World) -> None:
    with world.environment.transaction() as transaction:
        transaction.remove("Missing")

    assert [notice.message for notice in transaction.applied.notices] == ["`missing` is not installed"]


def test_distutils_installation_stops_everything_before_it_begins(world: World) -> None:
    (world.site / "old-1.0.egg-info").write_text("Name: old\nVersion: 1.0\n")
    before = world.picture()

    with pytest.raises(TransactionError, match="cannot be removed safely; nothing was changed"):
        world.install(world.image("old", "2.0"), world.image("a"))

    assert world.picture() == before


def test_one_of_several_distributions_can_be_removed(world: World) -> None:
    world.install(world.image("a", "2"))
    (world.site / "a-1.dist-info").mkdir()
    (world.site / "a-1.dist-info/RECORD").touch()
    first = world.environment.installed()[0]

    with world.environment.transaction() as transaction:
        transaction.remove(first)

    assert world.installed() == ["a==2"]


def test_distribution_outside_of_the_environment_cannot_be_removed(world: World) -> None:
    elsewhere = world.path / "elsewhere"
    (elsewhere / "a-1.dist-info").mkdir(parents=True)
    (outsider,) = read_installed(elsewhere).distributions
    before = world.picture()
    transaction = world.environment.transaction()
    transaction.install(world.image("b"))
    transaction.remove(outsider)

    with pytest.raises(TransactionError, match="outside of the environment; nothing was changed"):
        transaction.commit()

    assert world.picture() == before


def test_distribution_that_is_gone_already_is_a_notice(world: World) -> None:
    world.install(world.image("a"))
    (gone,) = world.environment.installed()
    with world.environment.transaction() as first:
        first.remove(gone)

    with world.environment.transaction() as second:
        second.remove(gone)

    assert [notice.code for notice in second.applied.notices] == ["not-installed"]


def test_development_install_is_replaced_by_a_wheel(world: World) -> None:
    checkout = world.path / "checkout"
    (checkout / "a.egg-info").mkdir(parents=True)
    (checkout / "a.egg-info/PKG-INFO").write_text("Name: a\nVersion: 0\n")
    (world.site / "a.egg-link").write_text(f"{checkout}\n.")
    (world.site / "easy-install.pth").write_text(f"{checkout}\n/else\n")

    with world.environment.transaction() as transaction:
        transaction.install(world.image("a"))

    assert transaction.applied.notices == ()
    assert world.installed() == ["a==1.0"]
    assert (world.site / "easy-install.pth").read_text() == "/else\n"
    assert (checkout / "a.egg-info/PKG-INFO").exists()


def test_read_only_files_of_a_removed_project_go_too(world: World) -> None:
    world.install(world.image("a", files={"a/x.py": b""}))
    (world.site / "a/x.py").chmod(0o444)

    with world.environment.transaction() as transaction:
        transaction.remove("a")

    assert not (world.site / "a").exists()
    assert FOLDER not in os.listdir(world.root)


def test_direct_url_is_written_and_recorded(world: World) -> None:
    with world.environment.transaction() as transaction:
        transaction.install(world.image("a"), direct_url=DirectUrl(url="file:///x", kind="directory", editable=True))
        transaction.install(world.image("b"), direct_url={"url": "https://f.example/b.whl", "archive_info": {}})

    a, b = world.environment.installed()
    assert (a.editable, b.source) == (True, ArchiveSource(url="https://f.example/b.whl"))
    assert b"direct_url.json,sha256=" in (a.read("RECORD") or b"")


def test_cancelled_token_leaves_everything_as_it_was(world: World) -> None:
    world.install(world.image("a", "1"))
    before = world.picture()
    cancel = CancelToken()

    def cancel_while_linking(step: str) -> None:
        if step.startswith("link "):
            cancel.cancel()

    transaction = Transaction(world.environment, cancel=cancel, on_step=cancel_while_linking)
    transaction.install(world.image("a", "2"))

    with pytest.raises(CancelledError):
        transaction.commit()

    assert world.picture() == before


def test_every_wheel_is_announced_and_finished(world: World) -> None:
    events: list[Event] = []
    transaction = Transaction(world.environment, emitter=Emitter(events.append))
    for name in ("a", "b"):
        transaction.install(world.image(name, files={f"{name}/{number}.py": b"" for number in range(150)}))

    transaction.commit()

    started = [event for event in events if isinstance(event, TaskStarted)]
    finished = [event for event in events if isinstance(event, TaskFinished)]
    assert sorted(event.subject for event in started) == ["a==1.0", "b==1.0"]
    assert {event.task for event in started} == {event.task for event in finished}
    assert {event.outcome for event in finished} == {"done"}


def _pin(name: str, version: str, source: Source = INDEX, *, editable: bool = False) -> PinnedDistribution:
    return PinnedDistribution(project=project_name(name), version=Version(version), source=source, editable=editable)


def test_plan_is_carried_out_and_then_there_is_nothing_to_do(world: World) -> None:
    world.install(world.image("old"), world.image("changed", "1"), world.image("same"))
    tree = DirectorySource(path=Path("tree"))
    wanted = InstallSet(
        (_pin("changed", "2"), _pin("local", "1.0", tree, editable=True), _pin("same", "1.0")),
        world.environment.target,
    )
    images = {project_name("changed"): world.image("changed", "2"), project_name("local"): world.image("local")}
    info = {project_name("local"): {"uv_cache.json": b'{"commit":null}'}}

    made = plan(world.environment.installed(), wanted, root=world.path)
    urls = {project_name("local"): DirectUrl(url=f"file://{world.path}/tree", kind="directory", editable=True)}
    apply(world.environment, made, images, direct_urls=urls, extra=info)

    again = plan(
        world.environment.installed(), wanted, root=world.path, cache_info={project_name("local"): {"commit": None}}
    )
    assert world.installed() == ["changed==2", "local==1.0", "same==1.0"]
    assert again.is_empty
    assert json.loads((world.site / "local-1.0.dist-info/direct_url.json").read_text()) == {
        "url": f"file://{world.path}/tree",
        "dir_info": {"editable": True},
    }


def test_bytecode_is_compiled_on_request_and_goes_with_its_module(world: World) -> None:
    before = world.picture()
    files = {"a/__init__.py": b"x = 1\n", "a/broken.py": b"def\n", "top.py": b""}
    wanted = InstallSet((_pin("a", "1.0"),), world.environment.target)
    options = InstallOptions(compile_bytecode=True)

    made = plan(world.environment.installed(), wanted)
    applied = apply(world.environment, made, {project_name("a"): world.image("a", files=files)}, options=options)

    assert list((world.site / "a/__pycache__").glob("__init__.*.pyc"))
    assert list((world.site / "__pycache__").glob("top.*.pyc"))
    assert [notice.message for notice in applied.notices] == ["1 module(s) could not be compiled"]
    with world.environment.transaction() as transaction:
        transaction.remove("a")
    left = world.picture().keys() - before.keys()
    assert left <= {os.path.relpath(world.site / "__pycache__", world.root)}


def test_relocatable_environment_gets_scripts_that_move_with_it(tmp_path: Path, world: World) -> None:
    from uvkit.environment import Environment

    environment = Environment.create(tmp_path / "first", relocatable=True)
    code = b"def main():\n    print('moved')\n"
    with environment.transaction() as transaction:
        transaction.install(world.image("tool", files={"tool/__init__.py": code}, scripts={"go": "tool:main"}))

    (tmp_path / "first").rename(tmp_path / "second")

    output = subprocess.run([tmp_path / "second/bin/go"], capture_output=True, text=True, check=True).stdout
    assert output == "moved\n"
