from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from uvkit.cache import Cache
from uvkit.errors import BrokenInterpreterError, StorageError
from uvkit.python import Interpreter, probe, running
from uvkit.python.facts import facts_from
from uvkit.python.probe_script import MARKER, describe


def answer(**changes: object) -> str:
    return MARKER + json.dumps({**describe(), **changes})


def link_to_base(interpreter: Interpreter, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(interpreter.base_executable)
    return path


def environment(interpreter: Interpreter, path: Path, home: Path | None = None) -> Path:
    (path / "bin").mkdir(parents=True)
    home = home or interpreter.base_executable.parent
    (path / "pyvenv.cfg").write_text(f"home = {home}\n", encoding="utf-8")
    (path / "bin" / "python").symlink_to(interpreter.base_executable)
    return path / "bin" / "python"


def test_the_running_interpreter_describes_itself() -> None:
    found = running()

    assert found is not None
    assert found.full_version == sys.version.split()[0]
    assert found.prefix.samefile(sys.prefix)
    assert str(found.base_prefix) == sys.base_prefix
    assert found.executable == Path(sys.executable)
    assert found.is_virtual == (sys.prefix != sys.base_prefix)


def test_a_started_interpreter_answers_what_it_answers_in_process(interpreter: Interpreter) -> None:
    started = probe(interpreter.base_executable)

    own = {"executable", "base_executable", "paths", "prefix", "site"}
    same = {key: value for key, value in started.facts.items() if key not in own}
    assert same == {key: interpreter.facts[key] for key in same}  # type: ignore[literal-required]
    assert started.target == interpreter.target
    assert not started.is_virtual


def test_facts_are_remembered_while_the_file_stays_the_same(
    interpreter: Interpreter, cache: Any, tmp_path: Path, make_script: Callable[..., Path]
) -> None:
    log = tmp_path / "log"
    script = make_script("bin/python", f"echo started >> {log}; printf '%s\\n' '{answer(executable='@')}'")
    script.write_text(script.read_text(encoding="utf-8").replace('"@"', f'"{script}"'), encoding="utf-8")

    first, second = probe(script, cache), probe(script, cache)
    os.utime(script, ns=(0, 0))
    third = probe(script, cache)

    assert first == second == third
    assert log.read_text(encoding="utf-8") == "started\nstarted\n"


def test_remembered_facts_of_another_shape_are_not_used(interpreter: Interpreter, cache: Any) -> None:
    probe(interpreter.base_executable, cache)
    (key,) = cache.interpreters.values
    del cache.interpreters.values[key]["facts"]["scheme"]

    found = probe(interpreter.base_executable, cache)

    assert found.scheme["scripts"] in {"bin", "Scripts"}


def test_facts_survive_the_real_cache(interpreter: Interpreter, tmp_path: Path) -> None:
    first = probe(interpreter.base_executable, Cache(tmp_path / "cache"))

    second = probe(interpreter.base_executable, Cache(tmp_path / "cache"))

    assert second == first
    assert second.facts == first.facts


def test_a_cache_that_cannot_be_written_does_not_matter(interpreter: Interpreter, tmp_path: Path) -> None:
    class ReadOnly:
        def load(self, key: str, /) -> object | None:
            return None

        def store(self, key: str, value: dict[str, Any], /) -> None:
            raise StorageError(path=tmp_path, reason="Read-only file system")

    class ReadOnlyCache:
        interpreters = ReadOnly()

    found = probe(interpreter.base_executable, ReadOnlyCache())

    assert found.full_version == interpreter.full_version


def test_an_environment_is_told_from_its_base_without_being_started(
    interpreter: Interpreter, cache: Any, tmp_path: Path, make_script: Callable[..., Path]
) -> None:
    base = make_script("base/bin/python", f"printf '%s\\n' '{answer(executable='@', prefix='/base')}'")
    base.write_text(base.read_text(encoding="utf-8").replace('"@"', f'"{base}"'), encoding="utf-8")
    python = environment(interpreter, tmp_path / "env", base.parent)
    python.unlink()
    python.symlink_to(base)

    found = probe(python, cache)

    assert found.prefix == tmp_path / "env"
    assert found.base_prefix == Path("/base")
    assert found.is_virtual
    assert found.paths["purelib"] == str(tmp_path / "env" / interpreter.site_relative)


def test_an_environment_on_the_base_of_this_process_starts_nothing(
    interpreter: Interpreter, cache: Any, tmp_path: Path
) -> None:
    python = environment(interpreter, tmp_path / "env")

    found = probe(python, cache, timeout=0)

    assert found.full_version == interpreter.full_version
    assert found.base_executable.samefile(interpreter.base_executable)


def test_an_environment_made_of_another_environment_has_the_base_of_that(
    interpreter: Interpreter, cache: Any, tmp_path: Path
) -> None:
    inner = environment(interpreter, tmp_path / "inner")
    outer = environment(interpreter, tmp_path / "outer", inner.parent)
    outer.unlink()
    outer.symlink_to(inner)

    found = probe(outer, cache)

    assert found.prefix == tmp_path / "outer"
    assert found.base_prefix == interpreter.base_prefix
    assert found.base_executable.samefile(interpreter.base_executable)
    assert found.base_executable.parent.parent == interpreter.base_prefix


def test_a_copied_interpreter_leads_to_its_base_by_the_configuration(
    interpreter: Interpreter, cache: Any, tmp_path: Path
) -> None:
    python = environment(interpreter, tmp_path / "env")
    python.unlink()
    python.write_bytes(b"not started")
    python.chmod(0o755)

    found = probe(python, cache)

    assert found.base_executable.samefile(interpreter.base_executable)


def test_a_base_is_named_by_a_path_that_survives_its_upgrade(interpreter: Interpreter) -> None:
    major, _ = interpreter.pair
    plain = interpreter.base_prefix / "bin" / f"python{major}"
    if not plain.is_symlink():
        pytest.skip("the interpreter has no such link")

    found = probe(plain)

    assert found.base_executable == plain


def test_a_link_from_elsewhere_is_no_base(interpreter: Interpreter, tmp_path: Path) -> None:
    link = link_to_base(interpreter, tmp_path / "tools" / "mypython")

    found = probe(link)

    assert found.executable == link
    assert found.base_executable.parent.parent == interpreter.base_prefix


def test_a_script_that_stands_for_an_interpreter_leads_to_it(
    interpreter: Interpreter, cache: Any, make_script: Callable[..., Path]
) -> None:
    shim = make_script("shims/python", f'exec "{interpreter.base_executable}" "$@"')

    found = probe(shim, cache)

    assert found.executable == Path(found.facts["executable"])
    assert found.executable.samefile(interpreter.base_executable)
    assert all("shims" not in str(value["identity"]) for value in cache.interpreters.values.values())


def test_messages_around_the_answer_are_ignored(make_script: Callable[..., Path]) -> None:
    script = make_script("bin/python", f"echo hello; printf '%s\\n' '{answer(executable='@')}'; echo bye")
    script.write_text(script.read_text(encoding="utf-8").replace('"@"', f'"{script}"'), encoding="utf-8")

    assert probe(script).executable == script


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("exit 3", "it ended with status 3"),
        (
            "echo 'pyenv: python3.12: command not found' >&2; exit 127",
            "status 127: pyenv: python3.12: command not found",
        ),
        ("echo 'Traceback'  >&2; echo 'SystemError: no codec' >&2; exit 1", "status 1: SystemError: no codec"),
        ("echo 'Unknown option: -I' >&2; exit 2", "it is older than Python 3.6"),
        ("kill -SEGV $$", "it was ended by signal SIGSEGV"),
        ("echo nonsense", "its answer is not that of a Python interpreter"),
        (f"echo '{MARKER}{{'", "its answer is not that of a Python interpreter"),
        (f"echo '{MARKER}[]'", "its answer is not that of a Python interpreter"),
    ],
)
def test_what_is_wrong_with_an_interpreter_is_said(body: str, reason: str, make_script: Callable[..., Path]) -> None:
    script = make_script("python", body)

    with pytest.raises(BrokenInterpreterError) as caught:
        probe(script)

    assert reason in caught.value.reason
    assert caught.value.executable == script


