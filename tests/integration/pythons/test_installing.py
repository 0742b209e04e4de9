"""Interpreters from a mirror: what arrives, what is refused, and what is left behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from uvkit.errors import (
    HashMismatchError,
    HttpStatusError,
    InvalidOptionError,
    NoPythonDownloadError,
    PythonInstallError,
    PythonNotFoundError,
    UnsafeArchiveError,
)
from uvkit.events import Event, TaskFinished, TaskStarted
from uvkit.python import InstallChoices, Pythons, PythonSources

from .conftest import PAIR, VERSION, Releases

OLDER = f"{PAIR}.0"


def said(executable: Path, code: str) -> str:
    done = subprocess.run([executable, "-I", "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_what_is_installed_starts_and_knows_where_it_is(releases: Releases, pythons: Pythons) -> None:
    key = releases.add(VERSION)

    result = pythons.install(PAIR)

    python = result.pythons[0]
    assert python.path == pythons.directory / str(key)
    assert said(python.executable, "import sys; print(sys.prefix)") == str(python.path)
    assert python.build == "20240107"
    assert [(change.action, change.executables) for change in result.changes] == [("installed", (f"python{PAIR}",))]


def test_it_forbids_installing_into_it(releases: Releases, pythons: Pythons) -> None:
    releases.add(VERSION)

    pythons.install(PAIR)

    found = pythons.find(PAIR, environments="never")
    assert found.managed
    assert found.externally_managed is not None
    assert "managed by uvkit" in found.externally_managed


def test_its_build_configuration_names_its_folder(releases: Releases, pythons: Pythons) -> None:
    releases.add(VERSION)

    python = pythons.install(PAIR).pythons[0]

    prefix = said(python.executable, "import sysconfig; print(sysconfig.get_config_vars()['prefix'])")
    header = said(python.executable, "import sysconfig; print(sysconfig.get_config_vars()['CONFINCLUDEPY'])")
    assert prefix == str(python.path)
    # A distributor's own folder may be another one than its prefix; what lies below the prefix moves along.
    assert header.startswith(str(python.path)) or not header.startswith(sys.base_prefix)


def test_the_minor_version_is_a_link_to_the_newest_patch(releases: Releases, pythons: Pythons) -> None:
    releases.add(OLDER, build="20230101")
    key = releases.add(VERSION)

    pythons.install(OLDER)
    pythons.install(VERSION)

    link = pythons.directory / str(key.minor)
    assert link.is_symlink()
    assert link.resolve() == (pythons.directory / str(key)).resolve()
    assert pythons.find(PAIR, environments="never").executable == link / "bin" / f"python{PAIR}"
    assert pythons.find(VERSION, environments="never").executable.parent.parent == pythons.directory / str(key)


def test_the_wrong_digest_is_refused_and_nothing_stays(releases: Releases, pythons: Pythons) -> None:
    releases.add(VERSION, digest="ab" * 32)

    with pytest.raises(PythonInstallError) as caught:
        pythons.install(PAIR)

    ((_, failure),) = caught.value.failures
    assert isinstance(failure, HashMismatchError)
    assert pythons.installed() == ()
    assert list((pythons.directory / ".temp").iterdir()) == []


def test_one_that_fails_does_not_keep_the_other_away(releases: Releases, pythons: Pythons) -> None:
    releases.add(VERSION)
    broken = releases.add("3.99.1", missing=True)

    with pytest.raises(PythonInstallError) as caught:
        pythons.install("3.99", PAIR)

    assert [key for key, _ in caught.value.failures] == [str(broken)]
    assert isinstance(caught.value.failures[0][1], HttpStatusError)
    assert [one.identity.version for one in pythons.installed()] == [VERSION]


def test_an_archive_that_leaves_its_folder_is_refused(releases: Releases, pythons: Pythons, tmp_path: Path) -> None:
    import tarfile

    bad = tmp_path / "bad.tar.gz"
    with tarfile.open(bad, "w:gz") as tar:
        tar.add(__file__, "python/../../escaped.py")
    releases.add(VERSION, content=bad.read_bytes())

    with pytest.raises(PythonInstallError) as caught:
        pythons.install(PAIR)

    assert isinstance(caught.value.failures[0][1], UnsafeArchiveError)
    assert not (pythons.directory / "escaped.py").exists()
    assert pythons.installed() == ()


def test_what_a_dead_process_left_is_no_interpreter_and_goes(releases: Releases, pythons: Pythons) -> None:
    releases.add(VERSION)
    left = pythons.directory / ".temp" / "uvkit-dead" / "unpacked" / "python"
    left.mkdir(parents=True)

    assert pythons.installed() == ()
    pythons.install(PAIR)

    assert not left.exists()


def test_what_is_there_is_not_fetched_again(releases: Releases, pythons: Pythons) -> None:
    releases.add(VERSION)
    pythons.install(PAIR)
    before = len(releases.requested)

    result = pythons.install(PAIR)

    assert result.satisfied == (PAIR,)
    assert result.changes == ()
    assert len(releases.requested) == before


def test_reinstalling_brings_back_what_was_damaged(releases: Releases, pythons: Pythons) -> None:
    releases.add(VERSION)
    python = pythons.install(PAIR).pythons[0]
    (python.path / "lib" / f"python{PAIR}" / "os.py").unlink()

    result = pythons.install(PAIR, choices=InstallChoices(reinstall=True))

    assert [change.action for change in result.changes] == ["reinstalled"]
    assert said(python.executable, "import os; print(os.name)") == os.name


def test_upgrading_brings_the_newest_patch_and_keeps_the_old_one(releases: Releases, pythons: Pythons) -> None:
    releases.add(OLDER, build="20230101")
    pythons.install(OLDER)
    releases.add(VERSION)
    later = Pythons(pythons.directory, variables=pythons.variables, sources=pythons.sources)

    result = later.install(PAIR, choices=InstallChoices(upgrade=True, link="existing"))

    assert [one.identity.version for one in later.installed()] == [VERSION, OLDER]
    assert [change.executables for change in result.changes] == [(f"python{PAIR}",)]


def test_several_are_told_of_while_they_arrive(releases: Releases, pythons: Pythons) -> None:
    releases.add(VERSION)
    releases.add("3.98.2")
    events: list[Event] = []

    pythons.install("3.98", PAIR, events=events.append)

    started = [event for event in events if isinstance(event, TaskStarted)]
    finished = [event for event in events if isinstance(event, TaskFinished)]
    assert sorted(event.kind for event in started) == ["python", "python"]
    assert all(event.total is not None for event in started)
    assert [event.outcome for event in finished] == ["done", "done"]


def test_a_mirror_takes_the_place_of_the_release_host(releases: Releases, pythons: Pythons) -> None:
    releases.add(VERSION)
    entry = next(iter(releases.entries.values()))
    entry["url"] = entry["url"].replace(releases.url, "https://releases.example")
    releases.write()
    mirror = (releases.folder / "releases" / "download").as_uri()
    mirrored = Pythons(
        pythons.directory,
        variables=pythons.variables,
        sources=PythonSources(catalog=releases.catalog, mirrors={"cpython": mirror}),
    )

    mirrored.install(PAIR)

    assert [one.identity.version for one in mirrored.installed()] == [VERSION]
    assert releases.requested == ["/downloads.json"]


def test_a_mirror_of_something_else_is_refused(releases: Releases, pythons: Pythons) -> None:
    releases.add(VERSION)
    entry = next(iter(releases.entries.values()))
    entry["url"] = f"{releases.url}/python.tar.gz"
    releases.write()
    mirrored = Pythons(
        pythons.directory,
        variables=pythons.variables,
        sources=PythonSources(catalog=releases.catalog, mirrors={"cpython": releases.url}),
    )

    with pytest.raises(PythonInstallError) as caught:
        mirrored.install(PAIR)

    assert isinstance(caught.value.failures[0][1], InvalidOptionError)


def test_archives_may_be_kept(releases: Releases, pythons: Pythons, tmp_path: Path) -> None:
    releases.add(VERSION)
    kept = {**pythons.variables, "UV_PYTHON_CACHE_DIR": str(tmp_path / "kept")}
    with_cache = Pythons(pythons.directory, variables=kept, sources=pythons.sources)
    with_cache.install(PAIR)
    before = len(releases.requested)

    with_cache.install(PAIR, choices=InstallChoices(reinstall=True))

    assert len(releases.requested) == before


def test_looking_for_one_installs_it_if_that_is_the_policy(releases: Releases, pythons: Pythons) -> None:
    key = releases.add(VERSION)

    found = pythons.find(f"=={PAIR}.*", environments="never")

    assert found.executable == pythons.directory / str(key.minor) / "bin" / f"python{PAIR}"
    assert found.managed


@pytest.mark.parametrize(("policy", "word"), [("manual", "uvkit python install"), ("never", "set to `never`")])
def test_the_policy_is_named_where_it_stands_in_the_way(
    releases: Releases, pythons: Pythons, policy: str, word: str
) -> None:
    releases.add("3.99.1")
    strict = Pythons(pythons.directory, downloads=policy, variables=pythons.variables, sources=pythons.sources)  # type: ignore[arg-type]  # one of the literals

    with pytest.raises(PythonNotFoundError) as caught:
        strict.find("3.99", environments="never")

    assert word in " ".join(caught.value.hints)


def test_what_nobody_has_cannot_be_installed(releases: Releases, pythons: Pythons) -> None:
    releases.add(VERSION)

    with pytest.raises(NoPythonDownloadError, match=r"cpython-3\.97-"):
        pythons.install("3.97")


def test_a_name_is_nothing_to_install(releases: Releases, pythons: Pythons) -> None:
    releases.add(VERSION)

    with pytest.raises(NoPythonDownloadError, match="not a version"):
        pythons.install("some-python")


def test_removing_takes_the_names_along(releases: Releases, pythons: Pythons, tmp_path: Path) -> None:
    key = releases.add(VERSION)
    pythons.install(PAIR, choices=InstallChoices(default=True))
    names = tmp_path / "home" / ".local" / "bin"
    assert sorted(path.name for path in names.iterdir()) == ["python", "python3", f"python{PAIR}"]

    result = pythons.uninstall(PAIR, "3.97")

    assert [change.executables for change in result.changes] == [("python", "python3", f"python{PAIR}")]
    assert result.unmatched == ("3.97",)
    assert list(names.iterdir()) == []
    assert not os.path.lexists(pythons.directory / str(key.minor))
    assert pythons.installed() == ()


def test_somebody_elses_executable_is_kept_unless_forced(releases: Releases, pythons: Pythons, tmp_path: Path) -> None:
    releases.add(VERSION)
    own = tmp_path / "home" / ".local" / "bin" / f"python{PAIR}"
    own.parent.mkdir(parents=True)
    own.write_text("mine")

    result = pythons.install(PAIR)
    kept = own.read_text()
    pythons.install(PAIR, choices=InstallChoices(force=True))

    assert [notice.code for notice in result.notices] == ["executable-exists"]
    assert kept == "mine"
    assert own.is_symlink()


def test_a_variable_may_name_the_build(releases: Releases, pythons: Pythons) -> None:
    releases.add("3.98.1", build="20230101")
    releases.add("3.98.2", build="20240202")
    pinned = Pythons(
        pythons.directory,
        variables={**pythons.variables, "UV_PYTHON_CPYTHON_BUILD": "20230101"},
        sources=pythons.sources,
    )

    result = pinned.install("3.98")

    assert [(one.identity.version, one.build) for one in result.pythons] == [("3.98.1", "20230101")]


def test_a_variable_may_name_the_c_library(releases: Releases, pythons: Pythons) -> None:
    releases.add("3.98.1")
    key, entry = next(iter(releases.entries.items()))
    if entry["os"] != "linux":
        pytest.skip("only Linux has several")
    releases.entries[key.replace("gnu", "musl")] = {**entry, "libc": "musl"}
    releases.write()
    musl = Pythons(pythons.directory, variables={**pythons.variables, "UV_LIBC": "musl"}, sources=pythons.sources)

    assert [one.key for one in musl.available("3.98")] == [key.replace("gnu", "musl")]


def test_several_processes_may_install_the_same_at_once(releases: Releases, pythons: Pythons, tmp_path: Path) -> None:
    releases.add(VERSION)
    code = (
        "import sys, uvkit; from uvkit.python import PythonSources;"
        "uvkit.Pythons(sys.argv[1], variables={'XDG_BIN_HOME': sys.argv[3]},"
        " sources=PythonSources(catalog=sys.argv[2])).install(sys.argv[4])"
    )
    argv = [sys.executable, "-c", code, str(pythons.directory), releases.catalog, str(tmp_path / "bin"), PAIR]

    running = [subprocess.Popen(argv, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    ended = [process.communicate(timeout=120)[1] for process in running]

    assert [process.returncode for process in running] == [0, 0, 0], ended
    assert sum(path.endswith(".tar.gz") for path in releases.requested) == 1
    assert said(pythons.installed()[0].executable, "print(1)") == "1"


def test_a_process_that_is_killed_leaves_nothing_that_looks_installed(
    releases: Releases, pythons: Pythons, tmp_path: Path
) -> None:
    releases.add(VERSION)
    # Dies when the archive is unpacked and about to be moved to its place.
    code = (
        "import os, sys, uvkit; from uvkit.python import PythonSources, installing;"
        "installing.relocate = lambda *_: os._exit(9);"
        "uvkit.Pythons(sys.argv[1], variables={'XDG_BIN_HOME': sys.argv[3]},"
        " sources=PythonSources(catalog=sys.argv[2])).install(sys.argv[4])"
    )
    argv = [sys.executable, "-c", code, str(pythons.directory), releases.catalog, str(tmp_path / "bin"), PAIR]

    ended = subprocess.run(argv, timeout=120).returncode
    after = pythons.installed()
    pythons.install(PAIR)

    assert ended == 9
    assert after == ()
    assert said(pythons.installed()[0].executable, "print(1)") == "1"
    assert list((pythons.directory / ".temp").iterdir()) == []


def test_an_archive_of_a_whole_build_is_understood(releases: Releases, pythons: Pythons, tmp_path: Path) -> None:
    import tarfile

    with tarfile.open(releases.archive) as packed:
        packed.extractall(tmp_path / "build", filter="data")
    (tmp_path / "build" / "python").rename(tmp_path / "build" / "install")
    (tmp_path / "build" / "PYTHON.json").write_text("{}")
    with tarfile.open(tmp_path / "full.tar.gz", "w:gz", compresslevel=1) as tar:
        tar.add(tmp_path / "build", "python")
    releases.add(VERSION, content=(tmp_path / "full.tar.gz").read_bytes())

    python = pythons.install(PAIR).pythons[0]

    assert said(python.executable, "import sys; print(sys.prefix)") == str(python.path)


def test_an_implementation_has_a_mirror_of_its_own(releases: Releases, pythons: Pythons) -> None:
    releases.add(VERSION)
    key, entry = next(iter(releases.entries.items()))
    address = entry["url"].replace(releases.url, "https://releases.example")
    pypy = {**entry, "name": "pypy", "url": address.replace("/releases/download/", "/pypy/")}
    graalpy = {**entry, "name": "graalpy", "url": address}
    releases.entries = {key.replace("cpython", one["name"]): one for one in (pypy, graalpy)}
    releases.write()
    mirror = f"{releases.url}/releases/download"
    sources = PythonSources(catalog=releases.catalog, mirrors={"pypy": mirror, "graalpy": mirror})
    mirrored = Pythons(pythons.directory, variables=pythons.variables, sources=sources)

    result = mirrored.install("pypy", "graalpy", choices=InstallChoices(link="never"))

    assert [one.identity.implementation for one in result.pythons] == ["pypy", "graalpy"]
