"""Laws of the marker algebra, and agreement with packaging's evaluation of the same text."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.markers import Marker

from uvkit.markers import MarkerSet, PythonBounds

law = settings(deadline=None, max_examples=100)

PYTHONS = ["3.8", "3.9", "3.10", "3.11", "3.12"]
# The first and a later patch of every minor version, one below and one above all that the markers name.
FULL_VERSIONS = ["3.7.5", *(f"{minor}.{patch}" for minor in PYTHONS for patch in (0, 4)), "3.13.1"]
# (os_name, sys_platform, platform_system): combinations that interpreters report.
PLATFORMS = [
    ("posix", "linux", "Linux"),
    ("posix", "darwin", "Darwin"),
    ("nt", "win32", "Windows"),
    ("posix", "freebsd14", "FreeBSD"),
    ("posix", "ios", "iOS"),
    ("java", "java17", "Java"),
]
MACHINES = ["x86_64", "arm64"]
ENVIRONMENTS = [
    {
        "os_name": os_name,
        "sys_platform": sys_platform,
        "platform_system": platform_system,
        "platform_machine": machine,
        "platform_release": "1",
        "platform_version": "1",
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
        "implementation_version": full,
        "python_full_version": full,
        "python_version": full.rsplit(".", 1)[0],
    }
    for (os_name, sys_platform, platform_system), machine, full in product(PLATFORMS, MACHINES, FULL_VERSIONS)
]
SOME_ENVIRONMENTS = ENVIRONMENTS[::3]

orders = st.sampled_from(["<", "<=", "==", "!=", ">=", ">"])
equalities = st.sampled_from(["==", "!="])


def texts(key: str, values: list[str]) -> st.SearchStrategy[str]:
    """Return comparisons of a text key in which packaging and PEP 508's text agree."""
    value = st.sampled_from(values)
    return st.one_of(
        st.builds(lambda operator, text: f"{key} {operator} '{text}'", equalities, value),
        st.builds(lambda operator, text: f"'{text}' {operator} {key}", equalities, value),
        st.builds(lambda operator, text: f"{key} {operator} '{text} zz'", st.sampled_from(["in", "not in"]), value),
        st.builds(lambda operator, text: f"'{text[1:]}' {operator} {key}", st.sampled_from(["in", "not in"]), value),
    )


comparisons = st.one_of(
    st.builds(lambda operator, python: f"python_version {operator} '{python}'", orders, st.sampled_from(PYTHONS)),
    st.builds(lambda operator, python: f"'{python}' {operator} python_version", orders, st.sampled_from(PYTHONS)),
    st.builds(lambda python: f"python_version ~= '{python}'", st.sampled_from(PYTHONS)),
    st.builds(
        lambda operator, python: f"python_full_version {operator} '{python}'", orders, st.sampled_from(FULL_VERSIONS)
    ),
    st.builds(
        lambda operator, python: f"python_full_version {operator} '{python}.*'", equalities, st.sampled_from(PYTHONS)
    ),
    texts("os_name", ["nt", "posix"]),
    texts("sys_platform", ["linux", "win32", "darwin", "ios"]),
    texts("platform_system", ["Java", "FreeBSD", "iOS"]),
    texts("platform_machine", MACHINES),
    st.builds(lambda operator, name: f"extra {operator} '{name}'", equalities, st.sampled_from("ab")),
)


def joined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda joint, terms: f"({f' {joint} '.join(terms)})",
        st.sampled_from(["and", "or"]),
        st.lists(parts, min_size=2, max_size=4),
    )


marker_texts = st.recursive(comparisons, joined, max_leaves=8)
markers = st.builds(MarkerSet.parse, marker_texts)
specifiers = st.sampled_from([">=3.8", ">=3.9,<4", ">=3.10,<3.12", "==3.11.*", ">3.9.4", "<3.12", "<=3.11.4"])


def members(marker: MarkerSet) -> list[bool]:
    return [marker.matches(environment) for environment in SOME_ENVIRONMENTS]


