"""Version sets agree with packaging's own reading of specifiers."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from uvkit.model import Listing, project_name
from uvkit.resolver.versions import VersionSets, is_prerelease_text

_number = st.integers(0, 3)


@st.composite
def versions(draw: st.DrawFn, *, with_local: bool = True) -> str:
    epoch = draw(st.sampled_from(["", "", "", "1!"]))
    release = ".".join(str(n) for n in draw(st.lists(_number, min_size=1, max_size=3)))
    pre = draw(st.sampled_from(["", "", "", "a1", "a2", "b1", "rc1"]))
    post = draw(st.sampled_from(["", "", "", ".post0", ".post1"]))
    dev = draw(st.sampled_from(["", "", "", ".dev0", ".dev1"]))
    local = draw(st.sampled_from(["", "", "", "+cpu", "+cu12"])) if with_local else ""
    return str(Version(epoch + release + pre + post + dev + local))


@st.composite
def clauses(draw: st.DrawFn) -> str:
    operator = draw(st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "~=", "===", "==*", "!=*"]))
    if operator in ("==*", "!=*"):
        release = ".".join(str(n) for n in draw(st.lists(_number, min_size=1, max_size=3)))
        return operator[:2] + draw(st.sampled_from(["", "1!"])) + release + ".*"
    version = draw(versions(with_local=operator in ("==", "!=", "===")))
    if operator == "~=" and len(Version(version).release) < 2:
        operator = ">="
    return operator + version


def listing_of(texts: list[str]) -> Listing:
    return Listing.of(project_name("a"), "https://index.example/simple", {text: [] for text in texts})


@settings(deadline=None, max_examples=600)
@example(texts=["0", "1a1.post0"], parts=["<1.post0"])
@given(st.lists(versions(), min_size=1, max_size=24, unique_by=Version), st.lists(clauses(), max_size=2))
def test_mask_holds_exactly_the_versions_that_packaging_admits(texts: list[str], parts: list[str]) -> None:
    listing = listing_of(texts)
    specifier = ",".join(parts)

    mask = VersionSets(listing).mask(specifier)

    admitted = {v for i, v in enumerate(listing.versions) if mask >> i & 1}
    assert admitted == {v for v in listing.versions if SpecifierSet(specifier).contains(v, prereleases=True)}


@settings(deadline=None, max_examples=300)
@given(versions())
def test_prerelease_is_told_from_the_canonical_text(text: str) -> None:
    assert is_prerelease_text(text) == Version(text).is_prerelease
