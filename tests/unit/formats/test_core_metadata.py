from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.requirements import Requirement as Parsed
from packaging.specifiers import SpecifierSet

from uvkit.errors import InvalidMetadataError
from uvkit.formats import parse_core_metadata, parse_metadata, split_metadata
from uvkit.markers import MarkerSet
from uvkit.model import CoreMetadata, DependencyRow, MetadataRows, Requirement, extra_name, project_name


def metadata(*lines: str, name: str = "demo", version: str = "1.0") -> bytes:
    return "\n".join(["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *lines, "", "Body"]).encode()


def rows(*lines: str) -> MetadataRows:
    return parse_metadata(metadata(*lines), filename="demo.whl")


def dependency(text: str) -> DependencyRow:
    (row,) = rows(f"Requires-Dist: {text}").requires
    return row


def test_name_version_and_python_are_read() -> None:
    found = parse_metadata(
        metadata("Requires-Python: >=3.9, <4", name="My.Demo", version="1.0.0-RC1"), filename="demo.whl"
    )

    assert (found.project, found.version, found.requires_python) == ("my-demo", "1.0.0rc1", ">=3.9,<4")


def test_the_header_ends_at_the_first_empty_line() -> None:
    data = metadata("Requires-Dist: one", "", "Requires-Dist: two")

    assert [row.project for row in parse_metadata(data, filename="x").requires] == ["one"]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_folded_lines_and_any_line_ending_are_read(ending: str) -> None:
    data = ending.join(
        ["name:demo", "VERSION : 1", "Description: a", "  Requires-Dist: no", "requires-dist: x", "  >=1", ""]
    )

    assert parse_metadata(data.encode(), filename="x").requires == (DependencyRow("x", (), ">=1", "", ""),)


def test_a_byte_order_mark_and_bad_bytes_do_not_matter() -> None:
    data = b"\xef\xbb\xbfName: demo\nVersion: 1\nAuthor: caf\xe9\n"

    assert parse_metadata(data, filename="x").project == "demo"


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("Other", DependencyRow("other", (), "", "", "")),
        ("a_b.c [X, y_z] >=1.0 , <2", DependencyRow("a-b-c", ("x", "y-z"), ">=1.0,<2", "", "")),
        ("old (>=1.0,<2)", DependencyRow("old", (), ">=1.0,<2", "", "")),
        ("old(==1.0)", DependencyRow("old", (), "==1.0", "", "")),
        ("empty ()", DependencyRow("empty", (), "", "", "")),
        ("any (*)", DependencyRow("any", (), "", "", "")),
        ("x;", DependencyRow("x", (), "", "", "")),
        ("x[]", DependencyRow("x", (), "", "", "")),
        ("x===1.0-weird", DependencyRow("x", (), "===1.0-weird", "", "")),
        ("x @ https://e.example/x.whl", DependencyRow("x", (), "", "", "https://e.example/x.whl")),
        (
            "x[y]@https://e.example/x;1.whl ; os_name == 'nt'",
            DependencyRow("x", ("y",), "", "os_name == 'nt'", "https://e.example/x;1.whl"),
        ),
        ("x; python_version < '3.8'", DependencyRow("x", (), "", "python_version < '3.8'", "")),
    ],
)
def test_a_requirement_becomes_a_row(text: str, row: DependencyRow) -> None:
    assert dependency(text) == row


@pytest.mark.parametrize(
    ("text", "specifier"),
    [
        ("x >=1.0<2.0", ">=1.0,<2.0"),
        ("x (>=2.7.*)", ">=2.7"),
        ("x >=2.7.*,!=3.0.*,<4", ">=2.7,!=3.0.*,<4"),
        ("x (!=3.0*,>=2)", "!=3.0.*,>=2"),
        ("x >='2.0'", ">=2.0"),
        ("x >=1.0,", ">=1.0"),
        ("x >=1.0,,<2", ">=1.0,<2"),
        ("x !=~5.0", "!=5.0"),
        ("x >=1.0.", ">=1.0"),
        ("x ~=2", ">=2"),
        ("x <1.*", "<1"),
    ],
)
def test_known_mistakes_are_read_as_they_were_meant(text: str, specifier: str) -> None:
    assert dependency(text).specifier == specifier


def test_extras_own_their_requirements() -> None:
    found = rows(
        "Provides-Extra: Dev_Tools",
        "Provides-Extra: empty",
        "Requires-Dist: base",
        "Requires-Dist: one; extra == 'dev-tools'",
        'Requires-Dist: two; python_version > "3.8" and extra == "Dev_Tools"',
        "Requires-Dist: three; (os_name == 'nt' or os_name == 'java') and extra == 'dev-tools'",
    )

    assert [row.project for row in found.requires] == ["base"]
    assert list(found.extras) == ["dev-tools", "empty"]
    assert [(row.project, row.marker) for row in found.extras["dev-tools"]] == [
        ("one", ""),
        ("two", 'python_version > "3.8"'),
        ("three", "(os_name == 'nt' or os_name == 'java')"),
    ]


def test_what_holds_without_an_extra_is_not_repeated_under_it() -> None:
    found = rows("Requires-Dist: x; os_name == 'nt' or extra == 'a'")

    assert [row.marker for row in found.requires] == ["os_name == 'nt'"]
    assert [row.marker for row in found.extras["a"]] == ["os_name != 'nt'"]


