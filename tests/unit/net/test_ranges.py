from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import pytest

from uvkit.errors import InvalidMetadataError, UnsafeArchiveError
from uvkit.net import metadata_flow, read_local_metadata
from uvkit.testing import Distribution, make_wheel

METADATA = b"Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n" + b"\n" + b"x" * 900


def wheel(files: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", method) as archive:
        archive.comment = comment
        for name, content in files.items():
            archive.writestr(name, content)
    return raw.getvalue()


def run(data: bytes, filename: str = "demo-1.0-py3-none-any.whl") -> tuple[bytes, list[tuple[int, int]]]:
    flow = metadata_flow(filename, len(data))
    asked = [next(flow)]
    while True:
        start, stop = asked[-1]
        assert 0 <= start <= stop <= len(data)
        try:
            asked.append(flow.send(data[start:stop]))
        except StopIteration as end:
            return end.value, asked


def noise(size: int) -> bytes:
    return random.Random(size).randbytes(size)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_metadata_at_the_end_of_a_large_wheel_takes_two_reads(method: int) -> None:
    data = wheel({"demo/big.bin": noise(300_000), "demo-1.0.dist-info/METADATA": METADATA}, method=method)

    found, asked = run(data)

    assert found == METADATA
    assert len(asked) == 2
    assert sum(stop - start for start, stop in asked) < 70_000


def test_metadata_at_the_start_is_found_as_well() -> None:
    data = wheel({"demo-1.0.dist-info/METADATA": METADATA, "demo/big.bin": noise(300_000)})

    assert run(data)[0] == METADATA


def test_a_directory_longer_than_the_tail_is_read_whole() -> None:
    files = {f"demo/module_with_a_long_name_{number}.py": b"" for number in range(1000)}
    data = wheel({**files, "demo-1.0.dist-info/METADATA": METADATA})

    assert run(data)[0] == METADATA


def test_a_long_comment_does_not_hide_the_directory() -> None:
    data = wheel({"demo/a.bin": noise(50_000), "demo-1.0.dist-info/METADATA": METADATA}, comment=b"c" * 40_000)

    assert run(data)[0] == METADATA


def test_vendored_metadata_is_not_the_wheels() -> None:
    data = wheel(
        {
            "demo/_vendor/other-2.0.dist-info/METADATA": b"Name: other\n",
            "demo-1.0.dist-info/METADATA": METADATA,
        }
    )

    assert run(data)[0] == METADATA


def test_of_two_dist_info_folders_the_one_of_the_file_name_counts() -> None:
    data = wheel({"other-2.0.dist-info/METADATA": b"Name: other\n", "demo-1.0.dist-info/METADATA": METADATA})

    assert run(data)[0] == METADATA


def test_a_wheel_without_metadata_says_so() -> None:
    with pytest.raises(InvalidMetadataError, match="has no METADATA"):
        run(wheel({"demo/a.py": b""}))


@pytest.mark.parametrize("data", [b"", b"PK", b"not a zip" * 5000])
def test_what_is_no_zip_is_refused(data: bytes) -> None:
    with pytest.raises(UnsafeArchiveError, match="not a zip archive"):
        run(data)


def test_a_damaged_member_is_refused() -> None:
    data = bytearray(wheel({"demo-1.0.dist-info/METADATA": METADATA}, method=zipfile.ZIP_STORED))
    data[data.index(b"Name: demo")] ^= 1

    with pytest.raises(UnsafeArchiveError, match="checksum"):
        run(bytes(data))


def test_a_truncated_wheel_is_refused() -> None:
    data = wheel({"demo/big.bin": noise(30_000), "demo-1.0.dist-info/METADATA": METADATA})

    with pytest.raises(UnsafeArchiveError):
        run(data[:-100])


def test_a_directory_that_points_outside_is_refused() -> None:
    data = bytearray(wheel({"demo-1.0.dist-info/METADATA": METADATA}))
    end = data.rindex(b"PK\x05\x06")
    data[end + 16 : end + 20] = (2**31).to_bytes(4, "little")

    with pytest.raises(UnsafeArchiveError, match="outside"):
        run(bytes(data))


def test_a_local_wheel_is_read_the_same_way(tmp_path: Path) -> None:
    distribution = Distribution(name="demo", version="1.0", requires=("other>=2",))
    path = make_wheel(tmp_path, distribution)

    assert read_local_metadata(path) == distribution.metadata()