def test_an_interpreter_that_hangs_is_given_up(make_script: Callable[..., Path]) -> None:
    script = make_script("python", "exec sleep 60")

    with pytest.raises(BrokenInterpreterError, match=r"did not answer within 0\.2 seconds"):
        probe(script, timeout=0.2)


def test_a_file_that_is_no_program_does_not_start(tmp_path: Path) -> None:
    path = tmp_path / "python"
    path.write_bytes(b"\x7fELF garbage")
    path.chmod(0o755)

    with pytest.raises(BrokenInterpreterError, match="it does not start: Exec format error"):
        probe(path)


def test_missing_unexecutable_and_dangling_files_are_told_apart(tmp_path: Path) -> None:
    plain, dangling = tmp_path / "plain", tmp_path / "dangling"
    plain.touch(mode=0o644)
    dangling.symlink_to(tmp_path / "gone")

    reasons = []
    for path in (tmp_path / "missing", plain, dangling, tmp_path):
        with pytest.raises(BrokenInterpreterError) as caught:
            probe(path)
        reasons.append(caught.value.reason)

    assert reasons == [
        "there is no such file",
        "it is not executable",
        f"it links to `{tmp_path / 'gone'}`, which does not exist",
        "it is a folder",
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("version = 3.11\n", "has no `home`"),
        ("home = /nonexistent/bin\n", "the Python it was made from is gone from `/nonexistent/bin`"),
    ],
)
def test_an_environment_whose_base_cannot_be_told_is_broken(text: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "pyvenv.cfg").write_text(text, encoding="utf-8")
    (tmp_path / "bin" / "python").touch(mode=0o755)

    with pytest.raises(BrokenInterpreterError) as caught:
        probe(tmp_path / "bin" / "python")

    assert reason in caught.value.reason