@law
@given(marker_texts)
def test_evaluation_agrees_with_packaging(text: str) -> None:
    ours, theirs = MarkerSet.parse(text), Marker(text)

    for environment in SOME_ENVIRONMENTS:
        for extra in ("", "a"):
            expected = theirs.evaluate({**environment, "extra": extra})
            assert ours.matches(environment, extras=[extra] if extra else []) is expected


@law
@given(markers)
def test_printed_text_reads_back_as_the_same_object(marker: MarkerSet) -> None:
    assert MarkerSet.parse(str(marker)) is marker


@law
@given(markers)
def test_printed_text_means_the_same_to_packaging(marker: MarkerSet) -> None:
    text = str(marker)

    if text:
        theirs = Marker(text)
        for environment in SOME_ENVIRONMENTS:
            assert theirs.evaluate({**environment, "extra": "a"}) is marker.matches(environment, extras=["a"])


@law
@given(markers, markers)
def test_operations_are_those_of_sets(first: MarkerSet, second: MarkerSet) -> None:
    ours, theirs = members(first), members(second)

    assert members(first & second) == [a and b for a, b in zip(ours, theirs, strict=True)]
    assert members(first | second) == [a or b for a, b in zip(ours, theirs, strict=True)]
    assert members(first - second) == [a and not b for a, b in zip(ours, theirs, strict=True)]
    assert members(~first) == [not a for a in ours]


@law
@given(markers, markers)
def test_laws_hold_as_identities(first: MarkerSet, second: MarkerSet) -> None:
    assert first & second is second & first
    assert first | second is second | first
    assert ~(first & second) is ~first | ~second
    assert first & (first | second) is first
    assert first | (first & second) is first
    assert first & first is first
    assert (first & ~first).is_empty()
    assert (first | ~first).is_everywhere()


@law
@given(markers, markers, markers)
def test_intersection_is_associative(first: MarkerSet, second: MarkerSet, third: MarkerSet) -> None:
    assert (first & second) & third is first & (second & third)


@law
@given(markers, markers)
def test_relations_agree_with_the_operations(first: MarkerSet, second: MarkerSet) -> None:
    assert first.is_disjoint(second) is (first & second).is_empty()
    assert first.is_disjoint(second) is second.is_disjoint(first)
    assert first.is_subset(second) is (first - second).is_empty()
    assert (first & second).is_subset(first)
    assert first.is_subset(first | second)


@law
@given(markers, markers)
def test_simplified_set_agrees_within_the_assumption(marker: MarkerSet, assumption: MarkerSet) -> None:
    simplified = marker.simplify(within=assumption)

    assert simplified & assumption is marker & assumption


@law
@given(markers, specifiers)
def test_python_bounds_can_be_taken_out_and_put_back(marker: MarkerSet, text: str) -> None:
    bounds = PythonBounds.from_specifiers(text)
    simplified = marker.simplify_python(bounds)

    assert simplified.complexify_python(bounds) is marker.complexify_python(bounds)
    assert simplified.simplify_python(bounds) is simplified
    assert len(simplified.variables()) <= len(marker.variables())


@law
@given(markers)
def test_implied_python_bounds_hold_every_member(marker: MarkerSet) -> None:
    bounds = marker.python_bounds()

    assert marker.is_subset(bounds.marker())
    for environment in SOME_ENVIRONMENTS:
        if marker.matches(environment):
            assert bounds.contains(environment["python_full_version"])


@law
@given(markers)
def test_extras_fixed_or_left_open(marker: MarkerSet) -> None:
    on, off = marker.with_extra("a", active=True), marker.with_extra("a", active=False)

    assert "a" not in on.extras() | off.extras()
    assert (on & MarkerSet.extra("a")) | (off & ~MarkerSet.extra("a")) is marker
    assert marker.with_extras(["a"]) is on.with_extra("b", active=False)
    assert marker.is_subset(marker.without_extras())
    assert not marker.without_extras().extras()


@law
@given(st.lists(markers, max_size=6))
def test_order_is_total_and_independent_of_the_start(some: list[MarkerSet]) -> None:
    backwards = some[::-1]

    assert sorted(some, key=MarkerSet.sort_key) == sorted(backwards, key=MarkerSet.sort_key)
    assert len({marker.sort_key() for marker in some}) == len(set(some))
