from __future__ import annotations

import base64
import hashlib
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from uvkit.cache import Cache, WheelImage
from uvkit.errors import InvalidMetadataError, MetadataMismatchError, UnsafeArchiveError
from uvkit.testing import Distribution, make_wheel

METADATA = b"Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n\n"
WHEEL = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
INFO = {"demo-1.0.dist-info/METADATA": METADATA, "demo-1.0.dist-info/WHEEL": WHEEL, "demo-1.0.dist-info/RECORD": b""}


def digest(content: bytes) -> str:
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def write_wheel(folder: Path, files: Mapping[str, bytes], name: str = "demo-1.0-py3-none-any.whl") -> Path:
    with zipfile.ZipFile(folder / name, "w") as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return folder / name


def add(cache: Cache, folder: Path, **options: object) -> WheelImage:
    return cache.wheels.add(make_wheel(folder, Distribution(name="demo", version="1.0", **options)))  # type: ignore[arg-type]


def test_pure_wheel_becomes_a_site_tree_with_a_final_record(cache: Cache, tmp_path: Path) -> None:
    image = add(cache, tmp_path, files={"demo/__init__.py": b"x = 1\n", "demo/sub/deep/a.txt": b"", "demo.pth": b""})

    manifest = image.manifest
    assert (manifest.name, manifest.version, manifest.dist_info) == ("demo", "1.0", "demo-1.0.dist-info")
    assert manifest.purelib
    assert manifest.tags == ("py3-none-any",)
    assert manifest.top_level == ("demo",)
    assert manifest.record_complete
    assert manifest.scripts == []
    assert manifest.trees == {
        "site": [
            ("", ["demo.pth"]),
            ("demo", ["__init__.py"]),
            ("demo-1.0.dist-info", ["INSTALLER", "METADATA", "RECORD", "REQUESTED", "WHEEL"]),
            ("demo/sub", []),
            ("demo/sub/deep", ["a.txt"]),
        ]
    }


def test_manifest_names_exactly_what_is_on_disk(cache: Cache, tmp_path: Path) -> None:
    files = {"demo/a.py": b"1", "demo-1.0.data/data/share/x": b"2", "demo-1.0.data/headers/y.h": b"3"}
    image = add(cache, tmp_path, files=files | {"demo-1.0.data/scripts/run": b"\x7fELF"})

    on_disk = {str(path.relative_to(image.path)) for path in image.path.rglob("*") if path.is_file()}
    assert {f"{tree}/{path}" for tree, path in image.paths()} | {"image"} == on_disk
    assert image.manifest.files == len(on_disk) - 1


def test_record_on_disk_is_sorted_and_true(cache: Cache, tmp_path: Path) -> None:
    image = add(cache, tmp_path, files={"demo/b.py": b"b", "demo/a,b.py": b"a", "z.py": b"z" * 1000})

    site = image.root("site")
    lines = (site / "demo-1.0.dist-info/RECORD").read_text().splitlines()
    assert lines == sorted(lines, key=lambda line: line.replace('"', ""))
    assert "demo-1.0.dist-info/RECORD,," in lines
    assert f"demo-1.0.dist-info/INSTALLER,{digest(b'uvkit')},5" in lines
    assert f"demo-1.0.dist-info/REQUESTED,{digest(b'')},0" in lines
    assert f'"demo/a,b.py",{digest(b"a")},1' in lines
    assert f"z.py,{digest(b'z' * 1000)},1000" in lines
    assert (site / "demo-1.0.dist-info/INSTALLER").read_bytes() == b"uvkit"


def test_recorded_digests_are_those_of_the_content(cache: Cache, tmp_path: Path) -> None:
    image = add(cache, tmp_path, files={"demo/a.py": b"abc", "demo-1.0.data/data/share/x": b"2"})

    for tree, path, recorded, size in image.manifest.record:
        content = (image.root(tree) / path).read_bytes()
        assert (recorded, size) == (digest(content), len(content))