def test_or_without_parentheses_is_not_taken_for_a_whole() -> None:
    found = rows("Requires-Dist: x; os_name == 'nt' or os_name == 'java' and extra == 'a'")

    assert [row.marker for row in found.requires] == ["os_name == 'nt'"]
    assert [row.marker for row in found.extras["a"]] == ["os_name == 'java'"]


def test_an_extra_that_must_be_absent_is_understood() -> None:
    found = rows("Requires-Dist: x; extra != 'a'")

    assert [row.marker for row in found.requires] == [""]
    assert found.extras.get("a", ()) == ()


def test_every_problem_is_listed() -> None:
    data = b"Name: -\nRequires-Python: soon\nRequires-Dist: ???\nRequires-Dist: x >>1\nRequires-Dist: y; what == 'x'\n"

    with pytest.raises(InvalidMetadataError) as caught:
        parse_metadata(data, filename="demo.whl")

    assert len(caught.value.problems) == 6


@pytest.mark.parametrize("text", ["x @ ", "x @ https://e.example/a b", "x[a b]", "x >", "[a]", "x and y"])
def test_a_requirement_beyond_repair_is_refused(text: str) -> None:
    with pytest.raises(InvalidMetadataError, match="Requires-Dist"):
        rows(f"Requires-Dist: {text}")


def test_the_public_value_has_requirements_and_the_rest() -> None:
    found = parse_core_metadata(
        metadata(
            "Requires-Python: >=3.9",
            "Dynamic: Requires-Dist",
            "Provides-Extra: A",
            "Requires-Dist: x (>=1); extra == 'A'",
        ),
        filename="demo.whl",
    )

    assert found.dynamic == {"requires-dist"}
    assert found.requires_python == SpecifierSet(">=3.9")
    assert found.provides_extra == (extra_name("a"),)
    assert [str(requirement) for requirement in found.requires_dist] == ["x>=1 ; extra == 'a'"]


def test_public_metadata_is_split_the_same_way() -> None:
    data = metadata(
        "Provides-Extra: a",
        "Requires-Dist: x[c,b]>=1; os_name == 'nt' and extra == 'a'",
        "Requires-Dist: y @ https://e.example/y.whl",
    )

    assert split_metadata(parse_core_metadata(data, filename="f")) == parse_metadata(data, filename="f")


CLAUSES = st.builds(
    lambda operator, version: f"{operator}{version}",
    st.sampled_from([">=", "<", "!=", "==", "~=", "<=", ">"]),
    st.sampled_from(["1.0", "2.1.3", "0.9rc1"]),
)
TERMS = st.sampled_from(
    [
        "os_name == 'nt'",
        'python_version >= "3.9"',
        "extra == 'a'",
        'extra == "B_b"',
        "extra != 'a'",
        "'linux' in sys_platform",
    ]
)
MARKERS = st.recursive(
    TERMS,
    lambda inner: st.one_of(
        st.builds("{} and {}".format, inner, inner),
        st.builds("{} or {}".format, inner, inner),
        st.builds("({})".format, inner),
    ),
    max_leaves=4,
)
TEXTS = st.builds(
    lambda name, extras, clauses, marker: f"{name}{extras}{','.join(clauses)}{' ; ' + marker if marker else ''}",
    st.sampled_from(["x", "Y_y", "z.z-z"]),
    st.sampled_from(["", "[q]", " [r,Q] "]),
    st.lists(CLAUSES, max_size=3),
    st.one_of(st.none(), MARKERS),
)
ENVIRONMENTS = [
    {"os_name": name, "python_full_version": version, "python_version": version[:-2], "sys_platform": platform}
    for name, platform in (("nt", "win32"), ("posix", "linux"))
    for version in ("3.8.1", "3.11.2")
]


@settings(deadline=None, max_examples=200)
@given(TEXTS)
def test_rows_mean_what_packaging_says_the_requirement_means(text: str) -> None:
    parsed = Parsed(text)

    found = rows(f"Requires-Dist: {text}")

    every = [*found.requires, *(row for group in found.extras.values() for row in group)]
    assert {row.project for row in every} <= {project_name(parsed.name)}
    assert all(SpecifierSet(row.specifier) == parsed.specifier for row in every)
    assert all(row.extras == tuple(sorted(extra_name(extra) for extra in parsed.extras)) for row in every)
    for environment in ENVIRONMENTS:
        for active in ("", "a", "b-b"):
            rows_here = [*found.requires, *found.extras.get(active, ())]
            holds = [row for row in rows_here if MarkerSet.parse(row.marker).matches(environment)]
            # What a distribution needs without extras it needs with them as well.
            wanted = parsed.marker is None or any(
                parsed.marker.evaluate({**environment, "extra": extra}) for extra in {"", active}
            )
            assert bool(holds) == wanted


def test_splitting_keeps_every_extra_that_is_provided() -> None:
    value = CoreMetadata(
        project=project_name("demo"),
        version=parse_core_metadata(metadata(), filename="x").version,
        requires_dist=(Requirement.parse("x; extra == 'a'"),),
        provides_extra=(extra_name("a"), extra_name("b")),
    )

    assert split_metadata(value).extras == {"a": (DependencyRow("x", (), "", "", ""),), "b": ()}