def test_environments_that_name_each_other_end_in_an_error(tmp_path: Path) -> None:
    for name, other in (("a", "b"), ("b", "a")):
        (tmp_path / name / "bin").mkdir(parents=True)
        (tmp_path / name / "pyvenv.cfg").write_text(f"home = {tmp_path / other / 'bin'}\n", encoding="utf-8")
        (tmp_path / name / "bin" / "python").touch(mode=0o755)

    with pytest.raises(BrokenInterpreterError, match="leads back to itself"):
        probe(tmp_path / "a" / "bin" / "python")


def test_a_program_that_changed_its_prefix_is_not_trusted(tmp_path: Path) -> None:
    code = (
        f"import sys; sys.path[:0] = {[str(Path(facts_from.__code__.co_filename).parents[2]), *sys.path]!r}\n"
        f"sys.prefix = {str(tmp_path)!r}\n"
        "from uvkit.python import running; print(running())"
    )

    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert output.strip() == "None"


def test_the_key_names_the_build(interpreter: Interpreter) -> None:
    facts = interpreter.facts
    windows = replace(
        interpreter,
        facts={
            **facts,
            "free_threaded": True,
            "platform": "win-arm64",
            "markers": {**facts["markers"], "sys_platform": "win32", "python_full_version": "3.14.0"},
        },
    )
    musl = replace(interpreter, facts={**facts, "libc": "musl 1.2", "debug": True})

    assert windows.key == "cpython-3.14.0+freethreaded-windows-aarch64-none"
    assert musl.key.startswith(f"cpython-{interpreter.full_version}+debug-linux-")
    assert musl.key.endswith("-musl")


def test_a_build_from_a_checkout_has_a_version(interpreter: Interpreter) -> None:
    markers = {**interpreter.facts["markers"], "python_full_version": "3.14.0a1+local"}
    built = replace(interpreter, facts={**interpreter.facts, "markers": markers})

    assert built.version.release == (3, 14, 0)
    assert built.version.is_prerelease


def test_facts_of_an_older_format_are_refused() -> None:
    assert facts_from({**describe(), "format": 0}) is None
    assert facts_from({**describe(), "version": "3.11"}) is None
    assert facts_from("text") is None
    assert facts_from(describe()) is not None