def recorded(files: Mapping[str, bytes], *rows: str) -> dict[str, bytes]:
    """Return files with a RECORD of the given rows and correct ones for all other files."""
    known = {row.partition(",")[0] for row in rows}
    record = "demo-1.0.dist-info/RECORD"
    right = [f"{name},{digest(body)},{len(body)}" for name, body in files.items() if name not in {record, *known}]
    return {**files, record: "\n".join([*rows, *right, f"{record},,", ""]).encode()}


@pytest.mark.parametrize("row", ["demo/a.py,,", "demo/a.py,md5=AAAA,3", "demo/a.py,md5=AAAA,"])
def test_digest_is_computed_where_the_wheels_record_has_no_good_one(cache: Cache, tmp_path: Path, row: str) -> None:
    wheel = write_wheel(tmp_path, recorded({"demo/a.py": b"abc"} | INFO, row))

    image = cache.wheels.add(wheel)

    assert ("site", "demo/a.py", digest(b"abc"), 3) in image.manifest.record


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (f"demo/a.py,{digest(b'abc')},999", "RECORD says 999"),
        ("demo/a.py,sha256=short,3", "another digest"),
        (f"demo/a.py,{digest(b'abd')},3", "another digest"),
        ("demo/a.py,sha512=AAAA,3", "another digest"),
        ("demo/other.py,,", "does not list"),
    ],
)
def test_a_file_that_contradicts_record_is_refused(cache: Cache, tmp_path: Path, row: str, reason: str) -> None:
    files = recorded({"demo/a.py": b"abc"} | INFO, row)
    if "other" in row:
        body = files["demo-1.0.dist-info/RECORD"]
        files["demo-1.0.dist-info/RECORD"] = b"".join(
            line for line in body.splitlines(keepends=True) if not line.startswith(b"demo/a.py")
        )

    with pytest.raises(UnsafeArchiveError, match=reason):
        cache.wheels.add(write_wheel(tmp_path, files))

    assert cache.usage().entries == 0


def test_a_large_file_that_contradicts_record_is_refused(cache: Cache, tmp_path: Path) -> None:
    content = bytes(17 << 20)
    files = recorded({"demo/big": content} | INFO, f"demo/big,{digest(b'x')},{len(content)}")

    with pytest.raises(UnsafeArchiveError, match="another digest"):
        cache.wheels.add(write_wheel(tmp_path, files))

    assert cache.usage().entries == 0


def test_other_algorithms_of_record_are_verified(cache: Cache, tmp_path: Path) -> None:
    right = base64.urlsafe_b64encode(hashlib.sha512(b"abc").digest()).rstrip(b"=").decode()

    image = cache.wheels.add(
        write_wheel(tmp_path, recorded({"demo/a.py": b"abc"} | INFO, f"demo/a.py,sha512={right},3"))
    )

    assert ("site", "demo/a.py", digest(b"abc"), 3) in image.manifest.record


def test_data_folders_are_spread_over_the_trees(cache: Cache, tmp_path: Path) -> None:
    files = {
        "demo-1.0.data/purelib/pure.py": b"1",
        "demo-1.0.data/platlib/plat/native.so": b"2",
        "demo-1.0.data/data/share/doc/x.txt": b"3",
        "demo-1.0.data/headers/demo.h": b"4",
    }
    image = add(cache, tmp_path, files=files)

    assert (image.root("site") / "pure.py").read_bytes() == b"1"
    assert (image.root("site") / "plat/native.so").read_bytes() == b"2"
    assert image.manifest.trees["data"] == [("", []), ("share", []), ("share/doc", ["x.txt"])]
    assert image.manifest.trees["headers"] == [("", ["demo.h"])]
    assert not image.manifest.record_complete
    assert not (image.root("site") / "demo-1.0.dist-info/RECORD").exists()


def test_scripts_are_told_apart_by_their_first_line(cache: Cache, tmp_path: Path) -> None:
    files = {
        "demo-1.0.data/scripts/py": b"#!python\nprint()\n",
        "demo-1.0.data/scripts/pyw": b"#!pythonw -s\nprint()\n",
        "demo-1.0.data/scripts/sh": b"#!/bin/sh\n",
        "demo-1.0.data/scripts/elf": b"\x7fELF",
    }
    image = add(cache, tmp_path, files=files)

    assert image.manifest.scripts == [
        ("py", "script", b"#!python\nprint()\n"),
        ("pyw", "script", b"#!pythonw -s\nprint()\n"),
    ]
    assert image.manifest.trees["scripts"] == [("", ["elf", "sh"])]
    assert os.access(image.root("scripts") / "elf", os.X_OK)
    assert not image.manifest.record_complete


