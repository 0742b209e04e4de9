from __future__ import annotations

import csv
import hashlib
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uvkit.formats import RecordRow, dump_record, parse_record, record_digest

PATHS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(
    lambda text: text.splitlines() == [text]
)


def test_rows_are_sorted_and_quoted_where_needed() -> None:
    text = dump_record([("b.py", "sha256=x", 3), ("a,b.py", "", ""), ('a"b.py', "", "")])

    assert text == '"a""b.py",,\n"a,b.py",,\nb.py,sha256=x,3\n'


@given(st.lists(PATHS, unique=True))
@settings(deadline=None, max_examples=50)
def test_what_is_written_reads_back_here_and_with_csv(paths: list[str]) -> None:
    rows = [(path, "sha256=abc", 7) for path in paths]

    text = dump_record(rows)

    expected = sorted(paths)
    assert [row.path for row in parse_record(text)] == expected
    assert [row[0] for row in csv.reader(io.StringIO(text, newline=""))] == expected


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", []),
        ("a.py,sha256=x,1\r\nb.py,,\r\n", [RecordRow("a.py", "sha256=x", "1"), RecordRow("b.py", "", "")]),
        ("\n\na.py,,\n", [RecordRow("a.py", "", "")]),
        ("a.py\n", [RecordRow("a.py", "", "")]),
        ('"a,b.py",sha256=x,1\n', [RecordRow("a,b.py", "sha256=x", "1")]),
        ("/absolute/path.py,sha256=x,1\n", [RecordRow("/absolute/path.py", "sha256=x", "1")]),
    ],
)
def test_files_of_other_tools_are_read(text: str, rows: list[RecordRow]) -> None:
    assert parse_record(text) == rows


def test_digest_is_urlsafe_without_padding() -> None:
    assert record_digest(hashlib.sha256(b"").digest()) == "sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"
