"""`.env` files by the rules of uv, which were found by running it."""

from __future__ import annotations

import pytest

from uvkit.formats import parse_env_file

HOME = {"HOME": "/home/one"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("A=x", "x"),
        ("export A=x", "x"),
        (" A =  x ", "x"),
        ("A=", ""),
        ("A= ", ""),
        ("A=#c", ""),
        ("A=a#b", "a#b"),
        ("A=a #b", "a"),
        ("A=x # it's a comment", "x"),
        ("A='x # y'", "x # y"),
        ('A="x" # c', "x"),
        ("A=it''s", "its"),
        ("A=x'y z'w", "xy zw"),
        ('A="l1\nl2"', "l1\nl2"),
        ("A='l1\n#l2'", "l1\n#l2"),
        ("A='\\n'", "\\n"),
        ('A="\\n"', "\n"),
        ("A=a\\ b", "a b"),
        ('A="\\$HOME"', "$HOME"),
        ("A='$HOME'", "$HOME"),
        ("A=${HOME}/x", "/home/one/x"),
        ("A=$HOME/x", "/home/one/x"),
        ('A="$HOME"', "/home/one"),
        ("A=$HOME #c", "/home/one"),
        ("A=${NONE:-default}", ""),
        ("A=x;y", "x;y"),
        ('A={"a":1}', "{a:1}"),
        ("A=x=y", "x=y"),
        ("A=é", "é"),
        ("A=x\r\nB=1", "x"),
        ("A=x\\\nB=1", "x"),
        ("A='x'", "x"),
        ("# A=1\n\nA=2", "2"),
    ],
)
def test_value_is_read_as_uv_reads_it(text: str, value: str) -> None:
    found = parse_env_file(text, HOME)

    assert found.values["A"] == value
    assert found.position is None


@pytest.mark.parametrize(
    ("text", "position", "line"),
    [
        ("A", 1, "A"),
        ("export A", 8, "export A"),
        ("1A=x", 0, "1A=x"),
        ("A-B=x", 1, "A-B=x"),
        ("A: x", 1, "A: x"),
        ("A=x y", 2, "x y"),
        ("A=\\t", 1, "\\t"),
        ('A="a\\qb"', 3, '"a\\qb"'),
        ("A=${HOME", 5, "${HOME"),
        ('A="x\nB=1', 8, 'A="x\nB=1'),
    ],
)
def test_what_makes_no_sense_is_told_with_its_place(text: str, position: int, line: str) -> None:
    found = parse_env_file(f"Z=1\n{text}", HOME)

    assert found.values == {"Z": "1"}
    assert (found.position, found.line) == (position, line)


def test_nothing_is_read_behind_a_line_that_makes_no_sense() -> None:
    found = parse_env_file("A=1\nno assignment\nB=2\n", {})

    assert found.values == {"A": "1"}


def test_variables_of_the_process_are_substituted_before_those_of_the_file() -> None:
    found = parse_env_file("HOME=elsewhere\nB=1\nB=2\nA=$HOME-$B", HOME)

    assert found.values["A"] == "/home/one-1"