def test_entry_points_become_scripts(cache: Cache, tmp_path: Path) -> None:
    groups = {
        "console_scripts": {"run": "demo.cli:main.start [extra1, extra2]", "Other.Name": "demo:x"},
        "gui_scripts": {"win": "demo : gui"},
        "demo.plugins": {"one": "not checked!"},
    }
    image = add(cache, tmp_path, entry_points=groups)

    assert image.manifest.scripts == [
        ("run", "console", b"demo.cli:main.start"),
        ("Other.Name", "console", b"demo:x"),
        ("win", "gui", b"demo:gui"),
    ]
    assert not image.manifest.record_complete


@pytest.mark.parametrize(
    ("name", "value"),
    [("run", "demo"), ("run", "demo:"), ("run", "import os; os:x"), ("run", "demo:main()"), ("../run", "demo:main"),
     ("a/b", "demo:main"), ("a\\b", "demo:main"), ("..", "demo:main"), ("run", "demo..x:main"), ("run", "")],
)  # fmt: skip
def test_entry_point_that_would_be_no_script_is_refused(cache: Cache, tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(InvalidMetadataError):
        add(cache, tmp_path, entry_points={"console_scripts": {name: value}})


def test_executable_bit_is_kept_and_others_are_not(cache: Cache, tmp_path: Path) -> None:
    files = {"demo/tool": b"#!/bin/sh\n", "demo/text": b""}
    image = add(cache, tmp_path, files=files, executable=frozenset({"demo/tool"}))

    assert image.manifest.executables == [("site", "demo/tool")]
    assert os.access(image.root("site") / "demo/tool", os.X_OK)
    assert not os.access(image.root("site") / "demo/text", os.X_OK)


def test_files_that_installers_write_are_not_taken_from_the_wheel(cache: Cache, tmp_path: Path) -> None:
    names = ("INSTALLER", "REQUESTED", "RECORD.jws", "RECORD.p7s", "direct_url.json")
    wheel = write_wheel(tmp_path, INFO | {f"demo-1.0.dist-info/{name}": b"evil" for name in names})

    site = cache.wheels.add(wheel).root("site") / "demo-1.0.dist-info"

    assert sorted(os.listdir(site)) == ["INSTALLER", "METADATA", "RECORD", "REQUESTED", "WHEEL"]
    assert (site / "INSTALLER").read_bytes() == b"uvkit"


def test_vendored_dist_info_does_not_count(cache: Cache, tmp_path: Path) -> None:
    image = add(cache, tmp_path, files={"demo/_vendor/other-2.0.dist-info/METADATA": b"Name: other\n"})

    assert image.manifest.dist_info == "demo-1.0.dist-info"
    assert (image.root("site") / "demo/_vendor/other-2.0.dist-info/METADATA").exists()


@pytest.mark.parametrize(
    "filename",
    [
        "Demo-1.0-py3-none-any.whl",
        "demo-1.0.0-py3-none-any.whl",
        "demo-1.0-1-py3-none-any.whl",
        "DEMO-1-py3-none-any.whl",
    ],
)
def test_equivalent_spellings_of_name_and_version_agree(cache: Cache, tmp_path: Path, filename: str) -> None:
    assert cache.wheels.add(write_wheel(tmp_path, INFO, filename)).manifest.name == "demo"


@pytest.mark.parametrize(
    ("filename", "field"), [("other-1.0-py3-none-any.whl", "name"), ("demo-1.1-py3-none-any.whl", "version")]
)
def test_content_that_contradicts_the_file_name_is_refused(
    cache: Cache, tmp_path: Path, filename: str, field: str
) -> None:
    with pytest.raises(MetadataMismatchError) as caught:
        cache.wheels.add(write_wheel(tmp_path, INFO, filename))

    assert caught.value.field == field


def test_metadata_that_contradicts_the_dist_info_folder_is_refused(cache: Cache, tmp_path: Path) -> None:
    other = METADATA.replace(b"demo", b"other")

    with pytest.raises(MetadataMismatchError):
        cache.wheels.add(write_wheel(tmp_path, INFO | {"demo-1.0.dist-info/METADATA": other}))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"demo-1.0.dist-info/WHEEL": None}, "no `WHEEL`"),
        ({"demo-1.0.dist-info/METADATA": None}, "no `METADATA`"),
        ({"demo-1.0.dist-info/RECORD": None}, "no `RECORD`"),
        ({"demo-1.0.dist-info/WHEEL": b"Wheel-Version: 2.0\nRoot-Is-Purelib: true\n"}, "wheel version 2.0"),
        ({"demo-1.0.dist-info/WHEEL": b"Root-Is-Purelib: true\n"}, "no `Wheel-Version`"),
        ({"demo-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\n"}, "no `Root-Is-Purelib`"),
        ({"demo-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\n"}, "no `Name`"),
        ({"demo-1.0.dist-info/METADATA": b"\xff\xfe"}, "not UTF-8"),
        ({"other-1.0.dist-info/METADATA": b""}, "more than one"),
        ({"demo-1.0.data/unknown/x": b""}, "not a known kind of data"),
        ({"demo-1.0.data/x": b""}, "not a known kind of data"),
        ({"demo-1.0.data/scripts/sub/x": b""}, "is in a folder"),
    ],
)
def test_wheel_that_is_not_one_is_refused(
    cache: Cache, tmp_path: Path, change: dict[str, bytes | None], problem: str
) -> None:
    files = {name: content for name, content in (INFO | change).items() if content is not None}

    with pytest.raises(InvalidMetadataError, match=problem):
        cache.wheels.add(write_wheel(tmp_path, files))


