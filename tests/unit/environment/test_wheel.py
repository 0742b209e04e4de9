"""Staging one wheel: links, scripts and metadata, without walking anything."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from uvkit.cache import Cache, WheelImage
from uvkit.environment.launchers import ScriptStyle
from uvkit.environment.scheme import Scheme
from uvkit.environment.wheel import Destination, WheelInstall
from uvkit.errors import InvalidMetadataError
from uvkit.formats import parse_record, record_digest
from uvkit.fs import LinkChoice, Linker
from uvkit.testing import Distribution, make_wheel

SITE = "lib/python3.11/site-packages"
STYLE = ScriptStyle(python="/env/bin/python")
WHERE = Destination(
    root="/env", purelib=SITE, platlib=SITE, scripts="bin", data="", headers="include/site/python3.11", style=STYLE
)
MakeImage: TypeAlias = Callable[[Distribution], WheelImage]

FULL = Distribution(
    name="Full.Pkg",
    version="1.0",
    files={
        "full_pkg/__init__.py": b"",
        "full_pkg/a/b/c.py": b"c",
        "full_pkg/run.sh": b"#!/bin/sh\n",
        "Full_Pkg-1.0.data/data/share/x.txt": b"data",
        "Full_Pkg-1.0.data/headers/full.h": b"header",
        "Full_Pkg-1.0.data/scripts/tool": b"#!python\nprint()\n",
        "Full_Pkg-1.0.data/scripts/program": b"\x7fELF",
    },
    entry_points={"console_scripts": {"console": "full_pkg:main"}, "gui_scripts": {"window": "full_pkg:main"}},
    executable=frozenset({"full_pkg/run.sh"}),
)
PLAIN = Distribution(name="plain", version="2.0", files={f"plain/m{number}.py": b"x" for number in range(9)})


@pytest.fixture
def image(tmp_path: Path) -> MakeImage:
    cache = Cache(tmp_path / "cache")
    return lambda distribution: cache.wheels.add(make_wheel(tmp_path / "wheels", distribution))


def stage(tmp_path: Path, install: WheelInstall, mode: LinkChoice = "hardlink") -> tuple[Path, list[str]]:
    staged = tmp_path / "staged"
    (staged / SITE).mkdir(parents=True, exist_ok=True)
    return staged, install.link(str(staged), linker=Linker(mode), stopped=lambda: False)


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


def test_every_part_of_a_wheel_goes_to_its_place(tmp_path: Path, image: MakeImage) -> None:
    install = WheelInstall(image(FULL), WHERE)

    staged, in_the_way = stage(tmp_path, install)

    assert in_the_way == []
    assert files_in(staged) == set(install.files()) == {
        "bin/console",
        "bin/program",
        "bin/tool",
        "bin/window",
        "include/site/python3.11/full-pkg/full.h",
        "share/x.txt",
        f"{SITE}/full_pkg/__init__.py",
        f"{SITE}/full_pkg/a/b/c.py",
        f"{SITE}/full_pkg/run.sh",
        *(
            f"{SITE}/Full_Pkg-1.0.dist-info/{name}"
            for name in ("INSTALLER", "METADATA", "RECORD", "REQUESTED", "WHEEL", "entry_points.txt")
        ),
    }  # fmt: skip


def test_record_lists_every_file_with_its_digest_sorted(tmp_path: Path, image: MakeImage) -> None:
    staged, _ = stage(tmp_path, WheelInstall(image(FULL), WHERE))

    rows = parse_record((staged / SITE / "Full_Pkg-1.0.dist-info/RECORD").read_text())

    assert [row.path for row in rows] == sorted(row.path for row in rows)
    assert {os.path.normpath(f"{SITE}/{row.path}") for row in rows} == files_in(staged)
    for row in rows:
        if row.digest:
            content = (staged / SITE / row.path).read_bytes()
            assert (row.digest, row.size) == (_digest(content), str(len(content)))
    assert [row.path for row in rows if not row.digest] == ["Full_Pkg-1.0.dist-info/RECORD"]
    assert rows[0].path == "../../../bin/console"


def test_scripts_and_programs_are_executable_and_start_right(tmp_path: Path, image: MakeImage) -> None:
    staged, _ = stage(tmp_path, WheelInstall(image(FULL), WHERE))

    assert all(stat.S_IMODE((staged / "bin" / name).stat().st_mode) & 0o100 for name in os.listdir(staged / "bin"))
    assert stat.S_IMODE((staged / SITE / "full_pkg/run.sh").stat().st_mode) & 0o100
    assert (staged / "bin/tool").read_bytes() == b"#!/env/bin/python\nprint()\n"
    assert (staged / "bin/program").read_bytes() == b"\x7fELF"


def test_complete_record_of_the_cache_is_linked_not_written(tmp_path: Path, image: MakeImage) -> None:
    made = image(PLAIN)

    staged, _ = stage(tmp_path, WheelInstall(made, WHERE))

    record = staged / SITE / "plain-2.0.dist-info/RECORD"
    assert record.samefile(made.root("site") / "plain-2.0.dist-info/RECORD")
    assert {row.path for row in parse_record(record.read_text())} == files_in(staged / SITE)


def test_extra_metadata_is_recorded_and_the_cache_not_touched(tmp_path: Path, image: MakeImage) -> None:
    made = image(PLAIN)
    cached = (made.root("site") / "plain-2.0.dist-info/RECORD").read_bytes()
    extra = {"direct_url.json": b"{}", "uv_cache.json": b"[]"}

    staged, _ = stage(tmp_path, WheelInstall(made, WHERE, extra=extra))

    info = staged / SITE / "plain-2.0.dist-info"
    recorded = {row.path: row.digest for row in parse_record((info / "RECORD").read_text())}
    assert recorded["plain-2.0.dist-info/direct_url.json"] == _digest(b"{}")
    assert set(recorded) == files_in(staged / SITE)
    assert (made.root("site") / "plain-2.0.dist-info/RECORD").read_bytes() == cached


def test_extra_file_in_place_of_a_cached_one_leaves_the_cache_alone(tmp_path: Path, image: MakeImage) -> None:
    made = image(PLAIN)

    staged, _ = stage(tmp_path, WheelInstall(made, WHERE, extra={"WHEEL": b"changed"}))

    info = staged / SITE / "plain-2.0.dist-info"
    rows = [row for row in parse_record((info / "RECORD").read_text()) if row.path.endswith("/WHEEL")]
    assert (info / "WHEEL").read_bytes() == b"changed"
    assert [row.digest for row in rows] == [_digest(b"changed")]
    assert (made.root("site") / "plain-2.0.dist-info/WHEEL").read_bytes().startswith(b"Wheel-Version")


def test_unrequested_wheel_has_no_such_mark(tmp_path: Path, image: MakeImage) -> None:
    staged, _ = stage(tmp_path, WheelInstall(image(PLAIN), WHERE, requested=False))

    info = staged / SITE / "plain-2.0.dist-info"
    assert not (info / "REQUESTED").exists()
    assert "REQUESTED" not in (info / "RECORD").read_text()


@pytest.mark.parametrize("mode", ["hardlink", "copy", "symlink", "clone", "auto"])
def test_every_means_of_linking_gives_the_same_files(tmp_path: Path, image: MakeImage, mode: LinkChoice) -> None:
    made = image(FULL)

    staged, _ = stage(tmp_path, WheelInstall(made, WHERE), mode)

    assert files_in(staged) == set(WheelInstall(made, WHERE).files())
    assert (staged / SITE / "full_pkg/a/b/c.py").read_bytes() == b"c"
    assert os.access(staged / SITE / "full_pkg/run.sh", os.X_OK)


@pytest.mark.parametrize("mode", ["hardlink", "copy"])
def test_files_of_another_wheel_are_left_and_named(tmp_path: Path, image: MakeImage, mode: LinkChoice) -> None:
    theirs = {"plain/m3.py": b"theirs", "few/x.py": b"", "plain/own.py": b""}
    stage(tmp_path, WheelInstall(image(Distribution(name="other", version="1", files=theirs)), WHERE), mode)

    staged, in_the_way = stage(tmp_path, WheelInstall(image(PLAIN), WHERE), mode)

    assert in_the_way == [f"{SITE}/plain/m3.py"]
    assert (staged / SITE / "plain/m3.py").read_bytes() == b"theirs"
    assert (staged / SITE / "plain/m4.py").exists()


@pytest.mark.parametrize("mode", ["hardlink", "copy"])
def test_file_where_a_folder_is_needed_stops_it(tmp_path: Path, image: MakeImage, mode: LinkChoice) -> None:
    stage(tmp_path, WheelInstall(image(Distribution(name="other", version="1", files={"plain": b""})), WHERE), mode)

    with pytest.raises(NotADirectoryError):
        stage(tmp_path, WheelInstall(image(PLAIN), WHERE), mode)


def test_one_file_can_be_put_in_place_of_anothers(tmp_path: Path, image: MakeImage) -> None:
    install = WheelInstall(image(FULL), WHERE)
    staged, _ = stage(tmp_path, install)
    for path in (f"{SITE}/full_pkg/a/b/c.py", "bin/console", f"{SITE}/Full_Pkg-1.0.dist-info/RECORD"):
        before = (staged / path).read_bytes()
        (staged / path).unlink()
        (staged / path).write_bytes(b"other")

        install.put(str(staged), path, linker=Linker("hardlink"))

        assert (staged / path).read_bytes() == before


def test_stopping_leaves_the_rest_out(tmp_path: Path, image: MakeImage) -> None:
    (tmp_path / "staged" / SITE).mkdir(parents=True)

    WheelInstall(image(PLAIN), WHERE).link(str(tmp_path / "staged"), linker=Linker("hardlink"), stopped=lambda: True)

    assert files_in(tmp_path / "staged") == set()


def test_bad_script_names_are_refused_before_anything_is_written(image: MakeImage) -> None:
    evil = Distribution(name="evil", version="1", entry_points={"console_scripts": {"python3": "evil:main"}})

    with pytest.raises(InvalidMetadataError, match="would replace the interpreter"):
        WheelInstall(image(evil), WHERE).written()


def test_odd_file_names_survive_in_record(tmp_path: Path, image: MakeImage) -> None:
    names = ["a,b.txt", 'q"uote.txt', "sp ace.txt", "ünï.txt"]
    made = image(
        Distribution(name="odd", version="1", files={f"odd/{name}": b"" for name in ["x.txt", names[2], names[3]]})
    )

    staged, _ = stage(tmp_path, WheelInstall(made, WHERE, extra={names[0]: b"", names[1]: b""}))

    rows = parse_record((staged / SITE / "odd-1.dist-info/RECORD").read_text())
    assert {row.path for row in rows} == files_in(staged / SITE)


def test_folders_of_an_environment_become_relative_and_outside_ones_are_refused() -> None:
    inside = Scheme(
        purelib=Path("/env/lib/site"),
        platlib=Path("/env/lib64/site"),
        scripts=Path("/env/bin"),
        data=Path("/env"),
        include=Path("/env/include/site"),
    )

    where = Destination.of("/env", inside, STYLE)

    assert (where.purelib, where.platlib, where.scripts, where.data) == ("lib/site", "lib64/site", "bin", "")
    assert where.folders == {"", "lib", "lib/site", "lib64", "lib64/site", "bin"}
    with pytest.raises(ValueError, match="outside"):
        Destination.of("/env/lib", inside, STYLE)


def test_library_folder_that_is_a_link_to_the_other_counts_as_one(tmp_path: Path) -> None:
    (tmp_path / "lib/site").mkdir(parents=True)
    (tmp_path / "lib64").symlink_to("lib")
    scheme = Scheme(
        purelib=tmp_path / "lib/site",
        platlib=tmp_path / "lib64/site",
        scripts=tmp_path / "bin",
        data=tmp_path,
        include=tmp_path / "include",
    )

    assert Destination.of(str(tmp_path), scheme, STYLE).platlib == "lib/site"


def _digest(content: bytes) -> str:
    from hashlib import sha256

    return record_digest(sha256(content).digest())