def test_newer_minor_wheel_version_is_accepted(cache: Cache, tmp_path: Path) -> None:
    wheel = WHEEL.replace(b"1.0", b"1.9")

    assert cache.wheels.add(write_wheel(tmp_path, INFO | {"demo-1.0.dist-info/WHEEL": wheel})).manifest.purelib


@pytest.mark.parametrize(
    "files",
    [
        {"demo/a.py": b"", "demo-1.0.data/purelib/demo/a.py": b""},
        {"demo-1.0.data/purelib/x": b"", "demo-1.0.data/platlib/x": b""},
        {"demo-1.0.data/purelib/demo-1.0.dist-info/INSTALLER": b"evil"},
        {"demo-1.0.data/purelib/demo-1.0.dist-info/RECORD": b"evil"},
        {"demo": b"", "demo/a.py": b""},
        {"../evil.py": b""},
        {"demo-1.0.data/data/../../evil": b""},
        {"/evil.py": b""},
    ],
    ids=lambda files: next(iter(files)),
)
def test_members_that_claim_one_place_or_leave_the_image_are_refused(
    cache: Cache, tmp_path: Path, files: dict[str, bytes]
) -> None:
    with pytest.raises(UnsafeArchiveError):
        cache.wheels.add(write_wheel(tmp_path, files | INFO))

    assert [path.name for path in tmp_path.rglob("evil*")] == []
    assert cache.usage().entries == 0


@pytest.mark.parametrize(
    ("one", "other"), [("demo/A.h", "demo/a.h"), ("demo/\u00e9.py", "demo/e\u0301.py"), ("demo/\u00df", "demo/SS")]
)
def test_names_that_are_one_where_case_does_not_count_are_refused(
    cache: Cache, tmp_path: Path, one: str, other: str
) -> None:
    with pytest.raises(UnsafeArchiveError, match="case"):
        add(cache, tmp_path, files={one: b"upper", other: b"lower"})

    assert cache.usage().entries == 0


def test_large_file_is_streamed_with_its_digest(cache: Cache, tmp_path: Path) -> None:
    content = os.urandom(1 << 20) * 17
    wheel = write_wheel(tmp_path, {"demo/big.bin": content} | INFO)

    image = cache.wheels.add(wheel)

    assert (image.root("site") / "demo/big.bin").read_bytes() == content
    assert ("site", "demo/big.bin", digest(content), len(content)) in image.manifest.record
